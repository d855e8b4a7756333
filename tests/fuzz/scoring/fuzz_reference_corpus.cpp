#include "pramana/core/check.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/scoring/engine.hpp"
#include "pramana/scoring/reference.hpp"

namespace pramana::scoring {
namespace {

/// The entries of a file that was read, by its own lengths.
std::vector<Bytes> entries_of(ByteView file) {
    std::vector<Bytes> entries;
    for (std::size_t at = 8; at < file.size();) {
        const auto size = load_le<std::uint32_t>(file.data() + at);
        const ByteView entry = file.subspan(at + 4, size);
        entries.emplace_back(entry.begin(), entry.end());
        at += std::size_t{4} + size;
    }
    return entries;
}

void fuzz(ByteView bytes) {
    const auto file = ReferenceCorpus::parse(bytes);
    if (!file) {
        PRAMANA_CHECK(file.error().code == Errc::kCorpusCorrupt);
        return;
    }
    PRAMANA_CHECK((*file)->digest() == sha256(bytes));
    const std::vector<Bytes> entries = entries_of(bytes);
    PRAMANA_CHECK(entries.size() == (*file)->entries());
    // What is a public text could as well have been contributed, and its file is the only one.
    Corpus corpus{Hash32{}, 0};
    for (const Bytes& entry : entries) PRAMANA_CHECK(corpus.append(entry));
    PRAMANA_CHECK(corpus.chunks() == (*file)->chunks());
    const Bytes again = ReferenceCorpus::join(entries);
    PRAMANA_CHECK(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()));
}

}  // namespace
}  // namespace pramana::scoring

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    pramana::scoring::fuzz({bytes, size});
    return 0;
}
