// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {IDataRegistry} from "./IDataRegistry.sol";

/// @notice Files, their permissions and their proofs, as the Vana protocol's registry keeps them.
/// The open doors are part of the protocol and are kept on purpose: anyone adds a file for any
/// owner, and anyone adds a proof to any file id. docs/contracts.md lists what is left out.
contract DataRegistry is IDataRegistry, AccessControl, Pausable, Multicall {
    bytes32 public constant MAINTAINER_ROLE = keccak256("MAINTAINER_ROLE");
    bytes32 public constant REFINEMENT_SERVICE_ROLE = keccak256("REFINEMENT_SERVICE_ROLE");
    bytes32 public constant DATA_PORTABILITY_ROLE = keccak256("DATA_PORTABILITY_ROLE");

    struct File {
        address ownerAddress;
        string url;
        uint256 schemaId;
        uint256 addedAtBlock;
        uint256 proofsCount;
        mapping(uint256 index => Proof) proofs; // from 1
        mapping(address account => string) permissions;
        mapping(uint256 refinerId => string) refinements;
    }

    uint256 public filesCount;
    bool public emitLegacyEvents;
    uint256 public schemasCount; // stands in for the refiner registry: ids 1..schemasCount exist
    mapping(uint256 fileId => File) private _files;
    mapping(bytes32 urlHash => uint256 fileId) private _fileIdByUrlHash;

    event FileAdded(uint256 indexed fileId, address indexed ownerAddress, string url);
    event FileAddedV2(
        uint256 indexed fileId, address indexed ownerAddress, string url, uint256 schemaId
    );
    event ProofAdded(
        uint256 indexed fileId,
        address indexed ownerAddress,
        uint256 proofIndex,
        uint256 indexed dlpId,
        uint256 score,
        string proofUrl
    );
    event PermissionGranted(uint256 indexed fileId, address indexed account);
    event RefinementAdded(uint256 indexed fileId, uint256 indexed refinerId, string url);
    event RefinementUpdated(uint256 indexed fileId, uint256 indexed refinerId, string url);

    error NotFileOwner();
    error FileUrlAlreadyUsed();
    error FileNotFound();
    error NoPermission();
    error InvalidUrl();
    error InvalidSchemaId(uint256 schemaId);

    constructor(address admin) {
        emitLegacyEvents = true;
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(MAINTAINER_ROLE, admin);
        _setRoleAdmin(DATA_PORTABILITY_ROLE, MAINTAINER_ROLE);
        _setRoleAdmin(REFINEMENT_SERVICE_ROLE, MAINTAINER_ROLE);
    }

    // --- views ---

    function version() external pure returns (uint256) {
        return 2;
    }

    /// An unknown id is answered, not refused: the id echoed, no owner, no url.
    function files(uint256 fileId) external view returns (FileResponse memory) {
        File storage file = _files[fileId];
        return FileResponse(fileId, file.ownerAddress, file.url, file.schemaId, file.addedAtBlock);
    }

    function fileIdByUrl(string memory url) external view returns (uint256) {
        return _fileIdByUrlHash[keccak256(bytes(url))];
    }

    function fileProofs(uint256 fileId, uint256 index) external view returns (Proof memory) {
        return _files[fileId].proofs[index];
    }

    function filePermissions(uint256 fileId, address account)
        external
        view
        returns (string memory)
    {
        return _files[fileId].permissions[account];
    }

    function fileRefinements(uint256 fileId, uint256 refinerId)
        external
        view
        returns (string memory)
    {
        return _files[fileId].refinements[refinerId];
    }

    // --- files ---

    function addFile(string memory url) external whenNotPaused returns (uint256) {
        return _addFile(url, msg.sender, 0);
    }

    function addFileWithSchema(string memory url, uint256 schemaId)
        external
        whenNotPaused
        returns (uint256)
    {
        return _addFile(url, msg.sender, schemaId);
    }

    function addFileWithPermissions(
        string memory url,
        address ownerAddress,
        Permission[] memory permissions
    ) external whenNotPaused returns (uint256 fileId) {
        fileId = _addFile(url, ownerAddress, 0);
        _grantAll(fileId, permissions);
    }

    function addFileWithPermissionsAndSchema(
        string memory url,
        address ownerAddress,
        Permission[] memory permissions,
        uint256 schemaId
    ) external whenNotPaused returns (uint256 fileId) {
        fileId = _addFile(url, ownerAddress, schemaId);
        _grantAll(fileId, permissions);
    }

    function addFilePermission(uint256 fileId, address account, string memory key)
        external
        whenNotPaused
    {
        _checkMayGrant(fileId);
        _grant(fileId, account, key);
    }

    function addFilePermissionsAndSchema(
        uint256 fileId,
        Permission[] memory permissions,
        uint256 schemaId
    ) external whenNotPaused {
        _checkMayGrant(fileId);
        _checkSchema(schemaId);
        _files[fileId].schemaId = schemaId;
        _grantAll(fileId, permissions);
    }

    // --- proofs and refinements ---

    /// Open to everybody, for every id: a reader takes a proof's index from the event, and never
    /// from a guess.
    function addProof(uint256 fileId, Proof memory proof) external whenNotPaused {
        File storage file = _files[fileId];
        uint256 index = ++file.proofsCount;
        file.proofs[index] = proof;
        IDataRegistry.ProofData memory data = proof.data;
        emit ProofAdded(fileId, file.ownerAddress, index, data.dlpId, data.score, data.proofUrl);
    }

    function addRefinementWithPermission(
        uint256 fileId,
        uint256 refinerId,
        string memory url,
        address account,
        string memory key
    ) external whenNotPaused {
        if (!hasRole(REFINEMENT_SERVICE_ROLE, msg.sender)) revert NoPermission();
        if (fileId == 0 || fileId > filesCount) revert FileNotFound();
        if (bytes(url).length == 0) revert InvalidUrl();
        bool isNew = bytes(_files[fileId].refinements[refinerId]).length == 0;
        _files[fileId].refinements[refinerId] = url;
        if (isNew) emit RefinementAdded(fileId, refinerId, url);
        else emit RefinementUpdated(fileId, refinerId, url);
        _grant(fileId, account, key);
    }

    // --- maintenance ---

    function pause() external onlyRole(MAINTAINER_ROLE) {
        _pause();
    }

    function unpause() external onlyRole(MAINTAINER_ROLE) {
        _unpause();
    }

    function updateEmitLegacyEvents(bool enabled) external onlyRole(MAINTAINER_ROLE) {
        emitLegacyEvents = enabled;
    }

    function updateSchemasCount(uint256 count) external onlyRole(MAINTAINER_ROLE) {
        schemasCount = count;
    }

    // --- inner ---

    function _addFile(string memory url, address ownerAddress, uint256 schemaId)
        private
        returns (uint256 fileId)
    {
        bytes32 urlHash = keccak256(bytes(url));
        if (_fileIdByUrlHash[urlHash] != 0) revert FileUrlAlreadyUsed();
        _checkSchema(schemaId);
        fileId = ++filesCount;
        _fileIdByUrlHash[urlHash] = fileId;
        File storage file = _files[fileId];
        file.ownerAddress = ownerAddress;
        file.url = url;
        file.schemaId = schemaId;
        file.addedAtBlock = block.number;
        if (emitLegacyEvents) emit FileAdded(fileId, ownerAddress, url);
        emit FileAddedV2(fileId, ownerAddress, url, schemaId);
    }

    function _grantAll(uint256 fileId, Permission[] memory permissions) private {
        for (uint256 i = 0; i < permissions.length; ++i) {
            _grant(fileId, permissions[i].account, permissions[i].key);
        }
    }

    function _grant(uint256 fileId, address account, string memory key) private {
        _files[fileId].permissions[account] = key;
        emit PermissionGranted(fileId, account);
    }

    function _checkMayGrant(uint256 fileId) private view {
        if (hasRole(DATA_PORTABILITY_ROLE, msg.sender)) {
            if (fileId == 0 || fileId > filesCount) revert FileNotFound();
        } else if (_files[fileId].ownerAddress != msg.sender) {
            revert NotFileOwner();
        }
    }

    function _checkSchema(uint256 schemaId) private view {
        if (schemaId > schemasCount) revert InvalidSchemaId(schemaId);
    }
}
