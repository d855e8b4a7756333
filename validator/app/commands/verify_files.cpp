#include "verify_files.hpp"

#include "pramana/evidence/gpu_evidence.hpp"
#include "pramana/os/file.hpp"

#include <sysexits.h>

#include <algorithm>
#include <filesystem>

namespace pramana::app {
namespace {

constexpr std::size_t kFilesMax = 64;

Failure unknown(const std::string& what, const std::string& next_step, const std::string& path,
                const Error& error) {
    Failure failure = failure_of(Errc::kEvidenceMalformed, what, next_step);
    failure.detail = printable(path + ": " + std::string{error.site});
    return failure;
}

/// All evidence that came in a validator's answer.
Status take_parts(const evidence::AttestationParts& parts, attest::EvidenceFile& out) {
    Result<attest::EvidenceFile> read = attest::read_evidence_file(as_bytes_view(parts.evidence));
    if (!read) return read.error();
    out = *std::move(read);
    if (parts.gpu_evidence) {
        Result<evidence::GpuEvidence> gpus = evidence::read_gpu_evidence(*parts.gpu_evidence);
        if (!gpus) return gpus.error();
        for (evidence::GpuReport& gpu : gpus->devices)
            out.gpus.push_back({.report = std::move(gpu.report),
                                .chain = std::move(gpu.chain),
                                .uuid = std::move(gpu.uuid)});
    }
    PRAMANA_TRY(attest::add_issued_keys(parts.key_evidence, out));
    out.collateral = parts.collateral.value_or("");
    out.form = "the attestation of a validator";
    return Done{};
}

Outcome<EvidenceIn> attested(std::string_view text, const std::string& name) {
    Outcome<evidence::AttestationAnswer> answer = attestation_in(text, name);
    if (!answer) return answer.failure();
    EvidenceIn out;
    const Status taken = take_parts(answer->parts, out.file);
    if (!taken)
        return unknown("The evidence in the validator's answer is of no kind that is known here.",
                       "Update this program, or ask the operator which version runs.", name,
                       taken.error());
    out.answer = *std::move(answer);
    return out;
}

/// The files of a folder by name, so that the order does not depend on the file system.
std::vector<std::filesystem::path> files_of(const std::string& path) {
    std::error_code failed;
    if (!std::filesystem::is_directory(path, failed)) return {path};
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator{path, failed})
        if (entry.is_regular_file(failed)) files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

}  // namespace

Outcome<Bytes> read_whole_file(const std::string& path) {
    Result<Bytes> content = read_file(path, attest::kEvidenceFileBytesMax);
    if (!content) return failure_of_file(content.error(), path);
    return std::move(*content);
}

Outcome<EvidenceIn> evidence_in(ByteView content, const std::string& name) {
    if (is_attestation(as_text(content))) return attested(as_text(content), name);
    Result<attest::EvidenceFile> file = attest::read_evidence_file(content);
    if (file) return EvidenceIn{.file = std::move(*file)};
    return unknown("This is no evidence of a kind that is known here.",
                   "Give a quote or report as bytes, hex or JSON; `pramana help verify` lists the "
                   "forms.",
                   name, file.error());
}

Outcome<attest::Endorsements> endorsements_in(const std::string& path) {
    const std::vector<std::filesystem::path> files = files_of(path);
    if (files.empty() || files.size() > kFilesMax)
        return failure_of(Errc::kEvidenceMalformed,
                          "The folder has no file, or more than " + std::to_string(kFilesMax) + ".",
                          "Put the endorsements of one machine into a folder of their own.");
    attest::Endorsements out;
    for (const std::filesystem::path& file : files) {
        Outcome<Bytes> content = read_whole_file(file.string());
        if (!content) return content.failure();
        const Status added = attest::add_endorsements(*content, out);
        if (!added)
            return unknown("This is no endorsement of a kind that is known here.",
                           "Give Intel's collateral as JSON, certificates as PEM or DER, lists as "
                           "DER, manifests as XML.",
                           file.string(), added.error());
    }
    return out;
}

Outcome<attest::Policy> policy_in(const std::optional<std::string>& path) {
    if (!path) return attest::Policy{};
    Outcome<Bytes> text = read_whole_file(*path);
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

Outcome<attest::CollateralLedger> ledger_in(const std::string& path) {
    const Result<Bytes> text = read_file(path, attest::kEvidenceFileBytesMax);
    if (!text && text.error().code == Errc::kNotFound) return attest::CollateralLedger{};
    if (!text) return failure_of_file(text.error(), path);
    Result<attest::CollateralLedger> ledger = attest::CollateralLedger::from_json(as_text(*text));
    if (ledger) return std::move(*ledger);
    Failure failure = failure_of(ledger.error().code, "The ledger does not read: " + path + '.',
                                 "Restore it from a backup. Moving it away forgets which "
                                 "endorsements were seen, so that older ones pass again.");
    failure.exit_code = EX_DATAERR;
    return failure;
}

}  // namespace pramana::app
