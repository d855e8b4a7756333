#include "verify_evidence.hpp"

#include "failure.hpp"
#include "options.hpp"
#include "pramana/attest/collateral_ledger.hpp"
#include "pramana/attest/intel.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/os/clock.hpp"
#include "pramana/os/file.hpp"

#include <algorithm>
#include <cstdio>

namespace pramana::app {
namespace {

constexpr std::size_t kEvidenceBytesMax = std::size_t{16} << 20U;
constexpr int kExitRefused = 1;

constexpr Option kOptions[] = {
    {"collateral", "FILE", "Intel's endorsements as JSON, as a caching service gives them", true},
    {"policy", "FILE",
     "what to accept; without it the strict defaults, with no measurement pinned"},
    {"at", "TIME", "judge as of this time, 2026-11-22T02:00:00Z; now when not given"},
    {"report-data", "HEX", "the 64 bytes that the quote has to be over"},
    {"ledger", "FILE",
     "refuse endorsements older than FILE has seen; accepted ones are noted in it"},
    {"json", "", "print one JSON object instead of lines"},
};
constexpr Command kCommand{
    .name = "verify",
    .summary = "Judges the evidence of a trusted execution environment, offline.",
    .operands = "QUOTE",
    .operands_min = 1,
    .operands_max = 1,
    .options = kOptions,
    .more =
        "QUOTE comes first: the bytes of an Intel TDX or SGX quote, their hex, or JSON with the "
        "hex\n"
        "in a member `quote`. Each check is a sentence: ok, FAILED with what to do, or NOT "
        "REACHED\n"
        "because something that it needs failed. docs/attestation.md explains all.\n"
        "Exit: 0 accepted, 1 not accepted, 64 usage, 65 a file does not parse, 66 no such file,\n"
        "78 the policy is wrong.\n",
};

Outcome<Bytes> read_all(const std::string& path) {
    Result<Bytes> content = read_file(path, kEvidenceBytesMax);
    if (content) return std::move(*content);
    Failure failure = failure_of(content.error(), path);
    if (content.error().code == Errc::kNotFound || content.error().code == Errc::kIo) {
        failure.sentence = "The file cannot be read.";
        failure.next_step = "Check its name and that you may read it.";
    }
    return failure;
}

/// The quote behind the three forms in which people keep one.
Outcome<Bytes> quote_of(const std::string& path) {
    Outcome<Bytes> content = read_all(path);
    if (!content) return content;
    std::string text{as_text(*content)};
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    if (text.starts_with('{')) {
        const Result<JsonView> root = read_json(text);
        const std::optional<JsonView> quote = root ? root->member("quote") : std::nullopt;
        const Result<std::string> hex =
            quote ? quote->text() : Error{Errc::kEvidenceMalformed, "verify.quote"};
        if (!hex) return failure_of({Errc::kEvidenceMalformed, "verify.quote"}, path);
        text = *hex;
    }
    if (Result<Bytes> bytes = from_hex(text); bytes && !bytes->empty()) return std::move(*bytes);
    return content;
}

Outcome<attest::Policy> policy_of(const std::optional<std::string>& path) {
    if (!path) return attest::Policy{};
    Outcome<Bytes> text = read_all(*path);
    if (!text) return text.failure();
    attest::PolicyReading reading = attest::read_policy(as_text(*text));
    if (reading.policy) return std::move(*reading.policy);
    std::string problems;
    for (const attest::PolicyProblem& problem : reading.problems)
        problems += (problems.empty() ? "" : "; ") +
                    (problem.path.empty() ? std::string{"the file"} : problem.path) + ' ' +
                    problem.sentence;
    return failure_of({Errc::kPolicyInvalid, "verify.policy"}, problems);
}

/// An absent file is a ledger that has seen nothing yet.
Outcome<attest::CollateralLedger> ledger_of(const std::string& path) {
    const Result<Bytes> text = read_file(path, kEvidenceBytesMax);
    if (!text && text.error().code == Errc::kNotFound) return attest::CollateralLedger{};
    if (!text) return failure_of(text.error(), path);
    Result<attest::CollateralLedger> ledger = attest::CollateralLedger::from_json(as_text(*text));
    if (!ledger) return failure_of(ledger.error(), path);
    return std::move(*ledger);
}

struct Order {
    Bytes quote;
    attest::IntelEndorsements endorsements;
    attest::Policy policy;
    std::optional<attest::CollateralLedger> ledger;
};

Outcome<Order> read_order(const Arguments& arguments) {
    Order order;
    Outcome<Bytes> quote = quote_of(arguments.operands().front());
    if (!quote) return quote.failure();
    order.quote = *std::move(quote);
    const std::string path = *arguments.text("collateral");
    Outcome<Bytes> json = read_all(path);
    if (!json) return json.failure();
    const Result<attest::IntelCollateral> collateral =
        attest::read_intel_collateral(as_text(*json));
    if (!collateral) return failure_of(collateral.error(), path);
    order.endorsements = attest::prepare(*collateral, attest::vendor_roots());
    Outcome<attest::Policy> policy = policy_of(arguments.text("policy"));
    if (!policy) return policy.failure();
    order.policy = *std::move(policy);
    if (const std::optional<std::string> file = arguments.text("ledger")) {
        Outcome<attest::CollateralLedger> ledger = ledger_of(*file);
        if (!ledger) return ledger.failure();
        order.ledger = *std::move(ledger);
    }
    return order;
}

/// What was asked for beside files; `problem` is a sentence for a usage error.
struct Question {
    attest::UnixTime now = 0;
    std::optional<attest::ReportData> report_data;
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
            std::ranges::copy(*bytes, question.report_data.emplace().begin());
        else
            question.problem = "--report-data needs 128 hex digits";
    }
    return question;
}

/// Notes accepted endorsements, durably, so that none older passes from now on.
std::optional<Failure> note(attest::CollateralLedger& ledger,
                            const attest::PreparedIntel& endorsements, const std::string& path) {
    const std::optional<attest::IntelFreshness> fresh = attest::freshness_of(endorsements);
    const Status observed =
        fresh ? ledger.observe(*fresh) : Error{Errc::kInternal, "verify.ledger"};
    const std::string text = ledger.to_json();
    const Status written =
        observed ? write_file_durably(path, as_bytes_view(text)) : observed.error();
    if (!written) return failure_of(written.error(), path);
    return std::nullopt;
}

/// Whether the accepted evidence was compared with any measurement.
bool pins_a_program(const attest::Appraisal& appraisal) {
    return std::ranges::any_of(appraisal.verdicts.all(), [](const attest::Verdict& verdict) {
        const std::string_view name = verdict.check->name;
        return verdict.outcome == attest::Outcome::kPassed &&
               (name == "intel.td.mr_td" || name == "intel.sgx.mr_enclave" ||
                name == "intel.sgx.mr_signer");
    });
}

}  // namespace

int run_verify_evidence(std::span<const std::string_view> args) {
    const Parsed parsed = parse_arguments(kCommand, args);
    if (!parsed.arguments) return usage_error(kCommand, parsed.problem);
    const Question question = question_of(*parsed.arguments);
    if (!question.problem.empty()) return usage_error(kCommand, question.problem);
    Outcome<Order> order = read_order(*parsed.arguments);
    if (!order) return print_failure(order.failure());
    const attest::Appraisal appraisal = attest::appraise_intel(
        order->quote, *order->endorsements, question.now, order->policy.intel, question.report_data,
        order->ledger ? &*order->ledger : nullptr);
    const std::string text = parsed.arguments->has("json") ? attest::to_json(appraisal) + '\n'
                                                           : attest::to_text(appraisal);
    std::fputs(text.c_str(), stdout);
    if (!appraisal.accepted()) return kExitRefused;
    if (!pins_a_program(appraisal))
        std::fputs(
            "note: a genuine and current TEE, but no policy pins what runs in it: its "
            "measurements\n"
            "are above; compare them with those of the build that you expect.\n",
            stderr);
    if (order->ledger) {
        const std::optional<Failure> failure =
            note(*order->ledger, *order->endorsements, *parsed.arguments->text("ledger"));
        if (failure) return print_failure(*failure);
    }
    return kExitOk;
}

std::string_view help_verify_evidence() {
    static const std::string kText = help_of(kCommand);
    return kText;
}

}  // namespace pramana::app
