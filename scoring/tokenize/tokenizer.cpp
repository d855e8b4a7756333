#include "pramana/scoring/tokenizer.hpp"

#include "model/parts.hpp"
#include "pramana/core/utf8.hpp"
#include "tokenize/ascii_tokens.hpp"
#include "tokenize/ascii_words.hpp"
#include "tokenize/behind.hpp"
#include "tokenize/fold.hpp"
#include "tokenize/trie.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace pramana::scoring {
namespace {

constexpr std::size_t kWordCharactersMax = 100;  // longer words are [UNK]
constexpr std::string_view kContinuation = "##";

struct SpecialText {
    std::string_view text;
    std::uint16_t piece;
};
constexpr SpecialText kSpecialTexts[] = {{"[PAD]", 0},
                                         {"[UNK]", kPieceUnknown},
                                         {"[CLS]", kPieceBegin},
                                         {"[SEP]", kPieceEnd},
                                         {"[MASK]", 103}};

const SpecialText* special_at(std::string_view text) noexcept {
    for (const SpecialText& special : kSpecialTexts)
        if (text.starts_with(special.text)) return &special;
    return nullptr;
}

void append_utf8(char32_t c, SecretVector<char>& out) {
    const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (c < 0x80) {
        put(c);
        return;
    }
    if (c < 0x800) {
        put(0xC0U | c >> 6U);
    } else if (c < 0x10000) {
        put(0xE0U | c >> 12U);
        put(0x80U | (c >> 6U & 0x3FU));
    } else {
        put(0xF0U | c >> 18U);
        put(0x80U | (c >> 12U & 0x3FU));
        put(0x80U | (c >> 6U & 0x3FU));
    }
    put(0x80U | (c & 0x3FU));
}

/// The code point of a well-formed sequence of 2 to 4 bytes.
char32_t decode(std::string_view sequence) noexcept {
    const auto byte = [sequence](std::size_t i) { return static_cast<std::uint8_t>(sequence[i]); };
    char32_t c = byte(0) & (0xFFU >> (sequence.size() + 1));
    for (std::size_t i = 1; i < sequence.size(); ++i) c = c << 6U | (byte(i) & 0x3FU);
    return c;
}

constexpr std::array<std::uint16_t, 128> unknown_pieces() noexcept {
    std::array<std::uint16_t, 128> pieces{};
    pieces.fill(kPieceUnknown);
    return pieces;
}

}  // namespace

struct Tokenizer::State {
    explicit State(std::shared_ptr<const Model> from)
        : model{std::move(from)},
          words{model->parts().vocabulary},
          whole{model->parts().vocabulary},
          kinds{ascii_kinds(FoldTable::get())} {
        has_continuations = words.walk(kContinuation, continuation);
        for (const std::string_view word : model->parts().vocabulary)
            continuing.push_back(word.size() > kContinuation.size() &&
                                 word.starts_with(kContinuation));
        for (std::size_t c = 0; c < 0x80; ++c) {
            PRAMANA_CHECK((kinds[c] == AsciiKind::kPunctuation) ==
                          is_ascii_mark(static_cast<std::uint8_t>(c)));
            const char alone = static_cast<char>(c);
            const WordTrie::Match match = words.longest(WordTrie::kRoot, {&alone, 1});
            if (match.word != WordTrie::kNoWord)
                mark_piece[c] = static_cast<std::uint16_t>(match.word);
        }
    }
    [[nodiscard]] AsciiKind kind(char c) const noexcept {
        return kinds[static_cast<std::uint8_t>(c)];
    }
    /// Appends the pieces of whole ASCII words, punctuation marks and spaces; returns how many
    /// bytes they take. Stops at anything whose neighbours must be seen, and there it is between
    /// words.
    std::size_t encode_ascii(std::string_view text, SecretVector<std::uint16_t>& pieces) const;
    /// The same for the first bytes of a text, many at once; 0: byte by byte is the only way.
    std::size_t encode_tokens(std::string_view text, AsciiTokens& tokens,
                              Behind<std::uint16_t, 64>& out) const;
    /// Writes the pieces of one word of at most kWordCharactersMax characters: longest first, one
    /// [UNK] if any part has none. Returns how many, at most one a byte.
    std::size_t look_up(std::string_view word, std::uint16_t* out) const noexcept;

    std::shared_ptr<const Model> model;
    WordTrie words;
    AsciiWords whole;
    std::array<AsciiKind, 256> kinds;
    std::array<std::uint16_t, 128> mark_piece = unknown_pieces();  ///< of punctuation
    WordTrie::State continuation = WordTrie::kRoot;
    std::vector<bool> continuing;  ///< by piece
    bool has_continuations = false;
    const TokenKernel* kernel = token_kernel();
};

std::size_t Tokenizer::State::look_up(std::string_view word, std::uint16_t* out) const noexcept {
    std::size_t count = 0;
    WordTrie::State from = WordTrie::kRoot;
    while (!word.empty()) {
        const WordTrie::Match match = words.longest(from, word);
        if (match.word == WordTrie::kNoWord || (from != WordTrie::kRoot && !has_continuations)) {
            *out = kPieceUnknown;
            return 1;
        }
        out[count++] = static_cast<std::uint16_t>(match.word);
        word.remove_prefix(match.size);
        from = continuation;
    }
    return count;
}

std::size_t Tokenizer::State::encode_tokens(std::string_view text, AsciiTokens& tokens,
                                            Behind<std::uint16_t, 64>& out) const {
    kernel->pieces(text.data(), text.size(), tokens);
    for (std::size_t i = 0; i < tokens.count; ++i) {
        const AsciiToken& token = tokens.tokens[i];
        if (token.size == 0)
            out.push_back(mark_piece[static_cast<std::uint8_t>(text[token.end - 1U])]);
        else if (const std::uint16_t id = whole.find(token.word); id != AsciiWords::kNone)
            out.push_back(id);
        else
            out.written(look_up({reinterpret_cast<const char*>(token.word.data()), token.size},
                                out.room(token.size)));
    }
    return tokens.bytes;
}

std::size_t Tokenizer::State::encode_ascii(std::string_view text,
                                           SecretVector<std::uint16_t>& pieces) const {
    std::size_t at = 0;
    Behind<std::uint16_t, 64> out{pieces};
    char last[16];  // the end of the text, so that 16 bytes can always be read
    AsciiTokens tokens;
    std::size_t used = 0;
    while (at < text.size()) {
        if (const std::size_t size =
                kernel == nullptr ? 0 : encode_tokens(text.substr(at), tokens, out);
            size > 0) {
            used = std::max(used, tokens.count);
            at += size;
            continue;
        }
        const AsciiKind first = kind(text[at]);
        if (first == AsciiKind::kSpace) {
            ++at;
        } else if (first == AsciiKind::kPunctuation) {
            out.push_back(mark_piece[static_cast<std::uint8_t>(text[at++])]);
        } else if (first == AsciiKind::kWord) {
            const std::string_view rest = text.substr(at);
            const char* bytes = rest.data();
            if (rest.size() < sizeof last) {
                std::memset(last, 0, sizeof last);
                std::memcpy(last, rest.data(), rest.size());
                bytes = last;
            }
            const AsciiRun run = ascii_run(bytes);
            if (run.size == sizeof last) break;  // perhaps longer
            if (run.size < rest.size()) {
                const AsciiKind next = kind(rest[run.size]);
                if (next == AsciiKind::kOther && rest[run.size] != '[') break;
            }
            if (const std::uint16_t id = whole.find(run.word); id != AsciiWords::kNone)
                out.push_back(id);
            else
                out.written(look_up({reinterpret_cast<const char*>(run.word.data()), run.size},
                                    out.room(run.size)));
            at += run.size;
            if (at < text.size() && text[at] == ' ') ++at;
        } else {
            break;
        }
    }
    wipe_memory(last, sizeof last);
    wipe_memory(tokens.tokens.data(), used * sizeof(AsciiToken));
    return at;
}

namespace {

/// One pass over a text: folds code points into words and looks the words up.
template <class LookUp>
class Pass {
  public:
    Pass(const FoldTable& table, LookUp look_up) : table_{table}, look_up_{look_up} {
        word_.reserve(4 * kWordCharactersMax + 4);
    }

    void take(char32_t c) {
        using Kind = FoldTable::Kind;
        const FoldTable::Entry entry = table_.find(c);
        switch (entry.kind()) {
            case Kind::kOne: take_result(entry); break;
            case Kind::kDropped: break;
            case Kind::kDroppedStarter: settle_marks(); break;
            case Kind::kSpace: end_word(); break;
            case Kind::kIdeograph:
                end_word();
                add(entry.code_point());
                end_word();
                break;
            case Kind::kSequence:
                for (const FoldTable::Entry result : table_.sequence(entry)) take_result(result);
                break;
        }
    }

    [[nodiscard]] bool between_words() const noexcept { return characters_ == 0 && marks_.empty(); }

    void end_word() {
        settle_marks();
        if (characters_ > 0) look_up_(std::string_view{word_.data(), word_.size()}, characters_);
        word_.clear();
        characters_ = 0;
    }

  private:
    void take_result(FoldTable::Entry result) {
        if (result.mark()) {
            const std::uint64_t by_class = FoldTable::mark_class(result.code_point());
            marks_.push_back(by_class << 56U | marks_.size() << 21U | result.code_point());
            return;
        }
        if (result.punctuation()) {
            end_word();
            add(result.code_point());
            end_word();
            return;
        }
        settle_marks();
        add(result.code_point());
    }

    /// Canonical order: marks by class, equal ones as they came (Unicode 15, section 3.11).
    void settle_marks() {
        if (marks_.empty()) return;
        std::sort(marks_.begin(), marks_.end());
        for (const std::uint64_t mark : marks_) add(mark & 0x1FFFFFU);
        marks_.clear();
    }

    void add(char32_t c) {
        // A word that is too long is only counted: it will be [UNK] whatever it says.
        if (++characters_ <= kWordCharactersMax) append_utf8(c, word_);
    }

    const FoldTable& table_;
    LookUp look_up_;
    SecretVector<char> word_;
    SecretVector<std::uint64_t>
        marks_;  ///< class, place in the run, code point: in order of sorting
    std::size_t characters_ = 0;
};

}  // namespace

Tokenizer::Tokenizer(std::shared_ptr<const Model> model)
    : state_{std::make_unique<const State>(std::move(model))} {}
Tokenizer::~Tokenizer() = default;
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;

SecretVector<std::uint16_t> Tokenizer::encode(std::string_view text) const {
    SecretVector<std::uint16_t> out;
    out.reserve(text.size() / 3 + 8);  // English has about four bytes a piece
    encode_into(text, out);
    return out;
}

bool Tokenizer::continues(std::uint16_t piece) const noexcept {
    return piece < state_->continuing.size() && state_->continuing[piece];
}

std::size_t Tokenizer::encode_word(std::string_view lower, std::uint16_t* out) const noexcept {
    ShortWord word{};
    PRAMANA_CHECK(!lower.empty() && lower.size() < sizeof word);
    std::memcpy(word.data(), lower.data(), lower.size());
    const std::uint16_t id = state_->whole.find(word);
    if (id == AsciiWords::kNone) return state_->look_up(lower, out);
    *out = id;
    return 1;
}

std::uint16_t Tokenizer::piece_of_mark(char mark) const noexcept {
    return state_->mark_piece[static_cast<std::uint8_t>(mark) & 0x7FU];
}

void Tokenizer::encode_into(std::string_view text, SecretVector<std::uint16_t>& out) const {
    text.remove_prefix(state_->encode_ascii(text, out));
    if (text.empty()) return;
    Pass pass{FoldTable::get(), [this, &out](std::string_view word, std::size_t characters) {
                  const std::size_t before = out.size();
                  const bool too_long = characters > kWordCharactersMax;
                  out.resize(before + (too_long ? 1 : word.size()), kPieceUnknown);
                  if (!too_long) out.resize(before + state_->look_up(word, out.data() + before));
              }};
    while (!text.empty()) {
        if (pass.between_words()) {
            text.remove_prefix(state_->encode_ascii(text, out));
            if (text.empty()) break;
        }
        if (text.front() == '[') {
            if (const SpecialText* special = special_at(text)) {
                pass.end_word();
                out.push_back(special->piece);
                text.remove_prefix(special->text.size());
                continue;
            }
        }
        const std::size_t size = utf8_sequence_length(text);
        if (size == 1)
            pass.take(static_cast<std::uint8_t>(text.front()));
        else if (size > 1)
            pass.take(decode(text.substr(0, size)));
        else
            pass.take(0xFFFD);
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    pass.end_word();
}

}  // namespace pramana::scoring
