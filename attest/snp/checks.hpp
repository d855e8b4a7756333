#pragma once

#include "pramana/attest/verdict.hpp"

#include <array>

/// What an appraisal of SEV-SNP evidence examines, in this order.
namespace pramana::attest::snp_checks {

inline constexpr Check kReportFormat{
    "snp.report.format", "The report is an AMD attestation report of a version that is known.",
    "Ask the machine for a fresh report; if its firmware is newer than this verifier, update it."};
inline constexpr Check kReportReserved{
    "snp.report.reserved", "Bytes that the firmware has to leave zero are zero.",
    "The report was altered, or its firmware is newer than this verifier; take a fresh one."};
inline constexpr Check kEndorsementFormat{
    "snp.endorsement.format",
    "The certificate of the signing key is one that AMD's key service issues for reports.",
    "Fetch the VCEK or VLEK certificate for this chip and TCB from AMD's key service."};
inline constexpr Check kChainFormat{
    "snp.chain.format", "The certificates above the signing key can be read.",
    "Send AMD's ASK (or ASVK) and ARK certificates as PEM, ASK first."};
inline constexpr Check kChainRoot{
    "snp.chain.root", "The chain ends in an AMD root key that is built into this verifier.",
    "Evidence under another root proves nothing; fetch the chain from AMD's key service."};
inline constexpr Check kChainLinks{
    "snp.chain.links", "Each certificate is signed by the one above it, which may do so.",
    "Fetch the chain of this chip's product line from AMD's key service."};
inline constexpr Check kChainRoles{
    "snp.chain.roles", "Root, intermediate and signing key have the roles that AMD gives them.",
    "Fetch the chain that belongs to the kind of the key: ASK for a VCEK, ASVK for a VLEK."};
inline constexpr Check kChainDates{
    "snp.chain.dates", "Every certificate is within its dates.",
    "Check the verifier's clock; else fetch certificates that are valid now."};
inline constexpr Check kChainRevocation{
    "snp.chain.revocation", "AMD has not revoked a certificate of the chain.",
    "Fetch a current revocation list of the product line; do not trust a revoked chain."};
inline constexpr Check kReportSignature{
    "snp.report.signature", "The report was signed by the certified key and not altered since.",
    "Do not trust the report; take a fresh one with the certificate that belongs to it."};
inline constexpr Check kKeyKind{
    "snp.key.kind",
    "The report names the kind of key that the certificate is for, and it is allowed.",
    "Allow VLEK in the policy only if you trust the cloud provider that holds it."};
inline constexpr Check kProductLine{
    "snp.product.line", "Processor, certificate and root are of one product line that is allowed.",
    "Use a machine of an allowed line, or allow this one in the policy, knowing its weaknesses."};
inline constexpr Check kEndorsementTcb{
    "snp.endorsement.tcb", "The key stands for exactly the firmware that the report states.",
    "Fetch the certificate for the report's reported TCB."};
inline constexpr Check kEndorsementChip{
    "snp.endorsement.chip", "The certificate was issued for the chip that the report names.",
    "Fetch the certificate of this chip; a platform that masks its chip id cannot be identified."};
inline constexpr Check kChipAllowed{
    "snp.chip.allowed", "The chip is one of those that the policy lists.",
    "Add the chip id to the policy after you know whose machine it is."};
inline constexpr Check kTcbReported{
    "snp.tcb.reported", "The firmware that the key stands for is not below the floor.",
    "Let the operator of the machine update its firmware and raise the reported TCB."};
inline constexpr Check kTcbCommitted{
    "snp.tcb.committed", "The firmware cannot be rolled back below the floor.",
    "Let the operator of the machine commit the updated firmware (SNP_COMMIT)."};
inline constexpr Check kTcbCurrent{
    "snp.tcb.current", "The firmware that runs is not below the floor, nor below what is claimed.",
    "Let the operator of the machine update its firmware."};
inline constexpr Check kTcbLaunch{
    "snp.tcb.launch", "The firmware under which the guest was started was not below the floor.",
    "Restart the guest on the updated firmware."};
inline constexpr Check kPolicyDebug{
    "snp.policy.debug", "The host cannot debug the guest, that is read and write its memory.",
    "Start the guest with a policy whose debug bit is clear."};
inline constexpr Check kPolicyMigration{
    "snp.policy.migration_agent", "No migration agent can take the guest elsewhere.",
    "Start the guest with a policy that forbids migration agents."};
inline constexpr Check kPolicyReserved{
    "snp.policy.reserved", "The guest's policy has no bit that this verifier does not know.",
    "Start the guest with a policy of known bits, or update the verifier."};
inline constexpr Check kPolicySockets{
    "snp.policy.sockets", "The guest's policy about threads and sockets is as required.",
    "Start the guest with the SMT and single-socket bits that the policy asks for."};
inline constexpr Check kPlatformAlias{
    "snp.platform.alias_check",
    "The platform has checked that no memory is visible at two addresses.",
    "Let the operator of the machine update its firmware to one that makes this check."};
inline constexpr Check kVmpl{
    "snp.guest.vmpl", "The report was asked for at a privilege level that may speak for the guest.",
    "Take the report at the level that the policy allows, 0 being the most privileged."};
inline constexpr Check kGuestSvn{"snp.guest.svn",
                                 "The guest's own security version is not below the floor.",
                                 "Start a newer image of the guest."};
inline constexpr Check kMeasurement{
    "snp.guest.measurement", "What was started is an image that the policy lists.",
    "Compare the measurement with that of the image you built, then add it to the policy."};
inline constexpr Check kHostData{
    "snp.guest.host_data", "The configuration that the host gave at launch is one of those listed.",
    "Compare host_data with the hash of the configuration, then add it to the policy."};
inline constexpr Check kIdKey{
    "snp.guest.id_key", "The image was signed by a key that the policy lists.",
    "Compare the ID and author key digests with those of your signing keys."};
inline constexpr Check kReportData{
    "snp.report_data", "The report was made for this statement and not for another one.",
    "Ask for evidence with a fresh challenge; a replayed report fails here."};

inline constexpr std::array kTable = {
    kReportFormat,    kReportReserved, kEndorsementFormat, kChainFormat,     kChainRoot,
    kChainLinks,      kChainRoles,     kChainDates,        kChainRevocation, kReportSignature,
    kKeyKind,         kProductLine,    kEndorsementTcb,    kEndorsementChip, kChipAllowed,
    kTcbReported,     kTcbCommitted,   kTcbCurrent,        kTcbLaunch,       kPolicyDebug,
    kPolicyMigration, kPolicyReserved, kPolicySockets,     kPlatformAlias,   kVmpl,
    kGuestSvn,        kMeasurement,    kHostData,          kIdKey,           kReportData,
};

}  // namespace pramana::attest::snp_checks
