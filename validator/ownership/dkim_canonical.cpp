#include "dkim_canonical.hpp"

#include "pramana/core/secret_vector.hpp"
#include "pramana/core/sha256.hpp"

#include <array>

namespace pramana::ownership {
namespace {

bool is_space(char c) noexcept { return c == ' ' || c == '\t'; }

/// A hash behind a small buffer that is wiped.
class Sink {
  public:
    Sink() = default;
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    ~Sink() {
        wipe_memory(buffer_.data(), buffer_.size());
        wipe_memory(&hash_, sizeof hash_);
    }
    void put(char c) {
        buffer_[used_++] = static_cast<std::uint8_t>(c);
        if (used_ == buffer_.size()) flush();
    }
    void put(std::string_view text) {
        for (const char c : text) put(c);
    }
    void end_line() { put("\r\n"); }
    [[nodiscard]] Hash32 finish() {
        flush();
        return hash_.finish();
    }

  private:
    void flush() {
        hash_.update(ByteView{buffer_}.first(used_));
        used_ = 0;
    }
    std::array<std::uint8_t, 512> buffer_{};
    std::size_t used_ = 0;
    Sha256 hash_;
};

/// Section 3.4.2 of a value that comes in pieces: unfolded, runs of white space are one space, none
/// at its ends.
class RelaxedValue {
  public:
    explicit RelaxedValue(Sink& sink) : sink_{sink} {}
    void put(std::string_view text) {
        for (const char c : text) {
            if (c == '\r' || c == '\n') continue;
            if (is_space(c)) {
                space_ = true;
                continue;
            }
            if (space_ && any_) sink_.put(' ');
            space_ = false;
            any_ = true;
            sink_.put(c);
        }
    }

  private:
    Sink& sink_;
    bool space_ = false;
    bool any_ = false;
};

/// Line ends become CRLF, nothing else changes (section 3.4.1).
void put_simple(Sink& sink, std::string_view text) {
    for (const char c : text) {
        if (c == '\r') continue;
        if (c == '\n')
            sink.end_line();
        else
            sink.put(c);
    }
}

/// A field with a value in two pieces, without the end of its line.
void put_field(Sink& sink, const MailField& field, std::string_view first, std::string_view second,
               bool relaxed) {
    if (!relaxed) {
        put_simple(sink, field.head);
        put_simple(sink, first);
        put_simple(sink, second);
        return;
    }
    for (const char c : field.name)
        sink.put(c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c);
    sink.put(':');
    RelaxedValue value{sink};
    value.put(first);
    value.put(second);
}

/// A line of the body as section 3.4.4 has it, without its end; false: nothing is left of it.
bool put_relaxed_line(Sink& sink, std::string_view line, std::size_t& empty_lines) {
    while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
    if (line.empty()) return false;
    for (; empty_lines > 0; --empty_lines) sink.end_line();
    bool space = false;
    for (const char c : line) {
        if (!is_space(c))
            sink.put(c);
        else if (!space)
            sink.put(' ');
        space = is_space(c);
    }
    return true;
}

}  // namespace

Hash32 body_hash(std::string_view body, bool relaxed) {
    Sink sink;
    std::size_t empty_lines = 0;  // not written before something follows them
    bool any = false;
    while (!body.empty()) {
        const std::size_t end = body.find('\n');
        std::string_view line = body.substr(0, end);
        if (end != std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
        body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
        bool written = !line.empty();
        if (relaxed) {
            written = put_relaxed_line(sink, line, empty_lines);
        } else if (written) {
            for (; empty_lines > 0; --empty_lines) sink.end_line();
            sink.put(line);
        }
        if (!written) {
            ++empty_lines;
            continue;
        }
        sink.end_line();
        any = true;
    }
    if (!any && !relaxed) sink.end_line();
    return sink.finish();
}

Hash32 header_hash(const RawMail& mail, const DkimSignature& signature, const MailField& own) {
    Sink sink;
    std::vector<bool> used(mail.fields.size(), false);
    used.at(static_cast<std::size_t>(&own - mail.fields.data())) = true;  // comes last, on its own
    for (const std::string_view name : signature.fields) {
        // The next one from the bottom; none is left: nothing is hashed (section 5.4.2).
        for (std::size_t i = mail.fields.size(); i-- > 0;) {
            if (used[i] || !same_name(mail.fields[i].name, name)) continue;
            used[i] = true;
            put_field(sink, mail.fields[i], mail.fields[i].value, {}, signature.header_relaxed);
            sink.end_line();
            break;
        }
    }
    put_field(sink, own, own.value.substr(0, signature.cut_begin),
              own.value.substr(signature.cut_end), signature.header_relaxed);
    return sink.finish();
}

}  // namespace pramana::ownership
