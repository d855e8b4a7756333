#include "pramana/core/check.hpp"
#include "pramana/keys/key_material.hpp"
#include "pramana/os/secret_bytes.hpp"

// One encoding of each material: whatever is read is written as the same bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace pramana;
    const SecretBytes raw = SecretBytes::copy_of({bytes, size});
    const Result<keys::KeyMaterial> read = keys::decode_key_material(raw);
    if (!read) return 0;
    const SecretBytes again = keys::encode(*read);
    PRAMANA_CHECK(equal_secret(again.expose(), raw.expose()));
    return 0;
}
