// ASCII takes shorter ways through canonical text, words and sentences. Each is compared with the
// rule written down plainly here, or with the long way over the same text.
#include "canonical/canonical.hpp"
#include "canonical/unicode.hpp"
#include "chunk/sentences.hpp"
#include "chunk/words.hpp"
#include "lexical/hash_order.hpp"
#include "lexical/windows.hpp"
#include "pramana/core/hex.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace pramana::scoring {
namespace {

std::string canonical(std::string_view text) {
    const CanonicalText out = canonicalize(text);
    return {out.utf8.data(), out.utf8.size()};
}

/// docs/scoring.md "Canonical text" for ASCII, step by step over the whole text.
std::string canonical_ascii(std::string_view text) {
    std::string kept;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        if (c == '\n' || c == '\r' || c == '\v' || c == '\f')
            kept += '\n';
        else if (c == ' ' || c == '\t')
            kept += ' ';
        else if (c > ' ' && c != '\x7F')
            kept += c == '`' ? '\'' : c;
    }
    std::string out;
    std::size_t lines = 0, spaces = 0;
    for (const char c : kept) {
        lines += c == '\n' ? 1U : 0U;
        spaces += c == ' ' ? 1U : 0U;
        if (c == '\n' || c == ' ') continue;
        const char* gap = lines > 1 ? "\n\n" : lines == 1 ? "\n" : spaces > 0 ? " " : "";
        out += out.empty() ? "" : gap;
        out += c;
        lines = spaces = 0;
    }
    return out;
}

std::string random_text(std::mt19937& random, std::string_view alphabet, std::size_t size_max) {
    std::string out(random() % (size_max + 1), '\0');
    for (char& c : out) c = alphabet[random() % alphabet.size()];
    return out;
}

TEST(AsciiCanonical, equals_the_rule_step_by_step) {
    std::mt19937 random{15};
    for (int round = 0; round < 20'000; ++round) {
        const std::string text =
            random_text(random, "ab.`'~ \t\n\r\v\f\x01\x7F" + std::string(1, '\0') + "  \n",
                        round % 4 == 0 ? 90 : 40);
        ASSERT_EQ(canonical(text), canonical_ascii(text)) << to_hex(as_bytes_view(text));
    }
}

// Sixteen bytes at once where nothing changes; spaces on both sides of their borders.
TEST(AsciiCanonical, equals_the_rule_in_long_lines) {
    std::mt19937 random{25};
    for (int round = 0; round < 20'000; ++round) {
        const std::string text = random_text(random, "abcdefgh.,AB0123456789-~!   ", 120) +
                                 (round % 3 == 0 ? "`x\t y " : "") +
                                 random_text(random, "abcdefghijklmnop ", 60);
        ASSERT_EQ(canonical(text), canonical_ascii(text)) << to_hex(as_bytes_view(text));
    }
}

// UAX #15: composing looks at the base and its marks only, wherever the line is interrupted.
TEST(AsciiCanonical, last_letter_of_a_line_composes_with_what_follows) {
    struct Row {
        std::string text;
        std::string wanted;
    };
    const Row rows[] = {{"some e\xCC\x81 more", "some \xC3\xA9 more"},
                        {"some e\x01\xCC\x81", "some \xC3\xA9"},
                        {"e\xCC\xA7\xCC\x81x", "\xC8\xA9\xCC\x81x"},
                        {"one \xCC\x81 two", "one \xCC\x81 two"},
                        {"end\n\xCC\x81", "end\n\xCC\x81"},
                        {"`\xCC\x81", "'\xCC\x81"}};
    for (const Row& row : rows) EXPECT_EQ(canonical(row.text), row.wanted) << row.text;
}

/// Every character on its own, without the way for runs of ASCII: the rule of a word's hash.
std::uint64_t hash_of(std::string_view word) {
    std::uint64_t hash = 0x776F7264;
    std::uint64_t ill_formed = 0;
    for (std::size_t at = 0; at < word.size();) {
        const char32_t c = unicode::decode(word, at, ill_formed);
        const unicode::Mapping folded = unicode::folded_of(c);
        if (folded.itself) hash = chain(hash, c);
        for (const std::uint32_t part : folded.to) hash = chain(hash, part);
    }
    return hash;
}

TEST(AsciiWords, hash_and_end_as_their_characters_say) {
    const std::string text = "Don't STOP \xC3\x89t\xC3\xA9 " + std::string(300, 'q') + " x9";
    const Words words = split_words(text);
    ASSERT_EQ(words.words.size(), 6U);
    const std::string kWanted[] = {
        "dont", "stop", "\xC3\x89t\xC3\xA9", std::string(256, 'q'), std::string(44, 'q'), "x9"};
    for (std::size_t i = 0; i < 6; ++i)
        EXPECT_EQ(words.words[i].hash, hash_of(kWanted[i])) << kWanted[i];
    EXPECT_EQ(words.words[0].text_end, 5U);
    EXPECT_EQ(words.words[0].characters, 4U);
    EXPECT_EQ(words.words[3].characters, 256U);
    EXPECT_EQ(words.words[5].text_end, text.size());
}

TEST(AsciiWords, an_empty_text_without_an_address_has_no_words) {
    EXPECT_TRUE(split_words(std::string_view{}).words.empty());
    EXPECT_TRUE(split_words("").words.empty());
}

bool same(const Words& a, const Words& b) {
    const auto equal = [](const Word& x, const Word& y) {
        return x.hash == y.hash && x.folded_characters == y.folded_characters &&
               x.text_end == y.text_end && x.characters == y.characters && x.scripts == y.scripts &&
               x.unspaced == y.unspaced;
    };
    return a.folded == b.folded &&
           std::equal(a.words.begin(), a.words.end(), b.words.begin(), b.words.end(), equal);
}

TEST(AsciiWords, appending_equals_splitting_then_appending) {
    std::mt19937 random{16};
    const std::string alphabet = "abcXYZ019 '.\xC3\xA9\xD0\xB0\xE4\xBD\xA0";
    Words joined, appended;
    KnownWords known;
    for (int round = 0; round < 500; ++round) {
        const std::string text = random_text(random, alphabet, 600);
        append_words(text, known, joined);
        appended.append(split_words(text));
        ASSERT_TRUE(same(joined, appended)) << to_hex(as_bytes_view(text));
    }
}

/// docs/scoring.md "Canonical text" for ASCII: runs of letters and digits, joined by apostrophes
/// between them, at most 256 characters.
std::vector<std::string> words_by_the_rule(std::string_view text) {
    const auto inside = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
    std::vector<std::string> words;
    std::string word;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        const char c = i < text.size() ? text[i] : ' ';
        if (inside(c)) word += static_cast<char>(std::tolower(c));
        const bool joins = c == '\'' && !word.empty() && i + 1 < text.size() && inside(text[i + 1]);
        const bool ends = !inside(c) && !joins;
        if (!word.empty() && (ends || word.size() == 256)) {
            words.push_back(word);
            word.clear();
        }
    }
    return words;
}

TEST(AsciiWords, equal_the_rule_word_by_word) {
    std::mt19937 random{18};
    KnownWords known;  // of all rounds: the second time a word is looked up
    for (int round = 0; round < 5'000; ++round) {
        std::string text = random_text(random, "aabcXYZ019 '-.\n    ", round % 3 == 0 ? 250 : 60);
        if (round % 50 == 0) text += std::string(random() % 600, 'q') + "' x";
        Words words;
        append_words(text, known, words);
        const std::vector<std::string> wanted = words_by_the_rule(text);
        std::string folded;
        ASSERT_EQ(words.words.size(), wanted.size()) << text;
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            folded += wanted[i] + ' ';
            const Word& word = words.words[i];
            ASSERT_EQ(word.hash, hash_of(wanted[i])) << text;
            ASSERT_EQ(word.characters, wanted[i].size()) << text;
            ASSERT_EQ(word.folded_characters, wanted[i].size()) << text;
            unsigned scripts = 0;
            for (const char c : wanted[i])
                scripts |=
                    1U << static_cast<unsigned>(unicode::class_of(static_cast<std::uint8_t>(c)));
            ASSERT_EQ(word.scripts, scripts) << text;
        }
        ASSERT_EQ((std::string{words.folded.data(), words.folded.size()}), folded);
    }
}

struct Cut {
    std::vector<std::string> tokens;  ///< marks and words
    std::vector<std::size_t> ends;
    std::size_t bytes = 0;
};

/// What TokenKernel says, byte by byte.
Cut cut_by_the_rule(std::string_view text, bool marks) {
    const auto inside = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
    const auto odd = [&](char c) {
        if (!marks) return (static_cast<unsigned char>(c) & 0x80U) != 0 || c == '\'';
        return !inside(c) && c != ' ' && c != '\n' && !is_ascii_mark(static_cast<std::uint8_t>(c));
    };
    const std::size_t stretch = std::min<std::size_t>(text.size(), AsciiTokens::kBytesMax);
    Cut cut;
    for (std::size_t at = 0; at < stretch && !odd(text[at]);) {
        if (!inside(text[at])) {
            if (marks && text[at] != ' ' && text[at] != '\n') {
                cut.tokens.emplace_back(1, text[at]);
                cut.ends.push_back(at + 1);
            }
            cut.bytes = ++at;
            continue;
        }
        std::size_t end = at;
        std::string word;
        while (end < stretch && inside(text[end]))
            word += static_cast<char>(std::tolower(text[end++]));
        const bool over = end == text.size() || (end < stretch && !odd(text[end]));
        if (!over || word.size() > 15) break;
        cut.tokens.push_back(word);
        cut.ends.push_back(end);
        cut.bytes = at = end;
    }
    return cut;
}

// Lengths on both sides of 64 bytes and of 15 letters; texts that end where they are allocated.
TEST(TokenKernel, cuts_as_the_rule_says) {
    const TokenKernel* kernel = token_kernel();
    if (kernel == nullptr) GTEST_SKIP() << "this processor goes byte by byte";
    std::mt19937 random{21};
    const std::string_view kAlphabets[] = {"abcXYZ09 ", "aaaaaaaaaaaaaab .",
                                           "ab9'[].,!@`{~\x7F\n\t ", "abc def\xC3\xA9'"};
    for (int round = 0; round < 40'000; ++round) {
        std::string text = random_text(random, kAlphabets[round % 4], 140);
        if (round % 97 == 0) text = std::string(random() % 80, 'q') + text;
        const std::vector<char> exact(text.begin(), text.end());  // no byte behind the end is ours
        for (const bool marks : {false, true}) {
            AsciiTokens tokens;
            (marks ? kernel->pieces : kernel->words)(exact.data(), exact.size(), tokens);
            const Cut wanted = cut_by_the_rule(text, marks);
            ASSERT_EQ(tokens.bytes, wanted.bytes) << text << marks;
            ASSERT_EQ(tokens.count, wanted.tokens.size()) << text << marks;
            for (std::size_t i = 0; i < tokens.count; ++i) {
                const AsciiToken& token = tokens.tokens[i];
                const bool mark = !std::isalnum(static_cast<unsigned char>(wanted.tokens[i][0]));
                char word[16];
                std::memcpy(word, token.word.data(), sizeof word);
                ASSERT_EQ(token.size, mark ? 0 : wanted.tokens[i].size()) << text;
                ASSERT_EQ(token.end, wanted.ends[i]) << text;
                ASSERT_STREQ(std::string(word, sizeof word).c_str(), wanted.tokens[i].c_str());
            }
        }
    }
}

// Evenly spread, few different ones, all in one place of hash_order.hpp, and too many for it.
TEST(HashOrder, equals_sort_and_unique) {
    std::mt19937_64 random{19};
    const std::uint64_t kMasks[] = {~0ULL, 0xFF00000000000000, 0x00FFFFFFFFFFFFFF, 7, 0};
    for (int round = 0; round < 2'000; ++round) {
        SecretVector<std::uint64_t> hashes(random() % (round % 20 == 0 ? 2'000 : 150));
        for (std::uint64_t& hash : hashes) hash = random() & kMasks[round % 5];
        SecretVector<std::uint64_t> wanted = hashes;
        std::sort(wanted.begin(), wanted.end());
        wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
        sort_and_unite(hashes);
        ASSERT_EQ(hashes, wanted) << round;
    }
}

// Counts on both sides of a register and of eight of them; few different hashes, so that ties
// occur.
TEST(WindowKernels, every_one_gives_the_same) {
    std::mt19937_64 random{20};
    const WindowKernel& plain = window_kernels().back();
    for (const WindowKernel& kernel : window_kernels()) {
        for (std::size_t count = 0; count < 150; ++count) {
            const std::size_t width = 1 + random() % 12, neighbours = 1 + random() % 7;
            std::vector<std::uint64_t> units(count + width - 1);
            for (std::uint64_t& unit : units) unit = random() % (count % 3 == 0 ? 2 : ~0ULL);
            std::vector<std::uint64_t> hashes(count), wanted(count);
            kernel.hash(units.data(), count, width, 5, hashes.data());
            for (std::size_t i = 0; i < count; ++i) {
                wanted[i] = 5;
                for (std::size_t j = 0; j < width; ++j) wanted[i] = chain(wanted[i], units[i + j]);
            }
            ASSERT_EQ(hashes, wanted) << kernel.name << ' ' << count << ' ' << width;
            std::vector<std::uint8_t> kept(count), kept_plain(count);
            kernel.winnow(hashes.data(), count, neighbours, kept.data());
            plain.winnow(hashes.data(), count, neighbours, kept_plain.data());
            ASSERT_EQ(kept, kept_plain) << kernel.name << ' ' << count << ' ' << neighbours;
        }
    }
}

// docs/scoring.md "Chunks": cut behind a stop and white space and at line ends, nothing dropped.
TEST(AsciiSentences, lose_nothing_but_white_space) {
    std::mt19937 random{17};
    const std::string_view alphabet = "ab .!?\n\")] ";
    for (int round = 0; round < 5'000; ++round) {
        const std::string text = random_text(random, alphabet, 60) +
                                 (round % 2 == 0 ? "" : std::string(random() % 40, 'c')) +
                                 random_text(random, alphabet, 20);
        std::string whole, parts;
        for (const char c : text)
            if (c != ' ' && c != '\n') whole += c;
        for (const std::string_view sentence : split_sentences(text)) {
            ASSERT_EQ(sentence.find('\n'), std::string_view::npos);
            for (const char stop : {'.', '!', '?'})
                ASSERT_EQ(sentence.find(std::string{stop} + ' '), std::string_view::npos);
            for (const char c : sentence)
                if (c != ' ') parts += c;
        }
        ASSERT_EQ(parts, whole);
    }
}

}  // namespace
}  // namespace pramana::scoring
