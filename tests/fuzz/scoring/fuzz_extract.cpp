// Anything as an opened file, under version 1 of the formats.
#include "extract_rules.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    pramana::scoring::check_extract({bytes, size}, pramana::scoring::small_limits({}));
    return 0;
}
