// attest_speed QUOTE COLLATERAL SECONDS [ROUNDS]: processor time of one appraisal on one core, cold
// (collateral parsed and verified each time) and with verified collateral kept. SECONDS: the time
// at which to verify, since 1970. Best and median of ROUNDS (default 500).

#include "intel/quote.hpp"
#include "pramana/attest/intel.hpp"
#include "pramana/core/check.hpp"
#include "pramana/os/file.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

namespace {

using namespace pramana;

double thread_us() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

void measure(const char* what, std::size_t rounds, const std::function<void()>& body) {
    std::vector<double> times;
    body();  // the first run fills caches and builds the curves
    for (std::size_t i = 0; i < rounds; ++i) {
        const double begin = thread_us();
        body();
        times.push_back(thread_us() - begin);
    }
    std::ranges::sort(times);
    std::printf("%-28s best %7.1f us   median %7.1f us   p95 %7.1f us\n", what, times.front(),
                times[times.size() / 2], times[times.size() * 95 / 100]);
}

std::uint64_t whole_number(std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

int run(const char* quote_path, const char* collateral_path, std::uint64_t now,
        std::size_t rounds) {
    constexpr std::size_t kBytesMax = std::size_t{16} * 1024 * 1024;
    const Result<Bytes> quote = read_file(quote_path, kBytesMax);
    const Result<Bytes> json = read_file(collateral_path, kBytesMax);
    if (!quote || !json) return std::fputs("attest_speed: cannot read the files\n", stderr), 2;
    const auto collateral = attest::read_intel_collateral(as_text(*json));
    if (!collateral) return std::fputs("attest_speed: no collateral\n", stderr), 2;
    const attest::PinnedRoots& roots = attest::vendor_roots();
    const attest::IntelPolicy policy;
    const attest::IntelEndorsements kept = attest::prepare(*collateral, roots);
    const attest::Appraisal first =
        attest::appraise_intel(*quote, *kept, now, policy, std::nullopt);
    std::printf("%s, %zu checks, %s\n", first.kind.data(), first.verdicts.all().size(),
                first.accepted() ? "accepted" : "not accepted");
    const auto appraise = [&](const attest::PreparedIntel& endorsements) {
        const attest::Appraisal result =
            attest::appraise_intel(*quote, endorsements, now, policy, std::nullopt);
        PRAMANA_CHECK(result.accepted() == first.accepted());
    };
    attest::Quote parts;
    if (attest::read_quote(*quote, parts)) return std::fputs("attest_speed: no quote\n", stderr), 2;
    const auto key = attest::PublicKey::from_point(attest::KeyKind::kP256, parts.attestation_key);
    measure("one P-256 verification", rounds, [&] {
        PRAMANA_CHECK(key->verify(attest::SignatureScheme::kEcdsaSha256, parts.signed_bytes,
                                  parts.signature));
    });
    measure("cold, from collateral JSON", rounds, [&] {
        const auto fresh = attest::read_intel_collateral(as_text(*json));
        appraise(*attest::prepare(*fresh, roots));
    });
    measure("cold, from its parts", rounds,
            [&] { appraise(*attest::prepare(*collateral, roots)); });
    measure("kept, machine seen before", rounds, [&] { appraise(*kept); });
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4 || argc > 5)
        return std::fputs("usage: attest_speed QUOTE COLLATERAL SECONDS [ROUNDS]\n", stderr), 2;
    const std::size_t rounds = argc == 5 ? whole_number(argv[4]) : 500;
    return run(argv[1], argv[2], whole_number(argv[3]), std::max<std::size_t>(rounds, 20));
}
