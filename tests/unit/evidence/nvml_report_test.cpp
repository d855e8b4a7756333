// Reports and certificates of single devices, against a stand-in (docs/attestation-providers.md).

#include "nvml_rows.hpp"

#include "pramana/attest/nvidia_report.hpp"

namespace {

using namespace pramana;
using namespace pramana::evidence;
using made::genuine_report;
using made::opened;
using made::options;
using made::Stub;

const GpuChallenge kChallenge = {{0xC4, 1, 2, 3}};

TEST(NvmlReport, is_over_the_challenge_and_reads) {
    const Stub stub;
    stub->devices = 2;
    const Result<GpuReport> report = opened()->report(made::gpu_uuid(1), kChallenge);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->uuid, made::gpu_uuid(1));
    const auto parsed = attest::parse_nvidia_report(report->report);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->request_nonce.bytes, kChallenge.bytes);
    EXPECT_TRUE(report->chain.ends_with("-----END CERTIFICATE-----\n"));
}

TEST(NvmlReport, busy_is_tried_again_and_a_stale_buffer_is_not_kept) {
    const Stub stub;
    stub->faults[NvmlStub::kReport] = {19, 2, 0};
    stub->faults[NvmlStub::kCertificates] = {10, 3, 0};
    unsigned pauses = 0;
    EXPECT_TRUE(opened(options(&pauses))->report(made::gpu_uuid(0), kChallenge));
    EXPECT_EQ(pauses, 5U);
    EXPECT_EQ(stub->made[NvmlStub::kReport], 3U);
}

class NvmlBadReport : public testing::TestWithParam<BadAnswerRow> {};
TEST_P(NvmlBadReport, is_refused) {
    const Stub stub;
    const auto driver = opened();
    GetParam().set(*stub);
    const Result<GpuReport> report = driver->report(made::gpu_uuid(0), kChallenge);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, GetParam().expected) << report.error().site;
}
const BadAnswerRow kBadReports[] = {
    {"stays_busy", [](NvmlStub& s) { s.faults[NvmlStub::kReport] = {19, 99, 0}; }, Errc::kBusy},
    {"lost_meanwhile", [](NvmlStub& s) { s.faults[NvmlStub::kCertificates] = {15, 99, 0}; },
     Errc::kDeviceLost},
    {"device_gone", [](NvmlStub& s) { s.uuid[0] = "GPU-other"; }, Errc::kDeviceLost},
    {"not_offered", [](NvmlStub& s) { s.faults[NvmlStub::kReport] = {3, 99, 0}; }, Errc::kIo},
    {"empty", [](NvmlStub& s) { s.report = [](auto, auto, auto) { return 0U; }; },
     Errc::kEvidenceMalformed},
    {"request_alone", [](NvmlStub& s) { s.report = [](auto, auto, auto) { return 37U; }; },
     Errc::kEvidenceMalformed},
    {"longer_than_the_buffer",
     [](NvmlStub& s) { s.report = [](auto, auto, auto) { return 8193U; }; },
     Errc::kEvidenceMalformed},
    {"over_another_challenge",
     [](NvmlStub& s) {
         s.report = [](unsigned device, const unsigned char*, unsigned char* out) {
             return genuine_report(device, Bytes(32, 0xEE).data(), out);
         };
     },
     Errc::kEvidenceMalformed},
    {"chain_empty", [](NvmlStub& s) { s.chain = [](auto, auto) { return 0U; }; },
     Errc::kEvidenceMalformed},
    {"chain_of_zeros", [](NvmlStub& s) { s.chain = [](auto, auto) { return 100U; }; },
     Errc::kEvidenceMalformed},
    {"chain_longer_than_the_buffer",
     [](NvmlStub& s) { s.chain = [](auto, auto) { return 5121U; }; }, Errc::kEvidenceMalformed},
};
INSTANTIATE_TEST_SUITE_P(Answers, NvmlBadReport, testing::ValuesIn(kBadReports),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(NvmlReadyState, is_set_and_read_back) {
    const Stub stub;
    stub->ready = 0;
    const auto driver = opened();
    EXPECT_TRUE(driver->accept_work(true));
    EXPECT_EQ(stub->ready, 1U);
    stub->ready_sticks = 0;
    EXPECT_EQ(driver->accept_work(false).error().code, Errc::kIo);
    stub->faults[NvmlStub::kSetReadyState] = {4, 99, 0};
    EXPECT_EQ(driver->accept_work(true).error().code, Errc::kIo);
}

}  // namespace
