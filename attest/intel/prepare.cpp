#include "intel/prepared.hpp"

#include "der.hpp"

#include "pramana/core/sha256.hpp"

#include <algorithm>
#include <utility>

namespace pramana::attest {
namespace {

using SharedChain = std::shared_ptr<const SignerChain>;

/// Form, root, links and the role of the leaf.
SignerChain read_signer(std::string_view pem, std::span<const Bytes> roots) {
    SignerChain chain;
    if (pem.empty()) {
        chain.problem = "no issuer chain";
        return chain;
    }
    Result<std::vector<Certificate>> read = read_pem_chain(pem);
    if (!read) {
        chain.problem = "an issuer chain that does not parse";
        return chain;
    }
    chain.certificates = std::move(*read);
    complete_with(chain.certificates, roots);
    const Certificate& leaf = chain.certificates.front();
    if (!ends_in(chain.certificates, roots))
        chain.problem = "an issuer chain that does not end in Intel's root";
    else if (chain.certificates.size() != 2)
        chain.problem =
            "an issuer chain of " + std::to_string(chain.certificates.size()) + " certificates";
    else if (!has_role(leaf, "SGX TCB Signing") || leaf.is_ca)
        chain.problem = "signed by \"" + std::string{leaf.common_name} +
                        "\", which is not Intel's TCB signing certificate";
    else
        chain.problem = links_problem(chain.certificates);
    return chain;
}

template <class Document>
SignedDocument<Document> read_document(SharedChain signer, std::string_view json,
                                       ByteView signature,
                                       Result<Document> (*read)(std::string_view)) {
    SignedDocument<Document> out;
    out.signer = std::move(signer);
    if (!out.signer->problem && !out.signer->certificates.front().key->verify(
                                    SignatureScheme::kEcdsaSha256, as_bytes_view(json), signature))
        out.signature_problem = "the signature is not over these bytes";
    // What is not signed is not parsed: the reader of JSON is no door for strangers.
    if (!out.signer->problem && !out.signature_problem) out.document = read(json);
    return out;
}

CheckedCrl read_list(ByteView der, std::string_view what) {
    CheckedCrl out;
    if (der.empty()) {
        out.problem = "no " + std::string{what};
        return out;
    }
    Result<Crl> crl = read_crl(der);
    if (crl)
        out.crl = std::move(*crl);
    else
        out.problem = "a " + std::string{what} + " that does not parse";
    return out;
}

void check_root_crl(PreparedIntel& out) {
    if (!out.root_crl.crl) return;
    out.root_crl.problem = "not issued by Intel's root";
    for (const Bytes& der : out.roots) {
        const Result<Certificate> root = read_certificate(der);
        if (!root || !same_bytes(root->subject, out.root_crl.crl->issuer)) continue;
        out.root_crl.problem = crl_problem(*out.root_crl.crl, *root);
        if (!out.root_crl.problem) return;
    }
}

/// The authority that signs the PCK CRL, and the list's signature.
void check_pck_crl(PreparedIntel& out, std::string_view pem) {
    const auto problem = [&](std::string text) { out.pck_crl.problem = std::move(text); };
    if (!out.pck_crl.crl) return;
    Result<std::vector<Certificate>> chain = read_pem_chain(pem);
    if (!chain) return problem("no issuer chain of the PCK list that parses");
    complete_with(*chain, out.roots);
    if (chain->size() != 2 || !ends_in(*chain, out.roots))
        return problem("an issuer chain that does not end in Intel's root");
    const Certificate& authority = chain->front();
    if (!has_role(authority, "SGX PCK Platform CA") && !has_role(authority, "SGX PCK Processor CA"))
        return problem("issued by \"" + std::string{authority.common_name} +
                       "\", which certifies no machines");
    if (!authority.is_ca) return problem("issued by a certificate that is no authority");
    if (Problem link = links_problem(*chain)) return problem(std::move(*link));
    out.pck_crl.problem = crl_problem(*out.pck_crl.crl, authority);
    out.pck_ca = std::move(*chain);
}

std::optional<IntelFreshness> read_freshness(const PreparedIntel& endorsements) {
    const Result<TcbInfo>& tcb = endorsements.tcb_info.document;
    const Result<QeIdentity>& qe = endorsements.qe_identity.document;
    if (!tcb || !qe || endorsements.root_crl.problem || endorsements.pck_crl.problem)
        return std::nullopt;
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string family = tcb->tdx ? "tdx:" : "sgx:";
    for (const std::uint8_t byte : tcb->fmspc) {
        family += kDigits[byte >> 4U];
        family += kDigits[byte & 15U];
    }
    return IntelFreshness{.family = std::move(family),
                          .ca = std::string{endorsements.pck_ca.front().common_name},
                          .tcb_info_number = tcb->evaluation_number,
                          .tcb_info_issued = tcb->validity.begin,
                          .qe_identity_number = qe->evaluation_number,
                          .qe_identity_issued = qe->validity.begin,
                          .root_crl_issued = endorsements.root_crl.crl->validity.begin,
                          .root_crl_number = endorsements.root_crl.crl->number,
                          .pck_crl_issued = endorsements.pck_crl.crl->validity.begin,
                          .pck_crl_number = endorsements.pck_crl.crl->number};
}

}  // namespace

bool has_role(const Certificate& certificate, std::string_view phrase) noexcept {
    return certificate.common_name.find(phrase) != std::string_view::npos;
}

bool KnownMachines::holds(const Certificate& leaf) const {
    const Hash32 name = sha256(leaf.der);
    const std::lock_guard lock{mutex_};
    return sha256_of_der_.contains(name);
}
void KnownMachines::add(const Certificate& leaf) {
    const Hash32 name = sha256(leaf.der);
    const std::lock_guard lock{mutex_};
    if (sha256_of_der_.size() == kMost) sha256_of_der_.clear();
    sha256_of_der_.insert(name);
}

bool PreparedIntel::verified(const Certificate& child, const Certificate& issuer) const {
    if (pck_ca.size() != 2) return false;
    if (same_bytes(issuer.der, pck_ca[0].der)) return machines.holds(child);
    return same_bytes(child.der, pck_ca[0].der) && same_bytes(issuer.der, pck_ca[1].der);
}
void PreparedIntel::note_verified(std::span<const Certificate> chain) const {
    if (chain.size() == 3 && pck_ca.size() == 2 && same_bytes(chain[1].der, pck_ca[0].der))
        machines.add(chain[0]);
}

void PreparedIntelDelete::operator()(const PreparedIntel* prepared) const noexcept {
    delete prepared;
}

IntelEndorsements prepare(const IntelCollateral& collateral, const PinnedRoots& roots) {
    auto out = std::make_unique<PreparedIntel>();
    out->roots = roots.intel;
    out->root_crl = read_list(collateral.root_ca_crl, "root CA revocation list");
    out->pck_crl = read_list(collateral.pck_crl, "PCK revocation list");
    check_root_crl(*out);
    check_pck_crl(*out, collateral.pck_crl_issuer_chain);
    const auto signer = std::make_shared<const SignerChain>(
        read_signer(collateral.tcb_info_issuer_chain, roots.intel));
    const bool same_signer =
        collateral.tcb_info_issuer_chain == collateral.qe_identity_issuer_chain;
    out->tcb_info = read_document<TcbInfo>(signer, collateral.tcb_info,
                                           collateral.tcb_info_signature, read_tcb_info);
    out->qe_identity = read_document<QeIdentity>(
        same_signer ? signer
                    : std::make_shared<const SignerChain>(
                          read_signer(collateral.qe_identity_issuer_chain, roots.intel)),
        collateral.qe_identity, collateral.qe_identity_signature, read_qe_identity);
    out->freshness = read_freshness(*out);
    return IntelEndorsements{out.release()};
}

std::optional<IntelFreshness> freshness_of(const PreparedIntel& endorsements) {
    return endorsements.freshness;
}

}  // namespace pramana::attest
