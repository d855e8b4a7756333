#include "attestation.hpp"

#include "pramana/core/json.hpp"

namespace pramana::app {
namespace {

Failure unread(const Error& error, const std::string& source) {
    Failure failure = failure_of(error.code, "The validator's attestation cannot be read.",
                                 "Check that this is the answer of a Pramana validator; if it is, "
                                 "ask the operator why it is damaged.");
    if (error.site == "evidence.attestation.format" || error.site == "evidence.statement.format") {
        failure.sentence = "The attestation is of a version that this program does not read.";
        failure.next_step = "Update this program, or ask the operator which version runs.";
    } else if (error.site.starts_with("evidence.statement.")) {
        failure.sentence =
            "The validator's statement is not the one canonical text that its hash stands for.";
        failure.next_step =
            "Send nothing to this validator: ask its operator which program answers there.";
    }
    failure.detail = printable(source + ": " + std::string{error.site});
    return failure;
}

}  // namespace

bool is_attestation(std::string_view text) {
    const Result<JsonView> root = read_json(text);
    const std::optional<JsonView> format = root ? root->member("format") : std::nullopt;
    return format && format->text().value_or("").starts_with("pramana:attestation:");
}

Outcome<evidence::AttestationAnswer> attestation_in(std::string_view json,
                                                    const std::string& source) {
    Result<evidence::AttestationAnswer> answer = evidence::read_attestation_answer(json);
    if (!answer) return unread(answer.error(), source);
    return *std::move(answer);
}

}  // namespace pramana::app
