// Whether what answers in a validator's name may be sent something secret.
#include "contribution_run.hpp"
#include "pramana/core/test_chains.hpp"
#include "verify_order.hpp"

#include <sysexits.h>

namespace pramana::app {
namespace {

constexpr std::string_view kSoftwareEvidence = "software";

}  // namespace

Status check_evidence_kind(std::string_view provider, std::uint64_t chain_id,
                           bool development_program) {
    if (provider == kSoftwareEvidence && (!is_test_chain(chain_id) || !development_program))
        return Error{Errc::kNoTee, "app.contribute.evidence"};
    return Done{};
}

/// Of the very answer that names the key which the file key will be sealed to.
ContributionRun::Step ContributionRun::judge_evidence(FetchedEvidence answer) {
    if (!check_evidence_kind(stated_.provider, stated_.chain_id, order_.development_program))
        return failure_of(Errc::kNoTee,
                          "This validator has development evidence only, which proves nothing.",
                          "Do not upload: choose a validator that runs in an enclave. On a local "
                          "test chain (31337, "
                          "1337), pramana-dev contributes to it.");
    if (stated_.provider == kSoftwareEvidence && !order_.policy_file) {
        say_(
            "WARNING: this validator has DEVELOPMENT evidence: nothing keeps its operator from "
            "reading your file. Use test files only.");
        return Done{};
    }
    Outcome<VerifyOrder> order = order_about(
        std::move(answer),
        {.collateral = order_.collateral, .policy = order_.policy_file, .ledger = order_.ledger});
    if (!order) return order.failure();
    const Verification judged =
        verify(*order, order_.roots, order_.judged_at, {}, order_.policy_file);
    const std::string conclusion = conclusion_of(judged);
    if (!judged.accepted()) {
        const std::string more = std::string{order_.policy_file ? " --policy FILE" : ""} +
                                 (order_.ledger ? " --ledger FILE" : "");
        Failure failure = failure_of(
            Errc::kEvidenceRefused, "This validator's evidence is not accepted. Nothing was sent.",
            "Do not upload. `pramana verify URL" + more + "` says what each check found.");
        failure.detail = conclusion;
        failure.exit_code = EX_DATAERR;
        return failure;
    }
    if (order_.ledger)
        if (std::optional<Failure> failed = note_endorsements(*order, order_.roots, *order_.ledger))
            return *std::move(failed);
    if (judged.not_pinned().empty())
        say_("the validator's enclave is what the policy asks for: " + conclusion);
    else
        say_(
            "WARNING: the validator's enclave is genuine, but no policy says which program may run "
            "in it: it may be anybody's. `pramana policy new URL --out FILE` shows what there is; "
            "then give --policy FILE.");
    return Done{};
}

}  // namespace pramana::app
