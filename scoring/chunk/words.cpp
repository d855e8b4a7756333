#include "chunk/words.hpp"

#include "canonical/unicode.hpp"
#include "pramana/core/check.hpp"
#include "tokenize/behind.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace pramana::scoring {
namespace {

using unicode::CharacterClass;

constexpr std::uint64_t kWordSeed = 0x776F7264;  // "word"
constexpr std::size_t kWordCharactersMax = 256;

/// What ASCII letters and digits fold to, and their class; 0 for what stands between words.
struct AsciiWord {
    std::array<char, 256> folded{};
    std::array<std::uint16_t, 256> script{};
    std::array<bool, 256> ends{};  ///< ASCII that ends every word; an apostrophe may join
    AsciiWord() noexcept {
        for (char32_t c = 0; c < 0x80; ++c) {
            const CharacterClass kind = unicode::class_of(c);
            ends[c] = !unicode::in_word(kind) && c != '\'';
            if (!unicode::in_word(kind)) continue;
            const unicode::Mapping mapping = unicode::folded_of(c);
            folded[c] = static_cast<char>(mapping.itself ? c : mapping.to[0]);
            script[c] = static_cast<std::uint16_t>(1U << static_cast<unsigned>(kind));
            char alone[16] = {static_cast<char>(c)};
            const AsciiRun run = ascii_run_reference(alone);
            PRAMANA_CHECK(run.size == 1 && (run.word[0] == first_of(folded[c])));
        }
    }
    static std::uint64_t first_of(char c) noexcept {
        std::uint64_t word = 0;
        std::memcpy(&word, &c, 1);
        return word;
    }
};
const AsciiWord kAsciiWord;

char folded_ascii(char c) noexcept { return kAsciiWord.folded[static_cast<std::uint8_t>(c)]; }
std::uint16_t script_of_ascii(char c) noexcept {
    return kAsciiWord.script[static_cast<std::uint8_t>(c)];
}
bool word_ends_at(std::string_view text, std::size_t at) noexcept {
    return at == text.size() || kAsciiWord.ends[static_cast<std::uint8_t>(text[at])];
}

/// Builds one word at a time behind those that are there.
class Splitter {
  public:
    explicit Splitter(Words& out) : words_{out.words}, folded_{out.folded} {}

    /// A word that is one run, with nothing of it added yet.
    void add_word(const ShortWord& word, std::size_t length, const KnownWords::Known& known,
                  std::size_t text_end) {
        words_.push_back({known.hash, static_cast<std::uint32_t>(text_end),
                          static_cast<unsigned>(length) & 15U, static_cast<unsigned>(length) & 15U,
                          known.scripts & 0xFFU, 0});
        char* to = folded_.room(sizeof word);
        std::memcpy(to, word.data(), sizeof word);
        to[length] = ' ';
        folded_.written(length + 1);
    }

    /// As many of the letters and digits at `at` as are ASCII and still fit the word; moves behind
    /// them.
    void add_ascii(std::string_view text, std::size_t& at) {
        const std::size_t most = std::min(text.size() - at, kWordCharactersMax - length_);
        std::size_t size = 1;
        while (size < most && folded_ascii(text[at + size]) != 0) ++size;
        open_ = true;
        char* to = folded_.room(size);
        for (const char c : text.substr(at, size)) {
            scripts_ |= script_of_ascii(c);
            *to++ = folded_ascii(c);
            hash_ = chain(hash_, static_cast<std::uint8_t>(folded_ascii(c)));
        }
        folded_.written(size);
        at += size;
        folded_characters_ += static_cast<std::uint32_t>(size);
        characters_ += static_cast<std::uint32_t>(size);
        length_ += size;
        text_end_ = static_cast<std::uint32_t>(at);
        if (length_ == kWordCharactersMax) end();
    }

    void add(char32_t c, CharacterClass kind, std::size_t text_end) {
        open_ = true;
        scripts_ |= 1U << static_cast<unsigned>(kind);
        unspaced_ += kind == CharacterClass::kUnspaced ? 1U : 0U;
        characters_ += unicode::combining_class(c) == 0 ? 1U : 0U;
        const unicode::Mapping folded = unicode::folded_of(c);
        if (folded.itself) {
            put(c);
        } else {
            for (const std::uint32_t part : folded.to) put(part);
        }
        text_end_ = static_cast<std::uint32_t>(text_end);
        if (++length_ == kWordCharactersMax) end();
    }

    void end() {
        if (!open_) return;
        words_.push_back({hash_, text_end_, folded_characters_ & 0x3FFFU, characters_ & 0x1FFU,
                          scripts_ & 0xFFU, 2 * unspaced_ > characters_ ? 1U : 0U});
        folded_.push_back(' ');
        hash_ = kWordSeed;
        open_ = false;
        scripts_ = folded_characters_ = characters_ = unspaced_ = 0;
        length_ = 0;
    }
    [[nodiscard]] bool open() const noexcept { return open_; }

  private:
    void put(char32_t c) {
        folded_.written(unicode::write_utf8(folded_.room(4), c));
        ++folded_characters_;
        hash_ = chain(hash_, c);
    }

    Behind<Word, 32> words_;
    Behind<char, 512> folded_;
    std::uint64_t hash_ = kWordSeed;
    std::uint32_t text_end_ = 0;
    std::uint32_t scripts_ = 0;
    std::uint32_t folded_characters_ = 0;
    std::uint32_t characters_ = 0;
    std::uint32_t unspaced_ = 0;
    std::size_t length_ = 0;
    bool open_ = false;
};

/// Sixteen bytes from any place of a text on, with zeros behind its end.
class Sixteens {
  public:
    explicit Sixteens(std::string_view text) : text_{text} {
        const std::size_t size = std::min(text.size(), kBytes);
        if (size > 0) std::memcpy(last_, text.data() + text.size() - size, size);
        last_begin_ = text.size() - size;
    }
    Sixteens(const Sixteens&) = delete;
    Sixteens& operator=(const Sixteens&) = delete;
    ~Sixteens() { wipe_memory(last_, sizeof last_); }
    [[nodiscard]] const char* at(std::size_t place) const noexcept {
        return place < last_begin_ ? text_.data() + place : last_ + (place - last_begin_);
    }

  private:
    static constexpr std::size_t kBytes = 16;
    std::string_view text_;
    std::size_t last_begin_ = 0;
    char last_[2 * kBytes] = {};
};

bool letter_at(std::string_view text, std::size_t at) {
    std::uint64_t ill_formed = 0;
    return at < text.size() &&
           unicode::in_word(unicode::class_of(unicode::decode(text, at, ill_formed)));
}

}  // namespace

KnownWords::Known KnownWords::learn(Slot& slot, const ShortWord& word, std::size_t size) noexcept {
    char text[sizeof word];
    std::memcpy(text, word.data(), sizeof text);
    Known known{hash_of_run({text, size}), 0};
    for (std::size_t i = 0; i < size; ++i) known.scripts |= script_of_ascii(text[i]);
    wipe_memory(text, sizeof text);
    slot = {word, known};
    return known;
}

std::uint64_t hash_of_run(std::string_view lower) noexcept {
    std::uint64_t hash = kWordSeed;
    for (const char c : lower) hash = chain(hash, static_cast<std::uint8_t>(c));
    return hash;
}

void Words::append(const Words& more) {
    folded.insert(folded.end(), more.folded.begin(), more.folded.end());
    words.insert(words.end(), more.words.begin(), more.words.end());
}

void Words::clear() noexcept {
    folded.clear();
    words.clear();
}

std::uint32_t Words::characters() const noexcept {
    std::uint32_t sum = 0;
    for (const Word& word : words) sum += word.characters;
    return sum;
}

std::uint32_t Words::folded_characters() const noexcept {
    std::uint32_t sum = 0;
    for (const Word& word : words) sum += word.folded_characters;
    return sum;
}

namespace {

/// The words of the first bytes of a text, many at once. Returns how many bytes, behind which the
/// text is between words; 0: byte by byte is the only way.
std::size_t append_tokens(std::string_view text, std::size_t text_begin, KnownWords& known,
                          Splitter& splitter) {
    static const TokenKernel* const kKernel = token_kernel();
    if (kKernel == nullptr) return 0;
    AsciiTokens& tokens = known.tokens();
    kKernel->words(text.data(), text.size(), tokens);
    for (std::size_t i = 0; i < tokens.count; ++i) {
        const AsciiToken& token = tokens.tokens[i];
        splitter.add_word(token.word, token.size, known.of(token.word, token.size),
                          text_begin + token.end);
    }
    return tokens.bytes;
}

}  // namespace

void append_words(std::string_view canonical, KnownWords& known, Words& out) {
    Splitter splitter{out};
    const Sixteens bytes{canonical};
    std::uint64_t ill_formed = 0;
    for (std::size_t at = 0; at < canonical.size();) {
        if (folded_ascii(canonical[at]) != 0) {
            if (!splitter.open()) {
                const std::size_t taken = append_tokens(canonical.substr(at), at, known, splitter);
                at += taken;
                if (taken > 0) continue;
            }
            const AsciiRun run = ascii_run(bytes.at(at));
            if (run.size == 16 || splitter.open() || !word_ends_at(canonical, at + run.size)) {
                splitter.add_ascii(canonical, at);
                continue;
            }
            at += run.size;
            splitter.add_word(run.word, run.size, known.of(run.word, run.size), at);
            if (at < canonical.size()) ++at;  // what ended it is no part of a word
            continue;
        }
        const char32_t c = unicode::decode(canonical, at, ill_formed);
        const CharacterClass kind = unicode::class_of(c);
        if (unicode::in_word(kind))
            splitter.add(c, kind, at);
        else if (!(c == '\'' && splitter.open() && letter_at(canonical, at)))
            splitter.end();
    }
    splitter.end();
}

Words split_words(std::string_view canonical) {
    Words out;
    KnownWords known;
    append_words(canonical, known, out);
    return out;
}

}  // namespace pramana::scoring
