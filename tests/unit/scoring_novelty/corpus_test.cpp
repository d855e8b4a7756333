#include "contributions.hpp"
#include "corpus/entry.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/scoring/engine.hpp"

#include <gtest/gtest.h>

namespace pramana::scoring {
namespace {

using testing::World;

EntryRecord small_entry() {
    World world{3};
    return record_of(world.contribution(2));
}

TEST(CorpusEntry, is_read_back) {
    const EntryRecord entry = small_entry();
    const Bytes bytes = encode_entry(entry);
    const Result<EntryRecord> read = decode_entry(bytes);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->codes, entry.codes);
    ASSERT_EQ(read->chunks.size(), entry.chunks.size());
    for (std::size_t i = 0; i < entry.chunks.size(); ++i) {
        EXPECT_EQ(read->chunks[i].exact, entry.chunks[i].exact);
        EXPECT_EQ(read->chunks[i].prints, entry.chunks[i].prints);
        EXPECT_EQ(read->chunks[i].content, entry.chunks[i].content);
    }
    EXPECT_EQ(encode_entry(*read), bytes);
}

TEST(CorpusEntry, of_no_chunks_is_eight_bytes) {
    EXPECT_EQ(to_hex(encode_entry({})), "5043453100000000");
    EXPECT_TRUE(decode_entry(encode_entry({})));
}

TEST(CorpusEntry, refuses_each_of_its_truncations_and_a_byte_more) {
    Bytes bytes = encode_entry(small_entry());
    for (std::size_t size = 0; size < bytes.size(); ++size)
        ASSERT_EQ(decode_entry(ByteView{bytes}.first(size)).error().code, Errc::kCorpusCorrupt)
            << size;
    bytes.push_back(0);
    EXPECT_EQ(decode_entry(bytes).error().code, Errc::kCorpusCorrupt);
}

struct Breach {
    const char* name;
    std::size_t at;
    std::uint8_t value;
};
// Offsets in an entry of one chunk with two prints (1, 2) and no content words: magic 0, count 4,
// hash 8, prints' count 24, prints 26 and 34, words' count 42, codes 44.
const Breach kBreaches[] = {
    {"magic", 0, 'X'},
    {"more_chunks_than_bytes", 7, 0xFF},
    {"prints_not_ascending", 34, 1},
    {"prints_equal", 26, 2},
    {"more_prints_than_bytes", 25, 0xFF},
    {"more_words_than_bytes", 43, 0xFF},
    {"code_of_minus_128", 44, 0x80},
};
class CorpusEntryBreach : public ::testing::TestWithParam<Breach> {};
TEST_P(CorpusEntryBreach, is_refused) {
    EntryRecord entry;
    entry.chunks.push_back({{}, {1, 2}, {}});
    entry.codes.assign(kCodeDim, 5);
    Bytes bytes = encode_entry(entry);
    ASSERT_TRUE(decode_entry(bytes));
    bytes[GetParam().at] = GetParam().value;
    EXPECT_EQ(decode_entry(bytes).error().code, Errc::kCorpusCorrupt);
}
INSTANTIATE_TEST_SUITE_P(Rows, CorpusEntryBreach, ::testing::ValuesIn(kBreaches),
                         [](const auto& row) { return std::string{row.param.name}; });

// docs/scoring.md "Corpus", computed here step by step.
TEST(Corpus, chains_its_root_over_id_epoch_places_and_merkle_heads) {
    Hash32 id;
    id.bytes.fill(0x11);
    Corpus corpus{id, 7};
    Sha256 empty;
    empty.update("pramana:corpus:empty:2");
    empty.update(id.view());
    empty.update(std::string_view{"\0\0\0\7", 4});
    Hash32 root = empty.finish();
    EXPECT_EQ(corpus.root(), root);
    EXPECT_EQ(corpus.size(), 0U);
    MerkleLog tree;
    for (std::uint8_t place = 0; place < 3; ++place) {
        World world{place};
        const Bytes entry = encode_entry(record_of(world.contribution(2)));
        ASSERT_TRUE(corpus.append(entry));
        tree.append(merkle_leaf(sha256(entry).view()));
        const std::uint8_t epoch_and_place_be[12] = {0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, place};
        Sha256 link;
        link.update("pramana:corpus:2");
        link.update(id.view());
        link.update(ByteView{epoch_and_place_be});
        link.update(root.view());
        link.update(tree.head().view());
        root = link.finish();
        EXPECT_EQ(corpus.root(), root);
        EXPECT_EQ(corpus.tree().head(), tree.head());
        EXPECT_EQ(corpus.size(), place + 1U);
        EXPECT_EQ(corpus.chunks(), 2U * (place + 1U));
    }
    const Hash32 before = corpus.root();
    EXPECT_EQ(corpus.append(Bytes{1, 2, 3}).error().code, Errc::kCorpusCorrupt);
    EXPECT_EQ(corpus.root(), before);
    EXPECT_EQ(corpus.size(), 3U);
    EXPECT_NE(Corpus(id, 8).root(), Corpus(id, 7).root());
}

}  // namespace
}  // namespace pramana::scoring
