#include "canonical/canonical.hpp"
#include "chunk/chunker.hpp"
#include "chunk/sentences.hpp"
#include "lexical/fingerprint.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <random>
#include <string>

namespace pramana::scoring {
namespace {

using Parts = std::vector<std::string_view>;

TEST(Sentences, end_behind_stops_and_at_line_ends) {
    EXPECT_EQ(split_sentences("One. Two! \"Three?\" four\nfive"),
              (Parts{"One.", "Two!", "\"Three?\"", "four", "five"}));
    EXPECT_EQ(split_sentences("3.14 is not a sentence"), (Parts{"3.14 is not a sentence"}));
    EXPECT_EQ(split_sentences("Wait... What?! (Really.) Yes"),
              (Parts{"Wait...", "What?!", "(Really.)", "Yes"}));
    EXPECT_EQ(split_sentences("\xE5\xA5\xBD\xE3\x80\x82\xE4\xBD\xA0\xE3\x80\x82"),
              (Parts{"\xE5\xA5\xBD\xE3\x80\x82", "\xE4\xBD\xA0\xE3\x80\x82"}));
    EXPECT_EQ(split_sentences(""), Parts{});
}

TEST(Paragraphs, end_at_empty_lines) {
    EXPECT_EQ(split_paragraphs("a\nb\n\nc"), (Parts{"a\nb", "c"}));
    EXPECT_EQ(split_paragraphs(""), Parts{});
}

TEST(Atoms, are_cut_at_white_space_and_when_they_are_long) {
    EXPECT_EQ(split_atoms("a bc def", 2), (Parts{"a", "bc", "de", "f"}));
    EXPECT_EQ(split_atoms("\xC3\xA9\xC3\xA9\xC3\xA9", 2), (Parts{"\xC3\xA9\xC3\xA9", "\xC3\xA9"}));
}

/// A tokenizer of three letters a piece: long enough to exercise every border, and true to the rule
/// that pieces never cross white space.
void encode_by_three(std::string_view text, Pieces& out) {
    std::size_t run = 0;
    for (const char c : text) {
        run = c == ' ' || c == '\n' ? 0 : run + 1;
        if (run % 3 == 1)
            out.push_back(static_cast<std::uint16_t>(1000 + static_cast<unsigned char>(c)));
    }
}

std::size_t pieces_of(std::string_view text) {
    Pieces out;
    encode_by_three(text, out);
    return out.size();
}

std::string random_prose(std::mt19937& random, std::size_t sentences, bool paragraphs) {
    std::string out;
    for (std::size_t s = 0; s < sentences; ++s) {
        const std::size_t words = 1 + random() % 40;
        for (std::size_t w = 0; w < words; ++w) {
            const std::size_t letters = 1 + random() % 9;
            for (std::size_t l = 0; l < letters; ++l) out += static_cast<char>('a' + random() % 26);
            out += w + 1 == words ? "." : " ";
        }
        out += paragraphs && random() % 6 == 0 ? "\n\n" : " ";
    }
    return out;
}

std::vector<Chunk> chunks_of(std::string_view canonical, const ChunkRules& rules = {}) {
    Chunker chunker{rules, encode_by_three};
    chunker.add(canonical);
    return std::move(chunker).finish();
}

std::string words_of(const Chunk& chunk) {
    return {chunk.words.folded.data(), chunk.words.folded.size()};
}

TEST(Chunker, loses_nothing_and_keeps_its_bounds) {
    std::mt19937 random{11};
    for (int round = 0; round < 100; ++round) {
        const std::string text = random_prose(random, 60, round % 2 == 0);
        const CanonicalText canonical = canonicalize(text);
        const std::vector<Chunk> chunks = chunks_of({canonical.utf8.data(), canonical.utf8.size()});
        std::string joined;
        for (std::size_t i = 0; i < chunks.size(); ++i) {
            joined += words_of(chunks[i]);
            EXPECT_LE(chunks[i].pieces.size(), 192U);
            EXPECT_LE(chunks[i].characters, 2048U);
            EXPECT_GE(chunks[i].pieces.size(), 1U);
        }
        const std::vector<std::string_view> sentences = split_atoms(text, 1000);
        std::string expected;
        for (std::string_view atom : sentences) {
            while (!atom.empty() && atom.back() == '.') atom.remove_suffix(1);
            expected.append(atom).append(" ");
        }
        EXPECT_EQ(joined, expected);
    }
}

// P4: the file cut at any chunk border gives the same chunks; here the parts are the words' own
// text.
TEST(Chunker, cutting_the_text_at_a_border_gives_the_same_chunks) {
    std::mt19937 random{12};
    for (int round = 0; round < 40; ++round) {
        std::string text = random_prose(random, 50, round % 3 == 0);
        if (round % 4 == 1) std::erase(text, '.');  // one endless sentence
        const CanonicalText canonical = canonicalize(text);
        const std::string_view whole{canonical.utf8.data(), canonical.utf8.size()};
        const std::vector<Chunk> chunks = chunks_of(whole);
        std::size_t words_before = 0;
        for (std::size_t border = 1; border < chunks.size(); ++border) {
            words_before += chunks[border - 1].words.words.size();
            const std::size_t at = split_words(whole).words[words_before - 1].text_end;
            const std::size_t cut = whole.find_first_of(" \n", at);
            ASSERT_NE(cut, std::string_view::npos);
            const std::vector<Chunk> rest = chunks_of(whole.substr(cut));
            ASSERT_EQ(rest.size(), chunks.size() - border)
                << "round " << round << " border " << border;
            for (std::size_t i = 0; i < rest.size(); ++i)
                ASSERT_EQ(rest[i].pieces, chunks[border + i].pieces) << "round " << round;
            ASSERT_EQ(chunks_of(whole.substr(0, cut)).size(), border);
        }
    }
}

TEST(Chunker, keeps_a_paragraph_that_fits_whole) {
    std::mt19937 random{13};
    std::string text;
    for (int i = 0; i < 20; ++i) {
        std::string paragraph;
        while (pieces_of(paragraph) < 32) paragraph += random_prose(random, 1, false);
        if (pieces_of(paragraph) < 128) text += paragraph + "\n\n";
    }
    const CanonicalText canonical = canonicalize(text);
    const std::string_view whole{canonical.utf8.data(), canonical.utf8.size()};
    EXPECT_EQ(chunks_of(whole).size(), split_paragraphs(whole).size());
}

TEST(Chunker, merges_short_records) {
    Chunker chunker{{}, encode_by_three};
    for (int i = 0; i < 64; ++i) chunker.add("ab");  // one piece each
    const std::vector<Chunk> chunks = std::move(chunker).finish();
    ASSERT_EQ(chunks.size(), 2U);
    EXPECT_EQ(chunks[0].pieces.size(), 32U);
}

TEST(Chunker, never_sees_a_piece_count_above_the_limit) {
    for (const std::string& text :
         {std::string(1'000'000, 'x'), std::string(5000, '.') + "end", [] {
              std::string wide;
              for (int i = 0; i < 20'000; ++i) wide += "\xE4\xBD\xA0";
              return wide;
          }()}) {
        const std::vector<Chunk> chunks = chunks_of(text);
        for (const Chunk& chunk : chunks) {
            ASSERT_LE(chunk.pieces.size(), 192U);
            ASSERT_LE(chunk.characters, 2048U);
            ASSERT_LE(chunk.weight, 1024U);
        }
    }
}

Words words_in(std::string_view text) {
    const CanonicalText canonical = canonicalize(text);
    return split_words({canonical.utf8.data(), canonical.utf8.size()});
}

const char kSentence[] =
    "The quick brown fox jumps over the lazy dog while seventeen curious sheep watch the whole "
    "affair from behind a fence";

TEST(Fingerprint, covers_the_whole_chunk_from_end_to_end) {
    const Fingerprints prints = fingerprint(words_in(kSentence), {});
    ASSERT_FALSE(prints.by_characters);
    EXPECT_EQ(prints.windows.front().begin, 0U);
    EXPECT_EQ(prints.windows.back().end, prints.characters);
    std::uint32_t covered = 0;
    for (const Window& window : prints.windows) {
        if (!window.kept) continue;
        EXPECT_LE(window.begin, covered);
        covered = window.end;
    }
    EXPECT_EQ(covered, prints.characters);
}

// Schleimer, Wilkerson, Aiken 2003: a common run of window + width - 1 units shares a fingerprint,
// wherever it stands.
TEST(Fingerprint, finds_a_copied_passage_at_another_place) {
    std::mt19937 random{14};
    const std::string passage =
        "seventeen curious sheep watch the whole affair from behind a fence today";  // 12 words
    for (int round = 0; round < 200; ++round) {
        const std::string a =
            random_prose(random, 2, false) + passage + " " + random_prose(random, 2, false);
        const std::string b =
            random_prose(random, 2, false) + passage + " " + random_prose(random, 2, false);
        const Fingerprints first = fingerprint(words_in(a), {}),
                           second = fingerprint(words_in(b), {});
        const SecretVector<std::uint64_t> left = first.kept(), right = second.kept();
        std::vector<std::uint64_t> common;
        std::set_intersection(left.begin(), left.end(), right.begin(), right.end(),
                              std::back_inserter(common));
        EXPECT_FALSE(common.empty()) << a << "\n" << b;
    }
}

TEST(Fingerprint, short_and_unspaced_chunks_use_characters) {
    EXPECT_TRUE(fingerprint(words_in("only four short words"), {}).by_characters);
    EXPECT_TRUE(
        fingerprint(
            words_in("\xE4\xBB\x8A\xE5\xA4\xA9\xE5\xA4\xA9\xE6\xB0\x94\xE5\xBE\x88\xE5\xA5\xBD"),
            {})
            .by_characters);
    EXPECT_TRUE(fingerprint(words_in("..."), {}).windows.empty());
    EXPECT_EQ(fingerprint(words_in("ok"), {}).windows.size(), 1U);
}

TEST(ExactHash, ignores_case_marks_spacing_and_look_alikes) {
    const ExactHash plain = exact_hash(words_in("Paypal is it, naive reader"));
    EXPECT_EQ(
        plain,
        exact_hash(words_in("  \xD0\xA0\xD0\xB0ypal IS it \xE2\x80\x94 na\xC3\xAFve\r\nreader!")));
    EXPECT_NE(plain, exact_hash(words_in("Paypal is it, naive readers")));
    EXPECT_NE(exact_hash(words_in("ab c")), exact_hash(words_in("a bc")));
}

}  // namespace
}  // namespace pramana::scoring
