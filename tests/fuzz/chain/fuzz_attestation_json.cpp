#include "pramana/chain/satya_attestation.hpp"
#include "pramana/core/check.hpp"

// Python's text of Python's text is the same text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto once = pramana::chain::python_canonical_json(pramana::as_text({bytes, size}));
    if (!once) return 0;
    const auto twice = pramana::chain::python_canonical_json(*once);
    PRAMANA_CHECK(twice.has_value() && *twice == *once);
    return 0;
}
