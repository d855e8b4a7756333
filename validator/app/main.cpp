// pramana: the production program. It links no development evidence and no crash points.
#include "key_sources.hpp"
#include "pramana/evidence/snp_endorser.hpp"
#include "pramana/os/log.hpp"
#include "serve/collateral_get.hpp"

namespace {

using namespace pramana;

constexpr app::KeyPlatform kKeys{.domain = keys::kProductionDomain,
                                 .source_keys = app::production_source_keys,
                                 .sealing_root = app::production_sealing_root};

Status check_environment() {
    const Result<std::unique_ptr<evidence::EvidenceProvider>> tee = evidence::detect_tee({});
    if (!tee) return tee.error();
    return Done{};
}

/// By the driver library's fixed name. A machine without a GPU, or with a driver that cannot give
/// evidence, is a validator like any other: the CPU computes.
std::optional<app::GpuPlatform> gpus() {
    Result<std::unique_ptr<evidence::GpuDriver>> driver = evidence::open_nvml();
    if (driver)
        return app::GpuPlatform{*std::move(driver), evidence::vendor_check(),
                                app::built_in_ports()};
    if (driver.error().code != Errc::kNoGpu)
        log::warn("app.gpus.unused", {{"error", driver.error()}});
    return std::nullopt;
}

Result<app::Identity> open_identity(const config::Config& config) {
    Result<evidence::SnpEndorsing> endorsing = app::snp_endorsing(config);
    if (!endorsing) return endorsing.error();
    Result<std::unique_ptr<evidence::EvidenceProvider>> tee =
        evidence::detect_tee(*std::move(endorsing));
    if (!tee) return tee.error();
    Result<app::Identity> identity = app::open_keys(config, kKeys);
    if (!identity) return identity.error();
    identity->evidence = *std::move(tee);
    identity->gpus = gpus();
    return identity;
}

}  // namespace

int main(int argc, char** argv) {
    const app::Platform platform{
        .program = "pramana",
        .what = "The validator of data contributions; serves only inside a TEE.",
        .profile = config::Profile::kProduction,
        .memory_lock_required = true,
        .check_environment = check_environment,
        .keys = kKeys,
        .open_identity = open_identity};
    return app::run_program(argc, argv, platform);
}
