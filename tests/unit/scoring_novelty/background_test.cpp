// Quarantine and public texts, through Corpus: entries, scores, segments and files.
#include "contributions.hpp"
#include "corpus/reference.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/scoring/reference.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

namespace pramana::scoring {
namespace {

using testing::owner;
using testing::World;

constexpr std::uint8_t kAnna[20] = {0xAA}, kBo[20] = {0xB0};

RulesetValues values() {
    RulesetValues v;
    v.name = "sample-1";
    v.semantic = testing::kSemanticRules;
    return v;
}

Prepared prepared(Prepared::State state, const Ruleset& ruleset, Q16 quality = kQ16One) {
    state.quality = quality;
    state.steps.ruleset = ruleset.digest();
    state.steps.chunks.resize(state.chunks.size());
    return Prepared{std::make_unique<Prepared::State>(std::move(state))};
}

Prepared sample(std::uint32_t seed, const Ruleset& ruleset, Q16 quality = kQ16One) {
    World world{seed};
    return prepared(world.contribution(12), ruleset, quality);
}

OwnerTag tag(ByteView who) { return Corpus::owner_tag(Hash32{}, 1, who); }

TEST(Quarantine, is_for_what_is_not_above_the_least_quality) {
    const Ruleset ruleset = *Ruleset::make(values());
    const Corpus corpus{Hash32{}, 1};
    const Q16 least = ruleset.values().pay.quality_min_q16;
    EXPECT_TRUE(corpus.score(sample(1, ruleset, least), ruleset)->rejected);
    EXPECT_FALSE(corpus.score(sample(1, ruleset, least + 1), ruleset)->rejected);
}

TEST(Quarantine, counts_against_others_and_never_against_its_owner) {
    const Ruleset ruleset = *Ruleset::make(values());
    Corpus corpus{Hash32{}, 1};
    const Prepared text = sample(1, ruleset);
    const std::uint64_t fresh = corpus.score(text, ruleset)->novel_mass;
    ASSERT_GT(fresh, 0U);
    ASSERT_TRUE(corpus.append(text.quarantine_entry(tag(kAnna))));
    EXPECT_EQ(corpus.score(text, ruleset, tag(kAnna))->novel_mass, fresh);
    EXPECT_EQ(corpus.score(text, ruleset, tag(kBo))->novel_mass, 0U);
    EXPECT_EQ(corpus.score(text, ruleset)->novel_mass, 0U) << "without an owner everything counts";
    EXPECT_EQ(corpus.chunks(), 12U);
}

TEST(Quarantine, survives_in_a_segment) {
    const Ruleset ruleset = *Ruleset::make(values());
    Corpus corpus{Hash32{}, 1};
    const Prepared text = sample(1, ruleset), other = sample(2, ruleset);
    ASSERT_TRUE(corpus.append(other.corpus_entry()));
    ASSERT_TRUE(corpus.append(text.quarantine_entry(tag(kAnna))));
    const Result<Score> anna = corpus.score(text, ruleset, tag(kAnna));
    ASSERT_TRUE(corpus.settle(1));
    Corpus opened{Hash32{}, 1};
    for (const CorpusSegment& segment : corpus.segments()) {
        SecretBlock copy{segment.bytes.size()};
        std::copy(segment.bytes.begin(), segment.bytes.end(), copy.expose_mutable().begin());
        ASSERT_TRUE(opened.adopt(std::move(copy)));
    }
    EXPECT_EQ(opened.root(), corpus.root());
    EXPECT_EQ(opened.chunks(), corpus.chunks());
    EXPECT_EQ(opened.score(text, ruleset, tag(kAnna))->novel_mass, anna->novel_mass);
    EXPECT_EQ(opened.score(text, ruleset, tag(kBo))->novel_mass, 0U);
}

TEST(Quarantine, entry_is_read_back_and_refuses_each_of_its_truncations) {
    const Ruleset ruleset = *Ruleset::make(values());
    const Bytes bytes = sample(3, ruleset).quarantine_entry(owner(4));
    const Result<EntryRecord> read = decode_entry(bytes);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->quarantined, owner(4));
    EXPECT_EQ(encode_entry(*read), bytes);
    EXPECT_EQ(to_hex(ByteView{bytes}.first(8)), "5043513105000000");
    for (std::size_t size = 0; size < bytes.size(); size += 7)
        ASSERT_EQ(decode_entry(ByteView{bytes}.first(size)).error().code, Errc::kCorpusCorrupt);
}

// docs/scoring.md "Quarantine", computed here.
TEST(Quarantine, owner_tags_differ_by_corpus_epoch_and_owner) {
    Sha256 hash;
    hash.update("pramana:owner:1");
    hash.update(Hash32{}.view());
    hash.update(std::string_view{"\0\0\0\1", 4});
    hash.update(kAnna);
    const Hash32 whole = hash.finish();
    const OwnerTag anna = tag(kAnna);
    EXPECT_TRUE(std::equal(anna.bytes.begin(), anna.bytes.end(), whole.bytes.begin()));
    Hash32 id;
    id.bytes[0] = 1;
    EXPECT_NE(tag(kAnna), tag(kBo));
    EXPECT_NE(tag(kAnna), Corpus::owner_tag(Hash32{}, 2, kAnna));
    EXPECT_NE(tag(kAnna), Corpus::owner_tag(id, 1, kAnna));
}

TEST(PublicText, is_lost_under_its_own_cause) {
    RulesetValues v = values();
    const Ruleset plain = *Ruleset::make(v);
    const Bytes entries[] = {sample(5, plain).corpus_entry(), sample(6, plain).corpus_entry()};
    const Bytes file = ReferenceCorpus::join(entries);
    const auto reference = ReferenceCorpus::parse(file);
    ASSERT_TRUE(reference);
    EXPECT_EQ((*reference)->entries(), 2U);
    EXPECT_EQ((*reference)->chunks(), 24U);
    EXPECT_EQ((*reference)->digest(), sha256(file));
    v.public_texts = {{"sample", sha256(file)}};
    const Ruleset ruleset = *Ruleset::make(v);

    Corpus corpus{Hash32{}, 1};
    const Prepared text = sample(5, ruleset);
    EXPECT_EQ(corpus.score(text, ruleset).error().code, Errc::kRulesetInvalid) << "not attached";
    corpus.attach({*reference});
    const Result<Score> score = corpus.score(text, ruleset);
    ASSERT_TRUE(score);
    EXPECT_EQ(score->novel_mass, 0U);
    EXPECT_EQ(score->mass_by_cause[static_cast<std::size_t>(Cause::kPublic)], score->mass);
    EXPECT_EQ(score->reasons.front().code, "public_text");
    EXPECT_GT(corpus.score(sample(5, plain), plain)->novel_mass, 0U)
        << "a ruleset without it does not use it";
}

struct BadFile {
    const char* name;
    void (*spoil)(Bytes&);
};
const BadFile kBadFiles[] = {
    {"magic", [](Bytes& b) { b[0] ^= 1; }},
    {"empty", [](Bytes& b) { b.clear(); }},
    {"cut", [](Bytes& b) { b.pop_back(); }},
    {"a_byte_more", [](Bytes& b) { b.push_back(0); }},
    {"more_entries_than_bytes", [](Bytes& b) { b[4] = 9; }},
    {"length_beyond_the_end", [](Bytes& b) { b[11] = 0x7F; }},
    {"quarantined_entry",
     [](Bytes& b) {
         EntryRecord entry;
         entry.quarantined = owner(1);
         const Bytes entries[] = {encode_entry(entry)};
         b = ReferenceCorpus::join(entries);
     }},
};
class BadReference : public ::testing::TestWithParam<BadFile> {};
TEST_P(BadReference, is_refused) {
    const Ruleset ruleset = *Ruleset::make(values());
    const Bytes entries[] = {sample(5, ruleset).corpus_entry()};
    Bytes file = ReferenceCorpus::join(entries);
    ASSERT_TRUE(ReferenceCorpus::parse(file));
    GetParam().spoil(file);
    EXPECT_EQ(ReferenceCorpus::parse(file).error().code, Errc::kCorpusCorrupt);
}
INSTANTIATE_TEST_SUITE_P(Rows, BadReference, ::testing::ValuesIn(kBadFiles),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(PublicText, of_another_digest_is_refused_with_the_one_found) {
    const std::filesystem::path path =
        std::filesystem::temp_directory_path() / "pramana_reference_test.prc";
    const Bytes file = ReferenceCorpus::join({});
    std::ofstream{path, std::ios::binary} << as_text(file);
    Hash32 found;
    EXPECT_EQ(ReferenceCorpus::load(path, Hash32{}, &found).error().code, Errc::kCorpusCorrupt);
    EXPECT_EQ(found, sha256(file));
    EXPECT_TRUE(ReferenceCorpus::load(path, sha256(file)));
    std::filesystem::remove(path);
    EXPECT_EQ(ReferenceCorpus::load(path, sha256(file)).error().code, Errc::kNotFound);
}

}  // namespace
}  // namespace pramana::scoring
