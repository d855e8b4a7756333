#include "pramana/chain/abi.hpp"
#include "pramana/crypto/keccak.hpp"

namespace pramana::chain {

Selector selector_of(std::string_view signature) noexcept {
    const Hash32 hash = keccak256(signature);
    Selector selector;
    std::copy_n(hash.bytes.begin(), 4, selector.bytes.begin());
    return selector;
}

namespace abi {
namespace {

constexpr std::size_t kTextMax = 4096;
constexpr std::uint32_t kDepthMax = 16;
constexpr std::uint64_t kHeadWordsMax = 65536;

constexpr Error kMalformed{Errc::kMalformedChainData, "chain.abi.type"};

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Canonical type text, read from the front.
class TypeReader {
  public:
    explicit TypeReader(std::string_view text) : rest_{text} {}

    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

    Result<Type> take_type(std::uint32_t depth) {
        if (depth >= kDepthMax) return kMalformed;
        Result<Type> type = rest_.starts_with('(') ? take_tuple(depth) : take_elementary();
        for (; type && take('['); ++depth) {
            if (depth >= kDepthMax) return kMalformed;
            type = take_array_of(std::move(*type));
        }
        return type;
    }

    /// "(a,b)" with the parentheses; "()" where nothing follows the opening one.
    Result<std::vector<Type>> take_list(std::uint32_t depth) {
        if (!take('(')) return kMalformed;
        std::vector<Type> types;
        if (take(')')) return types;
        do {
            Result<Type> type = take_type(depth + 1);
            if (!type) return type.error();
            types.push_back(std::move(*type));
        } while (take(','));
        if (!take(')')) return kMalformed;
        return types;
    }

  private:
    bool take(char c) noexcept {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    /// A decimal number 1..999999999 without leading zeros; 0 if there is none.
    std::uint32_t take_number() noexcept {
        std::size_t digits = 0;
        std::uint32_t value = 0;
        while (digits < rest_.size() && digits < 9 && is_digit(rest_[digits])) {
            value = value * 10 + static_cast<std::uint32_t>(rest_[digits++] - '0');
        }
        if (rest_.starts_with('0')) return 0;
        rest_.remove_prefix(digits);
        return value;
    }

    Result<Type> take_tuple(std::uint32_t depth) {
        Result<std::vector<Type>> members = take_list(depth);
        if (!members) return members.error();
        if (members->empty()) return kMalformed;
        Type tuple{.kind = Kind::kTuple, .members = std::move(*members), .head_words = 0};
        std::uint64_t words = 0;
        for (const Type& member : tuple.members) {
            tuple.dynamic = tuple.dynamic || member.dynamic;
            words += member.head_words;
        }
        if (words > kHeadWordsMax) return kMalformed;
        tuple.head_words = tuple.dynamic ? 1 : static_cast<std::uint32_t>(words);
        return tuple;
    }

    Result<Type> take_array_of(Type element) {
        Type array{.kind = Kind::kArray, .dynamic = true};
        if (!take(']')) {
            array.size = take_number();
            if (array.size == 0 || !take(']')) return kMalformed;
            const std::uint64_t words = std::uint64_t{array.size} * element.head_words;
            if (words > kHeadWordsMax) return kMalformed;
            array.kind = Kind::kFixedArray;
            array.dynamic = element.dynamic;
            array.head_words = array.dynamic ? 1 : static_cast<std::uint32_t>(words);
        }
        array.members.push_back(std::move(element));
        return array;
    }

    Result<Type> take_elementary() {
        std::size_t length = 0;
        while (length < rest_.size() && rest_[length] >= 'a' && rest_[length] <= 'z') ++length;
        const std::string_view name = rest_.substr(0, length);
        rest_.remove_prefix(length);
        const bool sized = !rest_.empty() && is_digit(rest_[0]);
        const std::uint32_t size = sized ? take_number() : 0;
        if (!sized && name == "address") return Type{.kind = Kind::kAddress};
        if (!sized && name == "bool") return Type{.kind = Kind::kBool};
        if (!sized && name == "string") return Type{.kind = Kind::kString, .dynamic = true};
        if (!sized && name == "bytes") return Type{.kind = Kind::kBytes, .dynamic = true};
        if (size >= 1 && size <= 32 && name == "bytes") {
            return Type{.kind = Kind::kFixedBytes, .size = size};
        }
        if (size < 8 || size > 256 || size % 8 != 0) return kMalformed;
        if (name == "uint") return Type{.kind = Kind::kUint, .size = size};
        if (name == "int") return Type{.kind = Kind::kInt, .size = size};
        return kMalformed;
    }

    std::string_view rest_;
};

std::string list_text(const std::vector<Type>& types) {
    std::string text = "(";
    for (const Type& type : types) {
        if (text.size() > 1) text += ',';
        text += to_text(type);
    }
    return text + ')';
}

}  // namespace

Result<Type> parse_type(std::string_view text) {
    if (text.size() > kTextMax) return kMalformed;
    TypeReader reader{text};
    Result<Type> type = reader.take_type(0);
    if (type && !reader.at_end()) return kMalformed;
    return type;
}

Result<std::vector<Type>> parse_types(std::string_view text) {
    if (text.size() > kTextMax) return kMalformed;
    TypeReader reader{text};
    Result<std::vector<Type>> types = reader.take_list(0);
    if (types && !reader.at_end()) return kMalformed;
    return types;
}

std::string to_text(const Type& type) {
    switch (type.kind) {
        case Kind::kUint: return "uint" + std::to_string(type.size);
        case Kind::kInt: return "int" + std::to_string(type.size);
        case Kind::kAddress: return "address";
        case Kind::kBool: return "bool";
        case Kind::kFixedBytes: return "bytes" + std::to_string(type.size);
        case Kind::kBytes: return "bytes";
        case Kind::kString: return "string";
        case Kind::kArray: return to_text(type.members[0]) + "[]";
        case Kind::kFixedArray:
            return to_text(type.members[0]) + "[" + std::to_string(type.size) + "]";
        case Kind::kTuple: return list_text(type.members);
    }
    std::abort();
}

}  // namespace abi
}  // namespace pramana::chain
