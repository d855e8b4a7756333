// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {IDataRegistry} from "./IDataRegistry.sol";
import {ITeePool} from "./ITeePool.sol";

/// @notice A data liquidity pool that pays for proofs, by the rules of the Vana protocol's
/// template.
/// Kept on purpose: the signed bytes are a packed concatenation without chain, contract, job or
/// expiry; dlpId is compared with nothing; the signer must be a TEE at the moment of the claim.
/// docs/contracts.md has the list.
contract Dlp is AccessControl, Pausable, ReentrancyGuard, Multicall {
    using EnumerableSet for EnumerableSet.AddressSet;
    using EnumerableSet for EnumerableSet.UintSet;
    using SafeERC20 for IERC20;

    bytes32 public constant MAINTAINER_ROLE = keccak256("MAINTAINER_ROLE");
    uint256 private constant ONE = 1e18;

    struct Settings {
        address dataRegistry;
        address teePool;
        address token; // zero: pays the native coin
        string name;
        string publicKey;
        string proofInstruction;
        uint256 fileRewardFactor; // smallest token units for score 1.0
    }

    struct FileResponse {
        uint256 fileId;
        uint256 timestamp;
        uint256 proofIndex;
        uint256 rewardAmount;
    }

    struct ContributorInfoResponse {
        address contributorAddress;
        uint256 filesListCount;
    }

    struct RewardedFile {
        uint256 timestamp;
        uint256 proofIndex;
        uint256 rewardAmount;
    }

    string public name;
    IDataRegistry public dataRegistry;
    ITeePool public teePool;
    IERC20 public token;
    string public publicKey;
    string public proofInstruction;
    uint256 public fileRewardFactor;
    uint256 public totalContributorsRewardAmount; // the budget left
    mapping(uint256 fileId => RewardedFile) private _files;
    mapping(address contributor => EnumerableSet.UintSet) private _contributorFiles;
    EnumerableSet.AddressSet private _contributors;
    EnumerableSet.UintSet private _filesList;

    event RewardRequested(
        address indexed contributorAddress,
        uint256 indexed fileId,
        uint256 indexed proofIndex,
        uint256 rewardAmount
    );
    event PublicKeyUpdated(string newPublicKey);
    event ProofInstructionUpdated(string newProofInstruction);
    event TeePoolUpdated(address newTeePool);
    event FileRewardFactorUpdated(uint256 newFileRewardFactor);

    error InvalidProof(); // an instruction of another text, nothing else
    error FileAlreadyAdded();
    error InvalidScore();
    error InvalidAttestator();
    error WrongValue(); // native coin sent to a token DLP, or another amount than named

    constructor(address admin, Settings memory settings) {
        name = settings.name;
        dataRegistry = IDataRegistry(settings.dataRegistry);
        teePool = ITeePool(settings.teePool);
        token = IERC20(settings.token);
        publicKey = settings.publicKey;
        proofInstruction = settings.proofInstruction;
        fileRewardFactor = settings.fileRewardFactor;
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(MAINTAINER_ROLE, admin);
    }

    // --- views ---

    function version() external pure returns (uint256) {
        return 1;
    }

    function files(uint256 fileId) external view returns (FileResponse memory) {
        RewardedFile storage file = _files[fileId];
        return FileResponse(fileId, file.timestamp, file.proofIndex, file.rewardAmount);
    }

    function filesListCount() external view returns (uint256) {
        return _filesList.length();
    }

    function contributorsCount() external view returns (uint256) {
        return _contributors.length();
    }

    function contributorInfo(address contributor)
        external
        view
        returns (ContributorInfoResponse memory)
    {
        return ContributorInfoResponse(contributor, _contributorFiles[contributor].length());
    }

    // --- rewards ---

    /// Anyone may call; the owner of the registry's file is paid.
    function requestReward(uint256 fileId, uint256 proofIndex) external whenNotPaused nonReentrant {
        IDataRegistry.Proof memory proof = dataRegistry.fileProofs(fileId, proofIndex);
        if (keccak256(bytes(proof.data.instruction)) != keccak256(bytes(proofInstruction))) {
            revert InvalidProof();
        }
        RewardedFile storage rewarded = _files[fileId];
        if (rewarded.rewardAmount != 0) revert FileAlreadyAdded();
        if (proof.data.score == 0 || proof.data.score > ONE) revert InvalidScore();
        IDataRegistry.FileResponse memory file = dataRegistry.files(fileId);
        if (!teePool.isTee(_signerOf(file.url, proof))) revert InvalidAttestator();

        uint256 reward = (fileRewardFactor * proof.data.score) / ONE;
        rewarded.timestamp = block.timestamp;
        rewarded.proofIndex = proofIndex;
        rewarded.rewardAmount = reward; // 0 after rounding leaves the file open to another request
        totalContributorsRewardAmount -= reward;
        _filesList.add(fileId);
        _contributors.add(file.ownerAddress);
        _contributorFiles[file.ownerAddress].add(fileId);
        emit RewardRequested(file.ownerAddress, fileId, proofIndex, reward);
        _pay(file.ownerAddress, reward);
    }

    /// Adds to the budget: pulls `amount` tokens from the caller, or takes the native value sent.
    function addRewardsForContributors(uint256 amount) external payable whenNotPaused nonReentrant {
        if (msg.value != (address(token) == address(0) ? amount : 0)) revert WrongValue();
        totalContributorsRewardAmount += amount;
        if (address(token) != address(0)) token.safeTransferFrom(msg.sender, address(this), amount);
    }

    // --- maintenance ---

    function updatePublicKey(string calldata newPublicKey) external onlyRole(MAINTAINER_ROLE) {
        publicKey = newPublicKey;
        emit PublicKeyUpdated(newPublicKey);
    }

    function updateProofInstruction(string calldata newProofInstruction)
        external
        onlyRole(MAINTAINER_ROLE)
    {
        proofInstruction = newProofInstruction;
        emit ProofInstructionUpdated(newProofInstruction);
    }

    function updateTeePool(address newTeePool) external onlyRole(MAINTAINER_ROLE) {
        teePool = ITeePool(newTeePool);
        emit TeePoolUpdated(newTeePool);
    }

    function updateFileRewardFactor(uint256 newFileRewardFactor)
        external
        onlyRole(MAINTAINER_ROLE)
    {
        fileRewardFactor = newFileRewardFactor;
        emit FileRewardFactorUpdated(newFileRewardFactor);
    }

    function pause() external onlyRole(MAINTAINER_ROLE) {
        _pause();
    }

    function unpause() external onlyRole(MAINTAINER_ROLE) {
        _unpause();
    }

    // --- inner ---

    function _signerOf(string memory url, IDataRegistry.Proof memory proof)
        private
        pure
        returns (address)
    {
        IDataRegistry.ProofData memory data = proof.data;
        bytes32 inner = keccak256(
            abi.encodePacked(
                url, data.score, data.dlpId, data.metadata, data.proofUrl, data.instruction
            )
        );
        return ECDSA.recover(MessageHashUtils.toEthSignedMessageHash(inner), proof.signature);
    }

    function _pay(address to, uint256 amount) private {
        if (address(token) == address(0)) Address.sendValue(payable(to), amount);
        else token.safeTransfer(to, amount);
    }
}
