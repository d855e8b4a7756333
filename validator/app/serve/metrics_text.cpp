#include "operator_view.hpp"
#include "pramana/pipeline/service.hpp"

#include <array>
#include <charconv>

namespace pramana::app {
namespace {

/// The shortest text that reads back as the same number.
std::string number_text(double value) {
    std::array<char, 32> text{};
    const auto [end, failed] = std::to_chars(text.data(), text.data() + text.size(), value);
    return failed == std::errc{} ? std::string{text.data(), end} : "NaN";
}

/// A label's value: backslash, quote and line feed are escaped.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || c == '"') out += '\\';
        out += c;
    }
    return out;
}

/// Writes families one after the other: HELP, TYPE, samples.
class Exposition {
  public:
    void family(std::string_view name, std::string_view type, std::string_view help) {
        name_ = std::string{"pramana_"} + std::string{name};
        text_ += "# HELP " + name_ + ' ' + std::string{help} + "\n# TYPE " + name_ + ' ' +
                 std::string{type} + '\n';
    }
    void sample(double value) { text_ += name_ + ' ' + number_text(value) + '\n'; }
    void sample(std::string_view label, std::string_view label_value, double value) {
        text_ += name_ + '{' + std::string{label} + "=\"" + escaped(label_value) + "\"} " +
                 number_text(value) + '\n';
    }
    /// A family of one sample; nothing where there is no value.
    template <class T>
    void gauge(std::string_view name, std::string_view help, const std::optional<T>& value) {
        if (!value) return;
        family(name, "gauge", help);
        sample(static_cast<double>(*value));
    }
    [[nodiscard]] std::string take() { return std::move(text_); }

  private:
    std::string name_;
    std::string text_;
};

void write_queues(Exposition& out, const OperatorView& view) {
    const auto stage = [](std::size_t i) {
        return pipeline::name_of(static_cast<pipeline::Stage>(i));
    };
    out.family("jobs", "gauge", "Jobs that have not ended, by state.");
    for (std::size_t i = 0; i < kOpenStages; ++i)
        out.sample("state", stage(i), static_cast<double>(view.queues[i].jobs));
    out.family("job_oldest_age_seconds", "gauge",
               "Age of the oldest job in the state, since it was seen; 0 = none.");
    for (std::size_t i = 0; i < kOpenStages; ++i)
        out.sample("state", stage(i), static_cast<double>(view.queues[i].oldest_s));
    out.family("jobs_held", "gauge", "Jobs that wait for something to pass, by its code.");
    out.sample("reason", "fee_ceiling", static_cast<double>(view.held_by_fee));
    out.sample("reason", "insufficient_funds", static_cast<double>(view.held_by_funds));
    out.sample("reason", "bid_below_gas", static_cast<double>(view.held_by_bid));
    out.gauge("job_deadline_seconds",
              "Until the first payer of an open job may cancel it; negative = since then.",
              view.first_deadline_s);
}

void write_slots(Exposition& out, const OperatorView& view) {
    out.gauge("open_nonces", "Transaction nonces that are bound and not final.",
              std::optional{view.open_slots});
    const auto counted = [&](std::string_view name, std::string_view help, std::uint64_t value) {
        out.family(name, "counter", help);
        out.sample(static_cast<double>(value));
    };
    counted("replacements_total", "Transactions that replaced one at a higher fee.",
            view.replacements);
    counted("resends_total", "Times that stored bytes were sent again.", view.resends);
    counted("noops_total", "Nonces that a no-op consumed.", view.noops);
    counted("reverts_total", "Transactions of ours that were mined and failed.", view.reverts);
    out.gauge("lowest_open_nonce", "The lowest nonce that is not final.", view.lowest_open_nonce);
    out.gauge("oldest_nonce_age_seconds", "Since the oldest open nonce was bound; 0 = none.",
              std::optional{view.oldest_slot_s});
    out.gauge("chain_nonce", "Transactions of the validator's key that are in blocks.",
              view.chain_nonce);
    out.gauge("spent_today_wei", "Gas that was paid since midnight UTC.", view.spent_today_wei);
}

void write_chain(Exposition& out, const OperatorView& view) {
    out.gauge("head_block", "Number of the newest block.", view.head);
    out.gauge("head_age_seconds", "Age of the newest block.", view.head_age_s);
    out.gauge("finalized_block", "Number of the newest final block.", view.finalized);
    out.gauge("finality_still_seconds", "Since the newest final block moved while the head did.",
              std::optional{view.finality_still_s});
    out.gauge("gas_price_wei", "Base fee of the next block and the tip that would be offered.",
              view.gas_price_wei);
    out.gauge("balance_wei", "On the validator's account.", view.balance_wei);
    out.gauge("balance_proofs_left", "Proofs that the balance pays for at the present gas price.",
              view.proofs_left);
    out.gauge("worker_active", "Whether the pool lists the validator as active.",
              view.worker_active);
    out.gauge("reorgs", "Times that a reorg took blocks of ours away.", view.reorgs);
    out.gauge("reorg_depth_blocks", "Depth of the deepest of them.", view.reorg_depth_max);
}

void write_endpoints(Exposition& out, const OperatorView& view) {
    if (view.endpoints.empty()) return;
    const auto each = [&](std::string_view name, std::string_view type, std::string_view help,
                          auto value) {
        out.family(name, type, help);
        for (const EndpointView& endpoint : view.endpoints)
            out.sample("endpoint", endpoint.name, static_cast<double>(value(endpoint)));
    };
    each("endpoint_healthy", "gauge", "Whether reads count this endpoint.",
         [](const EndpointView& e) { return e.healthy; });
    each("endpoint_lag_blocks", "gauge", "Blocks behind the head that the others support.",
         [](const EndpointView& e) { return e.lag_blocks; });
    each("endpoint_latency_seconds", "gauge", "Of the last exchange that succeeded.",
         [](const EndpointView& e) { return e.latency_s; });
    each("endpoint_failures_total", "counter", "Exchanges without a usable answer.",
         [](const EndpointView& e) { return e.failures; });
    each("endpoint_disagreements_total", "counter", "Answers that a quorum contradicted.",
         [](const EndpointView& e) { return e.disagreements; });
    each("endpoint_log_gaps_total", "counter", "Times that it hid logs that a block has.",
         [](const EndpointView& e) { return e.logs_left_out; });
    out.family("reads_refused_total", "counter", "Deciding reads without a decision, by reason.");
    out.sample("reason", "disagreement", static_cast<double>(view.reads_disagreed));
    out.sample("reason", "no_quorum", static_cast<double>(view.reads_without_quorum));
}

}  // namespace

std::string metrics_text(const OperatorView& view, const std::vector<Alarm>& alarms,
                         std::string_view version) {
    Exposition out;
    out.family("build_info", "gauge", "1, with the version as a label.");
    out.sample("version", version, 1);
    out.gauge("metrics_taken_timestamp_seconds", "When these values were read.",
              std::optional{view.taken_unix_s});
    write_queues(out, view);
    write_slots(out, view);
    write_chain(out, view);
    write_endpoints(out, view);
    out.family("alarm", "gauge", "1 while the alarm is raised.");
    for (const Alarm& alarm : alarms) out.sample("name", alarm.name, alarm.raised ? 1 : 0);
    return out.take();
}

}  // namespace pramana::app
