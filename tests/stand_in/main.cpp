// The production program on a made platform, for tests/e2e/platform.test.mjs: a dstack guest agent
// that answers as a guest's does, with quotes under a root of our own. The first word says under
// which roots evidence is checked: `made` those of the platform, `vendor` the built-in ones, as
// `pramana` does; `gpus` and `foreign_gpus` are `made` with two GPUs behind NVML's stand-in, whose
// roots are trusted or the built-in ones. What it makes is refused by every verifier.
#include "evidence_support/made_platform.hpp"
#include "key_sources.hpp"
#include "options.hpp"
#include "unit/evidence/made_nvml.hpp"

#include <optional>
#include <string_view>

namespace {

using namespace pramana;
using evidence::testing_support::DstackAgent;
using evidence::testing_support::MadePlatform;

struct World {
    MadePlatform platform;
    DstackAgent agent{{[this](const std::string& target, const std::string& body) {
        return platform.agent(target, body);
    }}};
    std::string_view word;
};
World& world() {
    static World made;
    return made;
}

evidence::EvidenceCheck check() {
    evidence::EvidenceCheck of_platform = world().platform.check();
    if (world().word == "vendor") of_platform.roots = attest::vendor_roots();
    return of_platform;
}

Result<std::unique_ptr<evidence::EvidenceProvider>> tee() {
    Result<std::unique_ptr<evidence::EvidenceProvider>> found = evidence::detect_tee_at(
        {.dstack = {world().agent.socket()}, .dstack_options = {}, .tsm = "/nonexistent"});
    if (!found) return found;
    return evidence::make_checked_provider(*std::move(found), check());
}

Status check_environment() {
    const Result<std::unique_ptr<evidence::EvidenceProvider>> found = tee();
    if (!found) return found.error();
    return Done{};
}

/// Keys that everybody can make: the domain is neither program's.
Result<keys::SourceKeys> source_keys(const config::Config&) {
    keys::SourceKeys out;
    out.material.seed = SecretBytes{32};
    out.material.vault = SecretBytes{32};
    return out;
}

Result<std::unique_ptr<keys::SealingRoot>> no_root(const config::Config&) {
    return std::unique_ptr<keys::SealingRoot>{};
}

constexpr app::KeyPlatform kKeys{
    .domain = "pramana-stand-in", .source_keys = source_keys, .sealing_root = no_root};

std::optional<app::GpuPlatform> gpus() {
    const bool foreign = world().word == "foreign_gpus";
    if (!foreign && world().word != "gpus") return std::nullopt;
    static const made::Stub library;
    library->devices = 2;
    return app::GpuPlatform{made::opened(),
                            {.roots = foreign ? attest::vendor_roots() : made::gpu_rules().roots,
                             .now = [] { return made::kNow; }}};
}

Result<app::Identity> open_identity(const config::Config& config) {
    Result<std::unique_ptr<evidence::EvidenceProvider>> found = tee();
    if (!found) return found.error();
    Result<app::Identity> identity = app::open_keys(config, kKeys);
    if (!identity) return identity.error();
    identity->evidence = *std::move(found);
    identity->gpus = gpus();
    identity->evidence_check = std::make_unique<const evidence::EvidenceCheck>(check());
    return identity;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return app::kExitUsage;
    world().word = argv[1];
    const app::Platform platform{.program = "pramana_stand_in",
                                 .what = "The production program on a made platform: for tests.",
                                 .profile = config::Profile::kProduction,
                                 .memory_lock_required = false,
                                 .check_environment = check_environment,
                                 .keys = kKeys,
                                 .open_identity = open_identity};
    return app::run_program(argc - 1, argv + 1, platform);
}
