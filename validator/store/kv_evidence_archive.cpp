#include "kv_evidence_archive.hpp"

#include "pramana/core/check.hpp"
#include "pramana/core/sha256.hpp"

#include "codec.hpp"
#include "keys.hpp"

namespace pramana::store {
namespace {

constexpr std::uint8_t kStatementVersion = 1;

Bytes encode(const StatementRecord& record) {
    RecordWriter out{kStatementVersion};
    out.fixed(record.statement);
    out.u64(record.sequence);
    out.fixed(record.evidence);
    out.optional(record.collateral, [&](const Hash32& hash) { out.fixed(hash); });
    out.i64(record.taken_unix_s);
    return out.take();
}

Result<StatementRecord> decode_statement(ByteView raw) {
    RecordReader in{raw, kStatementVersion};
    StatementRecord record;
    record.statement = in.fixed<Hash32>();
    record.sequence = in.u64();
    record.evidence = in.fixed<Hash32>();
    record.collateral = in.optional([&] { return in.fixed<Hash32>(); });
    record.taken_unix_s = in.i64();
    PRAMANA_TRY(in.finish("store.archive.statement"));
    return record;
}

Bytes copy_of(ByteView content) { return {content.begin(), content.end()}; }

Status check_size(ByteView content) {
    if (content.size() > kArchivedBytesMax) return Error{Errc::kTooLarge, "store.archive.size"};
    return Done{};
}

}  // namespace

Result<Hash32> KvEvidenceArchive::put(ByteView content) {
    PRAMANA_TRY(check_size(content));
    const Hash32 hash = sha256(content);
    const Result<std::optional<Bytes>> known = tables_.engine.get(keys::archived(hash));
    if (!known) return known.error();
    if (*known) return hash;
    WriteSet changes;
    changes.put(keys::archived(hash), copy_of(content));
    PRAMANA_TRY(tables_.engine.write(changes));
    return hash;
}

Result<Bytes> KvEvidenceArchive::get(const Hash32& sha256_of_it) {
    Result<std::optional<Bytes>> found = tables_.engine.get(keys::archived(sha256_of_it));
    if (!found) return found.error();
    if (!*found) return Error{Errc::kNotFound, "store.archive"};
    if (sha256(**found) != sha256_of_it) return Error{Errc::kStoreCorrupt, "store.archive.hash"};
    return **std::move(found);
}

Status KvEvidenceArchive::add_statement(const StatementRecord& record, ByteView text,
                                        ByteView evidence) {
    PRAMANA_TRY(check_size(text));
    PRAMANA_TRY(check_size(evidence));
    PRAMANA_CHECK(sha256(text) == record.statement && sha256(evidence) == record.evidence);
    const LockSet::Held held = tables_.locks.lock({keys::kNewestStatement});
    const Result<std::optional<StatementRecord>> newest = newest_statement();
    if (!newest) return newest.error();
    if (record.sequence != (*newest ? (*newest)->sequence + 1 : 0))
        return Error{Errc::kConflict, "store.archive.sequence"};
    WriteSet changes;
    changes.put(keys::archived(record.statement), copy_of(text));
    changes.put(keys::archived(record.evidence), copy_of(evidence));
    changes.put(keys::statement(record.statement), encode(record));
    changes.put(keys::kNewestStatement, copy_of(record.statement.view()));
    return tables_.engine.write(changes);
}

Status KvEvidenceArchive::attach_collateral(const Hash32& hash, ByteView collateral) {
    PRAMANA_TRY(check_size(collateral));
    const LockSet::Held held = tables_.locks.lock({keys::kNewestStatement});
    Result<StatementRecord> record = statement(hash);
    if (!record) return record.error();
    if (record->collateral) return Done{};
    record->collateral = sha256(collateral);
    WriteSet changes;
    changes.put(keys::archived(*record->collateral), copy_of(collateral));
    changes.put(keys::statement(hash), encode(*record));
    return tables_.engine.write(changes);
}

Result<StatementRecord> KvEvidenceArchive::statement(const Hash32& hash) {
    const Result<std::optional<Bytes>> found = tables_.engine.get(keys::statement(hash));
    if (!found) return found.error();
    if (!*found) return Error{Errc::kNotFound, "store.archive.statement"};
    Result<StatementRecord> record = decode_statement(**found);
    if (record && record->statement != hash)
        return Error{Errc::kStoreCorrupt, "store.archive.statement"};
    return record;
}

Result<std::optional<StatementRecord>> KvEvidenceArchive::newest_statement() {
    const Result<std::optional<Bytes>> found = tables_.engine.get(keys::kNewestStatement);
    if (!found) return found.error();
    if (!*found) return std::optional<StatementRecord>{};
    Hash32 hash;
    if ((*found)->size() != Hash32::kSize)
        return Error{Errc::kStoreCorrupt, "store.archive.newest"};
    std::ranges::copy(**found, hash.bytes.begin());
    Result<StatementRecord> record = statement(hash);
    if (!record && record.error().code == Errc::kNotFound)
        return Error{Errc::kStoreCorrupt, "store.archive.newest"};
    if (!record) return record.error();
    return std::optional{*std::move(record)};
}

Status KvEvidenceArchive::put_note(std::string_view name, ByteView content) {
    PRAMANA_TRY(check_size(content));
    WriteSet changes;
    changes.put(keys::archive_note(name), copy_of(content));
    return tables_.engine.write(changes);
}

Result<std::optional<Bytes>> KvEvidenceArchive::note(std::string_view name) {
    return tables_.engine.get(keys::archive_note(name));
}

}  // namespace pramana::store
