#include "pramana/evidence/dstack_guest.hpp"

#include "report_data.hpp"
#include "unix_http.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/os/secret_hex.hpp"

#include <sys/stat.h>
#include <algorithm>
#include <optional>
#include <thread>

namespace pramana::evidence {
namespace {

constexpr std::size_t kDepthMax = 16;
constexpr std::size_t kWordBytesMax = 128;
constexpr std::size_t kKeySize = 32;
constexpr std::size_t kSignatureSize = 65;
constexpr std::chrono::milliseconds kFirstPause{50};

Error malformed(std::string_view site) { return Error{Errc::kEvidenceMalformed, site}; }

std::string_view text_of(const UnixAnswer& answer) {
    return {reinterpret_cast<const char*>(answer.body.data()), answer.body.size()};
}

void wait(const DstackOptions& options, std::chrono::milliseconds pause) {
    if (options.sleep)
        options.sleep(pause);
    else
        std::this_thread::sleep_for(pause);
}

/// One request until it is answered or every attempt is used up.
Result<UnixAnswer> call(const DstackSocket& socket, const DstackOptions& options,
                        std::string_view target, const std::string& json) {
    std::chrono::milliseconds pause = kFirstPause;
    for (unsigned i = 0; i < options.attempts_max; ++i) {
        if (i > 0) wait(options, pause);
        if (i > 0) pause *= 2;
        Result<UnixAnswer> answer = post_unix(socket.path, target, json, options.deadline);
        if (!answer && answer.error().code != Errc::kBusy) return answer.error();
        if (!answer || answer->status >= 500) continue;
        if (answer->status != 200) return Error{Errc::kIo, "evidence.dstack.refused"};
        return answer;
    }
    return Error{Errc::kBusy, "evidence.dstack.attempts"};
}

Result<std::string> text_member(const JsonView& object, std::string_view name) {
    const std::optional<JsonView> value = object.member(name);
    if (!value) return malformed("evidence.dstack.member");
    Result<std::string> text = value->text();
    if (!text) return malformed("evidence.dstack.member");
    return text;
}

Result<Bytes> hex_member(const JsonView& object, std::string_view name) {
    const Result<std::string> text = text_member(object, name);
    if (!text) return text.error();
    Result<Bytes> raw = from_hex(*text);
    if (!raw) return malformed("evidence.dstack.hex");
    return raw;
}

/// The hex of a key, without a copy that is not wiped.
Result<SecretBytes> secret_member(const JsonView& object, std::string_view name) {
    const std::optional<JsonView> value = object.member(name);
    if (!value || value->raw().size() > 2 * kKeySize + 2) return malformed("evidence.dstack.key");
    SecretBytes digits{value->raw().size()};
    const Result<std::size_t> size = value->text_into(digits.expose_mutable());
    if (!size || *size != 2 * kKeySize) return malformed("evidence.dstack.key");
    Result<SecretBytes> out = secret_from_hex(digits.expose().first(*size));
    if (!out) return malformed("evidence.dstack.key");
    return out;
}

bool is_word(std::string_view text) {
    return !text.empty() && text.size() <= kWordBytesMax &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

std::vector<DstackSocket> dstack_sockets() {
    std::vector<DstackSocket> out;
    for (const bool tappd : {false, true}) {
        for (const char* folder : {"/var/run/", "/run/", "/var/run/dstack/", "/run/dstack/"})
            out.push_back({std::string{folder} + (tappd ? "tappd.sock" : "dstack.sock"), tappd});
    }
    return out;
}

Result<DstackGuest> DstackGuest::find(const std::vector<DstackSocket>& sockets,
                                      DstackOptions options) {
    for (const DstackSocket& socket : sockets) {
        struct stat about{};
        if (::stat(socket.path.c_str(), &about) == 0 && S_ISSOCK(about.st_mode))
            return DstackGuest{socket, std::move(options)};
    }
    return Error{Errc::kNoTee, "evidence.dstack.socket"};
}

Result<DstackQuote> DstackGuest::quote(const ReportBytes& report) const {
    JsonObject request;
    request.text("report_data", to_hex(report.view()));
    if (socket_.tappd) request.text("hash_algorithm", "raw");
    const Result<UnixAnswer> answer =
        call(socket_, options_, socket_.tappd ? "/prpc/Tappd.TdxQuote?json" : "/GetQuote",
             request.str());
    if (!answer) return answer.error();
    const Result<JsonView> object = read_json(text_of(*answer), kDepthMax);
    if (!object) return malformed("evidence.dstack.quote");
    Result<Bytes> quote = hex_member(*object, "quote");
    if (!quote) return quote.error();
    Result<std::string> log = text_member(*object, "event_log");
    if (!log) return log.error();
    if (!has_report_data("tdx", *quote, report)) return malformed("evidence.dstack.report_data");
    Result<std::string> config = text_member(*object, "vm_config");
    return DstackQuote{std::move(*quote), std::move(*log),
                       config ? std::move(*config) : std::string{}};
}

Result<DstackKey> DstackGuest::key(std::string_view path, std::string_view purpose) const {
    if (socket_.tappd) return Error{Errc::kNoTee, "evidence.dstack.key.tappd"};
    if (!is_word(path) || !is_word(purpose)) return Error{Errc::kBadRequest, "evidence.dstack.key"};
    JsonObject request;
    request.text("path", path).text("purpose", purpose).text("algorithm", "secp256k1");
    const Result<UnixAnswer> answer = call(socket_, options_, "/GetKey", request.str());
    if (!answer) return answer.error();
    const Result<JsonView> object = read_json(text_of(*answer), kDepthMax);
    if (!object) return malformed("evidence.dstack.key");
    Result<SecretBytes> key = secret_member(*object, "key");
    if (!key) return key.error();
    const std::optional<JsonView> chain = object->member("signature_chain");
    const std::vector<JsonView> links = chain ? chain->items() : std::vector<JsonView>{};
    if (links.size() != 2) return malformed("evidence.dstack.chain");
    DstackKey out{std::move(*key), {}};
    for (std::size_t i = 0; i < 2; ++i) {
        const Result<std::string> text = links[i].text();
        Result<Bytes> raw = text ? from_hex(*text) : malformed("evidence.dstack.chain");
        if (!raw || raw->size() != kSignatureSize) return malformed("evidence.dstack.chain");
        out.signature_chain.at(i) = std::move(*raw);
    }
    return out;
}

Result<DstackInfo> DstackGuest::info() const {
    const Result<UnixAnswer> answer =
        call(socket_, options_, socket_.tappd ? "/prpc/Tappd.Info?json" : "/Info", "{}");
    if (!answer) return answer.error();
    const Result<JsonView> object = read_json(text_of(*answer), kDepthMax);
    if (!object) return malformed("evidence.dstack.info");
    Result<Bytes> app = hex_member(*object, "app_id");
    if (!app) return app.error();
    Result<Bytes> instance = hex_member(*object, "instance_id");
    if (!instance) return instance.error();
    Result<std::string> tcb = text_member(*object, "tcb_info");
    if (!tcb) return tcb.error();
    Result<std::string> key_provider = text_member(*object, "key_provider_info");
    return DstackInfo{std::move(*app), std::move(*instance), std::move(*tcb),
                      key_provider ? std::move(*key_provider) : std::string{}};
}

}  // namespace pramana::evidence
