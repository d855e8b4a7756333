#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/crypto/secp256k1.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// What a witness says of who owns a contribution: an input with a signature of its own, never part
// of a score. Source: docs/ownership.md "Witness statement". Thread: pure functions.

namespace pramana::ownership {

/// How the witness came to know it.
enum class Method : std::uint8_t {
    kProviderApi,  ///< the account was asked about at the provider, with the contributor's consent
    kExportMail,   ///< the provider's mail about the export was shown, with its DKIM signature
};
inline constexpr std::size_t kMethods = 2;
/// "provider_api", "export_mail".
[[nodiscard]] std::string_view name_of(Method method) noexcept;
[[nodiscard]] std::optional<Method> method_of(std::string_view name) noexcept;

inline constexpr std::size_t kStatementBytesMax = 2048;
inline constexpr std::size_t kProviderBytesMax = 32;
/// A statement, and a key record, may be valid for so long: 366 days.
inline constexpr std::uint64_t kLifetimeMax = 31'622'400;

/// Whether it is [a-z0-9-]{1,32}.
[[nodiscard]] bool is_provider_name(std::string_view name) noexcept;

/// "Whoever holds this wallet holds the account at this provider that this file is of."
struct Statement {
    std::uint64_t chain_id = 0;
    Address dlp;  ///< both are in the EIP-712 domain
    Address contributor;
    Hash32 sealed_sha256;           ///< of the sealed bytes
    std::optional<Hash32> content;  ///< content_tag() of the opened file, where the witness had it
    std::string provider;           ///< is_provider_name()
    Method method = Method::kProviderApi;
    std::uint64_t issued_unix_s = 0;
    std::uint64_t expires_unix_s = 0;  ///< the last second in which it is valid
    friend bool operator==(const Statement&, const Statement&) = default;
};

/// The witness is whoever the signature recovers to; the text names nobody.
struct SignedStatement {
    Statement statement;
    Signature65 signature;
    friend bool operator==(const SignedStatement&, const SignedStatement&) = default;
};

/// HMAC-SHA256(salt, "pramana:ownership:content:1" || SHA-256 of the opened file). The salt (32
/// random bytes) goes to the enclave alone: nobody else can test a guess of the file.
[[nodiscard]] Hash32 content_tag(const Hash32& salt, const Hash32& opened_sha256);

/// EIP-712, domain {name "Pramana ownership", version "1", chainId, verifyingContract = DLP}. Also
/// the statement's name: two texts that say the same have the same one.
[[nodiscard]] Hash32 statement_digest(const Statement& statement);
[[nodiscard]] SignedStatement sign_statement(const Statement& statement, const SigningKey& witness);

/// The one canonical text.
[[nodiscard]] std::string write_statement(const SignedStatement& statement);
/// Reads what write_statement() writes and no other text: a member more or less, another order or
/// spelling is refused. Verifies nothing. Errors: kEvidenceMalformed.
[[nodiscard]] Result<SignedStatement> read_statement(std::string_view text);

}  // namespace pramana::ownership
