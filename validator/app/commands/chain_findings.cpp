#include "chain_findings.hpp"

#include "chain_access.hpp"
#include "pramana/chain/address.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/core/hex.hpp"
#include "table.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <limits>

namespace pramana::app {
namespace {

constexpr std::chrono::milliseconds kCallTimeMax{5'000};
constexpr std::int64_t kHeadAgeMax_s = 120;
constexpr std::uint64_t kHeadLagMax = 3;
constexpr std::uint64_t kProofsLeftMin = 100;

Finding ok(std::string name, std::string text) {
    return {Verdict::kOk, std::move(name), std::move(text), {}};
}
Finding warn(std::string name, std::string text, std::string next_step) {
    return {Verdict::kWarn, std::move(name), std::move(text), std::move(next_step)};
}
Finding fail(std::string name, std::string text, std::string next_step) {
    return {Verdict::kFail, std::move(name), std::move(text), std::move(next_step)};
}
Finding failed_read(std::string name, const std::string& what, const Error& error) {
    return fail(std::move(name),
                what + ": " + std::string{name_of(error.code)} + ": " +
                    std::string{sentence_of(error.code)},
                std::string{next_step_of(error.code)});
}

/// scheme://host[:port]: the path may be a vendor's key.
std::string origin_of(const std::string& url) {
    const std::size_t scheme = url.find("://");
    const std::size_t from = scheme == std::string::npos ? 0 : scheme + 3;
    const std::size_t path = url.find('/', from);
    std::string origin = url.substr(0, path);
    if (const std::size_t user = origin.find('@', from); user != std::string::npos)
        origin.erase(from, user + 1 - from);
    return origin;
}

std::string gwei_text(std::uint64_t wei) {
    std::string coins = std::to_string(wei / 1'000'000'000);
    const std::uint64_t milli = wei % 1'000'000'000 / 1'000'000;
    if (milli != 0) {
        std::string digits = std::to_string(1'000 + milli).substr(1);
        digits.erase(digits.find_last_not_of('0') + 1);
        coins += '.' + digits;
    }
    return coins + " gwei";
}

struct Seen {
    Finding finding;
    std::unique_ptr<chain_rpc::RpcClient> rpc;
    std::uint64_t head = 0;  ///< 0 = not usable
};

Seen see_endpoint(const config::Chain& chain, const std::string& url) {
    Seen seen;
    const std::string origin = origin_of(url);
    chain_rpc::RpcOptions options;
    options.endpoints = {url};
    options.chain_id = chain.chain_id;
    options.ca_file = chain.ca_file;
    options.call_time_max = kCallTimeMax;
    Result<std::unique_ptr<chain_rpc::RpcClient>> rpc =
        chain_rpc::RpcClient::create(std::move(options));
    if (!rpc) {
        seen.finding = failed_read("endpoint", origin, rpc.error());
        return seen;
    }
    seen.rpc = *std::move(rpc);
    const chain_rpc::ChainReader reader{*seen.rpc, {}};
    Result<chain_rpc::BlockHeader> head = reader.block(chain_rpc::BlockTag::kLatest);
    const auto begin = std::chrono::steady_clock::now();
    if (head) head = reader.block(chain_rpc::BlockTag::kLatest);  // timed on a warm connection
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begin);
    if (!head) {
        seen.finding = failed_read("endpoint", origin, head.error());
        return seen;
    }
    seen.head = head->number;
    const std::int64_t age = std::max<std::int64_t>(
        0, std::time(nullptr) - static_cast<std::int64_t>(head->timestamp_s));
    const std::string text = origin + ": chain " + std::to_string(chain.chain_id) + ", block " +
                             std::to_string(head->number) + " of " + age_text(age) + " ago, " +
                             std::to_string(took.count()) + " ms";
    seen.finding = age > kHeadAgeMax_s
                       ? warn("endpoint", text, "Its newest block is old: is the node in sync?")
                       : ok("endpoint", text);
    return seen;
}

Finding agreement(const std::vector<Seen>& seen, std::size_t quorum) {
    std::uint64_t lowest = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t highest = 0;
    std::size_t usable = 0;
    for (const Seen& each : seen) {
        if (each.head == 0) continue;
        ++usable;
        lowest = std::min(lowest, each.head);
        highest = std::max(highest, each.head);
    }
    if (usable == 0)
        return fail("quorum", "no endpoint answers", "Repair or replace chain.rpc_urls.");
    if (seen.size() == 1)
        return warn("quorum", "a single endpoint: nobody contradicts it",
                    "Name two or three of different operators in chain.rpc_urls.");
    std::optional<Hash32> hash;
    for (const Seen& each : seen) {
        if (each.head == 0) continue;
        const chain_rpc::ChainReader reader{*each.rpc, {}};
        const Result<chain_rpc::BlockHeader> block = reader.block(chain_rpc::BlockRef{lowest});
        if (!block) return failed_read("quorum", "block " + std::to_string(lowest), block.error());
        if (hash && *hash != block->hash)
            return fail("quorum", "they have different blocks " + std::to_string(lowest),
                        "One is on a fork: compare the hash with an explorer, replace that one.");
        hash = block->hash;
    }
    const std::string text = std::to_string(usable) + " of " + std::to_string(seen.size()) +
                             " answer and agree on block " + std::to_string(lowest);
    if (usable < quorum)
        return fail("quorum", text,
                    "Repair the others: deciding reads need " + std::to_string(quorum) + '.');
    if (highest - lowest > kHeadLagMax)
        return warn("quorum", text + ", one is " + std::to_string(highest - lowest) + " behind",
                    "Replace the one that lags.");
    return ok("quorum", text);
}

bool has_view(const chain_rpc::ChainReader& reader, const Address& contract, Bytes input) {
    return call_view(reader, contract, std::move(input)).has_value();
}

}  // namespace

std::vector<Finding> endpoint_findings(const config::Chain& chain) {
    std::vector<Seen> seen;
    for (const std::string& url : chain.rpc_urls) seen.push_back(see_endpoint(chain, url));
    std::vector<Finding> findings;
    for (const Seen& each : seen) findings.push_back(each.finding);
    const std::size_t majority = seen.size() / 2 + 1;
    findings.push_back(agreement(seen, chain.rpc_quorum == 0 ? majority : chain.rpc_quorum));
    return findings;
}

std::vector<Finding> contract_findings(const chain_rpc::ChainReader& reader) {
    std::vector<Finding> findings;
    const chain_rpc::Contracts& contracts = reader.contracts();
    const std::string registry = chain::to_checksum(contracts.data_registry);
    if (!has_view(reader, contracts.data_registry, chain::data_registry::files_count())) {
        findings.push_back(fail("data_registry", registry + " is no DataRegistry",
                                "Compare chain.data_registry with the network's addresses."));
    } else {
        const Result<Bytes> version =
            call_view(reader, contracts.data_registry, chain::data_registry::version());
        const Result<std::uint64_t> number =
            version ? chain::decode_u64(*version) : Result<std::uint64_t>{version.error()};
        // An id that is never taken: the layout of the answer is the same.
        const Result<chain::RegistryFile> file = reader.file(FileId{UINT64_MAX});
        const bool read = file || file.error().code == Errc::kFileNotFound;
        const std::string text =
            registry + (number ? ", version " + std::to_string(*number) : ", without a version");
        findings.push_back(read ? ok("data_registry", text + ", its files are read")
                                : fail("data_registry", text + ", its files have another layout",
                                       "This version does not read that contract: update."));
    }
    const std::string pool = chain::to_checksum(contracts.tee_pool);
    const Result<std::uint64_t> jobs = reader.jobs_count();
    const Result<std::uint64_t> delay = reader.cancel_delay_s();
    if (!jobs || !delay) {
        findings.push_back(fail("tee_pool", pool + " is no TeePool",
                                "Compare chain.tee_pool with the network's addresses."));
        return findings;
    }
    // multicall(bytes[]) with an empty list: selector, offset, length.
    Bytes empty_multicall(4 + 64, 0);
    constexpr std::array<std::uint8_t, 4> kMulticall{0xac, 0x96, 0x50, 0xd8};
    std::copy(kMulticall.begin(), kMulticall.end(), empty_multicall.begin());
    empty_multicall[4 + 31] = 32;
    const bool multicall = has_view(reader, contracts.tee_pool, std::move(empty_multicall));
    findings.push_back(
        ok("tee_pool", pool + ", " + std::to_string(*jobs) +
                           " jobs so far, a payer may cancel after " +
                           age_text(static_cast<std::int64_t>(*delay)) +
                           (multicall ? ", takes multicall" : ", takes no multicall")));
    return findings;
}

std::vector<Finding> worker_findings(const chain_rpc::ChainReader& reader,
                                     const WorkerFacts& worker,
                                     const std::string& public_base_url) {
    const std::string address = chain::to_checksum(worker.address);
    const Result<chain::TeeRecord> tee = reader.tee(worker.address);
    if (!tee) return {failed_read("worker", address, tee.error())};
    if (tee->status == chain::TeeStatus::kNone)
        return {fail(
            "worker", address + " is not registered in the pool",
            "Ask the pool's maintainer for addTee(address, " + public_base_url + ", public key).")};
    if (tee->status == chain::TeeStatus::kRemoved)
        return {fail("worker", address + " was removed from the pool",
                     "Ask the pool's maintainer to add it again; unclaimed fees stay yours.")};
    std::vector<Finding> findings{ok(
        "worker", address + " is active, " + std::to_string(tee->jobs_pending) + " jobs pending")};
    findings.push_back(tee->url == public_base_url
                           ? ok("worker_url", tee->url)
                           : warn("worker_url",
                                  "the pool says \"" + printable(tee->url) +
                                      "\", public_base_url is \"" + public_base_url + '"',
                                  "Clients send their keys to the pool's URL: have it corrected."));
    if (!worker.public_key.empty() && tee->public_key != worker.public_key &&
        tee->public_key !=
            "0x" + worker.public_key.substr(std::min<std::size_t>(4, worker.public_key.size())))
        findings.push_back(fail(
            "worker_key", "the pool has another public key than this validator",
            "What clients encrypt to it does not open here: have the pool's entry corrected."));
    else if (!worker.public_key.empty())
        findings.push_back(ok("worker_key", "the pool has this validator's public key"));
    return findings;
}

namespace {

std::string limit_text(const Wei& limit) {
    return limit == Wei{UINT64_MAX, UINT64_MAX} ? "any sum" : coins_of(limit.word());
}

/// What is spent at most, and whether that lets anything be sent now.
Finding limits_finding(const config::Chain& chain, std::uint64_t price) {
    const std::string text = "above " + gwei_text(chain.fee_per_gas_wei_soft) +
                             " nothing is begun; at most " + limit_text(chain.tx_cost_wei_max) +
                             " for a transaction and " + limit_text(chain.day_cost_wei_max) +
                             " a day; " + std::to_string(chain.batch_max) +
                             (chain.batch_max == 1 ? " proof" : " proofs") + " in a transaction";
    if (price > chain.fee_per_gas_wei_soft)
        return fail("limits", text, "Wait for cheaper gas, or raise chain.fee_per_gas_wei_soft.");
    constexpr std::uint64_t kLeastGas = 21'000;
    const Wei least = Wei::product(kLeastGas, price);
    if (chain.tx_cost_wei_max < least || chain.day_cost_wei_max < least)
        return fail("limits", text,
                    "They pay for no transaction: raise chain.tx_cost_wei_max or "
                    "chain.day_cost_wei_max.");
    return ok("limits", text);
}

}  // namespace

std::vector<Finding> money_findings(const chain_rpc::ChainReader& reader, const WorkerFacts& worker,
                                    const config::Config& config) {
    const Result<chain_rpc::FeeMarket> market = reader.fee_market();
    if (!market) return {failed_read("fees", "the fee market", market.error())};
    const config::Chain& chain = config.chain;
    const std::uint64_t tip =
        std::clamp(market->tip_median_wei, chain.tip_per_gas_wei_min, chain.tip_per_gas_wei_max);
    const std::uint64_t price = market->next_base_fee_wei + tip;
    const std::string fees = "base " + gwei_text(market->next_base_fee_wei) + " + tip " +
                             gwei_text(tip) + ", the ceiling is " +
                             gwei_text(chain.fee_per_gas_wei_max);
    std::vector<Finding> findings{
        price > chain.fee_per_gas_wei_max
            ? fail("fees", fees, "Nothing is signed above it: wait, or raise fee_per_gas_wei_max.")
            : ok("fees", fees)};
    findings.push_back(limits_finding(chain, price));
    const Word256 proof_gas = chain::to_word(config.price.proof_gas);
    const Result<Word256> cost = chain::multiply(proof_gas, chain::to_word(price));
    const Result<Word256> balance = reader.balance(worker.address);
    if (!balance || !cost || cost->is_zero()) {
        if (!balance)
            findings.push_back(
                failed_read("balance", chain::to_checksum(worker.address), balance.error()));
        return findings;
    }
    const Result<Word256> proofs = chain::mul_div(*balance, chain::to_word(1), *cost);
    const std::string held = coins_of(*balance) + " pays " +
                             (proofs ? chain::to_decimal(*proofs) : "any number of") +
                             " proofs at " + coins_of(*cost);
    const bool little = proofs && *proofs < chain::to_word(kProofsLeftMin);
    findings.push_back(proofs && proofs->is_zero()
                           ? fail("balance", held, "Send native tokens to the validator's address.")
                       : little ? warn("balance", held, "Send native tokens to it soon.")
                                : ok("balance", held));
    if (const Result<Word256> fee = reader.tee_fee(); fee) {
        const std::string text = "the pool asks payers for " + coins_of(*fee);
        findings.push_back(*fee < *cost
                               ? warn("pool_fee", text + ", less than a proof's gas",
                                      "Jobs that pay no more wait for cheaper gas "
                                      "(price.gas_percent): DLPs should tell payers to bid more.")
                               : ok("pool_fee", text));
    }
    return findings;
}

namespace {

Finding ruleset_finding(const std::string& dlp, const Failure& failure) {
    const std::string detail = failure.detail.empty() ? "" : " (" + failure.detail + ')';
    return fail("dlp", dlp + ": " + failure.sentence + detail, failure.next_step);
}

}  // namespace

std::vector<Finding> dlp_findings(const chain_rpc::ChainReader& reader,
                                  const config::Config& config,
                                  const InstructionOf& instruction_of) {
    std::vector<Finding> findings;
    for (const config::Dlp& dlp : config.dlps) {
        const std::string address = chain::to_checksum(dlp.address);
        Outcome<std::string> expected = instruction_of(dlp);
        const Result<std::string> instruction = reader.proof_instruction(dlp.address);
        const Result<Address> pool = reader.dlp_tee_pool(dlp.address);
        if (!expected)
            findings.push_back(ruleset_finding(address, expected.failure()));
        else if (!instruction || !pool)
            findings.push_back(fail("dlp", address + " is no DLP contract",
                                    "Compare the address in dlps with the DLP's page."));
        else if (*pool != config.chain.tee_pool)
            findings.push_back(fail("dlp",
                                    address + " takes proofs of pool " + chain::to_checksum(*pool),
                                    "Its owner must call updateTeePool, or serve its pool."));
        else if (*instruction != *expected)
            findings.push_back(
                fail("dlp", address + " asks for \"" + printable(*instruction) + '"',
                     "Its owner must call updateProofInstruction(\"" + *expected + "\")."));
        else
            findings.push_back(ok("dlp", address + " asks for our ruleset " + dlp.ruleset));
    }
    return findings;
}

}  // namespace pramana::app
