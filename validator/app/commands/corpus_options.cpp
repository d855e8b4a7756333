#include "corpus_options.hpp"

#include "pramana/core/hex.hpp"

namespace pramana::app {
namespace {

std::string text_of(const store::CorpusKey& key) {
    return to_hex0x(key.id.view()) + " epoch " + std::to_string(key.epoch);
}

Outcome<SecretBytes> open_key(const CorpusOrder& order, const std::filesystem::path& file) {
    std::error_code failed;
    if (!order.may_create && !std::filesystem::exists(file, failed))
        return failure_of(Errc::kNotFound, "There is no corpus key at " + file.string() + '.',
                          "`pramana score --commit` makes a corpus; --corpus-key names its key.");
    if (order.may_create && std::filesystem::create_directories(file.parent_path(), failed))
        std::filesystem::permissions(file.parent_path(), std::filesystem::perms::owner_all, failed);
    Result<SecretBytes> key = corpus_key_in(file);
    if (key) return *std::move(key);
    if (key.error().code == Errc::kBadRequest)
        return failure_of(Errc::kMalformedKey,
                          "The corpus key must be 32 bytes: " + file.string() + '.',
                          "Name the file that was made with the corpus.");
    return failure_of(key.error(), file.string());
}

Failure failure_to_open(const Error& error, const CorpusOrder& order) {
    Failure failure = failure_of(error, order.directory.string());
    switch (error.code) {
        case Errc::kNotFound:
            failure.sentence = "There is no corpus in this directory.";
            failure.next_step = "`pramana score --commit` makes one.";
            break;
        case Errc::kCorpusCorrupt:
            failure.sentence = "The corpus was altered, or this is not its key.";
            failure.next_step = "Restore it from a backup, or name its key with --corpus-key.";
            break;
        case Errc::kStoreLocked:
            failure.sentence = "Another program has this corpus open.";
            failure.next_step = "Wait until it ends.";
            break;
        case Errc::kConflict:
            failure.sentence = "The corpus ends before the place that was asked for.";
            failure.next_step = "Give the corpus that the score was measured against.";
            failure.exit_code = exit_code_of(Errc::kCorpusCorrupt);
            break;
        default: break;
    }
    return failure;
}

}  // namespace

Outcome<std::unique_ptr<CorpusDirectory>> open_corpus(const CorpusOrder& order,
                                                      const scoring::ParallelFor& parallel_for) {
    const std::filesystem::path key_file =
        order.key_file ? std::filesystem::path{*order.key_file} : order.directory / kCorpusKeyName;
    Outcome<SecretBytes> key = open_key(order, key_file);
    if (!key) return key.failure();
    std::error_code ignored;
    const bool is_new = !std::filesystem::exists(order.directory / "log", ignored);
    const CorpusDirectoryOptions options{.directory = order.directory,
                                         .corpus = is_new ? order.expected : std::nullopt,
                                         .may_create = order.may_create,
                                         .places_max = order.places_max};
    Result<std::unique_ptr<CorpusDirectory>> opened =
        CorpusDirectory::open(options, *std::move(key), parallel_for);
    if (!opened) return failure_to_open(opened.error(), order);
    if (order.expected && (*opened)->key() != *order.expected)
        return failure_of(Errc::kCorpusCorrupt,
                          "This is another corpus: expected " + text_of(*order.expected) +
                              ", found " + text_of((*opened)->key()) + '.',
                          "Give the corpus of this DLP, chain and ruleset.");
    return *std::move(opened);
}

}  // namespace pramana::app
