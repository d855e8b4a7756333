// A worker of bench/run: exact search over rows of random codes, again and again.
//   scan_rounds KERNEL ROWS QUERIES {top10|above}
// top10: the ten best rows of each query; above: all pairs at or above the threshold of the default
// ruleset's least similarity (corroborated_dot_min), as a score asks. Rows are sums of twelve
// uniform numbers an element, scaled to the length of real codes (400): the arithmetic does not
// depend on the values. A round's work is the pairs compared.
#include "index/scan.hpp"
#include "pramana/scoring/ruleset.hpp"
#include "round_clock.hpp"

#include <cstdlib>
#include <vector>

namespace {

using namespace pramana::scoring;

/// About normal with a standard deviation of 400 / sqrt(384).
std::vector<std::int8_t> random_codes(std::size_t rows, std::uint64_t state) {
    std::vector<std::int8_t> codes(rows * kCodeDim);
    for (std::int8_t& code : codes) {
        std::int64_t sum = 0;
        for (int half = 0; half < 2; ++half) {
            state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            for (unsigned byte = 2; byte < 8; ++byte)
                sum += static_cast<std::int64_t>(state >> (8 * byte) & 0xFFU) - 127;
        }
        code = static_cast<std::int8_t>(std::clamp<std::int64_t>(sum * 20 / 256, -127, 127));
    }
    return codes;
}

}  // namespace

int main(int argc, char** argv) {
    const ScanKernel* kernel = nullptr;
    for (const ScanKernel& each : scan_kernels())
        if (argc == 5 && each.name == argv[1]) kernel = &each;
    if (kernel == nullptr) {
        std::fputs("usage: scan_rounds KERNEL ROWS QUERIES {top10|above}; kernels here:", stderr);
        for (const ScanKernel& each : scan_kernels())
            std::fprintf(stderr, " %.*s", static_cast<int>(each.name.size()), each.name.data());
        std::fputs("\n", stderr);
        return 64;
    }
    const auto rows = static_cast<std::size_t>(std::atoll(argv[2]));
    const auto queries = static_cast<std::size_t>(std::atoll(argv[3]));
    const bool top = std::string{argv[4]} == "top10";
    const std::vector<std::int8_t> corpus = random_codes(rows, 1);
    const std::vector<std::int8_t> asked = random_codes(queries, 2);
    const auto ruleset = Ruleset::named("default-1");
    if (!ruleset) return 70;
    const std::int32_t line = ruleset->values().semantic.corroborated_dot_min;
    return pramana::bench::serve_rounds("", [&] {
        if (top) {
            const auto best = top_k(*kernel, asked.data(), queries, corpus.data(), rows, 10);
            return best.empty() ? 0.0 : static_cast<double>(rows * queries);
        }
        const PackedQueries packed{asked.data(), queries};
        std::vector<std::int32_t> thresholds(packed.groups() * PackedQueries::kGroup, kNoHit);
        std::fill_n(thresholds.begin(), queries, line);
        scan_above(*kernel, packed, thresholds, corpus.data(), rows,
                   [](std::span<const DotHit>) {});
        return static_cast<double>(rows * queries);
    });
}
