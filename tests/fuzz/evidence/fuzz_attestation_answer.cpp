#include "pramana/core/check.hpp"
#include "pramana/evidence/attestation.hpp"

// What was read is written so that it reads the same, with the same report data.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto answer = pramana::evidence::read_attestation_answer(pramana::as_text({bytes, size}));
    if (!answer) return 0;
    const std::string text = pramana::evidence::to_json(answer->parts);
    if (text.size() > pramana::evidence::kAttestationBytesMax) return 0;
    const auto again = pramana::evidence::read_attestation(text);
    PRAMANA_CHECK(again.has_value() && pramana::evidence::to_json(*again) == text);
    PRAMANA_CHECK(again->report() == answer->parts.report());
    PRAMANA_CHECK(pramana::evidence::to_canonical_json(answer->statement).value() ==
                  answer->parts.statement);
    return 0;
}
