#include "chain_access.hpp"
#include "chain_findings.hpp"
#include "pramana/chain/address.hpp"
#include "pramana/chain/result_registry.hpp"
#include "pramana/chain/vana.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/scoring/engine.hpp"
#include "pramana/store/store_view.hpp"
#include "serve/corpus_heads.hpp"

namespace pramana::app {
namespace {

/// Where the registry's head stands in our log of the corpus.
Finding head_finding(const std::string& text, const store::CorpusKey& corpus, const Hash32& head,
                     store::CorpusLog* log) {
    const Hash32 empty = scoring::Corpus::empty_root(corpus.id, corpus.epoch);
    if (head == empty) return {Verdict::kOk, "corpus", text + "nothing is recorded yet", {}};
    const std::string root = to_hex0x(head.view());
    if (log == nullptr)
        return {Verdict::kOk, "corpus", text + "its head is " + root + ", not compared", {}};
    CorpusHeads heads{*log};
    Result<chain::RecordedHead> found = Error{Errc::kBusy, "app.check.head"};
    while (!found && found.error().code == Errc::kBusy) found = heads.find(corpus, empty, head);
    if (!found && found.error().code == Errc::kCorpusHeadForeign)
        return {Verdict::kFail, "corpus", text + "its head " + root + " is no root of our log",
                std::string{next_step_of(Errc::kCorpusHeadForeign)}};
    const Result<store::CorpusHead> ours = log->head(corpus);
    if (!found || !ours)
        return {Verdict::kWarn, "corpus", text + "our log cannot be read",
                std::string{next_step_of(found ? ours.error().code : found.error().code)}};
    return {Verdict::kOk,
            "corpus",
            text + "its head is our root after " + std::to_string(found->size) + " of " +
                std::to_string(ours->size) + " places",
            {}};
}

}  // namespace

std::vector<Finding> corpus_findings(const chain_rpc::ChainReader& reader,
                                     const config::Config& config, const CorpusOf& corpus_of) {
    struct Read {
        std::string text;
        store::CorpusKey corpus;
        Hash32 head;
    };
    std::vector<Read> heads;
    for (const config::Dlp& dlp : config.dlps) {
        if (!dlp.registry || dlp.registry->mode == config::Registry::Mode::kOff) continue;
        Outcome<store::CorpusKey> corpus = corpus_of(dlp);
        if (!corpus) continue;  // the DLP's own finding says it
        const Result<Bytes> answer = call_view(
            reader, dlp.registry->address, chain::result_registry::head(corpus->id, corpus->epoch));
        const Result<Word256> head = answer ? chain::decode_word(*answer) : answer.error();
        if (!head) continue;  // the registry's own finding says it
        heads.push_back({"of " + chain::to_checksum(dlp.address) + ", epoch " +
                             std::to_string(corpus->epoch) + ": ",
                         *corpus, Hash32{head->bytes}});
    }
    // After the heads: a running validator's log is never behind what it has recorded.
    const Result<std::unique_ptr<store::StoreView>> view = store::open_store_view(config.data_dir);
    std::vector<Finding> findings;
    for (const Read& each : heads)
        findings.push_back(
            head_finding(each.text, each.corpus, each.head, view ? &(*view)->corpus() : nullptr));
    return findings;
}

}  // namespace pramana::app
