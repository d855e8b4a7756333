#include "failure.hpp"

#include <sysexits.h>

#include <cstdio>

namespace pramana::app {
namespace {

/// What a person does about it. A command asks once, so that it cannot say what the validator says
/// of what it goes on asking for.
std::string_view step_of_a_command(Errc code) noexcept {
    switch (code) {
        case Errc::kRpcUnavailable:
            return "Check the node's URL and the connection to it, then run this again.";
        case Errc::kRpcRejected:
            return "Run this again; if it stays so, ask another node, or its operator.";
        case Errc::kTimeout: return "Run this again.";
        default: return next_step_of(code);
    }
}

}  // namespace

Failure failure_of(const Error& error, const std::string& detail) {
    return {std::string{name_of(error.code)}, std::string{sentence_of(error.code)},
            std::string{step_of_a_command(error.code)}, printable(detail),
            exit_code_of(error.code)};
}

Failure failure_of_certificates(const Error& error, const std::string& ca_file) {
    Failure failure = failure_of(error, ca_file);
    if (error.code != Errc::kConfigInvalid) return failure;
    failure.sentence = "No certificates can be read where --ca-file says.";
    failure.next_step = "Name a PEM file that you may read, or leave the option out.";
    failure.exit_code = EX_NOINPUT;
    return failure;
}

Failure failure_of_file(const Error& error, const std::string& path) {
    Failure failure = failure_of(error, path);
    if (error.code != Errc::kNotFound && error.code != Errc::kIo) return failure;
    failure.sentence = "The file cannot be read.";
    failure.next_step = "Check its name and that you may read it.";
    failure.exit_code = EX_NOINPUT;
    return failure;
}

Failure failure_of(Errc code, std::string sentence, std::string next_step) {
    return {std::string{name_of(code)},
            std::move(sentence),
            std::move(next_step),
            {},
            exit_code_of(code)};
}

int exit_code_of(Errc code) noexcept {
    switch (code) {
        case Errc::kNotFound:
        case Errc::kIo: return EX_NOINPUT;
        case Errc::kRpcUnavailable:
        case Errc::kRpcRejected:
        case Errc::kNodeInconsistent:
        case Errc::kEndpointsDisagree:
        case Errc::kNoQuorum:
        case Errc::kMalformedChainData:
        case Errc::kWrongChain:
        case Errc::kFetchFailed:
        case Errc::kFetchForbidden:
        case Errc::kTimeout: return EX_UNAVAILABLE;
        case Errc::kReverted: return EX_DATAERR;
        default: break;
    }
    switch (blame_of(code)) {
        case Blame::kSender: return EX_DATAERR;
        case Blame::kRetry: return EX_TEMPFAIL;
        case Blame::kOperator: return EX_CONFIG;
        case Blame::kBug: return EX_SOFTWARE;
    }
    return EX_SOFTWARE;
}

int print_failure(const Failure& failure) {
    std::string text = "error: " + failure.code + ": " + failure.sentence;
    if (!failure.detail.empty()) text += " (" + failure.detail + ')';
    text += "\n  next: " + failure.next_step + '\n';
    std::fputs(text.c_str(), stderr);
    return failure.exit_code;
}

std::string printable(std::string_view text, std::size_t length_max) {
    std::string out;
    for (const char c : text.substr(0, length_max)) out += c >= ' ' && c <= '~' ? c : '?';
    if (text.size() > length_max) out += "...";
    return out;
}

}  // namespace pramana::app
