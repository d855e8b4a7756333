#include "canonical/unicode_tables.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/scoring/ruleset.hpp"

#include <limits>
#include <utility>

namespace pramana::scoring {
namespace {

constexpr std::size_t kDepthMax = 4;
constexpr Error kInvalid{Errc::kRulesetInvalid, "scoring.ruleset.parse"};

/// Reads members of an object. Loose on purpose: what is missing or of another kind leaves its
/// default, and parse() writes the result again and compares, so nothing but the one text form of a
/// ruleset gets through.
class Members {
  public:
    explicit Members(std::optional<JsonView> object) : object_{object} {}
    [[nodiscard]] Members object(std::string_view key) const { return Members{at(key)}; }
    [[nodiscard]] std::string text(std::string_view key) const {
        const std::optional<JsonView> value = at(key);
        return value ? value->text().value_or("") : "";
    }
    [[nodiscard]] Hash32 hash(std::string_view key) const {
        return fixed_from_hex<Hash32>(text(key)).value_or(Hash32{});
    }
    /// An object from names to digests.
    [[nodiscard]] std::vector<PublicText> public_texts(std::string_view key) const {
        std::vector<PublicText> out;
        const std::optional<JsonView> value = at(key);
        if (!value) return out;
        for (const JsonView::Member& member : value->members()) {
            const std::string digest = member.value.text().value_or("");
            out.push_back({member.name, fixed_from_hex<Hash32>(digest).value_or(Hash32{})});
        }
        return out;
    }
    template <class Number>
    void read(std::string_view key, Number& out) const {
        const std::optional<JsonView> value = at(key);
        const std::uint64_t number = value ? value->whole_number().value_or(0) : 0;
        const bool fits = number <= static_cast<std::uint64_t>(std::numeric_limits<Number>::max());
        out = fits ? static_cast<Number>(number) : Number{};
    }

  private:
    [[nodiscard]] std::optional<JsonView> at(std::string_view key) const {
        return object_ ? object_->member(key) : std::nullopt;
    }
    std::optional<JsonView> object_;
};

void read(const Members& from, ExtractLimits& e) {
    from.read("expanded_bytes_max", e.expanded_bytes_max);
    from.read("expansion_ratio_max", e.expansion_ratio_max);
    from.read("members_max", e.members_max);
    from.read("json_depth_max", e.json_depth_max);
    from.read("records_max", e.records_max);
    from.read("table_cell_words", e.table_cell_words);
    from.read("table_rows_min", e.table_rows_min);
}

void read(const Members& from, ChunkRules& c) {
    from.read("pieces_min", c.pieces_min);
    from.read("boundary_pieces_min", c.boundary_pieces_min);
    from.read("pieces_max", c.pieces_max);
    from.read("boundary_words", c.boundary_words);
    from.read("boundary_modulus", c.boundary_modulus);
    from.read("characters_max", c.characters_max);
    from.read("weight_max", c.weight_max);
    from.read("chunks_max", c.chunks_max);
}

void read(const Members& from, LexicalRules& l) {
    from.read("shingle_words", l.shingle_words);
    from.read("window", l.window);
    from.read("gram_characters", l.gram_characters);
    from.read("gram_characters_spaced", l.gram_characters_spaced);
    from.read("words_min", l.words_min);
}

void read(const Members& from, TableRules& t) {
    from.read("alone_characters_min", t.alone_characters_min);
    from.read("key_values", t.key_values);
    from.read("repeated_rows_min", t.repeated_rows_min);
    from.read("repeated_share", t.repeated_share);
    from.read("rows_max", t.rows_max);
    from.read("three_characters_min", t.three_characters_min);
    from.read("two_characters_min", t.two_characters_min);
}

void read(const Members& from, SemanticRules& s) {
    from.read("strict_low", s.strict_low);
    from.read("strict_high", s.strict_high);
    from.read("corroborated_low", s.corroborated_low);
    from.read("corroborated_high", s.corroborated_high);
    from.read("corroborated_dot_min", s.corroborated_dot_min);
    from.read("overlap_weight", s.overlap_weight);
    from.read("overlap_words_min", s.overlap_words_min);
    from.read("pieces_min", s.pieces_min);
    from.read("unknown_max_q16", s.unknown_max_q16);
    from.read("letters_min_q16", s.letters_min_q16);
}

void read(const Members& from, PayRules& p) {
    from.read("novel_mass_reference", p.novel_mass_reference);
    from.read("novel_mass_min", p.novel_mass_min);
    from.read("quality_min_q16", p.quality_min_q16);
    from.read("quality_full_q16", p.quality_full_q16);
}

}  // namespace

Result<Ruleset> Ruleset::parse(std::string_view text) {
    const Result<JsonView> json = read_json(text, kDepthMax);
    if (!json) return kInvalid;
    const Members members{*json};
    RulesetValues values;
    values.name = members.text("name");
    values.corpus = members.text("corpus");
    members.read("spec", values.spec);
    values.unicode_sha256 = members.hash("unicode_sha256");
    values.model_sha256 = members.hash("model_sha256");
    read(members.object("extract"), values.extract);
    read(members.object("chunk"), values.chunk);
    read(members.object("lexical"), values.lexical);
    read(members.object("table"), values.table);
    read(members.object("semantic"), values.semantic);
    read(members.object("pay"), values.pay);
    values.public_texts = members.public_texts("public_texts");
    // The tables are the code's own: a ruleset over others would be scored with the wrong ones.
    if (values.unicode_sha256 != unicode::kSha256) return kInvalid;
    Result<Ruleset> ruleset = make(std::move(values));
    if (!ruleset || ruleset->canonical_text() != text) return kInvalid;
    return ruleset;
}

}  // namespace pramana::scoring
