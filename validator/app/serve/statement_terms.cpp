#include "statement_terms.hpp"

#include "pramana/chain/uint256.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/net/url.hpp"
#include "pramana/os/file.hpp"
#include "pramana/scoring/engine.hpp"

#include <fstream>

namespace pramana::app {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 20U;
constexpr std::size_t kCaBytesMax = std::size_t{4} << 20U;

/// SHA-256 of the file that this process runs.
Result<Hash32> own_binary() {
    std::ifstream file{"/proc/self/exe", std::ios::binary};
    if (!file) return Error{Errc::kIo, "app.statement.binary"};
    Sha256 hash;
    std::string piece(kPieceBytes, '\0');
    while (file) {
        file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        hash.update(std::string_view{piece}.substr(0, static_cast<std::size_t>(file.gcount())));
    }
    if (!file.eof()) return Error{Errc::kIo, "app.statement.binary"};
    return hash.finish();
}

/// Scheme, host and port; a path may hold a key.
std::string origin_of(const std::string& url) {
    const Result<net::Url> parsed = net::parse_url(url);
    if (!parsed) return {};
    return (parsed->https ? "https://" : "http://") + parsed->host_port();
}

Result<evidence::StatedConfig> stated(const config::Config& config) {
    evidence::StatedConfig stated{.sha256 = config.text_sha256, .endpoints = {}};
    for (const std::string& url : config.chain.rpc_urls) stated.endpoints.push_back(origin_of(url));
    if (config.chain.ca_file.empty()) return stated;
    const Result<Bytes> certificates = read_file(config.chain.ca_file, kCaBytesMax);
    if (!certificates) return certificates.error();
    stated.ca_sha256 = sha256(*certificates);
    return stated;
}

evidence::StatedKeys stated(const keys::PublicIdentity& keys) {
    return {.signing = keys.signing_key, .encryption = keys.encryption_key, .epoch = keys.epoch};
}

/// What the key that a KMS gave out is used for.
std::string_view use_of(const keys::PublicKeys& keys, ByteView compressed) {
    const Result<PublicKey> key = parse_public_key(compressed);
    const bool signs = key && (*key == keys.current.signing_key ||
                               (keys.previous && *key == keys.previous->signing_key));
    return signs ? "signing" : "encryption";
}

std::optional<Address> registry_of(const config::Dlp& dlp) {
    if (!dlp.registry || dlp.registry->mode == config::Registry::Mode::kOff) return std::nullopt;
    return dlp.registry->address;
}

}  // namespace

Result<evidence::Statement> statement_terms(const StatementFacts& facts) {
    const config::Config& config = facts.config;
    evidence::Statement statement;
    statement.provider = facts.identity.evidence->kind();
    const Result<Hash32> binary = own_binary();
    if (!binary) return binary.error();
    statement.build = {.version = PRAMANA_VERSION,
                       .binary_sha256 = *binary,
                       .compose_sha256 = facts.platform.compose_sha256,
                       .images = facts.platform.images};
    statement.chain_id = config.chain.chain_id;
    statement.data_registry = config.chain.data_registry;
    statement.tee_pool = config.chain.tee_pool;
    Result<evidence::StatedConfig> of_config = stated(config);
    if (!of_config) return of_config.error();
    statement.config = *std::move(of_config);
    statement.model = facts.model;
    for (std::size_t i = 0; i < facts.dlps.size(); ++i) {
        const pipeline::ServedDlp& dlp = facts.dlps[i];
        statement.dlps.push_back(
            {.address = dlp.address,
             .dlp_id = dlp.dlp_id,
             .ruleset_name = facts.ruleset_names[i],
             .ruleset = dlp.ruleset,
             .instruction = dlp.instruction,
             .corpus_id = dlp.corpus.id,
             .corpus_epoch = dlp.corpus.epoch,
             .corpus_root = scoring::Corpus::empty_root(dlp.corpus.id, dlp.corpus.epoch),
             .registry = registry_of(config.dlps[i])});
    }
    const keys::PublicKeys& keys = facts.identity.public_keys;
    statement.keys = stated(keys.current);
    if (keys.previous) statement.previous_keys = stated(*keys.previous);
    statement.key_origin = {.source = std::string{keys::name_of(keys.source)},
                            .imported = keys.imported,
                            .survive_restart = keys.survive_restart,
                            .backup_recipients = keys.backup_recipients};
    if (config.listen.tls) statement.tls_key_sha256 = keys.current.tls_spki_sha256;
    statement.upgrade_authority = facts.platform.upgrade_authority;
    statement.upload_bytes_max = config.limits.upload_bytes_max;
    statement.min_bid_wei = chain::to_decimal(config.min_bid_wei);
    return statement;
}

std::string key_evidence_json(const keys::PublicKeys& keys) {
    std::string list = "[";
    for (const keys::IssuedKey& issued : keys.issued) {
        if (list.size() > 1) list += ',';
        JsonObject json;
        json.text("use", use_of(keys, issued.public_key))
            .text("public_key", to_hex0x(issued.public_key))
            .text("path", issued.path)
            .text("purpose", issued.purpose)
            .texts("signature_chain",
                   {to_hex(issued.signature_chain[0]), to_hex(issued.signature_chain[1])});
        list += json.str();
    }
    return list + ']';
}

}  // namespace pramana::app
