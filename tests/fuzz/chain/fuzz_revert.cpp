#include "pramana/chain/revert.hpp"
#include "pramana/core/check.hpp"

// Every input has a description, short and printable.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto known = pramana::chain::vana_errors();
    const auto revert = pramana::chain::decode_revert({bytes, size}, known);
    const std::string line = pramana::chain::describe(revert, known);
    PRAMANA_CHECK(line.size() < 2000);
    for (const char c : line) PRAMANA_CHECK(c >= 0x20 && c < 0x7f);
    return 0;
}
