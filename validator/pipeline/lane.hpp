#pragma once

#include "pramana/pipeline/ports.hpp"
#include "pramana/store/store.hpp"

#include <condition_variable>
#include <mutex>
#include <set>

namespace pramana::pipeline {

/// The one scoring lane of a corpus: place, search and append of one job at a time, and in the
/// order of the job ids among those that are being worked at the moment.
class Lane {
  public:
    explicit Lane(const CorpusName& name) : name_{name} {}
    [[nodiscard]] const CorpusName& name() const noexcept { return name_; }

    /// A job that is being opened and prepared; lives as long as that takes.
    class Entrant {
      public:
        Entrant(Lane& lane, JobId job);
        ~Entrant();
        Entrant(const Entrant&) = delete;
        Entrant& operator=(const Entrant&) = delete;
        /// Blocks until the entrants with a lower id who are there now have left and nobody else
        /// has the lane. Who is waited for never waits for this one, so it ends.
        [[nodiscard]] std::unique_lock<std::mutex> wait_for_turn();

      private:
        Lane& lane_;
        JobId job_;
    };

    /// Whether the corpus in memory is the log. Only with the turn, or before any thread runs.
    bool loaded = false;

  private:
    CorpusName name_;
    std::mutex turn_;
    std::mutex entrants_mutex_;
    std::condition_variable left_;
    std::set<JobId> entrants_;
};

/// Makes the corpus in memory equal to its log: what was kept on disk is taken over if the log's
/// roots agree, the rest is replayed and every root verified on the way. Only with the turn.
/// Errors: kCorpusCorrupt, kAuthTagMismatch, those of the store.
[[nodiscard]] Status load_lane(Lane& lane, store::Store& store, ScorePort& score, VaultPort& vault);

}  // namespace pramana::pipeline
