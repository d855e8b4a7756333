#include "verify_order.hpp"

#include "pramana/core/json.hpp"
#include "pramana/os/file.hpp"

#include <algorithm>

namespace pramana::app {
namespace {

Outcome<FetchedEvidence> read_evidence(const Arguments& arguments, const std::string& operand) {
    if (is_url(operand)) return fetch_evidence(operand, arguments.text("ca-file").value_or(""));
    Outcome<Bytes> read = read_whole_file(operand);
    if (!read) return read.failure();
    return FetchedEvidence{.body = *std::move(read), .asked = {}, .source = operand};
}

std::optional<attest::UnixTime> fetched_at(const std::string& collateral) {
    const Result<JsonView> root = read_json(collateral);
    const std::optional<JsonView> member = root ? root->member("fetched_unix_s") : std::nullopt;
    const Result<std::uint64_t> time = member ? member->whole_number() : Error{Errc::kNotFound, ""};
    if (!time) return std::nullopt;
    return *time;
}

/// Endorsements that came along, or those of the file that is named, which replace them.
std::optional<Failure> read_endorsements(const std::optional<std::string>& path,
                                         VerifyOrder& order) {
    if (path) {
        Outcome<attest::Endorsements> named = endorsements_in(*path);
        if (!named) return named.failure();
        order.endorsements = *std::move(named);
        return std::nullopt;
    }
    // What does not read is missed by the checks that need it.
    if (!order.file.collateral.empty()) {
        (void)attest::add_endorsements(as_bytes_view(order.file.collateral), order.endorsements);
        order.endorsed_at = fetched_at(order.file.collateral);
    }
    if (!order.file.certificates.empty())
        (void)attest::add_snp_certificates(order.file.certificates, order.endorsements);
    return std::nullopt;
}

/// What dstack's log says that was measured; that it is the quote's log is the log's own check.
std::optional<std::string> measured_compose(const std::vector<attest::Appraisal>& parts) {
    for (const attest::Appraisal& part : parts)
        if (const attest::Fact* const fact =
                part.kind == "dstack" ? part.fact("compose-hash") : nullptr)
            return fact->value;
    return std::nullopt;
}

/// What the quote turned out to be; empty: there is none. It is appraised before everything else.
std::string_view quote_kind(const VerifyOrder& order, const std::vector<attest::Appraisal>& parts) {
    return order.file.quote ? parts.front().kind : std::string_view{};
}

const std::optional<std::string>& compose_of(const VerifyOrder& order) {
    return order.file.app_compose ? order.file.app_compose : order.endorsements.app_compose;
}

}  // namespace

Outcome<VerifyOrder> order_about(FetchedEvidence evidence, const JudgedBy& by) {
    VerifyOrder order;
    order.asked = evidence.asked;
    order.source = std::move(evidence.source);
    Outcome<EvidenceIn> read = evidence_in(evidence.body, order.source);
    if (!read) return read.failure();
    order.file = std::move(read->file);
    order.answer = std::move(read->answer);
    if (std::optional<Failure> failure = read_endorsements(by.collateral, order)) return *failure;
    Outcome<attest::Policy> policy = policy_in(by.policy);
    if (!policy) return policy.failure();
    order.policy = *std::move(policy);
    if (by.ledger) {
        Outcome<attest::CollateralLedger> ledger = ledger_in(*by.ledger);
        if (!ledger) return ledger.failure();
        order.ledger = *std::move(ledger);
    }
    return order;
}

Outcome<VerifyOrder> read_verify_order(const Arguments& arguments, const std::string& operand) {
    Outcome<FetchedEvidence> evidence = read_evidence(arguments, operand);
    if (!evidence) return evidence.failure();
    return order_about(*std::move(evidence), {.collateral = arguments.text("collateral"),
                                              .policy = arguments.text("policy"),
                                              .ledger = arguments.text("ledger")});
}

Verification verify(const VerifyOrder& order, const attest::PinnedRoots& roots,
                    attest::UnixTime now, const attest::Expectation& expectation,
                    const std::optional<std::string>& policy) {
    Verification out{.source = order.source,
                     .form = order.file.form,
                     .judged_at = now,
                     .policy = policy,
                     .endorsed_at = order.endorsed_at,
                     .parts = {}};
    attest::Expectation expected = expectation;
    if (order.answer) {
        expected = expectation_of(order.answer->parts);
        expected.devices = expectation.devices;
    }
    std::vector<attest::Appraisal> parts =
        attest::appraise_evidence_file(order.file, order.endorsements, roots, order.policy, now,
                                       expected, order.ledger ? &*order.ledger : nullptr);
    if (order.answer)
        out.parts.push_back(appraise_statement({.answer = *order.answer,
                                                .file = order.file,
                                                .quote_kind = quote_kind(order, parts),
                                                .asked = order.asked,
                                                .policy = order.policy.statement,
                                                .measured_compose = measured_compose(parts),
                                                .app_compose = compose_of(order)}));
    else if (order.policy.statement.pins_something())
        out.parts.push_back(no_statement());
    std::ranges::move(parts, std::back_inserter(out.parts));
    return out;
}

std::optional<Failure> note_endorsements(VerifyOrder& order, const attest::PinnedRoots& roots,
                                         const std::string& path) {
    const attest::IntelEndorsements prepared = attest::prepare(order.endorsements.intel, roots);
    const std::optional<attest::IntelFreshness> fresh = attest::freshness_of(*prepared);
    Status observed = Done{};
    if (fresh && order.file.quote) observed = order.ledger->observe(*fresh);
    for (const attest::ListFreshness& list :
         attest::authentic_lists(order.file, order.endorsements, roots))
        if (observed && !order.ledger->older_than_seen(list))
            observed = order.ledger->observe(list);
    const std::string text = order.ledger->to_json();
    const Status written =
        observed ? write_file_durably(path, as_bytes_view(text)) : observed.error();
    if (!written) return failure_of(written.error(), path);
    return std::nullopt;
}

}  // namespace pramana::app
