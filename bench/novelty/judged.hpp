#pragma once

#include "entries.hpp"

#include <map>
#include <unordered_set>

namespace pramana::bench {

/// Who meets whom. Every project is dealt to one of kFolds folds, whole families of projects that
/// take over each other's text together (interfaces documented by generators, manual pages, a
/// project under its name and under its domain), so that a text of one fold and the chunks of all
/// other folds are independent. Documents of many authors are dealt one by one.
inline constexpr std::size_t kFolds = 8;

/// The topic of single Bible verses, which are rows only.
inline constexpr const char* kVerses = "verses";

struct Fold {
    std::map<std::string, std::vector<const Text*>> topics;  ///< in the order of the text ids
};
[[nodiscard]] std::vector<Fold> deal(const std::vector<Collection>& collections);

/// The texts that are judged: of each topic, fold and half the first `texts_max` by their ids. Kept
/// in `<directory>/judged.txt`, because texts that are collected later were not compared with by
/// NearWords: the first call chooses, later ones read.
using Judged = std::unordered_set<Hash32>;
[[nodiscard]] Judged judged_texts(const std::filesystem::path& directory,
                                  const std::vector<Fold>& folds, std::size_t texts_max);

}  // namespace pramana::bench
