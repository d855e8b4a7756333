#pragma once

#include "pramana/evidence/attestation_desk.hpp"
#include "pramana/store/store.hpp"

#include <functional>

namespace pramana::app {

/// The statements of this validator, each naming the one before: a new one where anything in it
/// changed since the last start (keys, configuration, build), and from time to time to name the
/// corpora's new roots. Every statement is in the archive, with its evidence, before anything names
/// it. Thread: any.
class StatementBook {
  public:
    struct Parts {
        store::EvidenceArchive& archive;
        store::CorpusLog& corpora;
        evidence::AttestationDesk& desk;
        const Clock& clock;
        /// A block to anchor in; nothing: no node answers. May block for seconds.
        std::function<std::optional<evidence::StatedBlock>()> anchor;
        /// How old a statement gets before it is renewed for new roots; 0 = as old as it likes.
        std::chrono::seconds every{0};
        /// The archive waits a while for what endorses them.
        bool gpus = false;
    };
    /// `terms` is all of a statement but anchor, corpus roots and sizes (of empty corpora there),
    /// sequence and predecessor.
    StatementBook(Parts parts, evidence::Statement terms, std::string key_evidence);

    /// Goes on with the newest statement of the archive where nothing changed, otherwise makes the
    /// next. Either way evidence is taken. Errors: those of the desk and of the archive.
    [[nodiscard]] Status open();
    /// Makes the next statement where one is due. Call it every few seconds.
    void round();

    /// Of the statement that results name. After open().
    [[nodiscard]] Hash32 current() const;
    /// Collateral to hand out and to keep with the current statement, a JSON object.
    void set_collateral(const std::string& collateral);
    /// The same of the GPUs, the member `nvidia` of it; above 256 KiB it is left out.
    void set_gpu_collateral(const std::string& nvidia);
    /// The answer of GET /v1/statements/{hash}. Errors: kNotFound, those of the archive.
    [[nodiscard]] Result<std::string> archived(const Hash32& statement);

  private:
    [[nodiscard]] Result<evidence::Statement> with_corpora() const;
    [[nodiscard]] Status add(const std::optional<store::StatementRecord>& newest,
                             evidence::Statement next);
    void publish(const store::StatementRecord& record, evidence::Statement statement,
                 evidence::AttestationParts parts);
    void renew_collateral();
    void attach_collateral();
    [[nodiscard]] bool is_due(const evidence::Statement& now_it_would_be) const;

    const Parts parts_;
    const evidence::Statement terms_;
    const std::string key_evidence_;
    std::mutex adding_;  ///< one statement at a time
    mutable std::mutex mutex_;
    std::optional<store::StatementRecord> record_;
    evidence::Statement statement_;
    std::optional<std::string> cpu_collateral_;
    std::optional<std::string> gpu_collateral_;
    std::int64_t gpu_collateral_unix_s_ = 0;
    std::optional<std::string> collateral_;  ///< of both
    std::optional<Hash32> attached_to_;
    std::chrono::steady_clock::time_point gpu_patience_;
    std::chrono::steady_clock::time_point look_again_{};
};

}  // namespace pramana::app
