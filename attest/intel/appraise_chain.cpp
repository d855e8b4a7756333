#include "intel/appraiser.hpp"

#include "der.hpp"

#include "pramana/attest/collateral_ledger.hpp"
#include "pramana/core/hex.hpp"

#include <openssl/sha.h>

#include <algorithm>

namespace pramana::attest {
namespace {

constexpr std::array<std::uint8_t, 16> kIntelQe = {0x93, 0x9a, 0x72, 0x33, 0xf7, 0x9c, 0x4c, 0xa9,
                                                   0x94, 0x0a, 0x0d, 0xb3, 0x95, 0x7f, 0x06, 0x07};

/// What is wrong with the roles in a PCK chain.
Problem roles_problem(std::span<const Certificate> chain) {
    if (chain.size() != 3) return "a chain of " + std::to_string(chain.size()) + " certificates";
    const auto named = [](const Certificate& certificate) {
        return '"' + std::string{certificate.common_name} + '"';
    };
    if (!has_role(chain[0], "SGX PCK Certificate") || chain[0].is_ca)
        return named(chain[0]) + " in the place of a PCK certificate";
    if (!has_role(chain[1], "SGX PCK Platform CA") && !has_role(chain[1], "SGX PCK Processor CA"))
        return named(chain[1]) + " in the place of a PCK authority";
    if (!has_role(chain[2], "SGX Root CA")) return named(chain[2]) + " in the place of the root";
    const auto other = std::ranges::find_if(chain, [](const Certificate& certificate) {
        return certificate.key->kind() != KeyKind::kP256;
    });
    if (other != chain.end()) return named(*other) + " has a key that is not of P-256";
    return std::nullopt;
}

Problem document_dates_problem(const Window& window, UnixTime now,
                               const std::optional<std::uint64_t>& age_max) {
    if (now < window.begin) return "issued in the future, at " + time_text(window.begin);
    if (now > window.end) return "outdated since " + time_text(window.end);
    if (age_max && now - window.begin > *age_max)
        return "issued at " + time_text(window.begin) + ", longer ago than the policy accepts";
    return std::nullopt;
}

}  // namespace

bool IntelAppraiser::decide(IntelCheck id, bool passed, std::string expected, std::string found) {
    return result_.verdicts.decide(check(id), passed, std::move(expected), std::move(found));
}
bool IntelAppraiser::decide(IntelCheck id, const Problem& problem, std::string expected) {
    std::string found = problem ? *problem : expected;
    return decide(id, !problem.has_value(), std::move(expected), std::move(found));
}
void IntelAppraiser::skip(IntelCheck id, std::string why) {
    result_.verdicts.not_applicable(check(id), std::move(why));
}

void IntelAppraiser::ends(IntelCheck id, UnixTime end) {
    result_.verdicts.holds_until(check(id), end);
    valid_until_ = std::min(valid_until_, end);
}

bool IntelAppraiser::read(ByteView bytes) {
    const Problem problem = read_quote(bytes, quote_);
    const std::string found = problem ? *problem
                                      : "version " + std::to_string(quote_.version) +
                                            (is_tdx() ? ", TDX" : ", SGX") +
                                            (quote_.body_type == 3 ? ", TD report 1.5" : "");
    if (!decide(kQuoteFormat, !problem, "a quote of version 3, 4 or 5 with exact lengths", found))
        return false;
    result_.kind = is_tdx() ? "tdx" : "sgx";
    decide(kQuoteVendor, same_bytes(quote_.qe_vendor, kIntelQe), to_hex(kIntelQe),
           to_hex(quote_.qe_vendor));
    return true;
}

void IntelAppraiser::check_pck_chain() {
    Result<std::vector<Certificate>> chain = read_pem_chain(quote_.pck_chain, endorsements_.pck_ca);
    if (!chain) {
        decide(kPckRoot, false, "a chain that ends in Intel's root", "certificates do not parse");
        return;
    }
    chain_ = std::move(*chain);
    complete_with(chain_, endorsements_.roots);
    if (!decide(kPckRoot, ends_in(chain_, endorsements_.roots), "Intel's root, byte for byte",
                '"' + std::string{chain_.back().common_name} + "\", serial " +
                    to_hex(chain_.back().serial)))
        return;
    Problem problem = roles_problem(chain_);
    if (!problem) {
        bool leaf_known = false;
        problem = links_problem(chain_, [&](const Certificate& child, const Certificate& issuer) {
            const bool known = endorsements_.verified(child, issuer);
            if (&child == chain_.data()) leaf_known = known;
            return known;
        });
        if (!problem && !leaf_known) endorsements_.note_verified(chain_);
    }
    if (!decide(kPckChain, problem,
                "PCK certificate, PCK authority and root, each signed by the next"))
        return;
    const Window window = common_validity(chain_);
    decide(kPckDates, dates_problem(chain_, now_), "valid " + text_of(window));
    ends(kPckDates, window.end);
    pck_ = read_pck_extension(chain_[0]);
    decide(kPckExtensionRead, pck_.has_value(), "Intel's SGX extension with all its fields",
           pck_ ? "FMSPC " + to_hex(pck_->fmspc) : std::string{pck_.error().site});
}

void IntelAppraiser::check_revocation() {
    const CheckedCrl& root = endorsements_.root_crl;
    const CheckedCrl& pck = endorsements_.pck_crl;
    const auto check_dates = [&](IntelCheck id, const Crl& crl) {
        decide(id, document_dates_problem(crl.validity, now_, std::nullopt),
               "current " + text_of(crl.validity));
        ends(id, crl.validity.end);
    };
    if (decide(kRootCrl, root.problem, "a revocation list signed by Intel's root"))
        check_dates(kRootCrlDates, *root.crl);
    const bool chained = passed(kPckChain);
    Problem problem = pck.problem;
    if (!problem && chained &&
        (!same_bytes(pck.crl->issuer, chain_[0].issuer) ||
         !same_bytes(endorsements_.pck_ca[0].key->point(), chain_[1].key->point())))
        problem = "the list of another authority than the one of this machine";
    if (decide(kPckCrl, problem, "a revocation list of the authority that certified this machine"))
        check_dates(kPckCrlDates, *pck.crl);
    if (!chained) return;
    const auto check_serial = [&](IntelCheck id, const Crl& crl, const Certificate& certificate) {
        const bool revoked = crl.revokes(certificate.serial);
        decide(
            id, !revoked, "not in the list",
            "serial " + to_hex(certificate.serial) + (revoked ? " is revoked" : " is not listed"));
    };
    if (passed(kRootCrl)) check_serial(kCaNotRevoked, *root.crl, chain_[1]);
    if (passed(kPckCrl)) check_serial(kPckNotRevoked, *pck.crl, chain_[0]);
}

/// `first` is the signer check of the document; its other checks follow in the same order for both.
template <class Document>
void IntelAppraiser::check_document(const SignedDocument<Document>& signed_document,
                                    IntelCheck first) {
    const auto nth = [&](std::size_t n) { return static_cast<IntelCheck>(first + n); };
    const SignerChain& signer = *signed_document.signer;
    if (!decide(nth(0), signer.problem, "Intel's TCB signing certificate under Intel's root"))
        return;
    const Window dates = common_validity(signer.certificates);
    decide(nth(1), dates_problem(signer.certificates, now_), "valid " + text_of(dates));
    ends(nth(1), dates.end);
    if (passed(kRootCrl)) {
        const Certificate& leaf = signer.certificates.front();
        const bool revoked = endorsements_.root_crl.crl->revokes(leaf.serial);
        decide(nth(2), !revoked, "not in the root's list",
               "serial " + to_hex(leaf.serial) + (revoked ? " is revoked" : " is not listed"));
    }
    if (!decide(nth(3), signed_document.signature_problem, "signed byte for byte as it is")) return;
    const Result<Document>& document = signed_document.document;
    if (!decide(nth(4), document.has_value(), "Intel's form",
                document ? "read" : "malformed: " + std::string{document.error().site}))
        return;
    decide(nth(6), document_dates_problem(document->validity, now_, policy_.collateral_age_s_max),
           "current " + text_of(document->validity));
    ends(nth(6), document->validity.end);
    if (policy_.collateral_age_s_max)
        ends(nth(6), document->validity.begin + *policy_.collateral_age_s_max);
    decide(
        nth(7), document->evaluation_number >= policy_.tcb_evaluation_data_number_min,
        "evaluation number " + std::to_string(policy_.tcb_evaluation_data_number_min) + " or newer",
        std::to_string(document->evaluation_number));
}

void IntelAppraiser::check_documents() {
    check_document(endorsements_.tcb_info, kTcbSigner);
    check_document(endorsements_.qe_identity, kQeSigner);
    if (passed(kTcbFormat) && passed(kPckExtensionRead)) {
        const TcbInfo& info = *endorsements_.tcb_info.document;
        const auto described = [](bool tdx, ByteView fmspc, ByteView pce_id) {
            return std::string{tdx ? "TDX" : "SGX"} + ", FMSPC " + to_hex(fmspc) + ", PCE " +
                   to_hex(pce_id);
        };
        decide(kTcbMatch,
               info.tdx == is_tdx() && same_bytes(info.fmspc, pck_->fmspc) &&
                   same_bytes(info.pce_id, pck_->pce_id),
               described(is_tdx(), pck_->fmspc, pck_->pce_id),
               described(info.tdx, info.fmspc, info.pce_id));
    }
    if (passed(kQeFormat)) {
        const std::string wanted = is_tdx() ? "TD_QE" : "QE";
        const QeIdentity& identity = *endorsements_.qe_identity.document;
        decide(kQeMatch, identity.id == wanted, wanted, identity.id);
    }
}

void IntelAppraiser::check_ledger(const CollateralLedger* ledger) {
    if (ledger == nullptr)
        return skip(kCollateralNotOlder, "no record of earlier endorsements was given");
    if (!endorsements_.freshness) return;
    decide(kCollateralNotOlder, ledger->older_than_seen(*endorsements_.freshness),
           "nothing older than seen before");
}

void IntelAppraiser::check_quoting_enclave() {
    if (passed(kPckChain))
        decide(kQeReportSignature,
               chain_[0].key->verify(SignatureScheme::kEcdsaSha256, quote_.qe.whole,
                                     quote_.qe_signature),
               "signed with the PCK key", "serial " + to_hex(chain_[0].serial));
    Bytes bound;
    append(bound, quote_.attestation_key);
    append(bound, quote_.qe_auth);
    ReportData expected{};
    ::SHA256(bound.data(), bound.size(), expected.data());
    decide(kQeBinding, same_bytes(expected, quote_.qe.report_data),
           "SHA-256 of attestation key and auth data, then 32 zeros",
           to_hex(quote_.qe.report_data));
    const Result<PublicKey> key = PublicKey::from_point(KeyKind::kP256, quote_.attestation_key);
    const bool verifies =
        key && key->verify(SignatureScheme::kEcdsaSha256, quote_.signed_bytes, quote_.signature);
    decide(kQuoteSignature, verifies, "signed with the attestation key",
           !key       ? "the key is no point of P-256"
           : verifies ? "signature verifies"
                      : "signature does not verify");
}

}  // namespace pramana::attest
