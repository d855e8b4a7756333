#include "made_gpus.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <type_traits>

namespace {

using namespace pramana;
using namespace pramana::evidence;
using made::NvidiaOrder;

static_assert(!std::is_default_constructible_v<AppraisedDevice>);
static_assert(!std::is_trivially_copyable_v<AppraisedDevice>, "no token from bytes");
static_assert(!std::is_aggregate_v<AppraisedDevice>);

const Hash32 kStatement{{7}};
const Hash32 kBoot{{9}};

TEST(GpuChallenge, is_the_documented_hash) {
    const GpuFreshness freshness{{3}};
    Bytes text;
    append(text, std::string_view{"pramana:gpu:1"});
    append(text, kStatement.view());
    append(text, freshness.view());
    append(text, std::string_view{"GPU-a"});
    EXPECT_EQ(gpu_challenge(kStatement, freshness, "GPU-a").bytes, sha256(text).bytes);
    EXPECT_NE(gpu_challenge(kStatement, freshness, "GPU-b").bytes, sha256(text).bytes);
}

TEST(GpuEvidenceText, reads_back_and_has_one_form) {
    const GpuEvidence evidence{.statement = kStatement,
                               .freshness = {{3}},
                               .devices = {{"GPU-a", {1, 2}, "PEM\n"}, {"GPU-b", {}, "x"}}};
    const std::string text = to_json(evidence);
    EXPECT_EQ(*read_gpu_evidence(text), evidence);
    EXPECT_EQ(hash_of(evidence), sha256(text));
    for (std::size_t size = 0; size < text.size(); ++size)
        EXPECT_EQ(read_gpu_evidence(text.substr(0, size)).error().code, Errc::kEvidenceMalformed);
    const std::string twice = to_json({kStatement, {{3}}, {{"GPU-a", {}, ""}, {"GPU-a", {}, ""}}});
    for (const std::string& other : {' ' + text, text + ' ', "{}" + text, twice})
        EXPECT_EQ(read_gpu_evidence(other).error().code, Errc::kEvidenceMalformed) << other;
}

/// A gate with what one appraisal takes.
struct Machine {
    made::TestClock clock;
    GpuGate gate{made::gpu_rules(), kBoot, clock};
    GpuFacts facts = made::gpu_facts(2);

    [[nodiscard]] GpuCollection collect(const GpuFreshness& freshness,
                                        const NvidiaOrder& second = {}) const {
        GpuCollection out{
            .before = facts,
            .evidence = {.statement = kStatement, .freshness = freshness, .devices = {}},
            .after = facts};
        for (unsigned i = 0; i < 2; ++i) {
            const GpuChallenge challenge = gpu_challenge(kStatement, freshness, made::gpu_uuid(i));
            const made::MadeNvidia made =
                made::gpu_evidence_of(i, challenge.view(), i == 1 ? second : NvidiaOrder{});
            out.evidence.devices.push_back({made::gpu_uuid(i), made.report, made.chain});
        }
        return out;
    }
    GpuCollection fresh(const NvidiaOrder& second = {}) {
        return collect(gate.begin(kStatement), second);
    }
    GpuGateReason judge(const GpuCollection& collection) {
        return gate.judge(collection, made::gpu_endorsements()).reason;
    }
    void open() { ASSERT_EQ(name_of(judge(fresh())), "open"); }
    bool admits() { return gate.admit(made::gpu_uuid(0)).has_value(); }
};

TEST(GpuGate, is_closed_until_devices_are_appraised) {
    Machine machine;
    EXPECT_EQ(name_of(machine.gate.status().reason), "never_appraised");
    EXPECT_FALSE(machine.admits());
    machine.gate.observe(machine.facts);  // good facts open nothing
    EXPECT_FALSE(machine.admits());
    machine.open();
    const std::optional<AppraisedDevice> device = machine.gate.admit(made::gpu_uuid(1));
    ASSERT_TRUE(device);
    EXPECT_TRUE(device->current());
    EXPECT_EQ(device->uuid(), made::gpu_uuid(1));
    EXPECT_EQ(device->boot(), kBoot);
    EXPECT_EQ(device->generation(), machine.gate.status().generation);
    EXPECT_EQ(machine.gate.status().devices.size(), 2U);
    EXPECT_FALSE(machine.gate.admit("GPU-other"));
}

struct RefusalRow {
    const char* name;
    std::function<void(GpuCollection&)> change;
    const char* reason;
};
void both(GpuCollection& collection, const std::function<void(GpuFacts&)>& change) {
    change(collection.before);
    change(collection.after);
}
std::function<void(GpuCollection&)> in_both(const std::function<void(GpuFacts&)>& change) {
    return [change](GpuCollection& c) { both(c, change); };
}
class GpuGateRefusal : public testing::TestWithParam<RefusalRow> {};
TEST_P(GpuGateRefusal, keeps_closed_and_closes_what_was_open) {
    for (const bool open_before : {false, true}) {
        Machine machine;
        if (open_before) machine.open();
        GpuCollection collection = machine.fresh();
        GetParam().change(collection);
        EXPECT_EQ(name_of(machine.judge(collection)), GetParam().reason);
        EXPECT_EQ(name_of(machine.gate.status().reason), GetParam().reason);
        EXPECT_FALSE(machine.admits());
        EXPECT_EQ(machine.gate.status().closings, open_before ? 1U : 0U);
    }
}
// docs/gpu-gate.md "What opens it"; one row for each condition.
const RefusalRow kRefusals[] = {
    {"confidential_computing_off", in_both([](GpuFacts& f) { f.confidential = false; }),
     "not_confidential"},
    {"simulated", in_both([](GpuFacts& f) { f.production = false; }), "simulated"},
    {"developer_tools", in_both([](GpuFacts& f) { f.developer_tools = true; }), "developer_tools"},
    {"ready_state_off", in_both([](GpuFacts& f) { f.accepting_work = false; }), "not_accepting"},
    {"mps_server", in_both([](GpuFacts& f) { f.mps_server = true; }), "mps_server"},
    {"mps_process", in_both([](GpuFacts& f) { f.devices[1].mps_processes = 1; }), "mps_server"},
    {"mig", in_both([](GpuFacts& f) { f.devices[1].partitioned = true; }), "partitioned"},
    {"shared", in_both([](GpuFacts& f) { f.devices[1].compute_mode = ComputeMode::kShared; }),
     "not_exclusive"},
    {"unknown_mode",
     in_both([](GpuFacts& f) { f.devices[1].compute_mode = ComputeMode::kUnknown; }),
     "not_exclusive"},
    {"no_device",
     [](GpuCollection& c) {
         both(c, [](GpuFacts& f) { f.devices.clear(); });
         c.evidence.devices.clear();
     },
     "driver_failed"},
    {"changed_meanwhile", [](GpuCollection& c) { c.after.developer_tools = true; },
     "devices_changed"},
    {"device_without_evidence", [](GpuCollection& c) { c.evidence.devices.pop_back(); },
     "devices_changed"},
    {"evidence_without_device",
     [](GpuCollection& c) { both(c, [](GpuFacts& f) { f.devices.pop_back(); }); },
     "devices_changed"},
    {"evidence_in_another_order",
     [](GpuCollection& c) { std::swap(c.evidence.devices[0], c.evidence.devices[1]); },
     "devices_changed"},
    {"another_statement", [](GpuCollection& c) { c.evidence.statement = Hash32{{8}}; },
     "evidence_replayed"},
    {"freshness_of_an_attacker", [](GpuCollection& c) { c.evidence.freshness = {{1}}; },
     "evidence_replayed"},
    {"report_of_the_other_device",
     [](GpuCollection& c) { c.evidence.devices[1].report = c.evidence.devices[0].report; },
     "evidence_refused"},
    {"report_altered", [](GpuCollection& c) { c.evidence.devices[1].report.back() ^= 1U; },
     "evidence_refused"},
    {"chain_of_the_other_device",
     [](GpuCollection& c) { c.evidence.devices[1].chain = c.evidence.devices[0].chain; },
     "evidence_refused"},
};
INSTANTIATE_TEST_SUITE_P(Conditions, GpuGateRefusal, testing::ValuesIn(kRefusals),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(GpuGate, refuses_what_was_judged_before_and_what_an_older_challenge_asked) {
    Machine machine;
    const GpuCollection first = machine.fresh();
    EXPECT_EQ(name_of(machine.judge(first)), "open");
    EXPECT_EQ(name_of(machine.judge(first)), "evidence_replayed");
    EXPECT_FALSE(machine.admits());
    const GpuCollection older = machine.fresh();
    const GpuCollection newer = machine.fresh();
    EXPECT_EQ(name_of(machine.judge(older)), "evidence_replayed");
    EXPECT_EQ(name_of(machine.judge(newer)), "evidence_replayed");  // one challenge, one judgement
    machine.open();
}

TEST(GpuGate, refuses_devices_whose_measurements_or_roots_are_others) {
    Machine machine;
    NvidiaOrder measured;
    measured.values[made::driver_rim().active.begin()->first] = 0xEE;  // another driver ran
    EXPECT_EQ(name_of(machine.judge(machine.fresh(measured))), "evidence_refused");
    EXPECT_EQ(machine.gate.status().failed_check, "nvidia.driver_rim.measurements");
    GpuEndorsements none = made::gpu_endorsements();
    none.vbios_rims.clear();
    EXPECT_EQ(name_of(machine.gate.judge(machine.fresh(), none).reason), "evidence_refused");
    GpuGate production{{.roots = attest::vendor_roots(), .policy = {}}, kBoot, machine.clock};
    const GpuCollection made_ones = machine.collect(production.begin(kStatement));
    EXPECT_EQ(name_of(production.judge(made_ones, made::gpu_endorsements()).reason),
              "evidence_refused");
    EXPECT_EQ(production.status().failed_check, "nvidia.chain.root");
}

TEST(GpuGate, demands_the_challenge_whatever_the_policy_says) {
    Machine machine;
    GpuGateRules rules = made::gpu_rules();
    rules.policy.nonce_required = false;
    GpuGate lax{rules, kBoot, machine.clock};
    GpuCollection collection = machine.fresh();             // over the challenge of another gate
    collection.evidence.freshness = lax.begin(kStatement);  // and said to be over this one's
    EXPECT_EQ(name_of(lax.judge(collection, made::gpu_endorsements()).reason), "evidence_refused");
    EXPECT_EQ(lax.status().failed_check, "nvidia.report.nonce");
}

struct ClosingRow {
    const char* name;
    std::function<void(Machine&)> happens;
    const char* reason;
};
std::function<void(Machine&)> observed(const std::function<void(GpuFacts&)>& change) {
    return [change](Machine& machine) {
        GpuFacts now = machine.facts;
        change(now);
        machine.gate.observe(now);
    };
}
class GpuGateClosing : public testing::TestWithParam<ClosingRow> {};
TEST_P(GpuGateClosing, ends_tokens_until_the_next_appraisal) {
    Machine machine;
    machine.open();
    const std::optional<AppraisedDevice> token = machine.gate.admit(made::gpu_uuid(0));
    ASSERT_TRUE(token && token->current());
    machine.gate.observe(machine.facts);
    ASSERT_TRUE(token->current()) << "nothing has changed";
    GetParam().happens(machine);
    EXPECT_FALSE(machine.admits());
    EXPECT_FALSE(token->current());
    EXPECT_EQ(name_of(machine.gate.status().reason), GetParam().reason);
    machine.gate.observe(machine.facts);  // all is well again, says the driver
    EXPECT_FALSE(machine.admits());
    machine.open();
    EXPECT_TRUE(machine.admits());
    EXPECT_FALSE(token->current()) << "a token of before stays ended";
}
// docs/gpu-gate.md "What closes it".
const ClosingRow kClosings[] = {
    {"driver_reloaded", observed([](GpuFacts& f) { f.accepting_work = false; }), "not_accepting"},
    {"another_driver", observed([](GpuFacts& f) { f.driver_version = "580.1"; }),
     "devices_changed"},
    {"a_device_more",
     observed([](GpuFacts& f) { f.devices.push_back(made::gpu_facts(3).devices[2]); }),
     "devices_changed"},
    {"a_device_fewer", observed([](GpuFacts& f) { f.devices.pop_back(); }), "devices_changed"},
    {"developer_tools", observed([](GpuFacts& f) { f.developer_tools = true; }), "developer_tools"},
    {"confidential_off", observed([](GpuFacts& f) { f.confidential = false; }), "not_confidential"},
    {"mps", observed([](GpuFacts& f) { f.mps_server = true; }), "mps_server"},
    {"shared", observed([](GpuFacts& f) { f.devices[0].compute_mode = ComputeMode::kShared; }),
     "not_exclusive"},
    {"lost_says_the_driver", [](Machine& m) { m.gate.observe(Error{Errc::kDeviceLost, "test"}); },
     "device_lost"},
    {"driver_gone", [](Machine& m) { m.gate.observe(Error{Errc::kNoGpu, "test"}); },
     "driver_failed"},
    {"lost_says_the_engine", [](Machine& m) { m.gate.lost(*m.gate.admit(made::gpu_uuid(1))); },
     "device_lost"},
    {"a_day_passed", [](Machine& m) { m.clock.advance(86'400); }, "expired"},
};
INSTANTIATE_TEST_SUITE_P(Events, GpuGateClosing, testing::ValuesIn(kClosings),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(GpuGate, ends_with_the_endorsements_that_it_relied_on) {
    made::TestClock clock;
    GpuGateRules rules = made::gpu_rules();
    rules.age_max = std::chrono::hours{24 * 365};
    Machine machine;
    GpuGate gate{rules, kBoot, clock};
    const GpuCollection collection = machine.collect(gate.begin(kStatement));
    ASSERT_TRUE(gate.judge(collection, made::gpu_endorsements()).open());
    const GpuGateStatus status = gate.status();
    ASSERT_TRUE(status.valid_until);
    EXPECT_EQ(*status.valid_until, made::kNow + 86'400);  // of the made lists
    clock.advance(86'400);
    EXPECT_TRUE(gate.admit(made::gpu_uuid(0)));
    clock.advance(1);
    EXPECT_FALSE(gate.admit(made::gpu_uuid(0)));
    EXPECT_EQ(name_of(gate.status().reason), "expired");
}

TEST(GpuGate, a_loss_of_an_earlier_opening_does_not_close_this_one) {
    Machine machine;
    machine.open();
    const std::optional<AppraisedDevice> old = machine.gate.admit(made::gpu_uuid(0));
    machine.open();
    machine.gate.lost(*old);
    EXPECT_TRUE(machine.admits());
    Machine other;
    other.open();
    other.open();
    machine.gate.lost(*other.gate.admit(made::gpu_uuid(0)));  // a token of another gate
    EXPECT_TRUE(machine.admits());
}

TEST(GpuGateMetrics, have_stable_names) {
    Machine machine;
    EXPECT_EQ(to_metrics(machine.gate.status()),
              "# TYPE pramana_gpu_gate_open gauge\npramana_gpu_gate_open 0\n"
              "# TYPE pramana_gpu_gate_state gauge\n"
              "pramana_gpu_gate_state{reason=\"never_appraised\"} 1\n"
              "# TYPE pramana_gpu_devices gauge\npramana_gpu_devices 0\n"
              "# TYPE pramana_gpu_appraisals_total counter\n"
              "pramana_gpu_appraisals_total{outcome=\"accepted\"} 0\n"
              "pramana_gpu_appraisals_total{outcome=\"refused\"} 0\n"
              "# TYPE pramana_gpu_gate_closings_total counter\n"
              "pramana_gpu_gate_closings_total 0\n");
    machine.open();
    const std::string open = to_metrics(machine.gate.status());
    EXPECT_NE(open.find("pramana_gpu_gate_open 1\n"), std::string::npos);
    EXPECT_NE(open.find("pramana_gpu_appraisal_valid_until_seconds 1790086400\n"),
              std::string::npos);
}

TEST(BootIdentity, is_the_same_as_long_as_the_kernel_runs) {
    const Result<Hash32> boot = boot_identity();
    ASSERT_TRUE(boot);
    EXPECT_EQ(*boot, *boot_identity());
    EXPECT_FALSE(boot->is_zero());
}

}  // namespace
