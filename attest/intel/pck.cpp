#include "intel/pck.hpp"

#include "der.hpp"

#include <algorithm>

namespace pramana::attest {
namespace {

/// 1.2.840.113741.1.13.1
constexpr std::array<std::uint8_t, 9> kSgxExtensions = {0x2a, 0x86, 0x48, 0x86, 0xf8,
                                                        0x4d, 0x01, 0x0d, 0x01};
constexpr unsigned kFieldMax = 18;  // components 1..16, PCESVN 17, CPUSVN 18

/// The last arc of kSgxExtensions ‖ prefix ‖ arc; nullopt: another identifier.
std::optional<unsigned> last_arc(ByteView oid, ByteView prefix) {
    const std::size_t size = kSgxExtensions.size() + prefix.size();
    if (oid.size() != size + 1 || !same_bytes(oid.first(kSgxExtensions.size()), kSgxExtensions) ||
        !same_bytes(oid.subspan(kSgxExtensions.size(), prefix.size()), prefix))
        return std::nullopt;
    return oid.back();
}

/// Calls `take(arc, value)` for each (identifier, value) of a sequence; false on the first that
/// does not parse, is repeated or is refused by `take`.
template <class Take>
bool each_field(DerReader& list, ByteView prefix, Take take) {
    std::uint32_t seen = 0;
    while (list.ok() && !list.empty()) {
        DerReader fields = list.enter(kDerSequence);
        const std::optional<unsigned> arc = last_arc(fields.next(kDerOid).content, prefix);
        const DerValue value = fields.next();
        if (!fields.done() || !arc || *arc == 0 || *arc > kFieldMax || (seen >> *arc & 1U) != 0)
            return false;
        seen |= 1U << *arc;
        if (!take(*arc, value)) return false;
    }
    return list.done();
}

bool take_octets(const DerValue& value, std::size_t size, ByteView& out) {
    if (value.tag != kDerOctetString || value.content.size() != size) return false;
    out = value.content;
    return true;
}

bool take_number(const DerValue& value, std::uint64_t max, std::uint16_t& out) {
    const std::optional<std::uint64_t> number = der_small(value.content);
    if (value.tag != kDerInteger || !number || *number > max) return false;
    out = static_cast<std::uint16_t>(*number);
    return true;
}

bool read_tcb(const DerValue& whole, PckExtension& out) {
    if (whole.tag != kDerSequence) return false;
    DerReader list{whole.content};
    unsigned fields = 0;
    const std::array<std::uint8_t, 1> prefix = {2};
    const bool read = each_field(list, prefix, [&](unsigned arc, const DerValue& value) {
        ++fields;
        if (arc == 18) return take_octets(value, 16, out.cpu_svn);
        if (arc == 17) return take_number(value, 0xffff, out.pce_svn);
        std::uint16_t svn = 0;
        if (!take_number(value, 0xff, svn)) return false;
        out.component_svns[arc - 1] = static_cast<std::uint8_t>(svn);
        return true;
    });
    return read && fields == kFieldMax;
}

bool take_type(const DerValue& value, std::uint8_t& out) {
    if (value.tag != kDerEnumerated || value.content.size() != 1 || value.content[0] > 2)
        return false;
    out = value.content[0];
    return true;
}

}  // namespace

Result<PckExtension> read_pck_extension(ByteView value) {
    const Error malformed{Errc::kEvidenceMalformed, "attest.pck.extension"};
    PckExtension out;
    DerReader outer{value};
    DerReader list = outer.enter(kDerSequence);
    unsigned required = 0;
    const bool read = each_field(list, {}, [&](unsigned arc, const DerValue& field) {
        if (arc <= 5) ++required;
        switch (arc) {
            case 1: return take_octets(field, 16, out.ppid);
            case 2: return read_tcb(field, out);
            case 3: return take_octets(field, 2, out.pce_id);
            case 4: return take_octets(field, 6, out.fmspc);
            case 5: return take_type(field, out.sgx_type);
            case 6: return take_octets(field, 16, out.platform_instance_id);
            case 7: return field.tag == kDerSequence;  // configuration: decides nothing here
            default: return false;
        }
    });
    if (!read || !outer.done() || required != 5) return malformed;
    return out;
}

Result<PckExtension> read_pck_extension(const Certificate& certificate) {
    const Extension* const extension = certificate.extension(kSgxExtensions);
    if (extension == nullptr) return Error{Errc::kEvidenceMalformed, "attest.pck.no_extension"};
    return read_pck_extension(extension->value);
}

}  // namespace pramana::attest
