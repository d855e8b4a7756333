#include "exports_support/samples.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace pramana::exports {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kBeginUs = 1'672'567'200 * kSecond;  // 2023-01-01 10:00 UTC

/// "Sun, 01 Jan 2023 10:00:00 +0000"
std::string mail_time(std::int64_t unix_us) {
    const std::string c = ctime_of(unix_us);  // Sun Jan 01 10:00:00 +0000 2023
    return c.substr(0, 3) + ", " + c.substr(8, 2) + " " + c.substr(4, 3) + " " + c.substr(26) +
           c.substr(10, 15);
}

std::string quoted_printable(std::string_view text) {
    std::string out;
    std::size_t line = 0;
    for (const char c : text) {
        std::array<char, 4> escape{};
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = c == '\n' || (byte >= 0x20 && byte < 0x7F && c != '=');
        std::snprintf(escape.data(), escape.size(), "=%02X", byte);
        if (line > 70 && c != '\n') {
            out += "=\n";
            line = 0;
        }
        out += plain ? std::string{c} : escape.data();
        line = c == '\n' ? 0 : line + 1;
    }
    return out;
}

std::string base64(std::string_view text) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < text.size(); i += 3) {
        std::uint32_t bits = 0;
        for (std::size_t j = 0; j < 3; ++j)
            bits =
                bits << 8U | (i + j < text.size() ? static_cast<unsigned char>(text[i + j]) : 0U);
        for (std::size_t j = 0; j < 4; ++j)
            out += i + j <= text.size() ? kDigits[bits >> (18 - 6 * j) & 63U] : '=';
        if (i % 57 == 54) out += '\n';
    }
    return out;
}

}  // namespace

GoogleActivity GoogleActivity::make(std::uint64_t seed, std::size_t count) {
    Random random{seed};
    GoogleActivity out;
    std::int64_t at = kBeginUs + 86'400 * 300 * kSecond;
    for (std::size_t i = 0; i < count; ++i) {
        at -= static_cast<std::int64_t>(1 + random.below(50'000)) * kSecond + 7'000;
        std::string asked = random.sentence();
        std::string query = asked;
        std::replace(query.begin(), query.end(), ' ', '+');
        if (i % 3 == 2)
            out.entries.push_back({"YouTube", "Watched " + asked,
                                   "https://www.youtube.com/watch?v=x", iso_time(at, 3),
                                   "YouTube"});
        else
            out.entries.push_back({"Search", "Searched for " + asked,
                                   "https://www.google.com/search?q=" + query, iso_time(at, 3),
                                   "Search"});
    }
    return out;
}

std::string GoogleActivity::json() const {
    std::string all;
    for (const Entry& e : entries)
        all += (all.empty() ? "" : ",") + std::string{"{\"header\":"} + quoted(e.header) +
               ",\"title\":" + quoted(e.title) + ",\"titleUrl\":" + quoted(e.url) +
               ",\"time\":" + quoted(e.time) + ",\"products\":[" + quoted(e.product) +
               "],\"activityControls\":[\"Web & App Activity\"]}";
    return "[" + all + "]";
}

Mailbox Mailbox::make(std::uint64_t seed, std::size_t count) {
    Random random{seed};
    Mailbox out;
    std::int64_t at = kBeginUs;
    for (std::size_t i = 0; i < count; ++i) {
        at += static_cast<std::int64_t>(60 + random.below(90'000)) * kSecond + 5'000;
        Mail mail;
        mail.from = "Some Body <somebody@example.org>";
        mail.date = mail_time(at - 2 * kSecond);
        mail.id = "<" + random.uuid() + "@mail.example.org>";
        mail.from_number =
            std::to_string((at / 1000) << 20 | static_cast<std::int64_t>(random.below(1U << 20U)));
        mail.thread = mail.from_number;
        mail.from_time = ctime_of(at);
        mail.received = mail_time(at);
        mail.subject = random.sentence();
        mail.body = random.paragraph(3) + "\n\n" + random.paragraph(2);
        mail.form = static_cast<int>(i % 4);
        if (mail.form == 1) mail.body += " Caf\xC3\xA9 na\xC3\xAFve.";
        out.mails.push_back(std::move(mail));
    }
    return out;
}

std::string Mailbox::mbox() const {
    std::string out;
    for (const Mail& m : mails) {
        out += "From " + m.from_number + "@xxx " + m.from_time + "\nX-GM-THRID: " + m.thread +
               "\nX-Gmail-Labels: Inbox\nReceived: by 2002:a05:1 with SMTP id x;\n        " +
               m.received + "\nDate: " + m.date + "\nFrom: " + m.from +
               "\nTo: other@example.org\nSubject: " + m.subject + "\nMessage-ID: " + m.id +
               "\nMIME-Version: 1.0\n";
        switch (m.form) {
            case 0: out += "Content-Type: text/plain; charset=\"UTF-8\"\n\n" + m.body; break;
            case 1:
                out +=
                    "Content-Type: text/plain; charset=utf-8\n"
                    "Content-Transfer-Encoding: quoted-printable\n\n" +
                    quoted_printable(m.body);
                break;
            case 2:
                out +=
                    "Content-Type: multipart/mixed; boundary=\"b1\"\n\n--b1\n"
                    "Content-Type: text/plain; charset=utf-8\n"
                    "Content-Transfer-Encoding: base64\n\n" +
                    base64(m.body) +
                    "\n--b1\nContent-Type: image/png\nContent-Disposition: attachment\n"
                    "Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b1--";
                break;
            default:
                out += "Content-Type: text/html; charset=utf-8\n\n<html><body><p>" + m.body +
                       "</p></body></html>";
        }
        out += "\n\n";
    }
    return out;
}

WhatsAppChat WhatsAppChat::make(std::uint64_t seed, std::size_t count) {
    Random random{seed};
    WhatsAppChat out;
    std::int64_t at = kBeginUs;
    for (std::size_t i = 0; i < count; ++i) {
        at += static_cast<std::int64_t>(20 + random.below(40'000)) * kSecond;
        const std::string iso = iso_time(at, 0);  // 2023-01-01T10:00:00Z
        Line line;
        line.stamp = iso.substr(8, 2) + "/" + iso.substr(5, 2) + "/" + iso.substr(0, 4) + ", " +
                     iso.substr(11, 5) + " - ";
        if (i == 0) {
            line.text = "Messages and calls are end-to-end encrypted.";
        } else {
            line.sender = random.below(2) == 0 ? "Ann" : "Ben";
            line.text = i % 13 == 12 ? "<Media omitted>" : random.paragraph(1 + random.below(2));
            if (i % 9 == 8) line.text += "\n" + random.sentence();
        }
        out.lines.push_back(std::move(line));
    }
    return out;
}

std::string WhatsAppChat::text() const {
    std::string out;
    for (const Line& line : lines)
        out += line.stamp + (line.sender.empty() ? "" : line.sender + ": ") + line.text + "\n";
    return out;
}

BrowsingHistory BrowsingHistory::make(std::uint64_t seed, std::size_t count) {
    Random random{seed};
    BrowsingHistory out;
    std::int64_t at = kBeginUs + 86'400 * 300 * kSecond;
    for (std::size_t i = 0; i < count; ++i) {
        at -= static_cast<std::int64_t>(1 + random.below(9'000)) * kSecond + 321;
        out.visits.push_back({random.sentence(),
                              "https://www.example.org/" + std::to_string(random.below(100'000)),
                              i % 5 == 0 ? "TYPED" : "LINK", "q1w2e3r4t5y6u7i8o9p0aA==", at});
    }
    return out;
}

std::string BrowsingHistory::json() const {
    std::string all;
    for (const Visit& v : visits)
        all += (all.empty() ? "" : ",") + std::string{"{\"page_transition\":"} +
               quoted(v.transition) + ",\"title\":" + quoted(v.title) +
               ",\"url\":" + quoted(v.url) + ",\"client_id\":" + quoted(v.client) +
               ",\"time_usec\":" + std::to_string(v.time_us) + "}";
    return "{\"Browser History\":[" + all + "]}";
}

std::string BrowsingHistory::csv() const {
    std::string out = "title,url,time\n";
    for (const Visit& v : visits)
        out += v.title + "," + v.url + "," + iso_time(v.time_us, 0) + "\n";
    return out;
}

}  // namespace pramana::exports
