#include "replay.hpp"

#include "chain_access.hpp"
#include "journal_access.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/pipeline/service.hpp"
#include "timeline.hpp"

#include <cstdio>

namespace pramana::app {
namespace {

constexpr Option kOptions[] = {
    {"config", "FILE", "the validator's configuration", true},
    {"json", "", "one JSON object"},
};
constexpr Command kCommand{
    .name = "replay",
    .summary = "Prints the journal of a job as a timeline, with every raw transaction.",
    .operands = "JOB",
    .operands_min = 1,
    .operands_max = 1,
    .options = kOptions,
    .more =
        "The validator may be running: nothing is locked or changed. A raw transaction may be "
        "sent\n"
        "to any node again: it does what the validator does when it sends it again.\n"
        "Exit: 0, 64 usage, 66 no data directory or no such job, 78 configuration.\n",
};

struct Replayed {
    store::JobRecord job;
    std::vector<store::SlotRecord> slots;
};

Result<Replayed> find(store::StoreView& view, JobId id) {
    Result<store::JobRecord> job = view.jobs().job(id);
    if (!job) return job.error();
    Replayed found;
    found.job = *std::move(job);
    Result<std::vector<store::SlotRecord>> slots = view.slots_of(id);
    if (!slots) return slots.error();
    found.slots = *std::move(slots);
    return found;
}

std::string head_text(const store::JobRecord& job) {
    std::string text = "job " + std::to_string(number(job.id));
    if (!job.owner.is_zero())
        text += ", file " + std::to_string(number(job.file)) + " of " + to_hex0x(job.owner.view()) +
                "\nbid " + coins_of(job.bid_wei) + " by " + to_hex0x(job.payer.view());
    if (!job.dlp.is_zero()) text += ", for DLP " + to_hex0x(job.dlp.view());
    return text + "\n\n";
}

/// Where it stands, and what to do about it.
std::string end_text(const store::JobRecord& job) {
    std::string text =
        "\nnow " + std::string{pipeline::name_of(static_cast<pipeline::Stage>(job.stage))};
    if (job.proof_index) text += ", proof index " + std::to_string(*job.proof_index);
    if (job.cause)
        text += ": " + std::string{name_of(*job.cause)} + ": " +
                std::string{sentence_of(*job.cause)} +
                "\n  next: " + std::string{next_step_of(*job.cause)};
    return text + '\n';
}

std::string json_of(const Replayed& found) {
    const store::JobRecord& job = found.job;
    JsonObject json;
    json.text("format", "pramana:replay:1")
        .number("job_id", number(job.id))
        .number("file_id", number(job.file))
        .text("owner", to_hex0x(job.owner.view()))
        .text("payer", to_hex0x(job.payer.view()))
        .text("dlp", to_hex0x(job.dlp.view()))
        .text("state", pipeline::name_of(static_cast<pipeline::Stage>(job.stage)));
    if (job.proof_index) json.number("proof_index", *job.proof_index);
    json.raw("timeline", timeline_json(timeline_of(job, found.slots)));
    return json.str() + '\n';
}

}  // namespace

int run_replay(std::span<const std::string_view> args, const Platform& platform) {
    const Parsed parsed = parse_arguments(kCommand, args);
    if (!parsed.arguments) return usage_error(kCommand, parsed.problem);
    const Arguments& arguments = *parsed.arguments;
    const auto id = whole_number(arguments.operands().front(), 0, UINT64_MAX);
    if (!id) return usage_error(kCommand, "JOB is a number, as `jobs` lists them");
    Outcome<Journal> journal = open_journal(*arguments.text("config"), platform);
    if (!journal) return print_failure(journal.failure());
    const Result<Replayed> found = find(*journal->view, JobId{*id});
    if (!found) {
        Failure failure = failure_of(found.error(), "job " + std::to_string(*id));
        failure.next_step = "`jobs` lists the jobs that this validator knows.";
        return print_failure(failure);
    }
    const std::string text = arguments.has("json")
                                 ? json_of(*found)
                                 : head_text(found->job) +
                                       timeline_text(timeline_of(found->job, found->slots)) +
                                       end_text(found->job);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return kExitOk;
}

std::string help_replay() { return help_of(kCommand); }

}  // namespace pramana::app
