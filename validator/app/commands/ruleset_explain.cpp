#include "ruleset_explain.hpp"

#include "failure.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "rulesets.hpp"

#include <algorithm>
#include <vector>

namespace pramana::app {
namespace {

using scoring::AcceptedFormat;
using scoring::Part;

constexpr std::uint64_t kOne = 65'536;
constexpr std::uint64_t kDotAtOne = 160'000;

// By AcceptedFormat.
constexpr std::string_view kFormatWords[scoring::kAcceptedFormats] = {
    "browsing histories (Takeout, CSV)",
    "ChatGPT exports",
    "Claude exports",
    "Google activity (Takeout)",
    "HTML pages",
    "JSON documents",
    "JSON lines",
    "mailboxes (mbox)",
    "Reddit exports",
    "tables",
    "plain text",
    "WhatsApp chats",
    "X archives"};
// By Part.
constexpr std::string_view kPartWords[scoring::kParts] = {
    "the file about the account", "a comment",
    "the file of ratings",        "the lists of posts or comments",
    "the archive's manifest",     "a direct message",
    "a turn of the model",        "a post",
    "a time at every record",     "a turn of a person"};

std::vector<AcceptedFormat> formats_of(const scoring::AcceptRules& rules) {
    std::vector<AcceptedFormat> out;
    for (std::size_t i = 0; i < scoring::kAcceptedFormats; ++i)
        if ((rules.formats >> i & 1U) != 0) out.push_back(static_cast<AcceptedFormat>(i));
    return out;
}

std::vector<Part> parts_in(scoring::PartBits bits) {
    std::vector<Part> out;
    for (std::size_t i = 0; i < scoring::kParts; ++i)
        if ((bits >> i & 1U) != 0) out.push_back(static_cast<Part>(i));
    return out;
}

std::string bytes_text(std::uint64_t bytes) {
    if (bytes % (1U << 20U) == 0) return grouped(bytes >> 20U) + " MiB";
    if (bytes % (1U << 10U) == 0) return grouped(bytes >> 10U) + " KiB";
    return grouped(bytes) + " bytes";
}

std::string share_text(std::uint64_t q16) { return thousandths((q16 * 1000 + kOne / 2) / kOne); }
std::string likeness_text(std::int32_t dot) {
    return thousandths((static_cast<std::uint64_t>(dot) * 1000 + kDotAtOne / 2) / kDotAtOne);
}

class Page {
  public:
    void title(std::string_view text) {
        out_.append(out_.empty() ? "" : "\n").append(text) += '\n';
    }
    void line(std::string_view text) { out_.append("  ").append(text) += '\n'; }
    void refused(std::string_view what, Errc code) {
        constexpr std::size_t kColumn = 22;
        std::string left{name_of(code)};
        left.resize(std::max(left.size() + 1, kColumn), ' ');
        line(left.append(what));
    }
    [[nodiscard]] std::string str() && { return std::move(out_); }

  private:
    std::string out_;
};

void add_taken(Page& page, const scoring::ExtractLimits& extract) {
    page.title("Taken");
    const std::vector<AcceptedFormat> formats = formats_of(extract.accept);
    if (extract.formats.version == 1)
        return page.line("what docs/scoring.md \"Extraction\" lists, under the first reading");
    std::string list;
    for (const AcceptedFormat format : formats)
        list.append(list.empty() ? "" : ", ")
            .append(kFormatWords[static_cast<std::size_t>(format)]);
    page.line(formats.size() == scoring::kAcceptedFormats ? "whatever can be read: " + list : list);
    page.line("alone or in zip, tar or gzip, up to " +
              std::to_string(extract.formats.archive_depth_max) + " archives deep");
    page.line("of an archive with more in it, only that is read");
    for (std::size_t i = 0; i < scoring::kAcceptedFormats; ++i)
        for (const Part part : parts_in(extract.accept.parts[i]))
            page.line(std::string{kFormatWords[i]} + " must have " +
                      std::string{kPartWords[static_cast<std::size_t>(part)]});
    if (extract.accept.authentic != 0)
        page.line("only exports whose structure is what their service writes");
}

void add_refused(Page& page, const scoring::RulesetValues& values) {
    const scoring::ExtractLimits& extract = values.extract;
    page.title("Refused, with this reason, and worth 0");
    if (values.terms_sha256)
        page.refused("who agrees to other terms, or to none", Errc::kTermsNotAgreed);
    page.refused("what cannot be read: binary, damaged, encrypted, another encoding",
                 Errc::kUnknownFormat);
    if (extract.accept.formats != scoring::kEveryFormat)
        page.refused("every other kind of file", Errc::kFormatNotAccepted);
    const auto& parts = extract.accept.parts;
    if (std::any_of(parts.begin(), parts.end(), [](auto bits) { return bits != 0; }))
        page.refused("an export without what it must have", Errc::kPartMissing);
    if (extract.accept.authentic != 0)
        page.refused("an export that fails a check of its structure", Errc::kNotAuthentic);
    page.refused("no text", Errc::kTooFewTokens);
    page.refused("more than " + bytes_text(extract.expanded_bytes_max) + " unpacked, " +
                     grouped(extract.members_max) + " members, " + grouped(extract.records_max) +
                     " records, JSON deeper than " + std::to_string(extract.json_depth_max),
                 Errc::kTooLarge);
    page.refused("more than " + grouped(extract.expansion_ratio_max) + " times its size unpacked",
                 Errc::kDecompressionLimit);
}

void add_new(Page& page, const scoring::RulesetValues& values) {
    page.title("New");
    const std::string_view shared =
        values.corpus == "own" ? std::string_view{} : std::string_view{values.corpus}.substr(7);
    page.line(shared.empty()
                  ? "is what nobody contributed to this DLP before, nor stood earlier in the file"
                  : "is what nobody contributed to any DLP of the corpus \"" + std::string{shared} +
                        "\" before, nor stood earlier in the file");
    page.line("in the same words, or in others from a likeness of " +
              likeness_text(values.semantic.strict_low) + " on (from " +
              likeness_text(values.semantic.strict_high) + " on wholly)");
    if (values.novelty.version > 1)
        page.line("a file of which less than " + share_text(values.novelty.uniqueness_min_q16) +
                  " is new, exact copies not counted, earns nothing");
    for (const scoring::PublicText& text : values.public_texts)
        page.line("the public text \"" + text.name + "\" is new to nobody");
    page.line("of more than " + grouped(values.sample.characters_max) +
              " characters a sample is scored");
}

void add_quality(Page& page, const scoring::QualityRules& rules) {
    if (rules.version == 1) return;
    constexpr std::string_view kProfiles[] = {
        "what most of the file is", "prose", "chats", "tables", "posts", "browsing histories"};
    constexpr std::string_view kFates[] = {"counts as any other", "is not paid",
                                           "is not paid, and the file is worth nothing below"};
    page.title("Good");
    page.line("by the bounds for " + std::string{kProfiles[rules.profile]} +
              " (docs/scoring.md \"Quality\")");
    const auto fate = [&](std::string_view what, std::uint32_t kind) {
        std::string line{what};
        line.append(" ").append(kFates[kind]);
        if (kind == 2)
            line += " a share of " + share_text(rules.language_share_min_q16) + " in wanted ones";
        page.line(line);
    };
    std::string languages;
    for (const std::string& language : rules.languages)
        languages.append(languages.empty() ? "" : ", ").append(language);
    if (!languages.empty()) {
        page.line("in these languages: " + languages);
        fate("text in other languages", rules.other_languages);
    }
    fate("text in no known language", rules.unknown_languages);
}

void add_owned(Page& page, const scoring::OwnershipRules& rules) {
    if (rules.version == 1) return;
    page.title("Owned");
    page.line("a contribution comes with a statement that it is its contributor's own, or is");
    page.line("refused (ownership_not_shown); what it is paid does not depend on it");
    std::string providers, methods;
    for (const std::string& name : rules.providers)
        providers.append(providers.empty() ? "" : ", ").append(name);
    for (std::size_t i = 0; i < std::size(scoring::kOwnershipMethods); ++i)
        if ((rules.methods >> i & 1U) != 0)
            methods.append(methods.empty() ? "" : ", ").append(scoring::kOwnershipMethods[i]);
    page.line("of accounts at " + providers + ", learned by " + methods + ", at most " +
              grouped(rules.age_s_max / 86'400) + " days old");
    for (const Address& witness : rules.witnesses)
        page.line("signed by " + to_hex0x(witness.view()));
    if (rules.content)
        page.line("and it has a tag of the content, which is held against the opened file");
    page.line(
        "for the file as it is sealed: `contribute` seals it, says what is to be signed, and");
    page.line("goes on with --ownership FILE; a file that was not uploaded is not opened");
}

struct PayRow {
    std::uint64_t what;        ///< by amount: characters; by share: thousandths of the file
    std::uint32_t full, half;  ///< pay in 1,024ths at full quality, and halfway up to it
};

std::uint32_t quality_halfway(const scoring::PayRules& pay) {
    return (pay.quality_min_q16 + pay.quality_full_q16) / 2;
}

bool by_share(const scoring::PayRules& pay) { return pay.mode == scoring::PayMode::kByShare; }

/// Of a file with a thousand times the least that is paid.
std::vector<PayRow> share_rows(const scoring::PayRules& pay) {
    constexpr std::uint64_t kMille = 1'000;
    std::vector<PayRow> rows;
    for (const std::uint64_t share : {125U, 250U, 500U, 750U, 1'000U}) {
        const std::uint64_t n = share * pay.novel_mass_min, mass = kMille * pay.novel_mass_min;
        rows.push_back({share, scoring::pay_1024(n, mass, pay.quality_full_q16, pay),
                        scoring::pay_1024(n, mass, quality_halfway(pay), pay)});
    }
    return rows;
}

std::vector<PayRow> pay_rows(const scoring::PayRules& pay) {
    if (by_share(pay)) return share_rows(pay);
    const std::uint64_t full = pay.novel_mass_reference;
    std::vector<std::uint64_t> characters{
        pay.novel_mass_min - 1, pay.novel_mass_min, full / 16, full / 4, full / 2, full, 2 * full};
    std::erase_if(characters, [&](std::uint64_t n) { return n + 1 < pay.novel_mass_min; });
    std::sort(characters.begin(), characters.end());
    characters.erase(std::unique(characters.begin(), characters.end()), characters.end());
    std::vector<PayRow> rows;
    rows.reserve(characters.size());
    for (const std::uint64_t n : characters)
        rows.push_back({n, scoring::pay_1024(n, n, pay.quality_full_q16, pay),
                        scoring::pay_1024(n, n, quality_halfway(pay), pay)});
    return rows;
}

std::string pay_text(std::uint32_t pay_1024, const std::optional<Reward>& reward) {
    return reward ? reward->part(pay_1024) : thousandths(std::uint64_t{pay_1024} * 1000 / 1024);
}

void add_pay_table(Page& page, const scoring::PayRules& pay, const std::optional<Reward>& reward) {
    static constexpr std::size_t kColumn = 16;
    const auto cell = [](std::string text) {
        text.insert(0, kColumn - std::min(text.size(), kColumn), ' ');
        return text;
    };
    page.line(cell(by_share(pay) ? "share new" : "new characters") + cell("full quality") +
              cell("quality " + share_text(quality_halfway(pay))));
    for (const PayRow& row : pay_rows(pay))
        page.line(cell(by_share(pay) ? thousandths(row.what) : grouped(row.what)) +
                  cell(pay_text(row.full, reward)) + cell(pay_text(row.half, reward)));
}

void add_pay(Page& page, const scoring::PayRules& pay, const std::optional<Reward>& reward) {
    const std::string least = grouped(pay.novel_mass_min) + " new characters";
    const std::string whole =
        "the whole reward" + (reward ? " of " + reward->part(1024) : std::string{});
    page.title("Paid");
    if (by_share(pay)) {
        page.line("for the share of the file that is new (letters and digits), times quality");
        page.line("a file that is new as a whole earns " + whole + ", however long it is");
    } else {
        page.line("for new characters (letters and digits), as many as there are, times quality");
        page.line(grouped(pay.novel_mass_reference) + " of full quality earn " + whole +
                  ", half as many a half");
    }
    page.line("nothing below " + least + ", nothing up to quality " +
              share_text(pay.quality_min_q16) + ", all from " + share_text(pay.quality_full_q16) +
              " on");
    add_pay_table(page, pay, reward);
    if (by_share(pay)) {
        page.line("an exact copy earns 0; CUTTING PAYS: each part of " + least + " earns as much");
        page.line("as the whole file, so pay a contributor once, or take by_amount");
        return;
    }
    page.line(
        "an exact copy earns 0; cut into parts, a file earns what the whole does, and a part");
    page.line("of fewer than " + least + " nothing");
}

std::string json_of(const scoring::AcceptRules& accept) {
    std::vector<std::string> formats;
    for (const AcceptedFormat format : formats_of(accept)) formats.emplace_back(name_of(format));
    JsonObject parts;
    for (std::size_t i = 0; i < scoring::kAcceptedFormats; ++i) {
        std::vector<std::string> names;
        for (const Part part : parts_in(accept.parts[i])) names.emplace_back(name_of(part));
        if (!names.empty()) parts.texts(name_of(static_cast<AcceptedFormat>(i)), names);
    }
    return JsonObject{}
        .texts("formats", formats)
        .raw("parts", parts.str())
        .flag("authentic", accept.authentic != 0)
        .str();
}

}  // namespace

std::vector<std::string> warnings_of(const scoring::Ruleset& ruleset) {
    const scoring::PayRules& pay = ruleset.values().pay;
    if (!by_share(pay)) return {};
    return {"by_share: a file cut into parts of " + grouped(pay.novel_mass_min) +
            " new characters earns the whole reward for each; pay a contributor once, or take "
            "by_amount"};
}

std::string explain_text(const Explained& explained) {
    const scoring::RulesetValues& values = explained.ruleset.values();
    Page page;
    page.title("Ruleset " + shown_name(explained.ruleset));
    page.line("digest " + to_hex(explained.ruleset.digest().view()));
    if (!explained.description.empty())
        page.line("its author says: " + printable(explained.description, 1'000));
    if (values.terms_sha256)
        page.line("contributors agree to the terms " + to_hex(values.terms_sha256->view()));
    add_taken(page, values.extract);
    add_refused(page, values);
    add_new(page, values);
    add_quality(page, values.quality);
    add_owned(page, values.ownership);
    add_pay(page, values.pay, explained.reward);
    return std::move(page).str();
}

std::string explain_json(const Explained& explained) {
    const scoring::RulesetValues& values = explained.ruleset.values();
    std::string rows;
    for (const PayRow& row : pay_rows(values.pay)) {
        JsonObject out;
        out.number(by_share(values.pay) ? "share_milli" : "characters", row.what);
        out.number("pay_1024", row.full);
        out.number("pay_1024_half_quality", row.half);
        if (explained.reward) out.text("amount", explained.reward->part(row.full));
        rows += (rows.empty() ? "" : ",") + out.str();
    }
    JsonObject out;
    out.text("format", "pramana:ruleset-explained:1").text("name", shown_name(explained.ruleset));
    out.text("digest", to_hex(explained.ruleset.digest().view()));
    out.text("description", explained.description).raw("accept", json_of(values.extract.accept));
    out.text("corpus", values.corpus).raw("pay", '[' + rows + ']');
    return out.raw("values", explained.ruleset.canonical_text()).str() + '\n';
}

}  // namespace pramana::app
