#include "check_settings.hpp"

#include "chain_options.hpp"
#include "collateral_get.hpp"
#include "pramana/crypto/secp256k1.hpp"
#include "pramana/http/server.hpp"
#include "pramana/net/url.hpp"
#include "pramana/net/websocket_listener.hpp"

#include <algorithm>

namespace pramana::app {
namespace {

Failure wrong(std::string sentence, std::string next_step) {
    return failure_of(Errc::kConfigInvalid, std::move(sentence), std::move(next_step));
}

/// The URLs are not repeated: a path may hold a key.
std::optional<Failure> check_urls(const config::Chain& chain) {
    const auto place = [](std::string_view list, std::size_t i) {
        return std::string{list} + '[' + std::to_string(i) + ']';
    };
    for (std::size_t i = 0; i < chain.rpc_urls.size(); ++i)
        if (!net::parse_url(chain.rpc_urls[i]))
            return wrong(place("chain.rpc_urls", i) + " is no URL that can be asked.",
                         "Write http(s)://host[:port][/path], without credentials.");
    for (std::size_t i = 0; i < chain.websocket_urls.size(); ++i)
        if (!net::WebsocketListener::is_url(chain.websocket_urls[i]))
            return wrong(place("chain.websocket_urls", i) + " is no URL that can be listened to.",
                         "Write ws(s)://host[:port][/path], without credentials.");
    return std::nullopt;
}

std::optional<Failure> check_points(std::string_view setting, const std::vector<Bytes>& points) {
    for (std::size_t i = 0; i < points.size(); ++i)
        if (!parse_public_key(points[i]))
            return wrong(std::string{setting} + '[' + std::to_string(i) +
                             "] is no public key: it is not on the curve.",
                         "Copy the whole key again: 02 or 03 and 64 hex digits.");
    return std::nullopt;
}

std::optional<Failure> check_files(const config::Config& config) {
    constexpr std::string_view kPem =
        "Name a PEM file that the validator may read, or leave it out.";
    if (!chain_rpc::RpcClient::create(rpc_options_of(config.chain)))
        return wrong("chain.ca_file: no certificates can be read there.", std::string{kPem});
    if (!collateral_get(config.attestation))
        return wrong("attestation.ca_file: no certificates can be read there.", std::string{kPem});
    if (config.metrics && !http::operator_settings_from(*config.metrics))
        return wrong("metrics.token_file: no token can be read there.",
                     "Write 16 to 256 printable characters on one line, in a file that the "
                     "validator may read.");
    return std::nullopt;
}

}  // namespace

Outcome<Done> check_settings(const config::Config& config) {
    if (Outcome<Done> declared = check_declarations(config.chain); !declared) return declared;
    // It goes into every proof on chain: what nobody can ask makes them worth nothing.
    if (!net::parse_url(config.public_base_url))
        return wrong("public_base_url is no URL that can be asked.",
                     "Write https://host[:port][/path], as contributors reach the validator.");
    if (auto failure = check_urls(config.chain)) return *std::move(failure);
    if (auto failure = check_points("keys.kms_roots", config.keys.kms_roots))
        return *std::move(failure);
    if (auto failure = check_points("keys.backup_recipients", config.keys.backup_recipients))
        return *std::move(failure);
    if (auto failure = check_files(config)) return *std::move(failure);
    return Done{};
}

}  // namespace pramana::app
