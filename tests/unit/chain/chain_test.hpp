#pragma once

#include "pramana/core/hex.hpp"
#include "pramana/crypto/secp256k1.hpp"

#include <gtest/gtest.h>

namespace pramana::chain {

/// A literal of ours: bad hex is a bug of the test and aborts.
inline Bytes raw(std::string_view hex) { return *from_hex(hex); }

template <class Fixed>
Fixed fixed(std::string_view hex) {
    return *fixed_from_hex<Fixed>(hex);
}

/// Words of 32 bytes, each given by its last digits: words({"20", "01"}).
inline Bytes words(std::initializer_list<std::string_view> tails) {
    std::string hex;
    for (const std::string_view tail : tails)
        hex += std::string(64 - tail.size(), '0').append(tail);
    return raw(hex);
}

// The first two accounts of the public test mnemonic "test test ... junk".
inline constexpr std::string_view kKeyHex =
    "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
inline constexpr std::string_view kFirst = "f39fd6e51aad88f6f4ce6ab8827279cfffb92266";
inline constexpr std::string_view kSecond = "70997970c51812dc3a010c7d01b50e0d17dc79c8";

inline SigningKey key_of(std::string_view hex) {
    return std::move(*SigningKey::from_bytes(SecretBytes::copy_of(raw(hex))));
}

}  // namespace pramana::chain
