// Settings that are refused: the place, and a sentence that says why.
#include "smallest.hpp"

#include <algorithm>

namespace pramana::config {
namespace {

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

}  // namespace
}  // namespace pramana::config
