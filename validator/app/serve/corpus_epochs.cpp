#include "corpus_epochs.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/os/log.hpp"

#include <map>
#include <set>

namespace pramana::app {
namespace {

std::string dlp_setting(const Address& dlp) {
    return "dlps[].corpus_epoch of " + to_hex0x(dlp.view());
}

}  // namespace

Outcome<Done> check_shared_epochs(const std::vector<pipeline::ServedDlp>& dlps) {
    std::map<Hash32, std::uint32_t> served;
    for (const pipeline::ServedDlp& dlp : dlps) {
        const std::uint32_t epoch = dlp.corpus.epoch;
        const auto [other, first] = served.try_emplace(dlp.corpus.id, epoch);
        if (!first && other->second != epoch)
            return failure_of(Errc::kConfigInvalid,
                              dlp_setting(dlp.address) + " is " + std::to_string(epoch) +
                                  ", another DLP has the same shared corpus in epoch " +
                                  std::to_string(other->second) + '.',
                              "Give all DLPs of a shared corpus the same corpus_epoch.");
    }
    return Done{};
}

Outcome<Done> check_epochs(const std::vector<pipeline::ServedDlp>& dlps, store::CorpusLog& log) {
    if (Outcome<Done> shared = check_shared_epochs(dlps); !shared) return shared;
    std::set<Hash32> looked_at;
    for (const pipeline::ServedDlp& dlp : dlps) {
        const std::uint32_t epoch = dlp.corpus.epoch;
        const bool first = looked_at.insert(dlp.corpus.id).second;
        const Result<std::optional<std::uint32_t>> newest = log.newest_epoch(dlp.corpus.id);
        if (!newest) return failure_of(newest.error(), "the corpora of the data directory");
        if (*newest && **newest > epoch)
            return failure_of(Errc::kConfigInvalid,
                              dlp_setting(dlp.address) + " is " + std::to_string(epoch) +
                                  ", and its corpus has come to epoch " + std::to_string(**newest) +
                                  ": nothing goes back to an older one.",
                              "Set it to " + std::to_string(**newest) +
                                  ", or to a higher number for an empty corpus.");
        if (first && *newest && **newest < epoch)
            log::info("app.corpus_epoch_begins",
                      {{"corpus", dlp.corpus.id}, {"epoch", epoch}, {"after", **newest}});
    }
    return Done{};
}

}  // namespace pramana::app
