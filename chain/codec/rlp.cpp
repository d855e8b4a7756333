#include "pramana/chain/rlp.hpp"

#include "pramana/chain/uint256.hpp"

namespace pramana::chain::rlp {
namespace {

// Prefixes, Yellow Paper appendix B: 0x80 + n and 0xc0 + n up to 55 bytes, then a length of its
// own.
constexpr std::uint8_t kString = 0x80;
constexpr std::uint8_t kList = 0xc0;
constexpr std::size_t kShortMax = 55;

ByteView significant(ByteView big_endian) noexcept {
    std::size_t zeros = 0;
    while (zeros < big_endian.size() && big_endian[zeros] == 0) ++zeros;
    return big_endian.subspan(zeros);
}

void append_header(Bytes& out, std::uint8_t base, std::size_t length) {
    if (length <= kShortMax) {
        out.push_back(static_cast<std::uint8_t>(base + length));
        return;
    }
    const Word256 word = to_word(std::uint64_t{length});
    const ByteView digits = significant(word.view());
    out.push_back(static_cast<std::uint8_t>(base + kShortMax + digits.size()));
    append(out, digits);
}

void append_item(Bytes& out, const Item& item) {
    if (item.is_list) {
        Bytes payload;
        for (const Item& member : item.items) append_item(payload, member);
        append_header(out, kList, payload.size());
        append(out, payload);
        return;
    }
    if (item.bytes.size() != 1 || item.bytes[0] >= kString) {
        append_header(out, kString, item.bytes.size());
    }
    append(out, item.bytes);
}

class Reader {
  public:
    explicit Reader(const Limits& limits) : limits_{limits} {}

    /// Takes one item off the front of `rest`. Recursion is bounded by depth_max.
    Result<Item> take(ByteView& rest, std::uint32_t depth) {
        if (++items_ > limits_.items_max) return fail("chain.rlp.items");
        Result<Header> header = take_header(rest);
        if (!header) return header.error();
        ByteView payload = rest.first(header->length);
        rest = rest.subspan(header->length);
        if (!header->is_list) return string(payload);
        if (depth >= limits_.depth_max) return fail("chain.rlp.depth");
        Item item{.is_list = true, .bytes = {}, .items = {}};
        while (!payload.empty()) {
            Result<Item> member = take(payload, depth + 1);
            if (!member) return member.error();
            item.items.push_back(std::move(*member));
        }
        return item;
    }

    static Error fail(std::string_view site) noexcept {
        return Error{Errc::kMalformedChainData, site};
    }

  private:
    struct Header {
        bool is_list;
        std::size_t length;
    };

    static Result<Header> take_header(ByteView& rest) {
        if (rest.empty()) return fail("chain.rlp.empty");
        const std::uint8_t prefix = rest[0];
        if (prefix < kString) return Header{false, 1};  // the byte is its own payload
        const bool is_list = prefix >= kList;
        const std::size_t code = std::size_t{prefix} - std::size_t{is_list ? kList : kString};
        rest = rest.subspan(1);
        std::size_t length = code;
        if (code > kShortMax) {
            Result<std::size_t> declared = take_length(rest, code - kShortMax);
            if (!declared) return declared.error();
            length = *declared;
        }
        if (length > rest.size()) return fail("chain.rlp.truncated");
        if (!is_list && length == 1 && rest[0] < kString) return fail("chain.rlp.long_byte");
        return Header{is_list, length};
    }

    static Result<std::size_t> take_length(ByteView& rest, std::size_t digits) {  // 1..8 digits
        if (digits > rest.size()) return fail("chain.rlp.truncated");
        if (rest[0] == 0) return fail("chain.rlp.length_zero");
        std::uint64_t length = 0;
        for (const std::uint8_t digit : rest.first(digits)) length = length << 8U | digit;
        rest = rest.subspan(digits);
        if (length <= kShortMax) return fail("chain.rlp.long_form");
        if (length > rest.size()) return fail("chain.rlp.truncated");
        return static_cast<std::size_t>(length);
    }

    const Limits& limits_;
    std::size_t items_ = 0;
};

}  // namespace

Item string(ByteView bytes) {
    return Item{.is_list = false, .bytes = Bytes(bytes.begin(), bytes.end()), .items = {}};
}
Item list(std::vector<Item> items) {
    return Item{.is_list = true, .bytes = {}, .items = std::move(items)};
}
Item integer(const Word256& value) { return string(significant(value.view())); }
Item integer(std::uint64_t value) { return integer(to_word(value)); }

Bytes encode(const Item& item) {
    Bytes out;
    append_item(out, item);
    return out;
}

Result<Item> decode(ByteView encoded, const Limits& limits) {
    if (encoded.size() > limits.bytes_max) return Reader::fail("chain.rlp.bytes");
    Result<Item> item = Reader{limits}.take(encoded, 0);
    if (item && !encoded.empty()) return Reader::fail("chain.rlp.trailing");
    return item;
}

Result<Word256> as_word(const Item& item) {
    const bool shaped = !item.is_list && item.bytes.size() <= Word256::kSize;
    if (!shaped || (!item.bytes.empty() && item.bytes[0] == 0)) {
        return Error{Errc::kMalformedChainData, "chain.rlp.integer"};
    }
    Word256 word;
    std::copy(item.bytes.begin(), item.bytes.end(),
              word.bytes.end() - static_cast<std::ptrdiff_t>(item.bytes.size()));
    return word;
}

Result<std::uint64_t> as_u64(const Item& item) {
    const Result<Word256> word = as_word(item);
    if (!word) return word.error();
    return to_u64(*word);
}

}  // namespace pramana::chain::rlp
