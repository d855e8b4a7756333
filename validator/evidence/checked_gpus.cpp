#include "pramana/evidence/checked_gpus.hpp"

#include "gpu_failure.hpp"
#include "pramana/evidence/gpu_evidence.hpp"
#include "pramana/os/log.hpp"

namespace pramana::evidence {
Result<std::string_view> CheckedGpus::refusal(const std::string& evidence, const Hash32& statement,
                                              const Hash32& freshness) const {
    const Result<GpuEvidence> read = read_gpu_evidence(evidence);
    if (!read) return read.error();
    const GpuFreshness asked{freshness.bytes};
    if (read->statement != statement || read->freshness != asked)
        return Error{Errc::kEvidenceMalformed, "evidence.gpu.asked"};
    std::vector<GpuChallenge> challenges;
    std::vector<attest::NvidiaEvidence> rows;
    challenges.reserve(read->devices.size());  // rows borrow from it
    for (const GpuReport& device : read->devices) {
        challenges.push_back(gpu_challenge(statement, asked, device.uuid));
        rows.push_back({.report = device.report,
                        .chain = device.chain,
                        .nonce = challenges.back().view(),
                        .driver_rim = std::nullopt,
                        .vbios_rim = std::nullopt,
                        .revocations = {}});
    }
    attest::NvidiaPolicy policy;
    policy.rims_required = false;
    policy.revocation_required = false;
    const attest::NvidiaSetAppraisal appraisal =
        attest::appraise_nvidia_set(rows, rows.size(), check_.roots, policy, check_.now());
    if (appraisal.accepted()) return std::string_view{};
    PRAMANA_CHECK(!first_failure(appraisal).empty());
    return first_failure(appraisal);
}

Result<std::string> CheckedGpus::collect(const Hash32& statement, const Hash32& freshness) {
    Result<std::string> evidence = inner_->collect(statement, freshness);
    if (!evidence) {
        note(evidence.error());
        return evidence;
    }
    const Result<std::string_view> failed_check = refusal(*evidence, statement, freshness);
    note(failed_check);
    if (!failed_check) return failed_check.error();
    if (!failed_check->empty()) return Error{Errc::kEvidenceRefused, "evidence.check.gpu"};
    return evidence;
}

void CheckedGpus::note(const Result<std::string_view>& failed_check) {
    const std::lock_guard lock{mutex_};
    if (!failed_check) {
        ++counts_.failed;
        if (told_ != failed_check.error().code)
            log::warn("evidence.gpu.none", {{"error", failed_check.error()}});
        told_ = failed_check.error().code;
        return;
    }
    if (failed_check->empty()) {
        ++counts_.handed_on;
        counts_.failed_check.clear();
        told_.reset();
        return;
    }
    ++counts_.refused;
    if (told_ != Errc::kEvidenceRefused || counts_.failed_check != *failed_check)
        log::error("evidence.gpu.refused", {log::Field::vetted("check", *failed_check)});
    counts_.failed_check = *failed_check;
    told_ = Errc::kEvidenceRefused;
}

GpuEvidenceCounts CheckedGpus::counts() const {
    const std::lock_guard lock{mutex_};
    return counts_;
}

std::string to_metrics(const GpuEvidenceCounts& counts) {
    std::string out = "# TYPE pramana_gpu_evidence_total counter\n";
    const auto line = [&](std::string_view outcome, std::uint64_t value) {
        out += "pramana_gpu_evidence_total{outcome=\"" + std::string{outcome} + "\"} " +
               std::to_string(value) + '\n';
    };
    line("handed_on", counts.handed_on);
    line("refused", counts.refused);
    line("failed", counts.failed);
    if (!counts.failed_check.empty())
        out += "# TYPE pramana_gpu_evidence_refused gauge\npramana_gpu_evidence_refused{check=\"" +
               counts.failed_check + "\"} 1\n";
    return out;
}

}  // namespace pramana::evidence
