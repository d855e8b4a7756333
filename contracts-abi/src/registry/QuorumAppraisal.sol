// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {DelayedOwner} from "./DelayedOwner.sol";
import {IAppraisal} from "./IAppraisal.sol";
import {IValidatorSet} from "./IResultRegistry.sol";

/// @notice Appraisal by k signatures of named appraisers or of validators that the asking registry
/// trusts at this moment. Each signer has verified the enclave's evidence off chain.
contract QuorumAppraisal is IAppraisal, DelayedOwner, EIP712 {
    bytes32 public constant APPRAISAL_TYPEHASH = keccak256(
        "Appraisal(address registry,address validator,bytes32 statementHash,uint64 expiresAt)"
    );
    uint256 public constant SIGNATURES_MAX = 64;

    mapping(address appraiser => bool) public isAppraiser;
    uint256 public threshold;

    event AppraiserAdded(address indexed appraiser);
    event AppraiserRemoved(address indexed appraiser);
    event ThresholdChanged(uint256 threshold);

    error InvalidThreshold(uint256 threshold);
    error WrongSignatureCount(uint256 given, uint256 needed);
    error InvalidSignature(uint256 index); // malformed, or its s is in the upper half
    error SignersNotAscending(address previous, address next); // also: one signer twice
    error NotAnAppraiser(address signer);
    error SelfAppraisal(address validator);

    constructor(address owner, uint64 delay, uint256 threshold_, address[] memory appraisers)
        DelayedOwner(owner, delay)
        EIP712("Pramana Quorum Appraisal", "1")
    {
        if (threshold_ == 0 || threshold_ > SIGNATURES_MAX) revert InvalidThreshold(threshold_);
        threshold = threshold_;
        emit ThresholdChanged(threshold_);
        for (uint256 i = 0; i < appraisers.length; ++i) {
            isAppraiser[appraisers[i]] = true;
            emit AppraiserAdded(appraisers[i]);
        }
    }

    /// `evidence` is abi.encode(bytes32[2][]): (r, vs) of EIP-2098, by signer ascending, exactly
    /// `threshold` of them, so that one set of signers has one encoding.
    function appraise(
        address validator,
        bytes32 statementHash,
        uint64 expiresAt,
        bytes calldata evidence
    ) external view returns (bytes4) {
        bytes32[2][] memory signatures = abi.decode(evidence, (bytes32[2][]));
        if (signatures.length != threshold) {
            revert WrongSignatureCount(signatures.length, threshold);
        }
        bytes32 digest = appraisalDigest(msg.sender, validator, statementHash, expiresAt);
        address previous = address(0);
        for (uint256 i = 0; i < signatures.length; ++i) {
            (address signer, ECDSA.RecoverError problem,) =
                ECDSA.tryRecover(digest, signatures[i][0], signatures[i][1]);
            if (problem != ECDSA.RecoverError.NoError) revert InvalidSignature(i);
            if (signer <= previous) revert SignersNotAscending(previous, signer);
            if (signer == validator) revert SelfAppraisal(validator);
            if (!isAppraiser[signer] && !IValidatorSet(msg.sender).isActive(signer)) {
                revert NotAnAppraiser(signer);
            }
            previous = signer;
        }
        return IAppraisal.appraise.selector;
    }

    /// What an appraiser signs.
    function appraisalDigest(
        address registry,
        address validator,
        bytes32 statementHash,
        uint64 expiresAt
    ) public view returns (bytes32) {
        return _hashTypedDataV4(
            keccak256(
                abi.encode(APPRAISAL_TYPEHASH, registry, validator, statementHash, expiresAt)
            )
        );
    }

    // --- the owner ---

    function addAppraiser(address appraiser) external afterDelay {
        isAppraiser[appraiser] = true;
        emit AppraiserAdded(appraiser);
    }

    function removeAppraiser(address appraiser) external onlyOwner {
        isAppraiser[appraiser] = false;
        emit AppraiserRemoved(appraiser);
    }

    /// At once; a threshold above SIGNATURES_MAX stops all appraisals.
    function raiseThreshold(uint256 threshold_) external onlyOwner {
        if (threshold_ <= threshold) revert InvalidThreshold(threshold_);
        threshold = threshold_;
        emit ThresholdChanged(threshold_);
    }

    function lowerThreshold(uint256 threshold_) external afterDelay {
        if (threshold_ == 0 || threshold_ >= threshold || threshold_ > SIGNATURES_MAX) {
            revert InvalidThreshold(threshold_);
        }
        threshold = threshold_;
        emit ThresholdChanged(threshold_);
    }
}
