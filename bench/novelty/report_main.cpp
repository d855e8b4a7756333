// novelty_report [--directory DIR] [--size ROWS] [--texts N] [--json FILE] [--losses FILE]
// [--fitting] [--large] [--only paraphrases|innocents|money|languages] [--ruleset NAME]:
// paraphrases, innocents, money and other languages at the thresholds of a built-in ruleset
// [default-1]. Exit 1 if a bound is broken. The texts come from tools/novelty_texts and
// novelty_entries. --fitting looks at the half that thresholds may be chosen on.
#include "report.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string_view>

namespace {

using namespace pramana;
using namespace pramana::bench;

std::string json_of(const Report& report) {
    const auto quoted = [](const std::string& text) { return '"' + text + '"'; };
    std::string out = "[\n";
    for (const Line& line : report.lines)
        out += " {\"what\": " + quoted(line.what) + ", \"goal\": " + quoted(line.goal) +
               ", \"reached\": " + quoted(line.reached) +
               ", \"good\": " + (line.good ? "true" : "false") + "},\n";
    if (!report.lines.empty()) out.erase(out.size() - 2, 1);
    return out + "]\n";
}

int print(const Report& report) {
    bool good = !report.lines.empty();
    for (const Line& line : report.lines) {
        const char* mark = line.goal.empty() ? "    " : line.good ? "ok  " : "FAIL";
        std::printf("%s %s\n       %s%s%s\n", mark, line.what.c_str(), line.reached.c_str(),
                    line.goal.empty() ? "" : "; goal ", line.goal.c_str());
        good = good && line.good;
    }
    return good ? 0 : 1;
}

/// Takes the codes out that the ruleset gives none of: the cache was filled without that rule.
/// Makes the fingerprints anew where the ruleset has others than the cache.
void gate_all(const std::filesystem::path& directory, const Preparer& preparer, EntryCache& cache,
              Report& report) {
    std::size_t coded = 0, taken_out = 0;
    const auto gate = [&](const Text& text) {
        const Bytes* entry = cache.find(text.id);
        if (entry == nullptr || entry->empty()) return;
        Preparer::Gated gated = preparer.gated(text.body, *entry);
        coded += gated.coded;
        taken_out += gated.taken_out;
        cache.replace(text.id, std::move(gated.entry));
    };
    for (const Collection& collection : read_collections(directory))
        for (const Text& text : collection.texts) gate(text);
    report.tell("chunks of English whose meaning is off because their pieces go on with words",
                percent(static_cast<double>(taken_out), static_cast<double>(coded)) + " of " +
                    std::to_string(coded));
    const std::vector<Pair> verses = read_verses(directory);
    for (const std::vector<Pair>& pairs : {passages(verses, 50), verses})
        for (const Pair& pair : pairs) {
            gate(text_of(pair.original));
            gate(text_of(pair.retold));
        }
}

}  // namespace

int main(int argc, char** argv) {
    Settings settings{.directory = ".cache/novelty"};
    std::string json, only, name = "default-1";
    for (int i = 1; i < argc; ++i) {
        const std::string_view option{argv[i]};
        const char* value = i + 1 < argc ? argv[i + 1] : "";
        if (option == "--fitting") {
            settings.fitting_half = true;
            continue;
        }
        if (option == "--large") {
            settings.large = true;
            continue;
        }
        ++i;
        if (option == "--directory")
            settings.directory = value;
        else if (option == "--size")
            settings.rows_max = std::strtoull(value, nullptr, 10);
        else if (option == "--texts")
            settings.texts_max = std::strtoull(value, nullptr, 10);
        else if (option == "--losses")
            settings.losses = value;
        else if (option == "--json")
            json = value;
        else if (option == "--only")
            only = value;
        else if (option == "--ruleset")
            name = value;
        else
            return std::fprintf(stderr, "novelty_report: %s?\n", argv[i - 1]), 64;
    }
    const auto model = scoring::Model::load(scoring::kModelPath, scoring::pinned_model_digest());
    const auto ruleset = scoring::Ruleset::named(name);
    if (!model || !ruleset)
        return std::fputs("novelty_report: no such ruleset, or no model file; run tools/setup\n",
                          stderr),
               66;
    EntryCache cache{settings.directory / "entries.bin", *ruleset};
    const Preparer preparer{*model, *ruleset};
    Report report;
    if (only != "money" && only != "languages")
        gate_all(settings.directory, preparer, cache, report);
    const Bench bench{settings, *ruleset, preparer, cache, report};
    if (only.empty() || only == "paraphrases") report_paraphrases(bench);
    if (only.empty() || only == "innocents") report_innocents(bench);
    if (only.empty() || only == "money") report_money(bench);
    if (only.empty() || only == "languages") report_languages(bench);
    if (!json.empty()) std::ofstream{json} << json_of(report);
    return print(report);
}
