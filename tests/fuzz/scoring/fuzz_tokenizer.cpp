#include "pramana/core/bytes.hpp"
#include "pramana/core/check.hpp"
#include "pramana/scoring/tokenizer.hpp"
#include "unit/scoring_embed/tiny_model.hpp"

#include <algorithm>

namespace pramana::scoring {
namespace {

void fuzz(ByteView bytes) {
    static const Tokenizer tokenizer{testing::tiny_model()};
    static const std::size_t words = 104 + testing::tiny_words().size();
    const std::string_view text = as_text(bytes);
    const auto whole = tokenizer.encode(text);
    PRAMANA_CHECK(
        std::all_of(whole.begin(), whole.end(), [](std::uint16_t piece) { return piece < words; }));
    PRAMANA_CHECK(whole.size() <= text.size());

    // A space separates: what stands on both sides has the pieces that it has alone.
    const std::string_view first = text.substr(0, text.size() / 2);
    const std::string_view second = text.substr(first.size());
    SecretVector<std::uint16_t> parts = tokenizer.encode(first);
    tokenizer.encode_into(second, parts);
    std::string joined{first};
    joined += ' ';
    joined += second;
    PRAMANA_CHECK(tokenizer.encode(joined) == parts);
}

}  // namespace
}  // namespace pramana::scoring

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    pramana::scoring::fuzz({bytes, size});
    return 0;
}
