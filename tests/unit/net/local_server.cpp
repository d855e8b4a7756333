#include "unit/net/local_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace pramana::testing_net {
namespace {

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "local_server: %s\n", what);
    std::abort();
}

/// Plain or TLS bytes over one socket.
class Channel {
  public:
    Channel(int socket, SSL_CTX* context) : socket_{socket} {
        if (context == nullptr) return;
        ssl_ = SSL_new(context);
        SSL_set_fd(ssl_, socket);
        usable_ = SSL_accept(ssl_) == 1;
    }
    ~Channel() { SSL_free(ssl_); }
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    [[nodiscard]] bool usable() const { return usable_; }
    bool read(std::string& into) {
        char buffer[4096];
        const ssize_t got = ssl_ ? SSL_read(ssl_, buffer, sizeof buffer)
                                 : ::recv(socket_, buffer, sizeof buffer, 0);
        if (got > 0) into.append(buffer, static_cast<std::size_t>(got));
        return got > 0;
    }
    bool write(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t put = ssl_ ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                                     : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (put <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(put));
        }
        return true;
    }
    void end() {
        if (ssl_) SSL_shutdown(ssl_);
    }

  private:
    int socket_;
    SSL* ssl_ = nullptr;
    bool usable_ = true;
};

/// Reads one request; false at the end of the stream.
bool read_request(Channel& channel, std::string& pending, std::string& request) {
    for (;;) {
        const std::size_t head = pending.find("\r\n\r\n");
        if (head != std::string::npos) {
            std::size_t length = 0;
            const std::size_t field = pending.find("Content-Length: ");
            if (field != std::string::npos && field < head)
                length = std::strtoul(pending.c_str() + field + 16, nullptr, 10);
            if (pending.size() >= head + 4 + length) {
                request = pending.substr(0, head + 4 + length);
                pending.erase(0, head + 4 + length);
                return true;
            }
        }
        if (!channel.read(pending)) return false;
    }
}

}  // namespace

Script Script::answer(int status, const std::string& body, const std::string& extra_headers) {
    return raw("HTTP/1.1 " + std::to_string(status) +
               " x\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\n" + extra_headers + "\r\n" + body);
}

Script Script::websocket(const std::string& request, const std::vector<std::string>& texts) {
    const std::string name = "Sec-WebSocket-Key: ";
    const std::size_t at = request.find(name);
    const std::size_t begin = at == std::string::npos ? 0 : at + name.size();
    const std::string key = request.substr(begin, request.find("\r\n", begin) - begin) +
                            "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[20];
    require(EVP_Digest(key.data(), key.size(), digest, nullptr, EVP_sha1(), nullptr) == 1, "sha1");
    unsigned char accept[29];
    EVP_EncodeBlock(accept, digest, sizeof digest);
    std::string bytes =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        std::string{reinterpret_cast<const char*>(accept)} + "\r\n\r\n";
    for (const std::string& text : texts) {
        const bool small = text.size() < 126;
        bytes += '\x81';
        bytes += small ? static_cast<char>(text.size()) : '\x7e';
        if (!small) bytes += static_cast<char>(text.size() >> 8U);
        if (!small) bytes += static_cast<char>(text.size() & 0xFFU);
        bytes += text;
    }
    return raw(std::move(bytes));
}

struct TestCertificate::Impl {
    EVP_PKEY* key = nullptr;
    X509* certificate = nullptr;
};

TestCertificate::TestCertificate(const std::string& names) : impl_{std::make_unique<Impl>()} {
    impl_->key = EVP_EC_gen("P-256");
    impl_->certificate = X509_new();
    require(impl_->key != nullptr && impl_->certificate != nullptr, "key");
    X509* const certificate = impl_->certificate;
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
    X509_set_pubkey(certificate, impl_->key);
    X509_NAME* const subject = X509_get_subject_name(certificate);
    const unsigned char common_name[] = "pramana test";
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
    X509_set_issuer_name(certificate, subject);
    for (const auto& [kind, value] : {std::pair<int, std::string>{NID_subject_alt_name, names},
                                      {NID_basic_constraints, "CA:TRUE"}}) {
        X509_EXTENSION* const extension =
            X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
        require(extension != nullptr, "extension");
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
    }
    require(X509_sign(certificate, impl_->key, EVP_sha256()) > 0, "signature");
    static std::atomic<int> serial{0};
    pem_file_ =
        std::filesystem::temp_directory_path() /
        ("pramana_ca_" + std::to_string(::getpid()) + "_" + std::to_string(serial++) + ".pem");
    std::FILE* const file = std::fopen(pem_file_.c_str(), "w");
    require(file != nullptr && PEM_write_X509(file, certificate) == 1, "pem");
    std::fclose(file);
}

TestCertificate::~TestCertificate() {
    X509_free(impl_->certificate);
    EVP_PKEY_free(impl_->key);
    std::filesystem::remove(pem_file_);
}

struct LocalServer::Tls {
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    Tls() = default;
    Tls(const Tls&) = delete;
    Tls& operator=(const Tls&) = delete;
    ~Tls() { SSL_CTX_free(context); }
};

LocalServer::LocalServer(Handler handler, const TestCertificate* certificate)
    : handler_{std::move(handler)} {
    if (certificate != nullptr) {
        tls_ = std::make_unique<Tls>();
        require(SSL_CTX_use_certificate(tls_->context, certificate->impl().certificate) == 1 &&
                    SSL_CTX_use_PrivateKey(tls_->context, certificate->impl().key) == 1,
                "context");
    }
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    require(::bind(listener_, generic, length) == 0 && ::listen(listener_, 16) == 0 &&
                ::getsockname(listener_, generic, &length) == 0,
            "listen");
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread{[this] { accept_all(); }};
}

LocalServer::~LocalServer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
        const std::lock_guard lock{mutex_};
        for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
    for (const int socket : sockets_) ::close(socket);
    ::close(listener_);
}

std::string LocalServer::url(const std::string& target) const {
    return (tls_ ? "https://" : "http://") + host_port() + target;
}

void LocalServer::accept_all() {
    while (!stopping_) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) continue;
        ++connections_;
        const std::lock_guard lock{mutex_};
        sockets_.push_back(socket);
        threads_.emplace_back([this, socket] {
            serve(socket);
            ::shutdown(socket, SHUT_RDWR);
        });
    }
}

void LocalServer::serve(int socket) {
    Channel channel{socket, tls_ ? tls_->context : nullptr};
    if (!channel.usable()) return;
    std::string pending;
    std::string request;
    while (read_request(channel, pending, request)) {
        const Script script = handler_(request);
        for (const Script::Part& part : script.parts) {
            for (auto left = part.pause_before; left.count() > 0 && !stopping_;
                 left -= std::chrono::milliseconds{10})
                std::this_thread::sleep_for(std::chrono::milliseconds{10});
            if (stopping_ || !channel.write(part.bytes)) return;
        }
        if (!script.keep_open) {
            if (script.close_notify) channel.end();
            return;
        }
    }
}

}  // namespace pramana::testing_net
