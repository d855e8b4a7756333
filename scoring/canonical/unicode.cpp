#include "canonical/unicode.hpp"

#include "canonical/unicode_tables.hpp"

#include <algorithm>
#include <array>

namespace pramana::scoring::unicode {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr char32_t kLimit = 0x110000;

// Hangul by arithmetic, Unicode 15.0 section 3.12.
constexpr char32_t kS = 0xAC00, kL = 0x1100, kV = 0x1161, kT = 0x11A7;
constexpr char32_t kLCount = 19, kVCount = 21, kTCount = 28, kSCount = kLCount * kVCount * kTCount;

std::size_t record_of(char32_t c) noexcept {
    if (c >= kLimit) c = kReplacement;
    return kBlocks[static_cast<std::size_t>(kBlockIndex[c >> 7U]) * 128 + (c & 127U)];
}

Mapping mapping_at(std::size_t offset) noexcept {
    if (offset == 0) return {};
    return {{kSequences + offset + 1, kSequences[offset]}, false};
}

char32_t compose_hangul(char32_t first, char32_t second) noexcept {
    if (first - kL < kLCount && second - kV < kVCount)
        return kS + ((first - kL) * kVCount + (second - kV)) * kTCount;
    const char32_t s = first - kS;
    if (s < kSCount && s % kTCount == 0 && second > kT && second < kT + kTCount)
        return first + (second - kT);
    return 0;
}

/// Bytes that may follow a lead byte: their count and the range of the first of them (table 3-7).
struct Lead {
    std::uint8_t followers;
    std::uint8_t low;
    std::uint8_t high;
};

constexpr Lead lead_of(std::uint8_t b) noexcept {
    if (b >= 0xC2 && b <= 0xDF) return {1, 0x80, 0xBF};
    if (b == 0xE0) return {2, 0xA0, 0xBF};
    if (b == 0xED) return {2, 0x80, 0x9F};
    if (b >= 0xE1 && b <= 0xEF) return {2, 0x80, 0xBF};
    if (b == 0xF0) return {3, 0x90, 0xBF};
    if (b >= 0xF1 && b <= 0xF3) return {3, 0x80, 0xBF};
    if (b == 0xF4) return {3, 0x80, 0x8F};
    return {0, 0, 0};
}

}  // namespace

CharacterClass class_of(char32_t c) noexcept {
    return static_cast<CharacterClass>(kClasses[record_of(c)]);
}

std::uint8_t combining_class(char32_t c) noexcept { return kCombining[record_of(c)]; }
Mapping canonical_of(char32_t c) noexcept { return mapping_at(kCanonicalAt[record_of(c)]); }
Mapping folded_of(char32_t c) noexcept { return mapping_at(kFoldedAt[record_of(c)]); }

char32_t compose(char32_t first, char32_t second) noexcept {
    if (const char32_t hangul = compose_hangul(first, second); hangul != 0) return hangul;
    std::size_t low = 0, high = kCompositionsSize / 3;
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        const std::uint32_t* row = kCompositions + middle * 3;
        if (row[0] < first || (row[0] == first && row[1] < second))
            low = middle + 1;
        else
            high = middle;
    }
    const std::uint32_t* row = kCompositions + low * 3;
    const bool found = low < kCompositionsSize / 3 && row[0] == first && row[1] == second;
    return found ? row[2] : 0;
}

char32_t decode(std::string_view utf8, std::size_t& at, std::uint64_t& ill_formed) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(utf8[i]); };
    const std::uint8_t first = byte(at++);
    if (first < 0x80) return first;
    const Lead lead = lead_of(first);
    char32_t c = first & (0x3FU >> lead.followers);
    std::uint8_t low = lead.low, high = lead.high;
    for (std::uint8_t i = 0; i < lead.followers; ++i) {
        if (at == utf8.size() || byte(at) < low || byte(at) > high) {
            ++ill_formed;
            return kReplacement;  // the byte that does not fit starts the next sequence
        }
        c = (c << 6U) | (byte(at++) & 0x3FU);
        low = 0x80;
        high = 0xBF;
    }
    if (lead.followers == 0) {
        ++ill_formed;
        return kReplacement;
    }
    return c;
}

std::size_t write_utf8(char* out, char32_t c) noexcept {
    const auto put = [out](std::size_t i, char32_t b) { out[i] = static_cast<char>(b); };
    if (c < 0x80) {
        put(0, c);
        return 1;
    }
    const std::size_t size = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (std::size_t i = size - 1; i > 0; --i, c >>= 6U) put(i, 0x80U | (c & 0x3FU));
    put(0, (0xF00U >> size & 0xF0U) | c);
    return size;
}

void append_utf8(SecretVector<char>& out, char32_t c) {
    if (c < 0x80) {
        out.push_back(static_cast<char>(c));
        return;
    }
    char bytes[4];
    out.insert(out.end(), bytes, bytes + write_utf8(bytes, c));
}

}  // namespace pramana::scoring::unicode
