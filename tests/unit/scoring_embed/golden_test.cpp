#include "pramana/core/endian.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/scoring/encoder.hpp"
#include "pramana/scoring/tokenizer.hpp"
#include "tiny_model.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <fstream>
#include <iterator>

namespace pramana::scoring {
namespace {

// golden/: real sentences and their embeddings by the published f32 model (tools/model
// --reference).
constexpr const char* kFolder = "tests/unit/scoring_embed/golden/";

std::vector<std::string> sentences() {
    std::ifstream file{std::string{kFolder} + "sentences.txt"};
    std::vector<std::string> out;
    for (std::string line; std::getline(file, line);) out.push_back(line);
    return out;
}

std::vector<float> vectors() {
    std::ifstream file{std::string{kFolder} + "vectors.f32", std::ios::binary};
    const Bytes raw{std::istreambuf_iterator<char>{file}, {}};
    std::vector<float> out;
    for (std::size_t at = 0; at + 4 <= raw.size(); at += 4)
        out.push_back(std::bit_cast<float>(load_le<std::uint32_t>(raw.data() + at)));
    return out;
}

std::vector<std::int8_t> codes_of(const std::vector<std::string>& texts, Backend backend) {
    const Tokenizer tokenizer{testing::real_model()};
    SecretVector<std::uint16_t> ids;
    std::vector<std::uint32_t> offsets{0};
    for (const std::string& text : texts) {
        tokenizer.encode_into(text, ids);
        offsets.push_back(static_cast<std::uint32_t>(ids.size()));
    }
    std::vector<std::int8_t> codes(texts.size() * kEmbeddingDim);
    Encoder{testing::real_model(), backend}.embed({ids, offsets}, codes);
    return codes;
}

double cosine(const std::int8_t* codes, const float* v) {
    double dot = 0;
    double a = 0;
    double b = 0;
    for (std::uint32_t i = 0; i < kEmbeddingDim; ++i) {
        dot += double{v[i]} * codes[i];
        a += double{v[i]} * v[i];
        b += static_cast<double>(codes[i]) * codes[i];
    }
    return dot / std::sqrt(a * b);
}

// The bounds are 0.995 and 0.98; what is measured over thousands of texts is in
// docs/scoring.md "Accuracy".
TEST(GoldenEmbedding, is_close_to_the_f32_model) {
    const std::vector<std::string> texts = sentences();
    const std::vector<float> wanted = vectors();
    ASSERT_EQ(texts.size(), 64U);
    ASSERT_EQ(wanted.size(), texts.size() * kEmbeddingDim);
    const std::vector<std::int8_t> codes = codes_of(texts, Backend::kBest);
    double sum = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const double found =
            cosine(codes.data() + i * kEmbeddingDim, wanted.data() + i * kEmbeddingDim);
        EXPECT_GE(found, 0.995) << texts[i];
        sum += found;
    }
    EXPECT_GE(sum / static_cast<double>(texts.size()), 0.998);
}

class GoldenCodes : public ::testing::TestWithParam<Backend> {};
TEST_P(GoldenCodes, are_these_bits_on_every_backend) {
    if (!backend_available(GetParam())) GTEST_SKIP() << "this CPU has no " << name_of(GetParam());
    // A change of this digest is a change of the law or of the model, and of every ruleset.
    std::vector<std::string> texts = sentences();
    texts.resize(8);
    texts.emplace_back();
    const std::vector<std::int8_t> codes = codes_of(texts, GetParam());
    const ByteView bytes{reinterpret_cast<const std::uint8_t*>(codes.data()), codes.size()};
    EXPECT_EQ(to_hex(sha256(bytes).view()),
              "8bfcd3a9548c3a2222a248a57beb2806f245c3d060e8ed9edbaf8368686932dd");
}

/// Every sentence, and texts of up to 510 pieces made of them.
struct PieceBatch {
    PieceBatch() {
        const Tokenizer tokenizer{testing::real_model()};
        SecretVector<std::uint16_t> all;
        for (const std::string& text : sentences()) {
            tokenizer.encode_into(text, ids);
            offsets.push_back(static_cast<std::uint32_t>(ids.size()));
            tokenizer.encode_into(text, all);
        }
        std::size_t begin = 0;
        for (const std::size_t length : {126U, 62U, 510U, 254U, 253U, 127U, 1U, 30U}) {
            const auto from = all.begin() + static_cast<std::ptrdiff_t>(begin);
            ids.insert(ids.end(), from, from + static_cast<std::ptrdiff_t>(length));
            offsets.push_back(static_cast<std::uint32_t>(ids.size()));
            begin += length;
        }
    }
    SecretVector<std::uint16_t> ids;
    std::vector<std::uint32_t> offsets{0};
};

// Without the reference, which takes half a minute: the digest is from it.
class GoldenBatch : public GoldenCodes {};
TEST_P(GoldenBatch, of_short_and_long_texts_is_the_reference_s) {
    if (!backend_available(GetParam())) GTEST_SKIP() << "this CPU has no " << name_of(GetParam());
    const PieceBatch batch;
    std::vector<std::int8_t> codes((batch.offsets.size() - 1) * kEmbeddingDim);
    Encoder{testing::real_model(), GetParam()}.embed({batch.ids, batch.offsets}, codes);
    const ByteView bytes{reinterpret_cast<const std::uint8_t*>(codes.data()), codes.size()};
    EXPECT_EQ(to_hex(sha256(bytes).view()),
              "6ba0a259ae251569f0ecc2ac3abe1eea628b9132dd0747a8add83f135fe1dad1");
}
INSTANTIATE_TEST_SUITE_P(Backends, GoldenCodes, ::testing::ValuesIn(backends()),
                         [](const auto& row) { return std::string{name_of(row.param)}; });

std::vector<Backend> fast_backends() {
    std::vector<Backend> fast{backends().begin(), backends().end()};
    std::erase(fast, Backend::kReference);
    return fast;
}
INSTANTIATE_TEST_SUITE_P(Backends, GoldenBatch, ::testing::ValuesIn(fast_backends()),
                         [](const auto& row) { return std::string{name_of(row.param)}; });

}  // namespace
}  // namespace pramana::scoring
