#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <filesystem>

/// Whole reads and writes at an offset, for files that are kept open.
namespace pramana::store {

/// kStorageFull or kIo, as errno says.
[[nodiscard]] Error io_error(std::string_view site) noexcept;
/// False with errno set; 0 when the file ended.
[[nodiscard]] bool read_at(int file, std::span<std::uint8_t> out, std::uint64_t offset);
[[nodiscard]] bool write_at(int file, ByteView bytes, std::uint64_t offset);
/// Makes the name of a new file durable.
[[nodiscard]] bool sync_directory_of(const std::filesystem::path& path);

}  // namespace pramana::store
