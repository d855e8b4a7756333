// From NVIDIA's library to the gate and to clients, as the daemon does it.

#include "made_nvml.hpp"

#include "pramana/attest/nvidia_report.hpp"
#include "pramana/evidence/checked_gpus.hpp"
#include "pramana/evidence/gpu_attester.hpp"
#include "pramana/os/file.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace {

using namespace pramana;
using namespace pramana::evidence;
using made::genuine_report;
using made::made_chain;
using made::opened;
using made::put;
using made::Stub;

const GpuChallenge kChallenge = {{0xC4, 1, 2, 3}};

class NvmlToGate : public testing::Test {
  protected:
    Stub stub;
    made::TestClock clock;
    GpuGate gate{made::gpu_rules(), Hash32{{1}}, clock};
    std::unique_ptr<GpuDriver> driver = opened();
    GpuAttester attester{*driver, gate, [](const GpuFacts&, const GpuEvidence&) {
                             return Result{made::gpu_endorsements()};
                         }};
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

/// What a provider hands on, and what it has for whoever lies.
class CheckedGpusTest : public testing::Test {
  protected:
    [[nodiscard]] CheckedGpus checked(attest::PinnedRoots roots = made::gpu_rules().roots) {
        return CheckedGpus{make_gpu_evidence_provider(*driver),
                           {.roots = std::move(roots), .now = [] { return made::kNow; }}};
    }
    Stub stub;
    std::unique_ptr<GpuDriver> driver = opened();
    Hash32 statement{{7}};
    Hash32 freshness{{8}};
};

TEST_F(CheckedGpusTest, hand_on_what_hardware_signed) {
    stub->devices = 2;
    CheckedGpus gpus = checked();
    const Result<std::string> text = gpus.collect(statement, freshness);
    ASSERT_TRUE(text) << text.error().site;
    EXPECT_EQ(read_gpu_evidence(*text)->devices.size(), 2U);
    EXPECT_EQ(gpus.counts().handed_on, 1U);
    EXPECT_NE(to_metrics(gpus.counts()).find("{outcome=\"handed_on\"} 1\n"), std::string::npos);
    EXPECT_EQ(to_metrics(gpus.counts()).find("pramana_gpu_evidence_refused"), std::string::npos);
}

struct RefusedRow {
    const char* name;
    void (*set)(NvmlStub&);
    bool vendor_roots;
    const char* failed_check;
};
class CheckedGpusRefused : public CheckedGpusTest,
                           public testing::WithParamInterface<RefusedRow> {};
TEST_P(CheckedGpusRefused, by_the_check_that_failed_and_handed_to_nobody) {
    GetParam().set(*stub);
    CheckedGpus gpus =
        checked(GetParam().vendor_roots ? attest::vendor_roots() : made::gpu_rules().roots);
    EXPECT_EQ(gpus.collect(statement, freshness).error().code, Errc::kEvidenceRefused);
    EXPECT_EQ(gpus.counts().failed_check, GetParam().failed_check);
    EXPECT_EQ(gpus.counts().refused, 1U);
    EXPECT_EQ(gpus.counts().handed_on, 0U);
    EXPECT_NE(to_metrics(gpus.counts())
                  .find(std::string{"pramana_gpu_evidence_refused{check=\""} +
                        GetParam().failed_check + "\"} 1\n"),
              std::string::npos);
}
const RefusedRow kRefused[] = {
    {"under_another_root", [](NvmlStub&) {}, true, "nvidia.chain.root"},
    {"one_device_as_two",
     [](NvmlStub& s) {
         s.devices = 2;
         s.report = [](unsigned, const unsigned char* challenge, unsigned char* out) {
             return genuine_report(0, challenge, out);
         };
         s.chain = [](unsigned, unsigned char* out) { return made_chain(0, out); };
     },
     false, "nvidia.set.distinct"},
    {"a_report_that_was_altered",
     [](NvmlStub& s) {
         s.report = [](unsigned device, const unsigned char* challenge, unsigned char* out) {
             const unsigned size = genuine_report(device, challenge, out);
             out[size - 1] ^= 1;
             return size;
         };
     },
     false, "nvidia.report.signature"},
    {"a_chain_of_another_device",
     [](NvmlStub& s) {
         s.chain = [](unsigned, unsigned char* out) {
             static const std::string chain = made::gpu_evidence_of(1, Bytes(32)).chain;
             return put(as_bytes_view(chain), out);
         };
     },
     false, "nvidia.report.signature"},
};
INSTANTIATE_TEST_SUITE_P(Rows, CheckedGpusRefused, testing::ValuesIn(kRefused),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST_F(CheckedGpusTest, a_driver_that_gives_none_is_counted_and_works_again) {
    CheckedGpus gpus = checked();
    stub->faults[NvmlStub::kReport] = {15, 1, 0};
    EXPECT_EQ(gpus.collect(statement, freshness).error().code, Errc::kDeviceLost);
    EXPECT_EQ(gpus.counts().failed, 1U);
    EXPECT_TRUE(gpus.collect(statement, freshness));
    EXPECT_EQ(gpus.counts().handed_on, 1U);
}

/// Answers what it answered the first time.
class Replaying final : public GpuEvidenceProvider {
  public:
    explicit Replaying(GpuDriver& driver) : inner_{make_gpu_evidence_provider(driver)} {}
    Result<std::string> collect(const Hash32& statement, const Hash32& freshness) override {
        if (!first_) first_ = inner_->collect(statement, freshness).value();
        return *first_;
    }

  private:
    std::unique_ptr<GpuEvidenceProvider> inner_;
    std::optional<std::string> first_;
};
TEST_F(CheckedGpusTest, evidence_of_another_time_or_statement_is_handed_to_nobody) {
    CheckedGpus gpus{std::make_unique<Replaying>(*driver),
                     {.roots = made::gpu_rules().roots, .now = [] { return made::kNow; }}};
    ASSERT_TRUE(gpus.collect(statement, freshness));
    EXPECT_EQ(gpus.collect(statement, Hash32{{9}}).error().code, Errc::kEvidenceMalformed);
    EXPECT_EQ(gpus.collect(Hash32{{9}}, freshness).error().code, Errc::kEvidenceMalformed);
    EXPECT_TRUE(gpus.collect(statement, freshness));
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
