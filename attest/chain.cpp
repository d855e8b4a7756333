#include "chain.hpp"

#include "der.hpp"

#include <algorithm>
#include <array>

namespace pramana::attest {
namespace {

constexpr std::array<std::uint8_t, 3> kBasicConstraints = {0x55, 0x1d, 0x13};
constexpr std::array<std::uint8_t, 3> kKeyUsage = {0x55, 0x1d, 0x0f};

std::string named(const Certificate& certificate) {
    return '"' + std::string{certificate.common_name} + '"';
}

Problem critical_problem(const Certificate& certificate, std::span<const ByteView> understood) {
    for (const Extension& extension : certificate.extensions) {
        if (!extension.critical || same_bytes(extension.oid, kBasicConstraints) ||
            same_bytes(extension.oid, kKeyUsage))
            continue;
        const bool known = std::ranges::any_of(
            understood, [&](ByteView oid) { return same_bytes(oid, extension.oid); });
        if (!known)
            return named(certificate) + " has the critical extension " + oid_text(extension.oid) +
                   " that is not understood";
    }
    return std::nullopt;
}

/// `below`: how many certificate authorities stand between this issuer and the leaf.
Problem issuer_problem(const Certificate& issuer, std::size_t below) {
    if (!issuer.is_ca) return named(issuer) + " issues a certificate but is no authority";
    if (issuer.key_usage && (*issuer.key_usage & kUsageCertSign) == 0)
        return named(issuer) + " may not sign certificates";
    if (issuer.path_len && *issuer.path_len < below)
        return named(issuer) + " may not have so many authorities below it";
    return std::nullopt;
}

}  // namespace

bool ends_in(std::span<const Certificate> chain, std::span<const Bytes> pinned_roots) {
    return !chain.empty() && std::ranges::any_of(pinned_roots, [&](const Bytes& root) {
        return same_bytes(root, chain.back().der);
    });
}

void complete_with(std::vector<Certificate>& chain, std::span<const Bytes> pinned_roots) {
    if (chain.empty() || ends_in(chain, pinned_roots)) return;
    for (const Bytes& der : pinned_roots) {
        Result<Certificate> root = read_certificate(der);
        if (root && same_bytes(root->subject, chain.back().issuer) &&
            !same_bytes(chain.back().subject, chain.back().issuer)) {
            chain.push_back(std::move(*root));
            return;
        }
    }
}

Problem links_problem(
    std::span<const Certificate> chain,
    const std::function<bool(const Certificate&, const Certificate&)>& already_verified,
    std::span<const ByteView> understood) {
    if (chain.size() < 2) return "a chain of fewer than two certificates";
    for (std::size_t i = 0; i < chain.size(); ++i) {
        if (Problem problem = critical_problem(chain[i], understood)) return problem;
        if (i + 1 == chain.size()) break;
        const Certificate& child = chain[i];
        const Certificate& issuer = chain[i + 1];
        if (!same_bytes(child.issuer, issuer.subject))
            return named(child) + " names another issuer than " + named(issuer);
        if (Problem problem = issuer_problem(issuer, i)) return problem;
        if (already_verified && already_verified(child, issuer)) continue;
        if (!signed_by(*issuer.key, child.scheme, child.tbs, child.signature))
            return named(child) + " is not signed by " + named(issuer);
    }
    return std::nullopt;
}

Window common_validity(std::span<const Certificate> chain) {
    Window window;
    for (const Certificate& certificate : chain) window.narrow(certificate.validity);
    return window;
}

Problem dates_problem(std::span<const Certificate> chain, UnixTime now) {
    for (const Certificate& certificate : chain) {
        if (now < certificate.validity.begin)
            return named(certificate) + " is not valid before " +
                   time_text(certificate.validity.begin);
        if (now > certificate.validity.end)
            return named(certificate) + " expired at " + time_text(certificate.validity.end);
    }
    return std::nullopt;
}

}  // namespace pramana::attest
