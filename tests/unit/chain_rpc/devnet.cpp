#include "unit/chain_rpc/devnet.hpp"

#include "pramana/chain/address.hpp"
#include "pramana/chain/transaction.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/os/file.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>

extern char** environ;

namespace pramana::testing_chain {
namespace {

using namespace std::chrono_literals;
constexpr auto kStartTimeMax = 60s;
constexpr std::uint64_t kGwei = 1'000'000'000;

// Accounts 0 to 3 of the mnemonic "test test test test test test test test test test test junk", as
// anvil prints them.
constexpr std::string_view kKeys[] = {
    "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
    "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
    "5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
    "7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6"};

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "devnet: %s (tools/setup installs what is needed)\n", why.c_str());
    std::abort();
}

template <class T>
T need(Result<T> result, const char* what) {
    if (!result)
        give_up(std::string{what} + ": " + std::string{name_of(result.error().code)} + " at " +
                std::string{result.error().site});
    return std::move(*result);
}

}  // namespace

SigningKey anvil_key(unsigned account) {
    const Bytes raw = *from_hex(kKeys[account]);
    return *SigningKey::from_bytes(SecretBytes::copy_of(raw));
}

Devnet::Devnet(const std::vector<std::string>& arguments) {
    static int started = 0;  // a test may run several
    out_ =
        std::filesystem::temp_directory_path() / ("pramana_devnet_" + std::to_string(::getpid()) +
                                                  "_" + std::to_string(++started) + ".json");
    std::filesystem::remove(out_);
    // The node ends with the test, even with one that crashes.
    std::vector<std::string> words{
        "setpriv", "--pdeathsig", "TERM", "node", "tools/node/devnet.mjs", "--out", out_};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    if (::posix_spawnp(&process_, "setpriv", nullptr, nullptr, argv.data(), environ) != 0)
        give_up("node cannot be started");
    const auto deadline = std::chrono::steady_clock::now() + kStartTimeMax;
    while (!std::filesystem::exists(out_)) {
        if (::waitpid(process_, nullptr, WNOHANG) != 0) give_up("devnet.mjs ended at once");
        if (std::chrono::steady_clock::now() > deadline) give_up("devnet.mjs is not ready in time");
        std::this_thread::sleep_for(20ms);
    }
    const Bytes text = need(read_file(out_, 1 << 20U), "deployment");
    const JsonView deployment = need(read_json(as_text(text)), "deployment");
    const auto text_of = [&](const char* name) {
        return need(deployment.member(name)->text(), name);
    };
    contracts_.data_registry =
        need(chain::parse_address(text_of("data_registry")), "data_registry");
    contracts_.tee_pool = need(chain::parse_address(text_of("tee_pool")), "tee_pool");
    dlp_ = need(chain::parse_address(text_of("dlp")), "dlp");
    chain_rpc::RpcOptions options;
    rpc_url_ = text_of("rpc_url");
    options.endpoints = {rpc_url_};
    options.chain_id = need(deployment.member("chain_id")->whole_number(), "chain_id");
    rpc_ = need(chain_rpc::RpcClient::create(std::move(options)), "client");
    reader_ = std::make_unique<chain_rpc::ChainReader>(*rpc_, contracts_);
}

Devnet::~Devnet() {
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
    std::filesystem::remove(out_);
}

void Devnet::control(const std::string& method, const std::string& params) {
    const chain_rpc::RpcAnswer answer = need(rpc_->call({method, params}), method.c_str());
    if (answer.failure) give_up(method + ": " + answer.failure->message);
}

void Devnet::mine(unsigned blocks) { control("anvil_mine", "[" + std::to_string(blocks) + "]"); }

Hash32 Devnet::send(const SigningKey& key, const Address& to, const Bytes& input,
                    std::uint64_t value_wei, std::uint64_t tip_gwei) {
    chain::Transaction transaction;
    transaction.chain_id = rpc_->chain_id();
    transaction.tx_nonce =
        need(reader_->transaction_count(key.address(), chain_rpc::BlockTag::kPending), "nonce");
    transaction.max_priority_fee_per_gas_wei = chain::to_word(tip_gwei * kGwei);
    transaction.max_fee_per_gas_wei = chain::to_word((tip_gwei + 100) * kGwei);
    transaction.gas_limit = chain::to_word(2'000'000);
    transaction.to = to;
    transaction.value_wei = chain::to_word(value_wei);
    transaction.input = input;
    const chain::SignedTransaction made =
        need(chain::sign_transaction(transaction, key), "signing");
    const auto outcome = reader_->send_raw(made.raw, made.hash);
    if (outcome.kind != chain_rpc::SendClass::kAccepted) give_up("send: " + outcome.message);
    return made.hash;
}

chain_rpc::Receipt Devnet::receipt_of(const Hash32& tx_hash) {
    for (int i = 0; i < 250; ++i) {  // automine answers before the block is there
        const auto receipt = need(reader_->receipt(tx_hash), "receipt");
        if (receipt && receipt->succeeded) return *receipt;
        if (receipt) give_up("the transaction failed");
        std::this_thread::sleep_for(20ms);
    }
    give_up("no receipt");
}

FileId Devnet::register_file(const std::string& url, bool mine_now) {
    const SigningKey contributor = anvil_key(2);
    const chain::Permission permission{dlp_, "00ff"};
    const Hash32 sent = send(contributor, contracts_.data_registry,
                             chain::data_registry::add_file_with_permissions(
                                 url, contributor.address(), {&permission, 1}));
    if (mine_now) mine();
    for (const chain_rpc::LogEntry& entry : receipt_of(sent).logs)
        if (const auto added = chain::FileAdded::decode(entry.log)) return added->file;
    give_up("no FileAdded");
}

JobId Devnet::request_proof(FileId file, bool mine_now) {
    const SigningKey contributor = anvil_key(2);
    const Hash32 sent = send(contributor, contracts_.tee_pool,
                             chain::tee_pool::request_contribution_proof(file), 12'345);
    if (mine_now) mine();
    for (const chain_rpc::LogEntry& entry : receipt_of(sent).logs)
        if (const auto submitted = chain::JobSubmitted::decode(entry.log)) return submitted->job;
    give_up("no JobSubmitted");
}

}  // namespace pramana::testing_chain
