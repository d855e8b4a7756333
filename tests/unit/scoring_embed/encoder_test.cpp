#include "pramana/scoring/encoder.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"
#include "tiny_model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace pramana::scoring {
namespace {

using testing::tiny_model;

/// Texts of these many pieces, with ids that differ between them.
struct Texts {
    explicit Texts(const std::vector<std::uint32_t>& lengths) {
        testing::Sequence chance{5};
        for (const std::uint32_t length : lengths) {
            for (std::uint32_t i = 0; i < length; ++i)
                ids.push_back(static_cast<std::uint16_t>(chance.below(130)));
            offsets.push_back(static_cast<std::uint32_t>(ids.size()));
        }
    }
    [[nodiscard]] TokenBatch batch() const { return {ids, offsets}; }
    [[nodiscard]] TokenBatch one(std::size_t i) const {
        return {ids, std::span{offsets}.subspan(i, 2)};
    }
    std::vector<std::uint16_t> ids;
    std::vector<std::uint32_t> offsets{0};
};

const std::vector<std::uint32_t> kMixedLengths{0,  1,  62, 2,  13, 14, 15, 30,
                                               31, 47, 62, 61, 0,  5,  60, 33};

std::vector<std::int8_t> embed(const Encoder& encoder, const TokenBatch& batch) {
    std::vector<std::int8_t> codes(batch.texts() * kEmbeddingDim);
    encoder.embed(batch, codes);
    return codes;
}

class EncoderBackend : public ::testing::TestWithParam<Backend> {
  protected:
    void SetUp() override {
        if (!backend_available(GetParam()))
            GTEST_SKIP() << "this CPU has no " << name_of(GetParam());
    }
};

TEST_P(EncoderBackend, gives_the_same_codes_alone_and_in_a_mixed_batch) {
    const Encoder encoder{tiny_model(), GetParam()};
    const Texts texts{kMixedLengths};
    const std::vector<std::int8_t> together = embed(encoder, texts.batch());
    for (std::size_t i = 0; i < kMixedLengths.size(); ++i) {
        const std::vector<std::int8_t> alone = embed(encoder, texts.one(i));
        EXPECT_TRUE(std::equal(alone.begin(), alone.end(),
                               together.begin() + static_cast<std::ptrdiff_t>(i * kEmbeddingDim)))
            << i;
    }
}

TEST_P(EncoderBackend, gives_the_same_codes_over_several_tiles_and_groups) {
    // 1,500 tokens: more than go through a layer together, borders inside and between texts.
    const Encoder encoder{tiny_model(), GetParam()};
    std::vector<std::uint32_t> lengths;
    for (std::uint32_t i = 0; i < 45; ++i) lengths.push_back(i * 37 % 63);
    const Texts texts{lengths};
    const std::vector<std::int8_t> together = embed(encoder, texts.batch());
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        const std::vector<std::int8_t> alone = embed(encoder, texts.one(i));
        EXPECT_TRUE(std::equal(alone.begin(), alone.end(),
                               together.begin() + static_cast<std::ptrdiff_t>(i * kEmbeddingDim)))
            << i;
    }
}

TEST_P(EncoderBackend, gives_the_pinned_codes_of_the_small_model) {
    // Frozen when the law was: a change of this digest is a change of the law.
    const Encoder encoder{tiny_model(), GetParam()};
    const std::vector<std::int8_t> codes = embed(encoder, Texts{kMixedLengths}.batch());
    const ByteView bytes{reinterpret_cast<const std::uint8_t*>(codes.data()), codes.size()};
    EXPECT_EQ(to_hex(sha256(bytes).view()),
              "faf22675cb155ebe419aee17be6fa3ccc4d53511c1bb3cdf37c394cc85a5ef46");
}

TEST_P(EncoderBackend, may_be_used_by_many_threads) {
    const Encoder encoder{tiny_model(), GetParam()};
    const Texts texts{{20, 3, 62}};
    const std::vector<std::int8_t> wanted = embed(encoder, texts.batch());
    std::vector<std::vector<std::int8_t>> found(4);
    std::vector<std::thread> threads;
    for (auto& codes : found) threads.emplace_back([&] { codes = embed(encoder, texts.batch()); });
    for (std::thread& thread : threads) thread.join();
    for (const auto& codes : found) EXPECT_EQ(codes, wanted);
}

TEST_P(EncoderBackend, takes_a_batch_of_no_texts) {
    const Encoder encoder{tiny_model(), GetParam()};
    EXPECT_TRUE(embed(encoder, {}).empty());
    EXPECT_EQ(encoder.backend(), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Backends, EncoderBackend, ::testing::ValuesIn(backends()),
                         [](const auto& row) { return std::string{name_of(row.param)}; });

TEST(EncoderChoice, best_is_a_backend_that_is_there) {
    const Encoder encoder{tiny_model()};
    EXPECT_NE(encoder.backend(), Backend::kBest);
    EXPECT_TRUE(backend_available(encoder.backend()));
}

TEST(EncoderChoice, best_is_the_first_of_the_list_that_this_machine_can_run) {
    const auto first = std::find_if(backends().begin(), backends().end(), backend_available);
    ASSERT_NE(first, backends().end());
    EXPECT_EQ(Encoder{tiny_model()}.backend(), *first);
}
TEST(EncoderChoice, the_reference_is_last_and_always_there) {
    EXPECT_EQ(backends().back(), Backend::kReference);
    EXPECT_TRUE(backend_available(Backend::kReference));
    EXPECT_TRUE(backend_available(Backend::kBest));
}
TEST(EncoderChoice, a_name_and_its_backend_belong_together) {
    for (const Backend backend : {Backend::kReference, Backend::kAvx2, Backend::kAvx512Vnni,
                                  Backend::kAmx, Backend::kNeon, Backend::kBest})
        EXPECT_EQ(backend_named(name_of(backend)), backend);
    EXPECT_EQ(backend_named("AMX"), std::nullopt);
    EXPECT_EQ(backend_named(""), std::nullopt);
}

struct BadBatch {
    const char* name;
    std::vector<std::uint16_t> ids;
    std::vector<std::uint32_t> offsets;
    std::size_t codes;
};
const BadBatch kBadBatches[] = {
    {"id_beyond_vocabulary", {60000}, {0, 1}, kEmbeddingDim},
    {"offsets_descend", {1, 2}, {2, 0}, kEmbeddingDim},
    {"offset_beyond_ids", {1, 2}, {0, 3}, kEmbeddingDim},
    {"text_longer_than_positions", std::vector<std::uint16_t>(63, 1), {0, 63}, kEmbeddingDim},
    {"codes_too_small", {1}, {0, 1}, kEmbeddingDim - 1},
};
class EncoderDeathTest : public ::testing::TestWithParam<BadBatch> {};
TEST_P(EncoderDeathTest, aborts_on_a_bug_of_the_caller) {
    const Encoder encoder{tiny_model()};
    std::vector<std::int8_t> codes(GetParam().codes);
    EXPECT_DEATH(encoder.embed({GetParam().ids, GetParam().offsets}, codes), "invariant broken");
}
INSTANTIATE_TEST_SUITE_P(Batches, EncoderDeathTest, ::testing::ValuesIn(kBadBatches),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::scoring
