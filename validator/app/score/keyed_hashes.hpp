#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/scoring/trace.hpp"

namespace pramana::app {

/// What a binding document says of the content (docs/formats.md "Keyed hashes"). `file_key` is the
/// password text. The salts borrow nothing. Thread: pure functions.
[[nodiscard]] Hash32 keyed_text_hash(ByteView file_key, FileId file, const Hash32& canonical);
[[nodiscard]] scoring::LeafSalt trace_salt(ByteView file_key, FileId file);

}  // namespace pramana::app
