#include "made_gpus.hpp"
#include "nvml_stub.hpp"

#include "pramana/attest/nvidia_report.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/evidence/gpu_attester.hpp"
#include "pramana/os/file.hpp"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace {

using namespace pramana;
using namespace pramana::evidence;

unsigned put(ByteView from, unsigned char* out) {
    std::ranges::copy(from, out);
    return static_cast<unsigned>(from.size());
}
/// Chain and report of a device come from one making, as its key is made there.
std::string& chain_of(unsigned device) {
    static std::array<std::string, NvmlStub::kDevices> chains;
    return chains.at(device);
}
unsigned genuine_report(unsigned device, const unsigned char* challenge, unsigned char* out) {
    const made::MadeNvidia made = made::gpu_evidence_of(device, {challenge, 32});
    chain_of(device) = made.chain;
    return put(made.report, out);
}
unsigned made_chain(unsigned device, unsigned char* out) {
    return put(as_bytes_view(chain_of(device)), out);
}

/// The loaded stand-in, set up as a machine of one Hopper GPU in confidential mode.
class Stub {
  public:
    explicit Stub(const char* library = NVML_STUB) : handle_{::dlopen(library, RTLD_NOW)} {
        if (handle_ == nullptr) throw std::runtime_error{::dlerror()};
        NvmlStubAccess access = nullptr;
        void* const found = ::dlsym(handle_, "nvml_stub");
        std::memcpy(static_cast<void*>(&access), static_cast<const void*>(&found), sizeof access);
        stub_ = access();
        *stub_ = {};
        stub_->driver_version = made::kDriverVersion.c_str();
        stub_->environment = 2;
        stub_->feature = 1;
        stub_->ready = 1;
        stub_->ready_sticks = 1;
        stub_->devices = 1;
        for (unsigned i = 0; i < NvmlStub::kDevices; ++i) {
            uuids_[i] = made::gpu_uuid(i);
            stub_->uuid[i] = uuids_[i].c_str();
            stub_->vbios[i] = made::kVbiosVersion.c_str();
            stub_->architecture[i] = 9;
            stub_->compute_mode[i] = 3;
        }
        stub_->report = genuine_report;
        stub_->chain = made_chain;
    }
    ~Stub() { (void)::dlclose(handle_); }
    Stub(const Stub&) = delete;
    Stub& operator=(const Stub&) = delete;
    NvmlStub* operator->() const { return stub_; }
    NvmlStub& operator*() const { return *stub_; }

  private:
    void* handle_;
    NvmlStub* stub_ = nullptr;
    std::array<std::string, NvmlStub::kDevices> uuids_;
};

NvmlOptions options(unsigned* pauses = nullptr, const char* library = NVML_STUB) {
    return {.library = library,
            .attempts_max = 4,
            .sleep =
                [pauses](std::chrono::milliseconds) {
                    if (pauses != nullptr) ++*pauses;
                },
            .mps_directory = "/nonexistent"};
}

std::unique_ptr<GpuDriver> opened(NvmlOptions with = options()) {
    Result<std::unique_ptr<GpuDriver>> driver = open_nvml(std::move(with));
    if (!driver) throw std::runtime_error{std::string{driver.error().site}};
    return *std::move(driver);
}

const GpuChallenge kChallenge = {{0xC4, 1, 2, 3}};

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

struct BadAnswerRow {
    const char* name;
    void (*set)(NvmlStub&);
    Errc expected;
};
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

/// From the library to the gate, as the daemon does it.
class NvmlToGate : public testing::Test {
  protected:
    Stub stub;
    made::TestClock clock;
    GpuGate gate{made::gpu_rules(), Hash32{{1}}, clock};
    std::unique_ptr<GpuDriver> driver = opened();
    GpuAttester attester{*driver, gate,
                         [](const GpuFacts&) { return Result{made::gpu_endorsements()}; }};
    Hash32 statement{{7}};
};

TEST_F(NvmlToGate, two_good_devices_are_admitted) {
    stub->devices = 2;
    const Result<GpuRound> round = attester.appraise(statement);
    ASSERT_TRUE(round);
    EXPECT_EQ(name_of(round->judgement.reason), "open");
    EXPECT_TRUE(gate.admit(made::gpu_uuid(0)) && gate.admit(made::gpu_uuid(1)));
    EXPECT_FALSE(gate.admit(made::gpu_uuid(2)));
    ASSERT_TRUE(round->evidence);
    EXPECT_EQ(round->evidence->statement, statement);
}
TEST_F(NvmlToGate, one_device_shown_as_two_is_refused) {
    stub->devices = 2;
    stub->report = [](unsigned, const unsigned char* challenge, unsigned char* out) {
        return genuine_report(0, challenge, out);
    };
    stub->chain = [](unsigned, unsigned char* out) { return made_chain(0, out); };
    const Result<GpuRound> round = attester.appraise(statement);
    ASSERT_TRUE(round);
    EXPECT_EQ(name_of(round->judgement.reason), "evidence_refused");
    EXPECT_EQ(gate.status().failed_check, "nvidia.set.distinct");
}
TEST_F(NvmlToGate, the_ready_state_is_set_after_an_appraisal_and_the_device_is_appraised_again) {
    stub->ready = 0;
    const Result<GpuRound> round = attester.appraise(statement);
    ASSERT_TRUE(round);
    EXPECT_TRUE(round->judgement.open());
    EXPECT_EQ(stub->made[NvmlStub::kReport], 2U);
    EXPECT_EQ(stub->ready, 1U);
}
TEST_F(NvmlToGate, the_ready_state_of_a_refused_device_is_left_off) {
    stub->ready = 0;
    stub->developer_tools = stub->settings_developer_tools = 1;
    EXPECT_EQ(name_of(attester.appraise(statement)->judgement.reason), "developer_tools");
    EXPECT_EQ(stub->ready, 0U);
    EXPECT_EQ(stub->made[NvmlStub::kSetReadyState], 0U);
}
TEST_F(NvmlToGate, a_driver_that_fails_closes_and_a_new_appraisal_opens_again) {
    ASSERT_TRUE(attester.appraise(statement)->judgement.open());
    const auto token = gate.admit(made::gpu_uuid(0));
    stub->faults[NvmlStub::kUuid] = {15, 1, 0};
    attester.poll();
    EXPECT_EQ(name_of(gate.status().reason), "device_lost");
    attester.poll();  // it answers again, and that is not enough
    EXPECT_FALSE(gate.admit(made::gpu_uuid(0)));
    EXPECT_FALSE(token->current());
    ASSERT_TRUE(attester.appraise(statement)->judgement.open());
    EXPECT_TRUE(gate.admit(made::gpu_uuid(0)));
    EXPECT_FALSE(token->current());
}
TEST_F(NvmlToGate, a_change_between_the_report_and_the_facts_after_it_is_refused) {
    // The second reading of the compute mode of this round.
    stub->faults[NvmlStub::kState] = {3, 1, 1};
    stub->faults[NvmlStub::kSettings] = {3, 1, 1};
    EXPECT_EQ(name_of(attester.appraise(statement)->judgement.reason), "devices_changed");
}

TEST_F(NvmlToGate, evidence_for_a_client_does_not_touch_the_gate) {
    ASSERT_TRUE(attester.appraise(statement)->judgement.open());
    const std::unique_ptr<GpuEvidenceProvider> provider = make_gpu_evidence_provider(*driver);
    const Hash32 challenge{{0xCA}};
    const Result<std::string> text = provider->collect(statement, challenge);
    ASSERT_TRUE(text);
    const Result<GpuEvidence> read = read_gpu_evidence(*text);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->statement, statement);
    EXPECT_EQ(read->freshness.bytes, challenge.bytes);
    ASSERT_EQ(read->devices.size(), 1U);
    const auto report = attest::parse_nvidia_report(read->devices[0].report);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->request_nonce.bytes,
              gpu_challenge(statement, read->freshness, made::gpu_uuid(0)).bytes);
    EXPECT_TRUE(gate.admit(made::gpu_uuid(0)));
    stub->faults[NvmlStub::kReport] = {15, 99, 0};
    EXPECT_EQ(provider->collect(statement, challenge).error().code, Errc::kDeviceLost);
}

/// Genuine evidence recorded on hardware lies beside the repository (docs/attestation.md).
TEST(NvmlRecorded, genuine_evidence_goes_through_and_the_gate_refuses_it_as_replayed) {
    const char* const shared = std::getenv("PRAMANA_SHARED");
    const std::filesystem::path folder =
        std::filesystem::path{shared == nullptr ? "../shared" : shared} /
        "vectors/attestation/nvidia";
    static Bytes report;
    static Bytes chain;
    const auto read = [&](const char* name) {
        return read_file(folder / name, attest::kNvidiaReportBytesMax).value_or(Bytes{});
    };
    report = read("hopper-550.90.07.report.bin");
    chain = read("hopper-550.90.07.chain.pem");
    if (report.empty() || chain.empty())
        GTEST_SKIP() << "no recorded evidence at " << folder << ": nothing was checked";
    const Stub stub;
    stub->report = [](unsigned, const unsigned char*, unsigned char* out) {
        return put(report, out);
    };
    stub->chain = [](unsigned, unsigned char* out) { return put(chain, out); };
    const auto driver = opened();
    EXPECT_EQ(driver->report(made::gpu_uuid(0), kChallenge).error().code, Errc::kEvidenceMalformed);
    GpuChallenge recorded;
    std::copy_n(report.begin() + 4, 32, recorded.bytes.begin());
    const Result<GpuReport> evidence = driver->report(made::gpu_uuid(0), recorded);
    ASSERT_TRUE(evidence);
    EXPECT_EQ(evidence->report, report);
    attest::NvidiaPolicy policy;
    policy.rims_required = policy.revocation_required = false;
    policy.modes.insert(attest::NvidiaMode::kUnstated);
    const attest::Appraisal appraisal =
        attest::appraise_nvidia({.report = evidence->report,
                                 .chain = evidence->chain,
                                 .nonce = recorded.view(),
                                 .driver_rim = std::nullopt,
                                 .vbios_rim = std::nullopt,
                                 .revocations = {}},
                                attest::vendor_roots(), policy, made::kNow);
    EXPECT_TRUE(appraisal.accepted()) << attest::to_text(appraisal);
}

}  // namespace
