#include "model/file.hpp"
#include "pramana/core/bytes.hpp"
#include "pramana/core/check.hpp"
#include "pramana/scoring/model.hpp"
#include "unit/scoring_embed/tiny_model.hpp"

namespace pramana::scoring {
namespace {

/// The bytes replace the head and table of a whole small file, so that more than the magic is
/// tried.
void fuzz(ByteView bytes) {
    PRAMANA_CHECK(!Model::parse(bytes) || bytes.size() > 1'000'000);
    static const Bytes whole = testing::tiny_parts().encode();
    Bytes bent = whole;
    const std::size_t size = std::min<std::size_t>(bytes.size(), 2048);
    std::copy(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size), bent.begin() + 16);
    SectionReader reader{bent};
    for (const auto* name : {"vocabulary", "words.codes", "words.scales"})
        PRAMANA_CHECK(reader.any(name).size() <= bent.size());
    PRAMANA_CHECK(!reader.finish() || reader.head().sections == 3);
}

}  // namespace
}  // namespace pramana::scoring

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    pramana::scoring::fuzz({bytes, size});
    return 0;
}
