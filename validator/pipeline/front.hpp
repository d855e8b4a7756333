#pragma once

#include "context.hpp"
#include "matching.hpp"

namespace pramana::pipeline {

/// What comes in from outside: uploads, and questions about them.
class Front {
  public:
    Front(Context& context, Ledger& ledger) : context_{context}, ledger_{ledger} {}

    [[nodiscard]] Result<ContributionId> admit(Upload upload);
    [[nodiscard]] Result<ContributionStatus> status(const ContributionId& id);
    [[nodiscard]] Result<ContributionStatus> job_status(JobId job);
    /// Only of a final proof. Errors: kNotFound, kProofNotFinal.
    [[nodiscard]] Result<Bytes> proof_document(const Hash32& hash);
    [[nodiscard]] Readiness readiness(bool recovered);

  private:
    [[nodiscard]] Result<VerifiedIntent> verify(const Upload& upload, const Hash32& sealed_sha256);
    /// Whether an upload of what is stored already changes anything.
    [[nodiscard]] Result<bool> is_settled(const store::ContributionRecord& stored,
                                          ByteView envelope);
    [[nodiscard]] Status store_upload(store::ContributionRecord& record, const Upload& upload);
    [[nodiscard]] ContributionStatus status_of(const store::JobRecord& job);
    [[nodiscard]] std::optional<PublicResult> result_of(const store::JobRecord& job);

    Context& context_;
    Ledger& ledger_;
    std::mutex head_mutex_;
    std::optional<Schedule::Time> head_asked_;
    bool chain_answers_ = false;
};

/// RunProof: a key for a job.
class Deposits {
  public:
    Deposits(Context& context, Ledger& ledger, Matching& matching)
        : context_{context}, ledger_{ledger}, matching_{matching} {}
    /// The job is stored and was checked (its stage is not kReceived). Of one that has its key
    /// already nothing is changed, and only the owner's key is accepted.
    [[nodiscard]] Status deposit(KeyDeposit& deposit, JobInHand& hand);
    /// What can be refused without knowing the job.
    [[nodiscard]] Status check_form(const KeyDeposit& deposit) const;

  private:
    /// The key that came, in clear; it is taken out of the deposit. Errors: kMalformedKey, those of
    /// open_key.
    [[nodiscard]] Result<SecretBytes> key_in(KeyDeposit& deposit);
    /// Errors: kInstructionMismatch, kDlpAmbiguous.
    [[nodiscard]] Status name_dlp(const KeyDeposit& deposit, store::JobRecord& job);
    /// Only who has the owner's key may occupy the job: it must recover to the owner or be the one
    /// whose encryption lies on chain. Errors: kKeyNotOwners.
    [[nodiscard]] Status check_owner(const store::JobRecord& job, const SecretBytes& key,
                                     const KeyDeposit& deposit,
                                     const std::optional<PermissionSecret>& permission);

    Context& context_;
    Ledger& ledger_;
    Matching& matching_;
};

}  // namespace pramana::pipeline
