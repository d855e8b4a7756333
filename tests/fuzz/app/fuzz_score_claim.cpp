#include "pramana/core/check.hpp"
#include "recompute/claim.hpp"

// A claim is whole: as many verdicts as chunks, causes that exist.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace pramana::app;
    const auto read = read_claim(pramana::as_text({bytes, size}), "file");
    const Claim* const claim = std::get_if<Claim>(&read);
    const ScoreClaim* const score = claim != nullptr ? std::get_if<ScoreClaim>(claim) : nullptr;
    if (score == nullptr) return 0;
    PRAMANA_CHECK(score->verdicts.size() == score->steps.chunks.size());
    for (const auto& verdict : score->verdicts)
        PRAMANA_CHECK(verdict.cause < std::size(kCauseNames));
    return 0;
}
