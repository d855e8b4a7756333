// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {IDataRegistry} from "../IDataRegistry.sol";
import {IResultRegistry, Result} from "./IResultRegistry.sol";

/// The part of a TeePool that says what was ordered.
interface IWorkOrders {
    struct Job {
        uint256 fileId;
        uint256 bidAmount;
        uint8 status; // 0 is none
        uint256 addedTimestamp;
        address ownerAddress;
        address teeAddress;
    }

    function jobs(uint256 jobId) external view returns (Job memory);
}

/// @notice Example of a DLP that pays contributors, and validators, from attested results.
/// It holds its budget in a token; whoever wants to fund it sends tokens. A result is paid for a
/// file once, to the file's owner, if the job was really ordered from that validator in this DLP's
/// pool.
contract AttestedDlp {
    using BitMaps for BitMaps.BitMap;
    using SafeERC20 for IERC20;

    uint256 private constant ONE = 1e18;

    struct Settings {
        IResultRegistry registry;
        IDataRegistry dataRegistry;
        IWorkOrders pool;
        IERC20 token;
        uint256 rewardFactor; // smallest token units for score 1.0
        uint256 validatorFee; // smallest token units for a paid result
        bytes32 ruleset; // digest of the one ruleset that this DLP pays for
        string publicKey; // contributors encrypt to it
    }

    IResultRegistry public immutable registry;
    IDataRegistry public immutable dataRegistry;
    IWorkOrders public immutable pool;
    IERC20 public immutable token;
    uint256 public immutable rewardFactor;
    uint256 public immutable validatorFee;
    bytes32 public immutable ruleset;
    string public publicKey;
    BitMaps.BitMap private _rewarded; // by file id

    event RewardPaid(
        address indexed contributor,
        uint256 indexed fileId,
        address indexed validator,
        bytes32 resultHash,
        uint256 reward
    );

    error WrongDlp(address dlp);
    error WrongPool(address pool);
    error ResultNotAttested();
    error JobNotOrdered(uint256 jobId);
    error ScoreNotPaid(uint256 score); // 0, or above 10^18
    error FileAlreadyRewarded(uint256 fileId);
    error FileUnknown(uint256 fileId);

    constructor(Settings memory settings) {
        registry = settings.registry;
        dataRegistry = settings.dataRegistry;
        pool = settings.pool;
        token = settings.token;
        rewardFactor = settings.rewardFactor;
        validatorFee = settings.validatorFee;
        ruleset = settings.ruleset;
        publicKey = settings.publicKey;
    }

    /// Pays for a result that the registry recorded by itself. Anyone may call.
    function requestReward(Result calldata result, address validator) external {
        if (!registry.isAttested(result, validator)) revert ResultNotAttested();
        _pay(result, validator);
    }

    /// Pays for a result under a recorded root; the registry marks its job as claimed.
    function requestRewardByRoot(bytes32 root, Result calldata result, bytes32[] calldata proof)
        external
    {
        // The registry refuses another DLP's result: this contract is the caller.
        _pay(result, registry.claim(root, result, proof));
    }

    // What a validator asks of a DLP before it works for it, by the names of the Vana protocol.

    function teePool() external view returns (address) {
        return address(pool);
    }

    /// `pramana:1:<chain id>:<this contract>:<ruleset>`, all in lower case.
    function proofInstruction() external view returns (string memory) {
        bytes memory digest = bytes(Strings.toHexString(uint256(ruleset), 32));
        bytes memory plain = new bytes(64);
        for (uint256 i = 0; i < 64; ++i) plain[i] = digest[i + 2]; // without 0x
        return string.concat(
            "pramana:1:",
            Strings.toString(block.chainid),
            ":",
            Strings.toHexString(address(this)),
            ":",
            string(plain)
        );
    }

    function isRewarded(uint256 fileId) external view returns (bool) {
        return _rewarded.get(fileId);
    }

    function _pay(Result calldata result, address validator) private {
        if (result.dlp != address(this)) revert WrongDlp(result.dlp);
        if (result.pool != address(pool)) revert WrongPool(result.pool);
        if (result.score == 0 || result.score > ONE) revert ScoreNotPaid(result.score);
        if (_rewarded.get(result.fileId)) revert FileAlreadyRewarded(result.fileId);
        IWorkOrders.Job memory job = pool.jobs(result.jobId);
        if (job.status == 0 || job.fileId != result.fileId || job.teeAddress != validator) {
            revert JobNotOrdered(result.jobId);
        }
        address contributor = dataRegistry.files(result.fileId).ownerAddress;
        if (contributor == address(0)) revert FileUnknown(result.fileId);

        _rewarded.set(result.fileId); // before any transfer
        uint256 reward = rewardFactor * result.score / ONE;
        emit RewardPaid(contributor, result.fileId, validator, result.resultHash, reward);
        token.safeTransfer(contributor, reward);
        if (validatorFee != 0) token.safeTransfer(validator, validatorFee);
    }
}
