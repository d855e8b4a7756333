// A daemon in small: a pipeline over RocksDB and a chain whose state outlives the process. It takes
// in six contributions, lets them be proved, and ends when all are final. pipeline_crash_test kills
// it on the way.
#include "pramana/os/log.hpp"

#include "world.hpp"

#include <cstdio>
#include <fstream>

namespace pramana::pipeline {
namespace {

constexpr std::uint8_t kContributions = 6;

std::string text_of(std::uint8_t i) { return "text " + std::to_string(i % 3); }

/// Uploads again what a client has no acknowledgement for, as clients do.
bool upload_all(World& world, const std::filesystem::path& acknowledged) {
    for (std::uint8_t i = 1; i <= kContributions; ++i) {
        const Result<ContributionId> id = world.pipeline->admit(world.upload(i, text_of(i)));
        if (!id) return false;
        std::ofstream{acknowledged, std::ios::app} << int{i} << std::endl;
    }
    return true;
}

bool all_final(World& world) {
    for (std::uint64_t i = 1; i <= kContributions; ++i)
        if (world.job(i).stage != Stage::kFinal) return false;
    return true;
}

int run(const std::filesystem::path& directory) {
    store::StoreOptions options;
    options.directory = directory / "store";
    options.free_bytes_min = 0;
    Result<std::unique_ptr<store::Store>> store = store::open_store(options);
    if (!store) return 10;
    World world{**store};
    world.chain.log = directory / "chain";
    for (std::uint8_t i = 1; i <= kContributions; ++i) world.request_own(i, i, text_of(i));
    world.chain.load();
    world.start();
    if (!upload_all(world, directory / "acknowledged")) return 11;
    for (std::uint64_t i = 1; i <= kContributions; ++i)
        if (!world.seen(i)) return 12;
    for (int round = 0; round < 50; ++round) {
        world.pipeline->tick();
        if (all_final(world)) return 0;
        world.proofs.mine();
        world.clock.advance(60);
    }
    for (std::uint64_t i = 1; i <= kContributions; ++i)
        std::fprintf(stderr, "job %d: %s\n", static_cast<int>(i), world.outcome(i).c_str());
    return 13;
}

}  // namespace
}  // namespace pramana::pipeline

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    pramana::log::configure(pramana::log::Level::kWarn, pramana::log::Format::kJson);
    return pramana::pipeline::run(argv[1]);
}
