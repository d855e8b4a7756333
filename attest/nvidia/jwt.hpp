#pragma once

#include "pramana/attest/nras.hpp"
#include "pramana/core/json.hpp"

#include <memory>

namespace pramana::attest {

/// A JSON web token in compact form, read but not believed. The view is into `payload`.
struct Jwt {
    std::string algorithm;
    std::string key_id;
    std::unique_ptr<std::string> payload;  ///< keeps its place when the token moves
    std::optional<JsonView> claims;        ///< always there after read_jwt
    std::string_view signed_text;          ///< of the caller's text
    Bytes signature;
};

/// Errors: kEvidenceMalformed. Headers that ask for something (crit, b64, jwk, jku, x5u) are
/// refused.
[[nodiscard]] Result<Jwt> read_jwt(std::string_view text);

/// Whether it is ES384 by the pinned key of this id.
[[nodiscard]] bool jwt_verifies(const Jwt& token, const NrasKeys& keys);

// Claims by name; nullopt when absent or of another kind.
[[nodiscard]] std::optional<std::string> text_claim(const Jwt& token, std::string_view name);
[[nodiscard]] std::optional<std::uint64_t> time_claim(const Jwt& token, std::string_view name);
[[nodiscard]] std::optional<bool> flag_claim(const Jwt& token, std::string_view name);

}  // namespace pramana::attest
