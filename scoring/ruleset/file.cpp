#include "pramana/scoring/ruleset_file.hpp"

#include "ruleset/file_section.hpp"
#include "ruleset/name.hpp"
#include "ruleset/ownership.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

// docs/rulesets.md lists every member with its bounds; docs/rulesets/ruleset-1.schema.json says the
// same to machines, and tests/app_commands/ruleset_schema.test.mjs holds both against this reader.

namespace pramana::scoring {
namespace {

constexpr std::string_view kBase = "default-2";  // what is left out is as it is there
constexpr std::size_t kDescriptionMax = 1'000;
constexpr std::size_t kSchemaMax = 200;
constexpr std::uint64_t kCharactersMax = std::uint64_t{1} << 36U;
constexpr std::uint64_t kDotAtOne = 160'000;  // of codes whose cosine is 1, at the scale of 400
constexpr std::string_view kPayModes[] = {"by_amount", "by_share"};
constexpr std::string_view kBuiltinPrefix = "default-";
// By QualityRules::profile and by OtherLanguage.
constexpr std::string_view kProfiles[] = {"auto", "prose", "chat", "table", "posts", "history"};
static_assert(std::size(kProfiles) == kQualityProfiles + 1);
constexpr std::string_view kOtherLanguages[] = {"counts", "unpaid", "refused"};

template <class Enum, std::size_t kCount>
std::vector<std::string_view> names_in(std::uint32_t set) {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < kCount; ++i)
        if ((set >> i & 1U) != 0) names.push_back(name_of(static_cast<Enum>(i)));
    return names;
}

std::vector<std::string_view> format_names() {
    return names_in<AcceptedFormat, kAcceptedFormats>(kEveryFormat);
}

void read_head(FileSection& file, RulesetValues& values, std::string& description) {
    static_cast<void>(file.text("$schema", kSchemaMax));
    if (file.find("version") == nullptr) file.complain("version", "is missing", "Write 1.");
    std::uint32_t version = 0;
    file.whole("version", kRulesetFileVersion, kRulesetFileVersion, version);
    const JsonNode* const name = file.find("name");
    values.name = name == nullptr ? std::string{} : name->text;
    if (name == nullptr)
        file.complain("name", "is missing", "For example \"chats-1\".");
    else if (name->kind != JsonKind::kString || !is_ruleset_name(name->text))
        file.complain("name", "must be 1 to 32 small letters, digits and hyphens",
                      "For example \"chats-1\".");
    else if (name->text.starts_with(kBuiltinPrefix))
        file.complain("name", "must not begin with \"default-\"",
                      "Those names are the built-in rulesets'.");
    description = file.text("description", kDescriptionMax).value_or("");
    if (const std::optional<Hash32> terms = file.hash("terms_sha256")) values.terms_sha256 = terms;
}

void read_corpus(FileSection& file, RulesetValues& values) {
    const JsonNode* const corpus = file.find("corpus");
    if (corpus == nullptr) return;
    if (corpus->kind == JsonKind::kString && is_corpus_scope(corpus->text))
        values.corpus = corpus->text;
    else
        file.complain("corpus", "must be \"own\" or \"shared:\" and a name",
                      "A name has 1 to 32 small letters, digits and hyphens: \"shared:news\".");
}

void read_public_texts(FileSection& file, RulesetValues& values) {
    const JsonNode* const given = file.find("public_texts");
    FileSection texts = file.object("public_texts");
    if (given == nullptr || given->kind != JsonKind::kObject) return;
    if (given->members.size() > kPublicTextsMax)
        texts.complain("", "must be at most " + std::to_string(kPublicTextsMax) + " texts");
    for (const JsonNode::Member& member : given->members) {
        const std::optional<Hash32> digest = texts.hash(member.name);
        if (!is_ruleset_name(member.name))
            texts.complain(member.name, "must be called by 1 to 32 small letters, digits, hyphens");
        if (!digest) continue;
        for (const PublicText& other : values.public_texts)
            if (other.sha256 == *digest)
                texts.complain(member.name, "is the same file as \"" + other.name + '"',
                               "Name each text once.");
        values.public_texts.push_back({member.name, *digest});
    }
    std::sort(values.public_texts.begin(), values.public_texts.end(),
              [](const PublicText& a, const PublicText& b) { return a.name < b.name; });
}

void read_parts(FileSection& accept, AcceptRules& rules) {
    const JsonNode* const given = accept.find("parts");
    FileSection parts = accept.object("parts");
    if (given == nullptr || given->kind != JsonKind::kObject) return;
    for (std::size_t i = 0; i < kAcceptedFormats; ++i) {
        const auto format = static_cast<AcceptedFormat>(i);
        const std::vector<std::string_view> known = names_in<Part, kParts>(parts_of(format));
        if (known.empty()) {
            if (given->member(name_of(format)) != nullptr && parts.find(name_of(format)) != nullptr)
                parts.complain(name_of(format), "has no parts that could be asked for",
                               "Remove it: only exports have parts.");
            continue;
        }
        parts.choices(name_of(format), known, [&](std::size_t index) {
            rules.parts[i] |= bit_of(*part_named(known[index]));
        });
        if (rules.parts[i] != 0 && (rules.formats & bit_of(format)) == 0)
            parts.complain(name_of(format), "asks for parts of a format that is not accepted",
                           "Add \"" + std::string{name_of(format)} + "\" to accept.formats.");
    }
    parts.done();
}

void read_accept(FileSection& file, RulesetValues& values) {
    FileSection accept = file.object("accept");
    AcceptRules rules;
    rules.version = kAcceptVersion;
    const std::vector<std::string_view> names = format_names();
    std::uint32_t named = 0;
    accept.choices("formats", names, [&](std::size_t index) { named |= 1U << index; });
    if (named != 0) rules.formats = named;
    read_parts(accept, rules);
    rules.authentic = accept.flag("authentic").value_or(false) ? 1 : 0;
    if (rules.authentic != 0) {
        std::vector<std::string_view> without;
        for (std::size_t i = 0; i < kAcceptedFormats; ++i) {
            const auto format = static_cast<AcceptedFormat>(i);
            if ((rules.formats & bit_of(format)) != 0 && !has_checks(format))
                without.push_back(name_of(format));
        }
        if (!without.empty())
            accept.complain("authentic",
                            "can never hold for " + list_of(without) +
                                ": nothing in such a file can be checked",
                            "Accept exports alone, or leave `authentic` out.");
    }
    accept.done();
    AcceptRules everything;
    everything.version = kAcceptVersion;
    if (rules != everything) values.extract.accept = rules;
}

void read_novelty(FileSection& file, RulesetValues& values) {
    FileSection novelty = file.object("novelty");
    SemanticRules& rules = values.semantic;
    novelty.scaled("same_meaning_from", 600, 1000, kDotAtOne, rules.strict_low);
    novelty.scaled("same_meaning_full", 600, 1000, kDotAtOne, rules.strict_high);
    novelty.scaled("new_share_min", 0, 999, 65'536, values.novelty.uniqueness_min_q16);
    if (rules.strict_high < rules.strict_low)
        novelty.complain("same_meaning_full", "is below same_meaning_from",
                         "A likeness counts from the one on, and in full from the other on.");
    novelty.done();
}

/// One meaning has one form: a policy that cannot matter is the default one.
void read_languages(FileSection& quality, QualityRules& rules) {
    const std::span<const std::string_view> known = known_languages();
    std::vector<std::string>& wanted = rules.languages;
    quality.choices("languages", known,
                    [&](std::size_t index) { wanted.emplace_back(known[index]); });
    std::sort(wanted.begin(), wanted.end());
    const bool some = !wanted.empty() && wanted.size() < known.size();
    if (!some) wanted.clear();
    constexpr auto kCounts = static_cast<std::uint32_t>(OtherLanguage::kCounts);
    constexpr auto kRefused = static_cast<std::uint32_t>(OtherLanguage::kRefused);
    const auto other = quality.choice("other_languages", kOtherLanguages);
    const auto unpaid = static_cast<std::uint32_t>(OtherLanguage::kUnpaid);
    rules.other_languages = static_cast<std::uint32_t>(other.value_or(some ? unpaid : kCounts));
    if (some && rules.other_languages == kCounts)
        quality.complain("other_languages", "makes `languages` say nothing",
                         "Leave one of them out, or make this unpaid or refused.");
    if (!some && rules.other_languages != kCounts)
        quality.complain("other_languages", "needs `languages`: no other one is told",
                         "Name the languages that are wanted.");
    const auto unknown = quality.choice("unknown_languages", kOtherLanguages);
    if (unknown) rules.unknown_languages = static_cast<std::uint32_t>(*unknown);
    const std::uint32_t usual = rules.language_share_min_q16;
    quality.scaled("language_share_min", 0, 1000, 65'536, rules.language_share_min_q16);
    if (rules.language_share_min_q16 != usual && rules.other_languages != kRefused &&
        rules.unknown_languages != kRefused)
        quality.complain("language_share_min", "is asked for only where a language is refused",
                         "Make other_languages or unknown_languages refused, or leave it out.");
}

/// By AcceptedFormat: the profile of what such a file holds; 0, none of its own: files without a
/// service behind them hold anything.
constexpr std::uint32_t kOwnProfile[kAcceptedFormats] = {5, 2, 2, 3, 0, 0, 0, 1, 4, 0, 0, 2, 4};

/// Whether nothing that is accepted could be of this profile.
void check_profile(FileSection& quality, const RulesetValues& values) {
    const std::uint32_t profile = values.quality.profile;
    std::uint32_t held = 0;
    for (std::size_t i = 0; i < kAcceptedFormats; ++i) {
        if ((values.extract.accept.formats & bit_of(static_cast<AcceptedFormat>(i))) == 0) continue;
        if (kOwnProfile[i] == 0 || kOwnProfile[i] == profile) return;
        held |= 1U << kOwnProfile[i];
    }
    std::vector<std::string_view> names;
    for (std::size_t i = 1; i < std::size(kProfiles); ++i)
        if ((held >> i & 1U) != 0) names.push_back(kProfiles[i]);
    quality.complain("profile", "is of nothing that accept.formats takes",
                     "Those hold " + list_of(names) + ": write that, or \"auto\".");
}

void read_quality(FileSection& file, RulesetValues& values) {
    FileSection quality = file.object("quality");
    if (const auto profile = quality.choice("profile", kProfiles))
        values.quality.profile = static_cast<std::uint32_t>(*profile);
    if (values.quality.profile != 0) check_profile(quality, values);
    read_languages(quality, values.quality);
    quality.whole("personal_data_per_1000", 0, 1'000, values.quality.personal_data_per_1000);
    quality.done();
}

void read_limits(FileSection& file, RulesetValues& values) {
    FileSection limits = file.object("limits");
    ExtractLimits& rules = values.extract;
    limits.whole("expanded_bytes_max", 1'024, 1ULL << 30U, rules.expanded_bytes_max);
    limits.whole("expansion_ratio_max", 1, 100'000, rules.expansion_ratio_max);
    limits.whole("members_max", 1, 1'000'000, rules.members_max);
    limits.whole("records_max", 1, 10'000'000, rules.records_max);
    limits.whole("archive_depth_max", 1, 8, rules.formats.archive_depth_max);
    limits.whole("json_depth_max", 1, 512, rules.json_depth_max);
    limits.whole("scored_characters_max", values.chunk.weight_max, kCharactersMax,
                 values.sample.characters_max);
    limits.done();
}

/// The most that can be scored of one file: letters and digits of at least a byte each.
std::uint64_t mass_max(const RulesetValues& values) {
    return std::min({values.sample.characters_max, values.extract.expanded_bytes_max,
                     std::uint64_t{values.chunk.chunks_max} * values.chunk.weight_max});
}

/// Amounts that contradict each other, or that no file could reach.
void check_amounts(FileSection& pay, const RulesetValues& values) {
    const PayRules& rules = values.pay;
    const bool by_share = rules.mode == PayMode::kByShare;
    const bool min_given = pay.find("characters_min") != nullptr;
    if (by_share && pay.find("characters_full") != nullptr)
        pay.complain("characters_full", "says nothing by_share: any length earns the whole",
                     "Leave it out, or take by_amount.");
    if (!by_share && rules.novel_mass_min > rules.novel_mass_reference)
        pay.complain(
            min_given ? "characters_min" : "characters_full",
            min_given ? "must not be above characters_full" : "must not be below characters_min",
            "characters_min is " + std::to_string(rules.novel_mass_min) + ", characters_full is " +
                std::to_string(rules.novel_mass_reference) + '.');
    const std::uint64_t most = mass_max(values);
    if (rules.novel_mass_min > most)
        pay.complain(
            "characters_min", "no file could ever be paid",
            "Of one file at most " + std::to_string(most) + " characters are scored: limits.");
    else if (rules.novel_mass_reference > most)
        pay.complain(
            "characters_full", "no file could ever earn the full pay",
            "Of one file at most " + std::to_string(most) + " characters are scored: limits.");
}

void read_pay(FileSection& file, RulesetValues& values) {
    FileSection pay = file.object("pay");
    PayRules& rules = values.pay;
    const bool by_share = pay.choice("mode", kPayModes).value_or(0) == 1;
    pay.whole("characters_full", 1, kCharactersMax, rules.novel_mass_reference);
    pay.whole("characters_min", 1, kCharactersMax, rules.novel_mass_min);
    if (by_share) {
        rules.mode = PayMode::kByShare;
        rules.novel_mass_reference = 0;
    }
    pay.scaled("quality_min", 0, 999, 65'536, rules.quality_min_q16);
    pay.scaled("quality_full", 1, 1000, 65'536, rules.quality_full_q16);
    const bool full_given = pay.find("quality_full") != nullptr;
    if (rules.quality_full_q16 <= rules.quality_min_q16)
        pay.complain(full_given ? "quality_full" : "quality_min",
                     full_given ? "must be above quality_min" : "must be below quality_full",
                     "Pay begins above quality_min (0.3 when not given) and is full from "
                     "quality_full (0.7) on.");
    check_amounts(pay, values);
    pay.done();
}

std::vector<RulesetProblem> placed(std::string_view text, std::vector<TextProblem> problems) {
    std::stable_sort(problems.begin(), problems.end(),
                     [](const TextProblem& a, const TextProblem& b) { return a.at < b.at; });
    std::vector<RulesetProblem> out;
    std::size_t at = 0, line = 1, column = 1;
    for (TextProblem& problem : problems) {
        for (; at < std::min(problem.at, text.size()); ++at) {
            const auto c = static_cast<unsigned char>(text[at]);
            if (c == '\n') {
                ++line;
                column = 1;
            } else if ((c & 0xC0U) != 0x80) {
                ++column;
            }
        }
        out.push_back({line, column, std::move(problem.path), std::move(problem.sentence),
                       std::move(problem.hint)});
    }
    return out;
}

}  // namespace

RulesetReading read_ruleset_file(std::string_view text) {
    RulesetReading out;
    if (text.size() > kRulesetFileBytesMax) {
        out.problems.push_back(
            {1, 1, {}, "is longer than " + std::to_string(kRulesetFileBytesMax) + " bytes", {}});
        return out;
    }
    std::vector<TextProblem> problems;
    const std::optional<JsonNode> root = read_json_tree(text, problems);
    RulesetValues values = Ruleset::named(kBase)->values();
    if (root) {
        FileSection file{&*root, {}, root->at, problems};
        if (root->kind == JsonKind::kObject) {
            read_head(file, values, out.description);
            read_accept(file, values);
            read_corpus(file, values);
            read_public_texts(file, values);
            read_quality(file, values);
            read_novelty(file, values);
            read_limits(file, values);
            read_pay(file, values);
            read_ownership(file, values.ownership);
            file.done();
        }
    }
    if (root && problems.empty()) {
        Result<Ruleset> made = Ruleset::make(std::move(values));
        if (made)
            out.ruleset = *std::move(made);
        else  // a bound of the engine that this reader does not know would be a bug
            problems.push_back({root->at, {}, "cannot be used by this version", {}});
    }
    out.problems = placed(text, std::move(problems));
    return out;
}

bool is_canonical_ruleset(std::string_view text) noexcept {
    // A page has true or false there, and no member "chunk".
    return text.starts_with("{\"accept\":{\"authentic\":0,") ||
           text.starts_with("{\"accept\":{\"authentic\":1,") || text.starts_with("{\"chunk\":{");
}

}  // namespace pramana::scoring
