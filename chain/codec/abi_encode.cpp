#include "abi_word.hpp"

#include "pramana/chain/uint256.hpp"

namespace pramana::chain::abi {
namespace {

constexpr Error kUnfit{Errc::kMalformedChainData, "chain.abi.encode"};

void append_word(Bytes& out, std::uint64_t value) { append(out, to_word(value).view()); }

void append_padded(Bytes& out, ByteView bytes) {
    append(out, bytes);
    out.resize(out.size() + padded(bytes.size()) - bytes.size());
}

/// Heads and tails of one tuple, joined by finish().
class Frame {
  public:
    explicit Frame(std::uint64_t head_words) : head_bytes_{head_words * kWord} {}
    void add(bool dynamic, ByteView encoding) {
        if (!dynamic) {
            append(head_, encoding);
            return;
        }
        append_word(head_, head_bytes_ + tail_.size());
        append(tail_, encoding);
    }
    [[nodiscard]] Bytes finish() && {
        append(head_, tail_);
        return std::move(head_);
    }

  private:
    std::uint64_t head_bytes_;
    Bytes head_;
    Bytes tail_;
};

Result<Bytes> encode_value(const Type& type, const Value& value);

/// `type_of(i)` is the type of item i.
template <class TypeOf>
Result<Bytes> encode_items(std::span<const Value> items, TypeOf type_of) {
    std::uint64_t head_words = 0;
    for (std::size_t i = 0; i < items.size(); ++i) head_words += type_of(i).head_words;
    Frame frame{head_words};
    for (std::size_t i = 0; i < items.size(); ++i) {
        const Type& type = type_of(i);
        const Result<Bytes> encoding = encode_value(type, items[i]);
        if (!encoding) return encoding.error();
        frame.add(type.dynamic, *encoding);
    }
    return std::move(frame).finish();
}

Result<Bytes> encode_array(const Type& type, const std::vector<Value>& items) {
    const bool fixed = type.kind == Kind::kFixedArray;
    if (fixed && items.size() != type.size) return kUnfit;
    Result<Bytes> body =
        encode_items(items, [&](std::size_t) -> const Type& { return type.members[0]; });
    if (!body || fixed) return body;
    Bytes out;
    append_word(out, items.size());
    append(out, *body);
    return out;
}

Result<Bytes> encode_bytes(const Type& type, const Bytes& bytes) {
    Bytes out;
    if (type.kind == Kind::kFixedBytes) {
        if (bytes.size() != type.size) return kUnfit;
    } else {
        append_word(out, bytes.size());
    }
    append_padded(out, bytes);
    return out;
}

Result<Bytes> encode_value(const Type& type, const Value& value) {  // as deep as the type
    const auto* word = std::get_if<Word256>(&value.of);
    const auto* bytes = std::get_if<Bytes>(&value.of);
    const auto* items = std::get_if<std::vector<Value>>(&value.of);
    switch (type.kind) {
        case Kind::kUint:
        case Kind::kInt:
        case Kind::kAddress:
        case Kind::kBool:
            if (word == nullptr || !is_clean(type, *word)) return kUnfit;
            return Bytes(word->bytes.begin(), word->bytes.end());
        case Kind::kFixedBytes:
        case Kind::kBytes:
        case Kind::kString:
            if (bytes == nullptr) return kUnfit;
            return encode_bytes(type, *bytes);
        case Kind::kArray:
        case Kind::kFixedArray:
            if (items == nullptr) return kUnfit;
            return encode_array(type, *items);
        case Kind::kTuple:
            if (items == nullptr) return kUnfit;
            return encode(type.members, *items);
    }
    std::abort();
}

}  // namespace

Result<Bytes> encode(std::span<const Type> types, std::span<const Value> values) {
    if (types.size() != values.size()) return kUnfit;
    return encode_items(values, [&](std::size_t i) -> const Type& { return types[i]; });
}

TupleEncoder& TupleEncoder::add(Bytes encoding, bool dynamic) {
    parts_.push_back({std::move(encoding), dynamic});
    return *this;
}
TupleEncoder& TupleEncoder::word(const Word256& value) {
    return add(Bytes(value.bytes.begin(), value.bytes.end()), false);
}
TupleEncoder& TupleEncoder::uint(std::uint64_t value) { return word(to_word(value)); }
TupleEncoder& TupleEncoder::address(const Address& value) { return word(to_word(value)); }
TupleEncoder& TupleEncoder::boolean(bool value) { return uint(value ? 1 : 0); }
TupleEncoder& TupleEncoder::bytes(ByteView value) {
    Bytes encoding;
    append_word(encoding, value.size());
    append_padded(encoding, value);
    return add(std::move(encoding), true);
}
TupleEncoder& TupleEncoder::text(std::string_view value) { return bytes(as_bytes_view(value)); }
TupleEncoder& TupleEncoder::tuple(const TupleEncoder& value) {
    return add(value.encoded(), value.is_dynamic());
}
TupleEncoder& TupleEncoder::array(std::span<const TupleEncoder> values) {
    TupleEncoder members;
    for (const TupleEncoder& value : values) members.tuple(value);
    Bytes encoding;
    append_word(encoding, values.size());
    append(encoding, members.encoded());
    return add(std::move(encoding), true);
}
bool TupleEncoder::is_dynamic() const {
    return std::any_of(parts_.begin(), parts_.end(), [](const Part& part) { return part.dynamic; });
}

Bytes TupleEncoder::encoded() const {
    std::uint64_t head_words = 0;
    for (const Part& part : parts_) {
        head_words += part.dynamic ? 1 : part.encoding.size() / kWord;
    }
    Frame frame{head_words};
    for (const Part& part : parts_) frame.add(part.dynamic, part.encoding);
    return std::move(frame).finish();
}

Bytes TupleEncoder::call(const Selector& selector) const {
    Bytes out(selector.bytes.begin(), selector.bytes.end());
    append(out, encoded());
    return out;
}

}  // namespace pramana::chain::abi
