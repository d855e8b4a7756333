#include "contributions.hpp"
#include "corpus/index.hpp"
#include "corpus/kept_entries.hpp"
#include "corpus/segment_layout.hpp"
#include "novelty/novelty.hpp"
#include "pramana/core/endian.hpp"

#include <gtest/gtest.h>

#include <set>

namespace pramana::scoring {
namespace {

using testing::made_up_rules;
using testing::record_of;
using testing::World;

SecretBlock copy_of(ByteView bytes) {
    SecretBlock block{bytes.size()};
    std::copy(bytes.begin(), bytes.end(), block.expose_mutable().begin());
    return block;
}

Bytes entry_of(std::uint32_t seed, std::size_t chunks) {
    World world{seed};
    return encode_entry(record_of(world.contribution(chunks)));
}

// Crafted hashes fall into one bucket: small numbers are what SplitMix's inverse gives an attacker.
TEST(PrintTable, holds_exactly_what_was_written) {
    std::mt19937_64 random{1};
    for (const std::size_t count : {0U, 1U, 2U, 9U, 1000U, 70'000U}) {
        std::set<std::uint64_t> mixed;
        while (mixed.size() < count)
            mixed.insert(mixed.size() % 2 == 0 ? PrintTable::mixed(random()) : mixed.size());
        std::vector<std::uint32_t> offsets(PrintTable::offset_count(count));
        std::vector<std::uint8_t> remainders(PrintTable::remainder_bytes(count));
        PrintTableWriter writer{count, offsets, remainders};
        for (const std::uint64_t value : mixed) writer.add(value);
        writer.finish();
        const PrintTable table{count, offsets, remainders};
        ASSERT_TRUE(table.is_sound());
        auto expected = mixed.begin();
        for (PrintTable::Cursor cursor{table}; !cursor.done(); cursor.next())
            ASSERT_EQ(cursor.value(), *expected++);
        EXPECT_EQ(expected, mixed.end());
        for (int i = 0; i < 2'000; ++i) {
            const std::uint64_t hash = random();
            ASSERT_EQ(table.contains(hash), mixed.contains(PrintTable::mixed(hash)));
        }
    }
}

TEST(PrintTable, finds_each_of_its_hashes) {
    std::mt19937_64 random{2};
    std::vector<std::uint64_t> hashes(5'000);
    for (std::uint64_t& hash : hashes) hash = random();
    std::set<std::uint64_t> mixed;
    for (const std::uint64_t hash : hashes) mixed.insert(PrintTable::mixed(hash));
    std::vector<std::uint32_t> offsets(PrintTable::offset_count(mixed.size()));
    std::vector<std::uint8_t> remainders(PrintTable::remainder_bytes(mixed.size()));
    PrintTableWriter writer{mixed.size(), offsets, remainders};
    for (const std::uint64_t value : mixed) writer.add(value);
    writer.finish();
    const PrintTable table{mixed.size(), offsets, remainders};
    for (const std::uint64_t hash : hashes) ASSERT_TRUE(table.contains(hash));
}

/// The same entries with segments made at the given places.
void fill(Corpus& corpus, std::uint32_t places, std::uint32_t settle_every) {
    for (std::uint32_t place = static_cast<std::uint32_t>(corpus.size()); place < places; ++place) {
        ASSERT_TRUE(corpus.append(entry_of(place, 1 + place % 5)));
        if (settle_every != 0 && (place + 1) % settle_every == 0) corpus.settle(1);
    }
}

TEST(CorpusSegments, change_no_verdict) {
    for (std::uint32_t seed = 0; seed < 40; ++seed) {
        World world{seed};
        CorpusIndex plain, cut;
        MerkleLog tree;
        SegmentHeader name;
        for (std::uint32_t place = 0; place < 12; ++place) {
            const EntryRecord entry = record_of(world.contribution(1 + world.below(6)));
            plain.append(entry);
            cut.append(entry);
            tree.append(Hash32{});
            if (world.below(3) != 0) continue;
            name.place_end = tree.size();
            cut.freeze(name, tree.leaves().subspan(name.first_place), tree.peaks());
            name.first_place = name.place_end;
            if (cut.segments().size() > 2 && world.below(2) == 0) cut.merge_last(2);
        }
        ASSERT_EQ(plain.rows(), cut.rows());
        for (std::size_t row = 0; row < plain.rows(); ++row) {
            const auto a = plain.content(row), b = cut.content(row);
            ASSERT_TRUE(std::equal(a.begin(), a.end(), b.begin(), b.end()));
        }
        for (int i = 0; i < 5; ++i) {
            const Prepared::State state = world.contribution(1 + world.below(8));
            ASSERT_EQ(assess(state, Background{.corpus = &plain}, made_up_rules(), {}),
                      assess(state, Background{.corpus = &cut}, made_up_rules(), {}))
                << seed;
        }
    }
}

TEST(CorpusSegments, change_no_root_and_are_taken_over) {
    Corpus plain{Hash32{}, 3}, cut{Hash32{}, 3};
    ASSERT_NO_FATAL_FAILURE(fill(plain, 30, 0));
    ASSERT_NO_FATAL_FAILURE(fill(cut, 30, 4));
    EXPECT_EQ(plain.root(), cut.root());
    EXPECT_EQ(plain.previous_root(), cut.previous_root());
    ASSERT_FALSE(cut.segments().empty());
    Corpus again{Hash32{}, 3};
    for (const CorpusSegment& segment : cut.segments()) {
        EXPECT_EQ(segment.previous_root, again.root());
        ASSERT_TRUE(again.adopt(copy_of(segment.bytes)));
        EXPECT_EQ(segment.root, again.root());
    }
    EXPECT_EQ(again.size(), 28U);
    ASSERT_NO_FATAL_FAILURE(fill(again, 30, 0));
    EXPECT_EQ(again.root(), plain.root());
    EXPECT_EQ(again.chunks(), plain.chunks());
    EXPECT_EQ(again.tree().head(), plain.tree().head());
}

TEST(CorpusSegments, are_few) {
    Corpus corpus{Hash32{}, 0};
    ASSERT_NO_FATAL_FAILURE(fill(corpus, 200, 1));
    EXPECT_LE(corpus.segments().size(), 6U);
    EXPECT_EQ(corpus.segments().front().first_place, 0U);
    EXPECT_EQ(corpus.segments().back().place_end, 200U);
}

/// A rejected contribution that a segment of its own is made of.
Bytes rejected_entry(std::uint8_t number) {
    EntryRecord entry;
    entry.quarantined = OwnerTag{};
    entry.chunks.resize(Corpus::kSegmentRows);
    for (ChunkRecord& chunk : entry.chunks) chunk.exact.bytes.fill(number);
    entry.codes.resize(Corpus::kSegmentRows * kCodeDim, 1);
    return encode_entry(entry);
}

TEST(CorpusSegments, of_rejected_contributions_are_joined_by_size_too) {
    Corpus corpus{Hash32{}, 0};
    const std::size_t segments[] = {1, 2, 3, 1, 2, 3, 4, 2};
    for (std::uint8_t place = 0; place < std::size(segments); ++place) {
        ASSERT_TRUE(corpus.append(rejected_entry(place)));
        EXPECT_TRUE(corpus.settle());
        EXPECT_EQ(corpus.segments().size(), segments[place]) << unsigned{place};
    }
}

TEST(CorpusSegments, are_refused_by_another_corpus_or_at_another_place) {
    Corpus corpus{Hash32{}, 0};
    ASSERT_TRUE(corpus.append(entry_of(0, 2)));
    ASSERT_TRUE(corpus.settle(1));
    ASSERT_TRUE(corpus.append(entry_of(1, 2)));
    ASSERT_TRUE(corpus.settle(1));
    const auto segments = corpus.segments();
    ASSERT_EQ(segments.size(), 2U);
    Corpus epoch{Hash32{}, 1}, behind{Hash32{}, 0}, other{Hash32{}, 0};
    EXPECT_EQ(epoch.adopt(copy_of(segments[0].bytes)).error().code, Errc::kCorpusCorrupt);
    EXPECT_EQ(behind.adopt(copy_of(segments[1].bytes)).error().code, Errc::kCorpusCorrupt);
    ASSERT_TRUE(other.append(entry_of(7, 2)));
    ASSERT_TRUE(other.settle(1));
    EXPECT_EQ(other.adopt(copy_of(segments[1].bytes)).error().code, Errc::kCorpusCorrupt);
    EXPECT_EQ(behind.size(), 0U);
    ASSERT_TRUE(behind.adopt(copy_of(segments[0].bytes)));
    ASSERT_TRUE(behind.adopt(copy_of(segments[1].bytes)));
    EXPECT_EQ(behind.root(), corpus.root());
}

Bytes one_segment() {
    Corpus corpus{Hash32{}, 0};
    EXPECT_TRUE(corpus.append(entry_of(0, 3)));
    EXPECT_TRUE(corpus.settle(1));
    const ByteView bytes = corpus.segments().front().bytes;
    return {bytes.begin(), bytes.end()};
}

TEST(Segment, keeps_entries_that_are_in_no_index) {
    SecretVector<std::uint8_t> first, second;
    append_kept(first, Bytes{1, 2, 3});
    append_kept(first, {});
    append_kept(second, Bytes{4});
    CorpusIndex index;
    MerkleLog tree;
    tree.append(Hash32{});
    SegmentHeader name;
    name.place_end = 1;
    index.freeze(name, tree.leaves(), tree.peaks(), first);
    tree.append(Hash32{});
    name.first_place = 1;
    name.place_end = 2;
    index.freeze(name, tree.leaves().subspan(1), tree.peaks(), second);
    index.merge_last(2);
    std::vector<Bytes> found;
    const auto take = [&found](ByteView entry) {
        found.emplace_back(entry.begin(), entry.end());
        return true;
    };
    const ByteView kept = index.segments().front().kept();
    ASSERT_TRUE(each_kept(kept, take));
    EXPECT_EQ(found, (std::vector<Bytes>{{1, 2, 3}, {}, {4}}));
    EXPECT_EQ(index.rows(), 0U);
    EXPECT_FALSE(each_kept(kept.first(kept.size() - 1), take));
    EXPECT_FALSE(each_kept(kept.first(2), take));
    EXPECT_FALSE(each_kept(kept, [](ByteView) { return false; }));
}

TEST(Segment, refuses_its_truncations_and_a_byte_more) {
    Bytes bytes = one_segment();
    for (std::size_t size = 0; size < bytes.size(); size += 1 + size / 64)
        ASSERT_EQ(Segment::read(copy_of(ByteView{bytes}.first(size))).error().code,
                  Errc::kCorpusCorrupt)
            << size;
    bytes.push_back(0);
    EXPECT_EQ(Segment::read(copy_of(bytes)).error().code, Errc::kCorpusCorrupt);
}

struct Breach {
    const char* name;
    std::size_t at;  // in the bytes of a segment of one place; the header's fields are unaligned
};
// magic 0, corpus 8, epoch 40, first_place 44, place_end 52, three roots, rows 156,
// content_words 164, exact_hashes 172, prints 180, peaks 188, kept_bytes 196.
const Breach kBreaches[] = {
    {"magic", 0},         {"first_place_high", 51}, {"place_end", 52},     {"rows", 156},
    {"rows_high", 163},   {"content_words", 164},   {"exact_hashes", 172}, {"prints", 180},
    {"prints_high", 187}, {"peaks", 188},
};
class SegmentBreach : public ::testing::TestWithParam<Breach> {};
TEST_P(SegmentBreach, is_refused) {
    Bytes bytes = one_segment();
    bytes[GetParam().at] = static_cast<std::uint8_t>(bytes[GetParam().at] + 0x41);
    EXPECT_EQ(Segment::read(copy_of(bytes)).error().code, Errc::kCorpusCorrupt);
}
INSTANTIATE_TEST_SUITE_P(Rows, SegmentBreach, ::testing::ValuesIn(kBreaches),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Segment, refuses_indices_that_lead_out_of_it) {
    const Bytes bytes = one_segment();
    const SegmentHeader header = *read_header(bytes);
    const SegmentLayout layout = *layout_of(header);
    Bytes words = bytes;
    store_le<std::uint32_t>(0xFFFF'FFFF, words.data() + layout.content_end);
    EXPECT_EQ(Segment::read(copy_of(words)).error().code, Errc::kCorpusCorrupt);
    Bytes prints = bytes;
    store_le<std::uint32_t>(0xFFFF'FFFF, prints.data() + layout.print_offsets + 4);
    EXPECT_EQ(Segment::read(copy_of(prints)).error().code, Errc::kCorpusCorrupt);
}

TEST(CorpusSegments, with_a_wrong_leaf_do_not_lead_to_their_root) {
    Bytes bytes = one_segment();
    bytes[layout_of(*read_header(bytes))->peaks] ^= 1U;
    Corpus corpus{Hash32{}, 0};
    EXPECT_EQ(corpus.adopt(copy_of(bytes)).error().code, Errc::kCorpusCorrupt);
    EXPECT_EQ(corpus.size(), 0U);
}

}  // namespace
}  // namespace pramana::scoring
