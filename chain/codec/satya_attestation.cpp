#include "pramana/chain/satya_attestation.hpp"

#include "json_tree.hpp"

#include <charconv>
#include <cmath>

namespace pramana::chain {
namespace {

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

Result<std::string> python_number(const std::string& spelled) {
    if (spelled.find_first_of(".eE") != std::string::npos) return python_float(spelled);
    return spelled == "-0" ? std::string{"0"} : spelled;
}

Result<std::string> dump(const JsonNode& node);

Result<std::string> dump_array(const JsonNode& node) {
    std::string out = "[";
    for (const JsonNode& item : node.items) {
        const Result<std::string> text = dump(item);
        if (!text) return text;
        if (out.size() > 1) out += ", ";
        out += *text;
    }
    return out + "]";
}

Result<std::string> dump_object(const JsonNode& node) {
    std::vector<const JsonNode::Member*> sorted;
    for (const JsonNode::Member& member : node.members) sorted.push_back(&member);
    // The byte order of UTF-8 is the order of code points, which is Python's.
    std::sort(sorted.begin(), sorted.end(),
              [](const auto* a, const auto* b) { return a->key < b->key; });
    std::string out = "{";
    for (const JsonNode::Member* member : sorted) {
        const Result<std::string> text = dump(member->value);
        if (!text) return text;
        if (out.size() > 1) out += ", ";
        out += quoted_json(member->key, JsonEscapes::kAscii) + ": " + *text;
    }
    return out + "}";
}

Result<std::string> dump(const JsonNode& node) {  // as deep as the parsed text
    switch (node.kind) {
        case JsonNode::Kind::kNull: return std::string{"null"};
        case JsonNode::Kind::kFalse: return std::string{"false"};
        case JsonNode::Kind::kTrue: return std::string{"true"};
        case JsonNode::Kind::kNumber: return python_number(node.text);
        case JsonNode::Kind::kString: return quoted_json(node.text, JsonEscapes::kAscii);
        case JsonNode::Kind::kArray: return dump_array(node);
        case JsonNode::Kind::kObject: return dump_object(node);
    }
    std::abort();
}

}  // namespace

Result<std::string> python_canonical_json(std::string_view text) {
    const Result<JsonNode> node = parse_json(text);
    if (!node) return node.error();
    return dump(*node);
}

Result<Address> recover_attestation_signer(std::string_view signed_fields,
                                           const Signature65& signature) {
    const Result<std::string> canonical = python_canonical_json(signed_fields);
    if (!canonical) return canonical.error();
    return recover_address(personal_message_digest(as_bytes_view(*canonical)), signature);
}

}  // namespace pramana::chain
