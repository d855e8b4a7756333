#include "formats/format_reader.hpp"
#include "times.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace pramana::scoring {
namespace {

constexpr Format kFormat = Format::kWhatsAppChat;
constexpr std::string_view kMark = "\xE2\x80\x8E";    // U+200E before lines of the service
constexpr std::string_view kNarrow = "\xE2\x80\xAF";  // U+202F before AM and PM
constexpr std::string_view kNoBreak = "\xC2\xA0";     // U+00A0 likewise
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::int64_t kServiceStartUs = 1'230'768'000LL * 1'000'000;  // 2009
constexpr std::int64_t kDaylightUs = 3'600LL * 1'000'000;              // clocks go back by an hour
constexpr std::size_t kSenderBytesMax = 128;

constexpr std::string_view kMedia[] = {"<Media omitted>",  "image omitted",       "video omitted",
                                       "audio omitted",    "sticker omitted",     "GIF omitted",
                                       "document omitted", "Contact card omitted"};

bool take(std::string_view& text, std::string_view word) {
    if (!text.starts_with(word)) return false;
    text.remove_prefix(word.size());
    return true;
}

bool take_number(std::string_view& text, std::size_t digits_max, std::int32_t& value) {
    std::size_t size = 0;
    value = 0;
    while (size < digits_max && size < text.size() && text[size] >= '0' && text[size] <= '9')
        value = value * 10 + (text[size++] - '0');
    text.remove_prefix(size);
    return size > 0;
}

/// The stamp of a line: three numbers of a date, a clock, and how it is written.
struct LineStamp {
    std::array<std::int32_t, 3> date{};
    std::int32_t hour = 0, minute = 0, second = 0;
    std::uint32_t form = 0;  ///< brackets, separator, seconds, AM/PM: the same all through a file
};

bool take_blank(std::string_view& text) {
    return take(text, " ") || take(text, kNarrow) || take(text, kNoBreak);
}

/// "PM", "pm", "p.m." or "p. m.", as the language of the phone writes it: hours to add, 0 or 12.
std::optional<std::int32_t> take_half_day(std::string_view& text) {
    std::string_view rest = text;
    const bool morning = take(rest, "A") || take(rest, "a");
    if (!morning && !take(rest, "P") && !take(rest, "p")) return std::nullopt;
    if (take(rest, ".")) static_cast<void>(take_blank(rest));
    if (!take(rest, "M") && !take(rest, "m")) return std::nullopt;
    static_cast<void>(take(rest, "."));
    text = rest;
    return morning ? 0 : 12;
}

bool take_clock(std::string_view& text, LineStamp& stamp) {
    if (!take_number(text, 2, stamp.hour) || !take(text, ":") ||
        !take_number(text, 2, stamp.minute))
        return false;
    if (take(text, ":")) {
        if (!take_number(text, 2, stamp.second)) return false;
        stamp.form |= 2;
    }
    std::string_view rest = text;
    if (!take_blank(rest)) return true;
    const std::optional<std::int32_t> half_day = take_half_day(rest);
    if (!half_day) return true;
    if (stamp.hour < 1 || stamp.hour > 12) return false;
    stamp.hour = stamp.hour % 12 + *half_day;
    stamp.form |= 4;
    text = rest;
    return true;
}

/// "12/31/20, 10:15 PM - " or "[31.12.20, 22:15:01] " at the start of a line.
std::optional<LineStamp> take_stamp(std::string_view& text) {
    std::string_view rest = text;
    static_cast<void>(take(rest, kMark));
    LineStamp stamp;
    const bool brackets = take(rest, "[");
    if (brackets) stamp.form |= 1;
    if (!take_number(rest, 4, stamp.date[0]) || rest.empty()) return std::nullopt;
    const std::string_view separator = rest.substr(0, 1);
    if (separator != "/" && separator != "." && separator != "-") return std::nullopt;
    stamp.form |= static_cast<std::uint32_t>(separator.front()) << 8U;
    rest.remove_prefix(1);
    if (!take_number(rest, 2, stamp.date[1]) || !take(rest, separator) ||
        !take_number(rest, 4, stamp.date[2]))
        return std::nullopt;
    static_cast<void>(take(rest, ","));
    if (!take(rest, " ") || !take_clock(rest, stamp)) return std::nullopt;
    if (brackets ? !take(rest, "] ") : !take(rest, " - ")) return std::nullopt;
    text = rest;
    return stamp;
}

enum class Order : std::uint8_t { kDayFirst, kMonthFirst, kYearFirst };

std::optional<std::int64_t> time_of(const LineStamp& stamp, Order order) {
    Civil civil;
    const auto [a, b, c] = stamp.date;
    civil.year = order == Order::kYearFirst ? a : c;
    civil.month = order == Order::kMonthFirst ? a : b;
    civil.day = order == Order::kYearFirst ? c : order == Order::kDayFirst ? a : b;
    if (civil.year < 100) civil.year += 2000;
    civil.hour = stamp.hour;
    civil.minute = stamp.minute;
    civil.second = stamp.second;
    return unix_us_of(civil);
}

std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

class WhatsAppReader final : public FormatReader {
  public:
    [[nodiscard]] Claim claims_text(std::string_view text) const override {
        static_cast<void>(take(text, kByteOrderMark));
        return take_stamp(text) ? Claim::kExport : Claim::kNone;
    }

    Status read_text(std::string_view text, Reading& reading) override {
        static_cast<void>(take(text, kByteOrderMark));
        const Order order = order_of(text);
        std::optional<std::uint32_t> form;
        std::int64_t last = 0;
        SecretText turn;
        std::int64_t turn_at = 0;
        bool first = true;
        while (!text.empty()) {
            std::string_view line = take_line(text);
            const std::optional<LineStamp> stamp = take_stamp(line);
            if (!stamp) {
                if (turn.empty()) continue;
                turn.append("\n");
                turn.append(line);
                continue;
            }
            PRAMANA_TRY(end_turn(turn, turn_at, reading));
            const std::optional<std::int64_t> at = time_of(*stamp, order);
            reading.check(kFormat, Check::kTimeForm, at.has_value());
            if (!form) form = stamp->form;
            reading.check(kFormat, Check::kVersion, stamp->form == *form);
            if (at) {
                reading.check(kFormat, Check::kTimeRange, *at >= kServiceStartUs);
                if (last != 0) reading.check(kFormat, Check::kTimeOrder, *at >= last - kDaylightUs);
                last = *at;
            }
            if (std::exchange(first, false)) reading.begin_unit(kFormat, at.value_or(0), {});
            turn_at = at.value_or(0);
            begin_turn(line, turn, reading);
        }
        return end_turn(turn, turn_at, reading);
    }

  private:
    /// Which number is the day: a number above 12 tells; otherwise the order in which times never
    /// go back; otherwise day first.
    static Order order_of(std::string_view text) {
        bool month_first = false, day_first = false, day_falls = false, month_falls = false;
        std::int64_t last_day = 0, last_month = 0;
        while (!text.empty()) {
            std::string_view line = take_line(text);
            const std::optional<LineStamp> stamp = take_stamp(line);
            if (!stamp) continue;
            if (stamp->date[0] > 31) return Order::kYearFirst;
            day_first |= stamp->date[0] > 12;
            month_first |= stamp->date[1] > 12;
            const auto as_day = time_of(*stamp, Order::kDayFirst);
            const auto as_month = time_of(*stamp, Order::kMonthFirst);
            day_falls |= as_day && *as_day < last_day - kDaylightUs;
            month_falls |= as_month && *as_month < last_month - kDaylightUs;
            if (as_day) last_day = *as_day;
            if (as_month) last_month = *as_month;
        }
        if (day_first != month_first) return day_first ? Order::kDayFirst : Order::kMonthFirst;
        return day_falls && !month_falls ? Order::kMonthFirst : Order::kDayFirst;
    }

    /// A line without a sender is the service's.
    static void begin_turn(std::string_view line, SecretText& turn, Reading& reading) {
        const std::size_t colon = line.find(": ");
        if (colon == std::string_view::npos || colon == 0 || colon > kSenderBytesMax)
            return reading.skip(NotRead::kNotice);
        std::string_view said = line.substr(colon + 2);
        const bool marked = take(said, kMark);
        const bool media =
            std::find(std::begin(kMedia), std::end(kMedia), said) != std::end(kMedia);
        if (media) return reading.skip(NotRead::kMedia);
        if (marked) return reading.skip(NotRead::kNotice);
        if (said.empty()) return reading.skip(NotRead::kEmptyPart);
        turn.append(said);
    }

    static Status end_turn(SecretText& turn, std::int64_t at, Reading& reading) {
        if (turn.empty()) return Done{};
        return reading.add(Role::kUser, at, SecretText{}, std::exchange(turn, SecretText{}));
    }
};

}  // namespace

std::unique_ptr<FormatReader> make_whatsapp_reader() { return std::make_unique<WhatsAppReader>(); }

}  // namespace pramana::scoring
