#include "pramana/chain/transaction.hpp"
#include "pramana/core/check.hpp"

// What decodes is a transaction that can be hashed for signing, and its signature recovers to the
// stated sender.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const pramana::ByteView input{bytes, size};
    const auto decoded = pramana::chain::decode_transaction(input);
    if (!decoded) return 0;
    const auto digest = pramana::chain::signing_hash(decoded->transaction);
    PRAMANA_CHECK(digest.has_value());
    const auto sender = pramana::recover_address(*digest, decoded->signature);
    PRAMANA_CHECK(sender.has_value() && *sender == decoded->sender);
    PRAMANA_CHECK(std::equal(decoded->raw.begin(), decoded->raw.end(), input.begin(), input.end()));
    return 0;
}
