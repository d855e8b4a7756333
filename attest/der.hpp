#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <optional>

namespace pramana::attest {

// DER tags that occur in certificates and revocation lists (X.690).
inline constexpr std::uint8_t kDerBoolean = 0x01;
inline constexpr std::uint8_t kDerInteger = 0x02;
inline constexpr std::uint8_t kDerBitString = 0x03;
inline constexpr std::uint8_t kDerOctetString = 0x04;
inline constexpr std::uint8_t kDerOid = 0x06;
inline constexpr std::uint8_t kDerEnumerated = 0x0a;
inline constexpr std::uint8_t kDerUtcTime = 0x17;
inline constexpr std::uint8_t kDerGeneralizedTime = 0x18;
inline constexpr std::uint8_t kDerSequence = 0x30;
inline constexpr std::uint8_t kDerSet = 0x31;
/// [n], constructed.
[[nodiscard]] constexpr std::uint8_t der_context(unsigned n) noexcept {
    return static_cast<std::uint8_t>(0xa0U | n);
}

struct DerValue {
    std::uint8_t tag = 0;
    ByteView content;
    ByteView whole;  ///< with tag and length: what a signature covers
};

/// Reads the DER values of one level, front to back, strictly: definite and shortest lengths,
/// one-byte tags. After the first value that does not parse or is not the wanted one, ok() is false
/// and every read gives an empty value. Nothing recurses: depth is what the caller's code has.
/// Borrowed bytes.
class DerReader {
  public:
    explicit DerReader(ByteView bytes) noexcept : rest_{bytes} {}

    [[nodiscard]] DerValue next() noexcept;
    /// The next value, which must have this tag.
    [[nodiscard]] DerValue next(std::uint8_t tag) noexcept;
    /// The next value if it has this tag; nothing is consumed otherwise.
    [[nodiscard]] std::optional<DerValue> next_if(std::uint8_t tag) noexcept;
    /// A reader of the content of the next value, which must have this tag. Not ok when this is
    /// not.
    [[nodiscard]] DerReader enter(std::uint8_t tag) noexcept;

    /// Nothing is left. False after a value that did not parse, so that no list ends by being
    /// broken.
    [[nodiscard]] bool empty() const noexcept { return ok_ && rest_.empty(); }
    [[nodiscard]] bool ok() const noexcept { return ok_; }
    /// Everything was read and all of it parsed.
    [[nodiscard]] bool done() const noexcept { return ok_ && rest_.empty(); }
    void refuse() noexcept {
        ok_ = false;
        rest_ = {};
    }

  private:
    ByteView rest_;
    bool ok_ = true;
};

/// An INTEGER that is not negative: its bytes big-endian without the sign byte; zero is one zero
/// byte. nullopt: negative, empty or not the shortest form.
[[nodiscard]] std::optional<ByteView> der_unsigned(ByteView content) noexcept;
/// The same as a number of at most 64 bits.
[[nodiscard]] std::optional<std::uint64_t> der_small(ByteView content) noexcept;
/// The bytes of a BIT STRING without unused bits. nullopt: it has some, or is empty.
[[nodiscard]] std::optional<ByteView> der_whole_bits(ByteView content) noexcept;

/// "1.2.840.113741.1.13.1"; empty when it does not parse or a component passes 2^32.
[[nodiscard]] std::string oid_text(ByteView content);

[[nodiscard]] bool same_bytes(ByteView a, ByteView b) noexcept;

}  // namespace pramana::attest
