// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Decides whether a validator's key may be trusted (RFC 9334: appraisal of evidence).
/// A quorum of signatures is one way, a verifier of attestation quotes another; the registry knows
/// only this.
interface IAppraisal {
    /// Returns this function's selector if `evidence` shows that `validator` is the key of the
    /// enclave whose statement has `statementHash`, to be trusted until `expiresAt`. Reverts with a
    /// reason otherwise. The caller, `msg.sender`, is the registry that asks.
    function appraise(
        address validator,
        bytes32 statementHash,
        uint64 expiresAt,
        bytes calldata evidence
    ) external view returns (bytes4);
}
