#include "run_proof_request.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/os/secret_hex.hpp"

#include <charconv>

namespace pramana::http {
namespace {

constexpr std::size_t kKeyCharactersMax = 4'096;
constexpr std::size_t kSeedCharactersMax = 1'024;
constexpr std::size_t kUrlCharactersMax = 2'048;
constexpr std::size_t kPermissionsMax = 16;
constexpr Error kMalformed{Errc::kBadRequest, "http.run_proof"};
constexpr Error kBadKey{Errc::kMalformedKey, "http.run_proof.key"};

/// A member that is there and not null.
std::optional<JsonView> present(const JsonView& object, std::string_view name) {
    std::optional<JsonView> value = object.member(name);
    if (value && value->kind() == JsonKind::kNull) value.reset();
    return value;
}

Result<std::uint64_t> read_number(const JsonView& object, std::string_view name) {
    const std::optional<JsonView> value = present(object, name);
    if (!value) return kMalformed;
    if (value->kind() == JsonKind::kNumber) return value->whole_number();
    const Result<std::string> text = value->text();
    if (!text) return kMalformed;
    std::uint64_t number = 0;
    const char* end = text->data() + text->size();
    const auto [read_to, failed] = std::from_chars(text->data(), end, number);
    if (failed != std::errc{} || read_to != end) return kMalformed;
    return number;
}

/// An optional text; empty when absent.
Result<std::string> read_text(const JsonView& object, std::string_view name,
                              std::size_t characters_max) {
    const std::optional<JsonView> value = present(object, name);
    if (!value) return std::string{};
    Result<std::string> text = value->text();
    if (!text || text->size() > characters_max) return kMalformed;
    return text;
}

/// A text that is a secret, straight into memory that is wiped. Empty when absent.
Result<SecretBytes> read_secret(const JsonView& object, std::string_view name) {
    const std::optional<JsonView> value = present(object, name);
    if (!value) return SecretBytes{};
    if (value->raw().size() > kKeyCharactersMax) return kBadKey;
    SecretBytes text{value->raw().size()};
    const Result<std::size_t> size = value->text_into(text.expose_mutable());
    if (!size) return kBadKey;
    text.shrink(*size);
    return text;
}

/// Hex with or without 0x, decoded inside memory that is wiped.
Result<SecretBytes> read_secret_hex(const JsonView& object, std::string_view name,
                                    std::size_t bytes) {
    Result<SecretBytes> text = read_secret(object, name);
    if (!text) return text.error();
    std::span<const std::uint8_t> digits = text->expose();
    if (digits.size() >= 2 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X'))
        digits = digits.subspan(2);
    if (digits.size() != bytes * 2) return kBadKey;
    Result<SecretBytes> raw = secret_from_hex(digits);
    if (!raw) return kBadKey;
    return raw;
}

using PermissionProof = pipeline::KeyDeposit::PermissionProof;

Result<PermissionProof> read_permission(const JsonView& object, const Address& account,
                                        std::string_view iv_name, std::string_view key_name) {
    PermissionProof proof;
    proof.account = account;
    const Result<std::string> iv = read_text(object, iv_name, 64);
    Result<Bytes> iv_bytes = iv ? from_hex(*iv) : Result<Bytes>{kBadKey};
    if (!iv_bytes || iv_bytes->size() != 16) return kBadKey;
    proof.iv = *std::move(iv_bytes);
    Result<SecretBytes> key = read_secret_hex(object, key_name, 32);
    if (!key) return key.error();
    proof.ephemeral_key = *std::move(key);
    return proof;
}

Status read_permissions(const JsonView& root, std::vector<PermissionProof>& out) {
    if (const std::optional<JsonView> list = present(root, "validate_permissions")) {
        const std::vector<JsonView> items = list->items();
        if (list->kind() != JsonKind::kArray || items.size() > kPermissionsMax) return kMalformed;
        for (const JsonView& item : items) {
            const Result<std::string> account = read_text(item, "address", 64);
            const Result<Address> address =
                account ? fixed_from_hex<Address>(*account) : Result<Address>{kMalformed};
            if (!address) return kMalformed;
            Result<PermissionProof> proof = read_permission(item, *address, "iv", "ephemeral_key");
            if (!proof) return proof.error();
            out.push_back(*std::move(proof));
        }
    }
    if (out.empty() && present(root, "fixed_iv") && present(root, "fixed_ephemeral_key")) {
        Result<PermissionProof> proof =
            read_permission(root, Address{}, "fixed_iv", "fixed_ephemeral_key");
        if (!proof) return proof.error();
        out.push_back(*std::move(proof));
    }
    return Done{};
}

}  // namespace

Result<pipeline::KeyDeposit> read_run_proof(std::string_view body) {
    const Result<JsonView> root = read_json(body);
    if (!root || root->kind() != JsonKind::kObject) return kMalformed;
    const Result<std::uint64_t> job = read_number(*root, "job_id");
    const Result<std::uint64_t> file = read_number(*root, "file_id");
    if (!job || !file) return kMalformed;
    pipeline::KeyDeposit deposit;
    deposit.job = JobId{*job};
    deposit.file = FileId{*file};

    Result<SecretBytes> clear_key = read_secret(*root, "encryption_key");
    if (!clear_key) return clear_key.error();
    deposit.clear_key = *std::move(clear_key);
    const Result<std::string> encrypted =
        read_text(*root, "encrypted_encryption_key", kKeyCharactersMax);
    if (!encrypted) return kBadKey;
    if (deposit.clear_key.empty() == encrypted->empty()) return kMalformed;  // neither, or both
    Result<Bytes> encrypted_bytes = from_hex(*encrypted);
    if (!encrypted_bytes) return kBadKey;
    deposit.encrypted_key = *std::move(encrypted_bytes);

    Result<std::string> seed = read_text(*root, "encryption_seed", kSeedCharactersMax);
    Result<std::string> proof_url = read_text(*root, "proof_url", kUrlCharactersMax);
    if (!seed || !proof_url) return kMalformed;
    deposit.encryption_seed = *std::move(seed);
    deposit.proof_url = *std::move(proof_url);
    PRAMANA_TRY(read_permissions(*root, deposit.permissions));
    return deposit;
}

}  // namespace pramana::http
