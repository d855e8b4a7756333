#include "nvidia/rim_document.hpp"

#include "pramana/attest/nvidia_rim.hpp"
#include "pramana/core/check.hpp"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/x509.h>
#include <xmlsec/crypto.h>
#include <xmlsec/errors.h>
#include <xmlsec/openssl/evp.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>

#include <mutex>

namespace pramana::attest {

namespace {

struct ContextFree {
    void operator()(xmlSecDSigCtx* context) const noexcept { xmlSecDSigCtxDestroy(context); }
};
using Context = std::unique_ptr<xmlSecDSigCtx, ContextFree>;
struct KeyFree {
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, KeyFree>;

Error malformed(std::string_view site) { return Error{Errc::kEvidenceMalformed, site}; }

/// The library reports on standard error; what it says is in our result.
void be_silent(const char* /*file*/, int /*line*/, const char* /*function*/, const char* /*object*/,
               const char* /*subject*/, int /*reason*/, const char* /*message*/) {}

void start_library() {
    static std::once_flag once;
    std::call_once(once, [] {
        PRAMANA_CHECK(xmlSecInit() >= 0);
        PRAMANA_CHECK(xmlSecCryptoAppInit(nullptr) >= 0);
        PRAMANA_CHECK(xmlSecCryptoInit() >= 0);
        xmlSecErrorsSetCallback(&be_silent);  // last: the lines above set one of their own
    });
}

Result<Key> p384_key_of(ByteView certificate) {
    const unsigned char* at = certificate.data();
    const std::unique_ptr<X509, decltype(&X509_free)> parsed{
        d2i_X509(nullptr, &at, static_cast<long>(certificate.size())), &X509_free};
    ERR_clear_error();
    if (!parsed || at != certificate.data() + certificate.size())
        return malformed("attest.rim.certificate");
    Key key{X509_get_pubkey(parsed.get())};
    char group[32] = {};
    const bool p384 = key &&
                      EVP_PKEY_get_group_name(key.get(), group, sizeof group, nullptr) == 1 &&
                      std::string_view{group} == SN_secp384r1;
    ERR_clear_error();
    if (!p384) return malformed("attest.rim.certificate.key");
    return key;
}

/// A context that verifies with this key alone and knows only the accepted transforms.
Context context_with(const Key& key) {
    Context context{xmlSecDSigCtxCreate(nullptr)};
    PRAMANA_CHECK(context != nullptr);
    PRAMANA_CHECK(EVP_PKEY_up_ref(key.get()) == 1);  // the library takes one over
    xmlSecKeyData* data = xmlSecOpenSSLEvpKeyAdopt(key.get());
    PRAMANA_CHECK(data != nullptr);
    context->signKey = xmlSecKeyCreate();
    PRAMANA_CHECK(context->signKey != nullptr);
    PRAMANA_CHECK(xmlSecKeySetValue(context->signKey, data) >= 0);
    context->enabledReferenceUris = xmlSecTransformUriTypeEmpty;
    for (const xmlSecTransformId id :
         {xmlSecTransformEnvelopedId, xmlSecTransformInclC14N11Id, xmlSecTransformSha384Id})
        PRAMANA_CHECK(xmlSecDSigCtxEnableReferenceTransform(context.get(), id) >= 0);
    for (const xmlSecTransformId id : {xmlSecTransformInclC14N11Id, xmlSecTransformEcdsaSha384Id})
        PRAMANA_CHECK(xmlSecDSigCtxEnableSignatureTransform(context.get(), id) >= 0);
    return context;
}

}  // namespace

Result<bool> rim_signature_verifies(std::string_view xml, ByteView certificate) {
    if (xml.size() > kRimBytesMax) return malformed("attest.rim.size");
    start_library();
    const Result<XmlDoc> doc = read_plain_xml(xml);
    if (!doc) return doc.error();
    const Result<xmlNode*> signature = accepted_signature(doc->get());
    if (!signature) return signature.error();
    const Result<Key> key = p384_key_of(certificate);
    if (!key) return key.error();
    const Context context = context_with(*key);
    const bool processed = xmlSecDSigCtxVerify(context.get(), *signature) >= 0;
    ERR_clear_error();
    return processed && context->status == xmlSecDSigStatusSucceeded;
}

}  // namespace pramana::attest
