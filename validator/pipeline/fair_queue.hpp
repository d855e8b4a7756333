#pragma once

#include "pramana/core/bytes.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace pramana::pipeline {

/// Who pays for a job, and how much its bid counts.
struct Share {
    Address payer;        ///< zero: not known yet; all such jobs share one turn
    unsigned weight = 1;  ///< 1..kWeightMax
    friend bool operator==(const Share&, const Share&) = default;
};
inline constexpr unsigned kWeightMax = 4;

/// How much a bid counts: 1, and one more for each doubling over `least`, at most kWeightMax.
[[nodiscard]] unsigned weight_of(const Word256& bid_wei, const Word256& least_wei) noexcept;

/// Jobs that are due, in an order that is fair to those who pay: start-time fair queueing (Goyal,
/// Vin, Cheng 1996) with a payer as a flow and a step as the unit. Between two steps of a payer who
/// waits, another one gets at most kWeightMax + 1; a payer who was idle is served next but for the
/// step that runs, however many jobs the others have. Of one payer, the job that has been due
/// longest goes first, among equals the lowest id. Deterministic: equal payers go in turn. One
/// entry for a job, one for a payer with jobs or with steps ahead of the others. Thread: one at a
/// time.
class FairQueue {
  public:
    using Time = std::chrono::steady_clock::time_point;

    /// Time::min() is urgent: before everybody, whoever pays.
    void add(JobId job, Time due, const Share& share);
    /// The job with the same arguments as in add().
    void remove(JobId job, Time due, const Share& share);
    [[nodiscard]] std::optional<JobId> take();
    /// The last step of this payer's job was as much as `steps` more.
    void charge(const Share& share, unsigned steps);

    [[nodiscard]] bool empty() const noexcept { return turns_.empty() && urgent_.empty(); }
    /// Payers that are remembered.
    [[nodiscard]] std::size_t payers() const noexcept { return flows_.size(); }

  private:
    /// Divisible by all weights, so that a step costs a whole number.
    static constexpr std::uint64_t kStep = 12;
    struct Entry {
        Time due;
        JobId job{};
        unsigned weight = 1;
        friend auto operator<=>(const Entry&, const Entry&) = default;
    };
    struct Flow {
        std::set<Entry> jobs;
        std::uint64_t start = 0;   ///< virtual time at which its next step may begin
        std::uint64_t served = 0;  ///< when it was served last, by the count of steps
    };
    /// Whose turn it is: the least.
    using Turn = std::tuple<std::uint64_t, std::uint64_t, Address>;
    static Turn turn_of(const Address& payer, const Flow& flow) {
        return {flow.start, flow.served, payer};
    }
    void leave(const Address& payer, Flow& flow);

    std::map<Address, Flow> flows_;
    std::set<Turn> turns_;  ///< flows with jobs
    std::set<Turn> ahead_;  ///< flows without, kept until the others have caught up
    std::set<Entry> urgent_;
    std::uint64_t now_ = 0;    ///< virtual time: start of the step that was taken last
    std::uint64_t steps_ = 0;  ///< taken so far
};

}  // namespace pramana::pipeline
