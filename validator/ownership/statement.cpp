#include "pramana/ownership/statement.hpp"

#include "pramana/core/canonical_json.hpp"
#include "pramana/crypto/aead.hpp"
#include "pramana/crypto/typed_words.hpp"
#include "signing_domain.hpp"

#include <algorithm>
#include <array>

namespace pramana::ownership {
namespace {

constexpr std::string_view kFormat = "pramana:ownership-statement:1";
constexpr std::string_view kContentLabel = "pramana:ownership:content:1";
constexpr std::string_view kDomainType =
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
constexpr std::string_view kStatementType =
    "OwnershipStatement(address contributor,bytes32 sealedSha256,bytes32 content,string provider,"
    "string method,uint64 issued,uint64 expires)";
constexpr std::array<std::string_view, kMethods> kMethodNames = {"provider_api", "export_mail"};

}  // namespace

std::string_view name_of(Method method) noexcept {
    return kMethodNames.at(static_cast<std::size_t>(method));
}

std::optional<Method> method_of(std::string_view name) noexcept {
    const auto found = std::ranges::find(kMethodNames, name);
    if (found == kMethodNames.end()) return std::nullopt;
    return static_cast<Method>(found - kMethodNames.begin());
}

bool is_provider_name(std::string_view name) noexcept {
    return !name.empty() && name.size() <= kProviderBytesMax &&
           std::ranges::all_of(name, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
           });
}

Hash32 content_tag(const Hash32& salt, const Hash32& opened_sha256) {
    SecretBytes message{kContentLabel.size() + Hash32::kSize};
    const auto digest = std::ranges::copy(kContentLabel, message.expose_mutable().begin()).out;
    std::ranges::copy(opened_sha256.bytes, digest);
    return hmac_sha256(salt.view(), message.expose());
}

Hash32 statement_digest(const Statement& statement) {
    TypedWords domain{kDomainType};
    domain.add_text(kDomainName).add_text(kDomainVersion);
    domain.add(statement.chain_id).add(statement.dlp);
    TypedWords message{kStatementType};
    message.add(statement.contributor)
        .add(statement.sealed_sha256)
        .add(statement.content.value_or(Hash32{}))
        .add_text(statement.provider)
        .add_text(name_of(statement.method))
        .add(statement.issued_unix_s)
        .add(statement.expires_unix_s);
    return typed_digest(domain, message);
}

SignedStatement sign_statement(const Statement& statement, const SigningKey& witness) {
    return {statement, witness.sign(statement_digest(statement))};
}

std::string write_statement(const SignedStatement& signed_statement) {
    const Statement& statement = signed_statement.statement;
    CanonicalObject json;
    json.text("format", kFormat)
        .number("chain_id", statement.chain_id)
        .hex0x("dlp", statement.dlp)
        .hex0x("contributor", statement.contributor)
        .hex0x("sealed_sha256", statement.sealed_sha256)
        .hex0x("content", statement.content)
        .text("provider", statement.provider)
        .text("method", name_of(statement.method))
        .number("issued_unix_s", statement.issued_unix_s)
        .number("expires_unix_s", statement.expires_unix_s)
        .hex0x("signature", signed_statement.signature);
    return json.str();
}

Result<SignedStatement> read_statement(std::string_view text) {
    constexpr Errc kCode = Errc::kEvidenceMalformed;
    if (text.size() > kStatementBytesMax) return Error{kCode, "ownership.statement.length"};
    const Result<JsonView> root = read_json(text, 1);
    if (!root) return Error{kCode, "ownership.statement.json"};
    const CanonicalMembers json{*root};
    SignedStatement out;
    Statement& statement = out.statement;
    statement.chain_id = json.u64("chain_id");
    statement.dlp = json.fixed<Address>("dlp");
    statement.contributor = json.fixed<Address>("contributor");
    statement.sealed_sha256 = json.fixed<Hash32>("sealed_sha256");
    statement.content = json.fixed_or_null<Hash32>("content");
    statement.provider = json.text("provider");
    const std::optional<Method> method = method_of(json.text("method"));
    if (!method) return Error{kCode, "ownership.statement.method"};
    statement.method = *method;
    statement.issued_unix_s = json.u64("issued_unix_s");
    statement.expires_unix_s = json.u64("expires_unix_s");
    out.signature = json.fixed<Signature65>("signature");
    if (!is_provider_name(statement.provider)) return Error{kCode, "ownership.statement.provider"};
    // Zero is how the signature says that there is none.
    if (statement.content && statement.content->is_zero())
        return Error{kCode, "ownership.statement.content"};
    // What was read is the text, or it is another one: nothing unknown, missing or spelled anew.
    if (write_statement(out) != text) return Error{kCode, "ownership.statement.canonical"};
    return out;
}

}  // namespace pramana::ownership
