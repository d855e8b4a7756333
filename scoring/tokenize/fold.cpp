#include "tokenize/fold.hpp"

#include <algorithm>
#include <iterator>

namespace pramana::scoring {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};
struct Mark {
    char32_t mark;
    std::uint8_t canonical_class;
};
/// first, first + step, ..., last each become themselves + delta.
struct Shift {
    char32_t first;
    char32_t last;
    char32_t step;
    std::int32_t delta;
};
struct Sequence {
    char32_t from;
    char32_t to[4];  // ends with the first 0
};

#include "tokenize/tables.inc"

constexpr char32_t kCodePoints = 0x110000;
constexpr std::uint32_t kPunctuationBit = 28;
constexpr std::uint32_t kMarkBit = 27;

constexpr std::uint32_t packed(FoldTable::Kind kind, std::uint32_t value) noexcept {
    return static_cast<std::uint32_t>(kind) << 29U | value;
}

// Hangul syllables decompose by rule (Unicode 15, section 3.12).
constexpr char32_t kHangulFirst = 0xAC00;
constexpr char32_t kHangulCount = 11172;
constexpr char32_t kHangulTails = 28;
constexpr char32_t kHangulVowelsAndTails = 21 * kHangulTails;

}  // namespace

FoldTable::FoldTable() : page_of_(kCodePoints / kPage, kNoPage) {
    for (const Range& r : kPunctuation)
        for (char32_t c = r.first; c <= r.last; ++c) at(c).bits |= 1U << kPunctuationBit;
    for (const Mark& m : kMarks) at(m.mark).bits |= 1U << kMarkBit;
    for (const Sequence& s : kSequences) {
        const auto* end = std::find(std::begin(s.to), std::end(s.to), 0U);
        set_sequence(s.from, {std::begin(s.to), end});
    }
    for (char32_t i = 0; i < kHangulCount; ++i) {
        const char32_t tail = i % kHangulTails;
        const char32_t jamo[3] = {0x1100 + i / kHangulVowelsAndTails,
                                  0x1161 + i % kHangulVowelsAndTails / kHangulTails, 0x11A7 + tail};
        set_sequence(kHangulFirst + i, std::span{jamo}.first(tail == 0 ? 2 : 3));
    }
    for (const Shift& s : kShifts)
        for (char32_t c = s.first; c <= s.last; c += s.step)
            at(c) = find(static_cast<char32_t>(static_cast<std::int32_t>(c) + s.delta));
    const auto all = [this](std::span<const Range> ranges, Kind kind) {
        for (const Range& r : ranges)
            for (char32_t c = r.first; c <= r.last; ++c) set_kind(c, kind);
    };
    all(kIdeographs, Kind::kIdeograph);
    all(kSpaces, Kind::kSpace);
    all(kDropped, Kind::kDropped);
    all(kDroppedStarters, Kind::kDroppedStarter);
}

const FoldTable& FoldTable::get() {
    static const FoldTable table;
    return table;
}

/// The entry of `c`, to be changed. Pages where every code point becomes itself are not stored.
FoldTable::Entry& FoldTable::at(char32_t c) {
    std::uint16_t& page = page_of_[c / kPage];
    if (page == kNoPage) {
        page = static_cast<std::uint16_t>(entries_.size() / kPage);
        const char32_t first = c / kPage * kPage;
        for (char32_t i = 0; i < kPage; ++i) entries_.push_back({packed(Kind::kOne, first + i)});
    }
    return entries_[page * kPage + c % kPage];
}

/// Keeps what the code point becomes: a shift may have come before.
void FoldTable::set_kind(char32_t c, Kind kind) {
    Entry& entry = at(c);
    entry.bits = packed(kind, entry.code_point());
}

void FoldTable::set_sequence(char32_t c, std::span<const char32_t> results) {
    at(c).bits = packed(Kind::kSequence, static_cast<std::uint32_t>(sequences_.size()));
    sequences_.push_back({static_cast<std::uint32_t>(results.size())});
    for (const char32_t result : results) sequences_.push_back(find(result));
}

std::span<const FoldTable::Entry> FoldTable::sequence(Entry entry) const noexcept {
    const Entry* head = sequences_.data() + entry.code_point();
    return {head + 1, head->bits};
}

std::uint8_t FoldTable::mark_class(char32_t c) noexcept {
    const auto* found =
        std::lower_bound(std::begin(kMarks), std::end(kMarks), c,
                         [](const Mark& m, char32_t wanted) { return m.mark < wanted; });
    return found != std::end(kMarks) && found->mark == c ? found->canonical_class : 0;
}

}  // namespace pramana::scoring
