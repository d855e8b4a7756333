#include "serve/check_settings.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/os/file.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

namespace pramana::app {
namespace {

config::Config plain() {
    config::Config config;
    config.public_base_url = "https://v.test";
    config.chain.rpc_urls = {"https://a.test/key", "http://127.0.0.1:8545"};
    config.chain.websocket_urls = {"wss://a.test/key"};
    config.keys.kms_roots = {
        *from_hex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")};
    config.metrics.emplace();
    return config;
}

Bytes no_point() { return *from_hex("02" + std::string(64, 'f')); }

struct SettingRow {
    const char* name;
    void (*spoil)(config::Config&);
    std::string_view said;
};
// What ended a start with the name of another setting, or with none, and was no problem to --check.
const SettingRow kSettings[] = {
    {"base_url_with_no_port", [](config::Config& c) { c.public_base_url = "https://v.test:99999"; },
     "public_base_url"},
    {"endpoint_without_host", [](config::Config& c) { c.chain.rpc_urls[1] = "http://"; },
     "chain.rpc_urls[1]"},
    {"endpoint_with_credentials",
     [](config::Config& c) { c.chain.rpc_urls[0] = "https://u:secret@a.test"; },
     "chain.rpc_urls[0]"},
    {"socket_without_host", [](config::Config& c) { c.chain.websocket_urls[0] = "ws://"; },
     "chain.websocket_urls[0]"},
    {"kms_root_off_the_curve", [](config::Config& c) { c.keys.kms_roots.push_back(no_point()); },
     "keys.kms_roots[1]"},
    {"recipient_off_the_curve", [](config::Config& c) { c.keys.backup_recipients = {no_point()}; },
     "keys.backup_recipients[0]"},
    {"no_chain_ca", [](config::Config& c) { c.chain.ca_file = "/nowhere/ca.pem"; },
     "chain.ca_file"},
    {"no_vendors_ca", [](config::Config& c) { c.attestation.ca_file = "/nowhere/ca.pem"; },
     "attestation.ca_file"},
    {"no_token", [](config::Config& c) { c.metrics->token_file = "/nowhere/token"; },
     "metrics.token_file"},
    {"no_declaration", [](config::Config& c) { c.chain.job_event = "JobSubmitted"; },
     "chain.job_event"},
};
class Settings : public testing::TestWithParam<SettingRow> {};
TEST_P(Settings, are_refused_by_their_name) {
    config::Config config = plain();
    ASSERT_TRUE(check_settings(config));
    GetParam().spoil(config);
    const Outcome<Done> checked = check_settings(config);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.failure().code, "config_invalid");
    EXPECT_EQ(checked.failure().sentence.find(GetParam().said), 0U) << checked.failure().sentence;
    EXPECT_EQ(checked.failure().sentence.find("secret"), std::string::npos);
}
INSTANTIATE_TEST_SUITE_P(Rows, Settings, testing::ValuesIn(kSettings),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(SettingsOfMetrics, a_token_of_sixteen_characters_is_one) {
    const std::filesystem::path file =
        std::filesystem::path{testing::TempDir()} / ("pramana_token_" + std::to_string(::getpid()));
    config::Config config = plain();
    config.metrics->token_file = file;
    ASSERT_TRUE(write_file_durably(file, as_bytes_view("fifteen-letters\n")));
    EXPECT_FALSE(check_settings(config));
    ASSERT_TRUE(write_file_durably(file, as_bytes_view("sixteen--letters\n")));
    EXPECT_TRUE(check_settings(config));
    std::filesystem::remove(file);
}

}  // namespace
}  // namespace pramana::app
