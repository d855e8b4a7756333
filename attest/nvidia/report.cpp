#include "pramana/attest/nvidia_report.hpp"

#include "byte_reader.hpp"

#include <algorithm>
#include <set>

namespace pramana::attest {

namespace {

// DMTF DSP0274 1.1: GET_MEASUREMENTS and MEASUREMENTS.
constexpr std::uint8_t kSpdmVersion = 0x11;
constexpr std::uint8_t kGetMeasurements = 0xE0;
constexpr std::uint8_t kMeasurements = 0x60;
constexpr std::uint8_t kSignatureWanted = 0x01;
constexpr std::uint8_t kAllMeasurements = 0xFF;
constexpr std::uint8_t kDmtfSpecification = 0x01;
constexpr std::size_t kFieldsMax = 64;
/// index(1), specification(1), size(2), type(1), value size(2), value(48)
constexpr std::size_t kBlockSize = 4 + 3 + Hash48::kSize;
constexpr std::size_t kVbiosSize = 8;

Error malformed(std::string_view site) { return Error{Errc::kEvidenceMalformed, site}; }

std::size_t take_u24(ByteReader& in) {
    const std::size_t low = in.take_le<std::uint16_t>();
    return low | std::size_t{in.take_le<std::uint8_t>()} << 16U;
}

Status read_request(ByteReader& in, NvidiaReport& out) {
    const auto version = in.take_le<std::uint8_t>();
    const auto code = in.take_le<std::uint8_t>();
    const auto attributes = in.take_le<std::uint8_t>();
    const auto operation = in.take_le<std::uint8_t>();
    in.take_into(out.request_nonce);
    out.slot = in.take_le<std::uint8_t>();
    if (!in.ok()) return malformed("attest.nvidia.request.size");
    if (version != kSpdmVersion || code != kGetMeasurements)
        return malformed("attest.nvidia.request.code");
    if (attributes != kSignatureWanted || operation != kAllMeasurements)
        return malformed("attest.nvidia.request.parameters");
    return Done{};
}

Status read_blocks(ByteView record, std::size_t count, NvidiaReport& out) {
    if (record.size() != count * kBlockSize) return malformed("attest.nvidia.record.size");
    ByteReader in{record};
    std::set<std::uint8_t> seen;
    for (std::size_t i = 0; i < count; ++i) {
        SpdmMeasurement block;
        block.index = in.take_le<std::uint8_t>();
        const auto specification = in.take_le<std::uint8_t>();
        const auto size = in.take_le<std::uint16_t>();
        block.value_type = in.take_le<std::uint8_t>();
        const auto value_size = in.take_le<std::uint16_t>();
        in.take_into(block.value);
        if (specification != kDmtfSpecification || size != kBlockSize - 4 ||
            value_size != Hash48::kSize)
            return malformed("attest.nvidia.record.block");
        if (block.index == 0 || !seen.insert(block.index).second)
            return malformed("attest.nvidia.record.index");
        out.measurements.push_back(block);
    }
    return Done{};
}

Status read_opaque(ByteView raw, NvidiaReport& out) {
    ByteReader in{raw};
    std::set<std::uint16_t> seen;
    while (!in.at_end()) {
        NvidiaOpaqueField field;
        field.type = in.take_le<std::uint16_t>();
        const auto size = in.take_le<std::uint16_t>();
        const ByteView value = in.take(size);
        if (!in.ok()) return malformed("attest.nvidia.opaque.size");
        if (out.opaque.size() == kFieldsMax || !seen.insert(field.type).second)
            return malformed("attest.nvidia.opaque.field");
        field.value.assign(value.begin(), value.end());
        out.opaque.push_back(std::move(field));
    }
    return Done{};
}

Status read_answer(ByteReader& in, NvidiaReport& out) {
    const auto version = in.take_le<std::uint8_t>();
    const auto code = in.take_le<std::uint8_t>();
    (void)in.take(
        2);  // parameters: the number of indices, which is asked for elsewhere, and the slot
    const auto count = in.take_le<std::uint8_t>();
    const ByteView record = in.take(take_u24(in));
    in.take_into(out.response_nonce);
    const ByteView opaque = in.take(in.take_le<std::uint16_t>());
    if (!in.ok()) return malformed("attest.nvidia.answer.size");
    if (version != kSpdmVersion || code != kMeasurements)
        return malformed("attest.nvidia.answer.code");
    if (count == 0) return malformed("attest.nvidia.record.empty");
    PRAMANA_TRY(read_blocks(record, count, out));
    return read_opaque(opaque, out);
}

}  // namespace

std::optional<ByteView> NvidiaReport::field(NvidiaField type) const {
    const auto wanted = static_cast<std::uint16_t>(type);
    const auto at = std::find_if(opaque.begin(), opaque.end(),
                                 [&](const NvidiaOpaqueField& f) { return f.type == wanted; });
    if (at == opaque.end()) return std::nullopt;
    return ByteView{at->value};
}

std::optional<std::string> NvidiaReport::text(NvidiaField type) const {
    const std::optional<ByteView> raw = field(type);
    if (!raw) return std::nullopt;
    std::string_view view = as_text(*raw);
    while (view.ends_with('\0')) view.remove_suffix(1);
    const auto printable = [](char c) { return c > ' ' && c <= '~'; };
    if (view.empty() || !std::all_of(view.begin(), view.end(), printable)) return std::nullopt;
    return std::string{view};
}

std::optional<std::string> NvidiaReport::vbios_version() const {
    const std::optional<ByteView> raw = field(NvidiaField::kVbiosVersion);
    if (!raw || raw->size() != kVbiosSize) return std::nullopt;
    // Two little-endian words: 0x9600XXYY and the last component.
    constexpr std::array<std::size_t, 5> kOrder = {3, 2, 1, 0, 4};
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (const std::size_t at : kOrder) {
        if (!out.empty()) out += '.';
        out += kDigits[(*raw)[at] >> 4U];
        out += kDigits[(*raw)[at] & 0xFU];
    }
    return out;
}

const SpdmMeasurement* NvidiaReport::measurement(unsigned index) const {
    const auto at = std::find_if(measurements.begin(), measurements.end(),
                                 [&](const SpdmMeasurement& m) { return m.index == index; });
    return at == measurements.end() ? nullptr : &*at;
}

Result<NvidiaReport> parse_nvidia_report(ByteView raw) {
    if (raw.size() > kNvidiaReportBytesMax) return malformed("attest.nvidia.size");
    NvidiaReport out;
    ByteReader in{raw};
    if (const Status read = read_request(in, out); !read) return read.error();
    if (const Status read = read_answer(in, out); !read) return read.error();
    const std::size_t covered = raw.size() - in.rest().size();
    in.take_into(out.signature);
    if (!in.ok()) return malformed("attest.nvidia.signature.size");
    const ByteView signed_bytes = raw.first(covered);
    out.signed_bytes.assign(signed_bytes.begin(), signed_bytes.end());
    out.trailing.assign(in.rest().begin(), in.rest().end());
    return out;
}

}  // namespace pramana::attest
