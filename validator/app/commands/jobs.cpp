#include "jobs.hpp"

#include "journal_access.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/os/clock.hpp"
#include "pramana/pipeline/service.hpp"
#include "table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace pramana::app {
namespace {

constexpr std::uint64_t kLimitDefault = 50;
constexpr std::uint64_t kLimitMax = 1'000'000;
constexpr std::size_t kPage = 512;
constexpr std::size_t kStages = static_cast<std::size_t>(store::kStageLast) + 1;

constexpr Option kOptions[] = {
    {"config", "FILE", "the validator's configuration", true},
    {"state", "S",
     "only jobs in this state: one of the names below, `open` (not ended) or\n`ended`"},
    {"limit", "N", "at most N jobs, newest first (50)"},
    {"json", "", "one JSON object a job and line"},
};
constexpr Command kCommand{
    .name = "jobs",
    .summary = "Lists the validator's jobs, newest first, from its journal.",
    .operands = "",
    .operands_min = 0,
    .operands_max = 0,
    .options = kOptions,
    .more =
        "The validator may be running: nothing is locked or changed.\n"
        "States: received waiting_key waiting_file queued placed proved signed sent included\n"
        "final done_by_other cancelled refused expired.\n"
        "AGE counts from when the job was seen, IN from its last change. TX is how many raw\n"
        "transactions were signed for it. Exit: 0, 64 usage, 66 no data directory, 78 "
        "configuration.\n",
};

/// A job and what the journal has of its transaction.
struct Row {
    store::JobRecord job;
    std::optional<store::SlotRecord> slot;
};

std::string_view stage_name(store::Stage stage) {
    return pipeline::name_of(static_cast<pipeline::Stage>(stage));
}

/// Which states are meant; nothing = no such name.
std::optional<std::array<bool, kStages>> states_of(const std::string& name) {
    std::array<bool, kStages> wanted{};
    bool known = name == "open" || name == "ended" || name == "all";
    for (std::size_t i = 0; i < kStages; ++i) {
        const auto stage = static_cast<store::Stage>(i);
        const bool ended = store::is_terminal(stage);
        wanted[i] = name == "all" || name == stage_name(stage) || (name == "open" && !ended) ||
                    (name == "ended" && ended);
        known = known || name == stage_name(stage);
    }
    return known ? std::optional{wanted} : std::nullopt;
}

Result<std::vector<Row>> find_rows(store::StoreView& view, const std::array<bool, kStages>& wanted,
                                   std::uint64_t limit) {
    std::vector<Row> rows;
    std::optional<JobId> below;
    while (rows.size() < limit) {
        Result<std::vector<store::JobRecord>> page = view.jobs().jobs_below(below, kPage);
        if (!page) return page.error();
        if (page->empty()) break;
        below = page->back().id;
        for (store::JobRecord& job : *page) {
            if (rows.size() == limit || !wanted[static_cast<std::size_t>(job.stage)]) continue;
            Result<std::vector<store::SlotRecord>> slots = view.slots_of(job.id);
            if (!slots) return slots.error();
            Row row{std::move(job), std::nullopt};
            if (!slots->empty()) row.slot = std::move(slots->front());
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

std::string table_text(const std::vector<Row>& rows, std::int64_t now) {
    Table table{{{"JOB", true},
                 {"FILE", true},
                 {"OWNER"},
                 {"STATE"},
                 {"AGE", true},
                 {"IN", true},
                 {"NONCE", true},
                 {"TX", true},
                 {"TRIES", true},
                 {"PROOF", true},
                 {"REASON"}}};
    for (const Row& row : rows) {
        const store::JobRecord& job = row.job;
        const bool known = !job.owner.is_zero();
        table.add({std::to_string(number(job.id)), known ? std::to_string(number(job.file)) : "",
                   known ? short_hex(to_hex0x(job.owner.view())) : "",
                   std::string{stage_name(job.stage)}, age_text(now - job.seen_unix_s),
                   age_text(now - job.changed_unix_s),
                   row.slot ? std::to_string(row.slot->tx_nonce) : "",
                   row.slot ? std::to_string(row.slot->attempts.size()) : "",
                   job.attempts > 0 ? std::to_string(job.attempts) : "",
                   job.proof_index ? std::to_string(*job.proof_index) : "",
                   job.cause ? std::string{name_of(*job.cause)} : ""});
    }
    return table.str();
}

std::string json_line(const Row& row) {
    const store::JobRecord& job = row.job;
    JsonObject json;
    json.text("format", "pramana:job:1")
        .number("job_id", number(job.id))
        .number("file_id", number(job.file))
        .text("owner", to_hex0x(job.owner.view()))
        .text("payer", to_hex0x(job.payer.view()))
        .text("state", stage_name(job.stage))
        .flag("ended", store::is_terminal(job.stage))
        .number("seen_unix_s", static_cast<std::uint64_t>(job.seen_unix_s))
        .number("changed_unix_s", static_cast<std::uint64_t>(job.changed_unix_s))
        .number("tries", job.attempts);
    if (job.cause)
        json.text("reason", name_of(*job.cause))
            .text("sentence", sentence_of(*job.cause))
            .text("next_step", next_step_of(*job.cause));
    if (row.slot) {
        json.number("tx_nonce", row.slot->tx_nonce)
            .number("transactions", row.slot->attempts.size());
        if (row.slot->attempts.back().signed_unix_s > 0)
            json.number("signed_unix_s", row.slot->attempts.back().signed_unix_s);
    }
    if (job.tx_hash) json.text("tx_hash", to_hex0x(job.tx_hash->view()));
    if (job.proof_index) json.number("proof_index", *job.proof_index);
    return json.str() + '\n';
}

/// What the reasons in the table mean: each once, with what to do.
std::string reasons_text(const std::vector<Row>& rows) {
    std::vector<Errc> seen;
    std::string text;
    for (const Row& row : rows) {
        if (!row.job.cause || std::find(seen.begin(), seen.end(), *row.job.cause) != seen.end())
            continue;
        seen.push_back(*row.job.cause);
        text += std::string{name_of(*row.job.cause)} + ": " +
                std::string{sentence_of(*row.job.cause)} +
                "\n  next: " + std::string{next_step_of(*row.job.cause)} + '\n';
    }
    return text.empty() ? text : '\n' + text;
}

}  // namespace

int run_jobs(std::span<const std::string_view> args, const Platform& platform) {
    const Parsed parsed = parse_arguments(kCommand, args);
    if (!parsed.arguments) return usage_error(kCommand, parsed.problem);
    const Arguments& arguments = *parsed.arguments;
    const auto wanted = states_of(arguments.text("state").value_or("all"));
    if (!wanted) return usage_error(kCommand, "--state names no state");
    const auto limit = whole_number(arguments.text("limit"), kLimitDefault, kLimitMax);
    if (!limit) return usage_error(kCommand, "--limit needs a whole number up to 1000000");
    Outcome<Journal> journal = open_journal(*arguments.text("config"), platform);
    if (!journal) return print_failure(journal.failure());
    const Result<std::vector<Row>> rows = find_rows(*journal->view, *wanted, *limit);
    if (!rows) return print_failure(failure_of(rows.error(), "the journal"));
    std::string text;
    if (arguments.has("json")) {
        for (const Row& row : *rows) text += json_line(row);
    } else if (rows->empty()) {
        text = "no such job\n";
    } else {
        text = table_text(*rows, SystemClock{}.unix_s()) + reasons_text(*rows);
    }
    std::fwrite(text.data(), 1, text.size(), stdout);
    return kExitOk;
}

std::string help_jobs() { return help_of(kCommand); }

}  // namespace pramana::app
