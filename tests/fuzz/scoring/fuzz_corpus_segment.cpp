#include "corpus/index.hpp"
#include "corpus/segment_layout.hpp"
#include "pramana/core/check.hpp"

namespace pramana::scoring {
namespace {

void fuzz(ByteView bytes) {
    SecretBlock block{bytes.size()};
    std::copy(bytes.begin(), bytes.end(), block.expose_mutable().begin());
    Result<Segment> segment = Segment::read(std::move(block));
    if (!segment) {
        PRAMANA_CHECK(segment.error().code == Errc::kCorpusCorrupt);
        return;
    }
    // Whatever was accepted can be read to its end.
    const SegmentHeader header = segment->header();
    PRAMANA_CHECK(layout_of(header)->size == bytes.size());
    std::uint64_t words = 0;
    for (std::size_t row = 0; row < header.rows; ++row) words += segment->content(row).size();
    PRAMANA_CHECK(words == header.content_words);
    std::uint64_t prints = 0;
    for (PrintTable::Cursor cursor{segment->prints()}; !cursor.done(); cursor.next()) {
        static_cast<void>(cursor.value());
        ++prints;
    }
    PRAMANA_CHECK(prints == header.prints);
    CorpusIndex index;
    index.add_segment(*std::move(segment));
    static_cast<void>(index.has_print(header.rows));
    static_cast<void>(index.has_exact({}));
    PRAMANA_CHECK(index.rows() == header.rows);
}

}  // namespace
}  // namespace pramana::scoring

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    pramana::scoring::fuzz({bytes, size});
    return 0;
}
