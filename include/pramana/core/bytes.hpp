#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pramana {

/// Public or sealed bytes. Plaintext and keys live in SecretBytes (pramana/os/secret_bytes.hpp),
/// never here.
using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

[[nodiscard]] inline ByteView as_bytes_view(std::string_view text) noexcept {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view as_text(ByteView bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline void append(Bytes& out, ByteView bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}
inline void append(Bytes& out, std::string_view text) { append(out, as_bytes_view(text)); }

/// Fixed-size public bytes with a tag, so that a hash cannot be passed for an address.
template <class Tag, std::size_t N>
struct FixedBytes {
    static constexpr std::size_t kSize = N;
    std::array<std::uint8_t, N> bytes{};

    [[nodiscard]] ByteView view() const noexcept { return bytes; }
    [[nodiscard]] bool is_zero() const noexcept {
        return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
    }
    friend auto operator<=>(const FixedBytes&, const FixedBytes&) = default;
};

/// Any 32-byte digest: SHA-256 or Keccak-256, as the name of the variable says.
using Hash32 = FixedBytes<struct HashTag, 32>;
/// An Ethereum address.
using Address = FixedBytes<struct AddressTag, 20>;
/// SHA-256("pramana:contribution:1" || address || SHA-256(sealed bytes)). Idempotency key of an
/// upload.
using ContributionId = FixedBytes<struct ContributionTag, 32>;
/// A uint256 as the chain writes it: 32 bytes, big-endian. Arithmetic lives in chain.
using Word256 = FixedBytes<struct WordTag, 32>;

/// Ids that contracts count from 1. Larger than 2^64-1 is refused where chain data is decoded.
enum class JobId : std::uint64_t {};
enum class FileId : std::uint64_t {};
/// A place in a corpus, 0 for the first contribution.
enum class CorpusPosition : std::uint64_t {};

template <class Id>
[[nodiscard]] constexpr std::uint64_t number(Id id) noexcept {
    return static_cast<std::uint64_t>(id);
}

}  // namespace pramana

template <class Tag, std::size_t N>
struct std::hash<pramana::FixedBytes<Tag, N>> {
    std::size_t operator()(const pramana::FixedBytes<Tag, N>& value) const noexcept {
        std::size_t h = 0;  // digests and addresses: eight bytes are as good as all; mixed so that
                            // small words differ
        for (const std::uint8_t b : value.bytes) h = h * 1099511628211ULL + b;
        return h;
    }
};
