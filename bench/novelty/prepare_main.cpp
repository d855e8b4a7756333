// novelty_entries DIRECTORY [SECONDS]: embeds the texts that tools/novelty_texts collected into
// DIRECTORY/entries.bin, for novelty_report. Runs SECONDS (600) of its own processor time and goes
// on where it stopped when it is called again. Passages first, then documents in the order of their
// hashes, so that every prefix is a fair sample.
#include "entries.hpp"

#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace {

using namespace pramana;
using namespace pramana::bench;

double own_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

std::vector<Text> wanted(const std::filesystem::path& directory) {
    std::vector<Text> out;
    const std::vector<Pair> verses = read_verses(directory);
    for (const std::vector<Pair>& pairs : {passages(verses, 50), verses})
        for (const Pair& pair : pairs) {
            out.push_back(text_of(pair.original));
            out.push_back(text_of(pair.retold));
        }
    const std::size_t fixed = out.size();
    for (Collection& collection : read_collections(directory))
        for (Text& text : collection.texts) out.push_back(std::move(text));
    std::sort(out.begin() + static_cast<std::ptrdiff_t>(fixed), out.end(),
              [](const Text& a, const Text& b) { return a.id < b.id; });
    return out;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return std::fputs("usage: novelty_entries DIRECTORY [SECONDS]\n", stderr), 64;
    const std::filesystem::path directory{argv[1]};
    const double seconds = argc > 2 ? std::strtod(argv[2], nullptr) : 600;
    const auto model = scoring::Model::load(scoring::kModelPath, scoring::pinned_model_digest());
    const auto ruleset = scoring::Ruleset::named("default-1");
    if (!model || !ruleset)
        return std::fputs("novelty_entries: no model file; run tools/setup\n", stderr), 66;
    EntryCache cache{directory / "entries.bin", *ruleset};
    const Preparer preparer{*model, *ruleset};
    std::size_t missing = 0, added = 0, chunks = 0;
    const double begin = own_seconds();
    for (const Text& text : wanted(directory)) {
        if (cache.find(text.id) != nullptr) continue;
        if (own_seconds() - begin > seconds) {
            ++missing;
            continue;
        }
        const std::optional<scoring::Prepared> prepared = preparer.embed(text.body);
        cache.add(text.id, prepared ? prepared->corpus_entry() : Bytes{});
        chunks += prepared ? prepared->chunks() : 0;
        ++added;
    }
    std::printf("%zu texts embedded now (%zu chunks, %.0f s), %zu in all, %zu missing\n", added,
                chunks, own_seconds() - begin, cache.size(), missing);
    return 0;
}
