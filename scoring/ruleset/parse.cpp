#include "canonical/unicode_tables.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/scoring/ruleset.hpp"
#include "ruleset/fields.hpp"
#include "ruleset/ownership.hpp"

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
    /// The set of the names in a list; one that is unknown is left out.
    template <class Named>
    [[nodiscard]] std::uint32_t set(std::string_view key, Named named) const {
        std::uint32_t bits = 0;
        const std::optional<JsonView> value = at(key);
        if (!value) return bits;
        for (const JsonView& item : value->items())
            if (const auto known = named(item.text().value_or(""))) bits |= bit_of(*known);
        return bits;
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
    [[nodiscard]] std::vector<std::string> texts(std::string_view key) const {
        std::vector<std::string> out;
        const std::optional<JsonView> value = at(key);
        if (!value) return out;
        for (const JsonView& item : value->items()) out.push_back(item.text().value_or(""));
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

template <class Part>
void read(const Members& from, Part& part) {
    each_number(part, [&from](std::string_view name, auto& number) { from.read(name, number); });
}

AcceptRules accept_of(const Members& from) {
    AcceptRules accept;
    from.read("version", accept.version);
    from.read("authentic", accept.authentic);
    accept.formats = from.set("formats", accepted_format_named);
    const Members parts = from.object("parts");
    for (std::size_t i = 0; i < kAcceptedFormats; ++i)
        accept.parts[i] =
            static_cast<PartBits>(parts.set(name_of(static_cast<AcceptedFormat>(i)), part_named));
    return accept;
}

/// Mode 1 is not in the text: whatever stands there has to be another.
PayMode pay_mode_of(const Members& pay) {
    std::uint32_t mode = 0;
    pay.read("mode", mode);
    return mode == 0 ? PayMode::kByAmount : PayMode{mode};
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
    if (json->member("formats")) read(members.object("formats"), values.extract.formats);
    if (json->member("quality_rules")) {
        const Members quality = members.object("quality_rules");
        read(quality, values.quality);
        values.quality.languages = quality.texts("languages");
    }
    if (json->member("accept")) values.extract.accept = accept_of(members.object("accept"));
    if (json->member("terms_sha256")) values.terms_sha256 = members.hash("terms_sha256");
    read(members.object("chunk"), values.chunk);
    read(members.object("lexical"), values.lexical);
    read(members.object("table"), values.table);
    if (json->member("novelty")) read(members.object("novelty"), values.novelty);
    read(members.object("semantic"), values.semantic);
    read(members.object("sample"), values.sample);
    read(members.object("pay"), values.pay);
    values.pay.mode = pay_mode_of(members.object("pay"));
    values.public_texts = members.public_texts("public_texts");
    if (json->member("ownership")) values.ownership = ownership_of(json->member("ownership"));
    // The tables are the code's own: a ruleset over others would be scored with the wrong ones.
    if (values.unicode_sha256 != unicode::kSha256) return kInvalid;
    Result<Ruleset> ruleset = make(std::move(values));
    if (!ruleset || ruleset->canonical_text() != text) return kInvalid;
    return ruleset;
}

}  // namespace pramana::scoring
