#include "chunk/words.hpp"

#include "canonical/unicode.hpp"

#include <algorithm>

namespace pramana::scoring {
namespace {

using unicode::CharacterClass;

constexpr std::uint64_t kWordSeed = 0x776F7264;  // "word"
constexpr std::uint16_t kWordCharactersMax = 256;

/// Builds one word at a time.
class Splitter {
  public:
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
        characters_ = unspaced_ = length_ = 0;
    }
    [[nodiscard]] bool open() const noexcept { return open_; }
    [[nodiscard]] Words finish() && {
        end();
        return std::move(out_);
    }

  private:
    void put(char32_t c) {
        out_.folded.push_back(c);
        hash_ = chain(hash_, c);
    }

    Words out_;
    Word current_;
    std::uint64_t hash_ = kWordSeed;
    std::uint32_t characters_ = 0;
    std::uint32_t unspaced_ = 0;
    std::uint32_t length_ = 0;
    bool open_ = false;
};

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

Words split_words(std::string_view canonical) {
    Splitter splitter;
    std::uint64_t ill_formed = 0;
    for (std::size_t at = 0; at < canonical.size();) {
        const char32_t c = unicode::decode(canonical, at, ill_formed);
        const CharacterClass kind = unicode::class_of(c);
        if (unicode::in_word(kind))
            splitter.add(c, kind, at);
        else if (!(c == '\'' && splitter.open() && letter_at(canonical, at)))
            splitter.end();
    }
    return std::move(splitter).finish();
}

}  // namespace pramana::scoring
