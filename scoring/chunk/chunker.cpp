#include "chunk/chunker.hpp"

#include "canonical/unicode.hpp"
#include "chunk/sentences.hpp"
#include "pramana/core/check.hpp"

#include <algorithm>
#include <utility>

namespace pramana::scoring {
namespace {

constexpr std::uint64_t kBoundarySeed = 0x626F7264;  // "bord"
/// Sentences up to here are tokenised whole; longer ones by atoms at once.
constexpr std::size_t kSentenceBytesMax = 2048;
constexpr std::size_t kAtomCharactersMax = 128;

/// Without white space, so that a sentence counts as much as its atoms.
std::uint32_t count_characters(std::string_view text) {
    std::uint32_t count = 0;
    for (const char c : text) {
        const bool begins = (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
        count += static_cast<std::uint32_t>(begins) & static_cast<std::uint32_t>(c != ' ') &
                 static_cast<std::uint32_t>(c != '\n');
    }
    return count;
}

}  // namespace

Chunker::Chunker(const ChunkRules& rules, EncodeText encode)
    : rules_{rules}, encode_{std::move(encode)} {}

void Chunker::add(std::string_view canonical) {
    for (const std::string_view paragraph : split_paragraphs(canonical)) add_paragraph(paragraph);
}

std::vector<Chunk> Chunker::finish() && {
    close();
    return std::move(chunks_);
}

void Chunker::add_paragraph(std::string_view paragraph) {
    for (const std::string_view sentence : split_sentences(paragraph)) {
        if (add_whole(sentence)) continue;
        for (const Unit& unit : units_of(sentence)) add_unit(unit);
    }
    if (open_.pieces.size() >= rules_.pieces_min) close();
}

/// False, with nothing added, for a sentence that is cut.
bool Chunker::add_whole(std::string_view sentence) {
    if (sentence.size() > kSentenceBytesMax) return false;
    const Pieces pieces = encode_(sentence);
    const std::uint32_t characters = count_characters(sentence);
    if (pieces.size() >= rules_.boundary_pieces_min || !fits(0, characters)) return false;
    if (!fits(open_.pieces.size() + pieces.size(), open_.characters + characters)) close();
    const std::size_t words_before = open_.words.words.size();
    append_words(sentence, open_.words);
    settle(pieces, characters, words_before);
    return true;
}

// No look ahead: what follows may be cut away without moving a border (P4).
void Chunker::add_unit(const Unit& unit) {
    if (!fits(open_.pieces.size() + unit.pieces.size(), open_.characters + unit.characters))
        close();
    const std::size_t words_before = open_.words.words.size();
    open_.words.append(unit.words);
    settle(unit.pieces, unit.characters, words_before);
}

void Chunker::settle(const Pieces& pieces, std::uint32_t characters, std::size_t words_before) {
    open_.pieces.insert(open_.pieces.end(), pieces.begin(), pieces.end());
    open_.characters += characters;
    if (open_.pieces.size() >= rules_.boundary_pieces_min && boundary_in(open_.words, words_before))
        close();
}

Chunker::Unit Chunker::unit_of(std::string_view text) const {
    return {encode_(text), split_words(text), count_characters(text)};
}

std::vector<Chunker::Unit> Chunker::units_of(std::string_view sentence) const {
    std::vector<Unit> atoms;
    for (const std::string_view atom : split_atoms(sentence, kAtomCharactersMax))
        add_atoms(atoms, atom);
    return cut(atoms);
}

void Chunker::add_atoms(std::vector<Unit>& out, std::string_view text) const {
    Unit atom = unit_of(text);
    const std::size_t half = half_of(text);
    if (fits(atom.pieces.size(), atom.characters) || half == text.size()) {
        PRAMANA_CHECK(fits(atom.pieces.size(), 0));
        out.push_back(std::move(atom));
        return;
    }
    add_atoms(out, text.substr(0, half));
    add_atoms(out, text.substr(half));
}

std::vector<Chunker::Unit> Chunker::cut(const std::vector<Unit>& atoms) const {
    std::vector<Unit> units(1);
    for (const Unit& atom : atoms) {
        Unit* unit = &units.back();
        const std::size_t words = unit->words.words.size();
        const bool full =
            !fits(unit->pieces.size() + atom.pieces.size(), unit->characters + atom.characters);
        const bool border = unit->pieces.size() >= rules_.boundary_pieces_min && words > 0 &&
                            boundary_in(unit->words, words - 1);
        if (full || border) unit = &units.emplace_back();
        unit->pieces.insert(unit->pieces.end(), atom.pieces.begin(), atom.pieces.end());
        unit->words.append(atom.words);
        unit->characters += atom.characters;
    }
    return units;
}

bool Chunker::fits(std::size_t pieces, std::size_t characters) const noexcept {
    return pieces <= rules_.pieces_max && characters <= rules_.characters_max;
}

bool Chunker::boundary_in(const Words& words, std::size_t from) const noexcept {
    const std::size_t window = rules_.boundary_words;
    for (std::size_t last = std::max(from, window - 1); last < words.words.size(); ++last) {
        std::uint64_t hash = kBoundarySeed;
        for (std::size_t i = last + 1 - window; i <= last; ++i)
            hash = chain(hash, words.words[i].hash);
        if ((hash >> 32U) % rules_.boundary_modulus == 0) return true;
    }
    return false;
}

void Chunker::close() {
    if (open_.characters == 0) return;
    open_.weight = std::min(open_.words.characters(), rules_.weight_max);
    chunks_.push_back(std::exchange(open_, Chunk{}));
}

}  // namespace pramana::scoring
