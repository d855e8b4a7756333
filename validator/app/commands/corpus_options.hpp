#pragma once

#include "corpus/corpus_directory.hpp"
#include "failure.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace pramana::app {

/// A corpus directory as a command line names it.
struct CorpusOrder {
    std::filesystem::path directory;
    std::optional<std::string> key_file;       ///< kCorpusKeyName in the directory when absent
    std::optional<store::CorpusKey> expected;  ///< which corpus it must be; a new one becomes it
    bool may_create = false;                   ///< directory and key file
    std::optional<std::uint64_t> places_max;   ///< as it was before this place
};

/// Opens it, with words for the person in front of it: a corpus that is missing, in use, altered,
/// of another id (expected and found are named) or shorter than places_max.
[[nodiscard]] Outcome<std::unique_ptr<CorpusDirectory>> open_corpus(
    const CorpusOrder& order, const scoring::ParallelFor& parallel_for);

/// Where a corpus's key lies when nothing else is said.
inline constexpr std::string_view kCorpusKeyName = "key";

}  // namespace pramana::app
