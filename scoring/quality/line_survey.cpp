#include "quality/line_survey.hpp"

#include "canonical/unicode.hpp"
#include "chunk/words.hpp"
#include "pramana/core/endian.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace pramana::scoring {
namespace {

enum class Byte : std::uint8_t { kPlain, kCapital, kDigit, kAt, kHash, kDot, kColon };

constexpr std::array<Byte, 256> kBytes = [] {
    std::array<Byte, 256> out{};
    for (std::size_t c = 'A'; c <= 'Z'; ++c) out[c] = Byte::kCapital;
    for (std::size_t c = '0'; c <= '9'; ++c) out[c] = Byte::kDigit;
    out['@'] = Byte::kAt;
    out['#'] = Byte::kHash;
    out['.'] = Byte::kDot;
    out[':'] = Byte::kColon;
    return out;
}();

Byte kind_of(char c) { return kBytes[static_cast<std::uint8_t>(c)]; }

bool joins(char c) {  // letters and digits; what is not ASCII counts as a letter
    return (c >= 'a' && c <= 'z') || kind_of(c) == Byte::kCapital || kind_of(c) == Byte::kDigit ||
           static_cast<std::uint8_t>(c) >= 0x80;
}

bool stands_alone(std::string_view text, std::size_t at) { return at == 0 || !joins(text[at - 1]); }

std::uint64_t hash_of(std::string_view bytes) {
    std::uint64_t hash = bytes.size();
    const auto* at = reinterpret_cast<const std::uint8_t*>(bytes.data());
    std::size_t left = bytes.size();
    for (; left >= 8; left -= 8, at += 8) {
        hash = (hash ^ load_le<std::uint64_t>(at)) * 0x9E3779B97F4A7C15ULL;
        hash ^= hash >> 32U;
    }
    std::uint64_t rest = 0;
    for (std::size_t i = 0; i < left; ++i) rest |= std::uint64_t{at[i]} << (8 * i);
    return chain(hash, rest);
}

constexpr std::string_view kEllipsis = "...";  // canonical text has no other
// Behind what a line of prose ends with stands at most one of these.
constexpr std::string_view kClosers = "\"')]";

bool ends_in_stop(std::string_view line) {
    if (!line.empty() && kClosers.find(line.back()) != std::string_view::npos)
        line.remove_suffix(1);
    if (line.empty()) return false;
    if (std::string_view{".!?:;"}.find(line.back()) != std::string_view::npos) return true;
    std::size_t at = line.size() - 1;
    while (at > 0 && (static_cast<std::uint8_t>(line[at]) & 0xC0U) == 0x80) --at;
    std::uint64_t ill_formed = 0;
    return unicode::class_of(unicode::decode(line, at, ill_formed)) ==
           unicode::CharacterClass::kStop;
}

bool begins_as_item(std::string_view line) {
    if (line.size() < 2 || line[1] != ' ')  // U+2022, U+2023, U+25CF and others of three bytes
        return line.starts_with("\xE2\x80\xA2") || line.starts_with("\xE2\x80\xA3") ||
               line.starts_with("\xE2\x97\x8F") || line.starts_with("\xC2\xB7");
    return line[0] == '*' || line[0] == '-' || line[0] == '+' || line[0] == 'o';
}

bool continues(char32_t c) {
    if (c >= 0x80 && c <= 0xBF) return true;
    // What Windows-1252 has at 80 to 9F.
    constexpr std::array<char32_t, 27> kOthers = {
        0x0152, 0x0153, 0x0160, 0x0161, 0x0178, 0x017D, 0x017E, 0x0192, 0x02C6,
        0x02DC, 0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E,
        0x2020, 0x2021, 0x2022, 0x2026, 0x2030, 0x2039, 0x203A, 0x20AC, 0x2122};
    return std::binary_search(kOthers.begin(), kOthers.end(), c);
}

}  // namespace

std::uint64_t count_mojibake(std::string_view utf8) noexcept {
    std::uint64_t count = 0, ill_formed = 0;
    for (std::size_t at = 0; at < utf8.size();) {
        std::uint64_t eight = 0;
        if (at + 8 <= utf8.size()) std::memcpy(&eight, utf8.data() + at, 8);
        if (at + 8 <= utf8.size() && (eight & 0x8080808080808080ULL) == 0) {
            at += 8;
            continue;
        }
        if (static_cast<std::uint8_t>(utf8[at]) < 0x80) {
            ++at;
            continue;
        }
        const char32_t lead = unicode::decode(utf8, at, ill_formed);
        if (lead == 0xFFFD) ++count;
        if (lead < 0xC2 || lead > 0xF4) continue;
        const std::size_t more = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
        std::size_t next = at, found = 0;
        while (found < more && next < utf8.size() &&
               continues(unicode::decode(utf8, next, ill_formed)))
            ++found;
        if (found < more) continue;
        ++count;
        at = next;
    }
    return count;
}

void LineSurvey::add(const Record& record, std::string_view canonical) {
    counts_.mojibake += count_mojibake(record.text.expose());
    scan(canonical);
    if (record.role == Role::kRow) {
        counts_.bytes += canonical.size();
        add_hash(canonical);
        return;
    }
    while (!canonical.empty()) {
        const std::size_t end = std::min(canonical.find('\n'), canonical.size());
        if (end > 0) add_line(canonical.substr(0, end));
        canonical.remove_prefix(std::min(end + 1, canonical.size()));
    }
}

void LineSurvey::add_line(std::string_view line) {
    ++counts_.lines;
    counts_.bytes += line.size();
    const bool ellipsis = line.ends_with(kEllipsis);
    counts_.ellipsis_ends += ellipsis ? 1U : 0U;
    counts_.ends += ends_in_stop(line) ? 1U : 0U;
    counts_.bullets += begins_as_item(line) ? 1U : 0U;
    add_hash(line);
}

void LineSurvey::add_hash(std::string_view bytes) {
    const std::size_t before = seen_.size();
    seen_.insert(hash_of(bytes));
    if (seen_.size() == before) counts_.repeated_bytes += bytes.size();
}

void LineSurvey::scan(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        if (kind_of(text[at]) == Byte::kPlain)
            ++at;
        else
            at = scan_at(text, at);
    }
}

/// Where to go on behind a character that may begin something.
std::size_t LineSurvey::scan_at(std::string_view text, std::size_t at) {
    const auto link_end = [&] {
        const std::size_t end = std::min(text.find_first_of(" \n", at), text.size());
        counts_.link_bytes += end - at;
        return end;
    };
    switch (kind_of(text[at])) {
        case Byte::kPlain: break;
        case Byte::kCapital:
            ++counts_.capitals;
            if (stands_alone(text, at)) {
                const std::size_t end = see_account(text, at, counts_.personal);
                return end;
            }
            break;
        case Byte::kDigit:
            return stands_alone(text, at) ? see_number(text, at, counts_.personal) : at + 1;
        case Byte::kAt: return see_mail(text, at, counts_.personal);
        case Byte::kHash: ++counts_.symbols; break;
        case Byte::kDot:
            if (text.substr(at).starts_with(kEllipsis)) {
                ++counts_.symbols;
                return std::min(text.find_first_not_of('.', at), text.size());
            }
            if (at >= 3 && text.substr(at - 3, 3) == "www") return link_end();
            break;
        case Byte::kColon:
            if (text.substr(at).starts_with("://")) return link_end();
            return see_colon(text, at, counts_.personal);
    }
    return at + 1;
}

}  // namespace pramana::scoring
