#pragma once

#include "proof_adapter.hpp"
#include "result_publisher.hpp"

namespace pramana::app {

/// The pipeline's proofs by every way there is: each job goes by the key that it was given to, and
/// into the pool, into its DLP's registry, or both. With both the pool comes first: its proof is
/// what cannot be given twice, and a job that the payer canceled has no result. The job is final
/// when all that was asked for is final. Thread: any.
class ProofRouter final : public pipeline::ProofPort {
  public:
    /// One of our keys; the current one comes first.
    struct Key {
        Address address;
        ProofAdapter& proofs;
    };
    ProofRouter(store::JobStore& jobs, std::vector<Key> keys, ResultPublisher& results)
        : jobs_{jobs}, keys_{std::move(keys)}, results_{results} {}
    Status submit(const pipeline::ProofCall& call) override;
    Result<pipeline::ProofProgress> progress(JobId job) override;

  private:
    struct OfPool {
        pipeline::ProofProgress progress;
        Address key;
    };
    [[nodiscard]] Result<OfPool> in_pool(JobId job);
    store::JobStore& jobs_;
    const std::vector<Key> keys_;
    ResultPublisher& results_;
};

}  // namespace pramana::app
