#pragma once

#include "corpus/index.hpp"
#include "quotes.hpp"
#include "report.hpp"

namespace pramana::bench {

/// A chunk of an innocent text of which the corpus knew a tenth or more.
struct LostChunk {
    const Text* text;
    std::size_t chunk;
    scoring::Q16 known;
    scoring::Cause cause;
};

/// `public/notices.txt` of the directory as a public reference corpus, by its wording alone:
/// licences, notices and templates. Nothing if it is not there.
[[nodiscard]] std::optional<scoring::CorpusIndex> public_notices(const Bench& bench);

/// Writes each lost chunk beside the chunk that took the most of it, to Settings::losses.
void write_losses(const Bench& bench, const std::vector<Collection>& collections,
                  const std::vector<LostChunk>& lost,
                  const std::unordered_map<Hash32, Quoted>& quotes);

}  // namespace pramana::bench
