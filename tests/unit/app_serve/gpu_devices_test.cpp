#include "serve/gpu_devices.hpp"

#include "pramana/scoring/ruleset.hpp"
#include "serve/scoring_adapter.hpp"
#include "unit/evidence/device_world.hpp"

/// Devices in the daemon: who is chosen, when one is opened, and that no score depends on it.
/// Source: docs/gpu-runtime.md.
namespace pramana::app {
namespace {

using namespace pramana::device_world;

/// A driver that lists the first `count` made devices, or answers nothing.
class ListingDriver final : public evidence::GpuDriver {
  public:
    explicit ListingDriver(std::optional<unsigned> count) : count_{count} {}
    Result<evidence::GpuFacts> facts() override {
        if (!count_) return Error{Errc::kIo, "test.driver"};
        return made::gpu_facts(*count_);
    }
    Result<evidence::GpuReport> report(std::string_view, const evidence::GpuChallenge&) override {
        return Error{Errc::kIo, "test.driver"};
    }
    Status accept_work(bool) override { return Done{}; }

  private:
    std::optional<unsigned> count_;
};

using Use = config::Gpu::Use;
using Names = std::vector<std::string>;
const std::string kStranger = "GPU-00000000-0000-0000-0000-00000000ffff";

struct ChoiceRow {
    const char* name;
    Use use;
    Names named;
    std::optional<unsigned> listed;  ///< nothing: the driver does not answer
    bool driver;
    bool code;
    Names chosen;
    Names missing;
    std::string_view why_none;
};
class Choice : public ::testing::TestWithParam<ChoiceRow> {};

TEST_P(Choice, follows_configuration_program_and_driver) {
    const ChoiceRow& row = GetParam();
    ListingDriver driver{row.listed};
    const GpuChoice choice = choose_gpus({.use = row.use, .devices = row.named},
                                         row.driver ? &driver : nullptr, row.code);
    EXPECT_EQ(choice.uuids, row.chosen);
    EXPECT_EQ(choice.missing, row.missing);
    EXPECT_EQ(choice.why_none, row.why_none);
}
INSTANTIATE_TEST_SUITE_P(
    Rows, Choice,
    ::testing::Values(
        ChoiceRow{
            "all", Use::kAuto, {}, 2, true, true, {made::gpu_uuid(0), made::gpu_uuid(1)}, {}, ""},
        ChoiceRow{"none", Use::kNone, {}, 2, true, true, {}, {}, "not_wanted"},
        ChoiceRow{"no_code", Use::kAuto, {}, 2, true, false, {}, {}, "no_gpu_code"},
        ChoiceRow{"no_driver", Use::kAuto, {}, 2, false, true, {}, {}, "no_gpu_with_evidence"},
        ChoiceRow{"named_without_driver",
                  Use::kNamed,
                  {kStranger},
                  2,
                  false,
                  true,
                  {},
                  {kStranger},
                  "no_gpu_with_evidence"},
        ChoiceRow{"driver_fails", Use::kAuto, {}, {}, true, true, {}, {}, "driver_failed"},
        ChoiceRow{"no_device", Use::kAuto, {}, 0, true, true, {}, {}, "none_listed"},
        ChoiceRow{"one_named",
                  Use::kNamed,
                  {made::gpu_uuid(1)},
                  2,
                  true,
                  true,
                  {made::gpu_uuid(1)},
                  {},
                  ""},
        ChoiceRow{"one_of_two_there",
                  Use::kNamed,
                  {kStranger, made::gpu_uuid(0)},
                  1,
                  true,
                  true,
                  {made::gpu_uuid(0)},
                  {kStranger},
                  ""},
        ChoiceRow{"only_a_stranger",
                  Use::kNamed,
                  {kStranger},
                  1,
                  true,
                  true,
                  {},
                  {kStranger},
                  "none_listed"}),
    [](const auto& row) { return std::string{row.param.name}; });

/// An adapter over the small model, with a device and without one.
struct Served {
    Served() {
        RulesetValues values;
        values.name = "tiny-1";
        values.model_sha256 = scoring::testing::tiny_model()->digest();
        ruleset = *Ruleset::make(values);
        const config::Gpu settings{.batch_tokens_max = 16'384};
        devices = std::make_unique<GpuDevices>(
            std::vector{made::gpu_uuid(0)},
            [this](const auto&, const std::string&) {
                return std::make_unique<ScriptedPort>(script);
            },
            scoring::testing::tiny_model(), settings);
        with.emplace(scoring::testing::tiny_model(), std::vector{*ruleset}, ParallelFor{},
                     std::nullopt, std::vector<std::shared_ptr<const ReferenceCorpus>>{},
                     EngineDevices{world.gate, devices->encoders()});
        without.emplace(scoring::testing::tiny_model(), std::vector{*ruleset}, ParallelFor{});
    }
    /// The entry and the score of a text, with the device and without: the same.
    void expect_no_difference(const char* state) {
        const std::string text = text_of_known_words();
        const pipeline::CorpusName corpus{.id = Hash32{{1}}, .epoch = 0};
        std::vector<std::pair<pipeline::ScoreFacts, SecretBytes>> found;
        for (ScoringAdapter* adapter : {&*with, &*without}) {
            auto prepared = adapter->prepare(
                ruleset->digest(), SecretBytes::copy_of(as_bytes_view(text)), std::nullopt);
            ASSERT_TRUE(prepared) << state;
            auto score = adapter->score(corpus, ruleset->digest(), **prepared, Address{});
            ASSERT_TRUE(score) << state;
            found.emplace_back(*std::move(score),
                               (*prepared)->corpus_entry(corpus, Address{}, false));
        }
        EXPECT_EQ(found[0].first.pay_1024, found[1].first.pay_1024) << state;
        EXPECT_EQ(found[0].first.trace, found[1].first.trace) << state;
        EXPECT_TRUE(std::ranges::equal(found[0].second.expose(), found[1].second.expose()))
            << state;
    }
    static std::string text_of_known_words() {
        const std::vector<std::string>& words = scoring::testing::tiny_words();
        scoring::testing::Sequence sequence{3};
        std::string text;
        for (unsigned paragraph = 0; paragraph < 12; ++paragraph) {
            for (const std::size_t end = text.size() + 100; text.size() < end;) {
                const std::string& word =
                    words[sequence.below(static_cast<std::uint32_t>(words.size()))];
                if (word.size() > 2 && word.front() >= 'a' && word.front() <= 'z')
                    text += word + ' ';
            }
            text += "\n\n";
        }
        return text;
    }
    /// Rounds until the metrics say so.
    void expect_after_rounds(const std::string& sample) {
        for (int i = 0; i < 2000 && devices->metrics().find(sample) == std::string::npos; ++i) {
            devices->round(world.gate);
            std::this_thread::sleep_for(milliseconds{1});
        }
        EXPECT_NE(devices->metrics().find(sample), std::string::npos) << devices->metrics();
    }
    static std::string state_is(std::string_view state) {
        return "{device=\"" + made::gpu_uuid(0) + "\",state=\"" + std::string{state} + "\"} 1\n";
    }

    GateWorld world;
    std::shared_ptr<Script> script = std::make_shared<Script>();
    std::optional<Ruleset> ruleset;
    std::unique_ptr<GpuDevices> devices;
    std::optional<ScoringAdapter> with, without;
};

TEST(GpuDevices, gives_the_same_score_closed_open_lost_and_open_again) {
    Served served;
    served.devices->round(served.world.gate);
    served.expect_no_difference("closed");
    EXPECT_EQ(served.script->calls[0], 0U) << "a device was touched before it was appraised";
    EXPECT_EQ(served.with->device_counts().on_device, 0U);

    served.world.open();
    served.expect_after_rounds(Served::state_is("ready"));
    served.expect_no_difference("open");
    EXPECT_GT(served.with->device_counts().on_device, 0U);
    EXPECT_EQ(served.script->calls[0], 1U);

    served.script->fail_where([](Call call, unsigned) -> std::optional<Errc> {
        return call == Call::kFinish ? std::optional{Errc::kDeviceLost} : std::nullopt;
    });
    const std::uint64_t on_cpu = served.with->device_counts().on_cpu;
    served.expect_no_difference("lost");
    EXPECT_GT(served.with->device_counts().on_cpu, on_cpu);
    EXPECT_EQ(served.world.gate.status().reason, evidence::GpuGateReason::kDeviceLost);
    served.script->fail_where({});
    served.expect_after_rounds("pramana_gpu_losses_total{device=\"" + made::gpu_uuid(0) +
                               "\"} 1\n");

    served.world.open();
    served.expect_after_rounds(Served::state_is("ready"));
    const std::uint64_t on_device = served.with->device_counts().on_device;
    served.expect_no_difference("open again");
    EXPECT_GT(served.with->device_counts().on_device, on_device);
    EXPECT_NE(to_metrics(served.with->device_counts()).find("{path=\"device\"} "),
              std::string::npos);
}

TEST(GpuDevices, tries_a_device_that_does_not_open_again_and_goes_on_without_it) {
    Served served;
    served.script->fail_where([](Call call, unsigned count) -> std::optional<Errc> {
        return call == Call::kOpen && count < 3 ? std::optional{Errc::kNoGpu} : std::nullopt;
    });
    served.world.open();
    served.expect_after_rounds(Served::state_is("down"));
    served.expect_no_difference("down");
    EXPECT_EQ(served.with->device_counts().on_device, 0U);
    served.expect_after_rounds(Served::state_is("ready"));
    EXPECT_EQ(served.script->calls[0], 3U);
}

}  // namespace
}  // namespace pramana::app
