#pragma once

#include "corpus_heads.hpp"
#include "pramana/chain/result_batch.hpp"
#include "pramana/chain_rpc/submitter.hpp"
#include "pramana/os/clock.hpp"
#include "pramana/pipeline/ports.hpp"

#include <map>
#include <mutex>
#include <tuple>

namespace pramana::app {

/// A DLP whose results go into a registry.
struct ResultRoute {
    Address dlp;
    Address registry;
    bool by_root = false;
    bool pool_proofs = false;  ///< the pool gets its proof first, and both count
    std::size_t batch_max = 20;
    std::chrono::milliseconds linger{10'000};
    std::uint32_t epoch = 0;  ///< of the DLP's corpus, now
};

/// A key that signs results, with its transactions.
struct ResultSigner {
    const SigningKey& key;
    chain_rpc::Submitter& submitter;
    chain::SubmissionJournal& journal;
};

/// Brings finished results into registries: collects them by registry, corpus and key, plans a
/// batch on top of the registry's head, signs it and hands it to the submitter. One batch of a
/// corpus is on its way at a time, because the next one must build on it. The journal says what was
/// sent, the registry what is there: a result that a stranger recorded with our signature, or that
/// another journal of ours sent, is found and not sent again. Nothing in memory is needed after a
/// restart: the pipeline offers unfinished jobs again. Thread: round() one, the rest any. Source:
/// docs/contracts.md "The daemon".
class ResultPublisher {
  public:
    struct Parts {
        chain_rpc::ChainReader& reader;
        store::Store& store;
        const Clock& clock;
        chain_rpc::FinalityPolicy finality;
        std::vector<ResultSigner> signers;  ///< current, previous
        std::vector<ResultRoute> routes;
    };
    explicit ResultPublisher(Parts parts)
        : parts_{std::move(parts)}, heads_{parts_.store.corpus()} {}

    /// The route of the DLP; null = it has none.
    [[nodiscard]] const ResultRoute* route_of(const Address& dlp) const;
    /// Takes a job of a DLP with a route, whose work is done, into the queue of the key with the
    /// address `tee`. Again: nothing. Errors: kJobNotOurs (no such key).
    [[nodiscard]] Status offer(JobId job, const Address& dlp, const Address& tee);
    /// Where the job's result stands: kQueued with what it waits for, what its transaction says, or
    /// that the registry has it (kFinal; kDoneByOther of another validator). Errors: the store's.
    [[nodiscard]] Result<pipeline::ProofProgress> progress(JobId job);
    /// Sends every batch that is full or has waited long enough.
    void round();
    /// The job's final result as consumers need it. Errors: kNotFound, kProofNotFinal, the store's.
    [[nodiscard]] Result<std::string> recorded(JobId job) const;
    /// "results_validator_not_listed", "results_corpus_head_foreign", …
    [[nodiscard]] std::vector<std::string> troubles() const;

  private:
    /// What one batch may hold.
    struct Group {
        Address registry;
        store::CorpusKey corpus;
        std::size_t signer = 0;
        bool by_root = false;
        friend auto operator<=>(const Group&, const Group&) = default;
    };
    struct Waiting {
        const ResultRoute* route = nullptr;
        std::size_t signer = 0;
        std::chrono::steady_clock::time_point since;
        std::optional<Error> cause;
    };
    /// A result that the registry has without a final transaction of our journal.
    struct Recorded {
        Group group;
        chain::AttestedResult result;
        std::uint64_t seen_block = 0;
        bool ours = false;
        bool final = false;
    };
    struct Batch {
        Group group;
        const ResultRoute* route = nullptr;
        std::vector<JobId> jobs;
    };

    [[nodiscard]] std::vector<Batch> due_batches();
    [[nodiscard]] Status send(const Batch& batch);
    [[nodiscard]] Result<bool> under_way(const Group& group);
    [[nodiscard]] Result<bool> is_bound(JobId job);
    [[nodiscard]] Result<std::vector<chain::PendingResult>> pending_in(const Batch& batch);
    [[nodiscard]] Result<Hash32> head_of(const Group& group, const chain_rpc::BlockHeader& at);
    [[nodiscard]] Status after_refusal(const Batch& batch, const chain::BatchPlan& plan,
                                       const chain_rpc::BlockHeader& at, Error refusal);
    [[nodiscard]] Status recognise(const Group& group, const chain::BatchPlan& plan,
                                   const chain_rpc::BlockHeader& at);
    [[nodiscard]] Result<std::optional<bool>> recorded_by_us(const Group& group,
                                                             const chain::AttestedResult& result,
                                                             const chain_rpc::BlockHeader& at);
    /// The epoch of these results ended with a head that is not ours: nothing takes them any more,
    /// and the pool's proofs have to do.
    void give_up(const Batch& batch);
    void settle_recorded();
    [[nodiscard]] bool is_final(std::uint64_t block);
    void forget(JobId job);
    void note(const Batch& batch, const Status& sent);

    const Parts parts_;
    CorpusHeads heads_;  ///< round()'s thread
    mutable std::mutex mutex_;
    std::map<JobId, Waiting> queue_;
    std::map<JobId, Recorded> recorded_;
    std::map<Group, Errc> held_;  ///< what a whole group waits for
};

}  // namespace pramana::app
