#include "corpus_directory.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/os/file.hpp"
#include "pramana/os/log.hpp"

#include <system_error>

namespace pramana::app {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::string_view kLogName = "log";
constexpr std::string_view kHeadName = "head";
constexpr std::string_view kSegmentsName = "segments";
constexpr std::size_t kHeadBytesMax = 256;

/// What a sealed entry is bound to: corpus, epoch, place and the root before it, so that none can
/// be moved, left out or taken from another history.
Bytes binding_of(const store::CorpusKey& corpus, std::uint64_t place, const Hash32& previous_root) {
    Bytes bound;
    append(bound, "pramana:corpus:entry:1");
    append(bound, corpus.id.view());
    append_be(bound, corpus.epoch);
    append_be(bound, place);
    append(bound, previous_root.view());
    return bound;
}

Bytes head_binding_of(const store::CorpusKey& corpus) {
    Bytes bound;
    append(bound, "pramana:corpus:head:1");
    append(bound, corpus.id.view());
    append_be(bound, corpus.epoch);
    return bound;
}

}  // namespace

CorpusDirectory::CorpusDirectory(std::unique_ptr<store::CorpusLogFile> log,
                                 const CorpusDirectoryOptions& options, SecretBytes key,
                                 scoring::ParallelFor parallel_for)
    : log_{std::move(log)},
      head_file_{options.directory / kHeadName},
      parallel_for_{std::move(parallel_for)},
      segments_{options.directory / kSegmentsName, log_->corpus(), key, parallel_for_},
      sealing_{std::move(key)},
      corpus_{log_->corpus().id, log_->corpus().epoch, parallel_for_},
      appends_{!options.places_max.has_value()} {}

Result<std::unique_ptr<CorpusDirectory>> CorpusDirectory::open(
    const CorpusDirectoryOptions& options, SecretBytes key, scoring::ParallelFor parallel_for) {
    if (options.may_create) {
        std::error_code failed;
        std::filesystem::create_directories(options.directory, failed);
        if (failed) return Error{Errc::kIo, "app.corpus.directory"};
    }
    Result<std::unique_ptr<store::CorpusLogFile>> log = store::CorpusLogFile::open(
        options.directory / kLogName, options.corpus, options.may_create);
    if (!log) return log.error();
    const std::uint64_t places = options.places_max.value_or((*log)->size());
    std::unique_ptr<CorpusDirectory> opened{
        new CorpusDirectory{*std::move(log), options, std::move(key), std::move(parallel_for)}};
    PRAMANA_TRY(opened->check_head());
    if (places > opened->log_->size()) return Error{Errc::kConflict, "app.corpus.places"};
    PRAMANA_TRY(opened->load(places));
    return opened;
}

Status CorpusDirectory::check_head() const {
    constexpr Error kCorrupt{Errc::kCorpusCorrupt, "app.corpus.head"};
    const Result<Bytes> sealed = read_file(head_file_, kHeadBytesMax);
    if (!sealed && sealed.error().code == Errc::kNotFound)
        return log_->size() == 0 ? write_head() : kCorrupt;
    if (!sealed) return sealed.error();
    const Result<SecretBytes> opened = sealing_.open(*sealed, head_binding_of(key()));
    if (!opened || opened->size() != sizeof(std::uint64_t)) return kCorrupt;
    return load_be<std::uint64_t>(opened->expose().data()) <= log_->size() ? Status{Done{}}
                                                                           : kCorrupt;
}

Status CorpusDirectory::write_head() const {
    Bytes places;
    append_be(places, log_->size());
    return write_file_durably(head_file_, sealing_.seal(places, head_binding_of(key())));
}

Status CorpusDirectory::load(std::uint64_t places) {
    Status loaded = segments_.load(corpus_, places);
    if (loaded) loaded = check_last_entry();
    if (!loaded && loaded.error().code != Errc::kCorpusCorrupt) return loaded;
    if (!loaded) {
        refused_ = segments_.fault();
        corpus_ = scoring::Corpus{key().id, key().epoch, parallel_for_};
    }
    return replay(places);
}

Status CorpusDirectory::check_last_entry() {
    const std::uint64_t size = corpus_.size();
    if (size == 0) return Done{};
    const Hash32& expected = corpus_.tree().leaves().back();
    const Result<SecretBytes> last = entry(size - 1, corpus_.previous_root());
    if (!last && last.error().code != Errc::kCorpusCorrupt) return last.error();
    const Hash32 found = last ? scoring::merkle_leaf(sha256(last->expose()).view()) : Hash32{};
    if (found == expected) return Done{};
    return segments_.refuse_history(expected, found);
}

Result<SecretBytes> CorpusDirectory::entry(std::uint64_t place, const Hash32& previous_root) {
    const Result<Bytes> sealed = log_->entry(place);
    if (!sealed) return sealed.error();
    Result<SecretBytes> opened = sealing_.open(*sealed, binding_of(key(), place, previous_root));
    if (!opened) return Error{Errc::kCorpusCorrupt, "app.corpus.entry"};
    return opened;
}

Status CorpusDirectory::replay(std::uint64_t places) {
    for (std::uint64_t place = corpus_.size(); place < places; ++place) {
        const Result<SecretBytes> opened = entry(place, corpus_.root());
        if (!opened) return opened.error();
        PRAMANA_TRY(corpus_.append(opened->expose()));
        corpus_.settle();
    }
    return Done{};
}

Status CorpusDirectory::append(ByteView corpus_entry) {
    if (!appends_) return Error{Errc::kConflict, "app.corpus.read_only"};
    PRAMANA_TRY(scoring::Corpus::check_entry(corpus_entry));
    const Bytes bound = binding_of(key(), corpus_.size(), corpus_.root());
    PRAMANA_TRY(log_->append(sealing_.seal(corpus_entry, bound)));
    PRAMANA_TRY(corpus_.append(corpus_entry));
    if (const Status noted = write_head(); !noted)  // the entry is safe in the log
        log::warn("corpus.head.not_written", {{"error", noted.error()}});
    if (!corpus_.settle()) return Done{};
    if (const Status kept = segments_.keep(corpus_); !kept)  // the entry is safe in the log
        log::warn("corpus.segments.not_kept", {{"error", kept.error()}});
    return Done{};
}

Status CorpusDirectory::checkpoint() {
    if (!appends_) return Error{Errc::kConflict, "app.corpus.read_only"};
    corpus_.settle(1);
    return segments_.keep(corpus_);
}

Status CorpusDirectory::append_unsaved(ByteView corpus_entry) {
    appends_ = false;  // the log and the memory part here
    return corpus_.append(corpus_entry);
}

Result<SecretBytes> corpus_key_in(const std::filesystem::path& file) {
    Result<SecretBytes> found = read_secret_file(file, kKeyBytes + 1);
    if (!found && found.error().code == Errc::kNotFound) {
        SecretBytes fresh{kKeyBytes};
        random_bytes(fresh.expose_mutable());
        PRAMANA_TRY(write_file_durably(file, fresh.expose()));
        return fresh;
    }
    if (!found && found.error().code != Errc::kTooLarge) return found.error();
    if (!found || found->size() != kKeyBytes)
        return Error{Errc::kBadRequest, "app.corpus.key_file"};
    return found;
}

}  // namespace pramana::app
