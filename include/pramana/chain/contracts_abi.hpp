// Written by contracts-abi/generate_selectors from contracts-abi/abi. Do not edit.
#pragma once

#include "pramana/core/bytes.hpp"

#include <array>
#include <cstdint>
#include <string_view>

/// Selectors (first four bytes of calldata, as a big-endian number), event topics and errors of the
/// contracts in contracts-abi/src, named after the ABI. Source: contracts-abi/abi/*.json.
namespace pramana::contracts {

/// 64 hex digits as a topic, at compile time only.
consteval Hash32 topic_from_hex(std::string_view hex) {
    const auto digit = [](char c) {
        return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
    };
    Hash32 topic;
    for (std::size_t i = 0; i < Hash32::kSize; ++i)
        topic.bytes[i] = static_cast<std::uint8_t>(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
    return topic;
}

// clang-format off
namespace data_registry {
// DATA_PORTABILITY_ROLE()
inline constexpr std::uint32_t kDataPortabilityRole = 0x2d4659ef;
// DEFAULT_ADMIN_ROLE()
inline constexpr std::uint32_t kDefaultAdminRole = 0xa217fddf;
// MAINTAINER_ROLE()
inline constexpr std::uint32_t kMaintainerRole = 0xf8742254;
// REFINEMENT_SERVICE_ROLE()
inline constexpr std::uint32_t kRefinementServiceRole = 0xe7f1cbff;
// addFile(string)
inline constexpr std::uint32_t kAddFile = 0xeb9b9b64;
// addFilePermission(uint256,address,string)
inline constexpr std::uint32_t kAddFilePermission = 0xf75cf867;
// addFilePermissionsAndSchema(uint256,(address,string)[],uint256)
inline constexpr std::uint32_t kAddFilePermissionsAndSchema = 0xe62f984a;
// addFileWithPermissions(string,address,(address,string)[])
inline constexpr std::uint32_t kAddFileWithPermissions = 0xafbfc156;
// addFileWithPermissionsAndSchema(string,address,(address,string)[],uint256)
inline constexpr std::uint32_t kAddFileWithPermissionsAndSchema = 0xb2319dcd;
// addFileWithSchema(string,uint256)
inline constexpr std::uint32_t kAddFileWithSchema = 0xd31db308;
// addProof(uint256,(bytes,(uint256,uint256,string,string,string)))
inline constexpr std::uint32_t kAddProof = 0xc26045f7;
// addRefinementWithPermission(uint256,uint256,string,address,string)
inline constexpr std::uint32_t kAddRefinementWithPermission = 0x9c648f1c;
// emitLegacyEvents()
inline constexpr std::uint32_t kEmitLegacyEvents = 0xe4f0bf90;
// fileIdByUrl(string)
inline constexpr std::uint32_t kFileIdByUrl = 0xf4fb9e47;
// filePermissions(uint256,address)
inline constexpr std::uint32_t kFilePermissions = 0x60f1c43a;
// fileProofs(uint256,uint256)
inline constexpr std::uint32_t kFileProofs = 0xdbda68db;
// fileRefinements(uint256,uint256)
inline constexpr std::uint32_t kFileRefinements = 0x0fbb708b;
// files(uint256)
inline constexpr std::uint32_t kFiles = 0xf4c714b4;
// filesCount()
inline constexpr std::uint32_t kFilesCount = 0xdfb5e9ba;
// getRoleAdmin(bytes32)
inline constexpr std::uint32_t kGetRoleAdmin = 0x248a9ca3;
// grantRole(bytes32,address)
inline constexpr std::uint32_t kGrantRole = 0x2f2ff15d;
// hasRole(bytes32,address)
inline constexpr std::uint32_t kHasRole = 0x91d14854;
// multicall(bytes[])
inline constexpr std::uint32_t kMulticall = 0xac9650d8;
// pause()
inline constexpr std::uint32_t kPause = 0x8456cb59;
// paused()
inline constexpr std::uint32_t kPaused = 0x5c975abb;
// renounceRole(bytes32,address)
inline constexpr std::uint32_t kRenounceRole = 0x36568abe;
// revokeRole(bytes32,address)
inline constexpr std::uint32_t kRevokeRole = 0xd547741f;
// schemasCount()
inline constexpr std::uint32_t kSchemasCount = 0x071cfffd;
// supportsInterface(bytes4)
inline constexpr std::uint32_t kSupportsInterface = 0x01ffc9a7;
// unpause()
inline constexpr std::uint32_t kUnpause = 0x3f4ba83a;
// updateEmitLegacyEvents(bool)
inline constexpr std::uint32_t kUpdateEmitLegacyEvents = 0x2fa0ef9b;
// updateSchemasCount(uint256)
inline constexpr std::uint32_t kUpdateSchemasCount = 0x431722a1;
// version()
inline constexpr std::uint32_t kVersion = 0x54fd4d50;
// FileAdded(uint256,address,string)
inline constexpr Hash32 kFileAddedTopic =
    topic_from_hex("2980b13036c0d9df6b71ea9e9c09536efd24d7dd1868e29aa730f0c3fbd1a0dc");
// FileAddedV2(uint256,address,string,uint256)
inline constexpr Hash32 kFileAddedV2Topic =
    topic_from_hex("4700587a90f43e584ef58af08d40dd9622ca3ee15baa07dc9d58ecf43b598324");
// Paused(address)
inline constexpr Hash32 kPausedTopic =
    topic_from_hex("62e78cea01bee320cd4e420270b5ea74000d11b0c9f74754ebdbfc544b05a258");
// PermissionGranted(uint256,address)
inline constexpr Hash32 kPermissionGrantedTopic =
    topic_from_hex("6e0403ef2b13328247bf9260ad8dd9c18fb5a18b95ea25de817ca991da05929b");
// ProofAdded(uint256,address,uint256,uint256,uint256,string)
inline constexpr Hash32 kProofAddedTopic =
    topic_from_hex("ef448dca1e95226d5af380d5817c753c86946ef53cffb238e5fbe889230565c7");
// RefinementAdded(uint256,uint256,string)
inline constexpr Hash32 kRefinementAddedTopic =
    topic_from_hex("2ce2df96b3f88dc893c7d10d38553c8f1abbcf5e25a0c5b13030f5d85d4b1f08");
// RefinementUpdated(uint256,uint256,string)
inline constexpr Hash32 kRefinementUpdatedTopic =
    topic_from_hex("26d641f490c3ef8f9e4e06b320b40715123f4c3dd42cf3e3c9eedaad9a10a91c");
// RoleAdminChanged(bytes32,bytes32,bytes32)
inline constexpr Hash32 kRoleAdminChangedTopic =
    topic_from_hex("bd79b86ffe0ab8e8776151514217cd7cacd52c909f66475c3af44e129f0b00ff");
// RoleGranted(bytes32,address,address)
inline constexpr Hash32 kRoleGrantedTopic =
    topic_from_hex("2f8788117e7eff1d82e926ec794901d17c78024a50270940304540a733656f0d");
// RoleRevoked(bytes32,address,address)
inline constexpr Hash32 kRoleRevokedTopic =
    topic_from_hex("f6391f5c32d9c69d2a47ea670b442974b53935d1edc7fd64eb21e047a839171b");
// Unpaused(address)
inline constexpr Hash32 kUnpausedTopic =
    topic_from_hex("5db9ee0a495bf2e6ff9c91a7834c1ba4fdd244a5e8aa4e537bd38aeae4b073aa");
}  // namespace data_registry

namespace tee_pool {
// DEFAULT_ADMIN_ROLE()
inline constexpr std::uint32_t kDefaultAdminRole = 0xa217fddf;
// MAINTAINER_ROLE()
inline constexpr std::uint32_t kMaintainerRole = 0xf8742254;
// activeTeeList()
inline constexpr std::uint32_t kActiveTeeList = 0x10f3cd30;
// activeTeesCount()
inline constexpr std::uint32_t kActiveTeesCount = 0xd402919f;
// addProof(uint256,(bytes,(uint256,uint256,string,string,string)))
inline constexpr std::uint32_t kAddProof = 0xc26045f7;
// addTee(address,string,string)
inline constexpr std::uint32_t kAddTee = 0x8acfae94;
// cancelDelay()
inline constexpr std::uint32_t kCancelDelay = 0x638a0f09;
// cancelJob(uint256)
inline constexpr std::uint32_t kCancelJob = 0x1dffa3dc;
// claim()
inline constexpr std::uint32_t kClaim = 0x4e71d92d;
// dataRegistry()
inline constexpr std::uint32_t kDataRegistry = 0xa39c1d6b;
// fileJobIds(uint256)
inline constexpr std::uint32_t kFileJobIds = 0x4c0eb9c9;
// getRoleAdmin(bytes32)
inline constexpr std::uint32_t kGetRoleAdmin = 0x248a9ca3;
// grantRole(bytes32,address)
inline constexpr std::uint32_t kGrantRole = 0x2f2ff15d;
// hasRole(bytes32,address)
inline constexpr std::uint32_t kHasRole = 0x91d14854;
// isTee(address)
inline constexpr std::uint32_t kIsTee = 0xa7016f70;
// jobs(uint256)
inline constexpr std::uint32_t kJobs = 0x180aedf3;
// jobsCount()
inline constexpr std::uint32_t kJobsCount = 0xd5fbcf42;
// multicall(bytes[])
inline constexpr std::uint32_t kMulticall = 0xac9650d8;
// pause()
inline constexpr std::uint32_t kPause = 0x8456cb59;
// paused()
inline constexpr std::uint32_t kPaused = 0x5c975abb;
// removeTee(address)
inline constexpr std::uint32_t kRemoveTee = 0x288fffac;
// renounceRole(bytes32,address)
inline constexpr std::uint32_t kRenounceRole = 0x36568abe;
// requestContributionProof(uint256)
inline constexpr std::uint32_t kRequestContributionProof = 0xd2ef73d9;
// revokeRole(bytes32,address)
inline constexpr std::uint32_t kRevokeRole = 0xd547741f;
// submitJob(uint256)
inline constexpr std::uint32_t kSubmitJob = 0xe7aa0194;
// supportsInterface(bytes4)
inline constexpr std::uint32_t kSupportsInterface = 0x01ffc9a7;
// teeFee()
inline constexpr std::uint32_t kTeeFee = 0xf5d548d8;
// teeJobIdsPaginated(address,uint256,uint256)
inline constexpr std::uint32_t kTeeJobIdsPaginated = 0x9f1b7a3c;
// teeList()
inline constexpr std::uint32_t kTeeList = 0x5b818d36;
// tees(address)
inline constexpr std::uint32_t kTees = 0x961884aa;
// teesCount()
inline constexpr std::uint32_t kTeesCount = 0xeb07b9c6;
// unpause()
inline constexpr std::uint32_t kUnpause = 0x3f4ba83a;
// updateCancelDelay(uint256)
inline constexpr std::uint32_t kUpdateCancelDelay = 0x576d6d4d;
// updateDataRegistry(address)
inline constexpr std::uint32_t kUpdateDataRegistry = 0x0e2a14a3;
// updateTeeFee(uint256)
inline constexpr std::uint32_t kUpdateTeeFee = 0x69e8de56;
// version()
inline constexpr std::uint32_t kVersion = 0x54fd4d50;
// Claimed(address,uint256)
inline constexpr Hash32 kClaimedTopic =
    topic_from_hex("d8138f8a3f377c5259ca548e70e4c2de94f129f5a11036a15b69513cba2b426a");
// JobCanceled(uint256)
inline constexpr Hash32 kJobCanceledTopic =
    topic_from_hex("68a66a704ceacc38da3f12c63779e47866d9d72e875ec5d43237777adc666d65");
// JobSubmitted(uint256,uint256,address,uint256)
inline constexpr Hash32 kJobSubmittedTopic =
    topic_from_hex("489e923ac6ba31ef19d89736ac6998000e3fe5b1d1f26174a2c12e02393aa67e");
// Paused(address)
inline constexpr Hash32 kPausedTopic =
    topic_from_hex("62e78cea01bee320cd4e420270b5ea74000d11b0c9f74754ebdbfc544b05a258");
// ProofAdded(address,uint256,uint256)
inline constexpr Hash32 kProofAddedTopic =
    topic_from_hex("41eb9d6336d189fb4bf444a6b5056628c51aa4405c87f7389a107686e8057263");
// RoleAdminChanged(bytes32,bytes32,bytes32)
inline constexpr Hash32 kRoleAdminChangedTopic =
    topic_from_hex("bd79b86ffe0ab8e8776151514217cd7cacd52c909f66475c3af44e129f0b00ff");
// RoleGranted(bytes32,address,address)
inline constexpr Hash32 kRoleGrantedTopic =
    topic_from_hex("2f8788117e7eff1d82e926ec794901d17c78024a50270940304540a733656f0d");
// RoleRevoked(bytes32,address,address)
inline constexpr Hash32 kRoleRevokedTopic =
    topic_from_hex("f6391f5c32d9c69d2a47ea670b442974b53935d1edc7fd64eb21e047a839171b");
// TeeAdded(address)
inline constexpr Hash32 kTeeAddedTopic =
    topic_from_hex("cc7ab74a9b11b56487e4c7356320d0be894972f6132884ccd04e04baa284fb79");
// TeeRemoved(address)
inline constexpr Hash32 kTeeRemovedTopic =
    topic_from_hex("18a003b29a5d1b1d6f0603956003fdc00a42ea8db3825c24a6bf532d5bae0bdf");
// Unpaused(address)
inline constexpr Hash32 kUnpausedTopic =
    topic_from_hex("5db9ee0a495bf2e6ff9c91a7834c1ba4fdd244a5e8aa4e537bd38aeae4b073aa");
}  // namespace tee_pool

namespace dlp {
// DEFAULT_ADMIN_ROLE()
inline constexpr std::uint32_t kDefaultAdminRole = 0xa217fddf;
// MAINTAINER_ROLE()
inline constexpr std::uint32_t kMaintainerRole = 0xf8742254;
// addRewardsForContributors(uint256)
inline constexpr std::uint32_t kAddRewardsForContributors = 0x1201c547;
// contributorInfo(address)
inline constexpr std::uint32_t kContributorInfo = 0x4b545f3a;
// contributorsCount()
inline constexpr std::uint32_t kContributorsCount = 0x7569b3d7;
// dataRegistry()
inline constexpr std::uint32_t kDataRegistry = 0xa39c1d6b;
// fileRewardFactor()
inline constexpr std::uint32_t kFileRewardFactor = 0xab049ffd;
// files(uint256)
inline constexpr std::uint32_t kFiles = 0xf4c714b4;
// filesListCount()
inline constexpr std::uint32_t kFilesListCount = 0x7ccf35a6;
// getRoleAdmin(bytes32)
inline constexpr std::uint32_t kGetRoleAdmin = 0x248a9ca3;
// grantRole(bytes32,address)
inline constexpr std::uint32_t kGrantRole = 0x2f2ff15d;
// hasRole(bytes32,address)
inline constexpr std::uint32_t kHasRole = 0x91d14854;
// multicall(bytes[])
inline constexpr std::uint32_t kMulticall = 0xac9650d8;
// name()
inline constexpr std::uint32_t kName = 0x06fdde03;
// pause()
inline constexpr std::uint32_t kPause = 0x8456cb59;
// paused()
inline constexpr std::uint32_t kPaused = 0x5c975abb;
// proofInstruction()
inline constexpr std::uint32_t kProofInstruction = 0x084a09da;
// publicKey()
inline constexpr std::uint32_t kPublicKey = 0x63ffab31;
// renounceRole(bytes32,address)
inline constexpr std::uint32_t kRenounceRole = 0x36568abe;
// requestReward(uint256,uint256)
inline constexpr std::uint32_t kRequestReward = 0x5062bc5a;
// revokeRole(bytes32,address)
inline constexpr std::uint32_t kRevokeRole = 0xd547741f;
// supportsInterface(bytes4)
inline constexpr std::uint32_t kSupportsInterface = 0x01ffc9a7;
// teePool()
inline constexpr std::uint32_t kTeePool = 0xd503d4e4;
// token()
inline constexpr std::uint32_t kToken = 0xfc0c546a;
// totalContributorsRewardAmount()
inline constexpr std::uint32_t kTotalContributorsRewardAmount = 0xc41d3b63;
// unpause()
inline constexpr std::uint32_t kUnpause = 0x3f4ba83a;
// updateFileRewardFactor(uint256)
inline constexpr std::uint32_t kUpdateFileRewardFactor = 0x1a8bcb1d;
// updateProofInstruction(string)
inline constexpr std::uint32_t kUpdateProofInstruction = 0x7ba24aa5;
// updatePublicKey(string)
inline constexpr std::uint32_t kUpdatePublicKey = 0x1dc6fa5e;
// updateTeePool(address)
inline constexpr std::uint32_t kUpdateTeePool = 0x4f33f79d;
// version()
inline constexpr std::uint32_t kVersion = 0x54fd4d50;
// FileRewardFactorUpdated(uint256)
inline constexpr Hash32 kFileRewardFactorUpdatedTopic =
    topic_from_hex("49713882dce7cebaf1e95b21d928f97374855c5adfabf73652b8230de06e4779");
// Paused(address)
inline constexpr Hash32 kPausedTopic =
    topic_from_hex("62e78cea01bee320cd4e420270b5ea74000d11b0c9f74754ebdbfc544b05a258");
// ProofInstructionUpdated(string)
inline constexpr Hash32 kProofInstructionUpdatedTopic =
    topic_from_hex("ba416802d8f8c88a69872ea24a6897e9c3b8bdf72487c62ab999954782a87731");
// PublicKeyUpdated(string)
inline constexpr Hash32 kPublicKeyUpdatedTopic =
    topic_from_hex("0ba4a7233a2cfb937aa9644f11f49345b443fe8d5ab3494a1879faa500728d3e");
// RewardRequested(address,uint256,uint256,uint256)
inline constexpr Hash32 kRewardRequestedTopic =
    topic_from_hex("c79b2d4186d26cf06f3e1a252e47fb477392229c39da486f16d9285961fdd9fe");
// RoleAdminChanged(bytes32,bytes32,bytes32)
inline constexpr Hash32 kRoleAdminChangedTopic =
    topic_from_hex("bd79b86ffe0ab8e8776151514217cd7cacd52c909f66475c3af44e129f0b00ff");
// RoleGranted(bytes32,address,address)
inline constexpr Hash32 kRoleGrantedTopic =
    topic_from_hex("2f8788117e7eff1d82e926ec794901d17c78024a50270940304540a733656f0d");
// RoleRevoked(bytes32,address,address)
inline constexpr Hash32 kRoleRevokedTopic =
    topic_from_hex("f6391f5c32d9c69d2a47ea670b442974b53935d1edc7fd64eb21e047a839171b");
// TeePoolUpdated(address)
inline constexpr Hash32 kTeePoolUpdatedTopic =
    topic_from_hex("496c74a108597a960a3e602b872823b2e82840913e9b0fc10bc921bc68412b7c");
// Unpaused(address)
inline constexpr Hash32 kUnpausedTopic =
    topic_from_hex("5db9ee0a495bf2e6ff9c91a7834c1ba4fdd244a5e8aa4e537bd38aeae4b073aa");
}  // namespace dlp

namespace attested_result_registry {
// CALL_LIFETIME()
inline constexpr std::uint32_t kCallLifetime = 0xf3ac6734;
// acceptOwnership()
inline constexpr std::uint32_t kAcceptOwnership = 0x79ba5097;
// appraisal()
inline constexpr std::uint32_t kAppraisal = 0x55ad2775;
// attestedUnderRoot(bytes32,(address,uint256,uint256,address,bytes32,uint256),bytes32[])
inline constexpr std::uint32_t kAttestedUnderRoot = 0x4a5f7d44;
// batchDigest((bytes32,uint32,bytes32,bytes32,uint64),(address,uint256,uint256,address,bytes32,uint256)[])
inline constexpr std::uint32_t kBatchDigest = 0x5c07d0b8;
// cancel(bytes)
inline constexpr std::uint32_t kCancel = 0x3c5beeb4;
// claim(bytes32,(address,uint256,uint256,address,bytes32,uint256),bytes32[])
inline constexpr std::uint32_t kClaim = 0xaf5a75f7;
// eip712Domain()
inline constexpr std::uint32_t kEip712Domain = 0x84b0196e;
// head(bytes32,uint32)
inline constexpr std::uint32_t kHead = 0x8d5eb65e;
// isActive(address)
inline constexpr std::uint32_t kIsActive = 0x9f8a13d7;
// isAttested((address,uint256,uint256,address,bytes32,uint256),address)
inline constexpr std::uint32_t kIsAttested = 0x7545a613;
// isClaimed(address,address,uint256)
inline constexpr std::uint32_t kIsClaimed = 0xd12acf73;
// leafOf((address,uint256,uint256,address,bytes32,uint256))
inline constexpr std::uint32_t kLeafOf = 0xd04f8bc6;
// lifetimeMax()
inline constexpr std::uint32_t kLifetimeMax = 0xa05acfae;
// owner()
inline constexpr std::uint32_t kOwner = 0x8da5cb5b;
// ownerDelay()
inline constexpr std::uint32_t kOwnerDelay = 0xbaa3a4e3;
// pendingOwner()
inline constexpr std::uint32_t kPendingOwner = 0xe30c3978;
// readyAt(bytes32)
inline constexpr std::uint32_t kReadyAt = 0xbea20801;
// recordBatch((bytes32,uint32,bytes32,bytes32,uint64),(address,uint256,uint256,address,bytes32,uint256)[],bytes32,bytes32)
inline constexpr std::uint32_t kRecordBatch = 0x391e402e;
// recordOf(address,address,uint256)
inline constexpr std::uint32_t kRecordOf = 0xab48b272;
// recordRoot(bytes32,uint256,bytes32,bytes32,bytes32,bytes32)
inline constexpr std::uint32_t kRecordRoot = 0x031cad8d;
// register(address,bytes32,uint64,bytes)
inline constexpr std::uint32_t kRegister = 0x3ebc0f91;
// renounceOwnership()
inline constexpr std::uint32_t kRenounceOwnership = 0x715018a6;
// resultHashStruct((address,uint256,uint256,address,bytes32,uint256))
inline constexpr std::uint32_t kResultHashStruct = 0xc7ec26c1;
// revoke(address)
inline constexpr std::uint32_t kRevoke = 0x74a8f103;
// rootDigest(bytes32,uint256,bytes32,bytes32,bytes32)
inline constexpr std::uint32_t kRootDigest = 0xa5939e0f;
// rootRecord(bytes32)
inline constexpr std::uint32_t kRootRecord = 0x5c2e0928;
// schedule(bytes)
inline constexpr std::uint32_t kSchedule = 0xdb26e34d;
// setAppraisal(address)
inline constexpr std::uint32_t kSetAppraisal = 0x0bcefd11;
// transferOwnership(address)
inline constexpr std::uint32_t kTransferOwnership = 0xf2fde38b;
// validators(address)
inline constexpr std::uint32_t kValidators = 0xfa52c7d8;
// AppraisalChanged(address)
inline constexpr Hash32 kAppraisalChangedTopic =
    topic_from_hex("a1362d94ff5202a6b0841354e4a8e58ae897408743c5fbfc9423fe346a82125b");
// BatchRecorded(bytes32,address,uint32,bytes32,bytes32,uint256)
inline constexpr Hash32 kBatchRecordedTopic =
    topic_from_hex("3ad688cd7788e1bc21135cf8a407037c6a03ee6e0ad530a4094e6cf788b90b24");
// CallCancelled(bytes32)
inline constexpr Hash32 kCallCancelledTopic =
    topic_from_hex("ab2af3494bc00bd4aa34e08bd246e5c402d3ee4856c19f5461ce47a6d57423e1");
// CallScheduled(bytes32,bytes,uint64)
inline constexpr Hash32 kCallScheduledTopic =
    topic_from_hex("5320e20e9f90dd6f03f52ac52b47f7a4ebee4d5436d733c0de8d1bf80dcd71e4");
// EIP712DomainChanged()
inline constexpr Hash32 kEIP712DomainChangedTopic =
    topic_from_hex("0a6387c9ea3628b88a633bb4f3b151770f70085117a15f9bf3787cda53f13d31");
// OwnershipTransferStarted(address,address)
inline constexpr Hash32 kOwnershipTransferStartedTopic =
    topic_from_hex("38d16b8cac22d99fc7c124b9cd0de2d3fa1faef420bfe791d8c362d765e22700");
// OwnershipTransferred(address,address)
inline constexpr Hash32 kOwnershipTransferredTopic =
    topic_from_hex("8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e0");
// ResultClaimed(address,uint256,bytes32)
inline constexpr Hash32 kResultClaimedTopic =
    topic_from_hex("fe6dff75a45e6c36ab70e7fe7e7b622d11e2add674f36ffb451f241854665285");
// ResultRecorded(address,uint256,uint256,address,bytes32,uint256)
inline constexpr Hash32 kResultRecordedTopic =
    topic_from_hex("9fc758c6928615fd8c4c7bffa74675cf1774b6a8ed1a0c3aee1365c81fb80515");
// RootRecorded(bytes32,bytes32)
inline constexpr Hash32 kRootRecordedTopic =
    topic_from_hex("3087fa164f4d99f39dcf1086bcad3816da88492c530d5a92558717eda844016b");
// ValidatorRegistered(address,bytes32,uint64)
inline constexpr Hash32 kValidatorRegisteredTopic =
    topic_from_hex("0751c45ac32bd7c2ed139519e81b919f698356088da40bdd3bde0458b4ebede9");
// ValidatorRevoked(address,address)
inline constexpr Hash32 kValidatorRevokedTopic =
    topic_from_hex("e59894f9ed93fba667413ed65fa359cfedd1ba59640359e3dc5a695f8799b1a2");
}  // namespace attested_result_registry

namespace quorum_appraisal {
// APPRAISAL_TYPEHASH()
inline constexpr std::uint32_t kAppraisalTypehash = 0xaec1db47;
// CALL_LIFETIME()
inline constexpr std::uint32_t kCallLifetime = 0xf3ac6734;
// SIGNATURES_MAX()
inline constexpr std::uint32_t kSignaturesMax = 0xef270024;
// acceptOwnership()
inline constexpr std::uint32_t kAcceptOwnership = 0x79ba5097;
// addAppraiser(address)
inline constexpr std::uint32_t kAddAppraiser = 0xd1caac93;
// appraisalDigest(address,address,bytes32,uint64)
inline constexpr std::uint32_t kAppraisalDigest = 0x50b02e12;
// appraise(address,bytes32,uint64,bytes)
inline constexpr std::uint32_t kAppraise = 0x2301f469;
// cancel(bytes)
inline constexpr std::uint32_t kCancel = 0x3c5beeb4;
// eip712Domain()
inline constexpr std::uint32_t kEip712Domain = 0x84b0196e;
// isAppraiser(address)
inline constexpr std::uint32_t kIsAppraiser = 0xc4c66d7f;
// lowerThreshold(uint256)
inline constexpr std::uint32_t kLowerThreshold = 0xa7304a17;
// owner()
inline constexpr std::uint32_t kOwner = 0x8da5cb5b;
// ownerDelay()
inline constexpr std::uint32_t kOwnerDelay = 0xbaa3a4e3;
// pendingOwner()
inline constexpr std::uint32_t kPendingOwner = 0xe30c3978;
// raiseThreshold(uint256)
inline constexpr std::uint32_t kRaiseThreshold = 0x59aedcdc;
// readyAt(bytes32)
inline constexpr std::uint32_t kReadyAt = 0xbea20801;
// removeAppraiser(address)
inline constexpr std::uint32_t kRemoveAppraiser = 0x92a77942;
// renounceOwnership()
inline constexpr std::uint32_t kRenounceOwnership = 0x715018a6;
// schedule(bytes)
inline constexpr std::uint32_t kSchedule = 0xdb26e34d;
// threshold()
inline constexpr std::uint32_t kThreshold = 0x42cde4e8;
// transferOwnership(address)
inline constexpr std::uint32_t kTransferOwnership = 0xf2fde38b;
// AppraiserAdded(address)
inline constexpr Hash32 kAppraiserAddedTopic =
    topic_from_hex("595111034df8e2c3efd71318427863abfa09d90c88eeb5640a6363764211e9b6");
// AppraiserRemoved(address)
inline constexpr Hash32 kAppraiserRemovedTopic =
    topic_from_hex("e7925be9d5c4fef44d7f64ecdc3ced86c3e5a8d15017cc532a055e8752b63bb9");
// CallCancelled(bytes32)
inline constexpr Hash32 kCallCancelledTopic =
    topic_from_hex("ab2af3494bc00bd4aa34e08bd246e5c402d3ee4856c19f5461ce47a6d57423e1");
// CallScheduled(bytes32,bytes,uint64)
inline constexpr Hash32 kCallScheduledTopic =
    topic_from_hex("5320e20e9f90dd6f03f52ac52b47f7a4ebee4d5436d733c0de8d1bf80dcd71e4");
// EIP712DomainChanged()
inline constexpr Hash32 kEIP712DomainChangedTopic =
    topic_from_hex("0a6387c9ea3628b88a633bb4f3b151770f70085117a15f9bf3787cda53f13d31");
// OwnershipTransferStarted(address,address)
inline constexpr Hash32 kOwnershipTransferStartedTopic =
    topic_from_hex("38d16b8cac22d99fc7c124b9cd0de2d3fa1faef420bfe791d8c362d765e22700");
// OwnershipTransferred(address,address)
inline constexpr Hash32 kOwnershipTransferredTopic =
    topic_from_hex("8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e0");
// ThresholdChanged(uint256)
inline constexpr Hash32 kThresholdChangedTopic =
    topic_from_hex("6c4ce60fd690e1216286a10b875c5662555f10774484e58142cedd7a90781baa");
}  // namespace quorum_appraisal

/// A revert that our contracts, or the language, can give.
struct ContractError {
    std::uint32_t selector;
    std::string_view name;
    std::string_view signature;
    std::string_view meaning;  ///< one sentence for an operator
};

/// Ascending by selector.
inline constexpr std::array<ContractError, 75> kContractErrors{{
    {0x025dbdd4, "InsufficientFee",
     "InsufficientFee()",
     "TeePool: less than teeFee was sent"},
    {0x08c379a0, "Error",
     "Error(string)",
     "a revert with a text"},
    {0x09bde339, "InvalidProof",
     "InvalidProof()",
     "DLP: the proof's instruction is not the DLP's proofInstruction, byte for byte"},
    {0x10eddccd, "TeeNotActive",
     "TeeNotActive()",
     "TeePool: the caller is no active TEE of the pool: never added, or removed"},
    {0x118cdaa7, "OwnableUnauthorizedAccount",
     "OwnableUnauthorizedAccount(address)",
     "the caller is not the owner"},
    {0x15561365, "InvalidScore",
     "InvalidScore()",
     "DLP: the score is 0 or above 1e18; such a proof is never paid"},
    {0x1e4fbdf7, "OwnableInvalidOwner",
     "OwnableInvalidOwner(address)",
     "the zero address cannot be the owner"},
    {0x2863dd5c, "KeyRevoked",
     "KeyRevoked(address)",
     "result registry: the validator's key was revoked and never returns"},
    {0x29ed7f27, "NoActiveTee",
     "NoActiveTee()",
     "TeePool: no TEE is active, so nobody can be given the job"},
    {0x305a27a9, "StringTooLong",
     "StringTooLong(string)",
     "a text is too long for one word"},
    {0x3bede995, "NotTheDlp",
     "NotTheDlp(address,address)",
     "result registry: only the result's own DLP claims it"},
    {0x3ee5aeb5, "ReentrancyGuardReentrantCall",
     "ReentrancyGuardReentrantCall()",
     "the contract was entered again before it returned"},
    {0x44731586, "FileAlreadyRewarded",
     "FileAlreadyRewarded(uint256)",
     "attested DLP: this file was already rewarded"},
    {0x45907fac, "SignersNotAscending",
     "SignersNotAscending(address,address)",
     "quorum appraisal: the signatures are not sorted by signer, or one signer comes twice"},
    {0x4b40143d, "CancelDelayNotPassed",
     "CancelDelayNotPassed()",
     "TeePool: the job is younger than cancelDelay (seconds); try again later"},
    {0x4e487b71, "Panic",
     "Panic(uint256)",
     "arithmetic or a bound failed; code 0x11 in requestReward: the reward budget is spent"},
    {0x504570e3, "InvalidRoot",
     "InvalidRoot()",
     "result registry: a corpus never has the root 0"},
    {0x5274afe7, "SafeERC20FailedOperation",
     "SafeERC20FailedOperation(address)",
     "the token refused a transfer"},
    {0x52bf9848, "InvalidSignature",
     "InvalidSignature(uint256)",
     "quorum appraisal: a signature recovers no key, or its s is in the upper half"},
    {0x5a0e7ba7, "WrongDlp",
     "WrongDlp(address)",
     "attested DLP: the result names another DLP"},
    {0x5a8f1699, "RootAlreadyRecorded",
     "RootAlreadyRecorded(bytes32)",
     "result registry: this root is already recorded"},
    {0x5e23ca68, "InvalidExpiry",
     "InvalidExpiry(uint64)",
     "result registry: the expiry is past, beyond the lifetime, or not after the present one"},
    {0x651a749b, "InvalidThreshold",
     "InvalidThreshold(uint256)",
     "quorum appraisal: the threshold is 0, too high, or not a move in this direction"},
    {0x6697b232, "AccessControlBadConfirmation",
     "AccessControlBadConfirmation()",
     "renounceRole: the confirmation is not the caller's own address"},
    {0x67680913, "DeadlinePassed",
     "DeadlinePassed(uint64)",
     "result registry: the batch's deadline is over; sign it anew"},
    {0x690a23a6, "OwnershipNeeded",
     "OwnershipNeeded()",
     "ownership cannot be given up: nobody could revoke a stolen key"},
    {0x6c6c8df1, "FileUnknown",
     "FileUnknown(uint256)",
     "attested DLP: the data registry has no such file, so nobody can be paid"},
    {0x700bd9d9, "AppraisalRefused",
     "AppraisalRefused()",
     "result registry: the appraisal did not vouch for the validator's key"},
    {0x7668d56b, "TeeAlreadyAdded",
     "TeeAlreadyAdded()",
     "TeePool: this TEE is already active"},
    {0x8063785b, "SelfAppraisal",
     "SelfAppraisal(address)",
     "quorum appraisal: a key does not vouch for itself"},
    {0x8354e965, "ResultAlreadyRecorded",
     "ResultAlreadyRecorded(address,address,uint256)",
     "result registry: the job already has a result"},
    {0x86114455, "FileUrlAlreadyUsed",
     "FileUrlAlreadyUsed()",
     "DataRegistry: another file already has this url"},
    {0x8dfc202b, "ExpectedPause",
     "ExpectedPause()",
     "the contract is not paused"},
    {0x9015f923, "NotJobOwner",
     "NotJobOwner()",
     "TeePool: only the account that paid for the job may cancel it"},
    {0x90c2973e, "InvalidAttestator",
     "InvalidAttestator()",
     "DLP: the signer is no active TEE of the pool now, or it signed other bytes"},
    {0x91bd598d, "ScoreNotPaid",
     "ScoreNotPaid(uint256)",
     "attested DLP: the score is 0 or above 1e18; such a result is never paid"},
    {0x94280d62, "ERC20InvalidSpender",
     "ERC20InvalidSpender(address)",
     "token: the zero address cannot spend"},
    {0x969bf728, "NothingToClaim",
     "NothingToClaim()",
     "TeePool: this address earned nothing since its last claim"},
    {0x96c6fd1e, "ERC20InvalidSender",
     "ERC20InvalidSender(address)",
     "token: the zero address cannot send"},
    {0x98d4901c, "WrongValue",
     "WrongValue()",
     "DLP: the native value sent does not match the amount named"},
    {0x9996b315, "AddressEmptyCode",
     "AddressEmptyCode(address)",
     "a call went to an address without code"},
    {0x99efb890, "NotAttested",
     "NotAttested()",
     "result registry: no recorded root covers the result, or its validator was revoked"},
    {0x9d7b369d, "NoPermission",
     "NoPermission()",
     "DataRegistry: the caller is no refinement service"},
    {0x9fe59fcd, "JobNotOrdered",
     "JobNotOrdered(uint256)",
     "attested DLP: the pool has no such job for this file with this validator"},
    {0xa208aa68, "FileAlreadyAdded",
     "FileAlreadyAdded()",
     "DLP: this file was already rewarded"},
    {0xabea3229, "NotFileOwner",
     "NotFileOwner()",
     "DataRegistry: only the owner of the file may do this"},
    {0xb3512b0c, "InvalidShortString",
     "InvalidShortString()",
     "a short text in the contract's code is damaged"},
    {0xb969563b, "InvalidJobStatus",
     "InvalidJobStatus()",
     "TeePool: the job is not open: unknown, completed or canceled"},
    {0xb9d29250, "ValidatorNotActive",
     "ValidatorNotActive(address)",
     "result registry: the signer is no active validator: unknown, expired, revoked, or it signed other bytes, such as another previous root"},
    {0xc2e5347d, "EmptyBatch",
     "EmptyBatch()",
     "result registry: a batch without results"},
    {0xccd64ba6, "CallNotReady",
     "CallNotReady(bytes32,uint64)",
     "the owner's call is not announced, still waits, or has gone stale"},
    {0xcf230b04, "WrongPool",
     "WrongPool(address)",
     "attested DLP: the result's job is of another pool"},
    {0xcf479181, "InsufficientBalance",
     "InsufficientBalance(uint256,uint256)",
     "the contract holds less native coin than it must pay"},
    {0xd13c1680, "InvalidTerms",
     "InvalidTerms(uint256)",
     "result registry: a root over no results, or bits above its three fields"},
    {0xd1e62b85, "InvalidJobTee",
     "InvalidJobTee()",
     "TeePool: the job is assigned to another TEE"},
    {0xd6bda275, "FailedCall",
     "FailedCall()",
     "an inner call failed without a reason, for example a payment that was refused"},
    {0xd78bce0c, "ECDSAInvalidSignatureS",
     "ECDSAInvalidSignatureS(bytes32)",
     "the proof signature has a high s; only the low one is accepted"},
    {0xd8c5d6a6, "ResultNotAttested",
     "ResultNotAttested()",
     "attested DLP: the registry has no such result, or its validator was revoked"},
    {0xd8f4cc1d, "WrongSignatureCount",
     "WrongSignatureCount(uint256,uint256)",
     "quorum appraisal: exactly the threshold's number of signatures is needed"},
    {0xd93c0665, "EnforcedPause",
     "EnforcedPause()",
     "the contract is paused, or the registry behind it is"},
    {0xe22e27eb, "StringsInsufficientHexLength",
     "StringsInsufficientHexLength(uint256,uint256)",
     "a number does not fit the hex digits that a contract gave it"},
    {0xe2517d3f, "AccessControlUnauthorizedAccount",
     "AccessControlUnauthorizedAccount(address,bytes32)",
     "the caller lacks the role that this call needs"},
    {0xe450d38c, "ERC20InsufficientBalance",
     "ERC20InsufficientBalance(address,uint256,uint256)",
     "token: the payer, here the DLP, holds too little"},
    {0xe602df05, "ERC20InvalidApprover",
     "ERC20InvalidApprover(address)",
     "token: the zero address cannot approve"},
    {0xe7bc872f, "InvalidUrl",
     "InvalidUrl()",
     "DataRegistry: the url of a refinement is empty"},
    {0xe8e500cf, "InvalidResultSignature",
     "InvalidResultSignature()",
     "result registry: the signature recovers no key, or its s is in the upper half"},
    {0xeba6c77a, "InvalidSchemaId",
     "InvalidSchemaId(uint256)",
     "DataRegistry: there is no schema with this id"},
    {0xec442f05, "ERC20InvalidReceiver",
     "ERC20InvalidReceiver(address)",
     "token: the zero address cannot receive; the file has no owner"},
    {0xed20d764, "FileNotFound",
     "FileNotFound()",
     "DataRegistry: there is no file with this id"},
    {0xf4b8ad28, "WrongPreviousRoot",
     "WrongPreviousRoot(bytes32,bytes32)",
     "result registry: the batch does not build on the corpus' head: another operator was first, or this corpus is a fork or an old copy"},
    {0xf645eedf, "ECDSAInvalidSignature",
     "ECDSAInvalidSignature()",
     "the proof signature recovers nobody: v must be 27 or 28"},
    {0xf9e86abf, "NotAnAppraiser",
     "NotAnAppraiser(address)",
     "quorum appraisal: the signer is neither a named appraiser nor an active validator, or it signed other bytes"},
    {0xfa5cd00f, "NotAllowed",
     "NotAllowed(address)",
     "result registry: only the owner and the key itself revoke a key"},
    {0xfb8f41b2, "ERC20InsufficientAllowance",
     "ERC20InsufficientAllowance(address,uint256,uint256)",
     "token: the spender may not move that much"},
    {0xfce698f7, "ECDSAInvalidSignatureLength",
     "ECDSAInvalidSignatureLength(uint256)",
     "the proof signature is not 65 bytes"},
}};
// clang-format on

/// The error with this selector, or nullptr.
[[nodiscard]] constexpr const ContractError* find_contract_error(std::uint32_t selector) noexcept {
    for (const ContractError& error : kContractErrors)
        if (error.selector == selector) return &error;
    return nullptr;
}

}  // namespace pramana::contracts
