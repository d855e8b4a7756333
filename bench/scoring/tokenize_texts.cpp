// Texts in, word-pieces out, for tools/tokenizer_fuzz. Standard input: u32 little-endian length,
// then that many bytes, again and again. Standard output for each text: u32 count, then that many
// u16.
#include "pramana/core/endian.hpp"
#include "pramana/scoring/tokenizer.hpp"

#include <cstdio>
#include <string>

namespace {

bool read_exactly(void* to, std::size_t size) { return std::fread(to, 1, size, stdin) == size; }

}  // namespace

int main(int argc, char** argv) {
    using namespace pramana;
    const auto model = scoring::Model::load(argc > 1 ? argv[1] : scoring::kModelPath,
                                            scoring::pinned_model_digest());
    if (!model) {
        std::fputs("tokenize_texts: no model file; run tools/setup in the repository\n", stderr);
        return 1;
    }
    const scoring::Tokenizer tokenizer{*model};
    std::uint8_t head[4];
    std::string text;
    while (read_exactly(head, sizeof head)) {
        text.resize(load_le<std::uint32_t>(head));
        if (!read_exactly(text.data(), text.size())) return 1;
        const auto pieces = tokenizer.encode(text);
        Bytes out;
        append_le(out, static_cast<std::uint32_t>(pieces.size()));
        for (const std::uint16_t piece : pieces) append_le(out, piece);
        std::fwrite(out.data(), 1, out.size(), stdout);
    }
    return 0;
}
