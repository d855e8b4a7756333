#pragma once

#include "pramana/core/result.hpp"
#include "pramana/core/secret_vector.hpp"
#include "pramana/scoring/document.hpp"
#include "pramana/scoring/ruleset.hpp"

#include <span>
#include <string>
#include <vector>

namespace pramana::scoring {

/// One file of an archive, expanded.
struct Member {
    std::string name;  ///< as the archive says; only compared and shown
    SecretVector<char> content;
};

[[nodiscard]] bool is_zip(std::span<const std::uint8_t> bytes) noexcept;

/// The regular files of a zip archive that look like text, sorted by content digest: the order of a
/// re-packed archive and the names in it change nothing. Others are counted in `notes`:
/// members_hostile (absolute paths, "..", links, devices), members_skipped (binary, encrypted).
/// Nothing is written anywhere. Errors: kUnknownFormat (damaged), kTooLarge (expanded bytes,
/// members), kDecompressionLimit (ratio).
[[nodiscard]] Result<std::vector<Member>> read_zip(std::span<const std::uint8_t> bytes,
                                                   const ExtractLimits& limits, Notes& notes);

}  // namespace pramana::scoring
