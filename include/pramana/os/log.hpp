#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <concepts>
#include <initializer_list>

namespace pramana::log {

enum class Level : std::uint8_t { kDebug, kInfo, kWarn, kError };
enum class Format : std::uint8_t { kLogfmt, kJson };

/// One `name=value` of a log line. The constructors are the whole list of what may be logged:
/// numbers, ids and hashes, error codes, and text literals. There is none for std::string, views of
/// run-time text, SecretBytes or spans, so content cannot be logged by accident
/// (tests/compile_fail/log_*.cpp).
class Field {
  public:
    template <std::integral T>
    Field(const char* name, T value) : name_{name}, text_{std::to_string(value)} {}
    template <class Tag, std::size_t N>
    Field(const char* name, const FixedBytes<Tag, N>& value)
        : name_{name}, text_{hex(value.view())}, quoted_{true} {}
    Field(const char* name, JobId id) : name_{name}, text_{std::to_string(number(id))} {}
    Field(const char* name, FileId id) : name_{name}, text_{std::to_string(number(id))} {}
    Field(const char* name, CorpusPosition id) : name_{name}, text_{std::to_string(number(id))} {}
    Field(const char* name, Errc code) : name_{name}, text_{name_of(code)}, quoted_{true} {}
    Field(const char* name, const Error& error);
    /// A literal: an array of const char, whose size the compiler knows.
    template <std::size_t N>
    Field(const char* name, const char (&literal)[N])
        : name_{name}, text_{literal}, quoted_{true} {}

    /// Run-time text that the caller has judged harmless: a configured path, a node's error text
    /// (cut, cleaned of control characters). Loud on purpose: reviewers grep for it.
    static Field vetted(const char* name, std::string_view text);

    [[nodiscard]] const char* name() const noexcept { return name_; }
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] bool quoted() const noexcept { return quoted_; }

  private:
    Field() = default;
    static std::string hex(ByteView bytes);
    const char* name_ = "";
    std::string text_;
    bool quoted_ = false;
};

/// logfmt where standard error is a terminal, JSON otherwise.
[[nodiscard]] Format default_format() noexcept;

/// Sets the least level and the format for the process. Default: kInfo, logfmt on a terminal, JSON
/// otherwise.
void configure(Level least, Format format);

/// Writes one line to standard error in one write(2): time, level, `event` (a stable literal such
/// as "pipeline.job.final"), fields. Thread: any.
void write(Level level, const char* event, std::initializer_list<Field> fields = {});

inline void debug(const char* event, std::initializer_list<Field> fields = {}) {
    write(Level::kDebug, event, fields);
}
inline void info(const char* event, std::initializer_list<Field> fields = {}) {
    write(Level::kInfo, event, fields);
}
inline void warn(const char* event, std::initializer_list<Field> fields = {}) {
    write(Level::kWarn, event, fields);
}
inline void error(const char* event, std::initializer_list<Field> fields = {}) {
    write(Level::kError, event, fields);
}

}  // namespace pramana::log
