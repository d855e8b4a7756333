#include "der.hpp"

#include <algorithm>

namespace pramana::attest {
namespace {

/// Reads tag and length of the first value. nullopt: not strict DER, or longer than what is there.
std::optional<DerValue> first_value(ByteView bytes) noexcept {
    if (bytes.size() < 2) return std::nullopt;
    const std::uint8_t tag = bytes[0];
    if ((tag & 0x1fU) == 0x1fU) return std::nullopt;  // tags of several bytes: none is expected
    std::size_t length = bytes[1];
    std::size_t head = 2;
    if (length >= 0x80) {
        const std::size_t count = length & 0x7fU;
        if (count == 0 || count > 3 || bytes.size() < 2 + count) return std::nullopt;
        length = 0;
        for (std::size_t i = 0; i < count; ++i) length = (length << 8U) | bytes[2 + i];
        head += count;
        const std::size_t shortest = length < 0x80      ? 0
                                     : length < 0x100   ? 1
                                     : length < 0x10000 ? 2
                                                        : 3;
        if (count != shortest) return std::nullopt;
    }
    if (length > bytes.size() - head) return std::nullopt;
    return DerValue{tag, bytes.subspan(head, length), bytes.first(head + length)};
}

/// Whole groups of seven bits, each in its shortest form (X.690 section 8.19).
bool is_oid(ByteView content) noexcept {
    bool inside = false;
    for (const std::uint8_t byte : content) {
        if (!inside && byte == 0x80) return false;
        inside = (byte & 0x80U) != 0;
    }
    return !content.empty() && !inside;
}

}  // namespace

DerValue DerReader::next() noexcept {
    const std::optional<DerValue> value = first_value(rest_);
    if (!ok_ || !value) {
        refuse();
        return {};
    }
    rest_ = rest_.subspan(value->whole.size());
    return *value;
}

DerValue DerReader::next(std::uint8_t tag) noexcept {
    const DerValue value = next();
    if (ok_ && value.tag == tag && (tag != kDerOid || is_oid(value.content))) return value;
    refuse();
    return {};
}

std::optional<DerValue> DerReader::next_if(std::uint8_t tag) noexcept {
    if (!ok_ || rest_.empty() || rest_[0] != tag) return std::nullopt;
    const DerValue value = next();
    if (!ok_) return std::nullopt;
    return value;
}

DerReader DerReader::enter(std::uint8_t tag) noexcept {
    const DerValue value = next(tag);
    DerReader inner{value.content};
    if (!ok_) inner.refuse();
    return inner;
}

std::optional<ByteView> der_unsigned(ByteView content) noexcept {
    if (content.empty() || (content[0] & 0x80U) != 0) return std::nullopt;
    if (content[0] != 0 || content.size() == 1) return content;
    if ((content[1] & 0x80U) == 0) return std::nullopt;  // a zero byte that is not needed
    return content.subspan(1);
}

std::optional<std::uint64_t> der_small(ByteView content) noexcept {
    const std::optional<ByteView> digits = der_unsigned(content);
    if (!digits || digits->size() > 8) return std::nullopt;
    std::uint64_t value = 0;
    for (const std::uint8_t byte : *digits) value = (value << 8U) | byte;
    return value;
}

std::optional<ByteView> der_whole_bits(ByteView content) noexcept {
    if (content.size() < 2 || content[0] != 0) return std::nullopt;
    return content.subspan(1);
}

std::string oid_text(ByteView content) {
    std::string out;
    std::uint64_t part = 0;
    bool inside = false;
    for (const std::uint8_t byte : content) {
        if (!inside && byte == 0x80) return {};  // a leading zero group
        part = (part << 7U) | (byte & 0x7fU);
        if (part > 0xffffffffU) return {};
        inside = (byte & 0x80U) != 0;
        if (inside) continue;
        if (out.empty()) {
            const std::uint64_t first = std::min<std::uint64_t>(part / 40, 2);
            out = std::to_string(first) + '.' + std::to_string(part - first * 40);
        } else {
            out += '.' + std::to_string(part);
        }
        part = 0;
    }
    return inside ? std::string{} : out;
}

bool same_bytes(ByteView a, ByteView b) noexcept { return std::ranges::equal(a, b); }

}  // namespace pramana::attest
