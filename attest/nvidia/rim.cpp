#include "pramana/attest/nvidia_rim.hpp"

#include "nvidia/rim_document.hpp"

#include "pramana/core/hex.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace pramana::attest {

namespace {

constexpr std::string_view kSwid = "http://standards.iso.org/iso/19770/-2/2015/schema.xsd";
const std::string kHashSpace = "http://www.w3.org/2001/04/xmlenc#sha384";
const std::string kTcgSpace =
    "https://trustedcomputinggroup.org/resource/"
    "tcg-reference-integrity-manifest-rim-information-model/";

Error malformed(std::string_view site) { return Error{Errc::kEvidenceMalformed, site}; }

/// A decimal number of 0..`max`.
std::optional<unsigned> small_number(const std::optional<std::string>& text, unsigned max) {
    if (!text || text->empty()) return std::nullopt;
    unsigned out = 0;
    const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), out);
    if (failed != std::errc{} || end != text->data() + text->size() || out > max)
        return std::nullopt;
    return out;
}

Result<RimMeasurement> read_measurement(xmlNode* node) {
    RimMeasurement out;
    const std::optional<unsigned> index =
        small_number(attribute(node, "index"), kRimMeasurementsMax - 1);
    const std::optional<unsigned> count =
        small_number(attribute(node, "alternatives"), kRimAlternativesMax);
    const std::optional<std::string> active = attribute(node, "active");
    if (!index || !count || *count == 0) return malformed("attest.rim.measurement");
    if (attribute(node, "type") != "Measurement" || attribute(node, "size") != "48")
        return malformed("attest.rim.measurement.type");
    if (active != "True" && active != "False") return malformed("attest.rim.measurement.active");
    out.index = *index;
    out.active = active == "True";
    for (unsigned i = 0; i < *count; ++i) {
        const auto text = attribute(node, "Hash" + std::to_string(i), kHashSpace);
        const Result<Hash48> hash =
            text ? fixed_from_hex<Hash48>(*text) : malformed("attest.rim.measurement.hash");
        if (!hash) return malformed("attest.rim.measurement.hash");
        out.alternatives.push_back(*hash);
    }
    return out;
}

Status read_payload(xmlNode* payload, Rim& out) {
    const std::optional<std::vector<xmlNode*>> resources = child_elements(payload);
    if (!resources || resources->empty() || resources->size() > kRimMeasurementsMax)
        return malformed("attest.rim.payload");
    std::set<unsigned> seen;
    for (xmlNode* node : *resources) {
        if (!is_element(node, "Resource", kSwid)) return malformed("attest.rim.payload.element");
        Result<RimMeasurement> measurement = read_measurement(node);
        if (!measurement) return measurement.error();
        if (!seen.insert(measurement->index).second)
            return malformed("attest.rim.measurement.twice");
        out.measurements.push_back(std::move(*measurement));
    }
    return Done{};
}

Status read_meta(xmlNode* meta, Rim& out) {
    const auto version = attribute(meta, "colloquialVersion");
    const auto product = attribute(meta, "product");
    const auto maker = attribute(meta, "FirmwareManufacturerId", kTcgSpace);
    if (!version || version->empty() || !product || !maker) return malformed("attest.rim.meta");
    out.version = *version;
    out.product = *product;
    out.manufacturer_id = *maker;
    return Done{};
}

/// The only child element of this name.
xmlNode* only_child(const std::vector<xmlNode*>& children, std::string_view name) {
    const auto is_it = [&](const xmlNode* node) { return is_element(node, name, kSwid); };
    const auto first = std::find_if(children.begin(), children.end(), is_it);
    if (first == children.end() || std::find_if(first + 1, children.end(), is_it) != children.end())
        return nullptr;
    return *first;
}

Status read_tag(xmlDoc* doc, Rim& out) {
    xmlNode* root = xmlDocGetRootElement(doc);
    if (!is_element(root, "SoftwareIdentity", kSwid)) return malformed("attest.rim.root");
    const std::optional<std::vector<xmlNode*>> children = child_elements(root);
    if (!children || children->size() != 4) return malformed("attest.rim.root");
    xmlNode* meta = only_child(*children, "Meta");
    xmlNode* payload = only_child(*children, "Payload");
    if (meta == nullptr || payload == nullptr || only_child(*children, "Entity") == nullptr)
        return malformed("attest.rim.root");
    PRAMANA_TRY(read_meta(meta, out));
    return read_payload(payload, out);
}

}  // namespace

std::size_t Rim::active_count() const noexcept {
    return static_cast<std::size_t>(std::count_if(measurements.begin(), measurements.end(),
                                                  [](const auto& m) { return m.active; }));
}

Result<Rim> parse_rim(std::string_view xml) {
    if (xml.size() > kRimBytesMax) return malformed("attest.rim.size");
    const Result<XmlDoc> doc = read_plain_xml(xml);
    if (!doc) return doc.error();
    Rim out;
    if (const Status read = read_tag(doc->get(), out); !read) return read.error();
    const Result<xmlNode*> signature = accepted_signature(doc->get());
    if (!signature) return signature.error();
    Result<std::vector<Bytes>> certificates = signature_certificates(*signature);
    if (!certificates) return certificates.error();
    out.certificates = std::move(*certificates);
    return out;
}

}  // namespace pramana::attest
