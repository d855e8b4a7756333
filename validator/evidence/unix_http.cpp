#include "unix_http.hpp"

#include "pramana/core/bytes.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>

namespace pramana::evidence {
namespace {

using Clock = std::chrono::steady_clock;
using Buffer = SecretVector<std::uint8_t>;

Error busy(std::string_view site) { return Error{Errc::kBusy, site}; }
Error malformed(std::string_view site) { return Error{Errc::kEvidenceMalformed, site}; }

/// A connected socket with a deadline for everything.
class Connection {
  public:
    explicit Connection(std::chrono::milliseconds deadline) : end_{Clock::now() + deadline} {}
    ~Connection() {
        if (handle_ >= 0) (void)::close(handle_);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Status open(const std::string& path) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        if (path.size() >= sizeof address.sun_path)
            return Error{Errc::kNoTee, "evidence.unix.path"};
        std::ranges::copy(path, address.sun_path);
        handle_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (handle_ < 0) return Error{Errc::kIo, "evidence.unix.socket"};
        if (::connect(handle_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
            return Done{};
        if (errno == ENOENT) return Error{Errc::kNoTee, "evidence.unix.absent"};
        return busy("evidence.unix.connect");
    }

    Status send(std::string_view text) {
        while (!text.empty()) {
            PRAMANA_TRY(wait(POLLOUT));
            const ssize_t sent = ::send(handle_, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent < 0 && (errno == EAGAIN || errno == EINTR)) continue;
            if (sent <= 0) return busy("evidence.unix.send");
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
        return Done{};
    }

    /// Appends what comes next; false at the end.
    Result<bool> receive(Buffer& out) {
        constexpr std::size_t kPiece = 16U << 10U;
        for (;;) {
            if (const Status ready = wait(POLLIN); !ready) return ready.error();
            const std::size_t held = out.size();
            out.resize(held + kPiece);
            const ssize_t got = ::recv(handle_, out.data() + held, kPiece, 0);
            out.resize(held + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
            if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
            if (got < 0) return busy("evidence.unix.receive");
            return got > 0;
        }
    }

  private:
    Status wait(short what) const {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(end_ - Clock::now());
        if (left.count() <= 0) return Error{Errc::kTimeout, "evidence.unix.deadline"};
        pollfd one{handle_, what, 0};
        const int ready = ::poll(&one, 1, static_cast<int>(left.count()));
        if (ready == 0) return Error{Errc::kTimeout, "evidence.unix.deadline"};
        if (ready < 0 && errno != EINTR) return Error{Errc::kIo, "evidence.unix.poll"};
        return Done{};
    }
    Clock::time_point end_;
    int handle_ = -1;
};

std::string_view text_of(const Buffer& buffer) {
    return {reinterpret_cast<const char*>(buffer.data()), buffer.size()};
}

/// The value of a header; names in any case. nullopt when it is absent.
std::optional<std::string_view> header(std::string_view head, std::string_view name) {
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    for (std::size_t at = head.find("\r\n");
         at != std::string_view::npos && at + 2 < head.size();) {
        head.remove_prefix(at + 2);
        at = head.find("\r\n");
        const std::string_view line = head.substr(0, at);
        const std::size_t colon = line.find(':');
        if (colon != name.size() ||
            !std::ranges::equal(line.substr(0, colon), name, {}, lower, lower))
            continue;
        std::string_view value = line.substr(colon + 1);
        while (value.starts_with(' ')) value.remove_prefix(1);
        while (value.ends_with(' ')) value.remove_suffix(1);
        return value;
    }
    return std::nullopt;
}

template <class Number>
std::optional<Number> number_of(std::string_view text, int base) {
    Number out = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out, base);
    if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return out;
}

/// "HTTP/1.1 200 OK"
std::optional<unsigned> status_of(std::string_view head) {
    if (!head.starts_with("HTTP/1.") || head.size() < 12 || head[8] != ' ') return std::nullopt;
    const std::optional<unsigned> status = number_of<unsigned>(head.substr(9, 3), 10);
    return status && *status >= 200 && *status <= 599 ? status : std::nullopt;
}

/// Joins the chunks of a complete body; nullopt while it is not complete.
Result<std::optional<Buffer>> joined_chunks(std::string_view raw) {
    Buffer out;
    for (;;) {
        const std::size_t line = raw.find("\r\n");
        if (line == std::string_view::npos) return std::optional<Buffer>{};
        const auto size = number_of<std::size_t>(raw.substr(0, line), 16);
        if (!size || *size > kUnixBodyBytesMax) return malformed("evidence.unix.chunk");
        raw.remove_prefix(line + 2);
        if (raw.size() < *size + 2) return std::optional<Buffer>{};
        if (raw.substr(*size, 2) != "\r\n") return malformed("evidence.unix.chunk");
        if (*size == 0) return std::optional{std::move(out)};
        const ByteView piece = as_bytes_view(raw.substr(0, *size));
        out.insert(out.end(), piece.begin(), piece.end());
        raw.remove_prefix(*size + 2);
    }
}

/// The body once it is complete. `ended`: the connection gives no more.
Result<std::optional<Buffer>> body_of(std::string_view head, std::string_view raw, bool ended) {
    if (const auto coding = header(head, "transfer-encoding")) {
        if (*coding != "chunked") return malformed("evidence.unix.coding");
        return joined_chunks(raw);
    }
    const ByteView bytes = as_bytes_view(raw);
    const auto length = header(head, "content-length");
    if (!length)
        return ended ? std::optional{Buffer(bytes.begin(), bytes.end())} : std::optional<Buffer>{};
    const auto size = number_of<std::size_t>(*length, 10);
    if (!size || *size > kUnixBodyBytesMax || raw.size() > *size)
        return malformed("evidence.unix.length");
    if (raw.size() < *size) return std::optional<Buffer>{};
    return std::optional{Buffer(bytes.begin(), bytes.end())};
}

Result<UnixAnswer> read_answer(Connection& connection) {
    Buffer received;
    for (;;) {
        const Result<bool> more = connection.receive(received);
        if (!more) return more.error();
        const std::string_view text = text_of(received);
        const std::size_t end = text.find("\r\n\r\n");
        if (end != std::string_view::npos) {
            const std::string_view head = text.substr(0, end + 2);
            const std::optional<unsigned> status = status_of(head);
            if (!status) return malformed("evidence.unix.status");
            Result<std::optional<Buffer>> body = body_of(head, text.substr(end + 4), !*more);
            if (!body) return body.error();
            if (*body) return UnixAnswer{*status, std::move(**body)};
        } else if (received.size() > kUnixHeadBytesMax) {
            return malformed("evidence.unix.head");
        }
        if (!*more) return busy("evidence.unix.short");
        if (received.size() > kUnixHeadBytesMax + 2 * kUnixBodyBytesMax)
            return malformed("evidence.unix.size");
    }
}

}  // namespace

Result<UnixAnswer> post_unix(const std::string& socket, std::string_view target,
                             std::string_view json, std::chrono::milliseconds deadline) {
    Connection connection{deadline};
    if (const Status open = connection.open(socket); !open) return open.error();
    const std::string request = "POST " + std::string{target} +
                                " HTTP/1.1\r\nHost: dstack\r\nConnection: close\r\n"
                                "Content-Type: application/json\r\nContent-Length: " +
                                std::to_string(json.size()) + "\r\n\r\n" + std::string{json};
    if (const Status sent = connection.send(request); !sent) return sent.error();
    return read_answer(connection);
}

}  // namespace pramana::evidence
