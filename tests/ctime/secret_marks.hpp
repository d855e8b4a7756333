#pragma once

#include "pramana/os/secret_bytes.hpp"

#include <valgrind/memcheck.h>

#include <span>

namespace pramana::ctime {

/// From here on memcheck reports every branch and every address that depends on these bytes.
/// Outside of valgrind this does nothing. Source: A. Langley, "ctgrind", 2010.
inline void mark_secret(std::span<std::uint8_t> bytes) {
    VALGRIND_MAKE_MEM_UNDEFINED(bytes.data(), bytes.size());
}
inline void mark_secret(SecretBytes& secret) { mark_secret(secret.expose_mutable()); }

/// What may be known from here on: a public key, a signature, a decision that is shown anyway.
template <class T>
void declassify(const T& value) {
    VALGRIND_MAKE_MEM_DEFINED(&value, sizeof value);
}
inline void declassify(std::span<const std::uint8_t> bytes) {
    VALGRIND_MAKE_MEM_DEFINED(bytes.data(), bytes.size());
}

}  // namespace pramana::ctime
