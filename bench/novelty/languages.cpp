#include "novelty/novelty.hpp"
#include "pramana/core/check.hpp"
#include "report.hpp"

#include <algorithm>
#include <random>

namespace pramana::bench {
namespace {

using namespace scoring;

constexpr std::size_t kFileBytes = 60'000;

std::string file_of(const Collection& collection) {
    std::string out;
    for (const Text& text : collection.texts)
        if (out.size() < kFileBytes) out += (out.empty() ? "" : "\n\n") + text.body;
    return out.substr(0, out.rfind("\n\n", std::min(out.size(), kFileBytes)));
}

/// Words of 3 to 9 letters, in paragraphs of 60.
std::string random_letters() {
    std::mt19937 random{1};
    std::string out;
    for (std::size_t word = 1; out.size() < kFileBytes; ++word) {
        for (std::size_t i = 3 + random() % 7; i > 0; --i)
            out += static_cast<char>('a' + random() % 26);
        out += word % 60 == 0 ? ".\n\n" : word % 12 == 0 ? ". " : " ";
    }
    return out;
}

void tell(const Bench& bench, const std::string& name, const std::string& body) {
    const std::optional<Prepared> prepared = bench.preparer.embed(body);
    PRAMANA_CHECK(prepared.has_value());
    const Prepared::State& state = prepared->state();
    std::size_t off = 0;
    for (std::size_t row = 0; row < state.chunks.size(); ++row) {
        const std::int8_t* codes = state.codes.data() + row * kCodeDim;
        off += std::all_of(codes, codes + kCodeDim, [](auto code) { return code == 0; }) ? 1U : 0U;
    }
    const CorpusIndex nothing;
    const Background background{.corpus = &nothing};
    Score score;
    add_masses(score, state.chunks, assess(state, background, bench.ruleset.values(), {}));
    const auto known =
        static_cast<double>(score.mass_by_cause[static_cast<std::size_t>(Cause::kInternal)]);
    bench.report.tell(
        "within one file: " + name,
        "known to itself " + percent(known, static_cast<double>(score.mass)) + "; meaning off in " +
            percent(static_cast<double>(off), static_cast<double>(state.chunks.size())) + " of " +
            std::to_string(state.chunks.size()) + " chunks");
}

}  // namespace

void report_languages(const Bench& bench) {
    for (const Collection& collection : read_collections(bench.settings.directory / "languages"))
        tell(bench, collection.topic + ' ' + collection.name, file_of(collection));
    for (const Collection& collection : read_collections(bench.settings.directory))
        if (collection.name == "handbook" || collection.name == "reference")
            tell(bench, "english " + collection.name, file_of(collection));
    tell(bench, "random letters", random_letters());
}

}  // namespace pramana::bench
