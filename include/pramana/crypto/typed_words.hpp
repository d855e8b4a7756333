#pragma once

#include "pramana/core/endian.hpp"
#include "pramana/crypto/keccak.hpp"

#include <array>
#include <string_view>

// Typed structured data whose members are all of one word: what our own intents and statements
// sign. chain/typed_data.hpp hashes whatever a contract defines. Source: EIP-712. Thread: pure
// functions.

namespace pramana {

/// EIP-712's encodeData: every member is one 32-byte word, numbers and addresses right-aligned,
/// texts by their hash.
class TypedWords {
  public:
    explicit TypedWords(std::string_view type) { add(keccak256(type)); }
    TypedWords& add(const Hash32& word) {
        append(bytes_, word.view());
        return *this;
    }
    TypedWords& add(const Address& address) {
        bytes_.resize(bytes_.size() + 12);
        append(bytes_, address.view());
        return *this;
    }
    TypedWords& add(std::uint64_t number) {
        bytes_.resize(bytes_.size() + 24);
        append_be(bytes_, number);
        return *this;
    }
    TypedWords& add_text(std::string_view text) { return add(keccak256(text)); }
    [[nodiscard]] Hash32 hash() const { return keccak256(bytes_); }

  private:
    Bytes bytes_;
};

/// What is signed: 0x1901 || domain || message.
[[nodiscard]] inline Hash32 typed_digest(const TypedWords& domain, const TypedWords& message) {
    static constexpr std::array<std::uint8_t, 2> kPrefix = {0x19, 0x01};
    const Hash32 separator = domain.hash();
    const Hash32 said = message.hash();
    return keccak256({ByteView{kPrefix}, separator.view(), said.view()});
}

}  // namespace pramana
