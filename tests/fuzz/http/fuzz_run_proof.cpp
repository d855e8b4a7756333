#include "handlers/run_proof_request.hpp"
#include "pramana/core/check.hpp"

// Whatever is read has exactly one key and permissions of the right sizes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto read = pramana::http::read_run_proof(pramana::as_text({bytes, size}));
    if (!read) return 0;
    PRAMANA_CHECK(read->clear_key.empty() != read->encrypted_key.empty());
    for (const auto& permission : read->permissions)
        PRAMANA_CHECK(permission.iv.size() == 16 && permission.ephemeral_key.size() == 32);
    return 0;
}
