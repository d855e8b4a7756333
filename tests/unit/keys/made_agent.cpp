#include "made_agent.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/crypto/aead.hpp"
#include "pramana/crypto/keccak.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace pramana::keys {
namespace {

SigningKey numbered(std::uint8_t number) {
    SecretBytes raw{32};
    raw.expose_mutable()[31] = number;
    return *SigningKey::from_bytes(std::move(raw));
}

std::string member(const std::string& body, const std::string& name) {
    return *read_json(body)->member(name)->text();
}

std::string signed_hex(const SigningKey& key, const Hash32& digest) {
    Signature65 signature = key.sign(digest);
    signature.bytes[64] = static_cast<std::uint8_t>(signature.bytes[64] - 27);
    return to_hex(signature.view());
}

}  // namespace

SigningKey MadeKms::root() const { return numbered(root_number); }
SigningKey MadeKms::app() const { return numbered(11); }

std::string MadeKms::answer(const std::string& path, const std::string& purpose) const {
    const SecretBytes raw =
        hkdf_sha256(app().expose(), as_bytes_view("RATLS"), as_bytes_view(path), 32);
    const SigningKey key = *SigningKey::from_bytes(SecretBytes::copy_of(raw.expose()));
    const std::string named = signed_purpose.empty() ? purpose : signed_purpose;
    const Hash32 by_app = keccak256(named + ':' + to_hex(compressed_key(key.public_key())));
    const Bytes app_point = compressed_key(app().public_key());
    const Hash32 by_root =
        keccak256({as_bytes_view("dstack-kms-issued:"), ByteView{app_id}, ByteView{app_point}});
    JsonObject json;
    json.text("key", to_hex(raw.expose()))
        .texts("signature_chain", {signed_hex(app(), by_app), signed_hex(root(), by_root)});
    return json.str();
}

MadeAgent::MadeAgent(MadeKms kms)
    : kms_{std::move(kms)},
      path_{std::filesystem::temp_directory_path() /
            ("pramana-agent-" + std::to_string(::getpid()))},
      listener_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    std::filesystem::remove(path_);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.native().copy(address.sun_path, sizeof address.sun_path - 1);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_, 8) != 0)
        throw std::runtime_error{"no socket at " + path_.native()};
    thread_ = std::thread{[this] { serve(); }};
}

MadeAgent::~MadeAgent() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    std::filesystem::remove(path_);
}

evidence::DstackGuest MadeAgent::guest() const {
    evidence::DstackOptions options;
    options.deadline = std::chrono::milliseconds{2000};
    options.attempts_max = 2;
    return *evidence::DstackGuest::find({{path_.native(), false}}, options);
}

void MadeAgent::serve() {
    for (;;) {
        const int peer = ::accept(listener_, nullptr, nullptr);
        if (peer < 0) return;
        std::string request;
        std::array<char, 4096> piece{};
        std::size_t wanted = std::string::npos;
        while (request.size() < wanted) {
            const ssize_t got = ::recv(peer, piece.data(), piece.size(), 0);
            if (got <= 0) break;
            request.append(piece.data(), static_cast<std::size_t>(got));
            const std::size_t end = request.find("\r\n\r\n");
            const std::size_t length = request.find("Content-Length: ");
            if (end != std::string::npos && length != std::string::npos)
                wanted = end + 4 + std::stoul(request.substr(length + 16));
        }
        const std::string body = reply(request);
        const std::string out =
            "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
        static_cast<void>(::send(peer, out.data(), out.size(), MSG_NOSIGNAL));
        ::close(peer);
    }
}

std::string MadeAgent::reply(const std::string& request) {
    const std::string body = request.substr(request.find("\r\n\r\n") + 4);
    if (request.find("/GetKey") != std::string::npos) {
        ++keys_given_;
        return kms_.answer(member(body, "path"), member(body, "purpose"));
    }
    JsonObject json;
    json.text("app_id", to_hex(kms_.said_app_id)).text("instance_id", "").text("tcb_info", "{}");
    return json.str();
}

}  // namespace pramana::keys
