#include "pramana/attest/list_number.hpp"

#include "pramana/core/hex.hpp"

#include <algorithm>

namespace pramana::attest {

Result<ListNumber> ListNumber::from_bytes(ByteView big_endian) {
    if (big_endian.size() > kBytes) return Error{Errc::kEvidenceMalformed, "attest.crl.number"};
    ListNumber out;
    std::ranges::copy_backward(big_endian, out.big_endian_.end());
    return out;
}

Result<ListNumber> ListNumber::from_text(std::string_view text) {
    const Result<Bytes> digits = from_hex(text);
    const Result<ListNumber> read = digits ? from_bytes(*digits) : digits.error();
    // Of every number there is one text, and small ones are no texts.
    if (!read || read->small() || read->text() != text)
        return Error{Errc::kEvidenceMalformed, "attest.crl.number"};
    return read;
}

std::optional<std::uint64_t> ListNumber::small() const noexcept {
    constexpr std::size_t kHigh = kBytes - sizeof(std::uint64_t);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < kBytes; ++i) {
        if (i < kHigh && big_endian_.at(i) != 0) return std::nullopt;
        value = (value << 8U) | big_endian_.at(i);
    }
    return value;
}

std::string ListNumber::text() const {
    const std::optional<std::uint64_t> value = small();
    return value ? std::to_string(*value) : "0x" + to_hex(big_endian_);
}

}  // namespace pramana::attest
