// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DelayedOwner} from "./DelayedOwner.sol";
import {IAppraisal} from "./IAppraisal.sol";
import {IValidatorSet} from "./IResultRegistry.sol";

/// @notice Keys of validators, each trusted by an appraisal until it expires or is revoked.
abstract contract ValidatorSet is IValidatorSet, DelayedOwner {
    struct Validator {
        uint64 registeredAt;
        uint64 expiresAt;
        bool revoked; // for ever
        bytes32 statementHash;
    }

    /// Seconds that a registration lasts at most.
    uint64 public immutable lifetimeMax;
    IAppraisal public appraisal;
    mapping(address validator => Validator) public validators;

    event AppraisalChanged(address indexed appraisal);
    event ValidatorRegistered(
        address indexed validator, bytes32 indexed statementHash, uint64 expiresAt
    );
    event ValidatorRevoked(address indexed validator, address indexed by);

    error AppraisalRefused();
    error InvalidExpiry(uint64 expiresAt); // past, too far, or not after the present one
    error KeyRevoked(address validator);
    error NotAllowed(address caller);

    constructor(address owner, uint64 delay, uint64 lifetimeMax_, IAppraisal appraisal_)
        DelayedOwner(owner, delay)
    {
        lifetimeMax = lifetimeMax_;
        appraisal = appraisal_;
        emit AppraisalChanged(address(appraisal_));
    }

    /// Anyone may call: the appraisal decides. A later expiry renews; a revoked key never returns.
    function register(
        address validator,
        bytes32 statementHash,
        uint64 expiresAt,
        bytes calldata evidence
    ) external {
        Validator storage entry = validators[validator];
        if (entry.revoked) revert KeyRevoked(validator);
        if (
            expiresAt <= block.timestamp || expiresAt > block.timestamp + lifetimeMax
                || expiresAt <= entry.expiresAt
        ) revert InvalidExpiry(expiresAt);
        bytes4 answer = appraisal.appraise(validator, statementHash, expiresAt, evidence);
        if (answer != IAppraisal.appraise.selector) revert AppraisalRefused();
        validators[validator] =
            Validator(uint64(block.timestamp), expiresAt, false, statementHash);
        emit ValidatorRegistered(validator, statementHash, expiresAt);
    }

    /// By the owner, or by the key itself. At once and for ever; what the key signed before is no
    /// longer attested either.
    function revoke(address validator) external {
        if (msg.sender != owner() && msg.sender != validator) revert NotAllowed(msg.sender);
        validators[validator].revoked = true;
        emit ValidatorRevoked(validator, msg.sender);
    }

    function setAppraisal(IAppraisal appraisal_) external afterDelay {
        appraisal = appraisal_;
        emit AppraisalChanged(address(appraisal_));
    }

    /// @inheritdoc IValidatorSet
    function isActive(address validator) public view returns (bool) {
        Validator storage entry = validators[validator];
        (bool revoked, uint64 expiresAt) = (entry.revoked, entry.expiresAt); // one word, read once
        return !revoked && block.timestamp <= expiresAt;
    }
}
