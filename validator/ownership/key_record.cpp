#include "pramana/ownership/key_record.hpp"

#include "pramana/core/canonical_json.hpp"
#include "pramana/crypto/typed_words.hpp"
#include "signing_domain.hpp"

#include <algorithm>

namespace pramana::ownership {
namespace {

constexpr std::string_view kFormat = "pramana:mail-key-record:1";
constexpr std::string_view kDomainType = "EIP712Domain(string name,string version)";
constexpr std::string_view kRecordType =
    "MailKeyRecord(string domain,string selector,string record,uint64 issued,uint64 expires)";

bool is_label_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

}  // namespace

bool is_domain(std::string_view name, std::size_t labels_min) noexcept {
    constexpr std::size_t kNameMax = 253;
    constexpr std::size_t kLabelMax = 63;
    if (name.empty() || name.size() > kNameMax) return false;
    std::size_t labels = 0;
    while (true) {
        const std::size_t end = std::min(name.find('.'), name.size());
        const std::string_view label = name.substr(0, end);
        if (label.empty() || label.size() > kLabelMax ||
            !std::ranges::all_of(label, is_label_character))
            return false;
        ++labels;
        if (end == name.size()) return labels >= labels_min;
        name.remove_prefix(end + 1);
    }
}

Hash32 key_record_digest(const KeyRecord& record) {
    TypedWords domain{kDomainType};
    domain.add_text(kDomainName).add_text(kDomainVersion);
    TypedWords message{kRecordType};
    message.add_text(record.domain)
        .add_text(record.selector)
        .add_text(record.record)
        .add(record.issued_unix_s)
        .add(record.expires_unix_s);
    return typed_digest(domain, message);
}

SignedKeyRecord sign_key_record(const KeyRecord& record, const SigningKey& witness) {
    return {record, witness.sign(key_record_digest(record))};
}

std::string write_key_record(const SignedKeyRecord& signed_record) {
    const KeyRecord& record = signed_record.key_record;
    CanonicalObject json;
    json.text("format", kFormat)
        .text("domain", record.domain)
        .text("selector", record.selector)
        .text("record", record.record)
        .number("issued_unix_s", record.issued_unix_s)
        .number("expires_unix_s", record.expires_unix_s)
        .hex0x("signature", signed_record.signature);
    return json.str();
}

Result<SignedKeyRecord> read_key_record(std::string_view text) {
    constexpr Errc kCode = Errc::kEvidenceMalformed;
    if (text.size() > kKeyRecordBytesMax) return Error{kCode, "ownership.key_record.length"};
    const Result<JsonView> root = read_json(text, 1);
    if (!root) return Error{kCode, "ownership.key_record.json"};
    const CanonicalMembers json{*root};
    SignedKeyRecord out;
    KeyRecord& record = out.key_record;
    record.domain = json.text("domain");
    record.selector = json.text("selector");
    record.record = json.text("record");
    record.issued_unix_s = json.u64("issued_unix_s");
    record.expires_unix_s = json.u64("expires_unix_s");
    out.signature = json.fixed<Signature65>("signature");
    if (!is_domain(record.domain) || !is_domain(record.selector, 1))
        return Error{kCode, "ownership.key_record.name"};
    const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
    if (record.record.empty() || record.record.size() > kRecordTextMax ||
        !std::ranges::all_of(record.record, printable))
        return Error{kCode, "ownership.key_record.record"};
    if (write_key_record(out) != text) return Error{kCode, "ownership.key_record.canonical"};
    return out;
}

}  // namespace pramana::ownership
