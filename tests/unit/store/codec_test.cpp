// Records are strict: docs/formats.md "Store records".
#include "record_codec.hpp"

#include "store_fixture.hpp"

namespace pramana::store {
namespace {

JobRecord full_job() {
    JobRecord job = job_of(3);
    job.stage = Stage::kIncluded;
    job.cause = Errc::kRpcUnavailable;
    job.bid_wei = filled<Word256>(1);
    job.contribution = filled<ContributionId>(2);
    job.sealed_key = {1, 2, 3};
    job.corpus = CorpusKey{filled<Hash32>(4), 5};
    job.place = CorpusPosition{6};
    job.sealed_score = {7};
    job.document = filled<Hash32>(8);
    job.tx_hash = filled<Hash32>(9);
    job.proof_index = 10;
    job.attempts = 11;
    job.seen_unix_s = -1;
    job.history = {{Stage::kReceived, {}, 1}, {Stage::kProved, Errc::kBusy, 2}};
    return job;
}

ContributionRecord full_contribution() {
    ContributionRecord record = contribution_of(1, 2);
    record.cause = Errc::kHashMismatch;
    record.job = JobId{1};
    record.stage = Stage::kExpired;
    record.key_rejected = true;
    return record;
}

SlotRecord full_slot() {
    SlotRecord slot = slot_of(1, 2);
    slot.attempts.push_back(slot.attempts[0]);
    slot.inclusion = SlotInclusion{.block_number = 1,
                                   .block_hash = filled<Hash32>(1),
                                   .block_unix_s = 6,
                                   .tx_hash = filled<Hash32>(2),
                                   .succeeded = true,
                                   .gas_used = 3,
                                   .gas_price_wei = 4,
                                   .landed = {{JobId{2}, 5}, {JobId{3}, std::nullopt}}};
    slot.void_reason = SlotVoid::kForeign;
    return slot;
}

CorpusEntry full_entry() {
    return {JobId{1}, filled<ContributionId>(2), filled<Hash32>(3), filled<Hash32>(4), {5, 6}};
}

/// Every truncation, an appended byte and another version are refused.
template <class Decode>
void expect_strict(const Bytes& record, Decode decode) {
    ASSERT_TRUE(decode(record));
    for (std::size_t size = 0; size < record.size(); ++size)
        EXPECT_EQ(code_of(decode(ByteView{record}.first(size))), "store_corrupt") << size;
    Bytes longer = record;
    longer.push_back(0);
    EXPECT_EQ(code_of(decode(longer)), "store_corrupt");
    Bytes newer = record;
    ++newer[0];
    EXPECT_EQ(code_of(decode(newer)), "store_corrupt");
}

TEST(RecordCodec, reads_what_it_wrote) {
    EXPECT_EQ(*decode_job(encode(full_job())), full_job());
    EXPECT_EQ(*decode_job(encode(job_of(1))), job_of(1));
    EXPECT_EQ(*decode_contribution(encode(full_contribution())), full_contribution());
    EXPECT_EQ(*decode_slot(encode(full_slot())), full_slot());
    EXPECT_EQ(*decode_corpus_entry(encode(full_entry())), full_entry());
    const CorpusHead head{.size = 3, .root = filled<Hash32>(1), .holder = JobId{4}};
    EXPECT_EQ(*decode_corpus_head(encode(head)), head);
}

TEST(RecordCodec, a_job_of_the_version_without_a_history_is_refused) {
    Bytes first_version = encode(job_of(1));
    first_version[0] = 1;
    first_version.pop_back();  // the count of an empty history
    EXPECT_FALSE(decode_job(first_version));
}

TEST(RecordCodec, a_slot_of_the_version_without_times_of_attempts_is_read) {
    Bytes before = encode(slot_of(5, 1));
    constexpr std::ptrdiff_t kBehind = 2;  // no inclusion, no void reason
    constexpr std::ptrdiff_t kTime = 8;
    before[0] = 2;
    before.erase(before.end() - kBehind - kTime, before.end() - kBehind);
    SlotRecord expected = slot_of(5, 1);
    expected.attempts[0].signed_unix_s = 0;
    EXPECT_EQ(*decode_slot(before), expected);
}

TEST(RecordCodec, refuses_truncated_extended_and_foreign_records) {
    expect_strict(encode(full_job()), decode_job);
    expect_strict(encode(full_contribution()), decode_contribution);
    expect_strict(encode(full_slot()), decode_slot);
    expect_strict(encode(full_entry()), decode_corpus_entry);
    expect_strict(encode(CorpusHead{.size = 1, .root = {}, .holder = JobId{1}}),
                  decode_corpus_head);
}

// One byte changed anywhere is refused or gives another valid record, and then exactly the one that
// has these bytes: there is one encoding of each record.
TEST(RecordCodec, has_one_encoding_of_each_record) {
    const Bytes record = encode(full_job());
    std::size_t refused = 0;
    for (std::size_t at = 0; at < record.size(); ++at) {
        for (const auto value : Bytes{0x00, 0x01, 0x7F, 0xFF}) {
            Bytes changed = record;
            changed[at] = value;
            const Result<JobRecord> read = decode_job(changed);
            if (read)
                EXPECT_EQ(encode(*read), changed) << at;
            else
                ++refused;
        }
    }
    EXPECT_GT(refused, 0U);
}

struct BadByte {
    const char* name;
    std::size_t at;
    std::uint8_t value;
};
// Offsets in a job record: version 1, id 8, revision 8, stage 1, presence of the cause 1, cause 2.
const BadByte kBadBytes[] = {
    {"stage_beyond_the_last", 17, 14},
    {"flag_neither_0_nor_1", 18, 2},
    {"cause_that_no_code_has", 20, 0xEE},
};
class BadByteTest : public testing::TestWithParam<BadByte> {};
INSTANTIATE_TEST_SUITE_P(Rows, BadByteTest, testing::ValuesIn(kBadBytes),
                         [](const auto& row) { return std::string{row.param.name}; });
TEST_P(BadByteTest, is_refused) {
    Bytes record = encode(full_job());
    record[GetParam().at] = GetParam().value;
    EXPECT_EQ(code_of(decode_job(record)), "store_corrupt");
}

}  // namespace
}  // namespace pramana::store
