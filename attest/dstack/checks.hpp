#pragma once

#include "pramana/attest/verdict.hpp"

#include <array>

/// What appraisals of dstack guests and keys examine, in this order.
namespace pramana::attest::dstack_checks {

inline constexpr Check kLogFormat{"dstack.log.format",
                                  "The event log is a list of events that can be read.",
                                  "Ask the guest agent for the quote and the log again."};
inline constexpr Check kLogTypes{
    "dstack.log.types", "Register 3 was extended by events of dstack's own type only.",
    "Do not trust the log: another type would let its digest be made up."};
inline constexpr Check kLogDigests{
    "dstack.log.digests", "Each digest that was sent is the one of the event's name and payload.",
    "Do not trust the log: an event was renamed or its payload exchanged."};
inline constexpr Check kReplayBoot{
    "dstack.replay.boot", "The firmware's events lead to the quote's registers 0, 1 and 2.",
    "Ask the guest agent for the quote and the log again."};
inline constexpr Check kReplayRuntime{
    "dstack.replay.runtime", "The recomputed events lead to the quote's register 3.",
    "Do not trust the log: events were changed, dropped, repeated or moved."};
inline constexpr Check kBootEvents{
    "dstack.boot.events", "Every event of the boot is there once and in order.",
    "Update the guest image, or the verifier if a newer image adds events."};
inline constexpr Check kAfterBoot{"dstack.boot.after",
                                  "After the boot the application did not repeat a boot event.",
                                  "Do not trust the guest: an application imitates the boot."};
inline constexpr Check kAppId{
    "dstack.app.id", "The application is one that the policy lists.",
    "Compare the application id with that of your deployment, then add it to the policy."};
inline constexpr Check kComposeHash{
    "dstack.compose.hash", "The deployed compose document is one that the policy lists.",
    "Read the compose document, compare its hash, then add it to the policy."};
inline constexpr Check kComposeText{
    "dstack.compose.document", "The compose document that was sent is the one that was deployed.",
    "Send the document as deployed, byte for byte."};
inline constexpr Check kConfigId{
    "dstack.compose.config_id", "The quote itself names the compose document (MRCONFIGID).",
    "Use an OS image of 0.5.1 or newer, which binds the document before the boot."};
inline constexpr Check kInstance{
    "dstack.instance", "The instance is one that the policy lists.",
    "Compare the instance id with that of your deployment, then add it to the policy."};
inline constexpr Check kKeyProvider{
    "dstack.key_provider", "The keys come from a provider that the policy allows.",
    "Deploy with an allowed key provider, or allow this one in the policy."};

inline constexpr std::array kTable = {
    kLogFormat, kLogTypes,    kLogDigests,  kReplayBoot, kReplayRuntime, kBootEvents,  kAfterBoot,
    kAppId,     kComposeHash, kComposeText, kConfigId,   kInstance,      kKeyProvider,
};

inline constexpr Check kKeyShape{
    "dstack.key.format", "Key, application id and signatures have the sizes that they should have.",
    "Ask the guest agent for the key again."};
inline constexpr Check kKeyApp{"dstack.key.application",
                               "Some application key signed this key for this purpose.",
                               "Ask for the key with the purpose that the statement names."};
inline constexpr Check kKeyRoot{
    "dstack.key.kms_root", "A pinned KMS root signed the application key for this application.",
    "Pin the root of the KMS that you trust; another root, purpose or application fails here."};
inline constexpr std::array kKeyTable = {kKeyShape, kKeyApp, kKeyRoot};

}  // namespace pramana::attest::dstack_checks
