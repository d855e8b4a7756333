#pragma once

#include "pramana/attest/verdict.hpp"

#include <array>

/// What an appraisal of an answer of NVIDIA's service examines, in this order.
namespace pramana::attest::nras_checks {

inline constexpr Check kFormat{"nras.answer.format",
                               "The answer is an overall token and one token for each device.",
                               "Ask the service again; a newer format needs a newer verifier."};
inline constexpr Check kOverallSignature{
    "nras.overall.signature", "The overall token is signed by a pinned key of the service.",
    "Pin the service's present keys after comparing them; tokens without a signature prove "
    "nothing."};
inline constexpr Check kOverallTimes{
    "nras.overall.times", "The overall token is valid now, and not for longer than it should be.",
    "Ask the service for a fresh token, and check the verifier's clock."};
inline constexpr Check kOverallIssuer{
    "nras.overall.issuer", "The overall token comes from the service that the policy names.",
    "Use the service of the policy."};
inline constexpr Check kOverallNonce{
    "nras.overall.nonce", "The answer was made for this statement and not for another one.",
    "Ask for evidence with a fresh challenge; a replayed answer fails here."};
inline constexpr Check kOverallResult{"nras.overall.result",
                                      "The service found all devices in order.",
                                      "Read the device checks for what the service objects to."};
inline constexpr Check kDigests{"nras.devices.digests",
                                "The device tokens are those that the overall token names.",
                                "Ask the service again; a token was exchanged, added or left out."};
inline constexpr Check kCount{"nras.devices.count",
                              "There are as many devices as there should be, each another one.",
                              "Send the service one report from every device."};
inline constexpr Check kDeviceSignatures{
    "nras.devices.signatures", "Every device token is signed, of this time and for this statement.",
    "Ask the service for a fresh answer."};
inline constexpr Check kDeviceClaims{
    "nras.devices.claims",
    "Secure boot is on, debugging off, and all that was measured is as published.",
    "Do not send data to the device; the claim that is named says why."};
inline constexpr Check kDeviceModels{"nras.devices.models",
                                     "Models, drivers and VBIOS are those of the policy.",
                                     "Use devices of the policy, or add these to it."};

inline constexpr std::array kTable = {
    kFormat,           kOverallSignature, kOverallTimes, kOverallIssuer,
    kOverallNonce,     kOverallResult,    kDigests,      kCount,
    kDeviceSignatures, kDeviceClaims,     kDeviceModels,
};

}  // namespace pramana::attest::nras_checks
