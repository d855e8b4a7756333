#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace pramana::testing_net {

/// What a server does with one request: raw bytes, so that it can lie and break off as it likes.
struct Script {
    struct Part {
        std::string bytes;
        std::chrono::milliseconds pause_before{0};
    };
    std::vector<Part> parts;
    bool keep_open = false;    ///< reads the next request from the same connection
    bool close_notify = true;  ///< TLS: ends the stream properly
    static Script raw(std::string bytes) { return Script{{{std::move(bytes), {}}}}; }
    /// A whole answer with Content-Length and `Connection: close`.
    static Script answer(int status, const std::string& body,
                         const std::string& extra_headers = "");
    /// Takes the upgrade to a websocket (RFC 6455 section 4.2.2) and sends the texts, each in one
    /// frame, of less than 64 KiB.
    static Script websocket(const std::string& request, const std::vector<std::string>& texts);
};
/// Gets the whole request, head and body. Called from connection threads.
using Handler = std::function<Script(const std::string& request)>;

/// A key and a self-signed certificate made now, and the PEM file that trusts it.
class TestCertificate {
  public:
    /// `names` as OpenSSL's subjectAltName wants them: "DNS:files.test,IP:127.0.0.1".
    explicit TestCertificate(const std::string& names);
    ~TestCertificate();
    TestCertificate(const TestCertificate&) = delete;
    TestCertificate& operator=(const TestCertificate&) = delete;
    [[nodiscard]] const std::filesystem::path& pem_file() const noexcept { return pem_file_; }
    struct Impl;
    [[nodiscard]] Impl& impl() const noexcept { return *impl_; }

  private:
    std::unique_ptr<Impl> impl_;
    std::filesystem::path pem_file_;
};

/// A scripted HTTP server on 127.0.0.1 and a free port; a thread for each connection, all joined on
/// destruction.
class LocalServer {
  public:
    explicit LocalServer(Handler handler, const TestCertificate* certificate = nullptr);
    ~LocalServer();
    LocalServer(const LocalServer&) = delete;
    LocalServer& operator=(const LocalServer&) = delete;
    [[nodiscard]] int port() const noexcept { return port_; }
    [[nodiscard]] std::string host_port() const { return "127.0.0.1:" + std::to_string(port_); }
    [[nodiscard]] std::string url(const std::string& target) const;
    [[nodiscard]] int connections() const noexcept { return connections_; }

  private:
    struct Tls;
    void accept_all();
    void serve(int socket);

    Handler handler_;
    std::unique_ptr<Tls> tls_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<int> connections_{0};
    std::atomic<bool> stopping_{false};
    std::mutex mutex_;
    std::vector<int> sockets_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

}  // namespace pramana::testing_net
