#include "tables.hpp"

#include "keys.hpp"
#include "record_codec.hpp"

namespace pramana::store {
namespace {

/// The stored record under `key`; nullopt = none.
template <class Record, class Decode>
Result<std::optional<Record>> load(KeyValue& engine, const std::string& key, Decode decode) {
    Result<std::optional<Bytes>> raw = engine.get(key);
    if (!raw) return raw.error();
    if (!*raw) return std::optional<Record>{};
    Result<Record> record = decode(**raw);
    if (!record) return record.error();
    return std::optional<Record>{*std::move(record)};
}

template <class Record>
bool revision_fits(const std::optional<Record>& stored, const Record& record) {
    return stored ? stored->revision == record.revision : record.revision == 0;
}

/// Index entries are derived from the record alone, so removing those of the old and adding those
/// of the new record keeps them true.
void index(WriteSet& changes, const JobRecord& record, bool add) {
    const auto set = [&](std::string key) {
        add ? changes.put(std::move(key), {}) : changes.erase(std::move(key));
    };
    if (!is_terminal(record.stage)) set(keys::open_job(record.id));
    if (record.due_unix_s > 0) set(keys::due(record.due_unix_s, record.id));
    if (record.blob_held) set(keys::blob_holder(record.sealed_sha256, record.id));
}

void index(WriteSet& changes, const ContributionRecord& record, bool add) {
    const auto set = [&](std::string key) {
        add ? changes.put(std::move(key), {}) : changes.erase(std::move(key));
    };
    if (!is_terminal(record.stage)) set(keys::open_contribution(record.id));
    if (record.due_unix_s > 0) set(keys::due(record.due_unix_s, record.id));
    if (record.blob_held) set(keys::blob_holder(record.sealed_sha256, record.id));
}

}  // namespace

Result<JobRecord> Tables::job(JobId id) const {
    Result<std::optional<JobRecord>> found = load<JobRecord>(engine, keys::job(id), decode_job);
    if (!found) return found.error();
    if (!*found) return Error{Errc::kNotFound, "store.job"};
    if ((*found)->id != id) return Error{Errc::kStoreCorrupt, "store.job.id"};
    return **std::move(found);
}

Result<ContributionRecord> Tables::contribution(const ContributionId& id) const {
    Result<std::optional<ContributionRecord>> found =
        load<ContributionRecord>(engine, keys::contribution(id), decode_contribution);
    if (!found) return found.error();
    if (!*found) return Error{Errc::kNotFound, "store.contribution"};
    if ((*found)->id != id) return Error{Errc::kStoreCorrupt, "store.contribution.id"};
    return **std::move(found);
}

Status Tables::stage(WriteSet& changes, JobRecord& record) const {
    Result<std::optional<JobRecord>> stored =
        load<JobRecord>(engine, keys::job(record.id), decode_job);
    if (!stored) return stored.error();
    if (!revision_fits(*stored, record)) return Error{Errc::kConflict, "store.job.revision"};
    if (*stored) index(changes, **stored, false);
    ++record.revision;
    index(changes, record, true);
    changes.put(keys::job(record.id), encode(record));
    return Done{};
}

Status Tables::stage(WriteSet& changes, ContributionRecord& record,
                     std::optional<ContributionRecord>* stored_out) const {
    Result<std::optional<ContributionRecord>> stored =
        load<ContributionRecord>(engine, keys::contribution(record.id), decode_contribution);
    if (!stored) return stored.error();
    if (!revision_fits(*stored, record))
        return Error{Errc::kConflict, "store.contribution.revision"};
    if (*stored) index(changes, **stored, false);
    ++record.revision;
    index(changes, record, true);
    changes.put(keys::contribution(record.id), encode(record));
    if (stored_out != nullptr) *stored_out = *std::move(stored);
    return Done{};
}

Status Tables::stage_removal(WriteSet& changes, const JobRecord& record) const {
    const Result<JobRecord> stored = job(record.id);
    if (!stored) return stored.error();
    if (stored->revision != record.revision) return Error{Errc::kConflict, "store.job.revision"};
    index(changes, *stored, false);
    changes.erase(keys::job(record.id));
    return Done{};
}

Status Tables::stage_removal(WriteSet& changes, const ContributionRecord& record) const {
    const Result<ContributionRecord> stored = contribution(record.id);
    if (!stored) return stored.error();
    if (stored->revision != record.revision)
        return Error{Errc::kConflict, "store.contribution.revision"};
    index(changes, *stored, false);
    changes.erase(keys::contribution(record.id));
    return Done{};
}

}  // namespace pramana::store
