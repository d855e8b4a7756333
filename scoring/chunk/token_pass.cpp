#include "chunk/token_pass.hpp"

#include "canonical/unicode.hpp"
#include "pramana/core/check.hpp"
#include "pramana/core/secret_append.hpp"

#include <cstring>
#include <utility>

namespace pramana::scoring {
namespace {

constexpr std::size_t kRunMax = 15;

constexpr std::uint16_t bit_of(unicode::CharacterClass kind) noexcept {
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(kind));
}
constexpr std::uint16_t kLetter = bit_of(unicode::CharacterClass::kLatin);
constexpr std::uint16_t kDigit = bit_of(unicode::CharacterClass::kDigit);
constexpr std::uint16_t kScripts[] = {0, kLetter, kDigit, kLetter | kDigit};

bool joins_to(char c) noexcept {  // a letter or digit, perhaps: bytes beyond ASCII
    const auto byte = static_cast<std::uint8_t>(c);
    return byte >= 0x80 || (byte > ' ' && byte != 0x7F && byte != '[' && !is_ascii_mark(byte));
}

/// `more` behind the first `size` characters of a word.
ShortWord joined(const ShortWord& word, std::size_t size, const ShortWord& more) noexcept {
    char text[32] = {};
    std::memcpy(text, word.data(), sizeof word);
    std::memcpy(text + size, more.data(), sizeof more);
    ShortWord whole;
    std::memcpy(whole.data(), text, sizeof whole);
    wipe_memory(text, sizeof text);
    return whole;
}

}  // namespace

EncodeWords words_of(const Tokenizer& tokenizer) {
    EncodeWords words;
    words.word = [&tokenizer](std::string_view word, std::uint16_t* out) {
        return tokenizer.encode_word(word, out);
    };
    for (std::size_t c = 0; c < words.marks.size(); ++c)
        words.marks[c] = tokenizer.piece_of_mark(static_cast<char>(c));
    return words;
}

/// Writes words and pieces behind those that are there, into room that is there already.
class TokenPass::Output {
  public:
    Output(TokenPass& pass, OpenText& to) : pass_{pass}, to_{to}, next_{to.next()} {}
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
    ~Output() { to_.written(next_); }

    void add_word(const Slot& known, std::size_t size, std::size_t text_end) {
        *next_.word++ = {known.hash,
                         static_cast<std::uint32_t>(text_end),
                         static_cast<unsigned>(size) & 15U,
                         static_cast<unsigned>(size) & 15U,
                         kScripts[known.scripts] & 0xFFU,
                         0};
        std::memcpy(next_.folded, known.word.data(), sizeof known.word);
        next_.folded[size] = ' ';
        next_.folded += size + 1;
    }
    void take_back_word(std::size_t size) noexcept {
        --next_.word;
        next_.folded -= size + 1;
    }
    void add_pieces(const Slot& known, std::size_t size) {
        if (known.count <= kFewPieces) [[likely]] {
            std::memcpy(next_.piece, known.pieces.data(), sizeof known.pieces);
            next_.piece += known.count;
        } else if (known.count != kMany) {
            std::memcpy(next_.piece, pass_.many_.data() + known.pieces[0],
                        kRunMax * sizeof(std::uint16_t));
            next_.piece += known.count;
        } else {
            next_.piece += pass_.encode_.word(
                {reinterpret_cast<const char*>(known.word.data()), size}, next_.piece);
        }
    }
    void add_mark(std::uint16_t piece) { *next_.piece++ = piece; }
    [[nodiscard]] const std::uint16_t* pieces() const noexcept { return next_.piece; }
    void take_back_pieces(const std::uint16_t* to) noexcept { next_.piece -= next_.piece - to; }

    /// What `bytes` of ASCII give at most, and what is written beyond that and does not count.
    [[nodiscard]] static OpenText::Size room_for(std::size_t bytes) noexcept {
        return {bytes + kRunMax, bytes, 2 * bytes + sizeof(ShortWord) + 1};
    }

  private:
    TokenPass& pass_;
    OpenText& to_;
    OpenText::Next next_;
};

TokenPass::TokenPass(EncodeWords encode)
    : encode_{std::move(encode)},
      kernel_{encode_.word ? token_kernel() : nullptr},
      pairs_(kernel_ == nullptr ? 0 : std::size_t{1} << kPairsLog2) {}

/// Of four times the pairs; the later learnt words stay so.
void TokenPass::grow() {
    SecretVector<Pair> old(4 * pairs_.size());
    old.swap(pairs_);
    shift_ -= 2;
    for (const Pair& pair : old)
        for (const Slot* slot : {&pair.earlier, &pair.later}) {
            if (slot->word == ShortWord{}) continue;
            Pair& to = pair_of(slot->word);
            to.earlier = to.later;
            to.later = *slot;
        }
}

void TokenPass::learn(Slot& slot, const ShortWord& word, std::size_t size) {
    ++learnt_;
    char text[sizeof word];
    std::memcpy(text, word.data(), sizeof text);
    std::uint16_t pieces[kRunMax] = {};
    slot = {};
    slot.word = word;
    slot.hash = hash_of_run({text, size});
    for (const char c : std::string_view{text, size})
        slot.scripts |= c >= '0' && c <= '9' ? 2U : 1U;
    const std::size_t count = encode_.word({text, size}, pieces);
    PRAMANA_CHECK(count <= kRunMax);
    slot.count = static_cast<std::uint8_t>(count);
    if (count <= kFewPieces) {
        std::memcpy(slot.pieces.data(), pieces, sizeof slot.pieces);
    } else if (const std::size_t place = many_.size(); place + kRunMax <= kManyMax) {
        slot.pieces[0] = static_cast<std::uint16_t>(place);
        append_plain(many_, pieces, kRunMax);
    } else {
        slot.count = kMany;
    }
    wipe_memory(text, sizeof text);
    wipe_memory(pieces, sizeof pieces);
}

// A word with apostrophes is one word and several runs: the run before it is taken back and joined
// with the next. What the stretch at hand does not show whole begins the next one, or is left.
std::size_t TokenPass::take(std::string_view text, std::size_t at, OpenText& to) {
    if (kernel_ == nullptr) return at;
    if (learnt_ > pairs_.size() + pairs_.size() / 2 && shift_ > 64 - kPairsLog2Max) grow();
    to.reserve(Output::room_for(text.size() - at));
    Output out{*this, to};
    while (at < text.size()) {
        kernel_->pieces(text.data() + at, text.size() - at, tokens_);
        if (tokens_.bytes == 0) return at;
        for (std::size_t i = 0; i < tokens_.count; ++i)  // all at once: they lie far apart
            __builtin_prefetch(&pair_of(tokens_.tokens[i].word));
        ShortWord last{};  // the word that was added last: its letters, where it ends and began
        std::size_t last_size = 0, last_end = 0, last_begin = 0;
        const std::uint16_t* last_pieces = nullptr;
        std::size_t taken = tokens_.bytes;
        for (std::size_t i = 0; i < tokens_.count; ++i) {
            const AsciiToken& token = tokens_.tokens[i];
            if (token.size > 0) {
                last_pieces = out.pieces();
                const Slot& slot = known(token.word, token.size);
                out.add_word(slot, token.size, at + token.end);
                out.add_pieces(slot, token.size);
                last = token.word;
                last_size = token.size;
                last_end = token.end;
                last_begin = last_end - last_size;
                continue;
            }
            const char mark = text[at + token.end - 1U];
            out.add_mark(encode_.marks[static_cast<std::uint8_t>(mark)]);
            if (mark != '\'' || last_size == 0 || last_end + 1U != token.end ||
                at + token.end == text.size() || !joins_to(text[at + token.end]))
                continue;
            const AsciiToken* next = i + 1 < tokens_.count ? &tokens_.tokens[i + 1] : nullptr;
            out.take_back_word(last_size);
            if (next == nullptr || next->size == 0 || next->end - next->size != token.end ||
                last_size + next->size > kRunMax) {
                out.take_back_pieces(last_pieces);
                taken = last_begin;
                break;
            }
            out.add_pieces(known(next->word, next->size), next->size);
            last = joined(last, last_size, next->word);
            last_size += next->size;
            last_end = next->end;
            out.add_word(known(last, last_size), last_size, at + last_end);
            ++i;
        }
        wipe_memory(&last, sizeof last);
        if (taken == 0) return at;
        at += taken;
    }
    return at;
}

}  // namespace pramana::scoring
