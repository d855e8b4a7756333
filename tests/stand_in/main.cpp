// The production program on a made platform, for tests/e2e/platform.test.mjs: a dstack guest agent
// that answers as a guest's does, with quotes under a root of our own. The first word says under
// which roots evidence is checked: `made` those of the platform, `vendor` the built-in ones, as
// `pramana` does. What it makes is refused by every verifier.
#include "key_sources.hpp"
#include "evidence_support/made_platform.hpp"
#include "options.hpp"

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
    bool vendor_roots = false;
};
World& world() {
    static World made;
    return made;
}

evidence::EvidenceCheck check() {
    evidence::EvidenceCheck of_platform = world().platform.check();
    if (world().vendor_roots) of_platform.roots = attest::vendor_roots();
    return of_platform;
}

Result<std::unique_ptr<evidence::EvidenceProvider>> tee() {
    Result<std::unique_ptr<evidence::EvidenceProvider>> found =
        evidence::detect_tee_at({.dstack = {world().agent.socket()},
                                 .dstack_options = {},
                                 .tsm = "/nonexistent"});
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

Result<app::Identity> open_identity(const config::Config& config) {
    Result<std::unique_ptr<evidence::EvidenceProvider>> found = tee();
    if (!found) return found.error();
    Result<app::Identity> identity = app::open_keys(config, kKeys);
    if (!identity) return identity.error();
    identity->evidence = *std::move(found);
    identity->evidence_check = std::make_unique<const evidence::EvidenceCheck>(check());
    return identity;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return app::kExitUsage;
    world().vendor_roots = std::string_view{argv[1]} == "vendor";
    const app::Platform platform{.program = "pramana_stand_in",
                                 .what = "The production program on a made platform: for tests.",
                                 .profile = config::Profile::kProduction,
                                 .memory_lock_required = false,
                                 .check_environment = check_environment,
                                 .keys = kKeys,
                                 .open_identity = open_identity};
    return app::run_program(argc - 1, argv + 1, platform);
}
