#pragma once

#include "archive.hpp"

namespace pramana::scoring {

/// What an opened file consists of.
struct Unpacked {
    Format container = Format::kZip;  ///< kZip or kTar; kText: one text in gzip
    std::vector<Member> members;      ///< UTF-8 text and HTML, by SHA-256 of their content
};

/// Whether a file starts like a zip, gzip or tar archive.
[[nodiscard]] bool is_archive_file(std::span<const std::uint8_t> bytes) noexcept;

/// Takes zip, tar and gzip apart, and archives in them down to `formats.archive_depth_max` (gzip
/// counts). One budget of bytes, ratio and members for all of it; everything that is no text is
/// counted in `notes` with its reason. Nothing is written anywhere. Memory: what is unpacked, and
/// the archives on the way. Errors: kUnknownFormat (the outermost archive is damaged), kTooLarge,
/// kDecompressionLimit (ratio, depth). Source: docs/data-formats.md "Archives".
[[nodiscard]] Result<Unpacked> unpack(std::span<const std::uint8_t> bytes,
                                      const ExtractLimits& limits, Notes& notes);

}  // namespace pramana::scoring
