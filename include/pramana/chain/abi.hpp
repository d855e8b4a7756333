#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// The contract ABI: types, values, encoding. Source: Solidity documentation, "Contract ABI
/// Specification". Thread: pure functions.
namespace pramana::chain {

/// The first four bytes of keccak256(canonical signature).
using Selector = FixedBytes<struct SelectorTag, 4>;
/// `signature` is canonical: "addProof(uint256,(bytes,(uint256,uint256,string,string,string)))".
[[nodiscard]] Selector selector_of(std::string_view signature) noexcept;

namespace abi {

enum class Kind : std::uint8_t {
    kUint,
    kInt,
    kAddress,
    kBool,
    kFixedBytes,
    kBytes,
    kString,
    kArray,
    kFixedArray,
    kTuple,
};

/// A type that parse_type() accepted. Copyable tree.
struct Type {
    Kind kind = Kind::kUint;
    std::uint32_t size =
        0;  ///< kUint, kInt: bits, 8..256; kFixedBytes: bytes, 1..32; kFixedArray: length
    std::vector<Type> members =
        {};                ///< kTuple: the members; kArray, kFixedArray: the one element type
    bool dynamic = false;  ///< encoded behind an offset
    std::uint32_t head_words = 1;  ///< words in place: 1 if dynamic, else the whole value
    friend bool operator==(const Type&, const Type&) = default;
};

/// Canonical text: `uint256`, `bytes32[2][]`, `(address,string)[]`. Aliases (`uint`, `byte`),
/// `fixed` and `function`, empty tuples and arrays of length 0 are refused, so that every value
/// takes a word at least. Bounds: 4096 characters, 16 levels, 65536 words in place. Errors:
/// kMalformedChainData.
[[nodiscard]] Result<Type> parse_type(std::string_view text);
/// A list in parentheses: "(uint256,string)"; "()" is the empty list. Errors as parse_type.
[[nodiscard]] Result<std::vector<Type>> parse_types(std::string_view text);
[[nodiscard]] std::string to_text(const Type& type);

/// A value of any type: a word for integers (intN in two's complement), addresses and booleans;
/// bytes for bytesN, bytes and string; items for arrays and tuples. Reading another alternative
/// than the type has is a bug of the caller and aborts.
struct Value {
    std::variant<Word256, Bytes, std::vector<Value>> of;

    [[nodiscard]] const Word256& word() const;
    [[nodiscard]] const Bytes& bytes() const;
    [[nodiscard]] std::string text() const;
    [[nodiscard]] const std::vector<Value>& items() const;
    friend bool operator==(const Value&, const Value&) = default;
};
[[nodiscard]] Value uint_value(std::uint64_t value);
[[nodiscard]] Value word_value(const Word256& value);
[[nodiscard]] Value address_value(const Address& value);
[[nodiscard]] Value bool_value(bool value);
[[nodiscard]] Value bytes_value(ByteView value);
[[nodiscard]] Value text_value(std::string_view value);
[[nodiscard]] Value list_value(std::vector<Value> items);

/// The values as a tuple, without a selector. Errors: kMalformedChainData if a value does not fit
/// its type.
[[nodiscard]] Result<Bytes> encode(std::span<const Type> types, std::span<const Value> values);

/// Reads the tuple `types` from the start of `encoded`. Every word is checked against its type's
/// range, every offset and length against the end, and no more words are read than were given (an
/// honest encoding shares none), so work and memory are linear in encoded.size(). Like the EVM's
/// own decoder it ignores what lies between and behind the parts and the padding behind bytes.
/// Errors: kMalformedChainData.
[[nodiscard]] Result<std::vector<Value>> decode(std::span<const Type> types, ByteView encoded);
/// The same, and refuses whatever does not encode back to the same bytes. For contracts whose
/// layout we know: another layout is an error and not a misreading.
[[nodiscard]] Result<std::vector<Value>> decode_canonical(std::span<const Type> types,
                                                          ByteView encoded);

/// Writes one tuple whose types are known where the code is written; cannot fail.
///
///     TupleEncoder{}.uint(number(job)).tuple(proof).call(selector_of("addProof(...)"))
class TupleEncoder {
  public:
    TupleEncoder& uint(std::uint64_t value);
    TupleEncoder& word(const Word256& value);
    TupleEncoder& address(const Address& value);
    TupleEncoder& boolean(bool value);
    TupleEncoder& bytes(ByteView value);
    TupleEncoder& text(std::string_view value);
    /// A tuple; dynamic if one of its members is.
    TupleEncoder& tuple(const TupleEncoder& value);
    /// A dynamic array of tuples, all of one shape.
    TupleEncoder& array(std::span<const TupleEncoder> values);
    [[nodiscard]] Bytes encoded() const;
    /// Selector and arguments: the input of a transaction or eth_call.
    [[nodiscard]] Bytes call(const Selector& selector) const;

  private:
    struct Part {
        Bytes encoding;
        bool dynamic;
    };
    [[nodiscard]] bool is_dynamic() const;
    TupleEncoder& add(Bytes encoding, bool dynamic);
    std::vector<Part> parts_;
};

}  // namespace abi
}  // namespace pramana::chain
