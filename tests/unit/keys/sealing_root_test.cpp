#include "pramana/keys/sealing_root.hpp"

#include <gtest/gtest.h>
#include <linux/sev-guest.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>

namespace pramana::keys {
namespace {

/// The sev-guest driver as the kernel documents it: a request structure, and the firmware's answer
/// of 64 bytes (SEV-SNP ABI section 7.2).
struct Driver {
    int failed = 0;
    std::uint32_t status = 0;
    bool writes = true;
    std::optional<snp_derived_key_req> asked{};

    int operator()(unsigned long request, void* argument) {
        EXPECT_EQ(request, static_cast<unsigned long>(SNP_GET_DERIVED_KEY));
        const auto* const call = static_cast<const snp_guest_request_ioctl*>(argument);
        EXPECT_EQ(call->msg_version, 1);
        asked.emplace();
        std::memcpy(&*asked, reinterpret_cast<const void*>(call->req_data), sizeof *asked);
        if (failed != 0) return failed;
        if (!writes) return 0;
        auto* const answer = reinterpret_cast<std::uint8_t*>(call->resp_data);
        std::memcpy(answer, &status, sizeof status);
        std::memset(answer + 32, 0x5A, 32);
        return 0;
    }
};

TEST(SnpSealingRoot, asks_for_a_key_of_this_chip_policy_and_measurement) {
    Driver driver;
    const auto root = snp_sealing_root(std::ref(driver));
    const Result<SecretBytes> key = root->key();
    ASSERT_TRUE(key);
    EXPECT_EQ(key->size(), 32U);
    EXPECT_EQ(key->expose()[0], 0x5A);
    ASSERT_TRUE(driver.asked);
    EXPECT_EQ(driver.asked->root_key_select, 0U) << "VCEK";
    EXPECT_EQ(driver.asked->guest_field_select, 0x9U) << "policy and measurement";
    EXPECT_EQ(driver.asked->vmpl, 0U);
    EXPECT_EQ(root->kind(), "sev_snp");
}

TEST(SnpSealingRoot, an_answer_that_nobody_wrote_is_no_key) {
    Driver driver{.writes = false};
    const Result<SecretBytes> key = snp_sealing_root(std::ref(driver))->key();
    ASSERT_FALSE(key);
    EXPECT_EQ(name_of(key.error().code), "evidence_malformed");
}

struct FailureRow {
    const char* name;
    int failed;
    std::uint32_t status;
    Errc refused;
};
const FailureRow kFailures[] = {
    {"busy", EBUSY, 0, Errc::kBusy},        {"interrupted", EINTR, 0, Errc::kBusy},
    {"again", EAGAIN, 0, Errc::kBusy},      {"refused", EIO, 0, Errc::kIo},
    {"no_such_call", ENOTTY, 0, Errc::kIo}, {"firmware_says_no", 0, 0x16, Errc::kEvidenceMalformed},
};
class SnpFailure : public testing::TestWithParam<FailureRow> {};
TEST_P(SnpFailure, gives_no_key) {
    Driver driver{.failed = GetParam().failed, .status = GetParam().status};
    const Result<SecretBytes> key = snp_sealing_root(std::ref(driver))->key();
    ASSERT_FALSE(key);
    EXPECT_EQ(name_of(key.error().code), name_of(GetParam().refused));
}
INSTANTIATE_TEST_SUITE_P(Rows, SnpFailure, testing::ValuesIn(kFailures),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(SnpSealingRoot, without_the_device_is_no_tee) {
    const auto root = open_snp_sealing_root("/none/such");
    ASSERT_FALSE(root);
    EXPECT_EQ(root.error().code, Errc::kNoTee);
}

}  // namespace
}  // namespace pramana::keys
