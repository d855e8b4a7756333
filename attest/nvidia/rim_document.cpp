#include "nvidia/rim_document.hpp"

#include "pramana/core/base64.hpp"

#include <libxml/parser.h>

#include <algorithm>
#include <array>
#include <mutex>

namespace pramana::attest {

namespace {

constexpr std::string_view kDsig = "http://www.w3.org/2000/09/xmldsig#";
constexpr std::string_view kCanonical11 = "http://www.w3.org/2006/12/xml-c14n11";
constexpr std::string_view kEnveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
constexpr std::string_view kSha384 = "http://www.w3.org/2001/04/xmldsig-more#sha384";
constexpr std::string_view kEcdsaSha384 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384";
constexpr std::size_t kCertificatesMax = 8;
// libxml2 needs the square of the number of attributes of one element, and of the names that are
// declared, for parsing and for canonical XML: before any signature can be found wrong. Genuine
// manifests have 99 tags, 13 attributes and 6 declarations.
constexpr std::ptrdiff_t kTagsMax = 1024;
constexpr std::ptrdiff_t kAttributesMax = 128;
constexpr unsigned kDeclarationsMax = 16;

Error malformed(std::string_view site) { return Error{Errc::kEvidenceMalformed, site}; }

const xmlChar* xml_text(const std::string& text) {
    return reinterpret_cast<const xmlChar*>(text.c_str());
}
std::string_view view_of(const xmlChar* text) {
    return text == nullptr ? std::string_view{} : reinterpret_cast<const char*>(text);
}

struct XmlFree {
    void operator()(xmlChar* text) const noexcept { xmlFree(text); }
};
using XmlText = std::unique_ptr<xmlChar, XmlFree>;

/// Printable ASCII, line ends and tabs; no "<!" (document type, comment, CDATA), and "<?" only as
/// the declaration at the very beginning.
bool is_plain(std::string_view xml) {
    const auto allowed = [](char c) {
        return (c >= ' ' && c <= '~') || c == '\n' || c == '\r' || c == '\t';
    };
    if (!std::all_of(xml.begin(), xml.end(), allowed)) return false;
    const std::size_t instruction = xml.find("<?", xml.starts_with("<?xml ") ? 2 : 0);
    return xml.find("<!") == std::string_view::npos && instruction == std::string_view::npos;
}

/// Whether no element has many attributes, and the document neither many tags nor many declared
/// names. An attribute has a "=" between the "<" of its element and the next one, since no value
/// may hold a "<".
bool is_modest(std::string_view xml) {
    if (std::ranges::count(xml, '<') > kTagsMax) return false;
    unsigned declarations = 0;
    constexpr std::string_view kDeclaration = "xmlns";
    for (std::size_t at = xml.find(kDeclaration); at != std::string_view::npos;
         at = xml.find(kDeclaration, at + kDeclaration.size()))
        if (++declarations > kDeclarationsMax) return false;
    while (!xml.empty()) {
        const std::size_t end = std::min(xml.find('<', 1), xml.size());
        if (std::ranges::count(xml.substr(0, end), '=') > kAttributesMax) return false;
        xml.remove_prefix(end);
    }
    return true;
}

/// The child elements, which must be called so and all be of XML-DSig.
std::optional<std::vector<xmlNode*>> dsig_children(xmlNode* node,
                                                   std::initializer_list<std::string_view> names) {
    std::optional<std::vector<xmlNode*>> children = child_elements(node);
    if (!children || children->size() != names.size()) return std::nullopt;
    std::size_t i = 0;
    for (const std::string_view name : names) {
        if (!is_element((*children)[i++], name, kDsig)) return std::nullopt;
    }
    return children;
}

bool algorithm_is(xmlNode* node, std::string_view wanted) {
    const std::optional<std::vector<xmlNode*>> children = child_elements(node);
    return children && children->empty() && attribute(node, "Algorithm") == std::string{wanted};
}

bool accepted_reference(xmlNode* reference) {
    const auto parts = dsig_children(reference, {"Transforms", "DigestMethod", "DigestValue"});
    if (!parts || attribute(reference, "URI") != std::string{}) return false;
    const auto transforms = dsig_children((*parts)[0], {"Transform", "Transform"});
    return transforms && algorithm_is((*transforms)[0], kEnveloped) &&
           algorithm_is((*transforms)[1], kCanonical11) && algorithm_is((*parts)[1], kSha384);
}

bool accepted_form(xmlNode* signature) {
    const auto parts = dsig_children(signature, {"SignedInfo", "SignatureValue", "KeyInfo"});
    if (!parts) return false;
    const auto info =
        dsig_children((*parts)[0], {"CanonicalizationMethod", "SignatureMethod", "Reference"});
    return info && algorithm_is((*info)[0], kCanonical11) &&
           algorithm_is((*info)[1], kEcdsaSha384) && accepted_reference((*info)[2]);
}

}  // namespace

Result<XmlDoc> read_plain_xml(std::string_view xml) {
    static std::once_flag once;
    std::call_once(once, xmlInitParser);
    if (!is_plain(xml)) return malformed("attest.rim.xml.plain");
    if (!is_modest(xml)) return malformed("attest.rim.xml.many");
    constexpr int kOptions = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
    XmlDoc doc{xmlReadMemory(xml.data(), static_cast<int>(xml.size()), nullptr, "UTF-8", kOptions)};
    if (!doc || doc->intSubset != nullptr || doc->extSubset != nullptr)
        return malformed("attest.rim.xml");
    return doc;
}

bool is_element(const xmlNode* node, std::string_view name, std::string_view space) {
    return node != nullptr && node->type == XML_ELEMENT_NODE && view_of(node->name) == name &&
           node->ns != nullptr && view_of(node->ns->href) == space;
}

std::optional<std::vector<xmlNode*>> child_elements(xmlNode* node) {
    std::vector<xmlNode*> out;
    for (xmlNode* child = node->children; child != nullptr; child = child->next) {
        if (child->type == XML_ELEMENT_NODE)
            out.push_back(child);
        else if (child->type != XML_TEXT_NODE || xmlIsBlankNode(child) != 1)
            return std::nullopt;
    }
    return out;
}

std::optional<std::string> attribute(xmlNode* node, const std::string& name,
                                     const std::string& space) {
    const XmlText value{space.empty() ? xmlGetNoNsProp(node, xml_text(name))
                                      : xmlGetNsProp(node, xml_text(name), xml_text(space))};
    if (!value) return std::nullopt;
    return std::string{view_of(value.get())};
}

std::optional<std::string> text_content(xmlNode* node) {
    for (const xmlNode* child = node->children; child != nullptr; child = child->next) {
        if (child->type != XML_TEXT_NODE) return std::nullopt;
    }
    const XmlText content{xmlNodeGetContent(node)};
    return std::string{view_of(content.get())};
}

Result<xmlNode*> accepted_signature(xmlDoc* doc) {
    xmlNode* root = xmlDocGetRootElement(doc);
    const std::optional<std::vector<xmlNode*>> children = child_elements(root);
    if (!children) return malformed("attest.rim.root");
    xmlNode* found = nullptr;
    for (xmlNode* child : *children) {
        if (!is_element(child, "Signature", kDsig)) continue;
        if (found != nullptr) return malformed("attest.rim.signature.count");
        found = child;
    }
    if (found == nullptr) return malformed("attest.rim.signature.absent");
    if (!accepted_form(found)) return malformed("attest.rim.signature.form");
    return found;
}

Result<std::vector<Bytes>> signature_certificates(xmlNode* signature) {
    const auto parts = dsig_children(signature, {"SignedInfo", "SignatureValue", "KeyInfo"});
    if (!parts) return malformed("attest.rim.signature.form");
    const auto key = dsig_children((*parts)[2], {"X509Data"});
    const auto held = key ? child_elements((*key)[0]) : std::nullopt;
    if (!held || held->empty() || held->size() > kCertificatesMax)
        return malformed("attest.rim.certificates");
    std::vector<Bytes> out;
    for (xmlNode* node : *held) {
        const std::optional<std::string> text = text_content(node);
        if (!is_element(node, "X509Certificate", kDsig) || !text)
            return malformed("attest.rim.certificates");
        std::optional<Bytes> der = base64_decode(*text, Base64::kWithLines);
        if (!der || der->empty()) return malformed("attest.rim.certificates");
        out.push_back(std::move(*der));
    }
    return out;
}

}  // namespace pramana::attest
