#include "data_age.hpp"

#include "corpus_heads.hpp"
#include "daemon_parts.hpp"
#include "pramana/chain/address.hpp"
#include "pramana/chain/result_registry.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/os/log.hpp"
#include "pramana/scoring/engine.hpp"

namespace pramana::app {
namespace {

constexpr std::uint64_t kEntriesAtOnce = 100'000;

Failure refusal(std::string sentence, std::string next_step) {
    return failure_of(Errc::kDataOlder, std::move(sentence), std::move(next_step));
}

std::string count_of(std::uint64_t count, const std::string& one) {
    return std::to_string(count) + ' ' + one + (count == 1 ? "" : "s");
}

std::optional<Failure> check_key(store::Store& store, const chain_rpc::ChainReader& reader,
                                 const DataAge::Key& key, std::uint64_t accepted) {
    const Result<std::uint64_t> sent = reader.transaction_count(key.address);
    if (!sent) return failure_of(sent.error(), chain::to_checksum(key.address));
    const Result<std::optional<std::uint64_t>> highest = store.slots(key.address).highest_nonce();
    if (!highest) return failure_of(highest.error(), "the journal");
    if (!highest->has_value() && !key.ours_alone) return std::nullopt;
    const std::uint64_t known = highest->has_value() ? **highest + 1 : 0;
    if (*sent <= std::max(known, accepted)) return std::nullopt;
    return refusal(
        "The data directory is older than the chain: " + chain::to_checksum(key.address) +
            " has sent " + count_of(*sent, "transaction") + ", and the journal here knows of " +
            std::to_string(known) + '.',
        "Restore the newest copy of the data directory. If it is lost, or the "
        "transactions were yours, start once with `serve --accept-foreign-nonces-below " +
            std::to_string(*sent) + "`: docs/keys.md \"Older data\".");
}

std::optional<Failure> check_corpus(store::Store& store, const chain_rpc::ChainReader& reader,
                                    const DataAge::Corpus& corpus) {
    const Result<chain_rpc::CallOutcome<Bytes>> answer =
        reader.call({.from = {},
                     .to = corpus.registry,
                     .input = chain::result_registry::head(corpus.key.id, corpus.key.epoch)});
    if (!answer) return failure_of(answer.error(), chain::to_checksum(corpus.registry));
    if (!answer->value) return std::nullopt;  // no registry there: `chain check` says so
    const Result<Word256> word = chain::decode_word(*answer->value);
    if (!word) return failure_of(word.error(), chain::to_checksum(corpus.registry));
    const Hash32 root{word->bytes};
    if (root.is_zero()) return std::nullopt;
    CorpusHeads heads{store.corpus(), kEntriesAtOnce};
    Result<chain::RecordedHead> found = Error{Errc::kBusy, "app.age.search"};
    while (!found && found.error().code == Errc::kBusy)
        found = heads.find(corpus.key, corpus.empty_root, root);
    if (found) return std::nullopt;
    if (found.error().code != Errc::kCorpusHeadForeign)
        return failure_of(found.error(), "the corpus");
    const Result<store::CorpusHead> mine = store.corpus().head(corpus.key);
    if (!mine) return failure_of(mine.error(), "the corpus");
    return refusal(
        "The registry's head of the corpus of " + chain::to_checksum(corpus.dlp) + " is " +
            to_hex0x(root.view()).substr(0, 18) + "..., and none of the " +
            std::to_string(mine->size) +
            " entries here has that root: the data directory is older than what was recorded, or "
            "another operator records this corpus.",
        "Restore the newest copy of the data directory; or begin a new corpus epoch "
        "(dlps[].corpus_epoch); or start "
        "with `serve --accept-older-data`, and results of that corpus wait: docs/keys.md \"Older "
        "data\".");
}

}  // namespace

std::optional<Failure> older_data(store::Store& store, const chain_rpc::ChainReader& reader,
                                  const DataAge& expected, const OperatorWord& word) {
    for (std::size_t i = 0; i < expected.keys.size(); ++i) {
        const std::uint64_t accepted = i == 0 ? word.foreign_nonces_accepted_below : 0;
        std::optional<Failure> older = check_key(store, reader, expected.keys[i], accepted);
        if (older) return older;
    }
    if (word.older_data_accepted) return std::nullopt;
    for (const DataAge::Corpus& corpus : expected.corpora) {
        std::optional<Failure> older = check_corpus(store, reader, corpus);
        if (older) return older;
    }
    return std::nullopt;
}

/// A chain that does not answer now is no reason to stay down: the journal's own check of the nonce
/// and the publisher's of the head refuse to sign until it does.
Daemon::Parts::Failure Daemon::Parts::check_age(const config::Config& config,
                                                const OperatorWord& word) {
    DataAge expected;
    const bool ours_alone = identity.public_keys.source != keys::Source::kFile;
    expected.keys.push_back({current->key.address(), ours_alone});
    if (previous) expected.keys.push_back({previous->key.address(), ours_alone});
    for (std::size_t i = 0; i < dlps.size(); ++i) {
        const std::optional<config::Registry>& registry = config.dlps[i].registry;
        if (!registry || registry->mode == config::Registry::Mode::kOff) continue;
        const pipeline::CorpusName& corpus = dlps[i].corpus;
        expected.corpora.push_back(
            {.key = {.id = corpus.id, .epoch = corpus.epoch},
             .empty_root = scoring::Corpus::empty_root(corpus.id, corpus.epoch),
             .registry = registry->address,
             .dlp = dlps[i].address});
    }
    std::optional<app::Failure> older = older_data(*store, *reader, expected, word);
    if (!older) return std::nullopt;
    if (older->code == name_of(Errc::kDataOlder))
        return StartFailure{{Errc::kDataOlder, "app.age"}, {}, std::move(older)};
    log::warn("app.age_unknown", {log::Field::vetted("error", older->code)});
    return std::nullopt;
}

}  // namespace pramana::app
