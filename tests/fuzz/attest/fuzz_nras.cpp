#include "pramana/attest/nras.hpp"
#include "pramana/core/check.hpp"

// Without a pinned key no answer is accepted, and key sets that read hold points of the curve's
// size.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace pramana;
    using namespace pramana::attest;
    const std::string_view text = as_text({bytes, size});
    const Bytes nonce(32, 0x5A);
    const Appraisal appraisal =
        appraise_nras({.answer = text, .nonce = nonce, .devices = 1}, {}, 1'790'000'000);
    PRAMANA_CHECK(!appraisal.accepted());
    if (const Result<NrasKeys> keys = read_nras_keys(text)) {
        PRAMANA_CHECK(!keys->empty());
        for (const auto& [id, point] : *keys) PRAMANA_CHECK(point.size() == 96);
    }
    return 0;
}
