#include "nvidia/jwt.hpp"

#include "pramana/core/base64.hpp"
#include "public_key.hpp"

namespace pramana::attest {
namespace {

constexpr std::size_t kDepthMax = 8;
constexpr std::size_t kTokenBytesMax = 128U << 10U;

Error malformed(std::string_view site) { return Error{Errc::kEvidenceMalformed, site}; }

Result<std::string> part_text(std::string_view part) {
    const std::optional<Bytes> raw = base64_decode(part, Base64::kUrl);
    if (!raw || raw->empty()) return malformed("attest.jwt.base64");
    return std::string{as_text(*raw)};
}

std::optional<std::string> text_of(const JsonView& object, std::string_view name) {
    const std::optional<JsonView> value = object.member(name);
    if (!value) return std::nullopt;
    Result<std::string> text = value->text();
    if (!text) return std::nullopt;
    return std::move(*text);
}

Status read_header(std::string_view part, Jwt& out) {
    const Result<std::string> text = part_text(part);
    if (!text) return text.error();
    const Result<JsonView> header = read_json(*text, kDepthMax);
    if (!header || header->kind() != JsonKind::kObject) return malformed("attest.jwt.header");
    for (const JsonView::Member& row : header->members()) {
        if (row.name != "alg" && row.name != "kid" && row.name != "typ")
            return malformed("attest.jwt.header.member");
    }
    const std::optional<std::string> algorithm = text_of(*header, "alg");
    if (!algorithm) return malformed("attest.jwt.header.alg");
    out.algorithm = *algorithm;
    out.key_id = text_of(*header, "kid").value_or("");
    return Done{};
}

/// x or y of a web key, 48 bytes.
Result<Bytes> coordinate(const JsonView& key, std::string_view name) {
    const std::optional<std::string> text = text_of(key, name);
    std::optional<Bytes> raw = text ? base64_decode(*text, Base64::kUrl) : std::nullopt;
    if (!raw || raw->size() != 48) return malformed("attest.jwks.coordinate");
    return std::move(*raw);
}

Status read_key(const JsonView& key, NrasKeys& out) {
    const std::optional<std::string> id = text_of(key, "kid");
    if (text_of(key, "kty") != "EC" || text_of(key, "crv") != "P-384" || !id) return Done{};
    Result<Bytes> point = coordinate(key, "x");
    if (!point) return point.error();
    const Result<Bytes> y = coordinate(key, "y");
    if (!y) return y.error();
    append(*point, *y);
    const Result<PublicKey> on_curve = PublicKey::from_point(KeyKind::kP384, *point);
    if (!on_curve) return malformed("attest.jwks.point");
    if (!out.emplace(*id, std::move(*point)).second) return malformed("attest.jwks.twice");
    return Done{};
}

}  // namespace

Result<NrasKeys> read_nras_keys(std::string_view json_web_key_set) {
    if (json_web_key_set.size() > kNrasBytesMax) return malformed("attest.jwks.size");
    const Result<JsonView> root = read_json(json_web_key_set, kDepthMax);
    const std::optional<JsonView> list = root ? root->member("keys") : std::nullopt;
    if (!list || list->kind() != JsonKind::kArray) return malformed("attest.jwks.form");
    NrasKeys out;
    for (const JsonView& key : list->items()) {
        if (const Status read = read_key(key, out); !read) return read.error();
    }
    if (out.empty()) return malformed("attest.jwks.none");
    return out;
}

Result<Jwt> read_jwt(std::string_view text) {
    if (text.size() > kTokenBytesMax) return malformed("attest.jwt.size");
    const std::size_t first = text.find('.');
    const std::size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
    if (second == std::string_view::npos) return malformed("attest.jwt.parts");
    Jwt out;
    if (const Status read = read_header(text.substr(0, first), out); !read) return read.error();
    Result<std::string> payload = part_text(text.substr(first + 1, second - first - 1));
    if (!payload) return payload.error();
    out.payload = std::make_unique<std::string>(std::move(*payload));
    const Result<JsonView> claims = read_json(*out.payload, kDepthMax);
    if (!claims || claims->kind() != JsonKind::kObject) return malformed("attest.jwt.claims");
    out.claims = *claims;
    out.signed_text = text.substr(0, second);
    std::optional<Bytes> signature = base64_decode(text.substr(second + 1), Base64::kUrl);
    if (!signature) return malformed("attest.jwt.signature");
    out.signature = std::move(*signature);
    return out;
}

bool jwt_verifies(const Jwt& token, const NrasKeys& keys) {
    const auto pinned = keys.find(token.key_id);
    if (token.algorithm != "ES384" || pinned == keys.end()) return false;
    const Result<PublicKey> key = PublicKey::from_point(KeyKind::kP384, pinned->second);
    return key && key->verify(SignatureScheme::kEcdsaSha384, as_bytes_view(token.signed_text),
                              token.signature);
}

std::optional<std::string> text_claim(const Jwt& token, std::string_view name) {
    return text_of(*token.claims, name);
}
std::optional<std::uint64_t> time_claim(const Jwt& token, std::string_view name) {
    const std::optional<JsonView> value = token.claims->member(name);
    if (!value) return std::nullopt;
    const Result<std::uint64_t> number = value->whole_number();
    if (!number) return std::nullopt;
    return *number;
}
std::optional<bool> flag_claim(const Jwt& token, std::string_view name) {
    const std::optional<JsonView> value = token.claims->member(name);
    if (!value) return std::nullopt;
    const Result<bool> flag = value->boolean();
    if (!flag) return std::nullopt;
    return *flag;
}

}  // namespace pramana::attest
