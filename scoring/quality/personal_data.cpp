#include "quality/personal_data.hpp"

#include "pramana/core/secret_vector.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace pramana::scoring {
namespace {

constexpr std::size_t kNumberBytesMax = 32;
constexpr std::size_t kCardDigitsMin = 13, kCardDigitsMax = 19;
constexpr std::size_t kPhoneDigitsMin = 8, kPhoneDigitsMax = 15;  // ITU-T E.164
constexpr std::size_t kAccountMin = 15, kAccountMax = 34;         // ISO 13616
constexpr std::size_t kHostBytesMax = 45;

bool digit(char c) { return c >= '0' && c <= '9'; }
bool capital(char c) { return c >= 'A' && c <= 'Z'; }
bool letter(char c) { return capital(c) || (c >= 'a' && c <= 'z'); }
bool alnum(char c) { return letter(c) || digit(c); }
bool hex(char c) { return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
char at_or_space(std::string_view text, std::size_t at) {
    return at < text.size() ? text[at] : ' ';
}

/// Groups of digits with one or two separators between them. Wiped on destruction.
struct Number {
    Number() = default;
    Number(const Number&) = delete;
    Number& operator=(const Number&) = delete;
    ~Number() { wipe_memory(digits.data(), digits.size()); }
    std::array<std::uint8_t, kNumberBytesMax> digits{};
    std::array<std::uint8_t, kNumberBytesMax> groups{};  ///< digits of each
    std::array<char, kNumberBytesMax> between{};         ///< the first separator behind a group
    std::size_t digit_count = 0, group_count = 0, end = 0;
    bool mixed = false;  ///< separators differ
};

void read_number(std::string_view text, std::size_t at, Number& number) {
    const std::size_t limit = std::min(text.size(), at + kNumberBytesMax);
    std::size_t i = at;
    while (i < limit && digit(text[i])) {
        std::uint8_t size = 0;
        for (; i < limit && digit(text[i]); ++i, ++size)
            number.digits[number.digit_count++] = static_cast<std::uint8_t>(text[i] - '0');
        number.groups[number.group_count++] = size;
        number.end = i;
        std::size_t next = i;
        while (next < limit && next < i + 2 &&
               std::string_view{" -./()"}.find(text[next]) != std::string_view::npos)
            ++next;
        if (next == i || next >= limit || !digit(text[next])) break;
        number.between[number.group_count - 1] = text[i];
        number.mixed = number.mixed || text[i] != number.between[0];
        i = next;
    }
}

bool luhn(const Number& number) {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < number.digit_count; ++i) {
        const std::size_t d = number.digits[number.digit_count - 1 - i];
        const std::size_t twice = i % 2 == 1 ? 2 * d : d;
        sum += twice > 9 ? twice - 9 : twice;
    }
    return sum % 10 == 0;
}

/// Cards stand without separators or in groups of four to six; issuers begin with 2 to 6.
bool is_card(const Number& number) {
    if (number.digit_count < kCardDigitsMin || number.digit_count > kCardDigitsMax) return false;
    if (number.digits[0] < 2 || number.digits[0] > 6 || number.mixed) return false;
    for (std::size_t g = 0; g + 1 < number.group_count; ++g)
        if (number.groups[g] < 4 || number.groups[g] > 6 || number.between[g] == '.') return false;
    return luhn(number);
}

/// RFC 6890: private, loopback, link-local, multicast and reserved addresses name nobody.
bool is_public(std::uint32_t a, std::uint32_t b) {
    return a != 0 && a != 10 && a != 127 && a < 224 && !(a == 169 && b == 254) &&
           !(a == 172 && b >= 16 && b < 32) && !(a == 192 && b == 168) &&
           !(a == 100 && b >= 64 && b < 128);
}

/// Whether there are four groups by dots of at most 255: no phone number either.
bool is_host(const Number& number, bool& names_somebody) {
    if (number.group_count != 4 || number.mixed || number.between[0] != '.') return false;
    std::array<std::uint32_t, 4> parts{};
    std::size_t at = 0;
    for (std::size_t g = 0; g < 4; ++g) {
        if (number.groups[g] > 3) return false;
        for (std::size_t d = 0; d < number.groups[g]; ++d)
            parts[g] = parts[g] * 10 + number.digits[at++];
        if (parts[g] > 255) return false;
    }
    names_somebody = is_public(parts[0], parts[1]);
    return true;
}

/// With a plus sign, or in three groups and more of two to five digits that are no date.
bool is_phone(const Number& number, bool plus) {
    if (number.digit_count < kPhoneDigitsMin || number.digit_count > kPhoneDigitsMax) return false;
    if (plus) return true;
    if (number.group_count < 3 || number.group_count > 6 || number.digit_count < 9) return false;
    const bool year = number.groups[0] == 4 && (number.digits[0] == 1 || number.digits[0] == 2);
    for (std::size_t g = 0; g < number.group_count; ++g)
        if (number.groups[g] < 2 || number.groups[g] > 5) return false;
    return !year && number.groups[2] > 2;
}

bool in_mail_name(char c) {
    return alnum(c) || std::string_view{"._%+-"}.find(c) != std::string_view::npos;
}

}  // namespace

std::size_t see_number(std::string_view text, std::size_t at, PersonalData& counts) noexcept {
    Number number;
    read_number(text, at, number);
    if (alnum(at_or_space(text, number.end))) return number.end;
    bool names_somebody = false;
    if (is_host(number, names_somebody))
        counts.host_addresses += names_somebody ? 1U : 0U;
    else if (is_card(number))
        ++counts.card_numbers;
    else if (is_phone(number, at > 0 && text[at - 1] == '+'))
        ++counts.phone_numbers;
    return number.end;
}

std::size_t see_mail(std::string_view text, std::size_t at, PersonalData& counts) noexcept {
    if (at == 0 || !in_mail_name(text[at - 1])) return at + 1;
    std::size_t i = at + 1, label = 0, dots = 0;
    bool letters = true;  // the last label
    for (; i < text.size() && i < at + 255; ++i) {
        const char c = text[i];
        if (c == '.' && label > 0 && alnum(at_or_space(text, i + 1))) {
            ++dots;
            label = 0;
            letters = true;
            continue;
        }
        if (!alnum(c) && c != '-') break;
        letters = letters && letter(c);
        ++label;
    }
    if (dots > 0 && letters && label >= 2) ++counts.mail_addresses;
    return i;
}

std::size_t see_account(std::string_view text, std::size_t at, PersonalData& counts) noexcept {
    if (at + kAccountMin > text.size() || !capital(text[at + 1]) || !digit(text[at + 2]) ||
        !digit(text[at + 3]))
        return at + 1;
    std::array<char, kAccountMax> plain{};
    std::size_t size = 0, i = at;
    for (; i < text.size() && size < kAccountMax; ++i) {
        if (text[i] == ' ' && size % 4 == 0) continue;
        if (!digit(text[i]) && !capital(text[i])) break;
        plain[size++] = text[i];
    }
    std::uint32_t remainder = 0;
    const bool alone = size >= kAccountMin && !alnum(at_or_space(text, i));
    for (std::size_t k = 0; k < size; ++k) {
        const char c = plain[(k + 4) % size];
        remainder = digit(c) ? remainder * 10 + static_cast<std::uint32_t>(c - '0')
                             : remainder * 100 + static_cast<std::uint32_t>(c - 'A') + 10;
        remainder %= 97;
    }
    wipe_memory(plain.data(), plain.size());
    if (!alone || remainder != 1) return at + 1;
    ++counts.account_numbers;
    return i;
}

std::size_t see_colon(std::string_view text, std::size_t at, PersonalData& counts) noexcept {
    std::size_t begin = at;
    while (begin > 0 && at - begin < 5 && hex(text[begin - 1])) --begin;
    std::size_t end = begin, groups = 0, size = 0;
    bool gap = false, well_formed = begin == 0 || !alnum(text[begin - 1]);
    for (; end < text.size() && end - begin < kHostBytesMax; ++end) {
        if (text[end] == ':') {
            gap = gap || at_or_space(text, end + 1) == ':';
            size = 0;
            continue;
        }
        if (!hex(text[end])) break;
        if (size++ == 0) ++groups;
        well_formed = well_formed && size <= 4;
    }
    well_formed = well_formed && !alnum(at_or_space(text, end));
    if (well_formed && (groups == 8 || (gap && groups >= 3 && groups < 8))) ++counts.host_addresses;
    return std::max(end, at + 1);
}

}  // namespace pramana::scoring
