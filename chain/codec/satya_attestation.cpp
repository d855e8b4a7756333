#include "pramana/chain/satya_attestation.hpp"

#include "pramana/core/json.hpp"
#include "pramana/core/utf8.hpp"

#include <charconv>
#include <cmath>

namespace pramana::chain {
namespace {

constexpr std::size_t kTextBytesMax = std::size_t{1} << 20U;
constexpr std::size_t kDepthMax = 32;

/// Python's repr of a float: the shortest digits that read back, in scientific form below 1e-4 and
/// from 1e16 on.
Result<std::string> python_float(std::string_view spelled) {
    double value = 0;
    const auto read = std::from_chars(spelled.data(), spelled.data() + spelled.size(), value);
    if (read.ec != std::errc{}) return Error{Errc::kMalformedChainData, "chain.satya.float"};
    const double magnitude = std::fabs(value);
    const bool plain = magnitude == 0.0 || (magnitude >= 1e-4 && magnitude < 1e16);
    std::array<char, 64> buffer;
    const auto form = plain ? std::chars_format::fixed : std::chars_format::scientific;
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, form);
    PRAMANA_CHECK(written.ec == std::errc{});
    std::string text{buffer.data(), written.ptr};
    if (plain && text.find('.') == std::string::npos) text += ".0";
    return text;
}

Result<std::string> python_number(std::string_view spelled) {
    if (spelled.find_first_of(".eE") != std::string_view::npos) return python_float(spelled);
    return std::string{spelled == "-0" ? "0" : spelled};
}

void append_unit(std::string& out, std::uint32_t unit) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    out += "\\u";
    for (const unsigned shift : {12U, 8U, 4U, 0U}) out.push_back(kDigits[unit >> shift & 0xFU]);
}

/// The code point of a checked UTF-8 sequence.
std::uint32_t code_point(std::string_view sequence) noexcept {
    const std::uint32_t lead = static_cast<std::uint8_t>(sequence[0]);
    std::uint32_t point = sequence.size() == 1 ? lead : lead & (0xFFU >> (sequence.size() + 1));
    for (const char next : sequence.substr(1)) {
        point = point << 6U | (static_cast<std::uint8_t>(next) & 0x3FU);
    }
    return point;
}

/// `text` (valid UTF-8) in quotes as Python's ensure_ascii writes it: all but printable ASCII
/// escaped.
std::string python_quoted(std::string_view text) {
    static constexpr std::string_view kNames = "\"\\bfnrt";
    static constexpr std::string_view kMeanings = "\"\\\b\f\n\r\t";
    std::string out = "\"";
    while (!text.empty()) {
        const std::size_t length = utf8_sequence_length(text);
        PRAMANA_CHECK(length > 0);
        const std::uint32_t point = code_point(text.substr(0, length));
        const std::size_t named = length == 1 ? kMeanings.find(text[0]) : std::string_view::npos;
        if (named != std::string_view::npos) {
            out += {'\\', kNames[named]};
        } else if (point >= 0x20 && point < 0x7F) {
            out += text[0];
        } else if (point < 0x10000) {
            append_unit(out, point);
        } else {
            append_unit(out, 0xD800 + ((point - 0x10000) >> 10U));
            append_unit(out, 0xDC00 + ((point - 0x10000) & 0x3FFU));
        }
        text.remove_prefix(length);
    }
    return out + '"';
}

Result<std::string> dump(const JsonView& node);

Result<std::string> dump_array(const JsonView& node) {
    std::string out = "[";
    for (const JsonView& item : node.items()) {
        const Result<std::string> text = dump(item);
        if (!text) return text;
        if (out.size() > 1) out += ", ";
        out += *text;
    }
    return out + "]";
}

Result<std::string> dump_object(const JsonView& node) {
    std::vector<JsonView::Member> members = node.members();
    // The byte order of UTF-8 is the order of code points, which is Python's.
    std::sort(members.begin(), members.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    std::string out = "{";
    for (const JsonView::Member& member : members) {
        const Result<std::string> text = dump(member.value);
        if (!text) return text;
        if (out.size() > 1) out += ", ";
        out += python_quoted(member.name) + ": " + *text;
    }
    return out + "}";
}

Result<std::string> dump(const JsonView& node) {  // at most kDepthMax deep
    switch (node.kind()) {
        case JsonKind::kNull:
        case JsonKind::kBool: return std::string{node.raw()};
        case JsonKind::kNumber: return python_number(node.raw());
        case JsonKind::kString: return python_quoted(*node.text());
        case JsonKind::kArray: return dump_array(node);
        case JsonKind::kObject: return dump_object(node);
    }
    std::abort();
}

}  // namespace

Result<std::string> python_canonical_json(std::string_view text) {
    if (text.size() > kTextBytesMax) return Error{Errc::kMalformedChainData, "chain.satya.size"};
    const Result<JsonView> node = read_json(text, kDepthMax);
    if (!node) return Error{Errc::kMalformedChainData, "chain.satya.json"};
    return dump(*node);
}

Result<Address> recover_attestation_signer(std::string_view signed_fields,
                                           const Signature65& signature) {
    const Result<std::string> canonical = python_canonical_json(signed_fields);
    if (!canonical) return canonical.error();
    return recover_address(personal_message_digest(as_bytes_view(*canonical)), signature);
}

}  // namespace pramana::chain
