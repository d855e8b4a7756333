#include "message.hpp"

#include "pramana/core/json.hpp"

#include <ctime>

namespace pramana::http {
namespace {

constexpr std::string_view kRetryAfter_s = "2";

std::string date_now() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char text[40];
    return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

/// "not_found" as "Not found".
std::string title_of(std::string_view code) {
    std::string title{code};
    for (char& c : title)
        if (c == '_') c = ' ';
    title[0] = static_cast<char>(title[0] - 'a' + 'A');
    return title;
}

}  // namespace

Reply Reply::json(unsigned status, std::string_view text) {
    Reply reply;
    reply.status = status;
    append(reply.body, text);
    return reply;
}

Reply Reply::plain(unsigned status, std::string_view text) {
    Reply reply = json(status, text);
    reply.content_type = "text/plain; charset=utf-8";
    return reply;
}

Reply&& Reply::with(std::string name, std::string value) && {
    headers.emplace_back(std::move(name), std::move(value));
    return std::move(*this);
}

unsigned status_of(Errc code) noexcept {
    switch (code) {
        case Errc::kNotFound:
        case Errc::kProofNotFinal: return 404;
        case Errc::kUnauthorized: return 401;
        case Errc::kMethodNotAllowed: return 405;
        case Errc::kTimeout: return 408;
        case Errc::kConflict: return 409;
        case Errc::kBodyTooLarge: return 413;
        case Errc::kUriTooLong: return 414;
        case Errc::kUnsupportedMediaType: return 415;
        case Errc::kQuotaExceeded: return 429;
        case Errc::kHeadersTooLarge: return 431;
        case Errc::kClearKeyRefused: return 403;
        case Errc::kStorageFull: return 507;
        default: break;
    }
    switch (blame_of(code)) {
        case Blame::kSender: return 400;
        case Blame::kRetry:
        case Blame::kOperator: return 503;
        case Blame::kBug: return 500;
    }
    std::abort();
}

std::string_view reason_of(unsigned status) noexcept {
    switch (status) {
        case 200: return "OK";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 304: return "Not Modified";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 413: return "Content Too Large";
        case 414: return "URI Too Long";
        case 415: return "Unsupported Media Type";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        case 507: return "Insufficient Storage";
        default: return "Status";
    }
}

Reply problem(const Error& error, std::string_view request_id) {
    const std::string_view code = name_of(error.code);
    const unsigned status = status_of(error.code);
    JsonObject body;
    body.text("type", "urn:pramana:error:" + std::string{code})
        .text("title", title_of(code))
        .number("status", status)
        .text("detail", sentence_of(error.code))
        .text("code", code)
        .text("next_step", next_step_of(error.code))
        .text("instance", "urn:pramana:request:" + std::string{request_id});
    Reply reply = Reply::json(status, body.str());
    reply.content_type = "application/problem+json";
    if (status == 503 || status == 507 || status == 429 || error.code == Errc::kProofNotFinal)
        reply.headers.emplace_back("Retry-After", kRetryAfter_s);
    return reply;
}

std::string head_of(const Reply& reply, const ReplyFrame& frame) {
    std::string head = frame.http_1_0 ? "HTTP/1.0 " : "HTTP/1.1 ";
    const auto field = [&head](std::string_view name, std::string_view value) {
        head += name;
        head += ": ";
        head += value;
        head += "\r\n";
    };
    head += std::to_string(reply.status);
    head += ' ';
    head += reason_of(reply.status);
    head += "\r\n";
    field("Date", date_now());
    const bool has_body = reply.status != 204 && reply.status != 304;
    if (has_body) {
        field("Content-Type", reply.content_type);
        field("Content-Length", std::to_string(reply.body.size()));
    }
    field("X-Content-Type-Options", "nosniff");
    field("X-Request-Id", frame.request_id);
    bool cached = false;
    for (const auto& [name, value] : reply.headers) {
        cached = cached || name == "Cache-Control";
        field(name, value);
    }
    if (!cached) field("Cache-Control", "no-store");
    for (const auto& [name, value] : frame.cors) field(name, value);
    if (!frame.keep_alive)
        field("Connection", "close");
    else if (frame.http_1_0)
        field("Connection", "keep-alive");
    return head + "\r\n";
}

}  // namespace pramana::http
