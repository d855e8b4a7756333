#include "keys_access.hpp"

#include "key_sources.hpp"
#include "pramana/chain/address.hpp"
#include "pramana/chain/result_registry.hpp"
#include "pramana/core/hex.hpp"

namespace pramana::app {
namespace {

std::string pool_sentence(const chain::TeeRecord& tee, bool fits) {
    switch (tee.status) {
        case chain::TeeStatus::kNone: return "not registered";
        case chain::TeeStatus::kRemoved: return "removed";
        case chain::TeeStatus::kActive: break;
    }
    return std::string{"active, "} + std::to_string(tee.jobs_pending) + " jobs pending" +
           (fits ? "" : ", WITH ANOTHER PUBLIC KEY than ours: what clients send cannot be opened");
}

bool key_fits(const std::string& in_pool, const PublicKey& ours) {
    const Result<Bytes> raw = from_hex(in_pool);
    const Result<PublicKey> read = raw ? parse_public_key(*raw) : raw.error();
    return read && *read == ours;
}

}  // namespace

Outcome<config::Config> read_validator_config(const std::string& file, const Platform& platform) {
    config::Reading reading = config::read_config_file(file, platform.profile);
    if (reading.config) return *std::move(reading.config);
    const config::Problem& first = reading.problems.front();
    return failure_of(
        Errc::kConfigInvalid,
        file + ": " + first.path + (first.path.empty() ? "" : " ") + first.sentence + '.',
        "`serve --check` lists every problem of a configuration.");
}

Outcome<Identity> open_keys_for_person(const config::Config& config, const Platform& platform) {
    if (config.keys.source == config::KeySource::kInside && config.keys.for_one_boot) {
        const Result<std::unique_ptr<keys::SealingRoot>> root = platform.keys.sealing_root(config);
        if (root && *root == nullptr)
            return failure_of(Errc::kKeysNotKept,
                              "Keys for one boot are in the running validator and nowhere else.",
                              "Its /v1/attestation names the public ones.");
    }
    Result<Identity> identity = open_keys(config, platform.keys);
    if (identity) return *std::move(identity);
    Failure failure = failure_of(identity.error(), "the validator's keys");
    if (identity.error().code == Errc::kNoTee)
        failure.next_step = "Run this where `serve` runs: only the enclave has these keys.";
    return failure;
}

Outcome<ChainAccess> configured_chain(const config::Config& config) {
    chain_rpc::RpcOptions options;
    options.endpoints = config.chain.rpc_urls;
    options.chain_id = config.chain.chain_id;
    options.ca_file = config.chain.ca_file;
    options.quorum = config.chain.rpc_quorum;
    Result<std::unique_ptr<chain_rpc::RpcClient>> rpc =
        chain_rpc::RpcClient::create(std::move(options));
    if (!rpc) return failure_of(rpc.error(), "chain.rpc_urls");
    if (const Status same = (*rpc)->check_chain(); !same)
        return failure_of(same.error(), "chain.rpc_urls");
    ChainAccess access;
    access.rpc = *std::move(rpc);
    access.reader = std::make_unique<chain_rpc::ChainReader>(
        *access.rpc, chain_rpc::Contracts{.data_registry = config.chain.data_registry,
                                          .tee_pool = config.chain.tee_pool});
    return access;
}

Outcome<ChainEntry> chain_entry(const chain_rpc::ChainReader& reader, const config::Config& config,
                                const keys::PublicIdentity& identity) {
    const Address& address = identity.signing_address;
    const Result<chain::TeeRecord> tee = reader.tee(address);
    if (!tee) return chain_failure(tee.error(), "TeePool", config.chain.tee_pool);
    const Result<std::uint64_t> sent = reader.transaction_count(address);
    if (!sent) return failure_of(sent.error(), chain::to_checksum(address));
    const Result<Word256> balance = reader.balance(address);
    if (!balance) return failure_of(balance.error(), chain::to_checksum(address));
    ChainEntry entry;
    entry.active = tee->status == chain::TeeStatus::kActive;
    entry.encryption_key_fits = key_fits(tee->public_key, identity.encryption_key);
    entry.pool = pool_sentence(*tee, entry.encryption_key_fits);
    entry.jobs_pending = tee->jobs_pending;
    entry.transactions = *sent;
    entry.balance = coins_of(*balance);
    entry.fees = Wei::from(tee->earned_wei) - Wei::from(tee->withdrawn_wei);
    for (const config::Dlp& dlp : config.dlps) {
        if (!dlp.registry || dlp.registry->mode == config::Registry::Mode::kOff) continue;
        const Result<Bytes> answer =
            call_view(reader, dlp.registry->address, chain::result_registry::is_active(address));
        const Result<bool> listed = answer ? chain::decode_bool(*answer) : answer.error();
        const char* const says = !listed   ? " is no registry of results"
                                 : *listed ? " lists it"
                                           : " does not list it";
        entry.registries.push_back(chain::to_checksum(dlp.registry->address) + says);
    }
    return entry;
}

}  // namespace pramana::app
