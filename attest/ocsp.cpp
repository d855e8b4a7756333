#include "pramana/attest/ocsp.hpp"

#include "certificate.hpp"
#include "times.hpp"

#include <openssl/ocsp.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <ctime>
#include <memory>

namespace pramana::attest {
namespace {

constexpr UnixTime kSkew_s = 300;           // the service's clock before ours
constexpr UnixTime kWithoutEnd_s = 86'400;  // how long an answer without nextUpdate is taken
constexpr int kAnswersMax = 16;

struct Free {
    void operator()(X509* p) const noexcept { X509_free(p); }
    void operator()(X509_STORE* p) const noexcept { X509_STORE_free(p); }
    void operator()(STACK_OF(X509) * p) const noexcept { sk_X509_free(p); }  // not its elements
    void operator()(X509_EXTENSION* p) const noexcept { X509_EXTENSION_free(p); }
    void operator()(ASN1_OCTET_STRING* p) const noexcept { ASN1_OCTET_STRING_free(p); }
    void operator()(OCSP_REQUEST* p) const noexcept { OCSP_REQUEST_free(p); }
    void operator()(OCSP_RESPONSE* p) const noexcept { OCSP_RESPONSE_free(p); }
    void operator()(OCSP_BASICRESP* p) const noexcept { OCSP_BASICRESP_free(p); }
    void operator()(OCSP_CERTID* p) const noexcept { OCSP_CERTID_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

constexpr Error malformed(std::string_view site) noexcept {
    return Error{Errc::kEvidenceMalformed, site};
}
constexpr Error refused(std::string_view site) noexcept {
    return Error{Errc::kEvidenceRefused, site};
}

/// An object of exactly these bytes.
template <class T>
Owned<T> read_whole(ByteView der, T* (*read)(T**, const unsigned char**, long)) {
    const unsigned char* at = der.data();
    Owned<T> out{read(nullptr, &at, static_cast<long>(der.size()))};
    if (out && at != der.data() + der.size()) out.reset();
    return out;
}

/// The nonce as it stands inside of its extension (RFC 8954 section 2.1): an OCTET STRING.
Bytes nonce_value(ByteView nonce) {
    Bytes out(2 + nonce.size());
    out[0] = 0x04;
    out[1] = static_cast<std::uint8_t>(nonce.size());
    std::ranges::copy(nonce, out.begin() + 2);
    return out;
}

bool has_nonce(OCSP_BASICRESP* basic, ByteView nonce) {
    const int at = OCSP_BASICRESP_get_ext_by_NID(basic, NID_id_pkix_OCSP_Nonce, -1);
    if (at < 0) return false;
    const ASN1_OCTET_STRING* const found =
        X509_EXTENSION_get_data(OCSP_BASICRESP_get_ext(basic, at));
    const Bytes wanted = nonce_value(nonce);
    return std::ranges::equal(wanted,
                              ByteView{ASN1_STRING_get0_data(found),
                                       static_cast<std::size_t>(ASN1_STRING_length(found))});
}

bool has_strong_digest(const OCSP_BASICRESP* basic) {
    int digest = NID_undef;
    int key = NID_undef;
    const int scheme = OBJ_obj2nid(OCSP_resp_get0_tbs_sigalg(basic)->algorithm);
    return OBJ_find_sigid_algs(scheme, &digest, &key) == 1 &&
           (digest == NID_sha256 || digest == NID_sha384 || digest == NID_sha512);
}

/// Whether the issuer or its responder signed. The issuer is the anchor, at `now` and not at the
/// clock's time; nothing of the system's trust is looked at.
bool is_authentic(OCSP_BASICRESP* basic, X509* issuer, UnixTime now) {
    const Owned<X509_STORE> store{X509_STORE_new()};
    const Owned<STACK_OF(X509)> signers{sk_X509_new_null()};
    if (!store || !signers || X509_STORE_add_cert(store.get(), issuer) != 1 ||
        sk_X509_push(signers.get(), issuer) != 1 ||
        X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN) != 1)
        return false;
    X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store.get()), static_cast<std::time_t>(now));
    return has_strong_digest(basic) && OCSP_basic_verify(basic, signers.get(), store.get(), 0) == 1;
}

/// The answer about this certificate; the id may be by any digest that OpenSSL knows, since the
/// signature, not the id, is what proves.
OCSP_SINGLERESP* single_about(OCSP_BASICRESP* basic, X509* certificate, X509* issuer) {
    const int count = OCSP_resp_count(basic);
    for (int i = 0; i < count && count <= kAnswersMax; ++i) {
        OCSP_SINGLERESP* const single = OCSP_resp_get0(basic, i);
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): the getter takes no const
        auto* const id = const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(single));
        ASN1_OBJECT* digest = nullptr;
        if (OCSP_id_get0_info(nullptr, &digest, nullptr, nullptr, id) != 1) continue;
        const EVP_MD* const method = EVP_get_digestbyobj(digest);
        if (method == nullptr) continue;
        const Owned<OCSP_CERTID> ours{OCSP_cert_to_id(method, certificate, issuer)};
        if (ours && OCSP_id_cmp(ours.get(), id) == 0) return single;
    }
    return nullptr;
}

Result<UnixTime> time_of(const ASN1_GENERALIZEDTIME* time) {
    const ByteView raw{ASN1_STRING_get0_data(time),
                       static_cast<std::size_t>(ASN1_STRING_length(time))};
    return read_generalized_time(as_text(raw));
}

/// The end of the certificate that signed.
Result<UnixTime> signer_end(OCSP_BASICRESP* basic, X509* issuer) {
    const Owned<STACK_OF(X509)> signers{sk_X509_new_null()};
    X509* signer = nullptr;
    if (!signers || sk_X509_push(signers.get(), issuer) != 1 ||
        OCSP_resp_get0_signer(basic, &signer, signers.get()) != 1)
        return refused("attest.ocsp.signer");
    std::tm end{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(signer), &end) != 1)
        return refused("attest.ocsp.signer_end");
    const std::time_t seconds = ::timegm(&end);
    return seconds < 0 ? UnixTime{0} : static_cast<UnixTime>(seconds);
}

Result<OcspAnswer> answer_in(OCSP_SINGLERESP* single) {
    ASN1_GENERALIZEDTIME* revoked = nullptr;
    ASN1_GENERALIZEDTIME* begin = nullptr;
    ASN1_GENERALIZEDTIME* end = nullptr;
    int reason = 0;
    const int status = OCSP_single_get0_status(single, &reason, &revoked, &begin, &end);
    const Result<UnixTime> from = begin != nullptr ? time_of(begin) : malformed("attest.ocsp.time");
    if (!from) return from.error();
    const Result<UnixTime> until = end != nullptr ? time_of(end) : *from + kWithoutEnd_s;
    if (!until) return until.error();
    return OcspAnswer{.status = status == V_OCSP_CERTSTATUS_GOOD      ? OcspStatus::kGood
                                : status == V_OCSP_CERTSTATUS_REVOKED ? OcspStatus::kRevoked
                                                                      : OcspStatus::kUnknown,
                      .begin = *from,
                      .end = *until};
}

}  // namespace

Result<std::vector<Bytes>> certificates_in_pem(std::string_view pem) { return read_pem(pem); }

Result<Bytes> ocsp_request(ByteView certificate, ByteView issuer, ByteView nonce) {
    const Owned<X509> subject = read_whole<X509>(certificate, d2i_X509);
    const Owned<X509> authority = read_whole<X509>(issuer, d2i_X509);
    if (!subject || !authority || nonce.size() != kOcspNonceSize)
        return malformed("attest.ocsp.subject");
    const Owned<OCSP_REQUEST> request{OCSP_REQUEST_new()};
    OCSP_CERTID* const id = OCSP_cert_to_id(EVP_sha384(), subject.get(), authority.get());
    if (id == nullptr || OCSP_request_add0_id(request.get(), id) == nullptr)
        return malformed("attest.ocsp.id");
    const Bytes value = nonce_value(nonce);
    const Owned<ASN1_OCTET_STRING> content{ASN1_OCTET_STRING_new()};
    if (ASN1_OCTET_STRING_set(content.get(), value.data(), static_cast<int>(value.size())) != 1)
        return malformed("attest.ocsp.nonce");
    const Owned<X509_EXTENSION> extension{
        X509_EXTENSION_create_by_NID(nullptr, NID_id_pkix_OCSP_Nonce, 1, content.get())};
    unsigned char* raw = nullptr;
    if (!extension || OCSP_REQUEST_add_ext(request.get(), extension.get(), -1) != 1)
        return malformed("attest.ocsp.nonce");
    const int size = i2d_OCSP_REQUEST(request.get(), &raw);
    if (size <= 0) return malformed("attest.ocsp.request");
    Bytes out(raw, raw + size);
    OPENSSL_free(raw);
    return out;
}

Result<OcspAnswer> read_ocsp_answer(ByteView answer, ByteView certificate, ByteView issuer,
                                    UnixTime now, const std::optional<ByteView>& nonce) {
    if (answer.size() > kOcspBytesMax) return malformed("attest.ocsp.size");
    const Owned<X509> subject = read_whole<X509>(certificate, d2i_X509);
    const Owned<X509> authority = read_whole<X509>(issuer, d2i_X509);
    if (!subject || !authority) return malformed("attest.ocsp.subject");
    const Owned<OCSP_RESPONSE> response = read_whole<OCSP_RESPONSE>(answer, d2i_OCSP_RESPONSE);
    if (!response) return malformed("attest.ocsp.form");
    if (OCSP_response_status(response.get()) != OCSP_RESPONSE_STATUS_SUCCESSFUL)
        return malformed("attest.ocsp.unsuccessful");
    const Owned<OCSP_BASICRESP> basic{OCSP_response_get1_basic(response.get())};
    if (!basic) return malformed("attest.ocsp.basic");
    OCSP_SINGLERESP* const single = single_about(basic.get(), subject.get(), authority.get());
    if (single == nullptr) return Error{Errc::kNotFound, "attest.ocsp.about_others"};
    Result<OcspAnswer> out = answer_in(single);
    if (!out) return out;
    if (!is_authentic(basic.get(), authority.get(), now)) return refused("attest.ocsp.signature");
    const Result<UnixTime> end = signer_end(basic.get(), authority.get());
    if (!end) return end.error();
    out->end = std::min(out->end, *end);
    if (out->begin > now + kSkew_s) return refused("attest.ocsp.future");
    if (out->end < now) return refused("attest.ocsp.outdated");
    if (nonce && !has_nonce(basic.get(), *nonce)) return refused("attest.ocsp.nonce");
    return out;
}

bool is_ocsp_answer(ByteView der) {
    return der.size() <= kOcspBytesMax &&
           read_whole<OCSP_RESPONSE>(der, d2i_OCSP_RESPONSE) != nullptr;
}

}  // namespace pramana::attest
