#include "pramana/evidence/gpu_gate.hpp"

#include "gpu_failure.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/crypto/aead.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <utility>

namespace pramana::evidence {
namespace {

using attest::UnixTime;

UnixTime unix_now(const Clock& clock) {
    return static_cast<UnixTime>(std::max<std::int64_t>(clock.unix_s(), 0));
}

/// Whether the evidence is of exactly the devices that the driver lists.
bool of_these_devices(const GpuEvidence& evidence, const GpuFacts& facts) {
    return std::ranges::equal(evidence.devices, facts.devices, {}, &GpuReport::uuid,
                              &GpuDeviceFacts::uuid);
}

}  // namespace

GpuGateReason condition_of(const GpuFacts& facts) noexcept {
    if (facts.devices.empty()) return GpuGateReason::kDriverFailed;
    if (!facts.confidential) return GpuGateReason::kNotConfidential;
    if (!facts.production) return GpuGateReason::kSimulated;
    if (facts.developer_tools) return GpuGateReason::kDeveloperTools;
    if (facts.mps_server) return GpuGateReason::kMpsServer;
    for (const GpuDeviceFacts& device : facts.devices) {
        if (device.partitioned) return GpuGateReason::kPartitioned;
        if (device.compute_mode != ComputeMode::kExclusiveProcess)
            return GpuGateReason::kNotExclusive;
        if (device.mps_processes != 0) return GpuGateReason::kMpsServer;
    }
    return GpuGateReason::kOpen;
}

GpuGate::GpuGate(GpuGateRules rules, const Hash32& boot, const Clock& clock)
    : rules_{std::move(rules)},
      boot_{boot},
      clock_{clock},
      generation_{std::make_shared<std::atomic<std::uint64_t>>(0)} {
    rules_.policy.nonce_required = true;  // evidence of another time is of another device state
}

GpuFreshness GpuGate::begin(const Hash32& statement) {
    GpuFreshness freshness;
    random_bytes(freshness.bytes);
    const std::lock_guard lock{mutex_};
    challenge_ = Challenge{.statement = statement, .freshness = freshness};
    return freshness;
}

GpuGateReason GpuGate::refusal(const GpuCollection& collection,
                               const std::optional<Challenge>& challenge) const {
    const GpuEvidence& evidence = collection.evidence;
    if (!challenge || evidence.statement != challenge->statement ||
        evidence.freshness != challenge->freshness)
        return GpuGateReason::kEvidenceReplayed;
    if (collection.before != collection.after || !of_these_devices(evidence, collection.before))
        return GpuGateReason::kDevicesChanged;
    return condition_of(collection.before);
}

attest::NvidiaSetAppraisal GpuGate::appraise(const GpuCollection& collection,
                                             const GpuEndorsements& endorsements) const {
    const GpuEvidence& evidence = collection.evidence;
    std::vector<GpuChallenge> challenges;
    std::vector<attest::NvidiaEvidence> rows;
    challenges.reserve(evidence.devices.size());  // rows borrow from it
    for (std::size_t i = 0; i < evidence.devices.size(); ++i) {
        const GpuReport& device = evidence.devices[i];
        challenges.push_back(gpu_challenge(evidence.statement, evidence.freshness, device.uuid));
        attest::NvidiaEvidence row{.report = device.report,
                                   .chain = device.chain,
                                   .nonce = challenges.back().view(),
                                   .driver_rim = endorsements.driver_rim,
                                   .vbios_rim = std::nullopt,
                                   .revocations = endorsements.revocations,
                                   .ocsp = endorsements.ocsp};
        const auto vbios = endorsements.vbios_rims.find(collection.before.devices[i].vbios_version);
        if (vbios != endorsements.vbios_rims.end()) row.vbios_rim = vbios->second;
        rows.push_back(row);
    }
    return attest::appraise_nvidia_set(rows, collection.before.devices.size(), rules_.roots,
                                       rules_.policy, unix_now(clock_));
}

GpuJudgement GpuGate::judge(const GpuCollection& collection, const GpuEndorsements& endorsements) {
    const std::lock_guard lock{mutex_};
    const std::optional<Challenge> challenge = std::exchange(challenge_, std::nullopt);
    GpuJudgement out{.reason = refusal(collection, challenge), .appraisal = std::nullopt};
    if (out.open()) {
        out.appraisal = appraise(collection, endorsements);
        status_.failed_check = first_failure(*out.appraisal);
        if (!out.appraisal->accepted())
            out.reason = GpuGateReason::kEvidenceRefused;
        else if (!collection.before.accepting_work)
            out.reason = GpuGateReason::kNotAccepting;
    }
    if (!out.open()) {
        ++status_.refused;
        close(out.reason);
        return out;
    }
    ++status_.accepted;
    open(collection.before, out.appraisal->set.valid_until);
    return out;
}

void GpuGate::observe(const Result<GpuFacts>& facts) {
    const std::lock_guard lock{mutex_};
    close_if_expired();
    if (!facts) {
        close(facts.error().code == Errc::kDeviceLost ? GpuGateReason::kDeviceLost
                                                      : GpuGateReason::kDriverFailed);
        return;
    }
    if (!opening_ || *facts == opening_->facts) return;
    const GpuGateReason condition = condition_of(*facts);
    if (condition != GpuGateReason::kOpen)
        close(condition);
    else
        close(facts->accepting_work ? GpuGateReason::kDevicesChanged
                                    : GpuGateReason::kNotAccepting);
}

std::optional<AppraisedDevice> GpuGate::admit(std::string_view uuid) {
    const std::lock_guard lock{mutex_};
    close_if_expired();
    if (!opening_) return std::nullopt;
    const auto named = [&](const GpuDeviceFacts& device) { return device.uuid == uuid; };
    if (!std::ranges::any_of(opening_->facts.devices, named)) return std::nullopt;
    return AppraisedDevice{std::string{uuid}, boot_, generation_->load(), generation_};
}

void GpuGate::lost(const AppraisedDevice& device) {
    const std::lock_guard lock{mutex_};
    // A report about an earlier opening says nothing about this one.
    if (opening_ && device.now_ == generation_ && device.current())
        close(GpuGateReason::kDeviceLost);
}

GpuGateStatus GpuGate::status() {
    const std::lock_guard lock{mutex_};
    close_if_expired();
    GpuGateStatus out = status_;
    out.generation = generation_->load();
    if (!opening_) return out;
    for (const GpuDeviceFacts& device : opening_->facts.devices) out.devices.push_back(device.uuid);
    out.valid_until = opening_->valid_until;
    return out;
}

void GpuGate::open(const GpuFacts& facts, const std::optional<UnixTime>& valid_until) {
    // Also when it was open: what was admitted before this appraisal is admitted anew.
    generation_->fetch_add(1);
    opening_ = Opening{
        .facts = facts, .end = clock_.steady() + rules_.age_max, .valid_until = valid_until};
    status_.reason = GpuGateReason::kOpen;
}

void GpuGate::close(GpuGateReason reason) {
    status_.reason = reason;
    if (!opening_) return;
    generation_->fetch_add(1);
    ++status_.closings;
    opening_.reset();
}

void GpuGate::close_if_expired() {
    if (!opening_) return;
    const bool ended = opening_->valid_until && unix_now(clock_) > *opening_->valid_until;
    if (ended || clock_.steady() >= opening_->end) close(GpuGateReason::kExpired);
}

Result<Hash32> boot_identity() {
    constexpr std::size_t kUuidCharacters = 36;
    std::ifstream file{"/proc/sys/kernel/random/boot_id"};
    std::string id;
    if (!std::getline(file, id) || id.size() != kUuidCharacters)
        return Error{Errc::kIo, "evidence.gpu.boot_id"};
    return sha256(id);
}

}  // namespace pramana::evidence
