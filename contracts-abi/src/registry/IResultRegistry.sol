// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// What a validator attests for one paid job. It is also an EIP-712 struct.
struct Result {
    address pool; // the contract that holds the work order
    uint256 jobId; // its number there
    uint256 fileId; // in the data registry of the pool
    address dlp; // the one contract that may pay for it
    bytes32 resultHash; // SHA-256 of the binding document
    uint256 score; // 10^18 is 1.0
}

/// How a batch moves one corpus, and until when it may be recorded.
struct CorpusStep {
    bytes32 corpusId;
    uint32 epoch;
    bytes32 previousRoot; // must be the corpus' head
    bytes32 newRoot; // the same if nothing was added
    uint64 deadline; // Unix seconds
}

interface IValidatorSet {
    /// Registered, not expired, not revoked: may sign now.
    function isActive(address validator) external view returns (bool);
}

/// @notice What a contract that pays for results, or reads them, needs of the registry.
interface IResultRegistry is IValidatorSet {
    /// True if exactly this result of this validator was recorded and the validator's key has not
    /// been revoked since. Expiry does not undo what was recorded before it.
    function isAttested(Result calldata result, address validator) external view returns (bool);

    /// The validator whose recorded root covers the result; zero if the root is unknown, the proof
    /// is wrong, or the key has been revoked.
    function attestedUnderRoot(bytes32 root, Result calldata result, bytes32[] calldata proof)
        external
        view
        returns (address validator);

    /// As attestedUnderRoot, for the result's DLP only, and once for each job: a job that was
    /// claimed, or recorded by itself, is refused.
    function claim(bytes32 root, Result calldata result, bytes32[] calldata proof)
        external
        returns (address validator);
}
