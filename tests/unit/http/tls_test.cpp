// TLS that ends in the server: who speaks it gets the key that the statement names, nobody else
// gets anything.

#include "fake_service.hpp"

#include "pramana/core/sha256.hpp"
#include "pramana/crypto/aead.hpp"
#include "pramana/http/server.hpp"
#include "pramana/keys/tls_identity.hpp"
#include "pramana/os/secret_hex.hpp"
#include "unit/memory_search.hpp"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <memory>

namespace pramana::http {
using test::FakeService;

namespace {

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};
using Context = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;
using Stream = std::unique_ptr<BIO, Freed<BIO_free_all>>;

keys::TlsIdentity identity() {
    return *keys::make_tls_identity(
        SecretBytes{32},
        {.dns_name = "127.0.0.1", .not_before_unix_s = 0, .not_after_unix_s = 4'000'000'000});
}

class Tls : public testing::Test {
  protected:
    Tls() : identity_{identity()} {
        auto credentials = std::make_shared<TlsCredentials>();
        credentials->private_key_der = SecretBytes::copy_of(identity_.private_key_der.expose());
        credentials->certificate_der = identity_.certificate_der;
        Settings settings;
        settings.tls = credentials;
        settings.deadlines.header = std::chrono::milliseconds{500};
        server_ = *Server::start(std::move(settings), service_);
    }
    /// A client that accepts any certificate; null where no handshake comes to its end.
    [[nodiscard]] Stream connect(int highest_version = 0) const {
        const Context context{SSL_CTX_new(TLS_client_method())};
        SSL_CTX_set_security_level(context.get(), 0);
        SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
        SSL_CTX_set_max_proto_version(context.get(), highest_version);
        Stream stream{BIO_new_ssl_connect(context.get())};
        const std::string where = "127.0.0.1:" + std::to_string(server_->port());
        BIO_set_conn_hostname(stream.get(), where.c_str());
        if (BIO_do_connect(stream.get()) != 1 || BIO_do_handshake(stream.get()) != 1)
            return nullptr;
        return stream;
    }
    static std::string ask(BIO* stream, const std::string& request) {
        BIO_write(stream, request.data(), static_cast<int>(request.size()));
        std::string answer;
        std::array<char, 4096> piece{};
        for (int got = 0;
             (got = BIO_read(stream, piece.data(), static_cast<int>(piece.size()))) > 0;)
            answer.append(piece.data(), static_cast<std::size_t>(got));
        return answer;
    }

    keys::TlsIdentity identity_;
    FakeService service_;
    std::unique_ptr<Server> server_;
};

constexpr const char* kLook = "GET /livez HTTP/1.1\r\nHost: v\r\nConnection: close\r\n\r\n";

TEST_F(Tls, answers_under_the_key_that_the_statement_names) {
    for (const int version : {0, TLS1_2_VERSION}) {
        const Stream stream = connect(version);
        ASSERT_NE(stream, nullptr);
        SSL* ssl = nullptr;
        BIO_get_ssl(stream.get(), &ssl);
        const std::unique_ptr<X509, Freed<X509_free>> certificate{SSL_get1_peer_certificate(ssl)};
        unsigned char* raw = nullptr;
        const int size = i2d_PUBKEY(X509_get0_pubkey(certificate.get()), &raw);
        EXPECT_EQ(sha256(ByteView{raw, static_cast<std::size_t>(size)}), identity_.spki_sha256);
        OPENSSL_free(raw);
        const std::string answer = ask(stream.get(), kLook);
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
        EXPECT_EQ(SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN, SSL_RECEIVED_SHUTDOWN)
            << "the end is told";
    }
}

/// A key in clear, as RunProof takes it where TLS ends inside. The connection stays open.
TEST_F(Tls, leaves_nothing_of_a_body_in_the_librarys_buffers) {
#if defined(__SANITIZE_ADDRESS__)
    GTEST_SKIP() << "the sanitizer keeps freed memory aside";
#endif
    for (const int version : {0, TLS1_2_VERSION}) {
        const Stream stream = connect(version);
        ASSERT_NE(stream, nullptr);
        std::array<std::uint8_t, 32> drawn{};
        random_bytes(drawn);
        SecretBytes key = secret_to_hex(drawn);
        const testing_memory::Masked masked{key.expose()};
        // Far behind the start of the record, where nothing else is written soon.
        const std::string head =
            "POST /RunProof HTTP/1.1\r\nHost: v\r\nContent-Type: application/json\r\n"
            "Content-Length: 12085\r\n\r\n" +
            std::string(12'000, ' ') + "{\"encryption_key\":\"";
        SecretBytes request{head.size() + key.size() + 2};
        auto at = std::copy(head.begin(), head.end(), request.expose_mutable().begin());
        at = std::copy(key.expose().begin(), key.expose().end(), at);
        std::copy_n("\"}", 2, at);
        key = SecretBytes{};
        BIO_write(stream.get(), request.expose().data(), static_cast<int>(request.size()));
        request = SecretBytes{};
        std::array<char, 4096> answer{};
        ASSERT_GT(BIO_read(stream.get(), answer.data(), static_cast<int>(answer.size())), 0);
        EXPECT_TRUE(std::string_view{answer.data()}.starts_with("HTTP/1.1 400 ")) << answer.data();
        testing_memory::use_stack();
        const std::vector<std::string> left = testing_memory::found(masked);
        EXPECT_TRUE(left.empty()) << testing_memory::joined(left);
    }
}

TEST_F(Tls, is_refused_below_version_1_2) { EXPECT_EQ(connect(TLS1_1_VERSION), nullptr); }

TEST_F(Tls, gives_nothing_to_who_speaks_plain_http) {
    const std::string where = "127.0.0.1:" + std::to_string(server_->port());
    const Stream stream{BIO_new_connect(where.c_str())};
    ASSERT_EQ(BIO_do_connect(stream.get()), 1);
    EXPECT_EQ(ask(stream.get(), kLook).find("HTTP/1.1"), std::string::npos);
}

TEST_F(Tls, silence_ends_at_the_headers_deadline) {
    const std::string where = "127.0.0.1:" + std::to_string(server_->port());
    const Stream stream{BIO_new_connect(where.c_str())};
    ASSERT_EQ(BIO_do_connect(stream.get()), 1);
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(ask(stream.get(), ""), "");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{30});
}

TEST(TlsCredentials, that_do_not_belong_together_start_no_server) {
    const keys::TlsIdentity one = identity();
    auto credentials = std::make_shared<TlsCredentials>();
    credentials->private_key_der = SecretBytes::copy_of(one.private_key_der.expose());
    credentials->certificate_der = Bytes{1, 2, 3};
    Settings settings;
    settings.tls = credentials;
    FakeService service;
    const auto server = Server::start(std::move(settings), service);
    ASSERT_FALSE(server);
    EXPECT_EQ(server.error().code, Errc::kMalformedKey);
}

}  // namespace
}  // namespace pramana::http
