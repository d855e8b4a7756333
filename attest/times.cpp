#include "times.hpp"

#include <chrono>

namespace pramana::attest {
namespace {

using std::chrono::sys_days;

/// Two decimal digits at `text[at]`, or 100 for anything else.
unsigned two_digits(std::string_view text, std::size_t at) noexcept {
    const auto digit = [&](std::size_t i) {
        return static_cast<unsigned>(text[i]) - unsigned{'0'};
    };
    if (digit(at) > 9 || digit(at + 1) > 9) return 100;
    return digit(at) * 10 + digit(at + 1);
}

struct Fields {
    unsigned century, year, month, day, hour, minute, second;
};

Result<UnixTime> time_of(const Fields& f) {
    const Error malformed{Errc::kEvidenceMalformed, "attest.time"};
    if (f.century > 99 || f.year > 99 || f.hour > 23 || f.minute > 59 || f.second > 59)
        return malformed;
    const std::chrono::year_month_day date{
        std::chrono::year{static_cast<int>(f.century * 100 + f.year)}, std::chrono::month{f.month},
        std::chrono::day{f.day}};
    if (!date.ok()) return malformed;
    const auto days = sys_days{date}.time_since_epoch().count();
    if (days < 0) return malformed;
    return static_cast<UnixTime>(days) * 86400U + UnixTime{f.hour} * 3600U +
           UnixTime{f.minute} * 60U + f.second;
}

/// Writes the last `width` decimal digits of `value` to `text[at]`.
void put_digits(std::string& text, std::size_t at, std::size_t width, unsigned value) {
    for (std::size_t i = width; i-- > 0; value /= 10)
        text[at + i] = static_cast<char>('0' + value % 10);
}

}  // namespace

Result<UnixTime> read_iso_time(std::string_view text) {
    if (text.size() != 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' ||
        text[13] != ':' || text[16] != ':' || text[19] != 'Z')
        return Error{Errc::kEvidenceMalformed, "attest.time"};
    return time_of({two_digits(text, 0), two_digits(text, 2), two_digits(text, 5),
                    two_digits(text, 8), two_digits(text, 11), two_digits(text, 14),
                    two_digits(text, 17)});
}

Result<UnixTime> read_utc_time(std::string_view text) {
    if (text.size() != 13 || text[12] != 'Z') return Error{Errc::kEvidenceMalformed, "attest.time"};
    const unsigned year = two_digits(text, 0);
    return time_of({year >= 50 ? 19U : 20U, year, two_digits(text, 2), two_digits(text, 4),
                    two_digits(text, 6), two_digits(text, 8), two_digits(text, 10)});
}

Result<UnixTime> read_generalized_time(std::string_view text) {
    if (text.size() != 15 || text[14] != 'Z') return Error{Errc::kEvidenceMalformed, "attest.time"};
    return time_of({two_digits(text, 0), two_digits(text, 2), two_digits(text, 4),
                    two_digits(text, 6), two_digits(text, 8), two_digits(text, 10),
                    two_digits(text, 12)});
}

std::string time_text(UnixTime time) {
    constexpr UnixTime kLast = 253402300799;  // 9999-12-31T23:59:59Z
    time = std::min(time, kLast);
    const std::chrono::year_month_day date{
        sys_days{std::chrono::days{static_cast<int>(time / 86400U)}}};
    const auto of_day = static_cast<unsigned>(time % 86400U);
    std::string text = "0000-00-00T00:00:00Z";
    put_digits(text, 0, 4, static_cast<unsigned>(static_cast<int>(date.year())));
    put_digits(text, 5, 2, static_cast<unsigned>(date.month()));
    put_digits(text, 8, 2, static_cast<unsigned>(date.day()));
    put_digits(text, 11, 2, of_day / 3600);
    put_digits(text, 14, 2, of_day / 60 % 60);
    put_digits(text, 17, 2, of_day % 60);
    return text;
}

std::string text_of(const Window& window) {
    return time_text(window.begin) + " to " + time_text(window.end);
}

}  // namespace pramana::attest
