#include "pramana/chain/abi.hpp"
#include "pramana/core/check.hpp"

#include <array>

namespace {

constexpr std::array<std::string_view, 8> kTypes = {
    "(uint256)",
    "(string)",
    "(uint256[])",
    "((uint256,address,string,uint256,uint256))",
    "((bytes,(uint256,uint256,string,string,string)))",
    "((address,string)[],bytes)",
    "(string[][][],bytes4[2][],int16,bool)",
    "((bytes,(uint8[],string)[])[])"};

}  // namespace

// The first byte chooses the types; the rest is decoded. What decodes fits its types, so it
// encodes, and what is written decodes to the same values.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    namespace abi = pramana::chain::abi;
    if (size == 0) return 0;
    const auto types = abi::parse_types(kTypes[bytes[0] % kTypes.size()]);
    PRAMANA_CHECK(types.has_value());
    const pramana::ByteView input{bytes + 1, size - 1};
    const auto values = abi::decode(*types, input);
    if (!values) return 0;
    const auto again = abi::encode(*types, *values);
    PRAMANA_CHECK(again.has_value());
    const auto canonical = abi::decode_canonical(*types, *again);
    PRAMANA_CHECK(canonical.has_value() && *canonical == *values);
    return 0;
}
