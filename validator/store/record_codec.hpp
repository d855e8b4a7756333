#pragma once

#include "pramana/store/records.hpp"

namespace pramana::store {

// One pair for each record. Encoding checks the bounds of records.hpp: a breach is a bug and
// aborts. Decoding is strict (a foreign version, a length beyond its bound, an unknown enumerator,
// bytes left over). Errors of all decoders: kStoreCorrupt.

[[nodiscard]] Bytes encode(const ContributionRecord& record);
[[nodiscard]] Bytes encode(const JobRecord& record);
[[nodiscard]] Bytes encode(const JobRemains& record);
[[nodiscard]] Bytes encode(const CorpusEntry& record);
[[nodiscard]] Bytes encode(const CorpusHead& record);
[[nodiscard]] Bytes encode(const SlotRecord& record);
[[nodiscard]] Bytes encode(const SlotRegression& record);

[[nodiscard]] Result<ContributionRecord> decode_contribution(ByteView record);
[[nodiscard]] Result<JobRecord> decode_job(ByteView record);
[[nodiscard]] Result<JobRemains> decode_job_remains(ByteView record);
[[nodiscard]] Result<CorpusEntry> decode_corpus_entry(ByteView record);
[[nodiscard]] Result<CorpusHead> decode_corpus_head(ByteView record);
[[nodiscard]] Result<SlotRecord> decode_slot(ByteView record);
[[nodiscard]] Result<SlotRegression> decode_regression(ByteView record);

}  // namespace pramana::store
