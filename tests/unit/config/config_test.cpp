#include "smallest.hpp"

#include "pramana/core/hex.hpp"

#include <fstream>

namespace pramana::config {
namespace {

TEST(Config, the_smallest_file_gets_the_documented_defaults) {
    const Reading reading = read(kSmallest);
    ASSERT_TRUE(reading.config);
    const Config& config = *reading.config;
    EXPECT_EQ(config.listen.address, "127.0.0.1");
    EXPECT_EQ(config.listen.port, 8840);
    EXPECT_EQ(config.data_dir, "/etc/pramana/data") << "relative to the file";
    EXPECT_EQ(config.model, "/models/m.bin");
    EXPECT_EQ(config.chain.chain_id, 1480U);
    EXPECT_EQ(config.chain.poll, std::chrono::seconds{2});
    EXPECT_EQ(config.dlps.at(0).dlp_id, 7U);
    EXPECT_FALSE(config.dlps[0].shared_corpus_allowed) << "no DLP learns of another's data";
    EXPECT_EQ(config.dlps[0].corpus_epoch, 0U);
    EXPECT_EQ(to_hex0x(config.dlps[0].address.view()),
              "0x8bda577aee8fdb311f971cb6e0106da49f1404a1");
    EXPECT_EQ(config.limits.upload_bytes_max, 32U << 20U);
    EXPECT_TRUE(config.min_bid_wei.is_zero());
    EXPECT_EQ(config.price.gas_percent, 100U) << "nobody proves at a loss by default";
    EXPECT_EQ(config.gpu.use, Gpu::Use::kAuto) << "what is admitted is used";
    EXPECT_EQ(config.gpu.batch_tokens_max, 131'072U);
    EXPECT_EQ(config.gpu.linger.count(), 300);
    EXPECT_TRUE(config.gpu.corpus);
    EXPECT_FALSE(config.metrics) << "not served unless asked for";
    EXPECT_FALSE(config.tls_ends_inside);
    EXPECT_FALSE(config.development);
    EXPECT_FALSE(config.log.format);
}

TEST(Config, several_endpoints_and_what_they_are_asked) {
    const Reading reading = read(replaced(
        "\"rpc_urls\": [\"http://127.0.0.1:8545\"]",
        R"j("rpc_urls": ["https://a.test/key", "https://b.test", "https://c.test"], "rpc_quorum": 3,
           "rpc_lag_blocks_max": 9, "rpc_calls_per_s": 20, "ask_finalized_tag": false,
           "websocket_urls": ["wss://a.test/key", "ws://127.0.0.1:8546"],
           "job_layout": "(uint256 fileId,uint8 status,address teeAddress)",
           "pool_proof_event": "Done(uint256 indexed jobId)",
           "registry_proof_event": "Done(uint256 fileId,uint256 proofIndex)",
           "job_event": "JobSubmitted(uint256,uint256,address,uint256)")j"));
    ASSERT_TRUE(reading.config) << reading.problems.at(0).path << ' '
                                << reading.problems[0].sentence;
    const Chain& chain = reading.config->chain;
    EXPECT_EQ(chain.rpc_urls.size(), 3U);
    EXPECT_EQ(chain.rpc_quorum, 3U);
    EXPECT_EQ(chain.rpc_lag_blocks_max, 9U);
    EXPECT_EQ(chain.rpc_calls_per_s, 20U);
    EXPECT_EQ(chain.websocket_urls.size(), 2U);
    EXPECT_EQ(chain.job_layout, "(uint256 fileId,uint8 status,address teeAddress)");
    EXPECT_EQ(chain.pool_proof_event, "Done(uint256 indexed jobId)");
    EXPECT_EQ(chain.registry_proof_event, "Done(uint256 fileId,uint256 proofIndex)");
    EXPECT_EQ(chain.job_event, "JobSubmitted(uint256,uint256,address,uint256)");
    EXPECT_FALSE(chain.ask_finalized_tag) << "several contradict each other";
}

TEST(Config, rulesets_and_public_texts_come_from_files_beside_it) {
    const Reading reading =
        read(replaced("\"ruleset\": \"default-1\"}],",
                      "\"ruleset\": \"rules/my.json\", \"ruleset_sha256\": "
                      "\"1111111111111111111111111111111111111111111111111111111111111111\"}], "
                      "\"reference_corpora\": {\"poem\": \"poem.prc\", \"all\": \"/texts/all\"},"));
    ASSERT_TRUE(reading.config);
    const Dlp& dlp = reading.config->dlps.at(0);
    EXPECT_EQ(dlp.ruleset_file, "/etc/pramana/rules/my.json");
    EXPECT_EQ(to_hex(dlp.ruleset_sha256->view()), std::string(64, '1'));
    EXPECT_EQ(reading.config->reference_corpora.at("poem"), "/etc/pramana/poem.prc");
    EXPECT_EQ(reading.config->reference_corpora.at("all"), "/texts/all");
    EXPECT_TRUE(read(kSmallest).config->dlps.at(0).ruleset_file.empty()) << "a name is no file";
}

TEST(Config, what_is_spent_has_limits_unless_they_are_lifted) {
    const Chain chain = read(kSmallest).config->chain;
    EXPECT_EQ(chain.batch_max, 1U);
    EXPECT_EQ(chain.fee_per_gas_wei_soft, chain.fee_per_gas_wei_max / 2);
    EXPECT_EQ(chain.day_cost_wei_max, Wei::product(50'000'000'000, 1'000'000'000));
    EXPECT_EQ(chain.tx_cost_wei_max, (Wei{UINT64_MAX, UINT64_MAX})) << "the gas decides";
    const Reading reading =
        read(replaced("\"chain_id\": 1480",
                      R"("chain_id": 1480, "batch_max": 20, "fee_per_gas_wei_max": 70000000000,
        "fee_per_gas_wei_soft": 60000000000, "soft_patience_s": 9, "claim_fees_every_s": 0,
        "tx_cost_wei_max": "8", "day_cost_wei_max": "0")"));
    ASSERT_TRUE(reading.config) << reading.problems.at(0).path << reading.problems[0].sentence;
    const Chain& other = reading.config->chain;
    EXPECT_EQ(other.batch_max, 20U);
    EXPECT_EQ(other.fee_per_gas_wei_soft, 60'000'000'000U);
    EXPECT_EQ(other.soft_patience.count(), 9);
    EXPECT_EQ(other.claim_fees_every.count(), 0);
    EXPECT_EQ(other.tx_cost_wei_max, Wei::of(8));
    EXPECT_EQ(other.day_cost_wei_max, (Wei{UINT64_MAX, UINT64_MAX})) << "0 = no limit";
}

// docs/operations.md "Configuration": "" is NVIDIA's revocation service not asked; of all others it
// is a mistake.
TEST(Config, the_revocation_service_alone_may_be_left_unasked) {
    EXPECT_FALSE(read(kSmallest).config->attestation.nvidia_ocsp_url.empty());
    const auto with = [](const std::string& name) {
        return read(replaced("\"limits\": {}", R"("attestation": {")" + name + R"(": ""})"));
    };
    const Reading unasked = with("nvidia_ocsp_url");
    ASSERT_TRUE(unasked.config) << unasked.problems.at(0).path << unasked.problems[0].sentence;
    EXPECT_TRUE(unasked.config->attestation.nvidia_ocsp_url.empty());
    for (const char* name :
         {"intel_pcs_url", "intel_root_crl_url", "amd_kds_url", "nvidia_rim_url", "nvidia_crl_url"})
        EXPECT_EQ(with(name).problems.at(0).path, std::string{"attestation."} + name);
}

TEST(Config, a_second_key_and_to_whom_a_backup_may_go) {
    const Keys least = read(kSmallest).config->keys;
    EXPECT_EQ(least.current, 0U);
    EXPECT_FALSE(least.previous);
    EXPECT_EQ(least.source, KeySource::kDstack);
    EXPECT_EQ(least.kms_roots.at(0).size(), 33U);
    EXPECT_TRUE(least.backup_recipients.empty()) << "nobody gets the keys by default";
    const Reading reading = read(replaced("\"keys\": {", R"("keys": {"current": 2, "previous": 1,
        "source": "inside", "backup_recipients":
        ["0x03c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5"], )"));
    ASSERT_TRUE(reading.config) << reading.problems.at(0).path << reading.problems[0].sentence;
    EXPECT_EQ(reading.config->keys.current, 2U);
    EXPECT_EQ(reading.config->keys.previous, 1U);
    EXPECT_EQ(reading.config->keys.source, KeySource::kInside);
    EXPECT_EQ(reading.config->keys.backup_recipients.at(0).at(0), 3);
}

TEST(Config, keys_in_a_file_are_for_development_only) {
    std::string text = replaced("\"limits\": {}", R"("development": {"key_file": "k"})");
    EXPECT_EQ(read(text, Profile::kDevelopment).config->keys.source, KeySource::kFile);
    text = replaced("\"keys\": {", R"("keys": {"source": "file", )");
    const Reading refused = read(text);
    ASSERT_FALSE(refused.config);
    EXPECT_EQ(refused.problems.at(0).path, "keys.source");
    EXPECT_NE(refused.problems[0].sentence.find("for pramana-dev"), std::string::npos);
}

TEST(Config, a_registry_of_results) {
    EXPECT_FALSE(read(kSmallest).config->dlps.at(0).registry);
    const Reading reading = read(replaced("\"ruleset\": \"default-1\"}],",
                                          R"("ruleset": "default-1", "registry": {
        "address": "0x8bda577aee8fdb311f971cb6e0106da49f1404a1", "mode": "root", "batch_max": 100,
        "linger_ms": 5, "pool_proofs": true}}],)"));
    ASSERT_TRUE(reading.config) << reading.problems.at(0).path << reading.problems[0].sentence;
    const Registry& registry = *reading.config->dlps.at(0).registry;
    EXPECT_EQ(registry.mode, Registry::Mode::kRoot);
    EXPECT_EQ(registry.batch_max, 100U);
    EXPECT_EQ(registry.linger.count(), 5);
    EXPECT_TRUE(registry.pool_proofs);
}

TEST(Config, every_setting_is_taken) {
    const Reading reading =
        read(replaced("\"limits\": {},", R"("listen": {"address": "::1", "port": 0},
      "limits": {"upload_bytes_max": 2048, "bytes_in_flight_max": 1048576, "connections_max": 3,
                 "contributions_per_wallet_max": 4, "stored_bytes_max": 2097152, "unpaid_expiry_s": 5,
                 "blob_retention_s": 6, "run_proof_wait_s": 7, "waiting_expiry_s": 8,
                 "disk_reserve_bytes": 9, "workers": 10, "jobs_per_payer_max": 11,
                 "proofs_per_payer_day_max": 12},
      "price": {"work_wei_per_mib": 13, "proof_gas": 21000, "gas_percent": 0},
      "metrics": {"port": 9464, "token_file": "token"},
      "alarms": {"proofs_left_min": 14, "slot_age_max_s": 15, "finality_still_max_s": 16,
                 "head_age_max_s": 17, "deadline_percent_min": 18},
      "gpu": {"devices": ["GPU-00112233-4455-6677-8899-aabbccddeeff"], "batch_tokens_max": 16384,
              "linger_us": 0, "corpus": false},
      "min_bid_invalid_wei": "256",
      "min_bid_wei": "115792089237316195423570985008687907853269984665640564039457584007913129639935",
      "tls_ends_inside": true,
      "log": {"level": "debug", "format": "logfmt"},)"));
    ASSERT_TRUE(reading.config) << reading.problems.at(0).path << ' '
                                << reading.problems[0].sentence;
    const Config& config = *reading.config;
    EXPECT_EQ(config.listen.address, "::1");
    EXPECT_EQ(config.listen.port, 0);
    EXPECT_EQ(config.limits.upload_bytes_max, 2048U);
    EXPECT_EQ(config.limits.connections_max, 3U);
    EXPECT_EQ(config.limits.contributions_per_wallet_max, 4U);
    EXPECT_EQ(config.limits.stored_bytes_max, 2097152U);
    EXPECT_EQ(config.limits.unpaid_expiry.count(), 5);
    EXPECT_EQ(config.limits.blob_retention.count(), 6);
    EXPECT_EQ(config.limits.run_proof_wait.count(), 7);
    EXPECT_EQ(to_hex(config.min_bid_wei.view()), std::string(64, 'f'));
    EXPECT_EQ(config.limits.waiting_expiry.count(), 8);
    EXPECT_EQ(config.limits.disk_reserve_bytes, 9U);
    EXPECT_EQ(config.limits.workers, 10U);
    EXPECT_EQ(to_hex(config.min_bid_invalid_wei.view()), std::string(60, '0') + "0100");
    EXPECT_EQ(config.limits.jobs_per_payer_max, 11U);
    EXPECT_EQ(config.limits.proofs_per_payer_day_max, 12U);
    EXPECT_EQ(config.price.work_wei_per_mib, 13U);
    EXPECT_EQ(config.price.proof_gas, 21'000U);
    EXPECT_EQ(config.price.gas_percent, 0U);
    EXPECT_EQ(config.metrics->listen.address, "127.0.0.1");
    EXPECT_EQ(config.metrics->listen.port, 9464);
    EXPECT_EQ(config.metrics->token_file, "/etc/pramana/token");
    EXPECT_EQ(config.alarms.proofs_left_min, 14U);
    EXPECT_EQ(config.alarms.slot_age_max.count(), 15);
    EXPECT_EQ(config.alarms.finality_still_max.count(), 16);
    EXPECT_EQ(config.alarms.head_age_max.count(), 17);
    EXPECT_EQ(config.alarms.deadline_percent_min, 18U);
    EXPECT_EQ(config.gpu.use, Gpu::Use::kNamed);
    EXPECT_EQ(config.gpu.devices.at(0), "GPU-00112233-4455-6677-8899-aabbccddeeff");
    EXPECT_EQ(config.gpu.batch_tokens_max, 16'384U);
    EXPECT_EQ(config.gpu.linger.count(), 0);
    EXPECT_FALSE(config.gpu.corpus);
    EXPECT_TRUE(config.tls_ends_inside);
    EXPECT_EQ(config.log.level, log::Level::kDebug);
    EXPECT_EQ(config.log.format, log::Format::kLogfmt);
}

TEST(Config, development_reads_its_section_and_allows_http) {
    const std::string text = replaced(R"("cors_origins": [])", R"("development":
        {"key_file": "dev.key", "fetch_allow": ["127.0.0.1:9000", "[::1]:80"]}, "cors_origins": ["*"])");
    const Reading reading = read(text, Profile::kDevelopment);
    ASSERT_TRUE(reading.config);
    EXPECT_EQ(reading.config->development->key_file, "/etc/pramana/dev.key");
    EXPECT_EQ(reading.config->development->fetch_allow.size(), 2U);
    std::string http = text;
    http.replace(http.find("https://v"), 9, "http://v");
    EXPECT_TRUE(read(http, Profile::kDevelopment).config);
}

TEST(Config, lists_all_problems_at_once) {
    const Reading reading =
        read(R"({"dat_dir": "x", "chain": {"chain_id": "a"}, "dlps": 3})", Profile::kDevelopment);
    EXPECT_FALSE(reading.config);
    EXPECT_GE(reading.problems.size(), 9U);
}

TEST(Config, a_file_that_is_missing_or_too_large_is_a_problem) {
    EXPECT_EQ(read_config_file("/none/such", Profile::kProduction).problems.at(0).sentence,
              "cannot be read: not_found");
    const std::filesystem::path file =
        std::filesystem::path{testing::TempDir()} / "pramana_config_test.json";
    std::ofstream{file} << std::string((1U << 20U) + 1, ' ');
    EXPECT_EQ(read_config_file(file, Profile::kProduction).problems.at(0).sentence,
              "cannot be read: too_large");
    std::ofstream{file} << kSmallest;
    EXPECT_EQ(read_config_file(file, Profile::kProduction).config->data_dir,
              file.parent_path() / "data");
    std::filesystem::remove(file);
}

}  // namespace
}  // namespace pramana::config
