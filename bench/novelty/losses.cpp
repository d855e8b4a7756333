#include "losses.hpp"

#include "index/dot.hpp"
#include "novelty/semantic_scan.hpp"
#include "pramana/core/check.hpp"
#include "pramana/core/hex.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <unordered_set>

namespace pramana::bench {
namespace {

using namespace scoring;

/// A lost chunk as it is looked for, and the best that was found.
struct Search {
    const LostChunk* lost;
    std::size_t chunks;
    PreparedChunk chunk;
    SecretVector<std::int8_t> codes;
    std::unordered_set<std::uint64_t> windows;
    const Text* best_text = nullptr;
    std::size_t best_chunk = 0;
    double best = 0;
    std::int32_t dot = 0;
    Overlap overlap;

    void meet(const Text& text, const EntryRecord& entry, std::size_t row,
              const SemanticRules& rules) {
        const ChunkRecord& other = entry.chunks[row];
        std::size_t shared = 0;
        for (const std::uint64_t print : other.prints) shared += windows.contains(print) ? 1U : 0U;
        std::int32_t product = 0;
        best_dot_block()(codes.data(), 1, entry.codes.data() + row * kCodeDim, 1, &product);
        const Overlap words = content_overlap(chunk.content, other.content);
        const double lexical =
            static_cast<double>(shared) / static_cast<double>(windows.size() + 1) * 3;
        const double semantic = semantic_share(product, words, rules) / double{kQ16One};
        const double value = other.exact == chunk.exact ? 9 : std::max(lexical, semantic);
        if (value <= best) return;
        best = value;
        best_text = &text;
        best_chunk = row;
        dot = product;
        overlap = words;
    }
};

std::vector<Search> searches_of(const Bench& bench, const std::vector<LostChunk>& lost) {
    std::vector<Search> out;
    for (const LostChunk& one : lost) {
        const auto prepared =
            bench.preparer.replay(one.text->body, *bench.cache.find(one.text->id));
        PRAMANA_CHECK(prepared.has_value());
        const Prepared::State& state = prepared->state();
        Search& search = out.emplace_back();
        search.lost = &one;
        search.chunks = state.chunks.size();
        search.chunk = state.chunks[one.chunk];
        const std::int8_t* codes = state.codes.data() + one.chunk * kCodeDim;
        search.codes.assign(codes, codes + kCodeDim);
        for (const Window& window : search.chunk.prints.windows) search.windows.insert(window.hash);
    }
    return out;
}

}  // namespace

std::optional<CorpusIndex> public_notices(const Bench& bench) {
    std::ifstream in{bench.settings.directory / "public" / "notices.txt", std::ios::binary};
    const std::string body{std::istreambuf_iterator<char>{in}, {}};
    if (body.empty()) return std::nullopt;
    const auto made =
        bench.preparer.embed_some(body, [](std::span<const std::uint32_t>) { return false; });
    PRAMANA_CHECK(made.has_value());
    CorpusIndex index;
    index.append(*decode_entry(made->entry));
    return index;
}

void write_losses(const Bench& bench, const std::vector<Collection>& collections,
                  const std::vector<LostChunk>& lost,
                  const std::unordered_map<Hash32, Quoted>& quotes) {
    std::vector<Search> searches = searches_of(bench, lost);
    std::unordered_map<Hash32, const Collection*> where;
    for (const Collection& collection : collections)
        for (const Text& text : collection.texts) where[text.id] = &collection;
    for (const Collection& collection : collections)
        for (const Text& text : collection.texts) {
            const Bytes* bytes = bench.cache.find(text.id);
            if (bytes == nullptr || bytes->empty()) continue;
            const EntryRecord entry = *decode_entry(*bytes);
            for (Search& search : searches) {
                if (where.at(search.lost->text->id) == &collection) continue;
                for (std::size_t row = 0; row < entry.chunks.size(); ++row)
                    search.meet(text, entry, row, bench.ruleset.values().semantic);
            }
        }
    std::ofstream out{bench.settings.losses};
    for (const Search& search : searches) {
        const Text& text = *search.lost->text;
        const auto quoted = quotes.find(text.id);
        const bool quotes_others = quoted != quotes.end() && quoted->second.quotes();
        out << where.at(text.id)->name << ' ' << to_hex(text.id.view().first(4)) << " chunk "
            << search.lost->chunk + 1 << '/' << search.chunks
            << (quotes_others ? " (a text that quotes)" : "") << " known "
            << decimals(search.lost->known / double{kQ16One}, 2) << " cause "
            << static_cast<int>(search.lost->cause) << " cosine "
            << decimals(search.dot / 160'000.0, 3) << " words " << search.overlap.shared << " of "
            << search.overlap.all << "\n  "
            << bench.preparer.words_of_chunk(text.body, search.lost->chunk) << '\n';
        if (search.best_text != nullptr)
            out << "  <- " << where.at(search.best_text->id)->name << "\n  "
                << bench.preparer.words_of_chunk(search.best_text->body, search.best_chunk) << '\n';
        out << '\n';
    }
}

}  // namespace pramana::bench
