#include "pramana/attest/nvidia_rim.hpp"
#include "pramana/core/check.hpp"

// A manifest that reads has certificates, every measurement once, each with an alternative.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace pramana;
    using namespace pramana::attest;
    const Result<Rim> rim = parse_rim(as_text({bytes, size}));
    if (!rim) return 0;
    PRAMANA_CHECK(!rim->certificates.empty() && !rim->measurements.empty());
    PRAMANA_CHECK(rim->measurements.size() <= kRimMeasurementsMax);
    std::uint64_t seen[4] = {};
    for (const RimMeasurement& measurement : rim->measurements) {
        PRAMANA_CHECK(measurement.index < kRimMeasurementsMax);
        PRAMANA_CHECK(!measurement.alternatives.empty());
        std::uint64_t& word = seen[measurement.index / 64];
        const std::uint64_t bit = 1ULL << (measurement.index % 64);
        PRAMANA_CHECK((word & bit) == 0);
        word |= bit;
    }
    return 0;
}
