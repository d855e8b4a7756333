#pragma once

#include "pramana/core/bytes.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// The texts that tools/novelty_texts collected.
namespace pramana::bench {

/// One document. Its id says for good to which half it belongs, before anything is tuned.
struct Text {
    Hash32 id;         ///< SHA-256 of `body`
    std::string body;  ///< paragraphs separated by empty lines
    /// Thresholds are chosen on the fitting half and reported on the other one.
    [[nodiscard]] bool for_fitting() const noexcept { return id.bytes[31] < 128; }
};

/// Documents of one package. Texts of one collection may quote each other and are never counted as
/// independent, unless every document has an author of its own.
struct Collection {
    std::string topic;
    std::string name;
    std::vector<Text> texts;
    [[nodiscard]] bool many_authors() const noexcept { return name == "descriptions"; }
};

/// Two translations of one passage.
struct Pair {
    std::string book;
    std::string reference;  ///< "Gen 1:1"
    std::string original;   ///< World English Bible
    std::string retold;     ///< King James Version
    /// By the book, so that no book is on both sides.
    [[nodiscard]] bool for_fitting() const noexcept;
};

[[nodiscard]] Text text_of(std::string body);
/// `<directory>/texts/<topic>.<name>.txt`, sorted; nothing if the directory is not there.
[[nodiscard]] std::vector<Collection> read_collections(const std::filesystem::path& directory);
/// `<directory>/pairs/<book>.tsv`, verse by verse, sorted by book.
[[nodiscard]] std::vector<Pair> read_verses(const std::filesystem::path& directory);
/// Joins verses in order until the original has `words_min` words; never across a chapter. What is
/// left at the end of a chapter is dropped.
[[nodiscard]] std::vector<Pair> passages(const std::vector<Pair>& verses, std::size_t words_min);
[[nodiscard]] std::size_t count_words(std::string_view text);

}  // namespace pramana::bench
