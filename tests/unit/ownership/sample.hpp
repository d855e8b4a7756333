#pragma once

#include "pramana/core/hex.hpp"
#include "pramana/ownership/key_record.hpp"
#include "pramana/ownership/statement.hpp"
#include "unit/attest/failed_checks.hpp"

#include <string>

namespace pramana::ownership {

// The first accounts of the mnemonic "test test … junk", known to everybody.
inline constexpr std::string_view kWitness =
    "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
inline constexpr std::string_view kStranger =
    "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";

inline SigningKey key_of(std::string_view hex) {
    return std::move(*SigningKey::from_bytes(SecretBytes::copy_of(*from_hex(hex))));
}

/// What every test looks at: when the mails of make_mails.py were signed, and a day.
inline constexpr std::uint64_t kSigned = 1'795'000'000;
inline constexpr std::uint64_t kDay = 86'400;
inline constexpr std::uint64_t kNow = kSigned + kDay;

inline SignedKeyRecord record_of(std::string text, std::string domain = "mail.provider.example",
                                 std::string selector = "export") {
    return sign_key_record({.domain = std::move(domain),
                            .selector = std::move(selector),
                            .record = std::move(text),
                            .issued_unix_s = kNow - 60,
                            .expires_unix_s = kNow + kDay},
                           key_of(kWitness));
}

}  // namespace pramana::ownership
