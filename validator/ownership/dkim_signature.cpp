#include "dkim_signature.hpp"

#include "dkim_tags.hpp"
#include "mail_fields.hpp"
#include "pramana/core/base64.hpp"
#include "pramana/ownership/key_record.hpp"

#include <algorithm>
#include <array>

namespace pramana::ownership {
namespace {

constexpr std::size_t kSignedFieldsMax = 128;
constexpr std::size_t kSignatureBytesMax = 1024;
constexpr std::array<std::string_view, 2> kAlgorithms = {"rsa-sha256", "ed25519-sha256"};

bool read_canonicalization(std::string_view text, DkimSignature& out) {
    const std::size_t slash = text.find('/');
    const std::string_view header = text.substr(0, slash);
    const std::string_view body =
        slash == std::string_view::npos ? std::string_view{"simple"} : text.substr(slash + 1);
    const auto known = [](std::string_view name) { return name == "simple" || name == "relaxed"; };
    out.header_relaxed = header == "relaxed";
    out.body_relaxed = body == "relaxed";
    return known(header) && known(body);
}

/// i=: an address or only "@domain", in d= or below it.
bool read_identity(std::string_view text, DkimSignature& out) {
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos) return false;
    out.identity = lower_case(text.substr(at + 1));
    return is_domain(out.identity) &&
           (out.identity == out.domain || out.identity.ends_with('.' + out.domain));
}

bool read_fields(std::string_view text, DkimSignature& out) {
    out.fields = split_list(text, ':');
    return out.fields.size() <= kSignedFieldsMax &&
           std::ranges::all_of(out.fields, [](std::string_view name) {
               return !name.empty() &&
                      std::ranges::all_of(name, [](char c) { return c > ' ' && c <= '~'; });
           });
}

bool read_times(const std::vector<Tag>& tags, DkimSignature& out) {
    if (const Tag* const made = find_tag(tags, "t")) {
        out.signed_unix_s = read_decimal(made->value);
        if (!out.signed_unix_s) return false;
    }
    if (const Tag* const ends = find_tag(tags, "x")) {
        out.expires_unix_s = read_decimal(ends->value);
        if (!out.expires_unix_s) return false;
        if (out.signed_unix_s && *out.expires_unix_s <= *out.signed_unix_s) return false;
    }
    return true;
}

bool read_digests(const std::vector<Tag>& tags, DkimSignature& out) {
    const Tag* const signature = find_tag(tags, "b");
    const std::optional<Bytes> body = base64_decode(value_or(tags, "bh", {}), Base64::kWithLines);
    std::optional<Bytes> bytes =
        signature == nullptr ? std::nullopt : base64_decode(signature->value, Base64::kWithLines);
    if (!body || body->size() != Hash32::kSize || !bytes || bytes->empty() ||
        bytes->size() > kSignatureBytesMax)
        return false;
    std::ranges::copy(*body, out.body_hash.bytes.begin());
    out.signature = *std::move(bytes);
    out.cut_begin = signature->begin;
    out.cut_end = signature->end;
    return true;
}

}  // namespace

std::string_view name_of(DkimAlgorithm algorithm) noexcept {
    return kAlgorithms.at(static_cast<std::size_t>(algorithm));
}

bool DkimSignature::covers(std::string_view field) const {
    return std::ranges::any_of(fields,
                               [&](std::string_view name) { return same_name(name, field); });
}

SignatureReading read_signature(std::string_view value) {
    const std::optional<std::vector<Tag>> tags = read_tags(value);
    if (!tags) return {std::nullopt, "not a list of tags, or a tag twice"};
    if (value_or(*tags, "v", {}) != "1") return {std::nullopt, "a version that is not 1"};
    DkimSignature out;
    const auto algorithm = std::ranges::find(kAlgorithms, value_or(*tags, "a", {}));
    if (algorithm == kAlgorithms.end())
        return {std::nullopt, "an algorithm that is neither rsa-sha256 nor ed25519-sha256"};
    out.algorithm = static_cast<DkimAlgorithm>(algorithm - kAlgorithms.begin());
    if (find_tag(*tags, "l") != nullptr) return {std::nullopt, "a length limit of the body (l=)"};
    if (!read_canonicalization(value_or(*tags, "c", "simple/simple"), out))
        return {std::nullopt, "an unknown canonicalization"};
    out.domain = lower_case(value_or(*tags, "d", {}));
    out.selector = lower_case(value_or(*tags, "s", {}));
    if (!is_domain(out.domain) || !is_domain(out.selector, 1))
        return {std::nullopt, "no domain or selector"};
    if (!read_identity(value_or(*tags, "i", '@' + out.domain), out))
        return {std::nullopt, "an identity outside its domain"};
    if (!read_fields(value_or(*tags, "h", {}), out)) return {std::nullopt, "no list of fields"};
    const std::vector<std::string_view> queries = split_list(value_or(*tags, "q", "dns/txt"), ':');
    if (std::ranges::find(queries, "dns/txt") == queries.end())
        return {std::nullopt, "a key that is not in the DNS"};
    if (!read_times(*tags, out)) return {std::nullopt, "times that are none, or end before begin"};
    if (!read_digests(*tags, out)) return {std::nullopt, "no signature or no hash of the body"};
    return {std::move(out), {}};
}

}  // namespace pramana::ownership
