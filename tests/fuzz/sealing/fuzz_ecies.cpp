#include "pramana/core/check.hpp"
#include "pramana/crypto/ecies.hpp"

// Whatever arrives is opened or refused for one of two reasons.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace pramana;
    static const SigningKey kRecipient =
        std::move(*SigningKey::from_bytes(SecretBytes::copy_of(Bytes(32, 0x11))));
    const Result<SecretBytes> opened = ecies_decrypt(kRecipient, {bytes, size});
    PRAMANA_CHECK(opened ? opened->size() < size
                         : opened.error().code == Errc::kMalformedKey ||
                               opened.error().code == Errc::kAuthTagMismatch);
    return 0;
}
