#include "crl.hpp"

#include "der.hpp"

#include <algorithm>
#include <array>

namespace pramana::attest {
namespace {

constexpr std::array<std::uint8_t, 3> kCrlNumber = {0x55, 0x1d, 0x14};

bool bytes_less(ByteView a, ByteView b) noexcept {
    return std::ranges::lexicographical_compare(a, b);
}

std::optional<UnixTime> read_time(const DerValue& value) {
    const std::string_view text = as_text(value.content);
    Result<UnixTime> time =
        value.tag == kDerUtcTime ? read_utc_time(text) : read_generalized_time(text);
    if (!time) return std::nullopt;
    return *time;
}

std::optional<DerValue> next_time(DerReader& reader) {
    std::optional<DerValue> value = reader.next_if(kDerUtcTime);
    return value ? value : reader.next_if(kDerGeneralizedTime);
}

/// Passes over the extensions of an entry: a critical one could change whose certificate is meant.
bool no_critical(DerReader& list) {
    while (list.ok() && !list.empty()) {
        DerReader fields = list.enter(kDerSequence);
        (void)fields.next(kDerOid);
        if (fields.next_if(kDerBoolean)) return false;
        (void)fields.next(kDerOctetString);
        if (!fields.done()) return false;
    }
    return list.done();
}

bool read_entries(Crl& crl, DerReader entries) {
    while (entries.ok() && !entries.empty()) {
        DerReader entry = entries.enter(kDerSequence);
        const std::optional<ByteView> serial = der_unsigned(entry.next(kDerInteger).content);
        const std::optional<DerValue> date = next_time(entry);
        if (!serial || !date || !read_time(*date)) return false;
        if (!entry.empty()) {
            DerReader extensions = entry.enter(kDerSequence);
            if (!no_critical(extensions)) return false;
        }
        if (!entry.done()) return false;
        crl.serials.push_back(*serial);
    }
    std::ranges::sort(crl.serials, bytes_less);
    return entries.done();
}

bool read_extensions(Crl& crl, DerReader outer) {
    DerReader list = outer.enter(kDerSequence);
    if (!outer.done()) return false;
    while (list.ok() && !list.empty()) {
        DerReader fields = list.enter(kDerSequence);
        const ByteView oid = fields.next(kDerOid).content;
        const std::optional<DerValue> critical = fields.next_if(kDerBoolean);
        const ByteView value = fields.next(kDerOctetString).content;
        if (!fields.done() ||
            (critical && same_bytes(critical->content, std::array<std::uint8_t, 1>{0xff})))
            return false;
        if (!same_bytes(oid, kCrlNumber)) continue;
        DerReader number{value};
        const std::optional<ByteView> digits = der_unsigned(number.next(kDerInteger).content);
        if (!number.done() || !digits) return false;
        const Result<ListNumber> read = ListNumber::from_bytes(*digits);
        if (!read) return false;
        crl.number = *read;
    }
    return list.done();
}

bool read_tbs(Crl& crl, ByteView algorithm) {
    DerReader outer{crl.tbs};
    DerReader fields = outer.enter(kDerSequence);
    if (der_small(fields.next(kDerInteger).content) != std::uint64_t{1}) return false;  // v2
    if (!same_bytes(fields.next(kDerSequence).whole, algorithm)) return false;
    crl.issuer = fields.next(kDerSequence).whole;
    const std::optional<DerValue> begin = next_time(fields);
    const std::optional<DerValue> end = next_time(fields);
    if (!fields.ok() || !begin || !end || !read_common_name(crl.issuer)) return false;
    const std::optional<UnixTime> from = read_time(*begin);
    const std::optional<UnixTime> until = read_time(*end);
    if (!from || !until) return false;
    crl.validity = {*from, *until};
    if (const std::optional<DerValue> entries = fields.next_if(kDerSequence)) {
        if (!read_entries(crl, DerReader{entries->content})) return false;
    }
    if (fields.empty()) return outer.done();
    DerReader extensions = fields.enter(der_context(0));
    return fields.done() && outer.done() && read_extensions(crl, extensions);
}

}  // namespace

bool Crl::revokes(ByteView serial) const noexcept {
    return std::ranges::binary_search(serials, serial, bytes_less);
}

Result<Crl> read_crl(ByteView der) {
    const Error malformed{Errc::kEvidenceMalformed, "attest.crl"};
    if (der.size() > kCrlBytesMax) return malformed;
    Crl crl;
    crl.der.assign(der.begin(), der.end());
    DerReader outer{crl.der};
    DerReader fields = outer.enter(kDerSequence);
    crl.tbs = fields.next(kDerSequence).whole;
    const ByteView algorithm = fields.next(kDerSequence).whole;
    const std::optional<ByteView> signature = der_whole_bits(fields.next(kDerBitString).content);
    const std::optional<SignatureScheme> scheme = read_scheme(algorithm);
    if (!outer.done() || !fields.done() || !signature || !scheme) return malformed;
    crl.scheme = *scheme;
    crl.signature = *signature;
    if (!read_tbs(crl, algorithm)) return malformed;
    return crl;
}

std::optional<std::string> crl_problem(const Crl& crl, const Certificate& issuer) {
    if (!same_bytes(crl.issuer, issuer.subject))
        return "issued by another authority than " + std::string{issuer.common_name};
    if (issuer.key_usage && (*issuer.key_usage & kUsageCrlSign) == 0)
        return std::string{issuer.common_name} + " may not sign revocation lists";
    if (!signed_by(*issuer.key, crl.scheme, crl.tbs, crl.signature))
        return "not signed by " + std::string{issuer.common_name};
    return std::nullopt;
}

}  // namespace pramana::attest
