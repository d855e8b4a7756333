// Anything as an opened file, under version 2 of the formats: archives in archives, exports, their
// authenticity.
#include "extract_rules.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const pramana::scoring::FormatRules formats{
        .version = 2, .archive_depth_max = 3, .authenticity = 1};
    pramana::scoring::check_extract({bytes, size}, pramana::scoring::small_limits(formats));
    return 0;
}
