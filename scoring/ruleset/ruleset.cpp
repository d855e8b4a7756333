#include "pramana/scoring/ruleset.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"
#include "quality/language.hpp"
#include "quality/quality.hpp"
#include "quality/rules.hpp"
#include "ruleset/fields.hpp"
#include "ruleset/name.hpp"
#include "ruleset/ownership.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace pramana::scoring {
namespace {

constexpr std::int32_t kDotMax = 384 * 127 * 127;

constexpr std::string_view kOwnCorpus = "own";
constexpr std::string_view kSharedPrefix = "shared:";

bool within(std::uint64_t value, std::uint64_t low, std::uint64_t high) {
    return value >= low && value <= high;
}

/// Version 1 has one form: what is not in the text cannot differ.
bool valid(const FormatRules& f) {
    if (f.version == 1) return f == FormatRules{};
    return f.version == kFormatsVersion && within(f.archive_depth_max, 1, 8) &&
           within(f.authenticity, 0, kAuthenticityVersion);
}

bool valid_languages(const std::vector<std::string>& languages) {
    const std::span<const std::string_view> known = known_languages();
    for (std::size_t i = 0; i < languages.size(); ++i)
        if (!std::binary_search(known.begin(), known.end(), std::string_view{languages[i]}) ||
            (i > 0 && languages[i] <= languages[i - 1]))
            return false;
    return true;
}

bool valid(const QualityRules& q) {
    if (q.version == 1) return q == QualityRules{};
    const auto refused = static_cast<std::uint64_t>(OtherLanguage::kRefused);
    return q.version == kQualityVersion && within(q.profile, 0, kQualityProfiles) &&
           valid_languages(q.languages) && within(q.other_languages, 0, refused) &&
           within(q.unknown_languages, 0, refused) && within(q.language_share_min_q16, 0, 65'536) &&
           within(q.personal_data_per_1000, 0, 1'000);
}

/// Version 1 and what takes everything have one form each; a format that is not accepted has no
/// parts.
bool valid(const AcceptRules& a, const FormatRules& formats) {
    if (a.version == 1) return a == AcceptRules{};
    AcceptRules everything;
    everything.version = kAcceptVersion;
    if (a.version != kAcceptVersion || formats.version < 2 || a == everything) return false;
    if (a.formats == 0 || a.formats > kEveryFormat || a.authentic > 1) return false;
    for (std::size_t i = 0; i < kAcceptedFormats; ++i) {
        const auto format = static_cast<AcceptedFormat>(i);
        const bool accepted = (a.formats & bit_of(format)) != 0;
        if ((a.parts[i] & ~parts_of(format)) != 0 || (a.parts[i] != 0 && !accepted)) return false;
        if (accepted && a.authentic != 0 && !has_checks(format)) return false;
    }
    return a.authentic == 0 || formats.authenticity != 0;
}

bool valid(const ExtractLimits& e) {
    return within(e.expanded_bytes_max, 1, 1ULL << 30U) &&
           within(e.expansion_ratio_max, 1, 100'000) && within(e.members_max, 1, 1'000'000) &&
           within(e.json_depth_max, 1, 512) && within(e.records_max, 1, 10'000'000) &&
           within(e.table_rows_min, 2, 1'000'000) && within(e.table_cell_words, 1, 65'535) &&
           valid(e.formats) && valid(e.accept, e.formats);
}

/// 254 pieces and two specials are the 256 that the model was trained for. One character, which is
/// as far as a chunk is cut, is up to three pieces.
bool valid(const ChunkRules& c) {
    return within(c.pieces_min, 1, c.boundary_pieces_min) &&
           within(c.boundary_pieces_min, 1, c.pieces_max) && within(c.pieces_max, 8, 254) &&
           within(c.boundary_words, 1, 64) && within(c.boundary_modulus, 1, 65'536) &&
           within(c.characters_max, 64, 8'192) && within(c.weight_max, 1, c.characters_max) &&
           within(c.chunks_max, 1, 1U << 22U);
}

bool valid(const LexicalRules& l) {
    return within(l.shingle_words, 1, 64) && within(l.window, 1, 64) &&
           within(l.gram_characters, 1, 64) && within(l.gram_characters_spaced, 1, 64) &&
           within(l.words_min, l.shingle_words, 256);
}

/// Few key values: a row has a key for each two and each three of them.
bool valid(const TableRules& t) {
    return within(t.rows_max, 1, 1'024) && within(t.repeated_rows_min, 2, 1'024) &&
           within(t.repeated_share, 1, 1'024) && within(t.key_values, 1, 8) &&
           within(t.three_characters_min, 1, 8'192) && within(t.two_characters_min, 1, 8'192) &&
           within(t.alone_characters_min, 1, 8'192);
}

/// Version 1 has one form. Few words of a set: each three of them are looked at.
bool valid(const NoveltyRules& n, const LexicalRules& l) {
    if (n.version == 1) return n == NoveltyRules{};
    return n.version == kNoveltyVersion && within(n.sentence_words_min, 1, 256) &&
           within(n.sentence_characters_min, 1, 8'192) &&
           within(n.numbers_words_min, 1, l.shingle_words) && within(n.set_words, 3, 16) &&
           within(n.set_words_min, 3, n.set_words) && within(n.set_modulus, 1, 16) &&
           within(n.set_low_q16, 0, n.set_high_q16) && within(n.set_high_q16, 1, kQ16One) &&
           within(n.uniqueness_min_q16, 0, kQ16One - 1);
}

bool valid(const SemanticRules& s) {
    return s.strict_low > 0 && s.strict_high >= s.strict_low && s.strict_high <= kDotMax &&
           s.corroborated_low > 0 && s.corroborated_high >= s.corroborated_low &&
           s.corroborated_high <= 2 * kDotMax && s.corroborated_dot_min > 0 &&
           s.corroborated_dot_min <= kDotMax && s.overlap_weight >= 0 &&
           s.overlap_weight <= kDotMax && within(s.overlap_words_added, 0, 65'535) &&
           within(s.overlap_words_min, 1, 65'535) && within(s.pieces_min, 1, 254) &&
           within(s.unknown_max_q16, 0, 65'536) && within(s.continued_max_q16, 0, 65'536) &&
           within(s.letters_min_q16, 0, 65'536);
}

bool valid(const std::vector<PublicText>& texts) {
    for (std::size_t i = 0; i < texts.size(); ++i)
        if (!is_ruleset_name(texts[i].name) || (i > 0 && texts[i].name <= texts[i - 1].name))
            return false;
    return texts.size() <= kPublicTextsMax;
}

/// No overflow of pay: docs/scoring.md "Pay". At least one chunk fits.
bool valid(const SampleRules& s, const ChunkRules& c) {
    return within(s.characters_max, c.weight_max, 1ULL << 36U);
}

bool valid(const PayRules& p) {
    const bool by_share = p.mode == PayMode::kByShare;
    if (!by_share && p.mode != PayMode::kByAmount) return false;
    return (by_share ? p.novel_mass_reference == 0
                     : within(p.novel_mass_reference, 1, 1ULL << 36U)) &&
           within(p.novel_mass_min, 1, 1ULL << 36U) && within(p.quality_min_q16, 0, 65'535) &&
           within(p.quality_full_q16, p.quality_min_q16 + 1ULL, 65'536);
}

/// A flat JSON object in canonical form: the caller adds keys in sorted order.
class CanonicalObject {
  public:
    void number(std::string_view key, std::int64_t value) { raw(key, std::to_string(value)); }
    void text(std::string_view key, std::string_view value) {
        raw(key, '"' + std::string{value} + '"');
    }
    void raw(std::string_view key, std::string_view value) {
        PRAMANA_CHECK(last_ < key);
        last_ = key;
        out_ += out_.empty() ? '{' : ',';
        out_.append("\"").append(key).append("\":").append(value);
    }
    [[nodiscard]] std::string finish() && { return (out_.empty() ? "{" : std::move(out_)) + '}'; }

  private:
    std::string out_;
    std::string last_;
};

/// A part of numbers only.
template <class Part>
std::string text_of(const Part& part) {
    CanonicalObject o;
    each_number(part, [&o](std::string_view name, auto value) {
        o.number(name, static_cast<std::int64_t>(value));
    });
    return std::move(o).finish();
}

/// Its numbers, the wanted languages, and the digest of the tables that tell languages.
std::string text_of(const QualityRules& rules) {
    CanonicalObject o;
    std::string languages;
    for (const std::string& language : rules.languages)
        languages.append(languages.empty() ? "\"" : ",\"").append(language).append("\"");
    each_number(rules, [&](std::string_view name, auto value) {
        if (name == "other_languages") {
            o.raw("languages", '[' + languages + ']');
            o.text("languages_sha256", to_hex(language_tables_sha256().view()));
        }
        o.number(name, static_cast<std::int64_t>(value));
    });
    return std::move(o).finish();
}

/// By amount, its numbers; by share, the mode too and no N_ref.
std::string text_of(const PayRules& rules) {
    const bool by_share = rules.mode == PayMode::kByShare;
    CanonicalObject o;
    if (by_share) o.number("mode", static_cast<std::int64_t>(rules.mode));
    each_number(rules, [&](std::string_view name, auto value) {
        if (by_share && name == "novel_mass_reference") return;
        o.number(name, static_cast<std::int64_t>(value));
    });
    return std::move(o).finish();
}

/// An object from name to digest.
std::string text_of(const std::vector<PublicText>& texts) {
    CanonicalObject o;
    for (const PublicText& text : texts) o.text(text.name, to_hex(text.sha256.view()));
    return std::move(o).finish();
}

/// What of these rules goes into a corpus; thresholds do not.
std::string kept_of(const NoveltyRules& n) {
    CanonicalObject o;
    o.number("numbers_words_min", n.numbers_words_min);
    o.number("sentence_characters_min", n.sentence_characters_min);
    o.number("sentence_words_min", n.sentence_words_min);
    o.number("set_modulus", n.set_modulus);
    o.number("set_words", n.set_words);
    o.number("set_words_min", n.set_words_min);
    o.number("version", n.version);
    return std::move(o).finish();
}

/// Names of a set, ascending, as a JSON array.
template <class Enum, std::size_t kCount>
std::string names_text(std::uint32_t set) {
    std::string out = "[";
    for (std::size_t i = 0; i < kCount; ++i) {
        if ((set >> i & 1U) == 0) continue;
        out.append(out.size() > 1 ? ",\"" : "\"").append(name_of(static_cast<Enum>(i))) += '"';
    }
    return out + ']';
}

std::string text_of(const AcceptRules& accept) {
    CanonicalObject parts;
    for (std::size_t i = 0; i < kAcceptedFormats; ++i)
        if (accept.parts[i] != 0)
            parts.raw(name_of(static_cast<AcceptedFormat>(i)),
                      names_text<Part, kParts>(accept.parts[i]));
    CanonicalObject o;
    o.number("authentic", accept.authentic);
    o.raw("formats", names_text<AcceptedFormat, kAcceptedFormats>(accept.formats));
    o.raw("parts", std::move(parts).finish());
    o.number("version", accept.version);
    return std::move(o).finish();
}

}  // namespace

bool is_ruleset_name(std::string_view name) noexcept {
    return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

bool is_corpus_scope(std::string_view corpus) noexcept {
    if (corpus == kOwnCorpus) return true;
    return corpus.starts_with(kSharedPrefix) &&
           is_ruleset_name(corpus.substr(kSharedPrefix.size()));
}

Ruleset::Ruleset(RulesetValues values) : values_{std::move(values)} {
    digest_ = sha256(canonical_text());
}

Result<Ruleset> Ruleset::make(RulesetValues values) {
    const bool good = is_ruleset_name(values.name) && is_corpus_scope(values.corpus) &&
                      values.spec == 1 && valid(values.extract) && valid(values.chunk) &&
                      valid(values.lexical) && valid(values.table) &&
                      valid(values.novelty, values.lexical) && valid(values.semantic) &&
                      valid(values.public_texts) && valid(values.sample, values.chunk) &&
                      valid(values.pay) && valid(values.quality) && valid(values.ownership);
    if (!good) return Error{Errc::kRulesetInvalid, "scoring.ruleset.make"};
    return Ruleset{std::move(values)};
}

std::string Ruleset::canonical_text() const {
    CanonicalObject o;
    if (values_.extract.accept.version > 1) o.raw("accept", text_of(values_.extract.accept));
    o.raw("chunk", text_of(values_.chunk));
    o.text("corpus", values_.corpus);
    o.raw("extract", text_of(values_.extract));
    if (values_.extract.formats.version > 1) o.raw("formats", text_of(values_.extract.formats));
    o.raw("lexical", text_of(values_.lexical));
    o.text("model_sha256", to_hex(values_.model_sha256.view()));
    o.text("name", values_.name);
    if (values_.novelty.version > 1) o.raw("novelty", text_of(values_.novelty));
    if (values_.ownership.version > 1) o.raw("ownership", text_of(values_.ownership));
    o.raw("pay", text_of(values_.pay));
    o.raw("public_texts", text_of(values_.public_texts));
    const bool old_quality = values_.quality.version == 1;
    o.raw("quality", old_quality ? quality_profiles_text() : quality_rules_text());
    if (!old_quality) o.raw("quality_rules", text_of(values_.quality));
    o.raw("sample", text_of(values_.sample));
    o.raw("semantic", text_of(values_.semantic));
    o.number("spec", values_.spec);
    o.raw("table", text_of(values_.table));
    if (values_.terms_sha256) o.text("terms_sha256", to_hex(values_.terms_sha256->view()));
    o.text("unicode_sha256", to_hex(values_.unicode_sha256.view()));
    return std::move(o).finish();
}

Hash32 Ruleset::entry_digest() const {
    CanonicalObject gates;
    gates.number("continued_max_q16", values_.semantic.continued_max_q16);
    gates.number("letters_min_q16", values_.semantic.letters_min_q16);
    gates.number("pieces_min", values_.semantic.pieces_min);
    gates.number("unknown_max_q16", values_.semantic.unknown_max_q16);
    CanonicalObject o;
    o.raw("chunk", text_of(values_.chunk));
    o.raw("lexical", text_of(values_.lexical));
    o.text("model_sha256", to_hex(values_.model_sha256.view()));
    if (values_.novelty.version > 1) o.raw("novelty", kept_of(values_.novelty));
    o.raw("semantic", std::move(gates).finish());
    o.number("spec", values_.spec);
    o.raw("table", text_of(values_.table));
    o.text("unicode_sha256", to_hex(values_.unicode_sha256.view()));
    return sha256(std::move(o).finish());
}

std::string_view Ruleset::shared_corpus() const noexcept {
    const std::string_view corpus = values_.corpus;
    return corpus == kOwnCorpus ? std::string_view{} : corpus.substr(kSharedPrefix.size());
}

}  // namespace pramana::scoring
