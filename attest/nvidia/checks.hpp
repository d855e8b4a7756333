#pragma once

#include "pramana/attest/verdict.hpp"

#include <array>

/// What an appraisal of NVIDIA evidence examines, in this order.
namespace pramana::attest::nvidia_checks {

inline constexpr Check kReportFormat{
    "nvidia.report.format", "The report is an SPDM measurement report whose lengths add up.",
    "Ask the driver for a fresh report; a newer format needs a newer verifier."};
inline constexpr Check kReportTrailing{"nvidia.report.trailing",
                                       "Nothing but padding follows the signature.",
                                       "Take the report with the size that the driver states."};
inline constexpr Check kChainFormat{
    "nvidia.chain.format", "The device's certificates can be read.",
    "Send the attestation certificate chain that the driver gives, device first."};
inline constexpr Check kChainRoot{
    "nvidia.chain.root", "The chain ends in NVIDIA's root for devices, which is built in.",
    "Do not trust the device: another root signs test and debug hardware at best."};
inline constexpr Check kChainLinks{
    "nvidia.chain.links", "Each certificate is signed by the one above it, which may do so.",
    "Take the chain from the driver again."};
inline constexpr Check kChainDates{
    "nvidia.chain.dates", "Every certificate is within its dates.",
    "Check the verifier's clock; device certificates do not expire."};
inline constexpr Check kChainRoles{
    "nvidia.chain.roles", "Device, boot ROM, provisioner and chip authority are where they belong.",
    "Take the whole chain from the driver: five certificates with the root."};
inline constexpr Check kChainRevocation{
    "nvidia.chain.revocation", "NVIDIA has not revoked an authority of the chain.",
    "Fetch current revocation lists from NVIDIA; do not trust a revoked authority."};
inline constexpr Check kChainOcsp{
    "nvidia.chain.ocsp",
    "NVIDIA's revocation service says that the device's certificates are good.",
    "Fetch current answers; do not trust a device whose certificate is revoked."};
inline constexpr Check kReportSignature{
    "nvidia.report.signature", "The device signed the report, and it was not altered since.",
    "Do not trust the report; take a fresh one with the chain of the same device."};
inline constexpr Check kReportNonce{
    "nvidia.report.nonce", "The report was made for this statement and not for another one.",
    "Ask for evidence with a fresh challenge; a replayed report fails here."};
inline constexpr Check kDeviceKind{"nvidia.device.kind",
                                   "The device is of a kind that the policy allows, GPU or switch.",
                                   "Use an allowed device, or allow this kind in the policy."};
inline constexpr Check kDeviceAllowed{
    "nvidia.device.allowed", "The device is one of those that the policy lists.",
    "Add the serial number to the policy after you know whose device it is."};
inline constexpr Check kDeviceMode{
    "nvidia.device.mode", "The device protects its links in a mode that the policy allows.",
    "Set the GPU to an allowed confidential-computing mode, or allow this one in the policy."};
inline constexpr Check kFwid{
    "nvidia.firmware.id", "The firmware that signs is the one that the certificate was made for.",
    "Update the driver to one whose reports name the firmware (550 or newer)."};
inline constexpr Check kDriverVersion{
    "nvidia.driver.version", "The driver's version is stated, and one that the policy lists.",
    "Install a driver of the policy, or add this version to it."};
inline constexpr Check kVbiosVersion{"nvidia.vbios.version",
                                     "The VBIOS version is stated, and one that the policy lists.",
                                     "Install a VBIOS of the policy, or add this version to it."};
inline constexpr Check kDriverRimFormat{
    "nvidia.driver_rim.format", "NVIDIA's reference manifest for the driver can be read.",
    "Fetch the manifest of this driver version from NVIDIA's RIM service."};
inline constexpr Check kDriverRimChain{
    "nvidia.driver_rim.chain", "The manifest's signer is certified by NVIDIA and within its dates.",
    "Fetch the manifest again: NVIDIA signs it anew before the signer expires."};
inline constexpr Check kDriverRimSignature{
    "nvidia.driver_rim.signature", "The manifest was signed by that signer and not altered since.",
    "Do not use this manifest; fetch it from NVIDIA's RIM service."};
inline constexpr Check kDriverRimOcsp{
    "nvidia.driver_rim.ocsp",
    "NVIDIA's revocation service says that the manifest's signer is good.",
    "Fetch the manifest again: NVIDIA signs it anew when it revokes a signer."};
inline constexpr Check kDriverRimSubject{
    "nvidia.driver_rim.subject", "The manifest is for this chip and this driver version.",
    "Fetch the manifest that belongs to the version in the report."};
inline constexpr Check kDriverMatch{
    "nvidia.driver_rim.measurements", "The driver's parts measure as NVIDIA published them.",
    "Do not send data to this device: debug or altered firmware measures differently."};
inline constexpr Check kVbiosRimFormat{
    "nvidia.vbios_rim.format", "NVIDIA's reference manifest for the VBIOS can be read.",
    "Fetch the manifest of this VBIOS from NVIDIA's RIM service."};
inline constexpr Check kVbiosRimChain{
    "nvidia.vbios_rim.chain", "The manifest's signer is certified by NVIDIA and within its dates.",
    "Fetch the manifest again: NVIDIA signs it anew before the signer expires."};
inline constexpr Check kVbiosRimSignature{
    "nvidia.vbios_rim.signature", "The manifest was signed by that signer and not altered since.",
    "Do not use this manifest; fetch it from NVIDIA's RIM service."};
inline constexpr Check kVbiosRimOcsp{
    "nvidia.vbios_rim.ocsp", "NVIDIA's revocation service says that the manifest's signer is good.",
    "Fetch the manifest again: NVIDIA signs it anew when it revokes a signer."};
inline constexpr Check kVbiosRimSubject{
    "nvidia.vbios_rim.subject", "The manifest is for this chip and this VBIOS version.",
    "Fetch the manifest that belongs to the version in the report."};
inline constexpr Check kVbiosMatch{
    "nvidia.vbios_rim.measurements", "Boot and fuses measure as NVIDIA published them.",
    "Do not send data to this device: without secure boot, or with debug fuses, this differs."};
inline constexpr Check kRimConflict{"nvidia.rims.conflict",
                                    "The two manifests do not both claim one measurement.",
                                    "Fetch both manifests from NVIDIA's RIM service."};

inline constexpr std::array kTable = {
    kReportFormat,      kReportTrailing,   kChainFormat,     kChainRoot,      kChainLinks,
    kChainDates,        kChainRoles,       kChainRevocation, kChainOcsp,      kReportSignature,
    kReportNonce,       kDeviceKind,       kDeviceAllowed,   kDeviceMode,     kFwid,
    kDriverVersion,     kVbiosVersion,     kDriverRimFormat, kDriverRimChain, kDriverRimSignature,
    kDriverRimOcsp,     kDriverRimSubject, kDriverMatch,     kVbiosRimFormat, kVbiosRimChain,
    kVbiosRimSignature, kVbiosRimOcsp,     kVbiosRimSubject, kVbiosMatch,     kRimConflict,
};

inline constexpr Check kSetCount{"nvidia.set.count",
                                 "There are as many devices as there should be.",
                                 "Collect one report from every device of the machine."};
inline constexpr Check kSetDevices{"nvidia.set.devices", "Each device by itself is accepted.",
                                   "Read the checks of the device that was refused."};
inline constexpr Check kSetDistinct{
    "nvidia.set.distinct", "Every report comes from another device.",
    "Collect one report from every device: one device was shown more than once."};
inline constexpr Check kSetUniform{"nvidia.set.uniform",
                                   "All GPUs are of one chip and run one driver.",
                                   "Do not mix GPUs of several chips or drivers in one machine."};
inline constexpr std::array kSetTable = {kSetCount, kSetDevices, kSetDistinct, kSetUniform};

}  // namespace pramana::attest::nvidia_checks
