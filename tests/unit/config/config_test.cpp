#include "pramana/config/config.hpp"

#include "pramana/core/hex.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace pramana::config {
namespace {

// The smallest configuration that is accepted; rows change one thing in it.
constexpr std::string_view kSmallest = R"({
  "public_base_url": "https://validator.example",
  "data_dir": "data",
  "model": "/models/m.bin",
  "chain": {
    "chain_id": 1480,
    "rpc_urls": ["http://127.0.0.1:8545"],
    "data_registry": "0x8C8788f98385F6ba1adD4234e551ABba0f82Cb7C",
    "tee_pool": "0xE8EC6BD73b23Ad40E6B9a6f4bD343FAc411bD99A"
  },
  "dlps": [{"address": "0x8bda577aee8fdb311f971cb6e0106da49f1404a1", "dlp_id": 7, "ruleset": "default-1"}],
  "keys": {"kms_roots": ["0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"]},
  "limits": {},
  "cors_origins": []
})";

std::string replaced(std::string_view from, std::string_view to) {
    std::string text{kSmallest};
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

Reading read(std::string_view text, Profile profile = Profile::kProduction) {
    return read_config(text, "/etc/pramana", profile);
}

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

struct Row {
    const char* name;
    const char* from;
    const char* to;
    const char* path;
    const char* sentence;  ///< a part of it
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

const Row kRows[] = {
    {"comment", "\"limits\"", "/* x */ \"limits\"", "", "is not JSON"},
    {"name_twice", "\"limits\": {}", "\"limits\": {}, \"limits\": {}", "", "is not JSON"},
    {"not_an_object", "\"limits\": {}", "\"limits\": []", "limits", "must be an object"},
    {"near_miss", "\"limits\"", "\"limit\"", "limit", "did you mean \"limits\"?"},
    {"near_miss_inside", "\"rpc_urls\"", "\"rpc_url\"", "chain.rpc_url",
     "did you mean \"rpc_urls\"?"},
    {"records_forgotten_within_a_day", "\"limits\": {}",
     "\"limits\": {\"record_retention_s\": 86399}", "limits.record_retention_s",
     "must be 0 or at least 86400"},
    {"stranger", "\"limits\": {}", "\"zzz\": 1", "zzz", "is not a setting"},
    {"missing", "\"data_dir\": \"data\",", "", "data_dir", "is missing"},
    {"missing_section", "\"chain\"", "\"chian\"", "chain.chain_id", "is missing"},
    {"empty_text", "\"data\"", "\"\"", "data_dir", "not empty"},
    {"text_for_number", "1480", "\"1480\"", "chain.chain_id", "whole number from 1"},
    {"zero_chain", "1480", "0", "chain.chain_id", "whole number from 1"},
    {"huge_chain", "1480", "18446744073709551616", "chain.chain_id", "whole number"},
    {"fraction", "1480", "1.0", "chain.chain_id", "whole number"},
    {"no_endpoint", "[\"http://127.0.0.1:8545\"]", "[]", "chain.rpc_urls", "list of 1 to 8"},
    {"endpoint_twice", "[\"http://127.0.0.1:8545\"]",
     "[\"http://127.0.0.1:8545\", \"http://127.0.0.1:8545\"]", "chain.rpc_urls", "twice"},
    {"quorum_above_the_endpoints", "\"rpc_urls\"", "\"rpc_quorum\": 2, \"rpc_urls\"",
     "chain.rpc_quorum", "whole number from 0 to 1"},
    {"single_endpoint_without_finality", "\"rpc_urls\"",
     "\"ask_finalized_tag\": false, \"rpc_urls\"", "chain.ask_finalized_tag", "single endpoint"},
    {"ws_endpoint", "http://127.0.0.1:8545", "ws://127.0.0.1", "chain.rpc_urls[0]", "http(s)"},
    {"short_address", "Cb7C\"", "Cb7\"", "chain.data_registry", "must be an address"},
    {"no_prefix", "\"0x8C", "\"8C", "chain.data_registry", "must be an address"},
    {"zero_address", "0x8C8788f98385F6ba1adD4234e551ABba0f82Cb7C",
     "0x0000000000000000000000000000000000000000", "chain.data_registry", "not zero"},
    {"no_dlp",
     "[{\"address\": \"0x8bda577aee8fdb311f971cb6e0106da49f1404a1\", \"dlp_id\": 7, \"ruleset\": "
     "\"default-1\"}]",
     "[]", "dlps", "list of 1 to 64"},
    {"dlp_twice", "\"dlps\": [",
     "\"dlps\": [{\"address\": \"0x8BDA577aee8fdb311f971cb6e0106da49f1404a1\", "
     "\"dlp_id\": 8, \"ruleset\": \"default-1\"},",
     "dlps", "twice"},
    {"dlp_without_ruleset", "\"ruleset\"", "\"rules\"", "dlps[0].ruleset", "is missing"},
    {"ruleset_file_without_digest", "\"default-1\"", "\"my.json\"", "dlps[0].ruleset_sha256",
     "is missing"},
    {"ruleset_digest_too_short", "\"ruleset\": \"default-1\"",
     "\"ruleset\": \"default-1\", \"ruleset_sha256\": \"12\"", "dlps[0].ruleset_sha256",
     "must be a SHA-256"},
    {"reference_corpora_as_list", "\"cors_origins\": []",
     "\"cors_origins\": [], \"reference_corpora\": []", "reference_corpora",
     "must be an object of at most 64 texts"},
    {"reference_corpus_as_number", "\"cors_origins\": []",
     "\"cors_origins\": [], \"reference_corpora\": {\"poem\": 1}", "reference_corpora.poem",
     "must be a text"},
    {"dlp_near_miss", "\"ruleset\"", "\"rulest\"", "dlps[0].rulest", "did you mean \"ruleset\"?"},
    {"listen_name", "\"limits\": {}", "\"listen\": {\"address\": \"localhost\"}", "listen.address",
     "IPv4 or IPv6"},
    {"port_too_large", "\"limits\": {}", "\"listen\": {\"port\": 65536}", "listen.port",
     "0 to 65535"},
    {"http_in_production", "https://v", "http://v", "public_base_url", "https URL"},
    {"url_with_slash", "example\"", "example/\"", "public_base_url", "without slash"},
    {"url_with_query", "example\"", "example?a\"", "public_base_url", "query"},
    {"url_with_user", "https://v", "https://a@v", "public_base_url", "https URL"},
    {"budget_below_upload", "\"limits\": {}", "\"limits\": {\"bytes_in_flight_max\": 1048576}",
     "limits.bytes_in_flight_max", "below upload_bytes_max"},
    {"bid_as_number", "\"limits\": {}", "\"min_bid_wei\": 5", "min_bid_wei",
     "decimal number in quotes"},
    {"bid_above_uint256", "\"limits\": {}",
     "\"min_bid_wei\": "
     "\"115792089237316195423570985008687907853269984665640564039457584007913129639936\"",
     "min_bid_wei", "2^256"},
    {"bid_hex", "\"limits\": {}", "\"min_bid_wei\": \"0x10\"", "min_bid_wei", "decimal"},
    {"flag_as_text", "\"limits\": {}", "\"tls_ends_inside\": \"yes\"", "tls_ends_inside",
     "true or false"},
    {"origin_with_path", "\"cors_origins\": []", "\"cors_origins\": [\"https://a.example/x\"]",
     "cors_origins[0]", "origin"},
    {"origin_star_and_more", "\"cors_origins\": []",
     "\"cors_origins\": [\"*\", \"https://a.example\"]", "cors_origins[0]", "origin"},
    {"tip_above_fee", "\"chain_id\": 1480", "\"chain_id\": 1480, \"fee_per_gas_wei_max\": 5",
     "chain.tip_per_gas_wei_max", "above fee_per_gas_wei_max"},
    {"soft_above_hard", "\"chain_id\": 1480",
     "\"chain_id\": 1480, \"fee_per_gas_wei_soft\": 600000000000", "chain.fee_per_gas_wei_soft",
     "above fee_per_gas_wei_max"},
    {"day_cost_as_number", "\"chain_id\": 1480", "\"chain_id\": 1480, \"day_cost_wei_max\": 5",
     "chain.day_cost_wei_max", "decimal number in quotes"},
    {"batch_too_large", "\"chain_id\": 1480", "\"chain_id\": 1480, \"batch_max\": 21",
     "chain.batch_max", "from 1 to 20"},
    {"registry_mode", "\"ruleset\": \"default-1\"}",
     "\"ruleset\": \"default-1\", \"registry\": {\"address\": "
     "\"0x8bda577aee8fdb311f971cb6e0106da49f1404a1\", \"mode\": \"tree\"}}",
     "dlps[0].registry.mode", "batch, root or off"},
    {"registry_without_an_address", "\"ruleset\": \"default-1\"}",
     "\"ruleset\": \"default-1\", \"registry\": {}}", "dlps[0].registry.address", "missing"},
    {"previous_key_is_the_current", "\"keys\": {", "\"keys\": {\"current\": 3, \"previous\": 3,",
     "keys.previous", "is the current key"},
    {"gpu_use", "\"limits\": {}", "\"gpu\": {\"devices\": \"all\"}", "gpu.devices",
     "auto, none or a list"},
    {"gpu_list_of_none", "\"limits\": {}", "\"gpu\": {\"devices\": []}", "gpu.devices",
     "list of 1 to 64"},
    {"gpu_by_number", "\"limits\": {}", "\"gpu\": {\"devices\": [\"0\"]}", "gpu.devices[0]",
     "GPU- and a uuid"},
    {"gpu_in_capitals", "\"limits\": {}",
     "\"gpu\": {\"devices\": [\"GPU-0011223A-4455-6677-8899-aabbccddeeff\"]}", "gpu.devices[0]",
     "lower case"},
    {"gpu_twice", "\"limits\": {}",
     "\"gpu\": {\"devices\": [\"GPU-00112233-4455-6677-8899-aabbccddeeff\", "
     "\"GPU-00112233-4455-6677-8899-aabbccddeeff\"]}",
     "gpu.devices", "twice"},
    {"gpu_odd_batch", "\"limits\": {}", "\"gpu\": {\"batch_tokens_max\": 20000}",
     "gpu.batch_tokens_max", "multiple of 16384"},
    {"gpu_small_batch", "\"limits\": {}", "\"gpu\": {\"batch_tokens_max\": 1024}",
     "gpu.batch_tokens_max", "whole number from 16384"},
    {"anvils_chain", "\"chain_id\": 1480", "\"chain_id\": 31337", "chain.chain_id",
     "only pramana-dev"},
    {"ganaches_chain", "\"chain_id\": 1480", "\"chain_id\": 1337", "chain.chain_id",
     "only pramana-dev"},
    {"no_kms_root", "\"kms_roots\"", "\"backup_recipients\"", "keys.kms_roots", "must pin"},
    {"kms_root_that_is_no_point", "[\"0279", "[\"0479", "keys.kms_roots[0]", "compressed"},
    {"kms_root_of_another_size", "[\"0279", "[\"02", "keys.kms_roots[0]", "compressed"},
    {"unknown_key_source", "\"keys\": {", "\"keys\": {\"source\": \"vault\",", "keys.source",
     "dstack or inside"},
    {"previous_key_of_another_boot", "\"keys\": {",
     "\"keys\": {\"source\": \"inside\", \"for_one_boot\": true, \"previous\": 3,", "keys.previous",
     "is lost with the boot"},
    {"gas_percent_too_large", "\"limits\": {}", "\"price\": {\"gas_percent\": 10001}",
     "price.gas_percent", "from 0 to 10000"},
    {"metrics_in_public_without_a_token", "\"limits\": {}",
     "\"metrics\": {\"address\": \"0.0.0.0\", \"port\": 1}", "metrics.token_file", "not loopback"},
    {"metrics_without_a_port", "\"limits\": {}", "\"metrics\": {}", "metrics.port", "is missing"},
    {"log_level", "\"limits\": {}", "\"log\": {\"level\": \"loud\"}", "log.level", "debug, info"},
    {"log_format", "\"limits\": {}", "\"log\": {\"format\": \"xml\"}", "log.format", "logfmt"},
    {"development_in_production", "\"limits\": {}", "\"development\": {\"key_file\": \"k\"}",
     "development", "pramana-dev only"},
};

class ConfigRefused : public testing::TestWithParam<Row> {};
TEST_P(ConfigRefused, names_the_place_and_the_reason) {
    const Reading reading = read(replaced(GetParam().from, GetParam().to));
    EXPECT_FALSE(reading.config);
    const auto matches = [](const Problem& problem) {
        return problem.path == GetParam().path &&
               problem.sentence.find(GetParam().sentence) != std::string::npos;
    };
    EXPECT_TRUE(std::any_of(reading.problems.begin(), reading.problems.end(), matches))
        << reading.problems.at(0).path << ": " << reading.problems[0].sentence;
}
INSTANTIATE_TEST_SUITE_P(Table, ConfigRefused, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string{row.param.name}; });

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
