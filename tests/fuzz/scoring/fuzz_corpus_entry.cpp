#include "corpus/entry.hpp"
#include "pramana/core/check.hpp"
#include "pramana/scoring/engine.hpp"

namespace pramana::scoring {
namespace {

void fuzz(ByteView bytes) {
    const Result<EntryRecord> entry = decode_entry(bytes);
    Corpus corpus{Hash32{}, 0};
    const Hash32 empty = corpus.root();
    const Status appended = corpus.append(bytes);
    PRAMANA_CHECK(appended.has_value() == entry.has_value());
    PRAMANA_CHECK((corpus.root() == empty) == !entry.has_value());
    if (!entry) {
        PRAMANA_CHECK(entry.error().code == Errc::kCorpusCorrupt);
        return;
    }
    const Bytes again = encode_entry(*entry);
    PRAMANA_CHECK(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()));
}

}  // namespace
}  // namespace pramana::scoring

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    pramana::scoring::fuzz({bytes, size});
    return 0;
}
