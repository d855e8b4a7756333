#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/os/secret_bytes.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pramana::http {

enum class Method : std::uint8_t { kGet, kHead, kPost, kOptions, kOther };

/// A request whose header was checked and whose route was found. The body may hold a key in clear,
/// so it is wiped.
struct Request {
    Method method = Method::kOther;
    std::string path;          ///< without query; not percent-decoded: our paths need none
    std::string query;         ///< behind '?', as sent
    std::string parameter;     ///< what stands at {} of the route's pattern
    std::string content_type;  ///< lower case, without parameters
    std::string if_none_match;
    std::string authorization;
    std::string id;  ///< of this request, 16 hex characters, in logs and errors
    SecretBytes body;
};

struct Reply {
    unsigned status = 200;
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers;
    Bytes body;

    static Reply json(unsigned status, std::string_view text);
    static Reply plain(unsigned status, std::string_view text);
    Reply&& with(std::string name, std::string value) &&;
};

/// The reply to an error, as RFC 9457 problem details: type, title, status, detail, code,
/// next_step, instance. Nothing of the request is echoed. Busy replies carry Retry-After.
[[nodiscard]] Reply problem(const Error& error, std::string_view request_id);
/// The HTTP status of an error: by who can act on it, with the statuses that HTTP has a word for.
[[nodiscard]] unsigned status_of(Errc code) noexcept;
[[nodiscard]] std::string_view reason_of(unsigned status) noexcept;

/// What the header of a reply depends on besides the reply.
struct ReplyFrame {
    std::string_view request_id;
    bool keep_alive = true;
    bool http_1_0 = false;
    std::vector<std::pair<std::string, std::string>> cors;
};
/// Status line and header fields, with the empty line.
[[nodiscard]] std::string head_of(const Reply& reply, const ReplyFrame& frame);

}  // namespace pramana::http
