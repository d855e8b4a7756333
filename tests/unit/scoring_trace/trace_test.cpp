// The trace of a score: what changes it, and what its keyed form shows.
#include "pramana/scoring/trace.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"
#include "prepare.hpp"

#include <gtest/gtest.h>

namespace pramana::scoring {
namespace {

Hash32 filled(std::uint8_t byte) {
    Hash32 hash;
    hash.bytes.fill(byte);
    return hash;
}

ContentSteps sample() {
    ContentSteps steps;
    steps.ruleset = filled(1);
    steps.document = {.records = filled(2),
                      .canonical = filled(3),
                      .ill_formed = 4,
                      .features = filled(5),
                      .quality_q16 = 6};
    for (std::uint8_t i = 0; i < 5; ++i)
        steps.chunks.push_back({.words = filled(10 + i),
                                .pieces = filled(20 + i),
                                .prints = filled(30 + i),
                                .codes = filled(40 + i),
                                .weight = 50U + i});
    return steps;
}

const LeafSalt kSalt = [](std::uint64_t index) {
    return sha256("salt of " + std::to_string(index));
};

// docs/scoring.md "Trace", computed with Python's hashlib.
TEST(Trace, has_the_documented_leaves_and_roots) {
    const ContentSteps steps = sample();
    EXPECT_EQ(to_hex(leaf_of(steps.chunks[0]).view()),
              "ac4d3dfb59d526de04adf3e769d512d0f133e99a05116cd9fe7d49ccfe19e3b4");
    EXPECT_EQ(to_hex(leaf_of(steps.document, steps.ruleset).view()),
              "9028aab2ef1c1595f46ded038ec5567c1b76508df837c7598813e4252e67f110");
    EXPECT_EQ(to_hex(keyed_trace_root(steps.leaves(), kSalt).view()),
              "89b7fdfff4f0f0afa9085e4901fe1136b272daf50212b71aad5176e770ad7a9c");
    const std::vector<ChunkVerdict> verdicts(
        5, {.known_q16 = 7, .total_q16 = 8, .cause = 2, .public_q16 = 3});
    EXPECT_EQ(to_hex(trace_root(steps, verdicts).view()),
              "217c8b5acfcb6c70552d865ba6dad219198eb2484443e3084d88302c128631ac");
}

struct Change {
    const char* name;
    void (*change)(ContentSteps& steps, std::vector<ChunkVerdict>& verdicts);
    bool shows_keyed = true;  ///< verdicts do not
};
const Change kChanges[] = {
    {"ruleset", [](auto& s, auto&) { s.ruleset = filled(99); }},
    {"records", [](auto& s, auto&) { s.document.records = filled(99); }},
    {"canonical", [](auto& s, auto&) { s.document.canonical = filled(99); }},
    {"ill_formed", [](auto& s, auto&) { s.document.ill_formed = 99; }},
    {"features", [](auto& s, auto&) { s.document.features = filled(99); }},
    {"quality", [](auto& s, auto&) { s.document.quality_q16 = 99; }},
    {"words", [](auto& s, auto&) { s.chunks[2].words = filled(99); }},
    {"pieces", [](auto& s, auto&) { s.chunks[2].pieces = filled(99); }},
    {"prints", [](auto& s, auto&) { s.chunks[2].prints = filled(99); }},
    {"codes", [](auto& s, auto&) { s.chunks[2].codes = filled(99); }},
    {"weight", [](auto& s, auto&) { s.chunks[2].weight = 99; }},
    {"order", [](auto& s, auto&) { std::swap(s.chunks[0], s.chunks[1]); }},
    {"count", [](auto& s, auto& v) { s.chunks.pop_back(), v.pop_back(); }},
    {"known", [](auto&, auto& v) { v[3].known_q16 = 99; }, false},
    {"total", [](auto&, auto& v) { v[3].total_q16 = 99; }, false},
    {"cause", [](auto&, auto& v) { v[3].cause = 99; }, false},
};
class TraceChange : public testing::TestWithParam<Change> {};
TEST_P(TraceChange, shows_in_the_roots) {
    ContentSteps steps = sample();
    std::vector<ChunkVerdict> verdicts(steps.chunks.size());
    const Hash32 keyed = keyed_trace_root(steps.leaves(), kSalt);
    const Hash32 plain = trace_root(steps, verdicts);
    GetParam().change(steps, verdicts);
    EXPECT_NE(trace_root(steps, verdicts), plain);
    EXPECT_EQ(keyed_trace_root(steps.leaves(), kSalt) != keyed, GetParam().shows_keyed);
}
INSTANTIATE_TEST_SUITE_P(Fields, TraceChange, testing::ValuesIn(kChanges),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Trace, shows_one_chunk_without_the_others) {
    const ContentSteps steps = sample();
    const SecretVector<Hash32> leaves = steps.leaves();
    const Hash32 root = keyed_trace_root(leaves, kSalt);
    for (std::uint64_t i = 0; i < leaves.size(); ++i) {
        TraceOpening opening = open_trace(leaves, kSalt, i);
        EXPECT_TRUE(opens_trace(opening, leaves[i], root)) << i;
        EXPECT_FALSE(opens_trace(opening, leaves[(i + 1) % leaves.size()], root)) << i;
        EXPECT_FALSE(opens_trace(opening, leaves[i], filled(0))) << i;
        opening.salt = kSalt(i + 1);
        EXPECT_FALSE(opens_trace(opening, leaves[i], root)) << i;
        opening.salt = kSalt(i);
        opening.index = i + 1;
        EXPECT_FALSE(opens_trace(opening, leaves[i], root)) << i;
        opening.index = i;
        opening.path.push_back(root);
        EXPECT_FALSE(opens_trace(opening, leaves[i], root)) << i;
    }
}

TEST(Trace, of_one_chunk_and_of_no_salt_differ_from_each_other) {
    ContentSteps steps = sample();
    steps.chunks.resize(1);
    const LeafSalt zeros = [](std::uint64_t) { return Hash32{}; };
    EXPECT_NE(keyed_trace_root(steps.leaves(), zeros), keyed_trace_root(steps.leaves(), kSalt));
}

// What prepare() fills in follows the text, operation by operation.
void letters(std::string_view text, Pieces& pieces) {
    for (const char c : text)
        if (c != ' ' && c != '\n') pieces.push_back(static_cast<std::uint16_t>(1000 + c));
}
void count(const TokenBatch& batch, std::span<std::int8_t> codes) {
    for (std::size_t i = 0; i < batch.texts(); ++i)
        codes[i * kEmbeddingDim] =
            static_cast<std::int8_t>((batch.offsets[i + 1] - batch.offsets[i]) % 100);
}
ContentSteps steps_of(std::string_view text) {
    RulesetValues values;
    values.name = "test-1";
    Document document;
    document.records.emplace_back();
    document.records[0].text = SecretText{text};
    return prepare_with({Hash32{}, letters, count}, document, *Ruleset::make(values), {})->steps();
}

TEST(PreparedSteps, follow_the_text) {
    const ContentSteps plain = steps_of("Every night the river moved along.");
    const ContentSteps louder = steps_of("EVERY night the river moved along.");
    EXPECT_NE(plain.document.records, louder.document.records);
    EXPECT_NE(plain.document.canonical, louder.document.canonical);
    ASSERT_EQ(plain.chunks.size(), 1U);
    EXPECT_EQ(plain.chunks[0].words, louder.chunks[0].words);  // folded
    EXPECT_NE(plain.chunks[0].pieces, louder.chunks[0].pieces);
    EXPECT_EQ(plain.chunks[0].prints, louder.chunks[0].prints);
    EXPECT_EQ(plain.chunks[0].codes, louder.chunks[0].codes);  // as many pieces
    EXPECT_EQ(plain.chunks[0].weight, louder.chunks[0].weight);
    const ContentSteps spaced = steps_of("Every night  the river moved along.");
    EXPECT_NE(plain.document.records, spaced.document.records);
    EXPECT_EQ(plain.document.canonical, spaced.document.canonical);
    EXPECT_EQ(plain.chunks, spaced.chunks);
    const ContentSteps longer = steps_of("Every night the river moved along a stone.");
    EXPECT_NE(plain.chunks[0].words, longer.chunks[0].words);
    EXPECT_NE(plain.chunks[0].prints, longer.chunks[0].prints);
    EXPECT_NE(plain.chunks[0].codes, longer.chunks[0].codes);
    EXPECT_NE(plain.chunks[0].weight, longer.chunks[0].weight);
}

}  // namespace
}  // namespace pramana::scoring
