#include "record_codec.hpp"

#include "pramana/core/check.hpp"

namespace {

/// There is one encoding of each record: what decodes encodes to the same bytes.
template <class Decode>
void expect_canonical(pramana::ByteView record, Decode decode) {
    const auto read = decode(record);
    if (!read) return;
    const pramana::Bytes again = pramana::store::encode(*read);
    PRAMANA_CHECK(std::equal(again.begin(), again.end(), record.begin(), record.end()));
}

}  // namespace

// The first byte says which record the rest is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace pramana::store;
    if (size == 0) return 0;
    const pramana::ByteView record{bytes + 1, size - 1};
    switch (bytes[0] % 6) {
        case 0: expect_canonical(record, decode_contribution); break;
        case 1: expect_canonical(record, decode_job); break;
        case 2: expect_canonical(record, decode_corpus_entry); break;
        case 3: expect_canonical(record, decode_corpus_head); break;
        case 4: expect_canonical(record, decode_slot); break;
        default: expect_canonical(record, decode_job_remains); break;
    }
    return 0;
}
