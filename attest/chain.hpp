#pragma once

#include "certificate.hpp"

#include <functional>
#include <span>
#include <string>

namespace pramana::attest {

/// What is wrong, in words; nullopt when nothing is.
using Problem = std::optional<std::string>;

/// Whether the last certificate is one of the pinned roots, byte for byte. Roots that are sent are
/// never trusted for what they say.
[[nodiscard]] bool ends_in(std::span<const Certificate> chain, std::span<const Bytes> pinned_roots);

/// Appends the pinned root that the last certificate names as its issuer when the sender left it
/// out.
void complete_with(std::vector<Certificate>& chain, std::span<const Bytes> pinned_roots);

/// Checks every link, leaf first: names, signature, CA flag, path length, key usage, no critical
/// extension that nobody here understands. The last certificate's own signature is not looked at:
/// it is pinned. `already_verified(child, issuer)` may say that a link was verified before, which
/// saves the signature only. A chain of fewer than two certificates has a problem.
[[nodiscard]] Problem links_problem(
    std::span<const Certificate> chain,
    const std::function<bool(const Certificate&, const Certificate&)>& already_verified = nullptr,
    std::span<const ByteView> understood = {});

/// What all certificates are valid in; begin > end when there is no such time.
[[nodiscard]] Window common_validity(std::span<const Certificate> chain);

/// The first certificate outside its dates, both ends, in words.
[[nodiscard]] Problem dates_problem(std::span<const Certificate> chain, UnixTime now);

}  // namespace pramana::attest
