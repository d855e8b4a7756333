#include "pramana/core/check.hpp"
#include "recompute/opening.hpp"

// What is read is written again to the same values, and judging it never fails.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace pramana;
    const auto shown = app::read_opening(as_text({bytes, size}));
    if (!shown) return 0;
    const auto again = app::read_opening(app::json_of(*shown));
    PRAMANA_CHECK(again && again->steps == shown->steps &&
                  again->opening.path == shown->opening.path);
    (void)scoring::opens_trace(shown->opening, scoring::leaf_of(shown->steps), Hash32{});
    return 0;
}
