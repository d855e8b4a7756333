#include "pramana/chain/rlp.hpp"
#include "pramana/core/check.hpp"

// What decodes encodes back to the same bytes: RLP has one form for each value.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const pramana::ByteView input{bytes, size};
    const auto item = pramana::chain::rlp::decode(input);
    if (item) {
        const pramana::Bytes again = pramana::chain::rlp::encode(*item);
        PRAMANA_CHECK(std::equal(again.begin(), again.end(), input.begin(), input.end()));
    }
    return 0;
}
