#include "pramana/attest/policy.hpp"

#include <gtest/gtest.h>

namespace {

using namespace pramana;
using attest::NvidiaDevice;
using attest::NvidiaMode;
using attest::PolicyReading;
using attest::SnpProductLine;

std::string quoted_hex(std::size_t bytes) { return "[\"" + std::string(bytes * 2, 'a') + "\"]"; }

TEST(PolicyOfAmd, defaults_refuse_what_has_a_known_hole) {
    const PolicyReading reading = attest::read_policy(R"({"version":1})");
    ASSERT_TRUE(reading.policy);
    const attest::SnpPolicy& amd = reading.policy->amd;
    EXPECT_FALSE(amd.product_lines.contains(SnpProductLine::kMilan));
    EXPECT_FALSE(amd.debug_allowed || amd.migration_agent_allowed || amd.vlek_allowed);
    EXPECT_TRUE(amd.revocation_required && amd.alias_check_required);
    EXPECT_EQ(amd.vmpl_max, 0U);
}

TEST(PolicyOfAmd, reads_every_member) {
    const PolicyReading reading = attest::read_policy(
        R"({"version":1,"amd":{"product_lines":["milan","turin"],"vlek_allowed":true,)"
        R"("vlek_clouds":["C"],"revocation_required":false,"tcb_floors":{"turin":{"fmc":1,)"
        R"("bootloader":2,"tee":3,"snp":4,"microcode":5},"milan":{"snp":27}},)"
        R"("reported_is_current":true,"debug_allowed":true,"migration_agent_allowed":true,)"
        R"("smt_allowed":false,"single_socket_required":true,"alias_check_required":false,)"
        R"("vmpl_max":3,"guest_svn_min":9,"measurements":)" +
        quoted_hex(48) + R"(,"host_data":)" + quoted_hex(32) + R"(,"id_key_digests":)" +
        quoted_hex(48) + R"(,"author_key_digests":)" + quoted_hex(48) + R"(,"chip_ids":)" +
        quoted_hex(64) + "}}");
    ASSERT_TRUE(reading.policy) << reading.problems[0].path;
    const attest::SnpPolicy& amd = reading.policy->amd;
    EXPECT_EQ(amd.product_lines, (std::set{SnpProductLine::kMilan, SnpProductLine::kTurin}));
    EXPECT_EQ(amd.tcb_floors.at(SnpProductLine::kTurin), (attest::SnpTcb{1, 2, 3, 4, 5}));
    EXPECT_EQ(amd.tcb_floors.at(SnpProductLine::kMilan), (attest::SnpTcb{0, 0, 0, 27, 0}));
    EXPECT_TRUE(amd.vlek_allowed && amd.reported_is_current && amd.debug_allowed &&
                amd.migration_agent_allowed && amd.single_socket_required);
    EXPECT_FALSE(amd.revocation_required || amd.smt_allowed || amd.alias_check_required);
    EXPECT_EQ(amd.vmpl_max, 3U);
    EXPECT_EQ(amd.guest_svn_min, 9U);
    EXPECT_EQ(amd.measurements.size() + amd.host_data.size() + amd.id_key_digests.size() +
                  amd.author_key_digests.size() + amd.chip_ids.size(),
              5U);
}

TEST(PolicyOfNvidia, reads_every_member) {
    const PolicyReading reading = attest::read_policy(
        R"({"version":1,"nvidia":{"devices":["switch"],"modes":["protected_pcie","unstated"],)"
        R"("nonce_required":false,"fwid_required":false,"rims_required":false,)"
        R"("revocation_required":false,"driver_versions":["580.95.05"],)"
        R"("vbios_versions":["96.00.9F.00.01"],"device_serials":["0AFF"]}})");
    ASSERT_TRUE(reading.policy) << reading.problems[0].path;
    const attest::NvidiaPolicy& nvidia = reading.policy->nvidia;
    EXPECT_EQ(nvidia.devices, std::set{NvidiaDevice::kSwitch});
    EXPECT_EQ(nvidia.modes, (std::set{NvidiaMode::kProtectedPcie, NvidiaMode::kUnstated}));
    EXPECT_FALSE(nvidia.nonce_required || nvidia.fwid_required || nvidia.rims_required ||
                 nvidia.revocation_required);
    EXPECT_EQ(nvidia.driver_versions, std::set<std::string>{"580.95.05"});
    EXPECT_EQ(nvidia.device_serials, std::set<std::string>{"0aff"});
}

TEST(PolicyOfDstack, reads_every_member) {
    const PolicyReading reading = attest::read_policy(
        R"({"version":1,"dstack":{"app_ids":)" + quoted_hex(20) + R"(,"compose_hashes":)" +
        quoted_hex(32) + R"(,"instance_ids":)" + quoted_hex(20) +
        R"(,"key_providers":["tpm"],"key_provider_ids":["3059"],"config_id_required":false,)"
        R"("extra_boot_events":["x"],"kms_roots":)" +
        quoted_hex(33) + "}}");
    ASSERT_TRUE(reading.policy) << reading.problems[0].path;
    EXPECT_EQ(reading.policy->dstack.key_providers, std::set<std::string>{"tpm"});
    EXPECT_EQ(reading.policy->dstack.key_provider_ids, std::set<std::string>{"3059"});
    EXPECT_FALSE(reading.policy->dstack.config_id_required);
    EXPECT_EQ(reading.policy->dstack_keys.kms_roots.size(), 1U);
}

struct BadRow {
    const char* name;
    const char* text;
    const char* path;
};
const BadRow kBadRows[] = {
    {"unknown_line", R"({"version":1,"amd":{"product_lines":["rome"]}})", "amd.product_lines"},
    {"no_line", R"({"version":1,"amd":{"product_lines":[]}})", "amd.product_lines"},
    {"floor_of_unknown_line", R"({"version":1,"amd":{"tcb_floors":{"rome":{}}}})",
     "amd.tcb_floors.rome"},
    {"floor_of_unknown_part", R"({"version":1,"amd":{"tcb_floors":{"milan":{"fmc":1}}}})",
     "amd.tcb_floors.milan.fmc"},
    {"floor_too_large", R"({"version":1,"amd":{"tcb_floors":{"milan":{"snp":256}}}})",
     "amd.tcb_floors.milan.snp"},
    {"vmpl_4", R"({"version":1,"amd":{"vmpl_max":4}})", "amd.vmpl_max"},
    {"clouds_without_vlek", R"({"version":1,"amd":{"vlek_clouds":["C"]}})", "amd.vlek_clouds"},
    {"unknown_amd_member", R"({"version":1,"amd":{"vlek":true}})", "amd.vlek"},
    {"unknown_device", R"({"version":1,"nvidia":{"devices":["ampere"]}})", "nvidia.devices"},
    {"serial_is_no_hex", R"({"version":1,"nvidia":{"device_serials":["x"]}})",
     "nvidia.device_serials"},
    {"unknown_nvidia_member", R"({"version":1,"nvidia":{"rims":false}})", "nvidia.rims"},
    {"root_too_short", R"({"version":1,"dstack":{"kms_roots":["02"]}})", "dstack.kms_roots[0]"},
    {"unknown_dstack_member", R"({"version":1,"dstack":{"kms":[]}})", "dstack.kms"},
    {"not_an_object", R"({"version":1,"dstack":[]})", "dstack"},
    // An empty list would read as "nobody", and be judged as "not pinned".
    {"no_kind", R"({"version":1,"evidence":[]})", "evidence"},
    {"no_status", R"({"version":1,"intel":{"tcb_statuses":[]}})", "intel.tcb_statuses"},
    {"no_advisory", R"({"version":1,"intel":{"advisories_refused":[]}})",
     "intel.advisories_refused"},
    {"no_cloud", R"({"version":1,"amd":{"vlek_allowed":true,"vlek_clouds":[]}})",
     "amd.vlek_clouds"},
    {"no_driver", R"({"version":1,"nvidia":{"driver_versions":[]}})", "nvidia.driver_versions"},
    {"no_vbios", R"({"version":1,"nvidia":{"vbios_versions":[]}})", "nvidia.vbios_versions"},
    {"no_serial", R"({"version":1,"nvidia":{"device_serials":[]}})", "nvidia.device_serials"},
    {"no_model", R"({"version":1,"nras":{"hardware_models":[]}})", "nras.hardware_models"},
    {"no_issuer", R"({"version":1,"nras":{"issuer":[]}})", "nras.issuer"},
    {"no_provider", R"({"version":1,"dstack":{"key_providers":[]}})", "dstack.key_providers"},
    {"no_provider_id", R"({"version":1,"dstack":{"key_provider_ids":[]}})",
     "dstack.key_provider_ids"},
    {"no_image", R"({"version":1,"statement":{"images":[]}})", "statement.images"},
};
class PolicyOfVendors : public testing::TestWithParam<BadRow> {};
TEST_P(PolicyOfVendors, names_the_member_that_is_wrong) {
    const PolicyReading reading = attest::read_policy(GetParam().text);
    EXPECT_FALSE(reading.policy);
    ASSERT_FALSE(reading.problems.empty());
    EXPECT_EQ(reading.problems[0].path, GetParam().path);
}
INSTANTIATE_TEST_SUITE_P(Rows, PolicyOfVendors, testing::ValuesIn(kBadRows),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
