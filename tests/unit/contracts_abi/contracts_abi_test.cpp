#include "pramana/chain/contracts_abi.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/crypto/keccak.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pramana::contracts {
namespace {

std::uint32_t selector_of(std::string_view signature) {
    return load_be<std::uint32_t>(keccak256(signature).bytes.data());
}

struct FunctionRow {
    std::uint32_t generated;
    std::uint32_t expected;
    const char* signature;
};

// Selectors of the Vana protocol's deployed DataRegistry, TeePool and DLP contracts.
#define PROOF "(bytes,(uint256,uint256,string,string,string))"
const FunctionRow kFunctionRows[] = {
    {data_registry::kFiles, 0xf4c714b4, "files(uint256)"},
    {data_registry::kFilePermissions, 0x60f1c43a, "filePermissions(uint256,address)"},
    {data_registry::kFileProofs, 0xdbda68db, "fileProofs(uint256,uint256)"},
    {data_registry::kFileIdByUrl, 0xf4fb9e47, "fileIdByUrl(string)"},
    {data_registry::kFilesCount, 0xdfb5e9ba, "filesCount()"},
    {data_registry::kVersion, 0x54fd4d50, "version()"},
    {data_registry::kFileRefinements, 0x0fbb708b, "fileRefinements(uint256,uint256)"},
    {data_registry::kAddProof, 0xc26045f7, "addProof(uint256," PROOF ")"},
    {data_registry::kAddFile, 0xeb9b9b64, "addFile(string)"},
    {data_registry::kAddFileWithSchema, 0xd31db308, "addFileWithSchema(string,uint256)"},
    {data_registry::kAddFileWithPermissions, 0xafbfc156,
     "addFileWithPermissions(string,address,(address,string)[])"},
    {data_registry::kAddFileWithPermissionsAndSchema, 0xb2319dcd,
     "addFileWithPermissionsAndSchema(string,address,(address,string)[],uint256)"},
    {data_registry::kAddFilePermission, 0xf75cf867, "addFilePermission(uint256,address,string)"},
    {data_registry::kAddFilePermissionsAndSchema, 0xe62f984a,
     "addFilePermissionsAndSchema(uint256,(address,string)[],uint256)"},
    {data_registry::kAddRefinementWithPermission, 0x9c648f1c,
     "addRefinementWithPermission(uint256,uint256,string,address,string)"},
    {data_registry::kMulticall, 0xac9650d8, "multicall(bytes[])"},
    {tee_pool::kJobs, 0x180aedf3, "jobs(uint256)"},
    {tee_pool::kTees, 0x961884aa, "tees(address)"},
    {tee_pool::kIsTee, 0xa7016f70, "isTee(address)"},
    {tee_pool::kTeeJobIdsPaginated, 0x9f1b7a3c, "teeJobIdsPaginated(address,uint256,uint256)"},
    {tee_pool::kFileJobIds, 0x4c0eb9c9, "fileJobIds(uint256)"},
    {tee_pool::kJobsCount, 0xd5fbcf42, "jobsCount()"},
    {tee_pool::kTeeFee, 0xf5d548d8, "teeFee()"},
    {tee_pool::kCancelDelay, 0x638a0f09, "cancelDelay()"},
    {tee_pool::kActiveTeeList, 0x10f3cd30, "activeTeeList()"},
    {tee_pool::kActiveTeesCount, 0xd402919f, "activeTeesCount()"},
    {tee_pool::kRequestContributionProof, 0xd2ef73d9, "requestContributionProof(uint256)"},
    {tee_pool::kSubmitJob, 0xe7aa0194, "submitJob(uint256)"},
    {tee_pool::kAddProof, 0xc26045f7, "addProof(uint256," PROOF ")"},
    {tee_pool::kCancelJob, 0x1dffa3dc, "cancelJob(uint256)"},
    {tee_pool::kClaim, 0x4e71d92d, "claim()"},
    {tee_pool::kAddTee, 0x8acfae94, "addTee(address,string,string)"},
    {tee_pool::kRemoveTee, 0x288fffac, "removeTee(address)"},
    {tee_pool::kUpdateTeeFee, 0x69e8de56, "updateTeeFee(uint256)"},
    {tee_pool::kUpdateCancelDelay, 0x576d6d4d, "updateCancelDelay(uint256)"},
    {tee_pool::kMulticall, 0xac9650d8, "multicall(bytes[])"},
    {dlp::kRequestReward, 0x5062bc5a, "requestReward(uint256,uint256)"},
    {dlp::kPublicKey, 0x63ffab31, "publicKey()"},
    {dlp::kProofInstruction, 0x084a09da, "proofInstruction()"},
    {dlp::kTeePool, 0xd503d4e4, "teePool()"},
    {dlp::kFileRewardFactor, 0xab049ffd, "fileRewardFactor()"},
    {dlp::kTotalContributorsRewardAmount, 0xc41d3b63, "totalContributorsRewardAmount()"},
    {dlp::kFiles, 0xf4c714b4, "files(uint256)"},
    {dlp::kContributorInfo, 0x4b545f3a, "contributorInfo(address)"},
    {dlp::kUpdateProofInstruction, 0x7ba24aa5, "updateProofInstruction(string)"},
    {dlp::kUpdatePublicKey, 0x1dc6fa5e, "updatePublicKey(string)"},
    {dlp::kUpdateTeePool, 0x4f33f79d, "updateTeePool(address)"},
    {dlp::kMulticall, 0xac9650d8, "multicall(bytes[])"},
};
#undef PROOF

TEST(ContractFunctions, have_the_selectors_of_the_deployed_contracts) {
    for (const FunctionRow& row : kFunctionRows) {
        EXPECT_EQ(row.generated, row.expected) << row.signature;
        EXPECT_EQ(selector_of(row.signature), row.expected) << row.signature;
    }
}

struct EventRow {
    const Hash32& generated;
    const char* expected;
    const char* signature;
};

// Topics of the same deployed contracts' logs.
const EventRow kEventRows[] = {
    {tee_pool::kJobSubmittedTopic,
     "489e923ac6ba31ef19d89736ac6998000e3fe5b1d1f26174a2c12e02393aa67e",
     "JobSubmitted(uint256,uint256,address,uint256)"},
    {tee_pool::kJobCanceledTopic,
     "68a66a704ceacc38da3f12c63779e47866d9d72e875ec5d43237777adc666d65", "JobCanceled(uint256)"},
    {tee_pool::kProofAddedTopic, "41eb9d6336d189fb4bf444a6b5056628c51aa4405c87f7389a107686e8057263",
     "ProofAdded(address,uint256,uint256)"},
    {tee_pool::kTeeAddedTopic, "cc7ab74a9b11b56487e4c7356320d0be894972f6132884ccd04e04baa284fb79",
     "TeeAdded(address)"},
    {tee_pool::kTeeRemovedTopic, "18a003b29a5d1b1d6f0603956003fdc00a42ea8db3825c24a6bf532d5bae0bdf",
     "TeeRemoved(address)"},
    {tee_pool::kClaimedTopic, "d8138f8a3f377c5259ca548e70e4c2de94f129f5a11036a15b69513cba2b426a",
     "Claimed(address,uint256)"},
    {data_registry::kFileAddedTopic,
     "2980b13036c0d9df6b71ea9e9c09536efd24d7dd1868e29aa730f0c3fbd1a0dc",
     "FileAdded(uint256,address,string)"},
    {data_registry::kFileAddedV2Topic,
     "4700587a90f43e584ef58af08d40dd9622ca3ee15baa07dc9d58ecf43b598324",
     "FileAddedV2(uint256,address,string,uint256)"},
    {data_registry::kPermissionGrantedTopic,
     "6e0403ef2b13328247bf9260ad8dd9c18fb5a18b95ea25de817ca991da05929b",
     "PermissionGranted(uint256,address)"},
    {data_registry::kProofAddedTopic,
     "ef448dca1e95226d5af380d5817c753c86946ef53cffb238e5fbe889230565c7",
     "ProofAdded(uint256,address,uint256,uint256,uint256,string)"},
    {data_registry::kRefinementAddedTopic,
     "2ce2df96b3f88dc893c7d10d38553c8f1abbcf5e25a0c5b13030f5d85d4b1f08",
     "RefinementAdded(uint256,uint256,string)"},
    {data_registry::kRefinementUpdatedTopic,
     "26d641f490c3ef8f9e4e06b320b40715123f4c3dd42cf3e3c9eedaad9a10a91c",
     "RefinementUpdated(uint256,uint256,string)"},
    {dlp::kRewardRequestedTopic, "c79b2d4186d26cf06f3e1a252e47fb477392229c39da486f16d9285961fdd9fe",
     "RewardRequested(address,uint256,uint256,uint256)"},
    {dlp::kProofInstructionUpdatedTopic,
     "ba416802d8f8c88a69872ea24a6897e9c3b8bdf72487c62ab999954782a87731",
     "ProofInstructionUpdated(string)"},
    {dlp::kPublicKeyUpdatedTopic,
     "0ba4a7233a2cfb937aa9644f11f49345b443fe8d5ab3494a1879faa500728d3e",
     "PublicKeyUpdated(string)"},
    {dlp::kTeePoolUpdatedTopic, "496c74a108597a960a3e602b872823b2e82840913e9b0fc10bc921bc68412b7c",
     "TeePoolUpdated(address)"},
};

TEST(ContractEvents, have_the_topics_of_the_deployed_contracts) {
    for (const EventRow& row : kEventRows) {
        EXPECT_EQ(to_hex(row.generated.view()), row.expected) << row.signature;
        EXPECT_EQ(keccak256(row.signature), row.generated) << row.signature;
    }
}

struct ErrorRow {
    std::uint32_t selector;
    const char* signature;
};

// Reverts of the same deployed contracts, and the two of the Solidity language.
const ErrorRow kErrorRows[] = {
    {0x10eddccd, "TeeNotActive()"},
    {0xb969563b, "InvalidJobStatus()"},
    {0xd1e62b85, "InvalidJobTee()"},
    {0x29ed7f27, "NoActiveTee()"},
    {0x025dbdd4, "InsufficientFee()"},
    {0x9015f923, "NotJobOwner()"},
    {0x4b40143d, "CancelDelayNotPassed()"},
    {0x969bf728, "NothingToClaim()"},
    {0x7668d56b, "TeeAlreadyAdded()"},
    {0xd93c0665, "EnforcedPause()"},
    {0xed20d764, "FileNotFound()"},
    {0x09bde339, "InvalidProof()"},
    {0x15561365, "InvalidScore()"},
    {0x90c2973e, "InvalidAttestator()"},
    {0xa208aa68, "FileAlreadyAdded()"},
    {0xf645eedf, "ECDSAInvalidSignature()"},
    {0xd78bce0c, "ECDSAInvalidSignatureS(bytes32)"},
    {0xfce698f7, "ECDSAInvalidSignatureLength(uint256)"},
    {0x86114455, "FileUrlAlreadyUsed()"},
    {0xabea3229, "NotFileOwner()"},
    {0x9d7b369d, "NoPermission()"},
    {0xe7bc872f, "InvalidUrl()"},
    {0xeba6c77a, "InvalidSchemaId(uint256)"},
    {0xe2517d3f, "AccessControlUnauthorizedAccount(address,bytes32)"},
    {0x08c379a0, "Error(string)"},
    {0x4e487b71, "Panic(uint256)"},
};

TEST(ContractErrors, know_every_revert_of_the_deployed_contracts) {
    for (const ErrorRow& row : kErrorRows) {
        const ContractError* found = find_contract_error(row.selector);
        ASSERT_NE(found, nullptr) << row.signature;
        EXPECT_EQ(found->signature, row.signature);
        EXPECT_EQ(selector_of(row.signature), row.selector) << row.signature;
    }
    EXPECT_EQ(find_contract_error(0xdeadbeef), nullptr);
}

TEST(ContractErrors, are_sorted_named_and_explained) {
    std::uint32_t previous = 0;
    for (const ContractError& error : kContractErrors) {
        EXPECT_LT(previous, error.selector) << error.signature;
        EXPECT_EQ(selector_of(error.signature), error.selector) << error.signature;
        EXPECT_EQ(error.name, error.signature.substr(0, error.signature.find('(')));
        EXPECT_FALSE(error.meaning.empty()) << error.signature;
        previous = error.selector;
    }
}

}  // namespace
}  // namespace pramana::contracts
