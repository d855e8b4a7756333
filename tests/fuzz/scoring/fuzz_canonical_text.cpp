#include "canonical/canonical.hpp"
#include "chunk/chunker.hpp"
#include "lexical/fingerprint.hpp"
#include "pramana/core/bytes.hpp"
#include "pramana/core/check.hpp"
#include "quality/quality.hpp"

namespace pramana::scoring {
namespace {

/// A piece for each byte that is not white space: at least as many as the real tokenizer makes.
void encode_bytes(std::string_view text, Pieces& out) {
    for (const char c : text)
        if (c != ' ' && c != '\n') out.push_back(static_cast<std::uint16_t>(c & 0x7F));
}

void fuzz(ByteView bytes) {
    const CanonicalText once = canonicalize(as_text(bytes));
    const std::string_view text{once.utf8.data(), once.utf8.size()};
    const CanonicalText twice = canonicalize(text);
    PRAMANA_CHECK(twice.ill_formed == 0 && twice.utf8 == once.utf8);

    const ChunkRules rules;
    Chunker chunker{rules, encode_bytes};
    chunker.add(text);
    const std::vector<Chunk> chunks = std::move(chunker).finish();
    std::size_t words = 0;
    for (const Chunk& chunk : chunks) {
        PRAMANA_CHECK(chunk.pieces.size() <= rules.pieces_max);
        PRAMANA_CHECK(chunk.characters > 0 && chunk.characters <= rules.characters_max);
        PRAMANA_CHECK(chunk.weight <= rules.weight_max);
        words += chunk.words.words.size();
        const Fingerprints prints = fingerprint(chunk.words, {});
        PRAMANA_CHECK(prints.windows.empty() == (chunk.words.folded_characters() == 0));
        for (const Window& window : prints.windows) PRAMANA_CHECK(window.end <= prints.characters);
    }
    PRAMANA_CHECK(words >= split_words(text).words.size());  // cutting a word makes two of it
    PRAMANA_CHECK(judge(measure(chunks, once.ill_formed), Profile::kProse).value <= kQ16One);
}

}  // namespace
}  // namespace pramana::scoring

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    pramana::scoring::fuzz({bytes, size});
    return 0;
}
