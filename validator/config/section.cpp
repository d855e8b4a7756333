#include "section.hpp"

#include "pramana/core/hex.hpp"

#include <algorithm>
#include <numeric>

namespace pramana::config {
namespace {

/// Levenshtein distance; the names are short.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

std::string nearest(std::string_view name, const std::vector<std::string>& known) {
    std::string best;
    std::size_t least = std::max<std::size_t>(2, name.size() / 3) + 1;
    for (const std::string& candidate : known) {
        const std::size_t distance = edit_distance(name, candidate);
        if (distance < least) {
            least = distance;
            best = candidate;
        }
    }
    return best;
}

/// A decimal number below 2^256 as the chain writes it.
std::optional<Word256> wei_from_decimal(std::string_view text) {
    Word256 word;
    if (text.empty() || text.size() > 78) return std::nullopt;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        unsigned carry = static_cast<unsigned>(c - '0');
        for (std::size_t i = word.bytes.size(); i-- > 0;) {
            carry += word.bytes[i] * 10U;
            word.bytes[i] = static_cast<std::uint8_t>(carry & 0xFFU);
            carry >>= 8U;
        }
        if (carry != 0) return std::nullopt;
    }
    return word;
}

}  // namespace

Section::Section(std::optional<JsonView> object, std::string path, std::vector<Problem>& problems)
    : object_{object}, path_{std::move(path)}, problems_{problems} {
    if (object_ && object_->kind() != JsonKind::kObject) {
        problems_.push_back({path_, "must be an object"});
        object_.reset();
    }
}

Word256 Section::wei_or(std::string_view name, const std::string& fallback) {
    const std::optional<Word256> wei = wei_from_decimal(text_or(name, fallback));
    if (!wei) complain(name, "must be a decimal number in quotes, below 2^256");
    return wei.value_or(Word256{});
}

std::string Section::path_of(std::string_view name) const {
    std::string path = path_;
    if (!path.empty() && !name.empty()) path += '.';
    path += name;
    return path;
}

void Section::complain(std::string_view name, std::string sentence) {
    problems_.push_back({path_of(name), std::move(sentence)});
}

std::optional<JsonView> Section::find(std::string_view name) {
    known_.emplace_back(name);
    return object_ ? object_->member(name) : std::nullopt;
}

std::optional<JsonView> Section::require(std::string_view name) {
    std::optional<JsonView> value = find(name);
    if (!value) complain(name, "is missing");
    return value;
}

bool Section::has(std::string_view name) { return find(name).has_value(); }

bool Section::holds_list(std::string_view name) {
    const std::optional<JsonView> value = find(name);
    return value && value->kind() == JsonKind::kArray;
}

bool Section::holds_empty_text(std::string_view name) {
    const std::optional<JsonView> value = find(name);
    const Result<std::string> text =
        value ? value->text() : Result<std::string>{Error{Errc::kNotFound, "config.text"}};
    return text && text->empty();
}

std::string Section::text(std::string_view name) {
    const std::optional<JsonView> value = require(name);
    if (!value) return {};
    Result<std::string> text = value->text();
    if (!text || text->empty()) {
        complain(name, "must be a text that is not empty");
        return {};
    }
    return *std::move(text);
}

std::string Section::text_or(std::string_view name, std::string fallback) {
    return has(name) ? text(name) : std::move(fallback);
}

bool Section::flag_or(std::string_view name, bool fallback) {
    const std::optional<JsonView> value = find(name);
    if (!value) return fallback;
    const Result<bool> flag = value->boolean();
    if (!flag) complain(name, "must be true or false");
    return flag ? *flag : fallback;
}

std::uint64_t Section::number(std::string_view name, std::uint64_t least, std::uint64_t most) {
    const std::optional<JsonView> value = require(name);
    if (!value) return least;
    const Result<std::uint64_t> number = value->whole_number();
    if (number && *number >= least && *number <= most) return *number;
    complain(name, "must be a whole number from " + std::to_string(least) + " to " +
                       std::to_string(most));
    return least;
}

std::uint64_t Section::number_or(std::string_view name, std::uint64_t fallback, std::uint64_t least,
                                 std::uint64_t most) {
    return has(name) ? number(name, least, most) : fallback;
}

Address Section::address(std::string_view name) {
    const std::size_t before = problems_.size();
    const std::string hex = text(name);
    if (problems_.size() > before) return {};
    const Result<Address> address = fixed_from_hex<Address>(hex);
    if (!address || hex.substr(0, 2) != "0x" || address->is_zero()) {
        complain(name, "must be an address: 0x and 40 hexadecimal characters, not zero");
        return {};
    }
    return *address;
}

std::vector<std::string> Section::texts(std::string_view name, std::size_t least,
                                        std::size_t most) {
    std::vector<std::string> all;
    const std::optional<JsonView> value = find(name);
    const std::vector<JsonView> items = value ? value->items() : std::vector<JsonView>{};
    if ((value && value->kind() != JsonKind::kArray) || items.size() < least ||
        items.size() > most) {
        complain(name, "must be a list of " + std::to_string(least) + " to " +
                           std::to_string(most) + " texts");
        return all;
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
        Result<std::string> text = items[i].text();
        if (!text || text->empty())
            complain(std::string{name} + "[" + std::to_string(i) + "]",
                     "must be a text that is not empty");
        else
            all.push_back(*std::move(text));
    }
    return all;
}

Section Section::object(std::string_view name) {
    return Section{find(name), path_of(name), problems_};
}

void Section::objects(std::string_view name, std::size_t least, std::size_t most,
                      const std::function<void(Section&)>& visit) {
    const std::optional<JsonView> value = find(name);
    const std::vector<JsonView> items = value ? value->items() : std::vector<JsonView>{};
    if ((value && value->kind() != JsonKind::kArray) || items.size() < least ||
        items.size() > most) {
        complain(name, "must be a list of " + std::to_string(least) + " to " +
                           std::to_string(most) + " objects");
        return;
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
        Section section{items[i], path_of(std::string{name} + "[" + std::to_string(i) + "]"),
                        problems_};
        visit(section);
        section.done();
    }
}

std::map<std::string, std::string> Section::named_texts(std::string_view name, std::size_t most) {
    std::map<std::string, std::string> all;
    const std::optional<JsonView> value = find(name);
    if (!value) return all;
    const std::vector<JsonView::Member> members = value->members();
    if (value->kind() != JsonKind::kObject || members.size() > most) {
        complain(name, "must be an object of at most " + std::to_string(most) + " texts");
        return all;
    }
    for (const JsonView::Member& member : members) {
        Result<std::string> text = member.value.text();
        if (member.name.empty() || !text || text->empty())
            complain(std::string{name} + "." + member.name.substr(0, 64),
                     "must be a text that is not empty");
        else
            all.emplace(member.name, *std::move(text));
    }
    return all;
}

std::optional<Hash32> Section::hash_if_any(std::string_view name) {
    if (!has(name)) return std::nullopt;
    const std::size_t before = problems_.size();
    const Result<Hash32> hash = fixed_from_hex<Hash32>(text(name));
    if (problems_.size() == before && !hash)
        complain(name, "must be a SHA-256: 64 hexadecimal characters");
    return hash ? *hash : Hash32{};
}

void Section::done() {
    if (!object_) return;
    for (const JsonView::Member& member : object_->members()) {
        if (std::find(known_.begin(), known_.end(), member.name) != known_.end()) continue;
        const std::string meant = nearest(member.name, known_);
        complain(member.name.substr(0, 64),
                 meant.empty() ? "is not a setting"
                               : "is not a setting; did you mean \"" + meant + "\"?");
    }
}

}  // namespace pramana::config
