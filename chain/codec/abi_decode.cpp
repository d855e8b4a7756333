#include "abi_word.hpp"

#include "pramana/chain/uint256.hpp"

namespace pramana::chain::abi {
namespace {

constexpr Error fail(std::string_view site) noexcept {
    return Error{Errc::kMalformedChainData, site};
}

/// One tuple, fixed array or array body: offsets in it count from its start. Spans end where the
/// input ends, so that nothing can point behind it.
class Decoder {
  public:
    explicit Decoder(std::size_t input_bytes) : words_left_{input_bytes / kWord} {}

    /// Reads the value whose head stands at `head` of `frame`. As deep as the type.
    Result<Value> value_at(const Type& type, ByteView frame, std::size_t head) {
        if (!type.dynamic) return value_in(type, frame.subspan(std::min(head, frame.size())));
        Result<std::uint64_t> offset = number_at(frame, head);
        if (!offset) return offset.error();
        if (*offset > frame.size()) return fail("chain.abi.offset");
        return value_in(type, frame.subspan(static_cast<std::size_t>(*offset)));
    }

    /// `type_of(i)` is the type of item i of `count`.
    template <class TypeOf>
    Result<std::vector<Value>> items_in(ByteView frame, std::size_t count, TypeOf type_of) {
        std::vector<Value> items;
        std::size_t head = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const Type& type = type_of(i);
            Result<Value> item = value_at(type, frame, head);
            if (!item) return item.error();
            items.push_back(std::move(*item));
            head += std::size_t{type.head_words} * kWord;
        }
        return items;
    }

  private:
    /// No honest encoding reads a word twice; offsets that share tails could otherwise multiply the
    /// input.
    bool spend(std::size_t words) noexcept {
        if (words > words_left_) return false;
        words_left_ -= words;
        return true;
    }

    Result<Word256> word_at(ByteView frame, std::size_t at) {
        if (at > frame.size() || frame.size() - at < kWord) return fail("chain.abi.truncated");
        if (!spend(1)) return fail("chain.abi.overlap");
        Word256 word;
        std::copy_n(frame.begin() + static_cast<std::ptrdiff_t>(at), kWord, word.bytes.begin());
        return word;
    }

    Result<std::uint64_t> number_at(ByteView frame, std::size_t at) {
        Result<Word256> word = word_at(frame, at);
        if (!word) return word.error();
        return to_u64(*word);
    }

    Result<Value> value_in(const Type& type, ByteView frame) {
        switch (type.kind) {
            case Kind::kUint:
            case Kind::kInt:
            case Kind::kAddress:
            case Kind::kBool:
            case Kind::kFixedBytes: return single_word(type, frame);
            case Kind::kBytes:
            case Kind::kString: return bytes_in(frame);
            case Kind::kArray: return array_in(type, frame);
            case Kind::kFixedArray:
            case Kind::kTuple: break;
        }
        const bool tuple = type.kind == Kind::kTuple;
        const std::size_t count = tuple ? type.members.size() : type.size;
        Result<std::vector<Value>> items =
            items_in(frame, count,
                     [&](std::size_t i) -> const Type& { return type.members[tuple ? i : 0]; });
        if (!items) return items.error();
        return Value{std::move(*items)};
    }

    Result<Value> single_word(const Type& type, ByteView frame) {
        Result<Word256> word = word_at(frame, 0);
        if (!word) return word.error();
        if (!is_clean(type, *word)) return fail("chain.abi.range");
        if (type.kind == Kind::kFixedBytes) return bytes_value(word->view().first(type.size));
        return Value{*word};
    }

    Result<Value> bytes_in(ByteView frame) {
        Result<std::uint64_t> length = number_at(frame, 0);
        if (!length) return length.error();
        frame = frame.subspan(kWord);
        // Compared before it is rounded up: the length may be near 2^64.
        if (*length > frame.size() || padded(*length) > frame.size()) {
            return fail("chain.abi.length");
        }
        if (!spend(padded(*length) / kWord)) return fail("chain.abi.overlap");
        return bytes_value(frame.first(static_cast<std::size_t>(*length)));
    }

    Result<Value> array_in(const Type& type, ByteView frame) {
        Result<std::uint64_t> count = number_at(frame, 0);
        if (!count) return count.error();
        frame = frame.subspan(kWord);
        const Type& element = type.members[0];
        if (*count > frame.size() / (std::size_t{element.head_words} * kWord)) {
            return fail("chain.abi.length");
        }
        Result<std::vector<Value>> items =
            items_in(frame, static_cast<std::size_t>(*count),
                     [&](std::size_t) -> const Type& { return element; });
        if (!items) return items.error();
        return Value{std::move(*items)};
    }

    std::size_t words_left_;
};

}  // namespace

Result<std::vector<Value>> decode(std::span<const Type> types, ByteView encoded) {
    return Decoder{encoded.size()}.items_in(encoded, types.size(),
                                            [&](std::size_t i) -> const Type& { return types[i]; });
}

Result<std::vector<Value>> decode_canonical(std::span<const Type> types, ByteView encoded) {
    Result<std::vector<Value>> values = decode(types, encoded);
    if (!values) return values;
    const Result<Bytes> again = encode(types, *values);
    if (!again) return again.error();
    if (!std::equal(again->begin(), again->end(), encoded.begin(), encoded.end())) {
        return fail("chain.abi.canonical");
    }
    return values;
}

}  // namespace pramana::chain::abi
