#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pramana::scoring {

/// How often a text holds what points to a person. Counts only: what was found is kept nowhere.
struct PersonalData {
    std::uint32_t mail_addresses = 0;
    std::uint32_t phone_numbers = 0;
    std::uint32_t card_numbers = 0;     ///< 13 to 19 digits that pass Luhn's check (ISO/IEC 7812-1)
    std::uint32_t account_numbers = 0;  ///< IBAN, ISO 13616: the remainder by 97 is 1
    std::uint32_t host_addresses = 0;   ///< IPv4 that is not private or reserved, IPv6
    [[nodiscard]] std::uint64_t all() const noexcept {
        return std::uint64_t{mail_addresses} + phone_numbers + card_numbers + account_numbers +
               host_addresses;
    }
    friend bool operator==(const PersonalData&, const PersonalData&) = default;
};

/// Each looks at what stands at `at` of canonical text and returns where it ends, at least at + 1.
/// Thread: any. Source: docs/scoring.md "Quality".
/// @param at  a digit behind no letter or digit
std::size_t see_number(std::string_view text, std::size_t at, PersonalData& counts) noexcept;
/// @param at  an "@"
std::size_t see_mail(std::string_view text, std::size_t at, PersonalData& counts) noexcept;
/// @param at  a capital behind no letter or digit
std::size_t see_account(std::string_view text, std::size_t at, PersonalData& counts) noexcept;
/// @param at  a colon
std::size_t see_colon(std::string_view text, std::size_t at, PersonalData& counts) noexcept;

}  // namespace pramana::scoring
