#pragma once

#include "pramana/os/clock.hpp"
#include "pramana/pipeline/ports.hpp"
#include "pramana/pipeline/service.hpp"
#include "pramana/store/store.hpp"

#include <chrono>
#include <memory>
#include <span>
#include <stop_token>
#include <thread>
#include <vector>

namespace pramana::pipeline {

/// A DLP that this validator proves for, under one ruleset, in one corpus.
struct ServedDlp {
    Address address;
    std::uint64_t dlp_id = 0;
    Hash32 ruleset;
    std::string ruleset_text{};  ///< its SHA-256 is `ruleset`; anybody may read it
    /// Of the terms that an intent has to agree to; nothing: to any.
    std::optional<Hash32> terms_sha256{};
    std::string instruction;  ///< proof_instruction() of the three above
    CorpusName corpus;
    PayTerms pay{};  ///< of the ruleset
    /// The pool pays for a proof. Otherwise the DLP pays for what a registry records, so that the
    /// bid has no gas to cover.
    bool pool_proofs = true;
};

/// `pramana:1:<chain id>:<DLP, lower-case 0x hex>:<ruleset, 64 lower-case hex>`.
[[nodiscard]] std::string proof_instruction(std::uint64_t chain_id, const Address& dlp,
                                            const Hash32& ruleset);

/// What a bid has to pay for. A job that does not is neither fetched nor opened nor proved.
struct PriceRules {
    Word256 min_bid_wei;  ///< whatever the job
    /// From this bid on, a contribution that is worth nothing gets a proof that says so.
    Word256 min_bid_zero_wei;
    std::uint64_t work_wei_per_mib = 0;  ///< for each begun MiB of the sealed file
    std::uint64_t proof_gas = 600'000;   ///< what one proof costs on chain
    /// Share of the gas, at the network's present fee, that the bid has to cover on top of the
    /// work; 0 = the operator pays for it.
    std::uint32_t gas_percent = 100;
};

struct PipelineOptions {
    std::uint64_t chain_id = 0;
    Address tee_pool;
    Address tee;                            ///< ours
    std::optional<Address> previous_tee{};  ///< ours too, until its jobs are done
    std::string public_base_url;            ///< without a slash at the end
    std::vector<ServedDlp> dlps;
    PriceRules price;
    bool clear_keys_allowed = false;
    std::uint64_t sealed_bytes_max = 32ULL << 20U;
    store::Quota quota;
    std::chrono::seconds unpaid_expiry{86'400};    ///< a contribution whose job never comes
    std::chrono::seconds waiting_expiry{86'400};   ///< a job whose key or file never comes
    std::chrono::seconds blob_retention{604'800};  ///< a sealed file after its job ended
    std::chrono::seconds record_retention{0};      ///< a record after its end; 0 = for ever
    /// Jobs of one payer that hold a fetched file, a place or a transaction; the others wait.
    std::size_t jobs_per_payer_max = 1'024;
    std::uint64_t proofs_per_payer_day_max = 20'000;  ///< signed on one UTC day
    std::uint32_t attempts_max = 8;                   ///< a job's failures before it is given up
    std::chrono::milliseconds retry_first{500};       ///< doubles up to retry_max
    std::chrono::milliseconds retry_max{60'000};
    std::chrono::milliseconds follow_every{1'000};    ///< reading the journal of a sent proof
    std::chrono::milliseconds recheck_every{30'000};  ///< reading the chain about a waiting job
};

/// A job of ours that the chain shows.
struct SeenJob {
    JobId job{};
    std::uint64_t block_number = 0;  ///< of its submission; 0 = not known
    FileId file{};                   ///< that it asks a proof for; 0 = not known
};

/// Takes contributions and jobs from their arrival to their final proof. All state that matters is
/// in the store and moves in synced batches; what is in memory is a schedule and the corpora, both
/// made anew by recover(). Every job is worked by one thread at a time. Thread: any, but recover()
/// comes first.
class Pipeline final : public ContributionService {
  public:
    /// `store`, the ports and `clock` outlive the pipeline.
    Pipeline(store::Store& store, const Ports& ports, const Clock& clock, PipelineOptions options);
    ~Pipeline() override;

    /// Loads the corpora and verifies their roots, drops files that nobody holds, schedules every
    /// unfinished job. Idempotent. Errors: kCorpusCorrupt, kAuthTagMismatch, those of the store.
    [[nodiscard]] Status recover();

    /// The watcher saw jobs that are ours, each named once; those that are new are stored by one
    /// write. Durable before it returns; telling them again is harmless. Errors: those of the
    /// store; then all may be told again.
    [[nodiscard]] Status on_jobs_seen(std::span<const SeenJob> jobs);
    /// The same for one.
    [[nodiscard]] Status on_job_seen(JobId job, std::uint64_t block_number);

    /// Runs the most overdue step, if any is due now, and tells whether it did. Never throws
    /// because of a contribution.
    bool step_next();
    /// Expiry and release of what is due. Errors: those of the store.
    [[nodiscard]] Status keep_house();
    /// Housekeeping and every step that is due, on this thread, in a fixed order: how tests and the
    /// simulator drive it. Returns the number of steps.
    std::size_t tick();
    /// Blocks until a step may be due, `stop` is requested or `limit` has passed.
    void wait_for_work(const std::stop_token& stop, std::chrono::milliseconds limit);

    [[nodiscard]] Result<ContributionId> admit(Upload upload) override;
    [[nodiscard]] Result<ContributionStatus> status(const ContributionId& id) override;
    [[nodiscard]] Result<Bytes> blob(const Hash32& sha256) override;
    [[nodiscard]] Result<Bytes> proof_document(const Hash32& hash) override;
    [[nodiscard]] Result<Done> deposit_key(KeyDeposit deposit) override;
    [[nodiscard]] Result<ContributionStatus> job_status(JobId job) override;
    [[nodiscard]] Result<Bytes> ruleset(const Hash32& digest) override;
    [[nodiscard]] Result<std::string> attestation(ByteView challenge) override;
    [[nodiscard]] Readiness readiness() override;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Threads that work a pipeline. Destruction lets running steps end and joins.
class Runner {
  public:
    /// `workers` >= 1 threads take steps, one more keeps house every second.
    Runner(Pipeline& pipeline, unsigned workers);
    ~Runner();
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;

  private:
    std::vector<std::jthread> threads_;
};

}  // namespace pramana::pipeline
