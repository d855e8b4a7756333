#include "findings.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"

#include <algorithm>

namespace pramana::app {
namespace {

std::string_view word_of(Finding finding) {
    switch (finding) {
        case Finding::kEqual: return "ok";
        case Finding::kDiffers: return "DIFFERS";
        case Finding::kUnchecked: return "unchecked";
    }
    return "";
}

std::string_view json_word_of(Finding finding) {
    return finding == Finding::kDiffers ? "differs" : word_of(finding);
}

/// "chunk 7, codes", "keyed_trace".
std::string place_of(const FindingRow& row) {
    std::string text = row.chunk ? "chunk " + std::to_string(*row.chunk) + ", " : "";
    return text + std::string{row.name};
}

/// A digest for the eye; --json has all of it.
std::string short_text(const std::string& text) {
    constexpr std::size_t kDigestText = 2 + 2 * Hash32::kSize;
    constexpr std::size_t kShown = 18;
    return text.size() == kDigestText && text.starts_with("0x") ? text.substr(0, kShown) + "..."
                                                                : text;
}

std::string difference_of(const FindingRow& row) {
    const std::string expected = short_text(row.expected);
    const bool tell_apart = expected != short_text(row.found);
    std::string text = "the proof has " + (tell_apart ? expected : row.expected) + ", here it is " +
                       (tell_apart ? short_text(row.found) : row.found);
    if (!row.detail.empty()) text += "; " + row.detail;
    return text;
}

std::string json_of_row(const FindingRow& row) {
    JsonObject json;
    json.text("name", row.name).text("result", json_word_of(row.finding));
    if (row.chunk) json.number("chunk", *row.chunk);
    if (row.finding == Finding::kDiffers)
        json.text("expected", row.expected).text("found", row.found);
    if (!row.detail.empty()) json.text("detail", row.detail);
    return json.str();
}

}  // namespace

bool Findings::compare(std::string_view name, const std::string& expected,
                       const std::string& found) {
    const bool same = expected == found;
    rows_.push_back({.name = name,
                     .finding = same ? Finding::kEqual : Finding::kDiffers,
                     .chunk = std::nullopt,
                     .expected = expected,
                     .found = found,
                     .detail = same ? found : std::string{}});
    return same;
}

bool Findings::compare(std::string_view name, const Hash32& expected, const Hash32& found) {
    return compare(name, to_hex0x(expected.view()), to_hex0x(found.view()));
}

bool Findings::compare(std::string_view name, std::uint64_t expected, std::uint64_t found) {
    return compare(name, std::to_string(expected), std::to_string(found));
}

void Findings::equal(std::string_view name, std::string detail) {
    rows_.push_back({.name = name,
                     .finding = Finding::kEqual,
                     .chunk = std::nullopt,
                     .expected = {},
                     .found = {},
                     .detail = std::move(detail)});
}

void Findings::differs(FindingRow row) {
    row.finding = Finding::kDiffers;
    rows_.push_back(std::move(row));
}

void Findings::unchecked(std::string_view name, std::string why) {
    rows_.push_back({.name = name,
                     .finding = Finding::kUnchecked,
                     .chunk = std::nullopt,
                     .expected = {},
                     .found = {},
                     .detail = std::move(why)});
}

const FindingRow* Findings::first_difference() const noexcept {
    const auto found = std::find_if(rows_.begin(), rows_.end(), [](const FindingRow& row) {
        return row.finding == Finding::kDiffers;
    });
    return found == rows_.end() ? nullptr : &*found;
}

const FindingRow* Findings::first_chunk() const noexcept {
    const auto found = std::find_if(rows_.begin(), rows_.end(), [](const FindingRow& row) {
        return row.finding == Finding::kDiffers && row.chunk;
    });
    return found == rows_.end() ? nullptr : &*found;
}

std::string lines_of(const Findings& findings) {
    constexpr std::size_t kWordColumn = 11;
    constexpr std::size_t kNameColumn = 20;
    std::string text;
    std::size_t equal = 0, unchecked = 0;
    for (const FindingRow& row : findings.rows()) {
        std::string line{word_of(row.finding)};
        line.resize(kWordColumn, ' ');
        line += place_of(row);
        line.resize(std::max(line.size() + 1, kWordColumn + kNameColumn), ' ');
        line += row.finding == Finding::kDiffers ? difference_of(row) : short_text(row.detail);
        text += line + '\n';
        equal += row.finding == Finding::kEqual ? 1 : 0;
        unchecked += row.finding == Finding::kUnchecked ? 1 : 0;
    }
    if (const FindingRow* first = findings.first_difference()) {
        text += "first difference: " + place_of(*first) + ": " + difference_of(*first) + '\n';
        const FindingRow* const chunk = findings.first_chunk();
        if (chunk != nullptr && chunk != first)
            text += "first chunk that differs: " + place_of(*chunk) + '\n';
        return text;
    }
    text += "equal: all " + std::to_string(equal) + " values that could be checked are the proof's";
    if (unchecked > 0) text += "; " + std::to_string(unchecked) + " could not be";
    return text + '\n';
}

std::string json_of(const Findings& findings) {
    std::string rows = "[";
    for (const FindingRow& row : findings.rows())
        rows += (rows.size() > 1 ? "," : "") + json_of_row(row);
    const FindingRow* const first = findings.first_difference();
    const FindingRow* const chunk = findings.first_chunk();
    return JsonObject{}
               .flag("equal", first == nullptr)
               .raw("first_difference", first == nullptr ? "null" : json_of_row(*first))
               .raw("first_chunk", chunk == nullptr ? "null" : json_of_row(*chunk))
               .raw("checks", rows + ']')
               .str() +
           '\n';
}

}  // namespace pramana::app
