#include "front.hpp"

#include "notes.hpp"
#include "rules.hpp"

namespace pramana::pipeline {
namespace {

constexpr std::size_t kEncryptedKeyBytesMax = 4096;

/// The client's secrets for the DLP of the job, if it sent them in a usable form.
std::optional<PermissionSecret> permission_for(const KeyDeposit& deposit, const Address& dlp) {
    for (const KeyDeposit::PermissionProof& proof : deposit.permissions) {
        const bool meant = proof.account == dlp || proof.account.is_zero();
        if (!meant || proof.iv.size() != kPermissionIvBytes ||
            proof.ephemeral_key.size() != kEphemeralKeyBytes)
            continue;
        return PermissionSecret{proof.iv, SecretBytes::copy_of(proof.ephemeral_key.expose())};
    }
    return std::nullopt;
}

}  // namespace

Status Deposits::check_form(const KeyDeposit& deposit) const {
    const bool clear = !deposit.clear_key.empty();
    if (clear && !context_.options.clear_keys_allowed)
        return Error{Errc::kClearKeyRefused, "pipeline.deposit.clear"};
    if (clear == !deposit.encrypted_key.empty())
        return Error{Errc::kBadRequest, "pipeline.deposit.one_key"};
    if (deposit.clear_key.size() > kFileKeyBytesMax ||
        deposit.encrypted_key.size() > kEncryptedKeyBytesMax ||
        deposit.encryption_seed.size() > kKeyMessageBytesMax)
        return Error{Errc::kBadRequest, "pipeline.deposit.size"};
    return Done{};
}

Status Deposits::name_dlp(const KeyDeposit& deposit, store::JobRecord& job) {
    if (!job.dlp.is_zero()) {
        const ServedDlp* dlp = context_.served(job.dlp);
        if (dlp == nullptr) return Error{Errc::kDlpNotServed, "pipeline.deposit.dlp"};
        if (deposit.proof_url.empty() || deposit.proof_url == dlp->instruction) return Done{};
        return Error{Errc::kInstructionMismatch, "pipeline.deposit.instruction"};
    }
    if (deposit.proof_url.empty()) return Error{Errc::kDlpAmbiguous, "pipeline.deposit.dlp"};
    const Result<Matching::Candidates> found = matching_.candidates(job.file);
    if (!found) return found.error();
    for (const ServedDlp* dlp : found->fitting) {
        if (dlp->instruction != deposit.proof_url) continue;
        Matching::assign(job, *dlp);
        return Done{};
    }
    return Error{Errc::kInstructionMismatch, "pipeline.deposit.instruction"};
}

Status Deposits::check_owner(const store::JobRecord& job, const SecretBytes& key,
                             const KeyDeposit& deposit,
                             const std::optional<PermissionSecret>& permission) {
    const Result<Address> signer = context_.ports.opener->signer_of(key, deposit.encryption_seed);
    if (signer && *signer == job.owner) return Done{};
    if (permission) {
        const Result<ChainDlp> dlp = context_.ports.chain->dlp(job.dlp);
        if (!dlp) return dlp.error();
        const Result<std::string> on_chain = context_.ports.chain->permission(job.file, job.dlp);
        if (!on_chain) return on_chain.error();
        const Result<bool> matches =
            context_.ports.opener->matches_permission(key, *permission, dlp->public_key, *on_chain);
        if (matches && *matches) return Done{};
    }
    return Error{Errc::kKeyNotOwners, "pipeline.deposit.owner"};
}

Result<SecretBytes> Deposits::key_in(KeyDeposit& deposit) {
    SecretBytes key = std::move(deposit.clear_key);
    if (key.empty()) {
        Result<SecretBytes> opened = context_.ports.opener->open_key(deposit.encrypted_key);
        if (!opened) return opened.error();
        key = *std::move(opened);
    }
    if (key.empty() || key.size() > kFileKeyBytesMax)
        return Error{Errc::kMalformedKey, "pipeline.deposit.key_size"};
    return key;
}

Status Deposits::deposit(KeyDeposit& deposit, JobInHand& hand) {
    if (hand.job.file != deposit.file) return Error{Errc::kBadRequest, "pipeline.deposit.file"};
    if (store::is_terminal(hand.job.stage))
        return Error{hand.job.cause.value_or(Errc::kJobNotOpen), "pipeline.deposit.ended"};
    if (hand.job.stage > store::Stage::kWaitingFile) {
        // It has its key already. To wait for its proof is for who has the key as well.
        const Result<SecretBytes> key = key_in(deposit);
        if (!key) return key.error();
        return check_owner(hand.job, *key, deposit, permission_for(deposit, hand.job.dlp));
    }
    PRAMANA_TRY(name_dlp(deposit, hand.job));
    const auto contribution = ledger_.contribution_of(hand.job);
    if (!contribution) return contribution.error();
    if (!matching_.agrees_to_terms(hand.job, *contribution))
        return Error{Errc::kTermsNotAgreed, "pipeline.deposit.terms"};
    Result<SecretBytes> key = key_in(deposit);
    if (!key) return key.error();
    KeyNote note;
    note.message = deposit.encryption_seed;
    note.key = *std::move(key);
    note.permission = permission_for(deposit, hand.job.dlp);
    PRAMANA_TRY(check_owner(hand.job, note.key, deposit, note.permission));
    hand.job.sealed_key = context_.ports.vault->seal(write_note(note), key_place(hand.job.id));
    hand.job.cause.reset();
    return ledger_.save(hand);
}

}  // namespace pramana::pipeline
