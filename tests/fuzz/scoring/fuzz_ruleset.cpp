#include "pramana/core/check.hpp"
#include "pramana/scoring/ruleset.hpp"

// Only the text form of a ruleset is read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text = pramana::as_text({bytes, size});
    const auto ruleset = pramana::scoring::Ruleset::parse(text);
    if (ruleset) PRAMANA_CHECK(ruleset->canonical_text() == text);
    return 0;
}
