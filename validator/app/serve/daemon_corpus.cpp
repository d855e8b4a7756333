#include "daemon_corpus.hpp"

#include "pramana/pipeline/corpus_replay.hpp"
#include "pramana/store/store.hpp"
#include "sealing_adapters.hpp"

namespace pramana::app {
namespace {

Failure failure_to_read(const Error& error, const config::Config& config) {
    Failure failure = failure_of(error, "data_dir " + config.data_dir.string());
    switch (error.code) {
        case Errc::kStoreLocked:
            failure.sentence = "The validator is running: it holds its corpus.";
            failure.next_step = "Stop it, or run this on a copy of its data directory.";
            break;
        case Errc::kConflict:
            failure.sentence = "The validator's corpus ends before the place of the proof.";
            failure.next_step = "Give the data directory of the validator that made the proof.";
            failure.exit_code = exit_code_of(Errc::kCorpusCorrupt);
            break;
        case Errc::kStoreCorrupt: failure.exit_code = exit_code_of(Errc::kCorpusCorrupt); break;
        default: break;
    }
    return failure;
}

}  // namespace

Outcome<OfflineCorpus> daemon_corpus_before(const config::Config& config, const Platform& platform,
                                            const CorpusPlace& at,
                                            const scoring::ParallelFor& parallel_for) {
    std::error_code ignored;
    if (!std::filesystem::exists(config.data_dir, ignored))
        return failure_of(Error{Errc::kNotFound, "app.recompute.data_dir"},
                          "data_dir " + config.data_dir.string());
    Result<Identity> identity = platform.open_identity(config);
    if (!identity) return failure_of(identity.error(), "the validator's keys");
    store::StoreOptions options;
    options.directory = config.data_dir;
    const Result<std::unique_ptr<store::Store>> store = store::open_store(options);
    if (!store) return failure_to_read(store.error(), config);
    VaultAdapter vault{std::move(identity->vault_key)};
    OfflineCorpus corpus{at.corpus, parallel_for};
    const auto take = [&corpus](const SecretBytes& entry) -> Result<Hash32> {
        PRAMANA_TRY(corpus.append(entry.expose()));
        return corpus.corpus().root();
    };
    const Status replayed = pipeline::replay_corpus(
        (*store)->corpus(), vault, {.id = at.corpus.id, .epoch = at.corpus.epoch}, at.place, take);
    if (!replayed) return failure_to_read(replayed.error(), config);
    return corpus;
}

}  // namespace pramana::app
