// A worker of bench/run: whole texts in, index codes out, again and again.
//   embed_rounds MODEL BACKEND THREADS TEXTS
// TEXTS holds one text a line, each within what the encoder takes. A round tokenises and embeds all
// of them; its work is the tokens, [CLS] and [SEP] included.
#include "pramana/scoring/encoder.hpp"
#include "pramana/scoring/tokenizer.hpp"
#include "round_clock.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <thread>
#include <vector>

namespace {

using namespace pramana::scoring;

constexpr std::size_t kBatchTexts = 32;

/// Tokenises and embeds texts [begin, end); the tokens of all.
std::size_t embed(const Tokenizer& tokenizer, const Encoder& encoder,
                  const std::vector<std::string>& texts, std::size_t begin, std::size_t end) {
    pramana::SecretVector<std::uint16_t> ids;
    std::vector<std::uint32_t> offsets{0};
    pramana::SecretVector<std::int8_t> codes(kBatchTexts * kEmbeddingDim);
    std::size_t tokens = 0;
    const auto flush = [&] {
        encoder.embed({ids, offsets}, {codes.data(), (offsets.size() - 1) * kEmbeddingDim});
        tokens += ids.size() + 2 * (offsets.size() - 1);
        ids.clear();
        offsets.assign(1, 0);
    };
    for (std::size_t i = begin; i < end; ++i) {
        tokenizer.encode_into(texts[i], ids);
        offsets.push_back(static_cast<std::uint32_t>(ids.size()));
        if (offsets.size() > kBatchTexts) flush();
    }
    flush();
    return tokens;
}

}  // namespace

int main(int argc, char** argv) {
    const auto usage = [] {
        std::fputs("usage: embed_rounds MODEL BACKEND THREADS TEXTS\n", stderr);
        return 64;
    };
    if (argc != 5) return usage();
    const auto model = Model::load(argv[1], pinned_model_digest());
    const std::optional<Backend> backend = backend_named(argv[2]);
    if (!model || !backend || !backend_available(*backend)) return usage();
    std::vector<std::string> texts;
    std::ifstream in{argv[4]};
    for (std::string line; std::getline(in, line);) texts.push_back(line);
    const auto threads = static_cast<std::size_t>(std::max(1, std::atoi(argv[3])));
    const Tokenizer tokenizer{*model};
    for (std::size_t i = 0; i < texts.size(); ++i)
        if (tokenizer.encode(texts[i]).size() > kTextPiecesMax) {
            std::fprintf(stderr, "embed_rounds: line %zu has more than %u word-pieces\n", i + 1,
                         kTextPiecesMax);
            return 65;
        }
    const Encoder encoder{*model, *backend};
    const auto round = [&] {
        std::vector<std::size_t> tokens(threads);
        const auto part = [&](std::size_t i) {
            tokens[i] = embed(tokenizer, encoder, texts, i * texts.size() / threads,
                              (i + 1) * texts.size() / threads);
        };
        std::vector<std::jthread> others;
        for (std::size_t i = 1; i < threads; ++i) others.emplace_back(part, i);
        part(0);
        others.clear();
        std::size_t sum = 0;
        for (const std::size_t of : tokens) sum += of;
        return static_cast<double>(sum);
    };
    const std::string name{name_of(encoder.backend())};
    return pramana::bench::serve_rounds(",\"backend\":\"" + name + "\"", round);
}
