#include "chain_section.hpp"

#include <algorithm>
#include <set>

namespace pramana::config {
namespace {

constexpr std::uint64_t kEther = 1'000'000'000'000'000'000;
constexpr std::uint64_t kAnyNumber = UINT64_MAX;

void read_endpoints(Section& section, Chain& chain) {
    chain.rpc_urls = section.texts("rpc_urls", 1, 8);
    for (std::size_t i = 0; i < chain.rpc_urls.size(); ++i) {
        if (chain.rpc_urls[i].find("http://") != 0 && chain.rpc_urls[i].find("https://") != 0)
            section.complain("rpc_urls[" + std::to_string(i) + "]", "must be an http(s) URL");
    }
    chain.websocket_urls = section.texts("websocket_urls", 0, 8);
    for (std::size_t i = 0; i < chain.websocket_urls.size(); ++i)
        if (chain.websocket_urls[i].find("ws://") != 0 &&
            chain.websocket_urls[i].find("wss://") != 0)
            section.complain("websocket_urls[" + std::to_string(i) + "]", "must be a ws(s) URL");
    const std::set<std::string> different{chain.rpc_urls.begin(), chain.rpc_urls.end()};
    if (different.size() < chain.rpc_urls.size())
        section.complain("rpc_urls", "names an endpoint twice: it would agree with itself");
    chain.rpc_quorum = static_cast<std::uint32_t>(
        section.number_or("rpc_quorum", 0, 0, std::max<std::size_t>(1, different.size())));
    chain.rpc_lag_blocks_max =
        section.number_or("rpc_lag_blocks_max", chain.rpc_lag_blocks_max, 0, 10'000);
    chain.rpc_calls_per_s =
        static_cast<std::uint32_t>(section.number_or("rpc_calls_per_s", 0, 0, 1'000'000));
}

/// 0 stands for no limit.
Wei limit_of(const Word256& wei) {
    return wei.is_zero() ? Wei{UINT64_MAX, UINT64_MAX} : Wei::from(wei);
}

void read_fees(Section& section, Chain& chain) {
    chain.fee_per_gas_wei_max =
        section.number_or("fee_per_gas_wei_max", chain.fee_per_gas_wei_max, 1, kEther);
    chain.fee_per_gas_wei_soft =
        section.number_or("fee_per_gas_wei_soft", (chain.fee_per_gas_wei_max + 1) / 2, 1, kEther);
    if (chain.fee_per_gas_wei_soft > chain.fee_per_gas_wei_max)
        section.complain("fee_per_gas_wei_soft", "is above fee_per_gas_wei_max");
    chain.soft_patience = std::chrono::seconds{section.number_or(
        "soft_patience_s", static_cast<std::uint64_t>(chain.soft_patience.count()), 0, 86'400)};
    chain.tip_per_gas_wei_max =
        section.number_or("tip_per_gas_wei_max", chain.tip_per_gas_wei_max, 0, kEther);
    chain.tip_per_gas_wei_min =
        section.number_or("tip_per_gas_wei_min", chain.tip_per_gas_wei_min, 0, kEther);
    if (chain.tip_per_gas_wei_min > chain.tip_per_gas_wei_max)
        section.complain("tip_per_gas_wei_min", "is above tip_per_gas_wei_max");
    if (chain.tip_per_gas_wei_max > chain.fee_per_gas_wei_max)
        section.complain("tip_per_gas_wei_max", "is above fee_per_gas_wei_max");
    chain.tx_cost_wei_max = limit_of(section.wei_or("tx_cost_wei_max", "0"));
    chain.day_cost_wei_max = limit_of(section.wei_or("day_cost_wei_max", "50000000000000000000"));
}

Registry read_registry(Section section) {
    Registry registry;
    registry.address = section.address("address");
    const std::string mode = section.text_or("mode", "batch");
    if (mode == "off")
        registry.mode = Registry::Mode::kOff;
    else if (mode == "root")
        registry.mode = Registry::Mode::kRoot;
    else if (mode != "batch")
        section.complain("mode", "must be batch, root or off");
    registry.pool_proofs = section.flag_or("pool_proofs", registry.pool_proofs);
    registry.batch_max =
        static_cast<std::uint32_t>(section.number_or("batch_max", registry.batch_max, 1, 100));
    registry.linger = std::chrono::milliseconds{section.number_or(
        "linger_ms", static_cast<std::uint64_t>(registry.linger.count()), 0, 3'600'000)};
    section.done();
    return registry;
}

}  // namespace

std::filesystem::path path_from(const std::string& text, const std::filesystem::path& directory) {
    return text.empty() ? std::filesystem::path{} : directory / text;
}

Chain read_chain(Section section, const std::filesystem::path& directory, Profile profile) {
    Chain chain;
    chain.chain_id = section.number("chain_id", 1, INT64_MAX);
    read_endpoints(section, chain);
    chain.job_event = section.text_or("job_event", "");
    chain.job_layout = section.text_or("job_layout", "");
    chain.pool_proof_event = section.text_or("pool_proof_event", "");
    chain.registry_proof_event = section.text_or("registry_proof_event", "");
    chain.data_registry = section.address("data_registry");
    chain.tee_pool = section.address("tee_pool");
    chain.start_block = section.number_or("start_block", 0, 0, kAnyNumber);
    chain.final_depth = section.number_or("final_depth", chain.final_depth, 0, 100'000);
    chain.ask_finalized_tag = section.flag_or("ask_finalized_tag", chain.ask_finalized_tag);
    if (chain.rpc_urls.size() == 1 && !chain.ask_finalized_tag && profile == Profile::kProduction)
        section.complain("ask_finalized_tag",
                         "must be true with a single endpoint, which nobody contradicts");
    chain.batch_max =
        static_cast<std::uint32_t>(section.number_or("batch_max", chain.batch_max, 1, 20));
    chain.claim_fees_every = std::chrono::seconds{section.number_or(
        "claim_fees_every_s", static_cast<std::uint64_t>(chain.claim_fees_every.count()), 0,
        31'536'000)};
    chain.poll = std::chrono::milliseconds{section.number_or("poll_ms", 2'000, 50, 600'000)};
    read_fees(section, chain);
    chain.ca_file = path_from(section.text_or("ca_file", ""), directory);
    section.done();
    return chain;
}

Dlp read_dlp(Section& section, const std::filesystem::path& directory) {
    Dlp dlp;
    dlp.address = section.address("address");
    dlp.dlp_id = section.number("dlp_id", 0, kAnyNumber);
    dlp.ruleset = section.text("ruleset");
    dlp.ruleset_sha256 = section.hash_if_any("ruleset_sha256");
    if (dlp.ruleset.find_first_of("/.") != std::string::npos) {  // no name has these
        dlp.ruleset_file = path_from(dlp.ruleset, directory);
        if (!dlp.ruleset_sha256)
            section.complain("ruleset_sha256",
                             "is missing: the digest pins what a ruleset file holds");
    }
    dlp.shared_corpus_allowed = section.flag_or("shared_corpus_allowed", false);
    dlp.corpus_epoch =
        static_cast<std::uint32_t>(section.number_or("corpus_epoch", 0, 0, UINT32_MAX));
    if (section.has("registry")) dlp.registry = read_registry(section.object("registry"));
    return dlp;
}

}  // namespace pramana::config
