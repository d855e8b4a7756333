#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <libxml/tree.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::attest {

struct XmlDocFree {
    void operator()(xmlDoc* doc) const noexcept { xmlFreeDoc(doc); }
};
using XmlDoc = std::unique_ptr<xmlDoc, XmlDocFree>;

/// Parses XML of which nothing can be expanded or fetched. Errors: kEvidenceMalformed.
[[nodiscard]] Result<XmlDoc> read_plain_xml(std::string_view xml);

/// The element's name and namespace are these.
[[nodiscard]] bool is_element(const xmlNode* node, std::string_view name, std::string_view space);
/// The child elements in order. Text between them that is not white space is malformed: nullopt.
[[nodiscard]] std::optional<std::vector<xmlNode*>> child_elements(xmlNode* node);
/// An attribute's value; `space` empty = without a namespace. nullopt when it is absent.
[[nodiscard]] std::optional<std::string> attribute(xmlNode* node, const std::string& name,
                                                   const std::string& space = {});
/// The text of an element that has no child element; nullopt when it has one.
[[nodiscard]] std::optional<std::string> text_content(xmlNode* node);

/// The signature element of a document whose signature has the one accepted form.
/// Errors: kEvidenceMalformed.
[[nodiscard]] Result<xmlNode*> accepted_signature(xmlDoc* doc);
/// The certificates inside that element, DER. Errors: kEvidenceMalformed.
[[nodiscard]] Result<std::vector<Bytes>> signature_certificates(xmlNode* signature);

}  // namespace pramana::attest
