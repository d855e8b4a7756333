#include "csv.hpp"
#include "formats/fields.hpp"
#include "formats/format_reader.hpp"
#include "times.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace pramana::scoring {
namespace {

using simdjson::dom::element;

constexpr Format kFormat = Format::kBrowsingHistory;
constexpr std::string_view kList = "Browser History";
constexpr std::int64_t kServiceStartUs = 1'220'313'600LL * 1'000'000;  // 2008-09-02
constexpr std::size_t kHeaderBytesMax = 512;

// ui/base/page_transition_types of Chromium, as Takeout names them.
constexpr std::string_view kTransitions[] = {
    "LINK",          "TYPED",           "AUTO_BOOKMARK",
    "AUTO_SUBFRAME", "MANUAL_SUBFRAME", "GENERATED",
    "AUTO_TOPLEVEL", "START_PAGE",      "FORM_SUBMIT",
    "RELOAD",        "KEYWORD",         "KEYWORD_GENERATED"};
constexpr std::string_view kUrls[] = {"url", "uri"};
constexpr std::string_view kTitles[] = {"title", "page title"};
constexpr std::string_view kTimes[] = {
    "time",       "date",      "visit time",      "visit_time",
    "visittime",  "datetime",  "last_visit_time", "lastvisittime",
    "visited_on", "visit date"};

std::optional<std::size_t> column_of(const CsvReader& header,
                                     std::span<const std::string_view> names) {
    for (const std::string_view name : names)
        if (const auto found = columns_of(header, {&name, 1})) return found->front();
    return std::nullopt;
}

bool is_transition(std::string_view name) {
    return std::find(std::begin(kTransitions), std::end(kTransitions), name) !=
           std::end(kTransitions);
}

bool has_scheme(std::string_view url) {
    const std::size_t colon = url.find(':');
    return colon != std::string_view::npos && colon > 0 && colon <= 32 &&
           std::all_of(url.begin(), url.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '+' || c == '-' || c == '.';
           });
}

/// A row: title, URL, time, one a line.
SecretText row_of(std::string_view title, std::string_view url, std::string_view time) {
    SecretText row;
    for (const std::string_view cell : {title, url, time}) {
        if (cell.empty()) continue;
        if (!row.empty()) row.append("\n");
        row.append(cell);
    }
    return row;
}

class BrowsingReader final : public FormatReader {
  public:
    [[nodiscard]] Claim claims_json(const element& root) const override {
        return root.is_object() && array_in(root, kList) ? Claim::kExport : Claim::kNone;
    }

    [[nodiscard]] Claim claims_text(std::string_view text) const override {
        CsvReader header{text.substr(0, std::min({text.find('\n'), text.size(), kHeaderBytesMax}))};
        const bool ours = header.next() && column_of(header, kUrls) && column_of(header, kTitles) &&
                          column_of(header, kTimes);
        return ours ? Claim::kExport : Claim::kNone;
    }

    Status read_json(const element& root, Reading& reading) override {
        const auto visits = array_in(root, kList);
        std::int64_t last = 0;
        for (const element visit : *visits) {
            const auto url = string_in(visit, "url");
            const auto time = visit["time_usec"].get_int64();
            const bool timed = time.error() == simdjson::SUCCESS;
            const auto transition = string_in(visit, "page_transition");
            reading.check(kFormat, Check::kSchema, url && timed && string_in(visit, "title"));
            if (!url || !timed) {
                reading.skip(NotRead::kWrongShape);
                continue;
            }
            const std::int64_t at = time.value_unsafe();
            check_visit(visit, *url, transition, at, last, reading);
            last = at;
            reading.begin_unit(kFormat, at, *url);
            const std::string time_text = std::to_string(at);
            PRAMANA_TRY(reading.add(Role::kRow, at, SecretText{*url},
                                    row_of(text_in(visit, "title"), *url, time_text)));
        }
        return Done{};
    }

    Status read_text(std::string_view text, Reading& reading) override {
        CsvReader rows{text};
        static_cast<void>(rows.next());
        const auto url = column_of(rows, kUrls), title = column_of(rows, kTitles);
        const auto time = column_of(rows, kTimes);
        if (!url || !title || !time)  // the header goes on behind what was looked at
            return Error{Errc::kUnknownFormat, "scoring.document.browsing.header"};
        const std::size_t width = rows.size();
        reading.skip(NotRead::kTableHeader);
        Direction direction;
        while (rows.next()) {
            reading.check(kFormat, Check::kSchema, rows.size() == width);
            if (rows.size() != width) {
                reading.skip(NotRead::kWrongShape);
                continue;
            }
            const std::int64_t at = time_of(rows.cell(*time)).value_or(0);
            reading.check(kFormat, Check::kTimeForm, at != 0);
            reading.check(kFormat, Check::kAgreement, has_scheme(rows.cell(*url)));
            if (at != 0) reading.check(kFormat, Check::kTimeRange, at >= kServiceStartUs);
            if (at != 0) direction.see(at);
            reading.begin_unit(kFormat, at, rows.cell(*url));
            PRAMANA_TRY(reading.add(Role::kRow, at, SecretText{rows.cell(*url)},
                                    row_of(rows.cell(*title), rows.cell(*url), rows.cell(*time))));
        }
        direction.report(reading);
        return Done{};
    }

  private:
    /// Histories stand newest first or oldest first: the lesser part are the failures.
    struct Direction {
        std::int64_t last = 0;
        std::uint64_t up = 0, down = 0, same = 0;
        void see(std::int64_t at) {
            if (last != 0) ++(at > last ? up : at < last ? down : same);
            last = at;
        }
        void report(Reading& reading) const {
            const std::uint64_t bad = std::min(up, down);
            for (std::uint64_t i = 0; i < up + down + same; ++i)
                reading.check(kFormat, Check::kTimeOrder, i >= bad);
        }
    };

    /// A time of the calendar, or a whole number of seconds, milliseconds or microseconds.
    static std::optional<std::int64_t> time_of(std::string_view text) {
        if (const auto stamp = parse_iso_time(text)) return stamp->unix_us;
        const std::optional<std::int64_t> number = decimal_of(text);
        if (!number) return std::nullopt;
        switch (text.size()) {
            case 10: return *number * 1'000'000;
            case 13: return *number * 1'000;
            case 16: return number;
            default: return std::nullopt;
        }
    }

    static void check_visit(const element& visit, std::string_view url,
                            const std::optional<std::string_view>& transition, std::int64_t at,
                            std::int64_t last, Reading& reading) {
        if (!reading.checks()) return;
        constexpr std::int64_t kLatestUs = 4'000'000'000LL * 1'000'000;
        reading.check(kFormat, Check::kTimeForm, at > 1'000'000'000'000'000 && at < kLatestUs);
        reading.check(kFormat, Check::kTimeRange, at >= kServiceStartUs);
        if (last != 0) reading.check(kFormat, Check::kTimeOrder, at <= last);
        reading.check(kFormat, Check::kAgreement, has_scheme(url));
        if (transition) reading.check(kFormat, Check::kValues, is_transition(*transition));
        if (const auto client = string_in(visit, "client_id"))
            reading.check(kFormat, Check::kIdForm, client->size() == 24 && client->ends_with("=="));
    }
};

}  // namespace

std::unique_ptr<FormatReader> make_browsing_reader() { return std::make_unique<BrowsingReader>(); }

}  // namespace pramana::scoring
