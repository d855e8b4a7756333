#pragma once

#include "section.hpp"

/// The sections about the chain: `chain`, one of `dlps`.
namespace pramana::config {

/// A path of the file, which starts at its directory; empty stays empty.
[[nodiscard]] std::filesystem::path path_from(const std::string& text,
                                              const std::filesystem::path& directory);
[[nodiscard]] Chain read_chain(Section section, const std::filesystem::path& directory,
                               Profile profile);
[[nodiscard]] Dlp read_dlp(Section& section, const std::filesystem::path& directory);

}  // namespace pramana::config
