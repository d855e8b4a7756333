#include "attest_support/ocsp_responder.hpp"

#include "pramana/core/check.hpp"

#include <openssl/evp.h>
#include <openssl/ocsp.h>

#include <array>
#include <ctime>

namespace pramana::made {

namespace {

struct Free {
    void operator()(X509* p) const noexcept { X509_free(p); }
    void operator()(ASN1_STRING* p) const noexcept { ASN1_STRING_free(p); }
    void operator()(OCSP_REQUEST* p) const noexcept { OCSP_REQUEST_free(p); }
    void operator()(OCSP_RESPONSE* p) const noexcept { OCSP_RESPONSE_free(p); }
    void operator()(OCSP_BASICRESP* p) const noexcept { OCSP_BASICRESP_free(p); }
    void operator()(OCSP_CERTID* p) const noexcept { OCSP_CERTID_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

Owned<X509> read(ByteView der) {
    const unsigned char* at = der.data();
    Owned<X509> out{d2i_X509(nullptr, &at, static_cast<long>(der.size()))};
    PRAMANA_CHECK(out != nullptr);
    return out;
}

Owned<ASN1_TIME> time_of(std::uint64_t seconds) {
    return Owned<ASN1_TIME>{ASN1_GENERALIZEDTIME_set(nullptr, static_cast<std::time_t>(seconds))};
}

std::string name_of(X509* certificate) {
    std::array<char, 128> name{};
    PRAMANA_CHECK(X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName,
                                            name.data(), name.size()) > 0);
    return name.data();
}

/// Who signs: its certificate and its key.
std::pair<Owned<X509>, Key> signer_of(const OcspOrder& order, const Issued& issued) {
    static const Key responder = Key::p384();
    static const Key stranger = Key::p384();
    if (order.signer == OcspSigner::kIssuer) return {read(issued.issuer), issued.issuer_key};
    const std::string issuer = name_of(read(issued.issuer).get());
    if (order.signer == OcspSigner::kStranger) return {read(root(issuer, stranger)), stranger};
    const Bytes signing = {0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x09};  // id-kp-OCSPSigning
    CertificateOrder made{.subject = "TEST ONLY OCSP responder",
                          .issuer = issuer,
                          .serial = 77,
                          .end = order.responder_end};
    if (order.signer != OcspSigner::kPlainCertificate)
        made.extensions = {{"2.5.29.37", der(0x30, der(0x06, signing))}};
    const bool foreign = order.signer == OcspSigner::kForeignResponder;
    return {read(certificate(made, responder, foreign ? stranger : issued.issuer_key)), responder};
}

Owned<OCSP_CERTID> id_of(const Issued& issued, const EVP_MD* digest) {
    return Owned<OCSP_CERTID>{
        OCSP_cert_to_id(digest, read(issued.certificate).get(), read(issued.issuer).get())};
}

Bytes encoded(const OCSP_RESPONSE* response) {
    unsigned char* raw = nullptr;
    const int size = i2d_OCSP_RESPONSE(response, &raw);
    PRAMANA_CHECK(size > 0);
    Bytes out(raw, raw + size);
    OPENSSL_free(raw);
    return out;
}

void add_word(OCSP_BASICRESP* basic, const OcspOrder& order, const Issued& issued) {
    const bool revoked = order.word == OcspWord::kRevoked || order.word == OcspWord::kHold;
    const int status = revoked                            ? V_OCSP_CERTSTATUS_REVOKED
                       : order.word == OcspWord::kUnknown ? V_OCSP_CERTSTATUS_UNKNOWN
                                                          : V_OCSP_CERTSTATUS_GOOD;
    const int reason = order.word == OcspWord::kHold ? OCSP_REVOKED_STATUS_CERTIFICATEHOLD
                                                     : OCSP_REVOKED_STATUS_KEYCOMPROMISE;
    const Owned<ASN1_TIME> begin = time_of(order.begin);
    const Owned<ASN1_TIME> end = order.end ? time_of(*order.end) : nullptr;
    PRAMANA_CHECK(OCSP_basic_add1_status(
                      basic, id_of(issued, EVP_get_digestbyname(order.id_digest)).get(), status,
                      reason, revoked ? begin.get() : nullptr, begin.get(), end.get()) != nullptr);
}

}  // namespace

Bytes ocsp_answer(const OcspOrder& order, const Issued& issued) {
    const Owned<OCSP_BASICRESP> basic{OCSP_BASICRESP_new()};
    add_word(basic.get(), order, issued);
    if (order.nonce) {
        Bytes nonce = *order.nonce;
        PRAMANA_CHECK(
            OCSP_basic_add1_nonce(basic.get(), nonce.data(), static_cast<int>(nonce.size())) == 1);
    }
    const auto [certificate, key] = signer_of(order, issued);
    PRAMANA_CHECK(OCSP_basic_sign(basic.get(), certificate.get(), key.get(),
                                  EVP_get_digestbyname(order.digest), nullptr, 0) == 1);
    const Owned<OCSP_RESPONSE> out{
        OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get())};
    return encoded(out.get());
}

Bytes ocsp_try_later() {
    const Owned<OCSP_RESPONSE> out{OCSP_response_create(OCSP_RESPONSE_STATUS_TRYLATER, nullptr)};
    return encoded(out.get());
}

std::optional<Bytes> ocsp_reply(ByteView request, std::span<const Issued> known,
                                const std::function<OcspOrder(const Issued&)>& order) {
    const unsigned char* at = request.data();
    const Owned<OCSP_REQUEST> asked{
        d2i_OCSP_REQUEST(nullptr, &at, static_cast<long>(request.size()))};
    if (!asked || OCSP_request_onereq_count(asked.get()) != 1) return std::nullopt;
    const OCSP_CERTID* const id = OCSP_onereq_get0_id(OCSP_request_onereq_get0(asked.get(), 0));
    for (const Issued& issued : known) {
        if (OCSP_id_cmp(id_of(issued, EVP_sha384()).get(), id) != 0) continue;
        OcspOrder answer = order(issued);
        const int place = OCSP_REQUEST_get_ext_by_NID(asked.get(), NID_id_pkix_OCSP_Nonce, -1);
        if (place >= 0 && !answer.nonce) {
            const ASN1_OCTET_STRING* const value =
                X509_EXTENSION_get_data(OCSP_REQUEST_get_ext(asked.get(), place));
            const unsigned char* const raw = ASN1_STRING_get0_data(value);
            answer.nonce = Bytes(raw + 2, raw + ASN1_STRING_length(value));
        }
        return ocsp_answer(answer, issued);
    }
    return std::nullopt;
}

}  // namespace pramana::made
