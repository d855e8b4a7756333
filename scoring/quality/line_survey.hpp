#pragma once

#include "index/flat_set.hpp"
#include "pramana/scoring/document.hpp"
#include "quality/personal_data.hpp"

#include <cstdint>
#include <string_view>

namespace pramana::scoring {

/// What version 2 of quality counts in lines and characters, record by record: one pass over the
/// canonical text, one over what is not ASCII of the text as it stood. Holds hashes of lines;
/// wiped.
class LineSurvey {
  public:
    void add(const Record& record, std::string_view canonical);

    struct Counts {
        std::uint64_t bytes = 0;           ///< of canonical text but line ends
        std::uint64_t repeated_bytes = 0;  ///< in lines or rows that stood before
        std::uint64_t lines = 0;           ///< of text; those of rows are cells and not counted
        std::uint64_t ends = 0;            ///< that end in punctuation
        std::uint64_t bullets = 0;
        std::uint64_t ellipsis_ends = 0;
        std::uint64_t symbols = 0;  ///< number signs and ellipses
        std::uint64_t link_bytes = 0;
        std::uint64_t capitals = 0;
        std::uint64_t mojibake = 0;
        PersonalData personal;
    };
    [[nodiscard]] const Counts& counts() const noexcept { return counts_; }

  private:
    void add_line(std::string_view line);
    void add_hash(std::string_view bytes);
    void scan(std::string_view text);
    [[nodiscard]] std::size_t scan_at(std::string_view text, std::size_t at);

    Counts counts_;
    FlatSet seen_;
};

/// Characters that were decoded as Latin-1 or Windows-1252 and encoded again ("Ã©" for "é"), and
/// U+FFFD. A letter that begins such a sequence must be followed by all of it.
[[nodiscard]] std::uint64_t count_mojibake(std::string_view utf8) noexcept;

}  // namespace pramana::scoring
