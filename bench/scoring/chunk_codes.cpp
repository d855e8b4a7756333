// The chunks of a text as the chunker makes them, and their index codes, for tools/accuracy.
//   chunk_codes MODEL MOST FILE >chunks
// FILE is UTF-8 text, a record a paragraph. Of its chunks at most MOST are written, evenly from the
// whole file. Standard output for each: u32 pieces, that many
// u16 (without [CLS] and [SEP]), 384 signed bytes of codes; all little-endian.
#include "canonical/canonical.hpp"
#include "chunk/chunker.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/scoring/encoder.hpp"
#include "pramana/scoring/ruleset.hpp"
#include "pramana/scoring/tokenizer.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace {

using namespace pramana;
using namespace pramana::scoring;

std::vector<Chunk> chunks_of(const std::string& text, const ChunkRules& rules,
                             const Tokenizer& tokenizer) {
    Chunker chunker{rules,
                    [&](std::string_view part, Pieces& out) { tokenizer.encode_into(part, out); }};
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find("\n\n", begin), text.size());
        const CanonicalText record =
            canonicalize(std::string_view{text}.substr(begin, end - begin));
        chunker.add({record.utf8.data(), record.utf8.size()});
        begin = end + 2;
    }
    return std::move(chunker).finish();
}

}  // namespace

int main(int argc, char** argv) {
    const std::size_t most = argc == 4 ? static_cast<std::size_t>(std::atoll(argv[2])) : 0;
    if (most == 0) return std::fputs("usage: chunk_codes MODEL MOST FILE\n", stderr), 64;
    const auto model = Model::load(argv[1], pinned_model_digest());
    const auto ruleset = Ruleset::named("default-1");
    if (!model || !ruleset) return std::fputs("chunk_codes: not the pinned model\n", stderr), 66;
    std::ifstream in{argv[3], std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    const Tokenizer tokenizer{*model};
    const Encoder encoder{*model};
    const std::vector<Chunk> chunks = chunks_of(text, ruleset->values().chunk, tokenizer);
    const std::size_t count = std::min(most, chunks.size());
    for (std::size_t i = 0; i < count; ++i) {
        const Chunk& chunk = chunks[i * chunks.size() / count];
        const std::uint32_t offsets[] = {0, static_cast<std::uint32_t>(chunk.pieces.size())};
        SecretVector<std::int8_t> codes(kEmbeddingDim);
        encoder.embed({chunk.pieces, offsets}, codes);
        Bytes out;
        append_le(out, offsets[1]);
        for (const std::uint16_t piece : chunk.pieces) append_le(out, piece);
        for (const std::int8_t code : codes) out.push_back(static_cast<std::uint8_t>(code));
        std::fwrite(out.data(), 1, out.size(), stdout);
    }
    return 0;
}
