#pragma once

#include "chain_access.hpp"
#include "instruction.hpp"
#include "pramana/attest/roots.hpp"
#include "seal_file.hpp"
#include "validator_api.hpp"
#include "wallet.hpp"

#include <chrono>
#include <filesystem>

namespace pramana::app {

/// What `contribute` was asked to do.
struct ContributeOrder {
    std::string validator_url;
    std::string rpc_url;
    std::string ca_file;
    Address dlp;
    std::optional<Address> data_registry;  ///< none: the validator's statement names it
    std::optional<Address> tee_pool;
    std::filesystem::path key_file;
    std::filesystem::path file;
    std::filesystem::path terms_file;             ///< empty: no terms were agreed to
    std::filesystem::path ownership_file{};       ///< a witness statement; empty: none
    std::filesystem::path ownership_salt_file{};  ///< of its tag of the content; empty: none
    std::filesystem::path state_directory;
    std::optional<Word256> fee_wei;  ///< none: what the pool asks for
    std::chrono::seconds intent_lifetime{86'400};
    std::chrono::seconds timeout{600};
    bool seal_anew = false;
    bool claim = false;
    std::optional<std::string> policy_file;  ///< what to accept; none: the strict defaults
    std::optional<std::string> collateral;   ///< endorsements; none: the validator's own
    std::optional<std::string> ledger;       ///< of endorsements seen before; none: any may be old
    attest::PinnedRoots roots;               ///< that its evidence has to lead to
    attest::UnixTime judged_at = 0;
    bool development_program = false;  ///< pramana-dev: the only one that takes its evidence
};

/// What came out; `status` is the validator's last word.
struct ContributeResult {
    StatusView status;
    std::optional<Word256> reward_wei;
    std::string reward_refusal;  ///< why the DLP pays nothing
};

/// Whether this kind of evidence may be accepted on this chain: development evidence only on the
/// local test chains, and only by pramana-dev. There is no option that changes it.
[[nodiscard]] Status check_evidence_kind(std::string_view provider, std::uint64_t chain_id,
                                         bool development_program);

/// One contribution from the sealed file to the final proof. Thread: one; blocks.
class ContributionRun {
  public:
    ContributionRun(ContributeOrder order, Say say, SigningKey wallet, SecretBytes opened);
    ~ContributionRun();

    [[nodiscard]] Outcome<ContributeResult> run();

  private:
    using Step = Outcome<Done>;
    [[nodiscard]] Step meet_validator();
    /// Whether what answers may be sent something secret (contribution_evidence.cpp).
    [[nodiscard]] Step judge_evidence(FetchedEvidence answer);
    [[nodiscard]] Step meet_contracts();
    [[nodiscard]] Step check_tee_record();
    [[nodiscard]] Outcome<std::optional<StatusView>> find_earlier_run();
    [[nodiscard]] Step agree_on_terms();
    [[nodiscard]] Step agree_on_fee();
    [[nodiscard]] Step seal();
    /// The witness statement, looked at as the validator will (contribution_owned.cpp).
    [[nodiscard]] Step show_ownership();
    [[nodiscard]] sealing::Intent make_intent() const;
    [[nodiscard]] Step upload();
    [[nodiscard]] Step register_file();
    [[nodiscard]] Step request_proof();
    [[nodiscard]] Outcome<std::optional<JobId>> find_job();
    [[nodiscard]] Outcome<StatusView> wait_for_end();
    [[nodiscard]] Step claim(ContributeResult& result);

    ContributeOrder order_;
    Say say_;
    SigningKey wallet_;
    SecretBytes opened_;
    net::Deadline deadline_;
    std::optional<ValidatorApi> validator_;
    evidence::Statement stated_;  ///< by the validator
    Address validator_address_;   ///< of its signing key
    Word256 min_bid_wei_;
    ProofInstruction instruction_;
    ChainAccess chain_;
    Address registry_;
    Address pool_;
    PublicKey dlp_key_;
    Word256 fee_wei_;
    Hash32 terms_sha256_;
    std::string ruleset_text_;  ///< canonical; empty: the validator does not show it
    std::optional<SealedCopies> copies_;
    SealedFile sealed_;
    ContributionId id_;
    Hash32 opened_sha256_;
    std::string ownership_;  ///< the witness statement that goes along; empty: none
    std::optional<SecretBytes> ownership_salt_;  ///< that goes along, sealed with the key
    std::string permission_hex_;
    std::string blob_url_;
    FileId file_{};
};

}  // namespace pramana::app
