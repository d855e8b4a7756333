#pragma once

#include "pramana/attest/appraisal.hpp"
#include "pramana/core/result.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace pramana::attest {

/// The public keys of NVIDIA's remote attestation service, by key id: x || y on P-384. They are
/// pinned by the policy: whoever may add one decides about every GPU.
using NrasKeys = std::map<std::string, Bytes>;

/// Reads a JSON web key set; keys of other kinds are left out. Errors: kEvidenceMalformed (not JSON
/// of this form, a key id twice, a P-384 key that is not on the curve, no P-384 key at all, above 1
/// MiB).
[[nodiscard]] Result<NrasKeys> read_nras_keys(std::string_view json_web_key_set);

/// What is accepted of the service's answers. Without keys nothing is: it is a third party.
struct NrasPolicy {
    NrasKeys keys;
    std::string issuer = "https://nras.attestation.nvidia.com";
    std::uint64_t lifetime_s_max = 3600;    ///< a token that says it lives longer is refused
    std::set<std::string> hardware_models;  ///< "GH100 A01 GSP BROM"; empty: any
    std::set<std::string> driver_versions;  ///< empty: any
    std::set<std::string> vbios_versions;   ///< empty: any
};

struct NrasEvidence {
    /// The detached EAT: [["JWT", overall], {"GPU-0": token, ...}].
    std::string_view answer;
    /// What the GPUs were asked with, 32 bytes.
    ByteView nonce;
    std::size_t devices = 1;  ///< how many there are
};

inline constexpr std::size_t kNrasBytesMax = 1U << 20U;
inline constexpr std::size_t kNrasDevicesMax = 32;

/// Appraises an answer of the service: signed by a pinned key, of this time, for this nonce, about
/// this many distinct devices, and favourable in every claim that matters. Pure. Thread: any.
/// Source: RFC 7519, RFC 7518 section 3.4, RFC 9711; docs/attestation-nvidia.md.
[[nodiscard]] Appraisal appraise_nras(const NrasEvidence& evidence, const NrasPolicy& policy,
                                      UnixTime now);

}  // namespace pramana::attest
