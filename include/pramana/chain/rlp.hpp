#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

/// Recursive length prefix. Source: Ethereum Yellow Paper, appendix B. Thread: pure functions.
namespace pramana::chain::rlp {

/// A byte string or a list of items. A string has no items, a list no bytes.
struct Item {
    bool is_list = false;
    Bytes bytes;
    std::vector<Item> items;
    friend bool operator==(const Item&, const Item&) = default;
};
[[nodiscard]] Item string(ByteView bytes);
[[nodiscard]] Item list(std::vector<Item> items);
/// Big-endian without leading zeros; zero is the empty string.
[[nodiscard]] Item integer(const Word256& value);
[[nodiscard]] Item integer(std::uint64_t value);

[[nodiscard]] Bytes encode(const Item& item);

/// What a decoder may spend on bytes from a peer. An item costs about 80 bytes of memory.
struct Limits {
    std::size_t bytes_max = std::size_t{1} << 20U;
    std::size_t items_max = std::size_t{1} << 16U;
    std::uint32_t depth_max = 16;  ///< of nested lists; a list of strings has depth 1
};

/// Reads exactly one item that fills `encoded`. Strict: every length in its shortest form, nothing
/// after the item, all within `limits`. encode(decode(x)) == x. Errors: kMalformedChainData.
[[nodiscard]] Result<Item> decode(ByteView encoded, const Limits& limits = {});

/// A string item as an integer. Errors: kMalformedChainData for a list, a leading zero or too many
/// bytes.
[[nodiscard]] Result<Word256> as_word(const Item& item);
[[nodiscard]] Result<std::uint64_t> as_u64(const Item& item);

}  // namespace pramana::chain::rlp
