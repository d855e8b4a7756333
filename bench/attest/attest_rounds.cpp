// attest_rounds QUOTE COLLATERAL SECONDS [REPORT CHAIN]: the worker of `bench/run attestation`.
// Reads lines `WHAT N`: WHAT is json (collateral parsed and verified each time from its JSON),
// parts (from its parts), kept (verified collateral kept), gpu (REPORT with CHAIN, no manifests);
// answers one line with the processor time of each of N appraisals, in microseconds.

#include "pramana/attest/intel.hpp"
#include "pramana/attest/nvidia.hpp"
#include "pramana/core/check.hpp"
#include "pramana/os/file.hpp"

#include <charconv>
#include <cstdio>
#include <ctime>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <string>

namespace {

using namespace pramana;

constexpr std::size_t kBytesMax = std::size_t{16} * 1024 * 1024;

double thread_us() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

Bytes content_of(const char* path) {
    Result<Bytes> content = read_file(path, kBytesMax);
    if (!content) {
        std::fprintf(stderr, "attest_rounds: cannot read %s\n", path);
        std::exit(2);
    }
    return std::move(*content);
}

/// What is timed, and what is made ready before each time.
struct Task {
    std::function<void()> run;
    std::function<void()> prepare = [] {};
};
using Work = std::map<std::string, Task>;

void add_gpu(Work& work, const Bytes& report, const std::string& chain, std::uint64_t now) {
    attest::NvidiaPolicy policy;
    policy.rims_required = false;
    policy.revocation_required = false;
    policy.nonce_required = false;
    const auto appraise = [&report, &chain, policy, now] {
        const attest::NvidiaEvidence evidence{.report = report,
                                              .chain = chain,
                                              .nonce = {},
                                              .driver_rim = {},
                                              .vbios_rim = {},
                                              .revocations = {}};
        PRAMANA_CHECK(
            attest::appraise_nvidia(evidence, attest::vendor_roots(), policy, now).accepted());
    };
    work.emplace("gpu", Task{appraise});
}

/// Times each run; the first one, which fills caches and builds curves, is not reported.
void answer(const Task& task, std::size_t rounds) {
    task.prepare();
    task.run();
    for (std::size_t i = 0; i < rounds; ++i) {
        task.prepare();
        const double begin = thread_us();
        task.run();
        std::printf(i == 0 ? "%.1f" : " %.1f", thread_us() - begin);
    }
    std::printf("\n");
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4 && argc != 6)
        return std::fputs("usage: attest_rounds QUOTE COLLATERAL SECONDS [REPORT CHAIN]\n", stderr),
               2;
    const Bytes quote = content_of(argv[1]);
    const Bytes json = content_of(argv[2]);
    const std::string_view seconds = argv[3];
    std::uint64_t now = 0;
    std::from_chars(seconds.data(), seconds.data() + seconds.size(), now);
    const auto collateral = attest::read_intel_collateral(as_text(json));
    if (!collateral) return std::fputs("attest_rounds: no collateral\n", stderr), 2;
    const attest::PinnedRoots& roots = attest::vendor_roots();
    const attest::IntelEndorsements kept = attest::prepare(*collateral, roots);
    const auto appraise = [&](const attest::PreparedIntel& endorsements) {
        PRAMANA_CHECK(
            attest::appraise_intel(quote, endorsements, now, {}, std::nullopt).accepted());
    };
    const Bytes report = argc == 6 ? content_of(argv[4]) : Bytes{};
    const std::string chain = argc == 6 ? std::string{as_text(content_of(argv[5]))} : "";
    attest::IntelEndorsements unused;  // has not seen the machine
    Work work{{"json", {[&] {
                   const auto fresh = attest::read_intel_collateral(as_text(json));
                   appraise(*attest::prepare(*fresh, roots));
               }}},
              {"parts", {[&] { appraise(*attest::prepare(*collateral, roots)); }}},
              {"first",
               {[&] { appraise(*unused); }, [&] { unused = attest::prepare(*collateral, roots); }}},
              {"kept", {[&] { appraise(*kept); }}}};
    if (argc == 6) add_gpu(work, report, chain, now);
    std::string line;
    while (std::getline(std::cin, line)) {
        std::istringstream words{line};
        std::string what;
        std::size_t rounds = 0;
        words >> what >> rounds;
        const auto found = work.find(what);
        if (found == work.end()) return std::fputs("attest_rounds: no such work\n", stderr), 2;
        answer(found->second, rounds);
    }
    return 0;
}
