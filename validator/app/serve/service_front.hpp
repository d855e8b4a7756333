#pragma once

#include "chain_worker.hpp"
#include "monitor.hpp"
#include "pramana/pipeline/pipeline.hpp"
#include "result_publisher.hpp"
#include "statement_book.hpp"

namespace pramana::app {

/// The pipeline as HTTP sees it, with what the registries have, and the chain worker's troubles in
/// its readiness.
class ServiceFront final : public pipeline::ContributionService {
  public:
    ServiceFront(pipeline::Pipeline& pipeline, const ResultPublisher& results,
                 StatementBook& statements, const ChainWorker& worker, const Monitor& monitor)
        : pipeline_{pipeline},
          results_{results},
          statements_{statements},
          worker_{worker},
          monitor_{monitor} {}
    Result<ContributionId> admit(pipeline::Upload upload) override {
        return pipeline_.admit(std::move(upload));
    }
    Result<pipeline::ContributionStatus> status(const ContributionId& id) override {
        return pipeline_.status(id);
    }
    Result<Bytes> blob(const Hash32& sha256) override { return pipeline_.blob(sha256); }
    Result<Bytes> proof_document(const Hash32& hash) override {
        return pipeline_.proof_document(hash);
    }
    Result<Done> deposit_key(pipeline::KeyDeposit deposit) override {
        return pipeline_.deposit_key(std::move(deposit));
    }
    Result<pipeline::ContributionStatus> job_status(JobId job) override {
        return pipeline_.job_status(job);
    }
    Result<std::string> recorded_result(JobId job) override { return results_.recorded(job); }
    Result<Bytes> ruleset(const Hash32& digest) override { return pipeline_.ruleset(digest); }
    Result<std::string> attestation(ByteView challenge) override {
        return pipeline_.attestation(challenge);
    }
    Result<std::string> archived_statement(const Hash32& hash) override {
        return statements_.archived(hash);
    }
    pipeline::Readiness readiness() override;

  private:
    pipeline::Pipeline& pipeline_;
    const ResultPublisher& results_;
    StatementBook& statements_;
    const ChainWorker& worker_;
    const Monitor& monitor_;
};

}  // namespace pramana::app
