#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <array>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace pramana::attest {

/// The number of a revocation list: up to 20 bytes (RFC 5280 section 5.2.3: every reader has to
/// take that many). Small whole numbers convert. Thread: any.
class ListNumber {
  public:
    static constexpr std::size_t kBytes = 20;

    constexpr ListNumber() noexcept = default;
    constexpr ListNumber(std::uint64_t value) noexcept {  // NOLINT(google-explicit-constructor)
        for (std::size_t i = kBytes; value != 0; value >>= 8U)
            big_endian_.at(--i) = static_cast<std::uint8_t>(value & 0xffU);
    }
    /// @param big_endian  without a sign byte. Errors: kEvidenceMalformed: more than 20 bytes.
    [[nodiscard]] static Result<ListNumber> from_bytes(ByteView big_endian);
    /// What text() wrote of one above 64 bits, and nothing else. Errors: kEvidenceMalformed.
    [[nodiscard]] static Result<ListNumber> from_text(std::string_view text);

    /// Its value, where 64 bits hold it.
    [[nodiscard]] std::optional<std::uint64_t> small() const noexcept;
    /// Decimal where 64 bits hold it, otherwise 0x and 40 lower-case hex digits.
    [[nodiscard]] std::string text() const;

    friend constexpr auto operator<=>(const ListNumber&, const ListNumber&) noexcept = default;

  private:
    std::array<std::uint8_t, kBytes> big_endian_{};
};

}  // namespace pramana::attest
