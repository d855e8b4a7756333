#include "pramana/os/log.hpp"

#include "pramana/core/hex.hpp"

#include <unistd.h>

#include <atomic>
#include <ctime>

namespace pramana::log {
namespace {

constexpr std::size_t kVettedTextMax = 300;

std::atomic<Level> least_level{Level::kInfo};
std::atomic<Format> line_format{default_format()};

const char* level_name(Level level) noexcept {
    switch (level) {
        case Level::kDebug: return "debug";
        case Level::kInfo: return "info";
        case Level::kWarn: return "warn";
        case Level::kError: return "error";
    }
    std::abort();
}

std::string utc_now() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    tm parts{};
    ::gmtime_r(&now.tv_sec, &parts);
    char date[32];
    const std::size_t length = std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
    const long millis = now.tv_nsec / 1'000'000;
    std::string text{date, length};
    text += '.';
    text += static_cast<char>('0' + millis / 100);
    text += static_cast<char>('0' + millis / 10 % 10);
    text += static_cast<char>('0' + millis % 10);
    return text + 'Z';
}

void append_member(std::string& line, Format format, std::string_view name, std::string_view text,
                   bool quoted) {
    if (format == Format::kJson) {
        if (line.size() > 1) line += ',';
        line += '"';
        line += name;
        line += "\":";
    } else {
        if (!line.empty()) line += ' ';
        line += name;
        line += '=';
        quoted = quoted && text.find_first_of(" =\"") != std::string_view::npos;
    }
    if (quoted) line += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') line += '\\';
        line += c;
    }
    if (quoted) line += '"';
}

}  // namespace

Field::Field(const char* name, const Error& error) : name_{name}, quoted_{true} {
    text_ = name_of(error.code);
    text_ += '@';
    text_ += error.site;
}

Field Field::vetted(const char* name, std::string_view text) {
    Field field;
    field.name_ = name;
    field.quoted_ = true;
    for (const char c : text.substr(0, kVettedTextMax))
        field.text_ += (c >= 0x20 && c < 0x7F) ? c : '?';
    return field;
}

std::string Field::hex(ByteView bytes) { return to_hex0x(bytes); }

Format default_format() noexcept {
    return ::isatty(STDERR_FILENO) == 1 ? Format::kLogfmt : Format::kJson;
}

void configure(Level least, Format format) {
    least_level = least;
    line_format = format;
}

void write(Level level, const char* event, std::initializer_list<Field> fields) {
    if (level < least_level.load()) return;
    const Format format = line_format.load();
    std::string line = format == Format::kJson ? "{" : "";
    append_member(line, format, "time", utc_now(), true);
    append_member(line, format, "level", level_name(level), true);
    append_member(line, format, "event", event, true);
    for (const Field& field : fields)
        append_member(line, format, field.name(), field.text(), field.quoted());
    line += format == Format::kJson ? "}\n" : "\n";
    // One write, so that lines of several threads do not mix. A full pipe loses the line, never the
    // daemon.
    static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
}

}  // namespace pramana::log
