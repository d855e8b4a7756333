#include "device_world.hpp"

#include "pramana/scoring/document.hpp"
#include "pramana/scoring/engine.hpp"
#include "pramana/scoring/ruleset.hpp"

/// What is made of a document does not depend on where its codes were computed.
namespace {

using namespace pramana;
using namespace pramana::device_world;

/// A document of words that the small model knows, in paragraphs that its 64 positions hold.
Document document_of_known_words(std::uint32_t paragraphs) {
    const std::vector<std::string>& words = scoring::testing::tiny_words();
    scoring::testing::Sequence sequence{5};
    Document document;
    for (std::uint32_t i = 0; i < paragraphs; ++i) {
        std::string text;
        while (text.size() < 100)
            if (const std::string& word =
                    words[sequence.below(static_cast<std::uint32_t>(words.size()))];
                word.size() > 2 && word.front() >= 'a' && word.front() <= 'z')
                text += word + ' ';
        document.records.push_back({SecretText{"test"}, Role::kProse, 0, SecretText{text}});
    }
    return document;
}

TEST(Engine, makes_of_a_document_the_same_with_a_device_without_and_when_it_is_lost) {
    RulesetValues values;
    values.name = "tiny-1";
    values.model_sha256 = scoring::testing::tiny_model()->digest();
    const Ruleset ruleset = *Ruleset::make(values);
    const Document document = document_of_known_words(40);
    const Engine alone{scoring::testing::tiny_model()};
    const auto wanted = alone.prepare(document, ruleset);
    ASSERT_TRUE(wanted);

    cuda::RuntimeLimits limits = kLimits;
    limits.words = static_cast<std::uint32_t>(104 + scoring::testing::tiny_words().size());
    World world{std::make_shared<Script>(), {.limits = limits, .rebuild_pause = milliseconds{1}}};
    const Engine engine{scoring::testing::tiny_model(),
                        {},
                        Backend::kBest,
                        EngineDevices{world.gate, {&world.runtime}}};
    for (const char* state : {"closed", "open", "lost", "closed again"}) {
        if (std::string_view{state} == "open") world.open();
        if (std::string_view{state} == "lost")
            world.script->fail_where([](Call call, unsigned) -> std::optional<Errc> {
                return call == Call::kFinish ? std::optional{Errc::kDeviceLost} : std::nullopt;
            });
        const auto found = engine.prepare(document, ruleset);
        ASSERT_TRUE(found) << state;
        EXPECT_EQ(found->steps(), wanted->steps()) << state;
        EXPECT_EQ(found->corpus_entry(), wanted->corpus_entry()) << state;
    }
    EXPECT_GT(engine.device_counts().on_device, 0U) << "nothing was embedded on the device";
    EXPECT_EQ(engine.device_counts().lost, 1U);
    EXPECT_EQ(alone.device_counts().on_cpu, 0U);
}

}  // namespace
