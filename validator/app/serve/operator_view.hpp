#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/errc.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pramana::app {

inline constexpr std::size_t kOpenStages =
    9;  ///< received … included, in the order of store::Stage

/// One endpoint as the reader sees it.
struct EndpointView {
    std::string name;  ///< scheme://host:port
    bool healthy = false;
    std::uint64_t lag_blocks = 0;
    std::uint64_t failures = 0;
    std::uint64_t disagreements = 0;
    std::uint64_t logs_left_out = 0;
    double latency_s = 0;
};

/// What an operator looks at: counts and times, no content, no wallets. Made by Monitor; what could
/// not be read has no value.
struct OperatorView {
    std::int64_t taken_unix_s = 0;
    struct Queue {
        std::uint64_t jobs = 0;
        std::int64_t oldest_s = 0;  ///< age of the oldest, since it was seen; 0 = none
    };
    std::array<Queue, kOpenStages> queues{};  ///< by stage
    std::uint64_t held_by_fee = 0;            ///< jobs whose transaction waits at the fee ceiling
    std::uint64_t held_by_funds = 0;          ///< jobs that wait for money on our account
    std::uint64_t held_by_bid = 0;            ///< jobs whose bid does not pay for gas now
    /// Seconds until the first payer may cancel a job that has all it needs and is in no block;
    /// negative = since then.
    std::optional<std::int64_t> first_deadline_s;
    std::optional<std::int64_t> cancel_delay_s;

    std::uint64_t open_slots = 0;
    // Transactions of this process: replacements ("bumps"), bytes sent again, no-ops, reverts.
    std::uint64_t replacements = 0;
    std::uint64_t resends = 0;
    std::uint64_t noops = 0;
    std::uint64_t reverts = 0;
    std::vector<std::string> submitter_alarms;  ///< names of chain_rpc::SubmitterAlarm
    std::optional<std::uint64_t> lowest_open_nonce;
    std::int64_t oldest_slot_s = 0;          ///< since its nonce was bound
    std::int64_t oldest_waiting_slot_s = 0;  ///< of those that are in no block
    bool foreign_nonce = false;
    std::optional<std::uint64_t> chain_nonce;  ///< transactions of our key that are mined

    std::optional<std::uint64_t> head;
    std::optional<std::int64_t> head_unix_s;  ///< the chain's time
    std::optional<std::int64_t> head_age_s;
    std::optional<std::uint64_t> finalized;
    std::int64_t finality_still_s = 0;  ///< since `finalized` moved while the head did
    std::optional<std::uint64_t> gas_price_wei;
    std::optional<double> balance_wei;
    std::optional<double> proofs_left;
    std::optional<bool> worker_active;
    std::vector<EndpointView> endpoints;
    std::uint64_t reads_disagreed = 0;       ///< deciding reads that were refused for it
    std::uint64_t reads_without_quorum = 0;  ///< the same
    std::optional<double> spent_today_wei;
    std::optional<std::uint64_t> reorgs;
    std::optional<std::uint64_t> reorg_depth_max;
    std::vector<std::string> troubles;  ///< of watcher and submitter, stable codes
};

/// When an alarm rises.
struct AlarmLimits {
    double proofs_left_min = 100;
    std::int64_t slot_age_s_max = 600;
    std::int64_t finality_still_s_max = 480;  ///< ten epochs of 8 slots of 6 s
    std::int64_t head_age_s_max = 120;
    /// Of the cancel delay: so much must be left to a job that is not on chain yet.
    std::int64_t deadline_percent_min = 20;
};

/// Names are stable: metrics and alert rules use them.
struct Alarm {
    std::string_view name;
    bool raised = false;
    std::string_view meaning;
};

/// Every alarm, raised or not, always in the same order. Pure.
[[nodiscard]] std::vector<Alarm> alarms_of(const OperatorView& view, const AlarmLimits& limits);

/// The Prometheus text exposition (version 0.0.4). Pure.
[[nodiscard]] std::string metrics_text(const OperatorView& view, const std::vector<Alarm>& alarms,
                                       std::string_view version);

}  // namespace pramana::app
