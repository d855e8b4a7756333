#include "ruleset/file_section.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/nearest.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace pramana::scoring {
namespace {

/// What people who know the documents of others may write, and what it is called here.
constexpr std::pair<std::string_view, std::string_view> kAliases[] = {
    {"N_ref", "characters_full"}, {"n_ref", "characters_full"},
    {"N_min", "characters_min"},  {"n_min", "characters_min"},
    {"q_min", "quality_min"},     {"q_full", "quality_full"},
    {"fields", "parts"},          {"required", "parts"},
    {"format", "formats"},        {"terms", "terms_sha256"},
    {"language", "languages"},    {"references", "public_texts"},
    {"comment", "description"},   {"title", "name"},
    {"payment", "pay"},
};

std::size_t characters_in(std::string_view text) noexcept {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
    }));
}

std::string_view name_of(JsonKind kind) noexcept {
    switch (kind) {
        case JsonKind::kNull: return "null";
        case JsonKind::kBool: return "true or false";
        case JsonKind::kNumber: return "a number";
        case JsonKind::kString: return "a text";
        case JsonKind::kArray: return "a list";
        case JsonKind::kObject: return "an object";
    }
    return "something else";
}

std::string found(const JsonNode& value) {
    return "Here is " + std::string{name_of(value.kind)} + '.';
}

}  // namespace

std::string list_of(std::span<const std::string_view> names) {
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) out += i + 1 < names.size() ? ", " : " or ";
        out += names[i];
    }
    return out;
}

std::string milli_text(std::uint64_t milli) {
    std::string out = std::to_string(milli / 1000);
    std::string fraction = std::to_string(1000 + milli % 1000).substr(1);
    while (fraction.ends_with('0')) fraction.pop_back();
    return fraction.empty() ? out : out + '.' + fraction;
}

FileSection::FileSection(const JsonNode* object, std::string path, std::size_t at,
                         std::vector<TextProblem>& problems)
    : object_{object}, path_{std::move(path)}, at_{at}, problems_{problems} {
    if (object_ != nullptr && object_->kind != JsonKind::kObject) {
        problems_.push_back({at_, path_, "must be an object", found(*object_)});
        object_ = nullptr;
    }
}

std::string FileSection::path_of(std::string_view name) const {
    if (name.empty()) return path_;
    return path_.empty() ? std::string{name} : path_ + '.' + std::string{name};
}

const JsonNode* FileSection::find(std::string_view name) {
    known_.emplace_back(name);
    const JsonNode::Member* const member = object_ == nullptr ? nullptr : object_->member(name);
    return member == nullptr ? nullptr : &member->value;
}

void FileSection::complain(std::string_view name, std::string sentence, std::string hint) {
    const JsonNode::Member* const member =
        object_ == nullptr || name.empty() ? nullptr : object_->member(name);
    problems_.push_back({member == nullptr ? at_ : member->value.at, path_of(name),
                         std::move(sentence), std::move(hint)});
}

FileSection FileSection::object(std::string_view name) {
    const JsonNode* const value = find(name);
    return {value, path_of(name), value == nullptr ? at_ : value->at, problems_};
}

std::optional<std::uint64_t> FileSection::whole_number(std::string_view name, std::uint64_t least,
                                                       std::uint64_t most) {
    const JsonNode* const value = find(name);
    if (value == nullptr) return std::nullopt;
    const std::string wanted =
        "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most);
    if (value->kind != JsonKind::kNumber) {
        complain(name, wanted, found(*value));
        return std::nullopt;
    }
    const std::optional<Decimal> decimal = decimal_in(value->text);
    const std::optional<std::uint64_t> number = decimal ? decimal->whole() : std::nullopt;
    if (number && *number >= least && *number <= most) return number;
    complain(name, wanted, "Here is " + value->text.substr(0, 40) + '.');
    return std::nullopt;
}

std::optional<std::uint64_t> FileSection::scaled_number(std::string_view name,
                                                        std::uint64_t least_milli,
                                                        std::uint64_t most_milli,
                                                        std::uint64_t scale) {
    const JsonNode* const value = find(name);
    if (value == nullptr) return std::nullopt;
    const std::string wanted =
        "must be a number from " + milli_text(least_milli) + " to " + milli_text(most_milli);
    if (value->kind != JsonKind::kNumber) {
        complain(name, wanted, found(*value));
        return std::nullopt;
    }
    const std::optional<Decimal> decimal = decimal_in(value->text);
    if (!decimal) {
        complain(name, "has more than " + std::to_string(Decimal::kDigitsMax) + " digits",
                 "Three digits behind the point are plenty.");
        return std::nullopt;
    }
    const std::optional<Decimal::Scaled> milli = decimal->scaled(1000);
    const bool below = !milli || milli->floor < least_milli;
    const bool above =
        !milli || milli->floor > most_milli || (milli->floor == most_milli && !milli->exact);
    if (!below && !above) return decimal->scaled(scale)->nearest();
    complain(name, wanted, "Here is " + value->text.substr(0, 40) + '.');
    return std::nullopt;
}

std::optional<bool> FileSection::flag(std::string_view name) {
    const JsonNode* const value = find(name);
    if (value == nullptr) return std::nullopt;
    if (value->kind == JsonKind::kBool) return value->flag;
    complain(name, "must be true or false", found(*value));
    return std::nullopt;
}

std::optional<std::string> FileSection::text(std::string_view name, std::size_t most) {
    const JsonNode* const value = find(name);
    if (value == nullptr) return std::nullopt;
    if (value->kind == JsonKind::kString && characters_in(value->text) <= most) return value->text;
    complain(name, "must be a text of at most " + std::to_string(most) + " characters",
             value->kind == JsonKind::kString ? std::string{} : found(*value));
    return std::nullopt;
}

std::optional<std::size_t> FileSection::choice_of(const JsonNode& value, const std::string& path,
                                                  std::span<const std::string_view> choices) {
    if (value.kind == JsonKind::kString) {
        const auto known = std::find(choices.begin(), choices.end(), value.text);
        if (known != choices.end()) return static_cast<std::size_t>(known - choices.begin());
    }
    std::string hint;
    if (value.kind != JsonKind::kString)
        hint = found(value);
    else if (const auto near = nearest(value.text, choices))
        hint = "Did you mean \"" + std::string{*near} + "\"?";
    problems_.push_back({value.at, path, "must be " + list_of(choices), std::move(hint)});
    return std::nullopt;
}

std::optional<std::size_t> FileSection::choice(std::string_view name,
                                               std::span<const std::string_view> choices) {
    const JsonNode* const value = find(name);
    return value == nullptr ? std::nullopt : choice_of(*value, path_of(name), choices);
}

void FileSection::choices(std::string_view name, std::span<const std::string_view> choices,
                          const std::function<void(std::size_t)>& visit) {
    const JsonNode* const value = find(name);
    if (value == nullptr) return;
    if (value->kind != JsonKind::kArray || value->items.empty())
        return complain(
            name, "must be a list with at least one of " + list_of(choices),
            value->kind == JsonKind::kArray ? "An empty list allows nothing." : found(*value));
    std::vector<std::size_t> seen;
    for (std::size_t i = 0; i < value->items.size(); ++i) {
        const std::string path = path_of(name) + '[' + std::to_string(i) + ']';
        const std::optional<std::size_t> index = choice_of(value->items[i], path, choices);
        if (!index) continue;
        if (std::find(seen.begin(), seen.end(), *index) != seen.end())
            problems_.push_back({value->items[i].at, path, "stands twice", "Keep one of them."});
        seen.push_back(*index);
        visit(*index);
    }
}

std::optional<Hash32> FileSection::hash(std::string_view name) {
    const JsonNode* const value = find(name);
    if (value == nullptr) return std::nullopt;
    if (value->kind == JsonKind::kString) {
        std::string hex = value->text.starts_with("0x") ? value->text.substr(2) : value->text;
        std::transform(hex.begin(), hex.end(), hex.begin(),
                       [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
        const Result<Hash32> hash = fixed_from_hex<Hash32>(hex);
        if (hash && hex.size() == 2 * Hash32::kSize) return *hash;
    }
    complain(name, "must be a SHA-256: 64 hexadecimal digits",
             value->kind == JsonKind::kString ? "`sha256sum FILE` prints it." : found(*value));
    return std::nullopt;
}

void FileSection::done() {
    if (object_ == nullptr) return;
    const std::vector<std::string_view> known(known_.begin(), known_.end());
    for (const JsonNode::Member& member : object_->members) {
        if (std::find(known.begin(), known.end(), member.name) != known.end()) continue;
        const auto alias = std::find_if(std::begin(kAliases), std::end(kAliases),
                                        [&](const auto& a) { return a.first == member.name; });
        const bool aliased = alias != std::end(kAliases) &&
                             std::find(known.begin(), known.end(), alias->second) != known.end();
        const std::optional<std::string_view> near =
            aliased ? std::optional{alias->second} : nearest(member.name, known);
        problems_.push_back({member.at, path_of(member.name),
                             "is no member that a ruleset has here",
                             near ? "Did you mean \"" + std::string{*near} + "\"?"
                                  : "Here are: " + list_of(known) + '.'});
    }
}

}  // namespace pramana::scoring
