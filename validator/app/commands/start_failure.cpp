#include "start_failure.hpp"

namespace pramana::app {
namespace {

constexpr int kExitUnavailable = 69;
constexpr int kExitCannotCreate = 73;
constexpr int kExitTryAgain = 75;
constexpr int kExitConfig = 78;

int start_exit_code(Errc code) {
    switch (code) {
        case Errc::kNoTee:
        case Errc::kEvidenceRefused:
        case Errc::kWrongChain: return kExitUnavailable;
        case Errc::kStoreLocked: return kExitCannotCreate;
        case Errc::kFetchFailed:
        case Errc::kTimeout: return kExitTryAgain;
        case Errc::kFetchForbidden:
        case Errc::kFetchTooLarge:
        case Errc::kModelMismatch:
        case Errc::kRulesetInvalid:
        case Errc::kMalformedKey:
        case Errc::kNotFound: return kExitConfig;
        default: return exit_code_of(code);
    }
}

/// Nothing else is fetched at a start than AMD's certificates (docs/attestation-statement.md
/// "Collateral").
Failure endorsement_failure(const Error& error) {
    const std::string sentence =
        "This machine's host hands out no certificates for its evidence, and AMD's key "
        "distribution service ";
    const std::string wait =
        "Check that attestation.amd_kds_url can be reached from here and wait a minute: the "
        "service limits how often it is asked. Or have the host hand them out.";
    const std::string name_it =
        "Name AMD's service, or a cache of yours, in attestation.amd_kds_url.";
    switch (error.code) {
        case Errc::kFetchForbidden:
            return failure_of(error.code, sentence + "is named by a URL that is never fetched.",
                              name_it);
        case Errc::kFetchTooLarge:
            return failure_of(error.code, sentence + "answers with more than certificates.",
                              name_it);
        case Errc::kTimeout: return failure_of(error.code, sentence + "took too long.", wait);
        default: return failure_of(error.code, sentence + "does not answer with them.", wait);
    }
}

bool of_a_fetch(Errc code) {
    return code == Errc::kFetchFailed || code == Errc::kTimeout || code == Errc::kFetchForbidden ||
           code == Errc::kFetchTooLarge;
}

}  // namespace

Failure start_failure(const Error& error, const std::string& about) {
    const bool of_evidence = about.empty() || about == kAboutEvidence;
    const bool endorsement = of_evidence && of_a_fetch(error.code);
    Failure failure = endorsement ? endorsement_failure(error) : failure_of(error, about);
    if (!endorsement)
        failure.next_step = next_step_of(error.code);  // whoever starts it starts again
    failure.exit_code = start_exit_code(error.code);
    return failure;
}

}  // namespace pramana::app
