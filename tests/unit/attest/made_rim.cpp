#include "made_nvidia.hpp"

#include "pramana/core/check.hpp"
#include "pramana/core/hex.hpp"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <openssl/evp.h>
#include <xmlsec/openssl/evp.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmltree.h>

#include <atomic>

namespace pramana::made {

namespace {

const char* const kSignature =
    "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo>"
    "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2006/12/xml-c14n11\"/>"
    "<ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384\"/>"
    "<ds:Reference URI=\"\"><ds:Transforms>"
    "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>"
    "<ds:Transform Algorithm=\"http://www.w3.org/2006/12/xml-c14n11\"/></ds:Transforms>"
    "<ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#sha384\"/>"
    "<ds:DigestValue></ds:DigestValue></ds:Reference></ds:SignedInfo>"
    "<ds:SignatureValue></ds:SignatureValue></ds:Signature>";

std::string resources(const RimOrder& order) {
    std::string out;
    for (unsigned index = 0; index < 64; ++index) {
        const auto active = order.active.find(index);
        const std::vector<std::uint8_t> values =
            active == order.active.end() ? std::vector<std::uint8_t>{0} : active->second;
        out += "<ns0:Resource type=\"Measurement\" index=\"" + std::to_string(index) +
               "\" active=\"" + (active == order.active.end() ? "False" : "True") +
               "\" alternatives=\"" + std::to_string(values.size()) + "\" name=\"Measurement_" +
               std::to_string(index) + "\" size=\"48\"";
        for (std::size_t i = 0; i < values.size(); ++i)
            out += " ns2:Hash" + std::to_string(i) + "=\"" + to_hex(Bytes(48, values[i])) + "\"";
        out += "/>\n";
    }
    return out;
}

std::string unsigned_text(const RimOrder& order) {
    return "<SoftwareIdentity xmlns=\"http://standards.iso.org/iso/19770/-2/2015/schema.xsd\" "
           "xmlns:ns0=\"http://standards.iso.org/iso/19770/-2/2015/schema.xsd\" "
           "xmlns:ns2=\"http://www.w3.org/2001/04/xmlenc#sha384\" name=\"made\" tagId=\"made\">\n"
           "<ns0:Entity name=\"TEST ONLY\" role=\"tagCreator\"/>\n"
           "<ns0:Meta xmlns:ns1=\"https://trustedcomputinggroup.org/resource/"
           "tcg-reference-integrity-manifest-rim-information-model/\" colloquialVersion=\"" +
           order.version + "\" product=\"" + order.product + "\" ns1:FirmwareManufacturerId=\"" +
           order.manufacturer + "\"/>\n<ns0:Payload>\n" + resources(order) + "</ns0:Payload>\n" +
           kSignature + "</SoftwareIdentity>\n";
}

/// The library is started once for a process, and the verifier does it.
void start_library() { (void)attest::rim_signature_verifies("", {}); }

std::string signed_text(const std::string& text, const Key& key) {
    start_library();
    const std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)> doc{
        xmlReadMemory(text.data(), static_cast<int>(text.size()), nullptr, nullptr,
                      XML_PARSE_NONET),
        &xmlFreeDoc};
    PRAMANA_CHECK(doc != nullptr);
    xmlNode* node =
        xmlSecFindNode(xmlDocGetRootElement(doc.get()), xmlSecNodeSignature, xmlSecDSigNs);
    const std::unique_ptr<xmlSecDSigCtx, decltype(&xmlSecDSigCtxDestroy)> context{
        xmlSecDSigCtxCreate(nullptr), &xmlSecDSigCtxDestroy};
    PRAMANA_CHECK(EVP_PKEY_up_ref(key.get()) == 1);
    context->signKey = xmlSecKeyCreate();
    PRAMANA_CHECK(xmlSecKeySetValue(context->signKey, xmlSecOpenSSLEvpKeyAdopt(key.get())) >= 0);
    PRAMANA_CHECK(xmlSecDSigCtxSign(context.get(), node) >= 0);
    xmlChar* raw = nullptr;
    int size = 0;
    xmlDocDumpMemory(doc.get(), &raw, &size);
    std::string out{reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size)};
    xmlFree(raw);
    return out;
}

/// The certificates as NVIDIA puts them: base64 with lines, leaf first.
std::string key_info(const std::vector<Bytes>& certificates) {
    std::string out = "<ds:KeyInfo><ds:X509Data>";
    for (const Bytes& certificate : certificates) {
        std::string body = pem({certificate});
        body = body.substr(body.find('\n') + 1);
        out +=
            "<ds:X509Certificate>" + body.substr(0, body.find("-----")) + "</ds:X509Certificate>";
    }
    return out + "</ds:X509Data></ds:KeyInfo>";
}

}  // namespace

RimOrder driver_rim() {
    RimOrder out;
    out.version = "550.90.07";
    out.active = {{7, {7}}, {9, {99, 9}}, {35, {35}}};
    return out;
}

RimOrder vbios_rim() {
    RimOrder out;
    out.version = "96.00.9F.00.01";
    out.active = {{1, {1}}, {12, {0, 12, 13}}};
    return out;
}

const Key& rim_root_key() {
    static const Key key = Key::p384();
    return key;
}
Bytes rim_root() {
    static const Bytes made = root("NVIDIA CoRIM signing Root CA", rim_root_key());
    return made;
}

std::string make_rim(const RimOrder& order, std::vector<Issued>* issued) {
    const std::string root_name = "NVIDIA CoRIM signing Root CA";
    const Key foreign = Key::p384();
    const Key& root_key = order.foreign_root ? foreign : rim_root_key();
    const Key authority = Key::p384();
    const Key signer = Key::p384();
    const std::string authority_name = "NVIDIA Reference Value GH100 CA";
    static std::atomic<std::uint64_t> serial = 100;  // of its root no two are the same
    const Bytes middle = certificate(
        {.subject = authority_name, .issuer = root_name, .serial = ++serial, .authority = true},
        authority, root_key);
    std::optional<bool> leaf_authority;
    if (order.signer_is_authority) leaf_authority = true;
    const Bytes leaf = certificate({.subject = "HCC RIM L4 Signer",
                                    .issuer = authority_name,
                                    .end = order.signer_end,
                                    .authority = leaf_authority,
                                    .key_usage = order.signer_usage},
                                   signer, authority);
    std::string text = unsigned_text(order);
    if (order.before) order.before(text);
    text = signed_text(text, order.key_of_another ? authority : signer);
    const Bytes top = order.foreign_root ? root(root_name, foreign) : rim_root();
    if (issued != nullptr) {
        issued->push_back({leaf, middle, authority});
        issued->push_back({middle, top, root_key});
    }
    text.insert(text.find("</ds:Signature>"), key_info({leaf, middle, top}));
    if (order.after) order.after(text);
    return text;
}

}  // namespace pramana::made
