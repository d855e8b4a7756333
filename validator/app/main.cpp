// pramana: the production program. It links no development evidence and no crash points.
#include "platform.hpp"

namespace {

using namespace pramana;

Status check_environment() {
    const Result<std::unique_ptr<evidence::EvidenceProvider>> tee = evidence::detect_tee();
    if (!tee) return tee.error();
    return Done{};
}

// Keys come from the TEE, and this version knows none (docs/operations.md).
Result<app::Identity> open_identity(const config::Config&) {
    return Error{Errc::kNoTee, "app.identity"};
}

}  // namespace

int main(int argc, char** argv) {
    const app::Platform platform{
        .program = "pramana",
        .what = "The validator of data contributions; serves only inside a TEE.",
        .profile = config::Profile::kProduction,
        .memory_lock_required = true,
        .check_environment = check_environment,
        .open_identity = open_identity};
    return app::run_program(argc, argv, platform);
}
