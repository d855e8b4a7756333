#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/crypto/secp256k1.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::evidence {

/// A block by number and hash.
struct StatedBlock {
    std::uint64_t number = 0;
    Hash32 hash;
    friend bool operator==(const StatedBlock&, const StatedBlock&) = default;
};

/// Which program speaks. With a compose hash the platform has measured what it was started from,
/// and the images name the binary by their digests; without one the hash is the program's own word.
struct StatedBuild {
    std::string version;
    Hash32 binary_sha256;
    std::optional<Hash32> compose_sha256{};
    std::vector<std::string> images{};  ///< "name@sha256:…", as the compose document has them
    friend bool operator==(const StatedBuild&, const StatedBuild&) = default;
};

struct StatedConfig {
    Hash32 sha256;                       ///< of the configuration file
    std::optional<Hash32> ca_sha256{};   ///< of the certificates that it adds to the system's
    std::vector<std::string> endpoints;  ///< scheme://host:port of each node, without the path
    friend bool operator==(const StatedConfig&, const StatedConfig&) = default;
};

/// A DLP that the validator proves for, and its corpus when the statement was made.
struct StatedDlp {
    Address address;
    std::uint64_t dlp_id = 0;
    std::string ruleset_name;
    Hash32 ruleset;
    std::string instruction;
    Hash32 corpus_id;
    std::uint32_t corpus_epoch = 0;
    Hash32 corpus_root;
    std::uint64_t corpus_size = 0;
    std::optional<Address> registry{};
    friend bool operator==(const StatedDlp&, const StatedDlp&) = default;
};

/// The public halves of one identity.
struct StatedKeys {
    PublicKey signing;     ///< signs proofs; its address is the validator's in the pool
    PublicKey encryption;  ///< contributors encrypt file keys to it
    std::uint32_t epoch = 0;
    friend bool operator==(const StatedKeys&, const StatedKeys&) = default;
};

/// Where the private halves come from, and who else may have them.
struct KeyOrigin {
    std::string source = "inside";           ///< "dstack", "inside", "file"
    bool imported = false;                   ///< they were outside of this enclave once
    bool survive_restart = false;            ///< the next start has the same
    std::vector<Bytes> backup_recipients{};  ///< compressed keys that a backup may be sealed to
    friend bool operator==(const KeyOrigin&, const KeyOrigin&) = default;
};

/// Who may replace the program without a new key, as far as the platform tells.
struct UpgradeAuthority {
    std::optional<Address> app_auth{};  ///< dstack's application contract
    std::optional<Address> owner{};
    std::optional<std::uint64_t> timelock_s{};
    friend bool operator==(const UpgradeAuthority&, const UpgradeAuthority&) = default;
};

/// What a validator says about itself: everything that a client must know before it encrypts, and
/// that evidence is bound to. docs/formats.md "Statement" describes each member.
struct Statement {
    std::string provider;  ///< kind of the evidence: "software", "dstack_tdx", "tdx", "sev_snp"
    StatedBuild build;
    std::uint64_t chain_id = 0;
    Address data_registry;
    Address tee_pool;
    StatedConfig config;
    Hash32 model;
    std::vector<StatedDlp> dlps;
    StatedKeys keys;
    std::optional<StatedKeys> previous_keys{};  ///< of the identity that finishes what it began
    KeyOrigin key_origin{};
    std::optional<Hash32> tls_key_sha256{};               ///< of the SubjectPublicKeyInfo
    std::optional<UpgradeAuthority> upgrade_authority{};  ///< nothing: none known
    std::uint64_t upload_bytes_max = 0;
    std::string min_bid_wei = "0";  ///< decimal
    std::optional<StatedBlock> anchor{};
    std::uint64_t sequence = 0;        ///< how many statements stand before it
    std::optional<Hash32> previous{};  ///< hash of the one before
    friend bool operator==(const Statement&, const Statement&) = default;
};

inline constexpr std::string_view kStatementFormat = "pramana:statement:2";
inline constexpr std::size_t kStatementBytesMax = std::size_t{64} << 10U;

/// The one canonical text. Errors: kEvidenceMalformed where a reader would refuse it: a text that
/// is not UTF-8 or longer than 512 bytes, more than 64 DLPs, 64 images, 16 endpoints or 16
/// recipients, a bid that is no decimal number, a key that is no point of the curve, a sequence
/// above 0 without a previous statement, more than kStatementBytesMax.
[[nodiscard]] Result<std::string> to_canonical_json(const Statement& statement);

/// Reads exactly what to_canonical_json() writes and nothing else: no other format, no member more
/// or less or twice, no other spelling. Thread: any. Errors: kEvidenceMalformed.
[[nodiscard]] Result<Statement> parse_statement(std::string_view text);

/// SHA-256 of the canonical text.
[[nodiscard]] Hash32 statement_hash(std::string_view canonical_text);

/// What a quote is asked over.
using ReportBytes = FixedBytes<struct ReportTag, 64>;
/// SHA-512("pramana:report:2" || challenge || GPU evidence hash || statement text).
/// @param challenge  0 or 32 bytes
/// @param gpu        SHA-256 of the GPU evidence's text, where there is some
[[nodiscard]] ReportBytes report_bytes(std::string_view statement_text, ByteView challenge,
                                       const std::optional<Hash32>& gpu = std::nullopt);

}  // namespace pramana::evidence
