// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";

/// @notice An owner who narrows trust at once and widens it only after a public delay.
/// A delayed call is announced with its exact calldata, waits, and may then be made by the owner
/// once, within `CALL_LIFETIME`.
abstract contract DelayedOwner is Ownable2Step {
    uint64 public constant CALL_LIFETIME = 14 days;
    /// Seconds between announcing a call and making it.
    uint64 public immutable ownerDelay;
    /// When the announced call may be made; 0 if it is not announced.
    mapping(bytes32 callHash => uint64) public readyAt;

    event CallScheduled(bytes32 indexed callHash, bytes call, uint64 readyAt);
    event CallCancelled(bytes32 indexed callHash);

    error CallNotReady(bytes32 callHash, uint64 readyAt);
    error OwnershipNeeded();

    constructor(address owner, uint64 delay) Ownable(owner) {
        ownerDelay = delay;
    }

    modifier afterDelay() {
        _checkOwner();
        bytes32 callHash = keccak256(msg.data);
        uint64 ready = readyAt[callHash];
        if (ready == 0 || block.timestamp < ready || block.timestamp > ready + CALL_LIFETIME) {
            revert CallNotReady(callHash, ready);
        }
        delete readyAt[callHash];
        _;
    }

    function schedule(bytes calldata call) external onlyOwner {
        bytes32 callHash = keccak256(call);
        uint64 ready = uint64(block.timestamp) + ownerDelay;
        readyAt[callHash] = ready;
        emit CallScheduled(callHash, call, ready);
    }

    function cancel(bytes calldata call) external onlyOwner {
        bytes32 callHash = keccak256(call);
        delete readyAt[callHash];
        emit CallCancelled(callHash);
    }

    /// Without an owner nobody could revoke a stolen key.
    function renounceOwnership() public view override onlyOwner {
        revert OwnershipNeeded();
    }
}
