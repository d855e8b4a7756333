#include "keyed_hashes.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/crypto/aead.hpp"

#include <memory>

namespace pramana::app {
namespace {

constexpr std::size_t kKeyBytes = 32;

SecretBytes key_for(std::string_view name, ByteView file_key, FileId file) {
    Bytes info;
    append(info, name);
    append_be(info, number(file));
    return hkdf_sha256(file_key, {}, info, kKeyBytes);
}

}  // namespace

Hash32 keyed_text_hash(ByteView file_key, FileId file, const Hash32& canonical) {
    return hmac_sha256(key_for("pramana:text:1", file_key, file).expose(), canonical.view());
}

scoring::LeafSalt trace_salt(ByteView file_key, FileId file) {
    // Shared, because a std::function must be copyable and the key must not be.
    const auto key =
        std::make_shared<const SecretBytes>(key_for("pramana:trace:2", file_key, file));
    return [key](std::uint64_t index) {
        std::uint8_t number_be[sizeof index];
        store_be(index, number_be);
        return hmac_sha256(key->expose(), ByteView{number_be});
    };
}

}  // namespace pramana::app
