#include "canonical/canonical.hpp"

#include "canonical/unicode.hpp"
#include "pramana/core/check.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace pramana::scoring {
namespace {

/// Further marks on one base are dropped: stacking is decoration, and sorting stays cheap on
/// hostile input. UAX #15 section 13 finds no use of more in any language.
constexpr std::size_t kMarksMax = 30;

/// What an ASCII byte becomes in the middle of a line; 0 for line ends and what vanishes.
struct AsciiLine {
    std::array<char, 256> to{};
    AsciiLine() noexcept {
        for (char32_t c = 0; c < 0x80; ++c) {
            const unicode::Mapping mapping = unicode::canonical_of(c);
            const bool one = mapping.to.size() == 1 && mapping.to[0] < 0x80;
            if (!mapping.itself && !one) continue;
            const char32_t became = mapping.itself ? c : mapping.to[0];
            if (became >= ' ') to[c] = static_cast<char>(became);
        }
        for (char32_t c = 0; c < 0x80; ++c)  // Sixteen
            PRAMANA_CHECK((to[c] == static_cast<char>(c) && c != 0) ==
                          (c >= ' ' && c < 0x7F && c != '`'));
    }
};
const AsciiLine kAsciiLine;

char in_line(char c) noexcept { return kAsciiLine.to[static_cast<std::uint8_t>(c)]; }

#if defined(__SSE2__)
/// By bit: bytes that stay as they are in a line; spaces among them.
struct Sixteen {
    unsigned same = 0;
    unsigned space = 0;
    explicit Sixteen(const char* text) noexcept {
        __m128i bytes;
        std::memcpy(&bytes, text, sizeof bytes);
        // Signed: bytes beyond ASCII are below all bounds.
        const __m128i printable = _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(0x1F)),
                                                _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x7F)));
        const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('`'));
        same = static_cast<unsigned>(_mm_movemask_epi8(_mm_andnot_si128(quote, printable)));
        space = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(' '))));
    }
};
#endif

/// Writes characters with every run of white space reduced to ' ', '\n' or "\n\n".
class Collapser {
  public:
    explicit Collapser(SecretVector<char>& out) : out_{out} {}
    void add(char32_t c) {
        if (c == '\n') {
            ++lines_;
        } else if (c == ' ') {
            space_ = true;
        } else {
            add_pending_space();
            unicode::append_utf8(out_, c);
        }
    }

    /// The same for bytes that all become a character of the line (in_line).
    void add_line(std::string_view ascii) {
        std::size_t at = 0;
        for (; at < ascii.size() && in_line(ascii[at]) == ' '; ++at) space_ = true;
        if (at == ascii.size()) return;
        add_pending_space();
        const std::size_t before = out_.size();
        out_.resize(before + ascii.size() - at);
        char* to = out_.data() + before;
        bool after_space = false;
        while (at < ascii.size()) {
#if defined(__SSE2__)
            if (at + 16 <= ascii.size()) {
                const Sixteen next{ascii.data() + at};
                const unsigned behind_space = next.space << 1U | (after_space ? 1U : 0U);
                if (next.same == 0xFFFF && (next.space & behind_space) == 0) {
                    std::memcpy(to, ascii.data() + at, 16);
                    to += 16;
                    at += 16;
                    after_space = (next.space & 0x8000U) != 0;
                    continue;
                }
            }
#endif
            const std::size_t end = std::min(at + 16, ascii.size());
            for (; at < end; ++at) {  // a second space is overwritten
                const bool space = (*to = in_line(ascii[at])) == ' ';
                to += space && after_space ? 0 : 1;
                after_space = space;
            }
        }
        space_ = after_space;
        out_.resize(static_cast<std::size_t>(to - out_.data()) - (after_space ? 1 : 0));
    }

  private:
    void add_pending_space() {
        if (!out_.empty()) {
            if (lines_ > 1)
                out_.insert(out_.end(), {'\n', '\n'});
            else if (lines_ == 1 || space_)
                out_.push_back(lines_ == 1 ? '\n' : ' ');
        }
        lines_ = 0;
        space_ = false;
    }

    SecretVector<char>& out_;
    std::size_t lines_ = 0;
    bool space_ = false;
};

/// Puts mapped characters into canonical order and composes them, one starter with its marks at a
/// time.
class Composer {
  public:
    explicit Composer(Collapser& out) : out_{out} {}

    void add(char32_t c) {
        const std::uint8_t order = c < 0x80 ? 0 : unicode::combining_class(c);
        if (order == 0) {
            compose_marks();
            add_starter(c);
        } else if (marks_.size() < kMarksMax) {
            add_mark({c, order});
        }
    }
    /// Nothing of ASCII composes with what stands before it; its last byte may with what follows.
    void add_line(std::string_view ascii) {
        finish();
        out_.add_line(ascii.substr(0, ascii.size() - 1));
        starter_ = static_cast<std::uint8_t>(in_line(ascii.back()));
        has_starter_ = true;
    }
    void finish() {
        compose_marks();
        write();
    }

  private:
    struct Mark {
        char32_t c;
        std::uint8_t order;
    };

    /// A starter composes with the one right before it only if nothing stands between them.
    void add_starter(char32_t c) {
        if (has_starter_ && marks_.empty() && c >= 0x80) {
            if (const char32_t whole = unicode::compose(starter_, c); whole != 0) {
                starter_ = whole;
                return;
            }
        }
        write();
        starter_ = c;
        has_starter_ = true;
    }

    /// Behind every mark of the same or a lower class: the stable order of UAX #15.
    void add_mark(const Mark& mark) {
        const auto behind = std::upper_bound(
            marks_.begin(), marks_.end(), mark.order,
            [](std::uint8_t order, const Mark& other) { return order < other.order; });
        marks_.insert(behind, mark);
    }

    /// Leaves the marks that did not compose.
    void compose_marks() {
        std::uint8_t blocked = 0;  // the class of the last mark that stayed behind the starter
        std::size_t kept = 0;
        for (const Mark& mark : marks_) {
            const bool reachable = has_starter_ && (blocked < mark.order);
            const char32_t whole = reachable ? unicode::compose(starter_, mark.c) : 0;
            if (whole != 0) {
                starter_ = whole;
            } else {
                marks_[kept++] = mark;
                blocked = mark.order;
            }
        }
        marks_.resize(kept);
    }

    void write() {
        if (has_starter_) out_.add(starter_);
        for (const Mark& mark : marks_) out_.add(mark.c);
        marks_.clear();
        has_starter_ = false;
    }

    Collapser& out_;
    SecretVector<Mark> marks_;
    char32_t starter_ = 0;
    bool has_starter_ = false;
};

/// The bytes from `at` on that become characters of one line.
std::size_t line_at(std::string_view utf8, std::size_t at) noexcept {
    std::size_t end = at;
#if defined(__SSE2__)
    while (end + 16 <= utf8.size() && Sixteen{utf8.data() + end}.same == 0xFFFF) end += 16;
#endif
    while (end < utf8.size() && in_line(utf8[end]) != 0) ++end;
    return end - at;
}

void normalize(std::string_view utf8, std::uint64_t& ill_formed, Composer& composer) {
    for (std::size_t at = 0; at < utf8.size();) {
        if (const std::size_t line = line_at(utf8, at); line > 0) {
            composer.add_line(utf8.substr(at, line));
            at += line;
            continue;
        }
        const char32_t c = unicode::decode(utf8, at, ill_formed);
        if (c == '\r') {  // CR LF and a lone CR are one line end
            if (at < utf8.size() && utf8[at] == '\n') ++at;
            composer.add('\n');
            continue;
        }
        const unicode::Mapping mapping = unicode::canonical_of(c);
        if (mapping.itself) {
            composer.add(c);
        } else {
            for (const std::uint32_t part : mapping.to) composer.add(part);
        }
    }
    composer.finish();
}

}  // namespace

CanonicalText canonicalize(std::string_view utf8) {
    CanonicalText text;
    text.utf8.reserve(utf8.size());
    Collapser collapser{text.utf8};
    Composer composer{collapser};
    normalize(utf8, text.ill_formed, composer);
    return text;
}

}  // namespace pramana::scoring
