#include "formats/fields.hpp"
#include "formats/format_reader.hpp"
#include "times.hpp"

#include <algorithm>
#include <utility>

namespace pramana::scoring {
namespace {

using simdjson::dom::element;

constexpr Format kFormat = Format::kGoogleActivity;
constexpr std::int64_t kServiceStartUs = 1'113'955'200LL * 1'000'000;  // 2005-04-20
constexpr std::string_view kSearched = "Searched for ";

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// The value of a query parameter: "+" is a space, "%XX" a byte (WHATWG URL section 5.1).
std::optional<SecretText> parameter_of(std::string_view url, std::string_view name) {
    std::size_t mark = url.find('?');
    while (mark != std::string_view::npos && mark + 1 < url.size()) {
        const std::size_t begin = mark + 1;
        const std::size_t end = std::min(url.find_first_of("&#", begin), url.size());
        const std::string_view pair = url.substr(begin, end - begin);
        if (pair.starts_with(name) && pair.substr(name.size()).starts_with("=")) {
            SecretText value;
            for (std::size_t i = name.size() + 1; i < pair.size(); ++i) {
                const bool escape = pair[i] == '%' && i + 2 < pair.size() &&
                                    hex_digit(pair[i + 1]) >= 0 && hex_digit(pair[i + 2]) >= 0;
                char c = pair[i] == '+' ? ' ' : pair[i];
                if (escape) {
                    c = static_cast<char>(hex_digit(pair[i + 1]) * 16 + hex_digit(pair[i + 2]));
                    i += 2;
                }
                value.append({&c, 1});
            }
            return value;
        }
        mark = end < url.size() && url[end] == '&' ? end : std::string_view::npos;
    }
    return std::nullopt;
}

class GoogleActivityReader final : public FormatReader {
  public:
    [[nodiscard]] Claim claims_json(const element& root) const override {
        const auto first = first_of(root);
        const bool ours = first && string_in(*first, "header") && string_in(*first, "title") &&
                          string_in(*first, "time") && array_in(*first, "products");
        return ours ? Claim::kExport : Claim::kNone;
    }

    Status read_json(const element& root, Reading& reading) override {
        std::int64_t last = 0;
        for (const element entry : simdjson::dom::array(root)) {
            const auto title = string_in(entry, "title");
            const auto products = array_in(entry, "products");
            reading.check(
                kFormat, Check::kSchema,
                title && products && string_in(entry, "header") && string_in(entry, "time"));
            if (!title) {
                reading.skip(NotRead::kWrongShape);
                continue;
            }
            const auto stamp = parse_iso_time(text_in(entry, "time"));
            const bool utc = stamp && stamp->zoned && stamp->offset_minutes == 0;
            reading.check(kFormat, Check::kTimeForm, utc);
            const std::int64_t at = utc ? stamp->unix_us : 0;
            if (utc) {
                reading.check(kFormat, Check::kTimeRange, at >= kServiceStartUs);
                if (last != 0) reading.check(kFormat, Check::kTimeOrder, at <= last);
                last = at;
            }
            if (reading.checks()) check_entry(entry, *title, products, reading);
            reading.begin_unit(kFormat, at, *title);
            PRAMANA_TRY(add_entry(entry, *title, at, reading));
        }
        return Done{};
    }

  private:
    static void check_entry(const element& entry, std::string_view title,
                            const std::optional<simdjson::dom::array>& products, Reading& reading) {
        // Some products have a header of their own beside them; most name themselves.
        if (products && products->size() > 0) {
            const auto product = products->at(0).value_unsafe();
            reading.check(kFormat, Check::kSchema, product.is_string());
        }
        if (!title.starts_with(kSearched)) return;
        const std::optional<SecretText> asked = parameter_of(text_in(entry, "titleUrl"), "q");
        if (asked)
            reading.check(kFormat, Check::kAgreement,
                          asked->expose() == title.substr(kSearched.size()));
    }

    /// A row: what was done, with what is said under it.
    static Status add_entry(const element& entry, std::string_view title, std::int64_t at,
                            Reading& reading) {
        SecretText text;
        const auto add_value = [&text](std::string_view value) {
            if (value.empty()) return;
            if (!text.empty()) text.append("\n");
            text.append(value);
        };
        add_value(text_in(entry, "header"));
        add_value(title);
        add_value(text_in(entry, "description"));
        if (const auto subtitles = array_in(entry, "subtitles"))
            for (const element subtitle : *subtitles) add_value(text_in(subtitle, "name"));
        add_value(text_in(entry, "time"));
        return reading.add(Role::kRow, at, SecretText{text_in(entry, "time")}, std::move(text));
    }
};

}  // namespace

std::unique_ptr<FormatReader> make_google_activity_reader() {
    return std::make_unique<GoogleActivityReader>();
}

}  // namespace pramana::scoring
