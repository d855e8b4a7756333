#pragma once

#include "attest_support/certificates.hpp"

#include <functional>
#include <span>

namespace pramana::made {

/// A certificate, who issued it, and with which key.
struct Issued {
    Bytes certificate;
    Bytes issuer;
    Key issuer_key;
};

enum class OcspWord : std::uint8_t { kGood, kRevoked, kHold, kUnknown };
enum class OcspSigner : std::uint8_t {
    kResponder,         ///< certified by the issuer for this
    kIssuer,            ///< itself
    kPlainCertificate,  ///< certified by the issuer, not for this
    kForeignResponder,  ///< certified for this by somebody else of the issuer's name
    kStranger,          ///< of the issuer's name, self-signed
};

/// What a responder says; the defaults are believed at kNow.
struct OcspOrder {
    OcspWord word = OcspWord::kGood;
    std::uint64_t begin = kNow - 60;
    std::optional<std::uint64_t> end = kNow + 3'600;
    std::optional<Bytes> nonce = {};
    OcspSigner signer = OcspSigner::kResponder;
    std::uint64_t responder_end = kNow + kYear;
    const char* digest = "SHA384";     ///< of the signature
    const char* id_digest = "SHA384";  ///< of the certificate's id
};
/// The answer about `issued`, DER.
[[nodiscard]] Bytes ocsp_answer(const OcspOrder& order, const Issued& issued);
/// An answer that is none: status tryLater.
[[nodiscard]] Bytes ocsp_try_later();

/// What a service answers to a request (DER): about the one of `known` that it asks for, with its
/// nonce. Nothing: the request does not read, or asks for none of these.
[[nodiscard]] std::optional<Bytes> ocsp_reply(ByteView request, std::span<const Issued> known,
                                              const std::function<OcspOrder(const Issued&)>& order);

}  // namespace pramana::made
