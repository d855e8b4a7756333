#include "chunk/words.hpp"

#include "canonical/unicode.hpp"

#include <algorithm>
#include <array>

namespace pramana::scoring {
namespace {

using unicode::CharacterClass;

constexpr std::uint64_t kWordSeed = 0x776F7264;  // "word"
constexpr std::size_t kWordCharactersMax = 256;

/// What ASCII letters and digits fold to, and their class; 0 for what stands between words.
struct AsciiWord {
    std::array<char, 256> folded{};
    std::array<std::uint16_t, 256> script{};
    AsciiWord() noexcept {
        for (char32_t c = 0; c < 0x80; ++c) {
            const CharacterClass kind = unicode::class_of(c);
            if (!unicode::in_word(kind)) continue;
            const unicode::Mapping mapping = unicode::folded_of(c);
            folded[c] = static_cast<char>(mapping.itself ? c : mapping.to[0]);
            script[c] = static_cast<std::uint16_t>(1U << static_cast<unsigned>(kind));
        }
    }
};
const AsciiWord kAsciiWord;

char folded_ascii(char c) noexcept { return kAsciiWord.folded[static_cast<std::uint8_t>(c)]; }

/// Builds one word at a time behind those that are there.
class Splitter {
  public:
    explicit Splitter(Words& out) : out_{out} {}

    /// As many of the letters and digits at `at` as are ASCII and still fit the word; moves behind
    /// them.
    void add_ascii(std::string_view text, std::size_t& at) {
        const std::size_t most = std::min(text.size() - at, kWordCharactersMax - length_);
        std::size_t size = 1;
        while (size < most && folded_ascii(text[at + size]) != 0) ++size;
        open_ = true;
        std::uint64_t hash = hash_;
        for (const char c : text.substr(at, size)) {
            current_.scripts |= kAsciiWord.script[static_cast<std::uint8_t>(c)];
            const auto folded = static_cast<char32_t>(folded_ascii(c));
            out_.folded.push_back(folded);
            hash = chain(hash, folded);
        }
        hash_ = hash;
        at += size;
        characters_ += static_cast<std::uint32_t>(size);
        length_ += size;
        current_.text_end = static_cast<std::uint32_t>(at);
        if (length_ == kWordCharactersMax) end();
    }

    void add(char32_t c, CharacterClass kind, std::size_t text_end) {
        open_ = true;
        current_.scripts |= static_cast<std::uint16_t>(1U << static_cast<unsigned>(kind));
        unspaced_ += kind == CharacterClass::kUnspaced ? 1U : 0U;
        characters_ += unicode::combining_class(c) == 0 ? 1U : 0U;
        const unicode::Mapping folded = unicode::folded_of(c);
        if (folded.itself) {
            put(c);
        } else {
            for (const std::uint32_t part : folded.to) put(part);
        }
        current_.text_end = static_cast<std::uint32_t>(text_end);
        if (++length_ == kWordCharactersMax) end();
    }

    void end() {
        if (!open_) return;
        current_.folded_end = static_cast<std::uint32_t>(out_.folded.size());
        current_.characters = static_cast<std::uint16_t>(characters_);
        current_.unspaced = 2 * unspaced_ > characters_;
        current_.hash = hash_;
        out_.words.push_back(current_);
        current_ = {};
        hash_ = kWordSeed;
        open_ = false;
        characters_ = unspaced_ = 0;
        length_ = 0;
    }
    [[nodiscard]] bool open() const noexcept { return open_; }

  private:
    void put(char32_t c) {
        out_.folded.push_back(c);
        hash_ = chain(hash_, c);
    }

    Words& out_;
    Word current_;
    std::uint64_t hash_ = kWordSeed;
    std::uint32_t characters_ = 0;
    std::uint32_t unspaced_ = 0;
    std::size_t length_ = 0;
    bool open_ = false;
};

/// Room for `more` without growing step by step; keeps growth geometric.
template <class T>
void make_room(SecretVector<T>& values, std::size_t more) {
    if (values.capacity() - values.size() < more)
        values.reserve(std::max(values.size() + more, 2 * values.capacity()));
}

bool letter_at(std::string_view text, std::size_t at) {
    std::uint64_t ill_formed = 0;
    return at < text.size() &&
           unicode::in_word(unicode::class_of(unicode::decode(text, at, ill_formed)));
}

}  // namespace

void Words::append(const Words& more) {
    const auto folded_before = static_cast<std::uint32_t>(folded.size());
    folded.insert(folded.end(), more.folded.begin(), more.folded.end());
    for (Word word : more.words) {
        word.folded_end += folded_before;
        words.push_back(word);
    }
}

std::uint32_t Words::characters() const noexcept {
    std::uint32_t sum = 0;
    for (const Word& word : words) sum += word.characters;
    return sum;
}

void append_words(std::string_view canonical, Words& out) {
    make_room(out.folded, canonical.size());
    make_room(out.words, canonical.size() / 4);
    Splitter splitter{out};
    std::uint64_t ill_formed = 0;
    for (std::size_t at = 0; at < canonical.size();) {
        if (folded_ascii(canonical[at]) != 0) {
            splitter.add_ascii(canonical, at);
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
    append_words(canonical, out);
    return out;
}

}  // namespace pramana::scoring
