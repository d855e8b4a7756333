#include "record_codec.hpp"

#include "pramana/core/check.hpp"

#include "codec.hpp"

namespace pramana::store {
namespace {

constexpr std::uint8_t kContributionVersion = 1;
constexpr std::uint8_t kJobVersion = 2;
constexpr std::uint8_t kJobRemainsVersion = 1;
constexpr std::uint8_t kCorpusEntryVersion = 1;
constexpr std::uint8_t kCorpusHeadVersion = 1;

void write_cause(RecordWriter& out, const std::optional<Errc>& cause) {
    out.optional(cause, [&](Errc code) { out.u16(static_cast<std::uint16_t>(code)); });
}

std::optional<Errc> read_cause(RecordReader& in) {
    if (!in.flag()) return std::nullopt;
    const std::optional<Errc> cause = errc_of_number(in.u16());
    if (!cause) in.fail();
    return cause;
}

void write_job_id(RecordWriter& out, const std::optional<JobId>& job) {
    out.optional(job, [&](JobId id) { out.u64(number(id)); });
}

std::optional<JobId> read_job_id(RecordReader& in) {
    return in.optional([&] { return JobId{in.u64()}; });
}

void write_place(RecordWriter& out, const JobRecord& record) {
    out.optional(record.corpus, [&](const CorpusKey& corpus) {
        out.fixed(corpus.id);
        out.u32(corpus.epoch);
    });
    out.optional(record.place, [&](CorpusPosition place) { out.u64(number(place)); });
    out.fixed(record.previous_root);
    out.fixed(record.new_root);
}

void read_place(RecordReader& in, JobRecord& record) {
    record.corpus = in.optional([&] {
        CorpusKey corpus;
        corpus.id = in.fixed<Hash32>();
        corpus.epoch = in.u32();
        return corpus;
    });
    record.place = in.optional([&] { return CorpusPosition{in.u64()}; });
    record.previous_root = in.fixed<Hash32>();
    record.new_root = in.fixed<Hash32>();
}

void write_history(RecordWriter& out, const std::vector<StageChange>& history) {
    PRAMANA_CHECK(history.size() <= kHistoryMax);
    out.u8(static_cast<std::uint8_t>(history.size()));
    for (const StageChange& change : history) {
        out.u8(static_cast<std::uint8_t>(change.stage));
        write_cause(out, change.cause);
        out.i64(change.unix_s);
    }
}

std::vector<StageChange> read_history(RecordReader& in) {
    std::vector<StageChange> history;
    const std::uint8_t count = in.u8();
    if (count > kHistoryMax) in.fail();
    for (std::uint8_t i = 0; i < count && !in.failed(); ++i) {
        StageChange change;
        change.stage = in.enumerator(kStageLast);
        change.cause = read_cause(in);
        change.unix_s = in.i64();
        history.push_back(change);
    }
    return history;
}

}  // namespace

Bytes encode(const ContributionRecord& record) {
    PRAMANA_CHECK(record.envelope.size() <= kEnvelopeBytesMax);
    RecordWriter out{kContributionVersion};
    out.fixed(record.id);
    out.u64(record.revision);
    out.fixed(record.wallet);
    out.fixed(record.sealed_sha256);
    out.u64(record.sealed_bytes);
    out.bytes(record.envelope);
    out.u64(record.chain_id);
    out.fixed(record.dlp);
    out.fixed(record.ruleset);
    out.fixed(record.terms_sha256);
    out.i64(record.expires_unix_s);
    out.fixed(record.intent_digest);
    out.u8(static_cast<std::uint8_t>(record.stage));
    write_cause(out, record.cause);
    out.i64(record.received_unix_s);
    out.i64(record.changed_unix_s);
    out.i64(record.due_unix_s);
    write_job_id(out, record.job);
    out.flag(record.key_rejected);
    out.flag(record.blob_held);
    return out.take();
}

Result<ContributionRecord> decode_contribution(ByteView bytes) {
    RecordReader in{bytes, kContributionVersion};
    ContributionRecord record;
    record.id = in.fixed<ContributionId>();
    record.revision = in.u64();
    record.wallet = in.fixed<Address>();
    record.sealed_sha256 = in.fixed<Hash32>();
    record.sealed_bytes = in.u64();
    record.envelope = in.bytes(kEnvelopeBytesMax);
    record.chain_id = in.u64();
    record.dlp = in.fixed<Address>();
    record.ruleset = in.fixed<Hash32>();
    record.terms_sha256 = in.fixed<Hash32>();
    record.expires_unix_s = in.i64();
    record.intent_digest = in.fixed<Hash32>();
    record.stage = in.enumerator(kStageLast);
    record.cause = read_cause(in);
    record.received_unix_s = in.i64();
    record.changed_unix_s = in.i64();
    record.due_unix_s = in.i64();
    record.job = read_job_id(in);
    record.key_rejected = in.flag();
    record.blob_held = in.flag();
    PRAMANA_TRY(in.finish("store.codec.contribution"));
    return record;
}

Bytes encode(const JobRecord& record) {
    PRAMANA_CHECK(record.url.size() <= kUrlBytesMax);
    PRAMANA_CHECK(record.sealed_key.size() <= kSealedKeyBytesMax);
    PRAMANA_CHECK(record.sealed_score.size() <= kSealedScoreBytesMax);
    RecordWriter out{kJobVersion};
    out.u64(number(record.id));
    out.u64(record.revision);
    out.u8(static_cast<std::uint8_t>(record.stage));
    write_cause(out, record.cause);
    out.u64(number(record.file));
    out.fixed(record.owner);
    out.fixed(record.payer);
    out.bytes(as_bytes_view(record.url));
    out.fixed(record.bid_wei);
    out.fixed(record.dlp);
    out.fixed(record.ruleset);
    out.u64(record.dlp_id);
    out.optional(record.contribution, [&](const ContributionId& id) { out.fixed(id); });
    out.fixed(record.sealed_sha256);
    out.u64(record.sealed_bytes);
    out.flag(record.blob_held);
    out.bytes(record.sealed_key);
    out.optional(record.sample, [&](const SeedBlock& block) {
        out.u64(block.number);
        out.fixed(block.hash);
    });
    write_place(out, record);
    out.bytes(record.sealed_score);
    out.optional(record.document, [&](const Hash32& hash) { out.fixed(hash); });
    out.optional(record.tx_hash, [&](const Hash32& hash) { out.fixed(hash); });
    out.optional(record.proof_index, [&](std::uint64_t index) { out.u64(index); });
    out.u32(record.attempts);
    out.u64(record.seen_block);
    out.i64(record.seen_unix_s);
    out.i64(record.changed_unix_s);
    out.i64(record.due_unix_s);
    write_history(out, record.history);
    return out.take();
}

Result<JobRecord> decode_job(ByteView bytes) {
    RecordReader in{bytes, kJobVersion};
    JobRecord record;
    record.id = JobId{in.u64()};
    record.revision = in.u64();
    record.stage = in.enumerator(kStageLast);
    record.cause = read_cause(in);
    record.file = FileId{in.u64()};
    record.owner = in.fixed<Address>();
    record.payer = in.fixed<Address>();
    record.url = in.text(kUrlBytesMax);
    record.bid_wei = in.fixed<Word256>();
    record.dlp = in.fixed<Address>();
    record.ruleset = in.fixed<Hash32>();
    record.dlp_id = in.u64();
    record.contribution = in.optional([&] { return in.fixed<ContributionId>(); });
    record.sealed_sha256 = in.fixed<Hash32>();
    record.sealed_bytes = in.u64();
    record.blob_held = in.flag();
    record.sealed_key = in.bytes(kSealedKeyBytesMax);
    record.sample = in.optional([&] {
        SeedBlock block;
        block.number = in.u64();
        block.hash = in.fixed<Hash32>();
        return block;
    });
    read_place(in, record);
    record.sealed_score = in.bytes(kSealedScoreBytesMax);
    record.document = in.optional([&] { return in.fixed<Hash32>(); });
    record.tx_hash = in.optional([&] { return in.fixed<Hash32>(); });
    record.proof_index = in.optional([&] { return in.u64(); });
    record.attempts = in.u32();
    record.seen_block = in.u64();
    record.seen_unix_s = in.i64();
    record.changed_unix_s = in.i64();
    record.due_unix_s = in.i64();
    record.history = read_history(in);
    PRAMANA_TRY(in.finish("store.codec.job"));
    return record;
}

Bytes encode(const JobRemains& record) {
    RecordWriter out{kJobRemainsVersion};
    out.u8(static_cast<std::uint8_t>(record.stage));
    out.optional(record.document, [&](const Hash32& hash) { out.fixed(hash); });
    return out.take();
}

Result<JobRemains> decode_job_remains(ByteView bytes) {
    RecordReader in{bytes, kJobRemainsVersion};
    JobRemains record;
    record.stage = in.enumerator(kStageLast);
    record.document = in.optional([&] { return in.fixed<Hash32>(); });
    PRAMANA_TRY(in.finish("store.codec.job_remains"));
    return record;
}

Bytes encode(const CorpusEntry& record) {
    PRAMANA_CHECK(record.sealed_entry.size() <= kCorpusEntryBytesMax);
    RecordWriter out{kCorpusEntryVersion};
    out.u64(number(record.job));
    out.fixed(record.contribution);
    out.fixed(record.previous_root);
    out.fixed(record.new_root);
    out.bytes(record.sealed_entry);
    return out.take();
}

Result<CorpusEntry> decode_corpus_entry(ByteView bytes) {
    RecordReader in{bytes, kCorpusEntryVersion};
    CorpusEntry record;
    record.job = JobId{in.u64()};
    record.contribution = in.fixed<ContributionId>();
    record.previous_root = in.fixed<Hash32>();
    record.new_root = in.fixed<Hash32>();
    record.sealed_entry = in.bytes(kCorpusEntryBytesMax);
    PRAMANA_TRY(in.finish("store.codec.corpus_entry"));
    return record;
}

Bytes encode(const CorpusHead& record) {
    RecordWriter out{kCorpusHeadVersion};
    out.u64(record.size);
    out.fixed(record.root);
    write_job_id(out, record.holder);
    return out.take();
}

Result<CorpusHead> decode_corpus_head(ByteView bytes) {
    RecordReader in{bytes, kCorpusHeadVersion};
    CorpusHead record;
    record.size = in.u64();
    record.root = in.fixed<Hash32>();
    record.holder = read_job_id(in);
    PRAMANA_TRY(in.finish("store.codec.corpus_head"));
    return record;
}

}  // namespace pramana::store
