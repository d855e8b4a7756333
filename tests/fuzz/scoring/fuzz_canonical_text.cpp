#include "canonical/canonical.hpp"
#include "chunk/chunker.hpp"
#include "lexical/fingerprint.hpp"
#include "pramana/core/bytes.hpp"
#include "pramana/core/check.hpp"
#include "quality/quality.hpp"
#include "quality/rules.hpp"

namespace pramana::scoring {
namespace {

std::uint16_t piece_of(char c) {
    return static_cast<std::uint16_t>((c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c) & 0x7F);
}

/// A piece for each byte that is not white space: at least as many as the real tokenizer makes.
void encode_bytes(std::string_view text, Pieces& out) {
    for (const char c : text)
        if (c != ' ' && c != '\n') out.push_back(piece_of(c));
}

/// The same by words and marks.
EncodeWords words_of_bytes() {
    EncodeWords words;
    words.word = [](std::string_view word, std::uint16_t* out) {
        for (const char c : word) *out++ = piece_of(c);
        return word.size();
    };
    for (std::size_t c = 0; c < words.marks.size(); ++c)
        words.marks[c] = piece_of(static_cast<char>(c));
    return words;
}

std::vector<Chunk> chunks_of(std::string_view text, const ChunkRules& rules, EncodeWords words) {
    Chunker chunker{rules, encode_bytes, 64, std::move(words)};
    chunker.add(text);
    return std::move(chunker).finish();
}

/// As prose and as rows: lines, languages, words and personal data of anything.
void survey(std::string_view text, const CanonicalText& canonical,
            const std::vector<Chunk>& chunks) {
    for (const Role role : {Role::kProse, Role::kRow}) {
        Document document;
        document.records.push_back({SecretText{}, role, 0, SecretText{text}});
        const QualityRules rules{.version = kQualityVersion, .languages = {}};
        QualitySurvey survey{rules};
        survey.add(document.records[0], canonical);
        const auto judged = survey.finish(document, chunks, languages_of(chunks));
        PRAMANA_CHECK(judged.quality.value <= kQ16One);
        PRAMANA_CHECK(judged.features[Feature::kPersonalData].value <= kQ16One * text.size());
    }
}

void fuzz(ByteView bytes) {
    const CanonicalText once = canonicalize(as_text(bytes));
    const std::string_view text{once.utf8.data(), once.utf8.size()};
    const CanonicalText twice = canonicalize(text);
    PRAMANA_CHECK(twice.ill_formed == 0 && twice.utf8 == once.utf8);

    const ChunkRules rules;
    const std::vector<Chunk> chunks = chunks_of(text, rules, {});
    const std::vector<Chunk> together = chunks_of(text, rules, words_of_bytes());
    PRAMANA_CHECK(chunks.size() == together.size());
    for (std::size_t i = 0; i < chunks.size(); ++i)
        PRAMANA_CHECK(chunks[i].pieces == together[i].pieces &&
                      chunks[i].words.folded == together[i].words.folded &&
                      chunks[i].weight == together[i].weight);
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
    survey(as_text(bytes), once, chunks);
}

}  // namespace
}  // namespace pramana::scoring

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    pramana::scoring::fuzz({bytes, size});
    return 0;
}
