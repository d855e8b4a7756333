#include "times.hpp"

#include <algorithm>
#include <span>

namespace pramana::scoring {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::string_view kDays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};  // of 1970

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_leap(std::int32_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }
std::int32_t days_in(std::int32_t year, std::int32_t month) {
    constexpr std::int32_t kLengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return kLengths[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/// Days since 1970-01-01 (Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2021).
std::int64_t days_since_epoch(std::int64_t year, std::int64_t month, std::int64_t day) {
    year -= month <= 2 ? 1 : 0;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const std::int64_t of_era = year - era * 400;
    const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
}

/// Takes pieces of a time from the front of a text; after the first that is not there, nothing.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_{text} {}
    [[nodiscard]] bool good() const noexcept { return good_; }
    [[nodiscard]] bool over() const noexcept { return good_ && text_.empty(); }
    [[nodiscard]] char next() const noexcept { return text_.empty() ? '\0' : text_.front(); }

    std::int32_t number(std::size_t digits_min, std::size_t digits_max) {
        std::size_t size = 0;
        std::int32_t value = 0;
        while (size < digits_max && size < text_.size() && is_digit(text_[size]))
            value = value * 10 + (text_[size++] - '0');
        if (size < digits_min) good_ = false;
        text_.remove_prefix(size);
        return value;
    }
    bool take(std::string_view word) {
        if (!text_.starts_with(word)) return false;
        text_.remove_prefix(word.size());
        return true;
    }
    void expect(std::string_view word) { good_ = take(word) && good_; }
    void spaces() {
        while (take(" ") || take("\t") || take("\r") || take("\n")) {
        }
    }
    /// The place of the next word in a list, 0 and a failure if it is none of them.
    std::int32_t one_of(std::span<const std::string_view> words) {
        for (std::size_t i = 0; i < words.size(); ++i)
            if (take(words[i])) return static_cast<std::int32_t>(i);
        good_ = false;
        return 0;
    }
    void clock(Civil& civil) {
        civil.hour = number(2, 2);
        expect(":");
        civil.minute = number(2, 2);
        if (!take(":")) return;
        civil.second = number(2, 2);
        if (!take(".")) return;
        const std::size_t before = text_.size();
        std::int32_t fraction = number(1, 6);
        for (std::size_t digits = before - text_.size(); digits < 6; ++digits) fraction *= 10;
        civil.microsecond = fraction;
        while (!text_.empty() && is_digit(text_.front())) text_.remove_prefix(1);
    }
    /// "+0100" or "+01:00".
    void zone(Stamp& stamp) {
        const bool west = next() == '-';
        if (!take("+") && !take("-")) {
            good_ = false;
            return;
        }
        const std::int32_t hours = number(2, 2);
        static_cast<void>(take(":"));
        const std::int32_t minutes = number(2, 2);
        const std::int32_t offset = (hours * 60 + minutes) * (west ? -1 : 1);
        good_ =
            good_ && minutes < 60 && offset >= -12 * 60 && offset <= 14 * 60 && offset % 15 == 0;
        stamp.offset_minutes = offset;
        stamp.zoned = true;
    }

  private:
    std::string_view text_;
    bool good_ = true;
};

std::optional<Stamp> finish(const Civil& civil, Stamp stamp) {
    const std::optional<std::int64_t> local = unix_us_of(civil);
    if (!local) return std::nullopt;
    stamp.unix_us = *local - std::int64_t{stamp.offset_minutes} * 60 * kSecondUs;
    return stamp;
}

bool is_weekday(const Civil& civil, std::int32_t weekday) {
    const std::optional<std::int64_t> at = unix_us_of(civil);
    if (!at || *at < 0) return false;
    return (*at / kSecondUs / 86'400) % 7 == weekday;
}

}  // namespace

std::optional<std::int64_t> unix_us_of(const Civil& c) noexcept {
    const bool exists = c.year >= 1 && c.year <= 9999 && c.month >= 1 && c.month <= 12 &&
                        c.day >= 1 && c.day <= days_in(c.year, c.month) && c.hour >= 0 &&
                        c.hour <= 23 && c.minute >= 0 && c.minute <= 59 && c.second >= 0 &&
                        c.second <= 60 && c.microsecond >= 0 && c.microsecond < kSecondUs;
    if (!exists) return std::nullopt;
    const std::int64_t days = days_since_epoch(c.year, c.month, c.day);
    return ((days * 24 + c.hour) * 60 + c.minute) * 60 * kSecondUs + c.second * kSecondUs +
           c.microsecond;
}

std::optional<Stamp> parse_iso_time(std::string_view text) noexcept {
    Scanner in{text};
    Civil civil;
    Stamp stamp;
    civil.year = in.number(4, 4);
    in.expect("-");
    civil.month = in.number(2, 2);
    in.expect("-");
    civil.day = in.number(2, 2);
    if (!in.take("T")) in.expect(" ");
    in.clock(civil);
    if (in.take("Z") || in.take(" UTC"))
        stamp.zoned = true;
    else if (in.next() == '+' || in.next() == '-')
        in.zone(stamp);
    return in.over() ? finish(civil, stamp) : std::nullopt;
}

std::optional<Stamp> parse_ctime(std::string_view text) noexcept {
    Scanner in{text};
    Civil civil;
    Stamp stamp;
    const std::int32_t weekday = in.one_of(kDays);
    in.expect(" ");
    civil.month = in.one_of(kMonths) + 1;
    in.expect(" ");
    in.spaces();
    civil.day = in.number(1, 2);
    in.expect(" ");
    in.clock(civil);
    in.expect(" ");
    in.zone(stamp);
    in.expect(" ");
    civil.year = in.number(4, 4);
    if (!in.over() || !is_weekday(civil, weekday)) return std::nullopt;
    return finish(civil, stamp);
}

std::optional<Stamp> parse_mail_time(std::string_view text) noexcept {
    Scanner in{text};
    Civil civil;
    Stamp stamp;
    in.spaces();
    std::optional<std::int32_t> weekday;
    if (!is_digit(in.next())) {
        weekday = in.one_of(kDays);
        in.expect(",");
        in.spaces();
    }
    civil.day = in.number(1, 2);
    in.expect(" ");
    civil.month = in.one_of(kMonths) + 1;
    in.expect(" ");
    civil.year = in.number(4, 4);
    in.expect(" ");
    in.clock(civil);
    in.spaces();
    if (in.take("GMT") || in.take("UTC") || in.take("Z"))
        stamp.zoned = true;
    else
        in.zone(stamp);
    if (!in.good() || (weekday && !is_weekday(civil, *weekday))) return std::nullopt;
    return finish(civil, stamp);  // a comment may follow
}

}  // namespace pramana::scoring
