#include "pramana/core/check.hpp"

#include "codec.hpp"
#include "record_codec.hpp"

namespace pramana::store {
namespace {

constexpr std::uint8_t kSlotVersion = 1;

void write_attempt(RecordWriter& out, const SlotAttempt& attempt) {
    PRAMANA_CHECK(attempt.raw.size() <= kRawTransactionBytesMax);
    out.u8(attempt.kind);
    out.fixed(attempt.tx_hash);
    out.bytes(attempt.raw);
    out.u64(attempt.max_fee_wei);
    out.u64(attempt.tip_wei);
    out.u64(attempt.gas_max);
}

SlotAttempt read_attempt(RecordReader& in) {
    SlotAttempt attempt;
    attempt.kind = in.u8();
    attempt.tx_hash = in.fixed<Hash32>();
    attempt.raw = in.bytes(kRawTransactionBytesMax);
    attempt.max_fee_wei = in.u64();
    attempt.tip_wei = in.u64();
    attempt.gas_max = in.u64();
    return attempt;
}

void write_inclusion(RecordWriter& out, const SlotInclusion& inclusion) {
    out.u64(inclusion.block_number);
    out.fixed(inclusion.block_hash);
    out.fixed(inclusion.tx_hash);
    out.flag(inclusion.succeeded);
    out.u64(inclusion.gas_used);
    out.u64(inclusion.gas_price_wei);
    out.optional(inclusion.proof_index, [&](std::uint64_t index) { out.u64(index); });
}

SlotInclusion read_inclusion(RecordReader& in) {
    SlotInclusion inclusion;
    inclusion.block_number = in.u64();
    inclusion.block_hash = in.fixed<Hash32>();
    inclusion.tx_hash = in.fixed<Hash32>();
    inclusion.succeeded = in.flag();
    inclusion.gas_used = in.u64();
    inclusion.gas_price_wei = in.u64();
    inclusion.proof_index = in.optional([&] { return in.u64(); });
    return inclusion;
}

}  // namespace

Bytes encode(const SlotRecord& record) {
    PRAMANA_CHECK(!record.attempts.empty() && record.attempts.size() <= kSlotAttemptsMax);
    RecordWriter out{kSlotVersion};
    out.u64(record.tx_nonce);
    out.u64(number(record.job));
    out.u64(number(record.file));
    out.fixed(record.call_hash);
    out.u8(static_cast<std::uint8_t>(record.state));
    out.u32(static_cast<std::uint32_t>(record.attempts.size()));
    for (const SlotAttempt& attempt : record.attempts) write_attempt(out, attempt);
    out.optional(record.inclusion, [&](const SlotInclusion& held) { write_inclusion(out, held); });
    out.u8(static_cast<std::uint8_t>(record.void_reason));
    return out.take();
}

Result<SlotRecord> decode_slot(ByteView bytes) {
    RecordReader in{bytes, kSlotVersion};
    SlotRecord record;
    record.tx_nonce = in.u64();
    record.job = JobId{in.u64()};
    record.file = FileId{in.u64()};
    record.call_hash = in.fixed<Hash32>();
    record.state = in.enumerator(SlotState::kVoided);
    const std::uint32_t attempts = in.u32();
    if (attempts == 0 || attempts > kSlotAttemptsMax) in.fail();
    for (std::uint32_t i = 0; i < attempts && !in.failed(); ++i)
        record.attempts.push_back(read_attempt(in));
    record.inclusion = in.optional([&] { return read_inclusion(in); });
    record.void_reason = in.enumerator(SlotVoid::kJobGone);
    PRAMANA_TRY(in.finish("store.codec.slot"));
    return record;
}

}  // namespace pramana::store
