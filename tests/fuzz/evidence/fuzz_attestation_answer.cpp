#include "pramana/core/check.hpp"
#include "pramana/evidence/attestation.hpp"

// What was read is written so that it reads the same, with the same report data.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto parts = pramana::evidence::read_attestation(pramana::as_text({bytes, size}));
    if (!parts) return 0;
    const std::string text = pramana::evidence::to_json(*parts);
    const auto again = pramana::evidence::read_attestation(text);
    if (text.size() > pramana::evidence::kAttestationBytesMax) return 0;
    PRAMANA_CHECK(again.has_value() && pramana::evidence::to_json(*again) == text);
    PRAMANA_CHECK(again->report() == parts->report());
    return 0;
}
