// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {IDataRegistry} from "./IDataRegistry.sol";
import {ITeePool} from "./ITeePool.sol";

/// @notice Paid proof jobs and the TEEs that they are assigned to, as the Vana protocol's pool.
/// Kept on purpose: jobs for files that do not exist, the whole value as bid, assignment by id and
/// blind to load, no look at the proof itself. docs/contracts.md lists what is left out.
contract TeePool is ITeePool, AccessControl, Pausable, ReentrancyGuard, Multicall {
    using EnumerableSet for EnumerableSet.AddressSet;
    using EnumerableSet for EnumerableSet.UintSet;

    bytes32 public constant MAINTAINER_ROLE = keccak256("MAINTAINER_ROLE");

    enum JobStatus {
        None,
        Submitted,
        Completed,
        Canceled
    }

    enum TeeStatus {
        None,
        Active,
        Removed
    }

    /// A static tuple of six words: no offset word in front of it in return data.
    struct Job {
        uint256 fileId;
        uint256 bidAmount;
        JobStatus status;
        uint256 addedTimestamp;
        address ownerAddress;
        address teeAddress;
    }

    struct TeeInfo {
        address teeAddress;
        string url;
        TeeStatus status;
        uint256 amount;
        uint256 withdrawnAmount;
        uint256 jobsCount; // pending jobs only
        string publicKey;
    }

    struct Tee {
        string url;
        TeeStatus status;
        uint256 amount;
        uint256 withdrawnAmount;
        string publicKey;
        EnumerableSet.UintSet pendingJobIds;
    }

    IDataRegistry public dataRegistry;
    uint256 public jobsCount;
    uint256 public teeFee;
    uint256 public cancelDelay; // seconds
    mapping(uint256 jobId => Job) private _jobs;
    mapping(uint256 fileId => EnumerableSet.UintSet) private _fileJobIds;
    mapping(address teeAddress => Tee) private _tees;
    EnumerableSet.AddressSet private _teeList; // every TEE that was ever added
    EnumerableSet.AddressSet private _activeTeeList;

    event TeeAdded(address indexed teeAddress);
    event TeeRemoved(address indexed teeAddress);
    event JobSubmitted(
        uint256 indexed jobId, uint256 indexed fileId, address teeAddress, uint256 bidAmount
    );
    event JobCanceled(uint256 indexed jobId);
    event ProofAdded(address indexed attestator, uint256 indexed jobId, uint256 indexed fileId);
    event Claimed(address indexed teeAddress, uint256 amount);

    error TeeAlreadyAdded();
    error TeeNotActive();
    error NoActiveTee();
    error InsufficientFee();
    error InvalidJobStatus();
    error InvalidJobTee();
    error NotJobOwner();
    error CancelDelayNotPassed();
    error NothingToClaim();

    modifier onlyActiveTee() {
        if (!isTee(msg.sender)) revert TeeNotActive();
        _;
    }

    constructor(address admin, address dataRegistryAddress, uint256 initialCancelDelay) {
        dataRegistry = IDataRegistry(dataRegistryAddress);
        cancelDelay = initialCancelDelay;
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(MAINTAINER_ROLE, admin);
    }

    // --- views ---

    function version() external pure returns (uint256) {
        return 1;
    }

    function jobs(uint256 jobId) external view returns (Job memory) {
        return _jobs[jobId];
    }

    function fileJobIds(uint256 fileId) external view returns (uint256[] memory) {
        return _fileJobIds[fileId].values();
    }

    function tees(address teeAddress) public view returns (TeeInfo memory) {
        Tee storage tee = _tees[teeAddress];
        return TeeInfo(
            teeAddress,
            tee.url,
            tee.status,
            tee.amount,
            tee.withdrawnAmount,
            tee.pendingJobIds.length(),
            tee.publicKey
        );
    }

    /// The pending queue of a TEE. A removal moves the last element, so pages shift between blocks.
    function teeJobIdsPaginated(address teeAddress, uint256 start, uint256 limit)
        external
        view
        returns (uint256[] memory)
    {
        return _tees[teeAddress].pendingJobIds.values(start, Math.saturatingAdd(start, limit));
    }

    function isTee(address teeAddress) public view returns (bool) {
        return _tees[teeAddress].status == TeeStatus.Active;
    }

    function teesCount() external view returns (uint256) {
        return _teeList.length();
    }

    function teeList() external view returns (address[] memory) {
        return _teeList.values();
    }

    function activeTeesCount() external view returns (uint256) {
        return _activeTeeList.length();
    }

    function activeTeeList() external view returns (address[] memory) {
        return _activeTeeList.values();
    }

    // --- jobs ---

    function requestContributionProof(uint256 fileId) external payable whenNotPaused {
        _submitJob(fileId);
    }

    function submitJob(uint256 fileId) external payable whenNotPaused {
        _submitJob(fileId);
    }

    /// Checks who sends it and the job's status; score, signature and instruction are the DLP's
    /// business.
    function addProof(uint256 jobId, IDataRegistry.Proof memory proof)
        external
        onlyActiveTee
        whenNotPaused
    {
        Job storage job = _jobs[jobId];
        if (job.status != JobStatus.Submitted) revert InvalidJobStatus();
        if (job.teeAddress != msg.sender) revert InvalidJobTee();
        job.status = JobStatus.Completed;
        Tee storage tee = _tees[msg.sender];
        tee.amount += job.bidAmount;
        tee.pendingJobIds.remove(jobId);
        dataRegistry.addProof(job.fileId, proof);
        emit ProofAdded(msg.sender, jobId, job.fileId);
    }

    function cancelJob(uint256 jobId) external nonReentrant whenNotPaused {
        Job storage job = _jobs[jobId];
        if (job.ownerAddress != msg.sender) revert NotJobOwner();
        if (job.status != JobStatus.Submitted) revert InvalidJobStatus();
        if (job.addedTimestamp + cancelDelay > block.timestamp) revert CancelDelayNotPassed();
        job.status = JobStatus.Canceled;
        _tees[job.teeAddress].pendingJobIds.remove(jobId);
        emit JobCanceled(jobId);
        Address.sendValue(payable(msg.sender), job.bidAmount);
    }

    /// A removed TEE keeps what it earned.
    function claim() external nonReentrant whenNotPaused {
        Tee storage tee = _tees[msg.sender];
        uint256 amount = tee.amount - tee.withdrawnAmount;
        if (amount == 0) revert NothingToClaim();
        tee.withdrawnAmount = tee.amount;
        emit Claimed(msg.sender, amount);
        Address.sendValue(payable(msg.sender), amount);
    }

    // --- maintenance ---

    function addTee(address teeAddress, string calldata url, string calldata publicKey)
        external
        onlyRole(MAINTAINER_ROLE)
    {
        Tee storage tee = _tees[teeAddress];
        if (tee.status == TeeStatus.Active) revert TeeAlreadyAdded();
        tee.status = TeeStatus.Active;
        tee.url = url;
        tee.publicKey = publicKey;
        _teeList.add(teeAddress);
        _activeTeeList.add(teeAddress);
        emit TeeAdded(teeAddress);
    }

    function removeTee(address teeAddress) external onlyRole(MAINTAINER_ROLE) {
        if (!isTee(teeAddress)) revert TeeNotActive();
        _tees[teeAddress].status = TeeStatus.Removed;
        _activeTeeList.remove(teeAddress);
        emit TeeRemoved(teeAddress);
    }

    function updateTeeFee(uint256 newTeeFee) external onlyRole(MAINTAINER_ROLE) {
        teeFee = newTeeFee;
    }

    function updateCancelDelay(uint256 newCancelDelay) external onlyRole(MAINTAINER_ROLE) {
        cancelDelay = newCancelDelay;
    }

    function updateDataRegistry(address newDataRegistry) external onlyRole(MAINTAINER_ROLE) {
        dataRegistry = IDataRegistry(newDataRegistry);
    }

    function pause() external onlyRole(MAINTAINER_ROLE) {
        _pause();
    }

    function unpause() external onlyRole(MAINTAINER_ROLE) {
        _unpause();
    }

    // --- inner ---

    function _submitJob(uint256 fileId) private {
        uint256 activeCount = _activeTeeList.length();
        if (activeCount == 0) revert NoActiveTee();
        if (msg.value < teeFee) revert InsufficientFee();
        uint256 jobId = ++jobsCount;
        address teeAddress = _activeTeeList.at(jobId % activeCount);
        _jobs[jobId] =
            Job(fileId, msg.value, JobStatus.Submitted, block.timestamp, msg.sender, teeAddress);
        _tees[teeAddress].pendingJobIds.add(jobId);
        _fileJobIds[fileId].add(jobId);
        emit JobSubmitted(jobId, fileId, teeAddress, msg.value);
    }
}
