#include "canonical/canonical.hpp"

#include "canonical/unicode.hpp"

#include <algorithm>

namespace pramana::scoring {
namespace {

using unicode::CharacterClass;

/// Further marks on one base are dropped: stacking is decoration, and sorting stays cheap on
/// hostile input. UAX #15 section 13 finds no use of more in any language.
constexpr std::size_t kMarksMax = 30;

/// Puts mapped characters into canonical order and composes them, one starter with its marks at a
/// time.
class Composer {
  public:
    explicit Composer(SecretVector<char32_t>& out) : out_{out} {}

    void add(char32_t c) {
        const std::uint8_t order = unicode::combining_class(c);
        if (order == 0) {
            flush_marks();
            add_starter(c);
        } else if (marks_.size() < kMarksMax) {
            add_mark({c, order});
        }
    }
    void finish() { flush_marks(); }

  private:
    struct Mark {
        char32_t c;
        std::uint8_t order;
    };

    /// A starter composes with the one right before it only if nothing stands between them.
    void add_starter(char32_t c) {
        if (has_starter_ && starter_at_ + 1 == out_.size()) {
            if (const char32_t whole = unicode::compose(out_[starter_at_], c); whole != 0) {
                out_[starter_at_] = whole;
                return;
            }
        }
        starter_at_ = out_.size();
        has_starter_ = true;
        out_.push_back(c);
    }

    /// Behind every mark of the same or a lower class: the stable order of UAX #15.
    void add_mark(const Mark& mark) {
        const auto behind = std::upper_bound(
            marks_.begin(), marks_.end(), mark.order,
            [](std::uint8_t order, const Mark& other) { return order < other.order; });
        marks_.insert(behind, mark);
    }

    void flush_marks() {
        std::uint8_t blocked = 0;  // the class of the last mark that stayed behind the starter
        for (const Mark& mark : marks_) {
            const bool reachable = has_starter_ && (blocked < mark.order);
            const char32_t whole = reachable ? unicode::compose(out_[starter_at_], mark.c) : 0;
            if (whole != 0) {
                out_[starter_at_] = whole;
            } else {
                out_.push_back(mark.c);
                blocked = mark.order;
            }
        }
        marks_.clear();
    }

    SecretVector<char32_t>& out_;
    SecretVector<Mark> marks_;
    std::size_t starter_at_ = 0;
    bool has_starter_ = false;
};

SecretVector<char32_t> normalize(std::string_view utf8, std::uint64_t& ill_formed) {
    SecretVector<char32_t> out;
    out.reserve(utf8.size());
    Composer composer{out};
    for (std::size_t at = 0; at < utf8.size();) {
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
    return out;
}

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
            if (!out_.empty()) {
                if (lines_ > 1)
                    out_.insert(out_.end(), {'\n', '\n'});
                else if (lines_ == 1 || space_)
                    out_.push_back(lines_ == 1 ? '\n' : ' ');
            }
            lines_ = 0;
            space_ = false;
            unicode::append_utf8(out_, c);
        }
    }

  private:
    SecretVector<char>& out_;
    std::size_t lines_ = 0;
    bool space_ = false;
};

}  // namespace

CanonicalText canonicalize(std::string_view utf8) {
    CanonicalText text;
    const SecretVector<char32_t> characters = normalize(utf8, text.ill_formed);
    text.utf8.reserve(utf8.size());
    Collapser collapser{text.utf8};
    for (const char32_t c : characters) collapser.add(c);
    return text;
}

}  // namespace pramana::scoring
