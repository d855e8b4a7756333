#include "pramana/chain/uint256.hpp"

#include "pramana/core/endian.hpp"

#include <boost/multiprecision/cpp_int.hpp>

namespace pramana::chain {
namespace {

// 512 bits: the product of two words fits, so no intermediate result wraps; fit() checks the end.
using Wide = boost::multiprecision::uint512_t;

constexpr std::size_t kDecimalDigitsMax = 78;  // 2^256 - 1 has 78 digits
constexpr std::size_t kHexDigitsMax = 64;

constexpr Error kOverflow{Errc::kMalformedChainData, "chain.uint256.overflow"};
constexpr Error kNotANumber{Errc::kMalformedChainData, "chain.uint256.text"};

Wide widen(const Word256& word) {
    Wide wide;
    boost::multiprecision::import_bits(wide, word.bytes.begin(), word.bytes.end(), 8, true);
    return wide;
}

Result<Word256> fit(const Wide& wide) {
    if (wide != 0 && boost::multiprecision::msb(wide) >= 256) return kOverflow;
    Bytes raw;
    boost::multiprecision::export_bits(wide, std::back_inserter(raw), 8, true);
    Word256 word;
    std::copy(raw.begin(), raw.end(), word.bytes.end() - static_cast<std::ptrdiff_t>(raw.size()));
    return word;
}

Word256 negate(const Word256& word) noexcept {  // two's complement
    Word256 out;
    unsigned carry = 1;
    for (std::size_t i = word.bytes.size(); i-- > 0;) {
        carry += static_cast<std::uint8_t>(~word.bytes[i]);
        out.bytes[i] = static_cast<std::uint8_t>(carry & 0xFFU);
        carry >>= 8U;
    }
    return out;
}

bool is_negative(const Word256& word) noexcept { return (word.bytes[0] & 0x80U) != 0; }

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

Result<Word256> parse_hex_digits(std::string_view digits) {
    if (digits.empty() || digits.size() > kHexDigitsMax) return kNotANumber;
    Word256 word;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const int value = hex_digit(digits[digits.size() - 1 - i]);
        if (value < 0) return kNotANumber;
        std::uint8_t& byte = word.bytes[31 - i / 2];
        byte = static_cast<std::uint8_t>(byte | (i % 2 == 0 ? value : value * 16));
    }
    return word;
}

}  // namespace

Word256 to_word(std::uint64_t value) noexcept {
    Word256 word;
    store_be(value, word.bytes.data() + 24);
    return word;
}

Word256 to_word(const Address& address) noexcept {
    Word256 word;
    std::copy(address.bytes.begin(), address.bytes.end(), word.bytes.begin() + 12);
    return word;
}

Result<std::uint64_t> to_u64(const Word256& value) {
    const auto high = value.view().first(24);
    if (std::any_of(high.begin(), high.end(), [](std::uint8_t b) { return b != 0; })) {
        return Error{Errc::kMalformedChainData, "chain.uint256.u64"};
    }
    return load_be<std::uint64_t>(value.bytes.data() + 24);
}

Result<Address> to_address(const Word256& value) {
    const auto high = value.view().first(12);
    if (std::any_of(high.begin(), high.end(), [](std::uint8_t b) { return b != 0; })) {
        return Error{Errc::kMalformedChainData, "chain.uint256.address"};
    }
    Address address;
    std::copy(value.bytes.begin() + 12, value.bytes.end(), address.bytes.begin());
    return address;
}

Result<Word256> parse_decimal(std::string_view text) {
    if (text.empty() || text.size() > kDecimalDigitsMax) return kNotANumber;
    if (text.size() > 1 && text[0] == '0') return kNotANumber;
    Wide wide = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return kNotANumber;
        wide = wide * 10 + static_cast<unsigned>(c - '0');
    }
    return fit(wide);
}

Result<Word256> parse_quantity(std::string_view text) {
    if (!text.starts_with("0x")) return kNotANumber;
    text.remove_prefix(2);
    if (text.size() > 1 && text[0] == '0') return kNotANumber;
    return parse_hex_digits(text);
}

Result<Word256> parse_integer(std::string_view text) {
    const bool minus = text.starts_with('-');
    if (minus) text.remove_prefix(1);
    Result<Word256> magnitude =
        text.starts_with("0x") ? parse_hex_digits(text.substr(2)) : parse_decimal(text);
    if (!magnitude || !minus) return magnitude;
    const Word256 negative = negate(*magnitude);
    // -2^255 is its own negation and the only magnitude with a sign bit that is allowed; -0 is 0.
    if (!magnitude->is_zero() && !is_negative(negative)) return kOverflow;
    return negative;
}

std::string to_decimal(const Word256& value) { return widen(value).str(); }

std::string to_signed_decimal(const Word256& value) {
    return is_negative(value) ? "-" + to_decimal(negate(value)) : to_decimal(value);
}

std::string to_quantity(const Word256& value) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string digits;
    for (const std::uint8_t byte : value.bytes) {
        digits.push_back(kDigits[byte >> 4U]);
        digits.push_back(kDigits[byte & 0xFU]);
    }
    const std::size_t first = std::min(digits.find_first_not_of('0'), digits.size() - 1);
    return "0x" + digits.substr(first);
}

Result<Word256> add(const Word256& a, const Word256& b) { return fit(widen(a) + widen(b)); }

Result<Word256> subtract(const Word256& a, const Word256& b) {
    if (a < b) return kOverflow;
    return fit(widen(a) - widen(b));
}

Result<Word256> multiply(const Word256& a, const Word256& b) { return fit(widen(a) * widen(b)); }

Result<Word256> mul_div(const Word256& a, const Word256& b, const Word256& divisor) {
    if (divisor.is_zero()) return kOverflow;
    return fit(widen(a) * widen(b) / widen(divisor));
}

Result<Word256> mul_div_up(const Word256& a, const Word256& b, const Word256& divisor) {
    if (divisor.is_zero()) return kOverflow;
    const Wide product = widen(a) * widen(b);
    const Wide by = widen(divisor);
    Wide quotient = product / by;
    if (quotient * by != product) ++quotient;
    return fit(quotient);
}

}  // namespace pramana::chain
