#pragma once

#include <string_view>
#include <vector>

namespace pramana::scoring {

/// Cuts canonical text at empty lines. The parts hold no "\n\n" and are not empty.
[[nodiscard]] std::vector<std::string_view> split_paragraphs(std::string_view canonical);

/// Cuts a paragraph behind the ends of sentences (a stop, closing brackets and quotes, then white
/// space or, for stops of scripts without spaces, nothing) and at line ends. Nothing is lost but
/// white space between the parts.
[[nodiscard]] std::vector<std::string_view> split_sentences(std::string_view paragraph);
/// The same into memory that is there; what was in `out` goes.
void split_sentences(std::string_view paragraph, std::vector<std::string_view>& out);

/// Cuts a sentence at white space; a part of more than `characters_max` characters is cut again.
[[nodiscard]] std::vector<std::string_view> split_atoms(std::string_view sentence,
                                                        std::size_t characters_max);

/// The first half of a part by characters, at least one; for a part that is one character: all of
/// it.
[[nodiscard]] std::size_t half_of(std::string_view part);

}  // namespace pramana::scoring
