#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/os/secret_bytes.hpp"

#include <filesystem>

namespace pramana {

/// Reads a whole file of at most `bytes_max` bytes. Errors: kNotFound, kTooLarge, kIo.
[[nodiscard]] Result<Bytes> read_file(const std::filesystem::path& path, std::size_t bytes_max);
/// The same into memory that is wiped.
[[nodiscard]] Result<SecretBytes> read_secret_file(const std::filesystem::path& path,
                                                   std::size_t bytes_max);

/// Replaces `path` so that a power cut leaves the old or the new content, never a part: temporary
/// file beside it, write, fdatasync, rename, fsync of the directory. Mode 0600. Errors:
/// kStorageFull, kIo.
[[nodiscard]] Status write_file_durably(const std::filesystem::path& path, ByteView content);

}  // namespace pramana
