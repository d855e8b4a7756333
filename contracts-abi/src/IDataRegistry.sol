// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What the pool and a DLP use of the registry. Field order is ABI order: never change it.
interface IDataRegistry {
    struct ProofData {
        uint256 score; // 1e18 is 1.0
        uint256 dlpId; // free text in the protocol: nothing compares it
        string metadata;
        string proofUrl;
        string instruction;
    }

    struct Proof {
        bytes signature; // r, s, v over the EIP-191 digest of the packed fields (Dlp.sol)
        ProofData data;
    }

    struct Permission {
        address account;
        string key; // lower-case hex text, not bytes
    }

    /// Layout v2. Layout v1 lacks schemaId; the offset word of url tells them apart (0x80 or 0xa0).
    struct FileResponse {
        uint256 id;
        address ownerAddress;
        string url;
        uint256 schemaId;
        uint256 addedAtBlock;
    }

    function files(uint256 fileId) external view returns (FileResponse memory);
    function fileProofs(uint256 fileId, uint256 index) external view returns (Proof memory);
    function addProof(uint256 fileId, Proof memory proof) external;
}
