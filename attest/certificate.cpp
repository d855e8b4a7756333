#include "certificate.hpp"

#include "der.hpp"

#include <algorithm>
#include <array>

namespace pramana::attest {
namespace {

// DER content of object identifiers and whole AlgorithmIdentifiers (RFC 5758, RFC 4055).
constexpr std::array<std::uint8_t, 12> kEcdsaSha256 = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86,
                                                       0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};
constexpr std::array<std::uint8_t, 12> kEcdsaSha384 = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86,
                                                       0x48, 0xce, 0x3d, 0x04, 0x03, 0x03};
/// RSASSA-PSS with SHA-384, MGF1 of SHA-384, salt 48; the trailer field is its default.
constexpr std::array<std::uint8_t, 67> kRsaPss = {
    0x30, 0x41, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a, 0x30,
    0x34, 0xa0, 0x0f, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04,
    0x02, 0x02, 0x05, 0x00, 0xa1, 0x1c, 0x30, 0x1a, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
    0xf7, 0x0d, 0x01, 0x01, 0x08, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65,
    0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0xa2, 0x03, 0x02, 0x01, 0x30};
/// The same with the default trailer field spelled out, as AMD does.
constexpr std::array<std::uint8_t, 72> kRsaPssTrailer = {
    0x30, 0x46, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a, 0x30, 0x39,
    0xa0, 0x0f, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02,
    0x05, 0x00, 0xa1, 0x1c, 0x30, 0x1a, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01,
    0x01, 0x08, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02,
    0x05, 0x00, 0xa2, 0x03, 0x02, 0x01, 0x30, 0xa3, 0x03, 0x02, 0x01, 0x01};
constexpr std::array<std::uint8_t, 3> kCommonName = {0x55, 0x04, 0x03};
constexpr std::array<std::uint8_t, 3> kBasicConstraints = {0x55, 0x1d, 0x13};
constexpr std::array<std::uint8_t, 3> kKeyUsage = {0x55, 0x1d, 0x0f};

constexpr std::size_t kSerialBytesMax = 20;  // RFC 5280 section 4.1.2.2

std::optional<UnixTime> read_time(DerReader& reader) {
    const DerValue value = reader.next();
    const std::string_view text = as_text(value.content);
    Result<UnixTime> time = value.tag == kDerUtcTime ? read_utc_time(text)
                            : value.tag == kDerGeneralizedTime
                                ? read_generalized_time(text)
                                : Error{Errc::kEvidenceMalformed, "attest.time"};
    if (!reader.ok() || !time) return std::nullopt;
    return *time;
}

bool is_plain_text(const DerValue& value) {
    constexpr std::array<std::uint8_t, 3> kTexts = {0x0c, 0x13, 0x16};  // UTF8, Printable, IA5
    return std::ranges::find(kTexts, value.tag) != kTexts.end() &&
           std::ranges::all_of(value.content, [](std::uint8_t c) { return c >= ' ' && c <= '~'; });
}

bool read_basic_constraints(Certificate& certificate, ByteView value) {
    DerReader outer{value};
    DerReader fields = outer.enter(kDerSequence);
    if (const std::optional<DerValue> flag = fields.next_if(kDerBoolean)) {
        // DER leaves the default FALSE out; some vendors write it.
        if (flag->content.size() != 1 || (flag->content[0] != 0xff && flag->content[0] != 0))
            return false;
        certificate.is_ca = flag->content[0] == 0xff;
    }
    if (const std::optional<DerValue> length = fields.next_if(kDerInteger)) {
        certificate.path_len = der_small(length->content);
        if (!certificate.path_len || !certificate.is_ca) return false;
    }
    return outer.done() && fields.done();
}

bool read_key_usage(Certificate& certificate, ByteView value) {
    DerReader outer{value};
    const ByteView bits = outer.next(kDerBitString).content;
    if (!outer.done() || bits.size() < 2 || bits.size() > 3 || bits[0] > 7) return false;
    certificate.key_usage =
        static_cast<std::uint16_t>((unsigned{bits[1]} << 8U) | (bits.size() == 3 ? bits[2] : 0U));
    return true;
}

bool read_extensions(Certificate& certificate, DerReader outer) {
    DerReader list = outer.enter(kDerSequence);
    if (!outer.done()) return false;
    while (list.ok() && !list.empty()) {
        DerReader fields = list.enter(kDerSequence);
        Extension extension{.oid = fields.next(kDerOid).content, .critical = false, .value = {}};
        if (const std::optional<DerValue> flag = fields.next_if(kDerBoolean)) {
            if (flag->content.size() != 1 || (flag->content[0] != 0xff && flag->content[0] != 0))
                return false;
            extension.critical = flag->content[0] == 0xff;
        }
        extension.value = fields.next(kDerOctetString).content;
        if (!fields.done() || certificate.extension(extension.oid) != nullptr ||
            certificate.extensions.size() == kExtensionsMax)
            return false;
        certificate.extensions.push_back(extension);
        if (same_bytes(extension.oid, kBasicConstraints) &&
            !read_basic_constraints(certificate, extension.value))
            return false;
        if (same_bytes(extension.oid, kKeyUsage) && !read_key_usage(certificate, extension.value))
            return false;
    }
    return list.done();
}

bool read_tbs(Certificate& certificate, ByteView algorithm) {
    DerReader outer{certificate.tbs};
    DerReader fields = outer.enter(kDerSequence);
    DerReader version = fields.enter(der_context(0));
    if (der_small(version.next(kDerInteger).content) != std::uint64_t{2} || !version.done())
        return false;
    const std::optional<ByteView> serial = der_unsigned(fields.next(kDerInteger).content);
    if (!serial || serial->size() > kSerialBytesMax) return false;
    certificate.serial = *serial;
    if (!same_bytes(fields.next(kDerSequence).whole, algorithm)) return false;
    certificate.issuer = fields.next(kDerSequence).whole;
    DerReader dates = fields.enter(kDerSequence);
    const std::optional<UnixTime> begin = read_time(dates);
    const std::optional<UnixTime> end = read_time(dates);
    if (!dates.done() || !begin || !end) return false;
    certificate.validity = {*begin, *end};
    certificate.subject = fields.next(kDerSequence).whole;
    const ByteView spki = fields.next(kDerSequence).whole;
    if (!fields.ok() || !read_common_name(certificate.issuer)) return false;
    const std::optional<std::string_view> name = read_common_name(certificate.subject);
    Result<PublicKey> key = PublicKey::from_spki(spki);
    if (!name || !key) return false;
    certificate.common_name = *name;
    certificate.key = std::move(*key);
    if (fields.empty()) return outer.done();
    DerReader extensions = fields.enter(der_context(3));
    return fields.done() && outer.done() && read_extensions(certificate, extensions);
}

}  // namespace

std::optional<std::string_view> read_common_name(ByteView name) {
    DerReader outer{name};
    DerReader sets = outer.enter(kDerSequence);
    std::string_view found;
    while (sets.ok() && !sets.empty()) {
        DerReader set = sets.enter(kDerSet);
        DerReader attribute = set.enter(kDerSequence);  // one attribute in each set
        const ByteView oid = attribute.next(kDerOid).content;
        const DerValue value = attribute.next();
        if (!set.done() || !attribute.done() || !is_plain_text(value)) return std::nullopt;
        if (same_bytes(oid, kCommonName)) found = as_text(value.content);
    }
    if (!outer.done() || !sets.done()) return std::nullopt;
    return found;
}

const Extension* Certificate::extension(ByteView oid) const noexcept {
    const auto found = std::ranges::find_if(
        extensions, [&](const Extension& row) { return same_bytes(row.oid, oid); });
    return found == extensions.end() ? nullptr : &*found;
}

std::optional<SignatureScheme> read_scheme(ByteView der) {
    if (same_bytes(der, kEcdsaSha256)) return SignatureScheme::kEcdsaSha256;
    if (same_bytes(der, kEcdsaSha384)) return SignatureScheme::kEcdsaSha384;
    if (same_bytes(der, kRsaPss) || same_bytes(der, kRsaPssTrailer))
        return SignatureScheme::kRsaPssSha384;
    return std::nullopt;
}

Result<Certificate> read_certificate(ByteView der) {
    const Error malformed{Errc::kEvidenceMalformed, "attest.certificate"};
    if (der.size() > kCertificateBytesMax) return malformed;
    Certificate certificate;
    certificate.der.assign(der.begin(), der.end());
    DerReader outer{certificate.der};
    DerReader fields = outer.enter(kDerSequence);
    certificate.tbs = fields.next(kDerSequence).whole;
    const ByteView algorithm = fields.next(kDerSequence).whole;
    const std::optional<ByteView> signature = der_whole_bits(fields.next(kDerBitString).content);
    const std::optional<SignatureScheme> scheme = read_scheme(algorithm);
    if (!outer.done() || !fields.done() || !signature || !scheme) return malformed;
    certificate.scheme = *scheme;
    certificate.signature = *signature;
    if (!read_tbs(certificate, algorithm)) return malformed;
    return certificate;
}

Certificate copy_of(const Certificate& certificate) {
    Certificate copy;
    copy.der = certificate.der;
    const auto moved = [&](ByteView view) {
        return view.empty() ? ByteView{}
                            : ByteView{copy.der}.subspan(
                                  static_cast<std::size_t>(view.data() - certificate.der.data()),
                                  view.size());
    };
    copy.tbs = moved(certificate.tbs);
    copy.serial = moved(certificate.serial);
    copy.issuer = moved(certificate.issuer);
    copy.subject = moved(certificate.subject);
    copy.common_name = as_text(moved(as_bytes_view(certificate.common_name)));
    copy.validity = certificate.validity;
    copy.key = certificate.key;
    copy.scheme = certificate.scheme;
    copy.signature = moved(certificate.signature);
    copy.extensions.reserve(certificate.extensions.size());
    for (const Extension& row : certificate.extensions)
        copy.extensions.push_back({moved(row.oid), row.critical, moved(row.value)});
    copy.is_ca = certificate.is_ca;
    copy.path_len = certificate.path_len;
    copy.key_usage = certificate.key_usage;
    return copy;
}

bool signed_by(const PublicKey& issuer, SignatureScheme scheme, ByteView signed_bytes,
               ByteView signature) {
    if (scheme == SignatureScheme::kRsaPssSha384)
        return issuer.verify(scheme, signed_bytes, signature);
    if (issuer.kind() == KeyKind::kRsa) return false;
    const std::optional<RawSignature> raw = read_der_signature(issuer.kind(), signature);
    return raw && issuer.verify(scheme, signed_bytes, raw->view());
}

}  // namespace pramana::attest
