#include "pramana/evidence/gpu_evidence.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/core/sha256.hpp"

#include <algorithm>

namespace pramana::evidence {
namespace {

constexpr std::size_t kJsonBytesMax = 4U << 20U;

Error malformed(std::string_view site) { return {Errc::kEvidenceMalformed, site}; }

Result<std::string> text_member(const JsonView& object, std::string_view name) {
    const std::optional<JsonView> member = object.member(name);
    if (!member) return malformed("evidence.gpu.member");
    Result<std::string> text = member->text();
    if (!text) return malformed("evidence.gpu.member");
    return text;
}

template <class Fixed>
Status read_fixed(const JsonView& object, std::string_view name, Fixed& out) {
    const Result<std::string> text = text_member(object, name);
    if (!text) return text.error();
    const Result<Fixed> read = fixed_from_hex<Fixed>(*text);
    if (!read) return malformed("evidence.gpu.hex");
    out = *read;
    return Done{};
}

Result<GpuReport> read_device(const JsonView& json) {
    Result<std::string> uuid = text_member(json, "uuid");
    if (!uuid) return uuid.error();
    const Result<std::string> report = text_member(json, "report");
    if (!report) return report.error();
    Result<std::string> chain = text_member(json, "chain");
    if (!chain) return chain.error();
    Result<Bytes> bytes = from_hex(*report);
    if (!bytes) return malformed("evidence.gpu.report");
    return GpuReport{
        .uuid = *std::move(uuid), .report = *std::move(bytes), .chain = *std::move(chain)};
}

class DriverEvidence final : public GpuEvidenceProvider {
  public:
    explicit DriverEvidence(GpuDriver& driver) : driver_{driver} {}
    Result<std::string> collect(const Hash32& statement, const Hash32& freshness) override {
        const Result<GpuFacts> facts = driver_.facts();
        if (!facts) return facts.error();
        const Result<GpuEvidence> evidence =
            collect_gpu_evidence(driver_, *facts, statement, GpuFreshness{freshness.bytes});
        if (!evidence) return evidence.error();
        return to_json(*evidence);
    }

  private:
    GpuDriver& driver_;
};

}  // namespace

GpuChallenge gpu_challenge(const Hash32& statement, const GpuFreshness& freshness,
                           std::string_view uuid) {
    Sha256 hash;
    hash.update("pramana:gpu:1");
    hash.update(statement.view());
    hash.update(freshness.view());
    hash.update(uuid);
    return {hash.finish().bytes};
}

std::string to_json(const GpuEvidence& evidence) {
    std::string devices;
    for (const GpuReport& device : evidence.devices) {
        JsonObject one;
        one.text("uuid", device.uuid);
        one.text("report", to_hex(device.report));
        one.text("chain", device.chain);
        devices += (devices.empty() ? "" : ",") + one.str();
    }
    JsonObject out;
    out.text("kind", "nvidia");
    out.text("statement", to_hex(evidence.statement.view()));
    out.text("freshness", to_hex(evidence.freshness.view()));
    out.raw("devices", '[' + devices + ']');
    return out.str();
}

Hash32 hash_of(const GpuEvidence& evidence) { return sha256(to_json(evidence)); }

Result<GpuEvidence> read_gpu_evidence(std::string_view json) {
    if (json.size() > kJsonBytesMax) return malformed("evidence.gpu.size");
    const Result<JsonView> root = read_json(json);
    if (!root) return malformed("evidence.gpu.json");
    GpuEvidence out;
    PRAMANA_TRY(read_fixed(*root, "statement", out.statement));
    PRAMANA_TRY(read_fixed(*root, "freshness", out.freshness));
    const std::optional<JsonView> devices = root->member("devices");
    if (!devices) return malformed("evidence.gpu.devices");
    for (const JsonView& item : devices->items()) {
        Result<GpuReport> device = read_device(item);
        if (!device) return device.error();
        const auto same = [&](const GpuReport& other) { return other.uuid == device->uuid; };
        if (out.devices.size() == kGpusMax || std::ranges::any_of(out.devices, same))
            return malformed("evidence.gpu.devices");
        out.devices.push_back(*std::move(device));
    }
    // One evidence has one text, so that its hash cannot be that of another document.
    if (to_json(out) != json) return malformed("evidence.gpu.form");
    return out;
}

Result<GpuEvidence> collect_gpu_evidence(GpuDriver& driver, const GpuFacts& facts,
                                         const Hash32& statement, const GpuFreshness& freshness) {
    GpuEvidence out{.statement = statement, .freshness = freshness, .devices = {}};
    for (const GpuDeviceFacts& named : facts.devices) {
        Result<GpuReport> device =
            driver.report(named.uuid, gpu_challenge(statement, freshness, named.uuid));
        if (!device) return device.error();
        out.devices.push_back(*std::move(device));
    }
    return out;
}

std::unique_ptr<GpuEvidenceProvider> make_gpu_evidence_provider(GpuDriver& driver) {
    return std::make_unique<DriverEvidence>(driver);
}

}  // namespace pramana::evidence
