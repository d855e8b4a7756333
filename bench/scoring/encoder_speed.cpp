// Tokens a second of the encoder on one core, by backend and text length.
//   encoder_speed [MODEL]
// The time is the thread's own processor time, best of several rounds, so that a busy machine
// disturbs little. Tokens include [CLS] and [SEP].
#include "pramana/scoring/encoder.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <vector>

namespace {

using namespace pramana::scoring;

constexpr std::uint32_t kTokensPerRound = 2048;

double thread_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Ordinary words, the same on every run.
std::vector<std::uint16_t> pieces(std::size_t count) {
    std::vector<std::uint16_t> ids(count);
    std::uint32_t state = 12345;
    for (std::uint16_t& id : ids) {
        state = state * 1664525U + 1013904223U;
        id = static_cast<std::uint16_t>(1996 + (state >> 16U) % 20000);
    }
    return ids;
}

double tokens_per_second(const Encoder& encoder, std::uint32_t length, std::uint32_t texts,
                         int rounds) {
    const std::vector<std::uint16_t> ids = pieces(std::size_t{length - 2} * texts);
    std::vector<std::uint32_t> offsets;
    for (std::uint32_t i = 0; i <= texts; ++i) offsets.push_back(i * (length - 2));
    std::vector<std::int8_t> codes(std::size_t{texts} * kEmbeddingDim);
    double best = 1e9;
    for (int round = 0; round < rounds; ++round) {
        const double begin = thread_seconds();
        encoder.embed({ids, offsets}, codes);
        best = std::min(best, thread_seconds() - begin);
    }
    return length * texts / best;
}

}  // namespace

int main(int argc, char** argv) {
    const auto model = Model::load(argc > 1 ? argv[1] : kModelPath, pinned_model_digest());
    if (!model) {
        std::fputs("encoder_speed: no model file; run tools/setup in the repository\n", stderr);
        return 1;
    }
    for (const Backend backend : backends()) {
        if (!backend_available(backend)) continue;
        const Encoder encoder{*model, backend};
        const bool slow = backend == Backend::kReference;
        for (const std::uint32_t length : {32U, 64U, 128U, 256U, 512U}) {
            const std::uint32_t texts = slow ? 1 : kTokensPerRound / length;
            const double rate = tokens_per_second(encoder, length, texts, slow ? 2 : 8);
            const std::string_view name = name_of(backend);
            std::printf("%.*s L=%u: %.0f tokens/s\n", static_cast<int>(name.size()), name.data(),
                        length, rate);
        }
    }
    return 0;
}
