#pragma once

#include "pramana/core/result.hpp"
#include "pramana/core/secret_vector.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace pramana::evidence {

struct UnixAnswer {
    unsigned status = 0;
    SecretVector<std::uint8_t> body;  ///< may hold a key
};

inline constexpr std::size_t kUnixHeadBytesMax = 16U << 10U;
inline constexpr std::size_t kUnixBodyBytesMax = 8U << 20U;

/// One POST of JSON over a Unix socket, HTTP/1.1, one request for a connection. The body's length
/// is stated, or the body is chunked, or it ends with the connection. Errors: kBusy (refused,
/// broken or short: worth another attempt), kTimeout, kEvidenceMalformed (not HTTP, or above a
/// limit), kNoTee (no such socket).
[[nodiscard]] Result<UnixAnswer> post_unix(const std::string& socket, std::string_view target,
                                           std::string_view json,
                                           std::chrono::milliseconds deadline);

}  // namespace pramana::evidence
