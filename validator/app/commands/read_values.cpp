#include "read_values.hpp"

#include "failure.hpp"
#include "pramana/chain/address.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/net/url.hpp"

namespace pramana::app {

void ValueReader::refuse(std::string_view option, std::string_view needed) {
    if (!problem_.empty()) return;
    problem_ = "--" + std::string{option} + " '" +
               printable(arguments_.text(option).value_or(""), 80) + "' is not " +
               std::string{needed};
}

Address ValueReader::address(std::string_view option) {
    const std::optional<std::string> text = arguments_.text(option);
    if (!text) return {};
    const Result<Address> address = chain::parse_address(*text);
    if (address) return *address;
    refuse(option, "an address (0x and 40 hex digits; capitals must be the right checksum)");
    return {};
}

Hash32 ValueReader::hash(std::string_view option) {
    const std::optional<std::string> text = arguments_.text(option);
    if (!text) return {};
    const Result<Hash32> value = fixed_from_hex<Hash32>(*text);
    if (value) return *value;
    refuse(option, "32 bytes in hex (0x and 64 hex digits)");
    return {};
}

Word256 ValueReader::wei(std::string_view option) {
    const std::optional<std::string> text = arguments_.text(option);
    if (!text) return {};
    const Result<Word256> value = chain::parse_decimal(*text);
    if (value) return *value;
    refuse(option, "a whole number");
    return {};
}

std::uint64_t ValueReader::whole_number(std::string_view option) {
    const Word256 value = wei(option);
    const Result<std::uint64_t> narrow = chain::to_u64(value);
    if (narrow) return *narrow;
    refuse(option, "a number below 2^64");
    return 0;
}

std::uint64_t ValueReader::number_in(std::string_view option, std::uint64_t least,
                                     std::uint64_t most) {
    const std::uint64_t value = whole_number(option);
    if (value < least || value > most)
        refuse(option, "between " + std::to_string(least) + " and " + std::to_string(most));
    return value;
}

std::string ValueReader::url(std::string_view option) {
    std::optional<std::string> text = arguments_.text(option);
    if (!text) return {};
    if (!net::parse_url(*text)) {
        // Not echoed then: a name and password are copied into questions with it.
        if (text->find('@') != std::string::npos && problem_.empty())
            problem_ = "--" + std::string{option} +
                       " is not an http or https URL without name and password";
        refuse(option, "an http or https URL");
        return {};
    }
    while (text->ends_with('/')) text->pop_back();
    return *std::move(text);
}

}  // namespace pramana::app
