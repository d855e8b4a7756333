#include "pramana/chain/address.hpp"

#include "pramana/chain/rlp.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/crypto/keccak.hpp"

namespace pramana::chain {
namespace {

bool is_lower(char c) noexcept { return c >= 'a' && c <= 'f'; }
bool is_upper(char c) noexcept { return c >= 'A' && c <= 'F'; }

Address last_twenty(const Hash32& hash) noexcept {
    Address address;
    std::copy(hash.bytes.begin() + 12, hash.bytes.end(), address.bytes.begin());
    return address;
}

}  // namespace

std::string to_checksum(const Address& address) {
    std::string digits = to_hex(address.view());
    const Hash32 hash = keccak256(digits);
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const unsigned byte = hash.bytes[i / 2];
        const unsigned nibble = i % 2 == 0 ? byte >> 4U : byte & 0xFU;
        if (nibble >= 8 && is_lower(digits[i]))
            digits[i] = static_cast<char>(digits[i] - 'a' + 'A');
    }
    return "0x" + digits;
}

Result<Address> parse_address(std::string_view text) {
    if (text.size() != 42 || !text.starts_with("0x")) {
        return Error{Errc::kBadRequest, "chain.address.form"};
    }
    Result<Address> address = fixed_from_hex<Address>(text.substr(2));
    if (!address) return address.error();
    const std::string_view digits = text.substr(2);
    const bool mixed = std::any_of(digits.begin(), digits.end(), is_lower) &&
                       std::any_of(digits.begin(), digits.end(), is_upper);
    if (mixed && to_checksum(*address) != text) {
        return Error{Errc::kBadRequest, "chain.address.checksum"};
    }
    return address;
}

Address create_address(const Address& deployer, std::uint64_t tx_nonce) {
    const rlp::Item item = rlp::list({rlp::string(deployer.view()), rlp::integer(tx_nonce)});
    return last_twenty(keccak256(rlp::encode(item)));
}

Address create2_address(const Address& deployer, const Hash32& salt, const Hash32& init_code_hash) {
    static constexpr std::uint8_t kPrefix[] = {0xff};
    return last_twenty(
        keccak256({ByteView{kPrefix}, deployer.view(), salt.view(), init_code_hash.view()}));
}

}  // namespace pramana::chain
