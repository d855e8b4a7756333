#pragma once

#include "fakes.hpp"

#include <memory>

namespace pramana::pipeline {

/// A pipeline with one served DLP (and a second one on request) in a world of fakes.
class World {
  public:
    explicit World(store::Store& over) : store{over}, proofs{over, chain} {
        options.chain_id = 31337;
        options.tee_pool = filled<Address>(0xB0);
        options.tee = filled<Address>(0xE0);
        options.public_base_url = "https://validator.example";
        options.price.min_bid_wei = wei(100);
        options.price.min_bid_zero_wei = wei(100);
        options.clear_keys_allowed = true;
        serve(filled<Address>(0xD0), 1);
    }

    void serve(const Address& address, std::uint8_t corpus) {
        ServedDlp dlp;
        dlp.address = address;
        dlp.dlp_id = corpus;
        dlp.ruleset = filled<Hash32>(corpus);
        dlp.instruction = proof_instruction(options.chain_id, address, dlp.ruleset);
        dlp.corpus = {filled<Hash32>(corpus), 1};
        chain.dlps[address] = {dlp.instruction, options.tee_pool, "dlp-key"};
        options.dlps.push_back(std::move(dlp));
    }

    /// A pipeline over what is stored: the first one, or one after a restart.
    void start() {
        pipeline.reset();
        pipeline = std::make_unique<Pipeline>(store,
                                              Ports{.chain = &chain,
                                                    .proofs = &proofs,
                                                    .opener = &opener,
                                                    .fetch = &fetch,
                                                    .vault = &vault,
                                                    .score = &score,
                                                    .evidence = &evidence},
                                              clock, options);
        if (!pipeline->recover()) throw std::logic_error{"recovery failed"};
    }

    // A contribution of wallet `w` (its key seals the file).
    [[nodiscard]] static Address wallet(std::uint8_t w) { return filled<Address>(w); }
    [[nodiscard]] static Bytes sealed(std::uint8_t w, std::string_view content) {
        return sealed_file(key_of_wallet(wallet(w)), content);
    }
    [[nodiscard]] VerifiedIntent intent(std::uint8_t w, const Bytes& sealed_bytes) const {
        VerifiedIntent intent;
        intent.chain_id = options.chain_id;
        intent.dlp = options.dlps[0].address;
        intent.ruleset = options.dlps[0].ruleset;
        intent.sealed_sha256 = hash_of(as_text(sealed_bytes));
        intent.expires_unix_s = clock.unix_s() + 3600;
        intent.wallet = wallet(w);
        return intent;
    }
    [[nodiscard]] Upload upload(std::uint8_t w, std::string_view content) const {
        const Bytes bytes = sealed(w, content);
        return {envelope_of(intent(w, bytes), key_of_wallet(wallet(w))), bytes};
    }
    [[nodiscard]] std::string own_url(std::uint8_t w, std::string_view content) const;

    /// Registers a file and requests its proof, as the contributor does; the watcher tells later.
    void request(std::uint64_t job, std::uint8_t w, const std::string& url,
                 std::uint64_t bid = 1000);
    void request_own(std::uint64_t job, std::uint8_t w, std::string_view content) {
        request(job, w, own_url(w, content));
    }
    [[nodiscard]] Status seen(std::uint64_t job) { return pipeline->on_job_seen(JobId{job}, 1); }
    [[nodiscard]] static KeyDeposit deposit(std::uint64_t job, std::string_view key) {
        KeyDeposit deposit;
        deposit.job = JobId{job};
        deposit.file = FileId{job};
        deposit.encrypted_key = bytes_of("to-us:" + std::string{key});
        return deposit;
    }

    /// Lets time and blocks pass until nothing changes any more.
    void settle(int rounds = 6) {
        for (int round = 0; round < rounds; ++round) {
            pipeline->tick();
            proofs.mine();
            clock.advance(60);
        }
        pipeline->tick();
    }
    [[nodiscard]] ContributionStatus job(std::uint64_t id) {
        return *pipeline->job_status(JobId{id});
    }
    /// "final", or "refused dlp_not_served".
    [[nodiscard]] std::string outcome(std::uint64_t id);

    store::Store& store;
    FakeClock clock;
    FakeChain chain;
    FakeProofs proofs;
    FakeOpener opener;
    FakeFetch fetch;
    FakeVault vault;
    FakeScore score;
    FakeEvidence evidence;
    PipelineOptions options;
    std::unique_ptr<Pipeline> pipeline;
};

template <class T>
std::string code_of(const Result<T>& result) {
    return result ? std::string{"ok"} : std::string{pramana::name_of(result.error().code)};
}

}  // namespace pramana::pipeline
