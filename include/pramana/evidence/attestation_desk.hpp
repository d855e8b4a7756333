#pragma once

#include "pramana/evidence/attestation.hpp"
#include "pramana/evidence/provider.hpp"
#include "pramana/os/clock.hpp"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

namespace pramana::evidence {

struct DeskOptions {
    std::uint32_t quotes_per_minute_max = 60;  ///< for challenges; on average, and at once
    std::size_t answers_kept_max = 256;
    std::chrono::seconds answer_age_max{
        60};                      ///< a challenge asked again within it: the same answer
    std::size_t waiting_max = 2;  ///< callers that wait for the provider; the others are refused
};

/// Answers who asks for evidence. One quote is made at a time; the same challenge gets the same
/// answer for a while, whoever asks; and there are only so many quotes in a minute. So a flood
/// neither exhausts the platform nor holds the threads that serve others: beyond its bounds it is
/// refused at once. Thread: any.
class AttestationDesk {
  public:
    /// All outlive the desk. `gpus` may be null: nothing computes there. Where it fails the answer
    /// is without GPU evidence.
    AttestationDesk(EvidenceProvider& provider, GpuEvidenceProvider* gpus, const Clock& clock,
                    DeskOptions options = {});

    /// Evidence about a statement, at once and uncounted: for our own use.
    /// @param key_evidence  a JSON list
    /// Errors: those of `provider`.
    [[nodiscard]] Result<AttestationParts> take(const std::string& statement_text,
                                                const std::string& key_evidence,
                                                ByteView challenge);
    /// From now on this is the statement that is asked about; answers about another are forgotten.
    void publish(AttestationParts parts);
    /// What is published, with other collateral. Nothing: it is not known.
    void set_collateral(std::optional<std::string> collateral);

    /// Of what is published; nothing: nothing is.
    [[nodiscard]] std::optional<std::string> evidence() const;

    /// The answer of GET /v1/attestation. Errors: kBadRequest (a challenge of another size than 0
    /// or 32, or all zero), kBusy (nothing is published, too many wait, too many quotes in this
    /// minute), those of `provider`.
    [[nodiscard]] Result<std::string> answer(ByteView challenge);

  private:
    struct Kept {
        std::string text;
        std::chrono::steady_clock::time_point made;
    };
    Result<std::string> fresh(std::unique_lock<std::mutex>& lock, const Hash32& challenge);
    bool take_token();
    void keep(const Hash32& challenge, const std::string& text);
    [[nodiscard]] const std::string* kept(const Hash32& challenge);

    EvidenceProvider& provider_;
    GpuEvidenceProvider* const gpus_;
    const Clock& clock_;
    const DeskOptions options_;

    std::mutex quoting_;        ///< one quote at a time, ours included
    mutable std::mutex mutex_;  ///< all below
    std::condition_variable done_;
    std::optional<AttestationParts> published_;
    std::uint64_t published_count_ = 0;
    std::map<Hash32, Kept> kept_;
    std::deque<Hash32> kept_order_;  ///< oldest first
    bool busy_ = false;              ///< somebody makes a quote for a challenge
    std::size_t waiting_ = 0;
    double tokens_;
    std::chrono::steady_clock::time_point tokens_at_;
};

}  // namespace pramana::evidence
