#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

namespace pramana {

/// Lower-case hex without 0x.
[[nodiscard]] std::string to_hex(ByteView bytes);
/// Lower-case hex with 0x.
[[nodiscard]] std::string to_hex0x(ByteView bytes);
/// Reads hex of either case, with or without 0x. Errors: kBadRequest on an odd length or another
/// character.
[[nodiscard]] Result<Bytes> from_hex(std::string_view text);

/// Reads exactly F::kSize bytes. Errors: kBadRequest.
template <class F>
[[nodiscard]] Result<F> fixed_from_hex(std::string_view text) {
    Result<Bytes> raw = from_hex(text);
    if (!raw) return raw.error();
    if (raw->size() != F::kSize) return Error{Errc::kBadRequest, "core.hex.length"};
    F out;
    std::copy(raw->begin(), raw->end(), out.bytes.begin());
    return out;
}

/// A FixedBytes from a view of exactly its size. Errors: kBadRequest.
template <class F>
[[nodiscard]] Result<F> fixed_from_bytes(ByteView raw) {
    if (raw.size() != F::kSize) return Error{Errc::kBadRequest, "core.bytes.length"};
    F out;
    std::copy(raw.begin(), raw.end(), out.bytes.begin());
    return out;
}

}  // namespace pramana
