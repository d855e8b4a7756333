#include "kv_corpus_log.hpp"

#include "pramana/core/check.hpp"

#include "keys.hpp"
#include "record_codec.hpp"

namespace pramana::store {

Result<CorpusHead> KvCorpusLog::head(const CorpusKey& corpus) {
    Result<std::optional<Bytes>> found = tables_.engine.get(keys::corpus_head(corpus));
    if (!found) return found.error();
    if (!*found) return CorpusHead{};
    return decode_corpus_head(**found);
}

Result<std::optional<std::uint32_t>> KvCorpusLog::newest_epoch(const Hash32& corpus_id) {
    const std::string prefix = keys::corpus_heads(corpus_id);
    const Result<std::optional<std::string>> last = tables_.engine.last_key(prefix);
    if (!last) return last.error();
    if (!*last) return std::optional<std::uint32_t>{};
    const ByteView epoch = as_bytes_view(**last).subspan(prefix.size());
    if (epoch.size() != sizeof(std::uint32_t))
        return Error{Errc::kStoreCorrupt, "store.corpus.head_key"};
    return std::optional{load_be<std::uint32_t>(epoch.data())};
}

Result<CorpusHead> KvCorpusLog::held_head(const JobRecord& job) {
    if (!job.corpus || !job.place) return Error{Errc::kConflict, "store.corpus.no_place"};
    Result<CorpusHead> now = head(*job.corpus);
    if (!now) return now.error();
    if (now->holder != job.id || now->size != number(*job.place))
        return Error{Errc::kConflict, "store.corpus.holder"};
    return now;
}

Result<CorpusPosition> KvCorpusLog::take_place(JobRecord& job, const CorpusKey& corpus) {
    const LockSet::Held held = tables_.locks.lock({keys::job(job.id), keys::corpus_head(corpus)});
    Result<CorpusHead> now = head(corpus);
    if (!now) return now.error();
    if (now->holder && *now->holder != job.id) return Error{Errc::kBusy, "store.corpus.taken"};
    now->holder = job.id;
    JobRecord next = job;
    next.corpus = corpus;
    next.place = CorpusPosition{now->size};
    WriteSet changes;
    PRAMANA_TRY(tables_.stage(changes, next));
    changes.put(keys::corpus_head(corpus), encode(*now));
    PRAMANA_TRY(tables_.engine.write(changes));
    job = std::move(next);
    return *job.place;
}

Status KvCorpusLog::append(JobRecord& job, const CorpusEntry& entry) {
    if (!job.corpus) return Error{Errc::kConflict, "store.corpus.no_place"};
    PRAMANA_CHECK(entry.job == job.id);
    const LockSet::Held held =
        tables_.locks.lock({keys::job(job.id), keys::corpus_head(*job.corpus)});
    Result<CorpusHead> now = held_head(job);
    if (!now) return now.error();
    if (now->size > 0 && now->root != entry.previous_root)
        return Error{Errc::kConflict, "store.corpus.root"};
    const CorpusPosition place{now->size};
    *now = {.size = now->size + 1, .root = entry.new_root, .holder = std::nullopt};
    WriteSet changes;
    JobRecord next = job;
    PRAMANA_TRY(tables_.stage(changes, next));
    changes.put(keys::corpus_head(*job.corpus), encode(*now));
    changes.put(keys::corpus_entry(*job.corpus, place), encode(entry));
    Bytes position;
    append_be(position, number(place));
    changes.put(keys::corpus_place(*job.corpus, entry.contribution), std::move(position));
    PRAMANA_TRY(tables_.engine.write(changes));
    job = std::move(next);
    return Done{};
}

Status KvCorpusLog::release_place(JobRecord& job) {
    if (!job.corpus) return Error{Errc::kConflict, "store.corpus.no_place"};
    const CorpusKey corpus = *job.corpus;
    const LockSet::Held held = tables_.locks.lock({keys::job(job.id), keys::corpus_head(corpus)});
    Result<CorpusHead> now = held_head(job);
    if (!now) return now.error();
    now->holder.reset();
    JobRecord next = job;
    next.corpus.reset();
    next.place.reset();
    WriteSet changes;
    PRAMANA_TRY(tables_.stage(changes, next));
    changes.put(keys::corpus_head(corpus), encode(*now));
    PRAMANA_TRY(tables_.engine.write(changes));
    job = std::move(next);
    return Done{};
}

Result<CorpusEntry> KvCorpusLog::entry(const CorpusKey& corpus, CorpusPosition place) {
    Result<std::optional<Bytes>> found = tables_.engine.get(keys::corpus_entry(corpus, place));
    if (!found) return found.error();
    if (!*found) return Error{Errc::kNotFound, "store.corpus.entry"};
    return decode_corpus_entry(**found);
}

Result<std::optional<KvCorpusLog::Standing>> KvCorpusLog::standing_of(const CorpusKey& corpus,
                                                                      const ContributionId& id) {
    constexpr std::size_t kNumber = sizeof(std::uint64_t);
    Result<std::optional<Bytes>> found = tables_.engine.get(keys::corpus_place(corpus, id));
    if (!found) return found.error();
    if (!*found) return std::optional<Standing>{};
    const Bytes& value = **found;
    if (value.size() != kNumber && value.size() != 2 * kNumber)
        return Error{Errc::kStoreCorrupt, "store.corpus.place_of"};
    Standing standing{.place = CorpusPosition{load_be<std::uint64_t>(value.data())}, .heir = {}};
    if (value.size() > kNumber)
        standing.heir = JobId{load_be<std::uint64_t>(value.data() + kNumber)};
    return std::optional{standing};
}

Result<std::optional<CorpusPosition>> KvCorpusLog::place_of(const CorpusKey& corpus,
                                                            const ContributionId& id) {
    const Result<std::optional<Standing>> standing = standing_of(corpus, id);
    if (!standing) return standing.error();
    if (!*standing) return std::optional<CorpusPosition>{};
    return std::optional{(*standing)->place};
}

Result<std::optional<JobId>> KvCorpusLog::scored_job_of(const CorpusKey& corpus,
                                                        const ContributionId& id) {
    const Result<std::optional<Standing>> standing = standing_of(corpus, id);
    if (!standing) return standing.error();
    if (!*standing) return std::optional<JobId>{};
    if ((*standing)->heir) return (*standing)->heir;
    const Result<CorpusEntry> filled = entry(corpus, (*standing)->place);
    if (!filled) return Error{Errc::kStoreCorrupt, "store.corpus.place_of.entry"};
    return std::optional{filled->job};
}

Status KvCorpusLog::inherit(JobRecord& job) {
    if (!job.corpus || !job.place || !job.contribution)
        return Error{Errc::kConflict, "store.corpus.no_place"};
    const LockSet::Held held =
        tables_.locks.lock({keys::job(job.id), keys::corpus_head(*job.corpus)});
    const Result<std::optional<Standing>> standing = standing_of(*job.corpus, *job.contribution);
    if (!standing) return standing.error();
    if (!*standing || (*standing)->place != *job.place)
        return Error{Errc::kConflict, "store.corpus.inherit"};
    WriteSet changes;
    JobRecord next = job;
    PRAMANA_TRY(tables_.stage(changes, next));
    Bytes value;
    append_be(value, number(*job.place));
    append_be(value, number(job.id));
    changes.put(keys::corpus_place(*job.corpus, *job.contribution), std::move(value));
    PRAMANA_TRY(tables_.engine.write(changes));
    job = std::move(next);
    return Done{};
}

}  // namespace pramana::store
