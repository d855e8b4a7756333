#include "formats/fields.hpp"
#include "formats/format_reader.hpp"
#include "mail.hpp"
#include "times.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace pramana::scoring {
namespace {

constexpr Format kFormat = Format::kMailbox;
constexpr std::string_view kFrom = "From ";
constexpr std::int64_t kDayUs = 86'400LL * 1'000'000;

/// "From " and a header field in the next line: prose that begins with "From " has none.
bool starts_mail(std::string_view text) {
    if (!text.starts_with(kFrom)) return false;
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return false;
    const std::string_view next = text.substr(end + 1, 80);
    const std::size_t colon = next.find(':');
    return colon != std::string_view::npos && colon > 0 &&
           next.substr(0, colon).find_first_of(" \t\r\n") == std::string_view::npos;
}

/// A Takeout's line: "From 1724603041712345678@xxx Tue Jan 16 12:34:56 +0000 2024".
struct FromLine {
    std::optional<std::int64_t> number;
    std::optional<Stamp> at;
};

FromLine read_from_line(std::string_view line) {
    line.remove_prefix(std::min(kFrom.size(), line.size()));
    while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
    const std::size_t space = std::min(line.find(' '), line.size());
    const std::string_view sender = line.substr(0, space);
    return {decimal_of(sender.substr(0, std::min(sender.find('@'), sender.size()))),
            parse_ctime(line.substr(std::min(space + 1, line.size())))};
}

class MailboxReader final : public FormatReader {
  public:
    [[nodiscard]] Claim claims_text(std::string_view text) const override {
        return starts_mail(text) ? Claim::kExport : Claim::kNone;
    }

    Status read_text(std::string_view text, Reading& reading) override {
        while (!text.empty()) {
            const std::string_view mail = take_mail(text);
            const std::size_t end = mail.find('\n');
            PRAMANA_TRY(add_mail(mail.substr(0, end), mail.substr(end + 1), reading));
        }
        return Done{};
    }

  private:
    /// Up to the next line that starts one behind an empty line.
    static std::string_view take_mail(std::string_view& text) {
        std::size_t at = 0;
        for (;;) {
            at = text.find("\nFrom ", at + 1);
            if (at == std::string_view::npos) break;
            const bool behind_empty =
                text[at - 1] == '\n' || (at > 1 && text[at - 1] == '\r' && text[at - 2] == '\n');
            if (behind_empty && starts_mail(text.substr(at + 1))) break;
        }
        const std::size_t size = at == std::string_view::npos ? text.size() : at + 1;
        const std::string_view mail = text.substr(0, size);
        text.remove_prefix(size);
        return mail;
    }

    Status add_mail(std::string_view from, std::string_view text, Reading& reading) {
        const Mail mail{text};
        const auto date = mail.field("Date");
        const std::optional<Stamp> stamp = date ? parse_mail_time(*date) : std::nullopt;
        const FromLine line = read_from_line(from);
        std::int64_t at = stamp ? stamp->unix_us : 0;
        if (at == 0 && line.at) at = line.at->unix_us;
        if (reading.checks()) check_mail(mail, line, date, stamp, reading);
        const std::string_view id = mail.field("Message-ID").value_or("");
        reading.begin_unit(kFormat, at, id);
        SecretText out = decode_field(mail.field("Subject").value_or(""));
        const SecretText body = text_of_mail(mail, reading.document().notes);
        if (!out.empty() && !body.empty()) out.append("\n\n");
        out.append(body.expose());
        return reading.add(Role::kProse, at, SecretText{id}, std::move(out));
    }

    void check_mail(const Mail& mail, const FromLine& line,
                    const std::optional<std::string_view>& date, const std::optional<Stamp>& stamp,
                    Reading& reading) {
        const auto id = mail.field("Message-ID");
        reading.check(kFormat, Check::kSchema, date && mail.field("From") && id);
        reading.check(kFormat, Check::kTimeForm, stamp && stamp->unix_us > 0);
        if (id) {
            reading.check(kFormat, Check::kIdForm,
                          id->starts_with('<') && id->ends_with('>') &&
                              id->find('@') != std::string_view::npos);
            reading.check(kFormat, Check::kIdUnique, ids_.insert(*id));
        }
        if (stamp && line.at)
            reading.check(kFormat, Check::kAgreement,
                          std::abs(stamp->unix_us - line.at->unix_us) <= kDayUs);
        check_gmail(mail, line, reading);
        check_way(mail, stamp ? stamp->unix_us : 0, reading);
    }

    /// Ids of Gmail hold the milliseconds of the mail's arrival above 20 bits; a thread has the id
    /// of its first mail.
    static void check_gmail(const Mail& mail, const FromLine& line, Reading& reading) {
        const auto thread = mail.field("X-GM-THRID");
        if (!thread) return;
        const std::optional<std::int64_t> of_thread = decimal_of(*thread);
        reading.check(kFormat, Check::kIdForm, of_thread && line.number);
        if (!of_thread || !line.number) return;
        reading.check(kFormat, Check::kGraph, *of_thread <= *line.number);
        if (!line.at) return;
        const std::int64_t inside_us = (*line.number >> 20) * 1000;
        reading.check(kFormat, Check::kIdTime, std::abs(inside_us - line.at->unix_us) <= kDayUs);
    }

    /// Each station stands above the one before it; clocks differ by a day at most.
    static void check_way(const Mail& mail, std::int64_t sent_us, Reading& reading) {
        std::int64_t above = 0;
        std::size_t left = 32;
        mail.each_field("Received", [&](std::string_view station) {
            if (left == 0) return;
            --left;
            const std::size_t at = station.rfind(';');
            if (at == std::string_view::npos) return;
            const auto stamp = parse_mail_time(station.substr(at + 1));
            reading.check(kFormat, Check::kTimeForm, stamp.has_value());
            if (!stamp) return;
            if (above != 0)
                reading.check(kFormat, Check::kTimeOrder, stamp->unix_us <= above + kDayUs);
            above = stamp->unix_us;
        });
        if (above != 0 && sent_us != 0)
            reading.check(kFormat, Check::kTimeOrder, sent_us <= above + kDayUs);
    }

    IdSet ids_;
};

}  // namespace

std::unique_ptr<FormatReader> make_mailbox_reader() { return std::make_unique<MailboxReader>(); }

}  // namespace pramana::scoring
