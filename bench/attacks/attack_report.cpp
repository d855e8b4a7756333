// attack_report [--directory DIR] [--ruleset NAME] [--only A1,...] [--name TEXT] [--fee N]
// [--json FILE] [--cases] [--chunks] [--with NUMBER=VALUE]...: what cheating earns in money, over
// all files and wallets, beside the honest submission of the same material, under a built-in
// ruleset [default-2]. The cases come from `bench/run attacks`. A DLP of the template pays factor x
// score for a file, score = pay / 1024; amounts are told in 1/1024 of the factor, which is exact.
// --fee: what a submission costs in the same unit [0, the worst case for the DLP]. --cases prints
// each case,
// --name only those with this in their names, --chunks what of the files of a case that does not
// hold is paid, chunk by chunk. --with tries another number of the ruleset's part `novelty`.
// Exit 1 if fewer than 95 % hold, or a file that must earn nothing does.
#include "pramana/core/check.hpp"
#include "pramana/core/json.hpp"
#include "pramana/scoring/encoder.hpp"
#include "pramana/scoring/model.hpp"
#include "ruleset/fields.hpp"
#include "till.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string_view>

namespace {

using namespace pramana;
using namespace pramana::bench;

constexpr std::size_t kJsonDepthMax = 8;
constexpr double kAllowance = 1.02;
constexpr double kHoldingMin = 0.95;

struct Case {
    std::string attack, name;
    std::vector<std::string> honest, public_files;
    std::vector<Submission> made;
    std::vector<std::size_t> unpaid;
    bool apart = false;
};

struct Outcome {
    std::int64_t honest = 0, made = 0;  ///< in 1/1024 of the factor, fees deducted
    bool unpaid_held = true;            ///< what must earn nothing did
    bool holds = false;
    std::vector<Paid> files;  ///< of `made`
};

struct Tally {
    std::size_t cases = 0, hold = 0;
    std::int64_t honest = 0, made = 0;
    double worst = 0;  ///< made : honest, of cases with an honest part
};

std::vector<std::string> texts_of(const JsonView& object, std::string_view key) {
    std::vector<std::string> out;
    if (const std::optional<JsonView> list = object.member(key))
        for (const JsonView& item : list->items()) out.push_back(item.text().value_or(""));
    return out;
}

Case case_of(const JsonView& object) {
    const auto text = [](const JsonView& of, std::string_view key) {
        const std::optional<JsonView> value = of.member(key);
        return value ? value->text().value_or("") : std::string{};
    };
    Case out{.attack = text(object, "attack"),
             .name = text(object, "name"),
             .honest = texts_of(object, "honest"),
             .public_files = texts_of(object, "public"),
             .made = {},
             .unpaid = {},
             .apart = object.member("apart") && object.member("apart")->boolean().value_or(false)};
    const std::vector<JsonView> made_files = object.member("made")->items();
    out.made.reserve(made_files.size());
    for (const JsonView& made : made_files)
        out.made.push_back({text(made, "file"), text(made, "wallet")});
    for (const JsonView& index : object.member("unpaid")->items())
        out.unpaid.push_back(index.whole_number().value_or(0));
    return out;
}

std::vector<Case> read_cases(const std::filesystem::path& directory) {
    std::ifstream in{directory / "cases.json", std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
    const Result<JsonView> json = read_json(bytes, kJsonDepthMax);
    std::vector<Case> out;
    if (!json) return out;
    for (const JsonView& object : json->items()) out.push_back(case_of(object));
    return out;
}

std::int64_t sum(const std::vector<Paid>& paid, std::int64_t fee) {
    std::int64_t out = 0;
    for (const Paid& each : paid) out += std::int64_t{each.pay_1024} - fee;
    return out;
}

/// Public texts are worth nothing to an honest person; what they would be worth if they were not
/// public is the measure of the two per cent.
Outcome judge(Till& till, const Case& each, std::int64_t fee) {
    std::vector<Submission> honest;
    for (const std::string& file : each.honest)
        honest.push_back({file, "owner " + std::to_string(honest.size())});
    const std::vector<Paid> made = till.submit(each.made, each.public_files);
    Outcome out{.honest = sum(till.submit(honest, each.public_files), fee),
                .made = sum(made, fee),
                .files = {}};
    double limit = static_cast<double>(out.honest) * kAllowance;
    if (!each.public_files.empty())
        limit = static_cast<double>(sum(till.submit(each.made, {}), fee)) * (kAllowance - 1);
    for (const std::size_t index : each.unpaid) out.unpaid_held &= made[index].pay_1024 == 0;
    out.holds = out.unpaid_held && static_cast<double>(out.made) <= limit;
    out.files = made;
    return out;
}

void print_table(const std::map<std::string, Tally>& tallies) {
    std::printf("%-6s %7s %7s %10s %10s %9s\n", "attack", "cases", "hold", "honest", "earned",
                "worst");
    for (const auto& [attack, tally] : tallies)
        std::printf("%-6s %7zu %7zu %10lld %10lld %8.1f%%\n", attack.c_str(), tally.cases,
                    tally.hold, static_cast<long long>(tally.honest),
                    static_cast<long long>(tally.made), tally.worst * 100);
}

/// Quotes what cases.json had as text; names have no quotes and no control characters.
void write_json(const std::string& path, const std::vector<Case>& cases,
                const std::vector<Outcome>& outcomes) {
    std::ofstream out{path};
    out << "[\n";
    for (std::size_t i = 0; i < outcomes.size(); ++i)
        out << " {\"attack\": \"" << cases[i].attack << "\", \"name\": \"" << cases[i].name
            << "\", \"honest\": " << outcomes[i].honest << ", \"earned\": " << outcomes[i].made
            << ", \"holds\": " << (outcomes[i].holds ? "true" : "false") << ", \"last\": \""
            << outcomes[i].files.back().why << "\"}" << (i + 1 < outcomes.size() ? "," : "")
            << "\n";
    out << "]\n";
}

struct Options {
    std::filesystem::path directory = ".cache/attacks";
    std::string ruleset = "default-2", only, name, json;
    std::vector<std::string> changes{};
    std::int64_t fee = 0;
    bool each = false, chunks = false;
};

/// The ruleset with other numbers in its part `novelty`, "name=value" each. Errors:
/// kRulesetInvalid.
Result<scoring::Ruleset> with(const scoring::Ruleset& ruleset,
                              const std::vector<std::string>& changes) {
    scoring::RulesetValues values = ruleset.values();
    for (const std::string& change : changes) {
        const std::size_t equals = std::min(change.find('='), change.size());
        bool found = false;
        scoring::each_number(values.novelty, [&](std::string_view name, auto& number) {
            if (name != std::string_view{change}.substr(0, equals)) return;
            found = equals < change.size();
            if (found)
                number = static_cast<std::uint32_t>(
                    std::strtoul(change.c_str() + equals + 1, nullptr, 10));
        });
        if (!found) return Error{Errc::kRulesetInvalid, "bench.attacks.with"};
    }
    return scoring::Ruleset::make(std::move(values));
}

bool wanted(const Options& options, const Case& each) {
    return (options.only.empty() ||
            (',' + options.only + ',').find(',' + each.attack + ',') != std::string::npos) &&
           each.name.find(options.name) != std::string::npos;
}

/// Which chunks of a case's files are paid, those with most that is new first, and why the rest of
/// them is not: cause and known share by the corpus, by public texts and all in all.
void print_chunks(const Till& till, const Case& each, const Outcome& got) {
    constexpr const char* kCauses[] = {"new", "exact", "lexical", "semantic", "internal", "public"};
    for (std::size_t file = 0; file < got.files.size(); ++file) {
        const Paid& paid = got.files[file];
        std::printf("  file %zu of %s: pays %u, %llu of %llu new; %s\n", file + 1,
                    each.made[file].wallet.c_str(), paid.pay_1024,
                    static_cast<unsigned long long>(paid.novel_mass),
                    static_cast<unsigned long long>(paid.mass), paid.why.c_str());
        if (paid.pay_1024 == 0) continue;
        const std::vector<std::string> words = till.words_of(each.made[file].file);
        for (std::size_t i = 0; i < paid.chunks.size(); ++i) {
            const ChunkPaid& chunk = paid.chunks[i];
            const scoring::ChunkVerdict& verdict = chunk.verdict;
            const double novel = chunk.weight * (1.0 - verdict.total_q16 / 65536.0);
            if (novel < 1) continue;
            std::printf("    %4zu %5.0f of %4u new, %s %.2f, public %.2f, all %.2f%s: %.100s\n", i,
                        novel, chunk.weight, kCauses[verdict.cause], verdict.known_q16 / 65536.0,
                        verdict.public_q16 / 65536.0, verdict.total_q16 / 65536.0,
                        chunk.compared ? "" : ", meaning off", words[i].c_str());
        }
    }
}

int report(const Options& options, Till& till, std::vector<Case> cases) {
    std::erase_if(cases, [&](const Case& each) { return !wanted(options, each); });
    std::vector<Outcome> outcomes;
    std::map<std::string, Tally> tallies;
    std::size_t counted = 0, hold = 0, unpaid_broken = 0;
    for (const Case& each : cases) {
        const Outcome& got = outcomes.emplace_back(judge(till, each, options.fee));
        Tally& tally = tallies[each.attack];
        ++tally.cases;
        tally.hold += got.holds ? 1 : 0;
        tally.honest += got.honest;
        tally.made += got.made;
        if (got.honest > 0)
            tally.worst = std::max(tally.worst,
                                   static_cast<double>(got.made) / static_cast<double>(got.honest));
        unpaid_broken += got.unpaid_held ? 0 : 1;
        if (!each.apart) {
            ++counted;
            hold += got.holds ? 1 : 0;
        }
        if (options.each || (!got.holds && !each.apart))
            std::printf("%s %-4s %s: earned %lld, honest %lld; last file: %s\n",
                        got.holds ? "ok   " : "PAID ", each.attack.c_str(), each.name.c_str(),
                        static_cast<long long>(got.made), static_cast<long long>(got.honest),
                        got.files.back().why.c_str());
        if (options.chunks && (options.each || !got.holds)) print_chunks(till, each, got);
        std::fflush(stdout);
    }
    print_table(tallies);
    if (!options.json.empty()) write_json(options.json, cases, outcomes);
    const double share =
        counted == 0 ? 0 : static_cast<double>(hold) / static_cast<double>(counted);
    std::printf(
        "%zu of %zu cases earn no more than the honest submission and 2 %% (%.1f %%, goal %.0f "
        "%%); "
        "%zu files that must earn nothing were paid\n",
        hold, counted, share * 100, kHoldingMin * 100, unpaid_broken);
    return share >= kHoldingMin && unpaid_broken == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view option{argv[i]};
        if (option == "--cases" || option == "--chunks") {
            (option == "--cases" ? options.each : options.chunks) = true;
            continue;
        }
        const char* value = i + 1 < argc ? argv[++i] : "";
        if (option == "--directory")
            options.directory = value;
        else if (option == "--ruleset")
            options.ruleset = value;
        else if (option == "--name")
            options.name = value;
        else if (option == "--with")
            options.changes.emplace_back(value);
        else if (option == "--only")
            options.only = value;
        else if (option == "--json")
            options.json = value;
        else if (option == "--fee")
            options.fee = std::strtoll(value, nullptr, 10);
        else
            return std::fprintf(stderr, "attack_report: %s? See bench/README.md\n", argv[i - 1]),
                   64;
    }
    const auto model = scoring::Model::load(scoring::kModelPath, scoring::pinned_model_digest());
    if (!model) return std::fputs("attack_report: no model file; run tools/setup\n", stderr), 66;
    const Result<scoring::Ruleset> named = scoring::Ruleset::named(options.ruleset);
    const Result<scoring::Ruleset> ruleset = named ? with(*named, options.changes) : named;
    if (!ruleset) return std::fputs("attack_report: no such ruleset\n", stderr), 64;
    std::vector<Case> cases = read_cases(options.directory);
    if (cases.empty())
        return std::fputs("attack_report: no cases; `bench/run attacks` makes them\n", stderr), 66;
    Till till{options.directory, *model, *ruleset};
    return report(options, till, std::move(cases));
}
