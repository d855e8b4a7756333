#include "pramana/core/check.hpp"

#include "codec.hpp"
#include "record_codec.hpp"

namespace pramana::store {
namespace {

constexpr std::uint8_t kSlotVersion = 3;
constexpr std::uint8_t kSlotVersionUntimed = 2;  ///< attempts had no time
constexpr std::uint8_t kRegressionVersion = 1;

void write_attempt(RecordWriter& out, const SlotAttempt& attempt) {
    PRAMANA_CHECK(attempt.raw.size() <= kRawTransactionBytesMax);
    out.u8(attempt.kind);
    out.fixed(attempt.tx_hash);
    out.bytes(attempt.raw);
    out.u64(attempt.max_fee_wei);
    out.u64(attempt.tip_wei);
    out.u64(attempt.gas_max);
    out.u64(attempt.signed_unix_s);
}

SlotAttempt read_attempt(RecordReader& in, bool timed) {
    SlotAttempt attempt;
    attempt.kind = in.u8();
    attempt.tx_hash = in.fixed<Hash32>();
    attempt.raw = in.bytes(kRawTransactionBytesMax);
    attempt.max_fee_wei = in.u64();
    attempt.tip_wei = in.u64();
    attempt.gas_max = in.u64();
    if (timed) attempt.signed_unix_s = in.u64();
    return attempt;
}

void write_inclusion(RecordWriter& out, const SlotInclusion& inclusion) {
    PRAMANA_CHECK(inclusion.landed.size() <= kSlotJobsMax);
    out.u64(inclusion.block_number);
    out.fixed(inclusion.block_hash);
    out.u64(inclusion.block_unix_s);
    out.fixed(inclusion.tx_hash);
    out.flag(inclusion.succeeded);
    out.u64(inclusion.gas_used);
    out.u64(inclusion.gas_price_wei);
    out.u32(static_cast<std::uint32_t>(inclusion.landed.size()));
    for (const SlotLanded& landed : inclusion.landed) {
        out.u64(number(landed.job));
        out.optional(landed.proof_index, [&](std::uint64_t index) { out.u64(index); });
    }
}

SlotInclusion read_inclusion(RecordReader& in) {
    SlotInclusion inclusion;
    inclusion.block_number = in.u64();
    inclusion.block_hash = in.fixed<Hash32>();
    inclusion.block_unix_s = in.u64();
    inclusion.tx_hash = in.fixed<Hash32>();
    inclusion.succeeded = in.flag();
    inclusion.gas_used = in.u64();
    inclusion.gas_price_wei = in.u64();
    const std::uint32_t landed = in.u32();
    if (landed > kSlotJobsMax) in.fail();
    for (std::uint32_t i = 0; i < landed && !in.failed(); ++i) {
        SlotLanded one;
        one.job = JobId{in.u64()};
        one.proof_index = in.optional([&] { return in.u64(); });
        inclusion.landed.push_back(one);
    }
    return inclusion;
}

void write_recognition(RecordWriter& out, const SlotRecognition& success) {
    out.u8(success.sign);
    out.fixed(success.emitter);
    out.fixed(success.topic0);
    out.u8(success.topic);
}

SlotRecognition read_recognition(RecordReader& in) {
    SlotRecognition success;
    success.sign = in.u8();
    success.emitter = in.fixed<Address>();
    success.topic0 = in.fixed<Hash32>();
    success.topic = in.u8();
    return success;
}

void read_jobs(RecordReader& in, std::vector<SlotJob>& jobs) {
    const std::uint32_t count = in.u32();
    if (count > kSlotJobsMax) in.fail();
    for (std::uint32_t i = 0; i < count && !in.failed(); ++i) {
        SlotJob job;
        job.job = JobId{in.u64()};
        job.file = FileId{in.u64()};
        job.call_hash = in.fixed<Hash32>();
        jobs.push_back(job);
    }
}

}  // namespace

Bytes encode(const SlotRecord& record) {
    PRAMANA_CHECK(!record.attempts.empty() && record.attempts.size() <= kSlotAttemptsMax);
    PRAMANA_CHECK(record.jobs.size() <= kSlotJobsMax);
    RecordWriter out{kSlotVersion};
    out.u64(record.tx_nonce);
    out.u8(static_cast<std::uint8_t>(record.purpose));
    out.fixed(record.to);
    out.u32(static_cast<std::uint32_t>(record.jobs.size()));
    for (const SlotJob& each : record.jobs) {
        out.u64(number(each.job));
        out.u64(number(each.file));
        out.fixed(each.call_hash);
    }
    write_recognition(out, record.success);
    out.fixed(record.call_hash);
    out.u64(record.bound_unix_s);
    out.u8(static_cast<std::uint8_t>(record.state));
    out.u32(static_cast<std::uint32_t>(record.attempts.size()));
    for (const SlotAttempt& attempt : record.attempts) write_attempt(out, attempt);
    out.optional(record.inclusion, [&](const SlotInclusion& held) { write_inclusion(out, held); });
    out.u8(static_cast<std::uint8_t>(record.void_reason));
    return out.take();
}

Result<SlotRecord> decode_slot(ByteView bytes) {
    const bool timed = bytes.empty() || bytes.front() != kSlotVersionUntimed;
    RecordReader in{bytes, timed ? kSlotVersion : kSlotVersionUntimed};
    SlotRecord record;
    record.tx_nonce = in.u64();
    record.purpose = in.enumerator(SlotPurpose::kFees);
    record.to = in.fixed<Address>();
    read_jobs(in, record.jobs);
    record.success = read_recognition(in);
    record.call_hash = in.fixed<Hash32>();
    record.bound_unix_s = in.u64();
    record.state = in.enumerator(SlotState::kVoided);
    const std::uint32_t attempts = in.u32();
    if (attempts == 0 || attempts > kSlotAttemptsMax) in.fail();
    for (std::uint32_t i = 0; i < attempts && !in.failed(); ++i)
        record.attempts.push_back(read_attempt(in, timed));
    record.inclusion = in.optional([&] { return read_inclusion(in); });
    record.void_reason = in.enumerator(SlotVoid::kPointless);
    PRAMANA_TRY(in.finish("store.codec.slot"));
    return record;
}

Bytes encode(const SlotRegression& record) {
    RecordWriter out{kRegressionVersion};
    out.u64(record.times);
    out.u64(record.from_nonce);
    out.u64(record.to_nonce);
    out.u64(record.head_number);
    out.u64(record.deepest);
    return out.take();
}

Result<SlotRegression> decode_regression(ByteView bytes) {
    RecordReader in{bytes, kRegressionVersion};
    SlotRegression record;
    record.times = in.u64();
    record.from_nonce = in.u64();
    record.to_nonce = in.u64();
    record.head_number = in.u64();
    record.deepest = in.u64();
    PRAMANA_TRY(in.finish("store.codec.regression"));
    return record;
}

}  // namespace pramana::store
