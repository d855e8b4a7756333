#pragma once

#include "pramana/core/result.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace pramana::net {

struct WebsocketListenerOptions {
    std::vector<std::string> urls;  ///< ws:// or wss://
    std::string first_message;      ///< text, sent to each once it is connected
    std::filesystem::path ca_file;  ///< PEM trusted in addition to the system's store; empty = none
    std::size_t message_bytes_max = 64U << 10U;
    std::chrono::milliseconds handshake_time_max{10'000};
    /// Silence after which a connection is given up; half of it later a ping goes out.
    std::chrono::milliseconds silence_max{60'000};
    std::chrono::milliseconds backoff_min{500};  ///< between connections, doubled up to the maximum
    std::chrono::milliseconds backoff_max{60'000};
};

/// Listens to websockets and tells that something came; what it was is not looked at. A connection
/// that fails, ends, is silent or sends too much is opened again after a while, for ever. One
/// thread. Source: RFC 6455.
class WebsocketListener {
  public:
    /// Whether it is a ws(s) URL that can be listened to.
    [[nodiscard]] static bool is_url(std::string_view text);
    /// `on_message` is called in the listener's thread, for each message, and must not block.
    /// Errors: kConfigInvalid (a URL, the CA file).
    [[nodiscard]] static Result<std::unique_ptr<WebsocketListener>> start(
        WebsocketListenerOptions options, std::function<void()> on_message);
    ~WebsocketListener();
    WebsocketListener(const WebsocketListener&) = delete;
    WebsocketListener& operator=(const WebsocketListener&) = delete;

    [[nodiscard]] std::uint64_t messages() const noexcept;
    [[nodiscard]] std::uint64_t connections() const noexcept;  ///< opened so far
    [[nodiscard]] std::uint64_t failures() const noexcept;     ///< ended or never opened

  private:
    struct Impl;
    explicit WebsocketListener(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace pramana::net
