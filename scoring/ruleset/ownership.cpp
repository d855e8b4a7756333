#include "ruleset/ownership.hpp"

#include "pramana/core/canonical_json.hpp"
#include "pramana/core/hex.hpp"
#include "ruleset/name.hpp"

#include <algorithm>
#include <limits>

namespace pramana::scoring {
namespace {

constexpr std::uint64_t kDay = 86'400;
constexpr std::uint64_t kDaysMax = 366;
constexpr std::uint64_t kDaysUsual = 30;
constexpr std::uint32_t kEveryMethod = (1U << std::size(kOwnershipMethods)) - 1;
constexpr std::size_t kNameMax = 64;

template <class Value>
bool is_list(const std::vector<Value>& list) {
    return !list.empty() && list.size() <= kOwnershipListMax &&
           std::ranges::adjacent_find(list, std::greater_equal<>{}) == list.end();
}

/// A list of different texts of a builder's file, each of which `take` likes.
template <class Value, class Take>
void read_list(FileSection& section, std::string_view name, const std::string& wanted, Take take,
               std::vector<Value>& out) {
    const JsonNode* const given = section.find(name);
    if (given == nullptr) return section.complain(name, "is missing", wanted);
    if (given->kind != JsonKind::kArray || given->items.empty() ||
        given->items.size() > kOwnershipListMax)
        return section.complain(name, "must be a list of 1 to " + std::to_string(kOwnershipListMax),
                                wanted);
    for (const JsonNode& item : given->items) {
        const std::optional<Value> value =
            item.kind == JsonKind::kString && item.text.size() <= kNameMax ? take(item.text)
                                                                           : std::nullopt;
        if (!value) return section.complain(name, "has something else in it", wanted);
        if (std::ranges::find(out, *value) != out.end())
            return section.complain(name, "names one twice", wanted);
        out.push_back(*value);
    }
    std::ranges::sort(out);
}

}  // namespace

bool valid(const OwnershipRules& rules) {
    if (rules.version == 1) return rules == OwnershipRules{};
    return rules.version == kOwnershipVersion && rules.methods != 0 &&
           rules.methods <= kEveryMethod && rules.age_s_max >= kDay &&
           rules.age_s_max <= kDaysMax * kDay && is_list(rules.providers) &&
           std::ranges::all_of(rules.providers, is_ruleset_name) && is_list(rules.witnesses) &&
           !rules.witnesses.front().is_zero();
}

std::string text_of(const OwnershipRules& rules) {
    std::vector<std::string> methods, witnesses;
    for (std::size_t i = 0; i < std::size(kOwnershipMethods); ++i)
        if ((rules.methods >> i & 1U) != 0) methods.emplace_back(kOwnershipMethods[i]);
    witnesses.reserve(rules.witnesses.size());
    for (const Address& witness : rules.witnesses) witnesses.push_back(to_hex0x(witness.view()));
    pramana::CanonicalObject json;
    json.number("age_s_max", rules.age_s_max)
        .texts("methods", methods)
        .texts("providers", rules.providers)
        .number("version", rules.version)
        .texts("witnesses", witnesses);
    if (rules.content) json.flag("content", true);
    return json.str();
}

OwnershipRules ownership_of(const std::optional<JsonView>& object) {
    const CanonicalMembers json{object};
    OwnershipRules rules;
    const std::uint64_t version = json.u64("version");
    // Version 1 is not in the text: whatever stands there has to be another.
    rules.version = version > std::numeric_limits<std::uint32_t>::max() || version == 1
                        ? 0
                        : static_cast<std::uint32_t>(version);
    rules.content = json.flag("content");
    rules.age_s_max = json.u64("age_s_max");
    rules.providers = json.texts("providers");
    for (const std::string& name : json.texts("methods"))
        for (std::size_t i = 0; i < std::size(kOwnershipMethods); ++i)
            if (name == kOwnershipMethods[i]) rules.methods |= 1U << i;
    for (const std::string& text : json.texts("witnesses"))
        rules.witnesses.push_back(fixed_from_hex<Address>(text).value_or(Address{}));
    return rules;
}

void read_ownership(FileSection& file, OwnershipRules& rules) {
    if (file.find("ownership") == nullptr) return;
    FileSection section = file.object("ownership");
    OwnershipRules read;
    read.version = kOwnershipVersion;
    read_list(
        section, "witnesses", "Addresses of those whose statements count: [\"0x…\"].",
        [](const std::string& text) {
            const Result<Address> address = fixed_from_hex<Address>(text);
            return address && !address->is_zero() ? std::optional{*address} : std::nullopt;
        },
        read.witnesses);
    read_list(
        section, "providers",
        "Names of 1 to 32 small letters, digits and hyphens, as the witnesses write them: "
        "[\"chatgpt\"].",
        [](const std::string& text) {
            return is_ruleset_name(text) ? std::optional{text} : std::nullopt;
        },
        read.providers);
    section.choices("methods", kOwnershipMethods,
                    [&](std::size_t index) { read.methods |= 1U << index; });
    if (read.methods == 0) read.methods = kEveryMethod;
    read.content = section.flag("content").value_or(false);
    std::uint64_t days = kDaysUsual;
    section.whole("days_max", 1, kDaysMax, days);
    read.age_s_max = days * kDay;
    section.done();
    rules = std::move(read);
}

}  // namespace pramana::scoring
