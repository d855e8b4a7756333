// The production program on a made platform, for tests/e2e/platform.test.mjs: a dstack guest agent
// that answers as a guest's does, with quotes under a root of our own. The first word says under
// which roots evidence is checked: `made` those of the platform, `vendor` the built-in ones, as
// `pramana` does; `gpus` and `foreign_gpus` are `made` with two GPUs behind NVML's stand-in, whose
// roots are trusted or the built-in ones. What it makes is refused by every verifier but one:
// behind a colon `made` may have a folder where the platform's root and collateral are written, and
// `verifier:FOLDER` runs `verify`, `policy` and `contribute` as `pramana` does, under that root,
// `contribute` at the time of its collateral.
#include "commands/contribute.hpp"
#include "commands/policy.hpp"
#include "commands/verify_evidence.hpp"
#include "evidence_support/made_platform.hpp"
#include "key_sources.hpp"
#include "options.hpp"
#include "pramana/os/file.hpp"
#include "unit/evidence/made_nvml.hpp"

#include <algorithm>
#include <filesystem>
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
};
std::string_view world_word;  ///< the first of the command line
World& world() {
    static World made;
    return made;
}

evidence::EvidenceCheck check() {
    evidence::EvidenceCheck of_platform = world().platform.check();
    if (world_word == "vendor") of_platform.roots = attest::vendor_roots();
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

/// A device that is listed and cannot be opened; nothing may be asked of it while its gate is
/// closed.
class AbsentDevice final : public scoring::cuda::DevicePort {
  public:
    Status open(const scoring::cuda::RuntimeLimits&) override { return no(); }
    void close() noexcept override {}
    std::span<std::byte> input(unsigned) noexcept override { return {}; }
    std::span<std::int8_t> output(unsigned) noexcept override { return {}; }
    Status upload(unsigned, std::size_t) override { return no(); }
    Status launch(unsigned, const scoring::cuda::BatchShape&) override { return no(); }
    Status download(unsigned, std::uint32_t) override { return no(); }
    Status finish(unsigned) override { return no(); }
    Status wipe() override { return no(); }

  private:
    static Status no() { return Error{Errc::kNoGpu, "stand_in.absent"}; }
};

std::optional<app::GpuPlatform> gpus() {
    const bool foreign = world_word == "foreign_gpus";
    if (!foreign && world_word != "gpus") return std::nullopt;
    static const made::Stub library;
    library->devices = 2;
    return app::GpuPlatform{
        made::opened(),
        {.roots = foreign ? attest::vendor_roots() : made::gpu_rules().roots,
         .now = [] { return made::kNow; }},
        [](const auto&, const std::string&) { return std::make_unique<AbsentDevice>(); }};
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

void write_endorsements(const std::filesystem::path& folder) {
    const auto made = world().platform.make(Bytes(64));
    PRAMANA_CHECK(write_file_durably(folder / "root.der", made.roots.intel.front()));
    PRAMANA_CHECK(write_file_durably(folder / "collateral.json",
                                     as_bytes_view(attest::json_of(made.collateral))));
}

/// `verify …`, `policy …` and `contribute …` under the root in the folder.
int run_verifier(const std::filesystem::path& folder, std::span<const std::string_view> words) {
    const Result<Bytes> root = read_file(folder / "root.der", 64 * 1024);
    if (!root || words.empty()) return app::kExitUsage;
    attest::PinnedRoots roots;
    roots.intel = {*root};
    const std::span<const std::string_view> rest = words.subspan(1);
    if (words.front() == "policy") return app::run_policy(rest, roots);
    if (words.front() == "contribute")
        return app::run_contribute(rest, false, roots, attest::testing_support::kNow);
    if (words.front() == "verify") return app::run_verify_evidence(rest, roots);
    return app::kExitUsage;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return app::kExitUsage;
    const std::string_view first = argv[1];
    const std::size_t colon = std::min(first.find(':'), first.size());
    const std::filesystem::path folder = first.substr(std::min(colon + 1, first.size()));
    world_word = first.substr(0, colon);
    if (world_word == "verifier") {
        const std::vector<std::string_view> words(argv + 2, argv + argc);
        return run_verifier(folder, words);
    }
    if (!folder.empty()) write_endorsements(folder);
    const app::Platform platform{.program = "pramana_stand_in",
                                 .what = "The production program on a made platform: for tests.",
                                 .profile = config::Profile::kProduction,
                                 .memory_lock_required = false,
                                 .check_environment = check_environment,
                                 .keys = kKeys,
                                 .open_identity = open_identity};
    return app::run_program(argc - 1, argv + 1, platform);
}
