// Loading NVIDIA's library and what the driver says, against a stand-in
// (docs/attestation-providers.md).

#include "made_nvml.hpp"
#include "nvml_rows.hpp"

#include <filesystem>
#include <fstream>

namespace {

using namespace pramana;
using namespace pramana::evidence;
using made::opened;
using made::options;
using made::Stub;

TEST(NvmlLibrary, that_is_not_there_means_no_gpu) {
    EXPECT_EQ(open_nvml(options(nullptr, "libnvidia-ml-of-nobody.so.1")).error().code,
              Errc::kNoGpu);
}
TEST(NvmlLibrary, without_the_report_call_is_too_old) {
    EXPECT_EQ(open_nvml(options(nullptr, NVML_STUB_WITHOUT_REPORT)).error().code,
              Errc::kGpuDriverOld);
}
TEST(NvmlLibrary, without_the_newer_settings_says_all_but_the_mode) {
    const Stub stub{NVML_STUB_WITHOUT_SETTINGS};
    const Result<GpuFacts> facts = opened(options(nullptr, NVML_STUB_WITHOUT_SETTINGS))->facts();
    ASSERT_TRUE(facts);
    EXPECT_TRUE(facts->confidential);
    EXPECT_EQ(facts->multi_gpu_mode, std::nullopt);
}
TEST(NvmlLibrary, is_shut_down_as_often_as_started) {
    const Stub stub;
    opened();
    EXPECT_EQ(stub->running, 0);
}

struct StartRow {
    const char* name;
    NvmlStub::Call call;
    NvmlStub::Fault fault;
    unsigned devices;
    Errc expected;
};
class NvmlStart : public testing::TestWithParam<StartRow> {};
TEST_P(NvmlStart, fails_by_name) {
    const Stub stub;
    stub->devices = GetParam().devices;
    stub->faults[GetParam().call] = GetParam().fault;
    const auto driver = open_nvml(options());
    ASSERT_FALSE(driver);
    EXPECT_EQ(driver.error().code, GetParam().expected);
    EXPECT_EQ(stub->running, 0);
}
// Codes: NVML API Reference Guide, nvmlReturn_t.
const StartRow kStarts[] = {
    {"driver_not_loaded", NvmlStub::kInit, {9, 99, 0}, 1, Errc::kNoGpu},
    {"library_of_another_driver", NvmlStub::kInit, {18, 99, 0}, 1, Errc::kGpuDriverOld},
    {"no_permission", NvmlStub::kInit, {4, 99, 0}, 1, Errc::kIo},
    {"stays_busy", NvmlStub::kInit, {27, 99, 0}, 1, Errc::kBusy},
    {"no_device", NvmlStub::kInit, {0, 0, 0}, 0, Errc::kNoGpu},
    {"gpu_not_found", NvmlStub::kCount, {28, 99, 0}, 1, Errc::kNoGpu},
};
INSTANTIATE_TEST_SUITE_P(Faults, NvmlStart, testing::ValuesIn(kStarts),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(NvmlFacts, are_what_the_driver_says) {
    const Stub stub;
    stub->devices = 3;
    EXPECT_EQ(*opened()->facts(), made::gpu_facts(3));
}

struct FactRow {
    const char* name;
    void (*set)(NvmlStub&);
    void (*expect)(GpuFacts&);
};
class NvmlFact : public testing::TestWithParam<FactRow> {};
TEST_P(NvmlFact, is_passed_on) {
    const Stub stub;
    stub->devices = 2;
    GetParam().set(*stub);
    GpuFacts expected = made::gpu_facts(2);
    GetParam().expect(expected);
    const Result<GpuFacts> facts = opened()->facts();
    ASSERT_TRUE(facts) << facts.error().site;
    EXPECT_EQ(*facts, expected);
}
const FactRow kFacts[] = {
    {"confidential_computing_off", [](NvmlStub& s) { s.feature = 0; },
     [](GpuFacts& f) { f.confidential = false; }},
    {"not_supported_is_off",
     [](NvmlStub& s) {
         s.faults[NvmlStub::kState] = {3, 99, 0};
         s.faults[NvmlStub::kSettings] = {3, 99, 0};
         s.faults[NvmlStub::kReadyState] = {3, 99, 0};
     },
     [](GpuFacts& f) {
         f.production = f.confidential = f.accepting_work = false;
         f.multi_gpu_mode.reset();
     }},
    {"simulated", [](NvmlStub& s) { s.environment = 1; },
     [](GpuFacts& f) { f.production = false; }},
    {"developer_tools_on", [](NvmlStub& s) { s.developer_tools = s.settings_developer_tools = 1; },
     [](GpuFacts& f) { f.developer_tools = true; }},
    {"ready_state_off", [](NvmlStub& s) { s.ready = 0; },
     [](GpuFacts& f) { f.accepting_work = false; }},
    {"protected_pcie", [](NvmlStub& s) { s.multi_gpu_mode = 1; },
     [](GpuFacts& f) { f.multi_gpu_mode = 1; }},
    {"shared_mode", [](NvmlStub& s) { s.compute_mode[1] = 0; },
     [](GpuFacts& f) { f.devices[1].compute_mode = ComputeMode::kShared; }},
    {"prohibited_mode", [](NvmlStub& s) { s.compute_mode[1] = 2; },
     [](GpuFacts& f) { f.devices[1].compute_mode = ComputeMode::kProhibited; }},
    {"mode_of_later", [](NvmlStub& s) { s.compute_mode[1] = 9; },
     [](GpuFacts& f) { f.devices[1].compute_mode = ComputeMode::kUnknown; }},
    {"mps_processes", [](NvmlStub& s) { s.mps[1] = 5; },
     [](GpuFacts& f) { f.devices[1].mps_processes = 5; }},
    {"no_mps_on_this_device", [](NvmlStub& s) { s.faults[NvmlStub::kMps] = {3, 99, 0}; },
     [](GpuFacts&) {}},
    {"mig_on", [](NvmlStub& s) { s.mig[0] = 1; },
     [](GpuFacts& f) { f.devices[0].partitioned = true; }},
    {"mig_after_the_next_reset", [](NvmlStub& s) { s.mig_pending[0] = 1; },
     [](GpuFacts& f) { f.devices[0].partitioned = true; }},
    {"no_mig_on_this_device", [](NvmlStub& s) { s.faults[NvmlStub::kMig] = {3, 99, 0}; },
     [](GpuFacts&) {}},
};
INSTANTIATE_TEST_SUITE_P(States, NvmlFact, testing::ValuesIn(kFacts),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(NvmlFacts, an_mps_server_is_found_by_its_pipe_and_by_the_environment) {
    const Stub stub;
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("pramana-mps-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    NvmlOptions with = options();
    with.mps_directory = folder;
    const auto driver = opened(with);
    EXPECT_FALSE(driver->facts()->mps_server);
    std::ofstream{folder / "control"} << "";
    EXPECT_TRUE(driver->facts()->mps_server);
    std::filesystem::remove_all(folder);
    ::setenv("CUDA_MPS_PIPE_DIRECTORY", "/elsewhere", 1);
    EXPECT_TRUE(driver->facts()->mps_server);
    ::unsetenv("CUDA_MPS_PIPE_DIRECTORY");
}

const std::string kLongText(200, 'x');
class NvmlBadFacts : public testing::TestWithParam<BadAnswerRow> {};
TEST_P(NvmlBadFacts, are_refused) {
    const Stub stub;
    const auto driver = opened();
    GetParam().set(*stub);
    const Result<GpuFacts> facts = driver->facts();
    ASSERT_FALSE(facts);
    EXPECT_EQ(facts.error().code, GetParam().expected) << facts.error().site;
}
const BadAnswerRow kBadFacts[] = {
    {"one_uuid_twice",
     [](NvmlStub& s) {
         s.devices = 2;
         s.uuid[1] = s.uuid[0];
     },
     Errc::kEvidenceMalformed},
    {"uuid_of_a_partition", [](NvmlStub& s) { s.uuid[0] = "MIG-1"; }, Errc::kEvidenceMalformed},
    {"uuid_empty", [](NvmlStub& s) { s.uuid[0] = ""; }, Errc::kEvidenceMalformed},
    {"uuid_with_a_quote", [](NvmlStub& s) { s.uuid[0] = "GPU-\n"; }, Errc::kEvidenceMalformed},
    {"uuid_too_long", [](NvmlStub& s) { s.uuid[0] = kLongText.c_str(); }, Errc::kIo},
    {"version_too_long", [](NvmlStub& s) { s.driver_version = kLongText.c_str(); }, Errc::kIo},
    {"two_calls_contradict", [](NvmlStub& s) { s.settings_developer_tools = 1; },
     Errc::kEvidenceMalformed},
    {"lost", [](NvmlStub& s) { s.faults[NvmlStub::kUuid] = {15, 99, 0}; }, Errc::kDeviceLost},
    {"reset_required", [](NvmlStub& s) { s.faults[NvmlStub::kComputeMode] = {16, 99, 0}; },
     Errc::kDeviceLost},
    {"mps_unknown", [](NvmlStub& s) { s.faults[NvmlStub::kMps] = {999, 99, 0}; }, Errc::kIo},
    {"state_unknown", [](NvmlStub& s) { s.faults[NvmlStub::kState] = {999, 99, 0}; }, Errc::kIo},
    {"settings_of_another_version",
     [](NvmlStub& s) { s.faults[NvmlStub::kSettings] = {25, 99, 0}; }, Errc::kGpuDriverOld},
    {"more_devices_than_ever", [](NvmlStub& s) { s.devices = 65; }, Errc::kEvidenceMalformed},
    {"driver_unloaded", [](NvmlStub& s) { s.faults[NvmlStub::kDriverVersion] = {9, 99, 0}; },
     Errc::kNoGpu},
};
INSTANTIATE_TEST_SUITE_P(Answers, NvmlBadFacts, testing::ValuesIn(kBadFacts),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
