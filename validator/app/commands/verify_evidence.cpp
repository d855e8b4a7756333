#include "verify_evidence.hpp"

#include "options.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/os/clock.hpp"
#include "verify_order.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace pramana::app {
namespace {

constexpr int kExitRefused = 1;

constexpr Option kOptions[] = {
    {"collateral", "PATH",
     "the vendors' endorsements: a file, or a folder of files;\n"
     "what came with the evidence is read first"},
    {"policy", "FILE", "what to accept; without it the strict defaults, with nothing pinned"},
    {"at", "TIME", "judge as of this time, 2026-11-22T02:00:00Z; now when not given"},
    {"report-data", "HEX", "the 64 bytes that the quote or report has to be over"},
    {"nonce", "HEX", "the 32 bytes that the GPUs were asked with"},
    {"gpus", "N", "how many GPUs there are; as many as came when not given"},
    {"ledger", "FILE",
     "refuse Intel's endorsements and the other vendors' revocation\n"
     "lists that are older than FILE has seen;\n"
     "accepted ones are noted in it"},
    {"ca-file", "FILE", "of a URL: trust these PEM certificates too"},
    {"json", "", "print one JSON object instead of text"},
};
constexpr Command kCommand{
    .name = "verify",
    .summary = "Judges the evidence of a trusted execution environment and explains every check.",
    .operands = "FILE|URL",
    .operands_min = 1,
    .operands_max = 1,
    .options = kOptions,
    .more =
        "FILE or URL comes first. A URL is a validator's: it is asked for evidence over a fresh\n"
        "random challenge. A file may hold, as bytes, hex, base64 or JSON: an Intel TDX or SGX\n"
        "quote, dstack's GetQuote with its event log, an AMD SEV-SNP report, NVIDIA's reports,\n"
        "an answer of NVIDIA's service, or a validator's answer. docs/attestation.md has all\n"
        "checks, docs/commands.md all forms.\n"
        "Exit: 0 accepted, 1 not accepted, 64 usage, 65 not to be read, 66 no such file,\n"
        "69 nothing answers, 78 the policy is wrong.\n",
};

/// What was asked for beside files; `problem` is a sentence for a usage error.
struct Question {
    attest::UnixTime now = 0;
    attest::Expectation expected;
    std::string problem;
};

Question question_of(const Arguments& arguments) {
    Question question;
    question.now = static_cast<attest::UnixTime>(SystemClock{}.unix_s());
    if (const std::optional<std::string> at = arguments.text("at")) {
        Result<attest::UnixTime> time = attest::read_iso_time(*at);
        if (!time) question.problem = "--at needs a time like 2026-11-22T02:00:00Z";
        question.now = std::move(time).value_or(0);
    }
    if (const std::optional<std::string> hex = arguments.text("report-data")) {
        const Result<Bytes> bytes = from_hex(*hex);
        if (bytes && bytes->size() == 64)
            std::ranges::copy(*bytes, question.expected.report_data.emplace().begin());
        else
            question.problem = "--report-data needs 128 hex digits";
    }
    if (const std::optional<std::string> hex = arguments.text("nonce")) {
        Result<Bytes> bytes = from_hex(*hex);
        if (bytes && bytes->size() == 32)
            question.expected.nonces = {std::move(*bytes)};
        else
            question.problem = "--nonce needs 64 hex digits";
    }
    if (const std::optional<std::string> text = arguments.text("gpus")) {
        std::size_t count = 0;
        const auto [end, failed] =
            std::from_chars(text->data(), text->data() + text->size(), count);
        if (failed != std::errc{} || end != text->data() + text->size() || count == 0)
            question.problem = "--gpus needs a number from 1";
        question.expected.devices = count;
    }
    return question;
}

/// What was asked for and cannot be compared with anything here: to pass over it would look like an
/// answer. Empty: all of it is judged. How many GPUs there are is a check of its own.
std::string_view unanswerable(const Question& question, const VerifyOrder& order) {
    const attest::EvidenceFile& file = order.file;
    const bool nonce = !question.expected.nonces.empty();
    if (order.answer && (question.expected.report_data || nonce))
        return "--report-data and --nonce are for evidence alone: a validator's answer has its "
               "statement and challenge, from which they are computed";
    if (question.expected.report_data && !file.quote && !file.snp_report)
        return "--report-data is compared with a quote or report of a processor, and there is none";
    if (nonce && file.gpus.empty() && !file.nras)
        return "--nonce is compared with evidence of GPUs, and there is none";
    return {};
}

}  // namespace

int run_verify_evidence(std::span<const std::string_view> args) {
    return run_verify_evidence(args, attest::vendor_roots());
}

int run_verify_evidence(std::span<const std::string_view> args, const attest::PinnedRoots& roots) {
    const Parsed parsed = parse_arguments(kCommand, args);
    if (!parsed.arguments) return usage_error(kCommand, parsed.problem);
    const Question question = question_of(*parsed.arguments);
    if (!question.problem.empty()) return usage_error(kCommand, question.problem);
    Outcome<VerifyOrder> order =
        read_verify_order(*parsed.arguments, parsed.arguments->operands().front());
    if (!order) return print_failure(order.failure());
    const std::string_view ignored = unanswerable(question, *order);
    if (!ignored.empty()) return usage_error(kCommand, std::string{ignored});
    const Verification verification =
        verify(*order, roots, question.now, question.expected, parsed.arguments->text("policy"));
    const std::string text =
        parsed.arguments->has("json") ? json_of(verification) : text_of(verification);
    std::fputs(text.c_str(), stdout);
    if (!verification.accepted()) return kExitRefused;
    if (order->ledger) {
        const std::optional<Failure> failure =
            note_endorsements(*order, roots, *parsed.arguments->text("ledger"));
        if (failure) return print_failure(*failure);
    }
    return kExitOk;
}

std::string_view help_verify_evidence() {
    static const std::string kText = help_of(kCommand);
    return kText;
}

}  // namespace pramana::app
