// novelty_entries DIRECTORY [SECONDS] [--some]: embeds the texts that tools/novelty_texts and
// tools/novelty_documents collected into DIRECTORY/entries.bin, for novelty_report. Runs SECONDS
// (600) of its own processor time and goes on where it stopped when it is called again. Passages
// first, then the texts that may be judged, then documents in the order of their hashes, so that
// every prefix is a fair sample. With --some, documents that are only compared with have codes
// where they share 30 % of the content words with a judged chunk: from there on the corroborated
// line can be reached below the strict one.
#include "entries.hpp"
#include "index/dot.hpp"
#include "judged.hpp"
#include "near_words.hpp"
#include "report.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string_view>

namespace {

using namespace pramana;
using namespace pramana::bench;

constexpr scoring::Q16 kDiceMin = scoring::kQ16One * 3 / 10;

double own_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// The texts in their order; `whole` of them are embedded in full.
struct Order {
    std::vector<Text> owned;
    std::vector<Collection> collections;
    std::vector<const Text*> texts;
    std::size_t whole = 0;
};

Order order_of(const std::filesystem::path& directory) {
    Order order;
    const std::vector<Pair> verses = read_verses(directory);
    for (const std::vector<Pair>& pairs : {passages(verses, 50), verses})
        for (const Pair& pair : pairs) {
            order.owned.push_back(text_of(pair.original));
            order.owned.push_back(text_of(pair.retold));
        }
    for (const Text& text : order.owned) order.texts.push_back(&text);
    order.collections = read_collections(directory);
    const Judged judged = judged_texts(directory, deal(order.collections), Settings{}.texts_max);
    for (const Collection& collection : order.collections)
        for (const Text& text : collection.texts)
            if (judged.contains(text.id)) order.texts.push_back(&text);
    order.whole = order.texts.size();
    for (const Collection& collection : order.collections)
        for (const Text& text : collection.texts)
            if (!judged.contains(text.id)) order.texts.push_back(&text);
    std::sort(order.texts.begin() + static_cast<std::ptrdiff_t>(order.whole), order.texts.end(),
              [](const Text* a, const Text* b) { return a->id < b->id; });
    return order;
}

/// The content words of all judged chunks. Empty where one of them is not embedded yet.
NearWords near_judged(const Order& order, const EntryCache& cache, const Preparer& preparer) {
    NearWords near{kDiceMin};
    for (std::size_t i = 0; i < order.whole; ++i) {
        if (i < order.owned.size()) continue;  // verses meet verses only
        const Bytes* entry = cache.find(order.texts[i]->id);
        if (entry == nullptr || entry->empty()) continue;
        const auto prepared = preparer.replay(order.texts[i]->body, *entry);
        if (!prepared) continue;
        const scoring::Prepared::State& state = prepared->state();
        for (std::size_t chunk = 0; chunk < state.chunks.size(); ++chunk) {
            const std::int8_t* codes = state.codes.data() + chunk * scoring::kCodeDim;
            if (std::any_of(codes, codes + scoring::kCodeDim, [](auto code) { return code != 0; }))
                near.add(state.chunks[chunk].content);
        }
    }
    return near;
}

struct Counted {
    std::size_t texts = 0, chunks = 0, embedded = 0, missing = 0;
};

Counted embed_missing(const Order& order, std::size_t begin, std::size_t end, double seconds,
                      const Preparer& preparer, EntryCache& cache, NearWords* near) {
    Counted counted;
    for (std::size_t i = begin; i < end; ++i) {
        const Text& text = *order.texts[i];
        if (cache.find(text.id) != nullptr) continue;
        if (own_seconds() > seconds) {
            ++counted.missing;
            continue;
        }
        ++counted.texts;
        const auto made = preparer.embed_some(
            text.body, [&](auto content) { return near == nullptr || near->near(content); });
        cache.add(text.id, made ? made->entry : Bytes{});
        counted.chunks += made ? made->chunks : 0;
        counted.embedded += made ? made->embedded : 0;
    }
    return counted;
}

void print(const char* what, const Counted& counted) {
    std::printf("%s: %zu texts now, %zu chunks, %zu of them embedded; %zu missing (%.0f s)\n", what,
                counted.texts, counted.chunks, counted.embedded, counted.missing, own_seconds());
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2)
        return std::fputs("usage: novelty_entries DIRECTORY [SECONDS] [--some]\n", stderr), 64;
    const std::filesystem::path directory{argv[1]};
    const bool some = std::string_view{argv[argc - 1]} == "--some";
    const double seconds = argc > 2 + (some ? 1 : 0) ? std::strtod(argv[2], nullptr) : 600;
    const auto model = scoring::Model::load(scoring::kModelPath, scoring::pinned_model_digest());
    const auto ruleset = scoring::Ruleset::named("default-1");
    if (!model || !ruleset)
        return std::fputs("novelty_entries: no model file; run tools/setup\n", stderr), 66;
    EntryCache cache{directory / "entries.bin", *ruleset};
    const Preparer preparer{*model, *ruleset};
    const Order order = order_of(directory);
    const Counted whole = embed_missing(order, 0, order.whole, seconds, preparer, cache, nullptr);
    print("passages and judged texts", whole);
    if (whole.missing > 0) return 0;
    if (!some) {
        print("documents", embed_missing(order, order.whole, order.texts.size(), seconds, preparer,
                                         cache, nullptr));
        return 0;
    }
    NearWords near = near_judged(order, cache, preparer);
    std::printf("%zu judged chunks\n", near.size());
    print("documents",
          embed_missing(order, order.whole, order.texts.size(), seconds, preparer, cache, &near));
    return 0;
}
