#include "gpu_rounds.hpp"

#include "pramana/evidence/gpu_evidence.hpp"
#include "pramana/os/log.hpp"

namespace pramana::app {
namespace {

constexpr std::chrono::seconds kAppraiseAgain{60};

}  // namespace

GpuRounds::GpuRounds(Parts parts, const Hash32& boot)
    : parts_{std::move(parts)},
      checked_{evidence::make_gpu_evidence_provider(parts_.driver), parts_.check},
      gate_{{.roots = parts_.check.roots, .policy = {}}, boot, parts_.clock},
      attester_{parts_.driver, gate_,
                [this](const evidence::GpuFacts& facts, const evidence::GpuEvidence& reports) {
                    return endorsements_or_none(facts, reports);
                }} {}

/// Without manifests the gate is asked all the same: it stays closed, and names what is missing.
Result<evidence::GpuEndorsements> GpuRounds::endorsements_or_none(
    const evidence::GpuFacts& facts, const evidence::GpuEvidence& reports) {
    Result<evidence::GpuEndorsements> found = parts_.endorsements_of(facts, reports);
    if (found) return found;
    log::warn("app.gpu_gate.not_endorsed", {{"error", found.error()}});
    return evidence::GpuEndorsements{};
}

Result<std::unique_ptr<GpuRounds>> GpuRounds::open(Parts parts) {
    const Result<Hash32> boot = evidence::boot_identity();
    if (!boot) return boot.error();
    return std::unique_ptr<GpuRounds>{new GpuRounds{std::move(parts), *boot}};
}

void GpuRounds::round() {
    attester_.poll();
    const bool closed = gate_.status().reason != evidence::GpuGateReason::kOpen;
    if (closed && parts_.clock.steady() >= appraise_again_) {
        appraise_again_ = parts_.clock.steady() + kAppraiseAgain;
        const Result<evidence::GpuRound> round = attester_.appraise(parts_.statement());
        if (!round) log::warn("app.gpu_gate.waits", {{"error", round.error()}});
    }
    tell_change();
}

void GpuRounds::tell_change() {
    const evidence::GpuGateStatus status = gate_.status();
    const std::string_view reason = evidence::name_of(status.reason);
    const bool refused = status.reason == evidence::GpuGateReason::kEvidenceRefused;
    const std::string failed_check = refused ? status.failed_check : std::string{};
    const std::string now = std::string{reason} + ' ' + failed_check;
    if (now == told_) return;
    told_ = now;
    const auto tell = status.reason == evidence::GpuGateReason::kOpen ? log::info : log::warn;
    tell("app.gpu_gate", {log::Field::vetted("reason", reason),
                          log::Field::vetted("check", failed_check),
                          {"devices", status.devices.size()}});
}

std::string GpuRounds::metrics() {
    return evidence::to_metrics(gate_.status()) + evidence::to_metrics(checked_.counts());
}

}  // namespace pramana::app
