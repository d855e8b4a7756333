#include "kv_job_store.hpp"

#include "pramana/core/check.hpp"
#include "pramana/core/hex.hpp"

#include "keys.hpp"
#include "record_codec.hpp"

#include <algorithm>

namespace pramana::store {

Status OpenCounters::reserve(const Address& wallet, std::uint64_t bytes, const Quota& quota) {
    const std::lock_guard lock{mutex_};
    const auto found = wallets_.find(wallet);
    const Usage own = found == wallets_.end() ? Usage{} : found->second;
    // Subtraction, because a sum could wrap.
    if (own.count >= quota.wallet_count_max || own.bytes > quota.wallet_bytes_max ||
        bytes > quota.wallet_bytes_max - own.bytes)
        return Error{Errc::kQuotaExceeded, "store.quota.wallet"};
    if (total_.count >= quota.total_count_max || total_.bytes > quota.total_bytes_max ||
        bytes > quota.total_bytes_max - total_.bytes)
        return Error{Errc::kBusy, "store.quota.total"};
    wallets_[wallet] = {own.count + 1, own.bytes + bytes};
    total_ = {total_.count + 1, total_.bytes + bytes};
    return Done{};
}

void OpenCounters::add(const Address& wallet, std::uint64_t bytes) {
    const std::lock_guard lock{mutex_};
    Usage& own = wallets_[wallet];
    own = {own.count + 1, own.bytes + bytes};
    total_ = {total_.count + 1, total_.bytes + bytes};
}

void OpenCounters::remove(const Address& wallet, std::uint64_t bytes) {
    const std::lock_guard lock{mutex_};
    const auto found = wallets_.find(wallet);
    PRAMANA_CHECK(found != wallets_.end() && found->second.count > 0 &&
                  found->second.bytes >= bytes);
    found->second = {found->second.count - 1, found->second.bytes - bytes};
    if (found->second.count == 0) wallets_.erase(found);
    total_ = {total_.count - 1, total_.bytes - bytes};
}

Usage OpenCounters::of(const Address& wallet) const {
    const std::lock_guard lock{mutex_};
    const auto found = wallets_.find(wallet);
    return found == wallets_.end() ? Usage{} : found->second;
}

Usage OpenCounters::total() const {
    const std::lock_guard lock{mutex_};
    return total_;
}

Status KvJobStore::load() {
    std::vector<ContributionId> open;
    bool fits = true;
    PRAMANA_TRY(tables_.engine.scan("p", [&](std::string_view key, ByteView) {
        Result<ContributionId> id = fixed_from_bytes<ContributionId>(as_bytes_view(key.substr(1)));
        fits = fits && id.has_value();
        if (id) open.push_back(*id);
        return fits;
    }));
    if (!fits) return Error{Errc::kStoreCorrupt, "store.open_contribution.key"};
    for (const ContributionId& id : open) {
        Result<ContributionRecord> record = tables_.contribution(id);
        if (!record) return Error{Errc::kStoreCorrupt, "store.open_contribution.record"};
        open_.add(record->wallet, record->sealed_bytes);
    }
    return Done{};
}

Status KvJobStore::admit(ContributionRecord& contribution, const Quota& quota) {
    PRAMANA_CHECK(!is_terminal(contribution.stage));
    const LockSet::Held held = tables_.locks.lock({keys::contribution(contribution.id)});
    ContributionRecord next = contribution;
    WriteSet changes;
    std::optional<ContributionRecord> stored;
    PRAMANA_TRY(tables_.stage(changes, next, &stored));
    const bool counted = stored && !is_terminal(stored->stage);
    if (!counted) PRAMANA_TRY(open_.reserve(next.wallet, next.sealed_bytes, quota));
    if (Status written = tables_.engine.write(changes); !written) {
        if (!counted) open_.remove(next.wallet, next.sealed_bytes);
        return written.error();
    }
    contribution = std::move(next);
    return Done{};
}

Status KvJobStore::write_contribution(JobRecord* job, ContributionRecord& contribution) {
    WriteSet changes;
    ContributionRecord next = contribution;
    std::optional<ContributionRecord> stored;
    PRAMANA_TRY(tables_.stage(changes, next, &stored));
    // Opening anew is admit's: only it knows the quota.
    PRAMANA_CHECK(stored && (!is_terminal(stored->stage) || is_terminal(next.stage)));
    PRAMANA_CHECK(stored->wallet == next.wallet && stored->sealed_bytes == next.sealed_bytes);
    JobRecord next_job;
    if (job != nullptr) {
        next_job = *job;
        PRAMANA_TRY(tables_.stage(changes, next_job));
    }
    PRAMANA_TRY(tables_.engine.write(changes));
    if (is_terminal(next.stage) && !is_terminal(stored->stage))
        open_.remove(next.wallet, next.sealed_bytes);
    contribution = std::move(next);
    if (job != nullptr) *job = std::move(next_job);
    return Done{};
}

Status KvJobStore::put(ContributionRecord& contribution) {
    const LockSet::Held held = tables_.locks.lock({keys::contribution(contribution.id)});
    return write_contribution(nullptr, contribution);
}

Status KvJobStore::put(JobRecord& job, ContributionRecord& contribution) {
    const LockSet::Held held =
        tables_.locks.lock({keys::job(job.id), keys::contribution(contribution.id)});
    return write_contribution(&job, contribution);
}

Status KvJobStore::put(std::span<JobRecord> jobs) {
    std::vector<std::string> names;
    for (const JobRecord& job : jobs) names.push_back(keys::job(job.id));
    std::sort(names.begin(), names.end());
    PRAMANA_CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
    const LockSet::Held held = tables_.locks.lock(names);
    WriteSet changes;
    std::vector<JobRecord> next{jobs.begin(), jobs.end()};
    for (JobRecord& job : next) PRAMANA_TRY(tables_.stage(changes, job));
    PRAMANA_TRY(tables_.engine.write(changes));
    std::move(next.begin(), next.end(), jobs.begin());
    return Done{};
}

Status KvJobStore::put(JobRecord& job, const ProofDocument& document) {
    PRAMANA_CHECK(document.text.size() <= kDocumentBytesMax);
    const LockSet::Held held = tables_.locks.lock({keys::job(job.id)});
    WriteSet changes;
    JobRecord next = job;
    if (const Result<JobRecord> before = tables_.job(job.id); before && before->document) {
        changes.erase(keys::document(*before->document));
        changes.erase(keys::job_of_document(*before->document));
    }
    PRAMANA_TRY(tables_.stage(changes, next));
    changes.put(keys::document(document.hash), document.text);
    Bytes owner;
    append_be(owner, number(job.id));
    changes.put(keys::job_of_document(document.hash), std::move(owner));
    PRAMANA_TRY(tables_.engine.write(changes));
    job = std::move(next);
    return Done{};
}

Status KvJobStore::purge(const ContributionRecord& contribution) {
    PRAMANA_CHECK(is_terminal(contribution.stage) && !contribution.blob_held);
    const LockSet::Held held = tables_.locks.lock({keys::contribution(contribution.id)});
    WriteSet changes;
    PRAMANA_TRY(tables_.stage_removal(changes, contribution));
    return tables_.engine.write(changes);
}

Status KvJobStore::purge(const JobRecord& job) {
    PRAMANA_CHECK(is_terminal(job.stage) && !job.blob_held);
    const LockSet::Held held = tables_.locks.lock({keys::job(job.id)});
    WriteSet changes;
    PRAMANA_TRY(tables_.stage_removal(changes, job));
    changes.erase(keys::seen_block(job.id));
    JobRemains remains{.stage = job.stage, .document = std::nullopt};
    if (job.stage == Stage::kFinal) {
        remains.document = job.document;
    } else if (job.document) {
        changes.erase(keys::document(*job.document));
        changes.erase(keys::job_of_document(*job.document));
    }
    changes.put(keys::job_remains(job.id), encode(remains));
    return tables_.engine.write(changes);
}

Result<std::optional<JobRemains>> KvJobStore::remains(JobId id) {
    const Result<std::optional<Bytes>> found = tables_.engine.get(keys::job_remains(id));
    if (!found) return found.error();
    if (!*found) return std::optional<JobRemains>{};
    const Result<JobRemains> remains = decode_job_remains(**found);
    if (!remains) return remains.error();
    return std::optional{*remains};
}

Result<ContributionRecord> KvJobStore::contribution(const ContributionId& id) {
    return tables_.contribution(id);
}

Result<JobRecord> KvJobStore::job(JobId id) { return tables_.job(id); }

Result<Bytes> KvJobStore::proof_document(const Hash32& hash) {
    Result<std::optional<Bytes>> found = tables_.engine.get(keys::document(hash));
    if (!found) return found.error();
    if (!*found) return Error{Errc::kNotFound, "store.document"};
    return **std::move(found);
}

Result<std::optional<std::uint64_t>> KvJobStore::number_at(const std::string& key) {
    const Result<std::optional<Bytes>> found = tables_.engine.get(key);
    if (!found) return found.error();
    if (!*found) return std::optional<std::uint64_t>{};
    if ((*found)->size() != sizeof(std::uint64_t))
        return Error{Errc::kStoreCorrupt, "store.number"};
    return std::optional{load_be<std::uint64_t>((*found)->data())};
}

Result<JobId> KvJobStore::job_of_document(const Hash32& hash) {
    const Result<std::optional<std::uint64_t>> id = number_at(keys::job_of_document(hash));
    if (!id) return id.error();
    if (!*id) return Error{Errc::kNotFound, "store.document.job"};
    return JobId{**id};
}

Result<std::uint64_t> KvJobStore::seen_block(JobId id) {
    const Result<std::optional<std::uint64_t>> noted = number_at(keys::seen_block(id));
    if (!noted) return noted.error();
    if (*noted) return **noted;
    const Result<JobRecord> record = job(id);
    if (!record) return record.error();
    return record->seen_block;
}

Status KvJobStore::note_seen_block(JobId id, std::uint64_t block_number) {
    const LockSet::Held held = tables_.locks.lock({keys::job(id)});
    const Result<std::uint64_t> now = seen_block(id);
    if (!now) return now.error();
    if (*now == block_number) return Done{};
    Bytes value;
    append_be(value, block_number);
    WriteSet changes;
    changes.put(keys::seen_block(id), std::move(value));
    return tables_.engine.write(changes);
}

Result<std::vector<JobId>> KvJobStore::open_jobs() {
    std::vector<JobId> open;
    bool fits = true;
    PRAMANA_TRY(tables_.engine.scan("o", [&](std::string_view key, ByteView) {
        fits = key.size() == 1 + sizeof(std::uint64_t);
        if (fits) open.push_back(JobId{load_be<std::uint64_t>(as_bytes_view(key).data() + 1)});
        return fits;
    }));
    if (!fits) return Error{Errc::kStoreCorrupt, "store.open_job.key"};
    return open;
}

Result<std::vector<JobRecord>> KvJobStore::jobs_below(std::optional<JobId> below,
                                                      std::size_t count_max) {
    std::vector<JobRecord> found;
    Status sound = Done{};
    const auto visit = [&](std::string_view, ByteView value) {
        if (found.size() == count_max) return false;
        Result<JobRecord> record = decode_job(value);
        if (!record) {
            sound = record.error();
            return false;
        }
        found.push_back(*std::move(record));
        return true;
    };
    PRAMANA_TRY(tables_.engine.scan_back("j", below ? keys::job(*below) : "", visit));
    PRAMANA_TRY(sound);
    return found;
}

Result<std::vector<DueItem>> KvJobStore::due(std::int64_t now_unix_s, std::size_t count_max) {
    constexpr std::size_t kHeader = 1 + sizeof(std::uint64_t);
    std::vector<DueItem> items;
    bool fits = true;
    const auto visit = [&](std::string_view key, ByteView) {
        if (items.size() == count_max) return false;
        fits = key.size() > kHeader + 1;
        if (!fits) return false;
        DueItem item;
        item.due_unix_s =
            static_cast<std::int64_t>(load_be<std::uint64_t>(as_bytes_view(key).data() + 1));
        if (item.due_unix_s > now_unix_s) return false;
        const ByteView id = as_bytes_view(key.substr(kHeader + 1));
        if (key[kHeader] == 'j' && id.size() == sizeof(std::uint64_t)) {
            item.job = JobId{load_be<std::uint64_t>(id.data())};
        } else if (key[kHeader] == 'c' && id.size() == ContributionId::kSize) {
            std::copy(id.begin(), id.end(), item.contribution.bytes.begin());
        } else {
            fits = false;
        }
        if (fits) items.push_back(item);
        return fits;
    };
    PRAMANA_TRY(tables_.engine.scan("x", visit));
    if (!fits) return Error{Errc::kStoreCorrupt, "store.due.key"};
    return items;
}

Result<bool> KvJobStore::blob_held(const Hash32& sha256) {
    bool held = false;
    PRAMANA_TRY(tables_.engine.scan(keys::blob_holders(sha256), [&](std::string_view, ByteView) {
        held = true;
        return false;
    }));
    return held;
}

Usage KvJobStore::usage(const Address& wallet) { return open_.of(wallet); }
Usage KvJobStore::usage_total() { return open_.total(); }

Result<std::optional<Bytes>> KvJobStore::cursor() { return tables_.engine.get(keys::kCursor); }

Status KvJobStore::put_cursor(ByteView record) {
    PRAMANA_CHECK(record.size() <= kCursorBytesMax);
    WriteSet changes;
    changes.put(keys::kCursor, Bytes{record.begin(), record.end()});
    return tables_.engine.write(changes);
}

}  // namespace pramana::store
