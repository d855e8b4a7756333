// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {IAppraisal} from "./IAppraisal.sol";
import {CorpusStep, IResultRegistry, Result} from "./IResultRegistry.sol";
import {ValidatorSet} from "./ValidatorSet.sol";

/// @notice Results of attested validators: one signature for a batch, one word of storage for a
/// job, or one Merkle root for as many jobs as it covers.
/// A batch is accepted only on top of its corpus' head, so of two operators, clones or rolled-back
/// copies of a corpus exactly one goes on. docs/contracts.md "Attested results" has the reasons.
contract AttestedResultRegistry is IResultRegistry, ValidatorSet, EIP712 {
    using BitMaps for BitMaps.BitMap;

    bytes32 private constant RESULT_TYPEHASH = keccak256(
        "Result(address pool,uint256 jobId,uint256 fileId,address dlp,"
        "bytes32 resultHash,uint256 score)"
    );
    bytes32 private constant BATCH_TYPEHASH = keccak256(
        "ResultBatch(bytes32 corpusId,uint32 epoch,bytes32 previousRoot,bytes32 newRoot,"
        "uint64 deadline,Result[] results)"
        "Result(address pool,uint256 jobId,uint256 fileId,address dlp,"
        "bytes32 resultHash,uint256 score)"
    );
    bytes32 private constant ROOT_TYPEHASH = keccak256(
        "ResultRoot(bytes32 corpusId,uint32 epoch,bytes32 previousRoot,bytes32 newRoot,"
        "uint64 deadline,bytes32 root,uint32 count)"
    );

    uint256 private constant S_MASK = type(uint256).max >> 1;
    /// Half the order of secp256k1 (SEC 2, section 2.4.1).
    uint256 private constant S_MAX =
        0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// validator | count << 160 | time << 192, in one word so that it is written once.
    struct RootEntry {
        uint256 word;
    }

    struct Corpus {
        bytes32 head; // 0 before the first batch
    }

    /// The jobs of one pool for one DLP; a job is in one of the two, once.
    struct Book {
        mapping(uint256 jobId => bytes32) records; // keccak256(validator, hashStruct(result))
        BitMaps.BitMap claimed; // under a root
    }

    mapping(bytes32 root => RootEntry) private _roots;
    mapping(bytes32 corpusId => mapping(uint32 epoch => Corpus)) private _corpora;
    mapping(address pool => mapping(address dlp => Book)) private _books;

    event BatchRecorded(
        bytes32 indexed corpusId,
        address indexed validator,
        uint32 epoch,
        bytes32 previousRoot,
        bytes32 newRoot,
        uint256 count
    );
    event ResultRecorded(
        address indexed dlp,
        uint256 indexed jobId,
        uint256 indexed fileId,
        address pool,
        bytes32 resultHash,
        uint256 score
    );
    /// The rest of it is in `rootRecord` and in the transaction.
    event RootRecorded(bytes32 indexed root, bytes32 indexed corpusId);
    event ResultClaimed(address indexed dlp, uint256 indexed jobId, bytes32 indexed root);

    error InvalidResultSignature(); // malformed, or its s is in the upper half
    error ValidatorNotActive(address signer); // unknown, expired or revoked; or other bytes signed
    error DeadlinePassed(uint64 deadline);
    error WrongPreviousRoot(bytes32 head, bytes32 previousRoot);
    error InvalidRoot(); // a corpus never has the root 0
    error InvalidTerms(uint256 terms); // no results, or bits above the three fields
    error EmptyBatch();
    error ResultAlreadyRecorded(address pool, address dlp, uint256 jobId);
    error RootAlreadyRecorded(bytes32 root);
    error NotAttested();
    error NotTheDlp(address caller, address dlp);

    constructor(address owner, uint64 delay, uint64 lifetimeMax_, IAppraisal appraisal_)
        ValidatorSet(owner, delay, lifetimeMax_, appraisal_)
        EIP712("Pramana Attested Results", "1")
    {}

    /// Records each result. Anyone may send it; the validator's signature counts.
    function recordBatch(
        CorpusStep calldata step,
        Result[] calldata results,
        bytes32 r,
        bytes32 vs
    ) external {
        if (results.length == 0) revert EmptyBatch();
        bytes32[] memory hashes = _hashesOf(results);
        address validator = _signerOf(step.deadline, _batchStruct(step, hashes), r, vs);
        Corpus storage corpus = _corpora[step.corpusId][step.epoch];
        bytes32 present = _headOf(corpus, step.corpusId, step.epoch);
        if (present != step.previousRoot) revert WrongPreviousRoot(present, step.previousRoot);
        _advance(corpus, present, step.newRoot);
        for (uint256 i = 0; i < hashes.length; ++i) _record(results[i], hashes[i], validator);
        emit BatchRecorded(
            step.corpusId, validator, step.epoch, step.previousRoot, step.newRoot, results.length
        );
    }

    /// Records the root of a Merkle tree over `count` results: a leaf is
    /// keccak256(hashStruct(result)), pairs are sorted. `terms` is
    /// epoch | deadline << 32 | count << 96, one word of calldata for three.
    /// The previous root is signed but not sent: the corpus' head takes its place in what is
    /// hashed, so a signature over another one recovers a key that is no validator's.
    function recordRoot(
        bytes32 corpusId,
        uint256 terms,
        bytes32 newRoot,
        bytes32 root,
        bytes32 r,
        bytes32 vs
    ) external {
        RootEntry storage entry = _roots[root];
        if (entry.word != 0) revert RootAlreadyRecorded(root);
        Corpus storage corpus = _corpora[corpusId][uint32(terms)];
        bytes32 present = _headOf(corpus, corpusId, uint32(terms));
        bytes32 structHash = _rootStruct(corpusId, terms, present, newRoot, root);
        address validator = _signerOf(uint64(terms >> 32), structHash, r, vs);
        _advance(corpus, present, newRoot);
        entry.word =
            uint256(uint160(validator)) | (terms >> 96) << 160 | block.timestamp << 192;
        emit RootRecorded(root, corpusId);
    }

    /// @inheritdoc IResultRegistry
    function claim(bytes32 root, Result calldata result, bytes32[] calldata proof)
        external
        returns (address validator)
    {
        if (msg.sender != result.dlp) revert NotTheDlp(msg.sender, result.dlp);
        validator = attestedUnderRoot(root, result, proof);
        if (validator == address(0)) revert NotAttested();
        Book storage book = _books[result.pool][result.dlp];
        if (book.claimed.get(result.jobId) || book.records[result.jobId] != bytes32(0)) {
            revert ResultAlreadyRecorded(result.pool, result.dlp, result.jobId);
        }
        book.claimed.set(result.jobId);
        emit ResultClaimed(result.dlp, result.jobId, root);
    }

    // --- views ---

    /// The root on which the corpus' next batch must build.
    function head(bytes32 corpusId, uint32 epoch) external view returns (bytes32) {
        return _headOf(_corpora[corpusId][epoch], corpusId, epoch);
    }

    /// keccak256(validator, hashStruct(result)) of the job's result; 0 if there is none.
    function recordOf(address pool, address dlp, uint256 jobId) external view returns (bytes32) {
        return _books[pool][dlp].records[jobId];
    }

    /// Who signed a root, for how many results, and when it was recorded; zeros if it is unknown.
    function rootRecord(bytes32 root)
        public
        view
        returns (address validator, uint32 count, uint64 recordedAt)
    {
        uint256 word = _roots[root].word;
        return (address(uint160(word)), uint32(word >> 160), uint64(word >> 192));
    }

    function isClaimed(address pool, address dlp, uint256 jobId) external view returns (bool) {
        return _books[pool][dlp].claimed.get(jobId);
    }

    /// @inheritdoc IResultRegistry
    function isAttested(Result calldata result, address validator) external view returns (bool) {
        bytes32 record = _books[result.pool][result.dlp].records[result.jobId];
        return record == _recordWord(validator, resultHashStruct(result))
            && !validators[validator].revoked;
    }

    /// @inheritdoc IResultRegistry
    function attestedUnderRoot(bytes32 root, Result calldata result, bytes32[] calldata proof)
        public
        view
        returns (address validator)
    {
        uint32 count;
        (validator, count,) = rootRecord(root);
        // A tree of `count` leaves has paths of ceil(log2(count)) nodes at most.
        if (
            validator == address(0) || validators[validator].revoked || proof.length > 32
                || (proof.length > 0 && count <= uint256(1) << (proof.length - 1))
                || !MerkleProof.verifyCalldata(proof, root, leafOf(result))
        ) return address(0);
    }

    /// The EIP-712 struct hash of a result: keccak256(typehash, its six words).
    function resultHashStruct(Result calldata result) public pure returns (bytes32 hash) {
        bytes32 typehash = RESULT_TYPEHASH;
        assembly ("memory-safe") {
            let start := mload(0x40) // scratch: the pointer to free memory stays
            mstore(start, typehash)
            calldatacopy(add(start, 0x20), result, 0xc0)
            hash := keccak256(start, 0xe0)
        }
    }

    /// Hashed twice, so that no inner node of a tree passes for a leaf.
    function leafOf(Result calldata result) public pure returns (bytes32) {
        return keccak256(abi.encode(resultHashStruct(result)));
    }

    /// What a validator signs for recordBatch.
    function batchDigest(CorpusStep calldata step, Result[] calldata results)
        external
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(_batchStruct(step, _hashesOf(results)));
    }

    /// What a validator signs for recordRoot while the corpus' head is `previousRoot`.
    function rootDigest(
        bytes32 corpusId,
        uint256 terms,
        bytes32 previousRoot,
        bytes32 newRoot,
        bytes32 root
    ) external view returns (bytes32) {
        return _hashTypedDataV4(_rootStruct(corpusId, terms, previousRoot, newRoot, root));
    }

    // --- inside ---

    function _advance(Corpus storage corpus, bytes32 present, bytes32 next) private {
        if (next == bytes32(0)) revert InvalidRoot();
        if (next != present) corpus.head = next;
    }

    function _headOf(Corpus storage corpus, bytes32 corpusId, uint32 epoch)
        private
        view
        returns (bytes32 root)
    {
        root = corpus.head;
        if (root == bytes32(0)) {
            // The root of a corpus without entries (docs/scoring.md, "the root").
            root = sha256(abi.encodePacked("pramana:corpus:empty:2", corpusId, epoch));
        }
    }

    /// The active validator who signed `structHash`, in time.
    function _signerOf(uint64 deadline, bytes32 structHash, bytes32 r, bytes32 vs)
        private
        view
        returns (address validator)
    {
        if (block.timestamp > deadline) revert DeadlinePassed(deadline);
        validator = _recover(_hashTypedDataV4(structHash), r, vs);
        if (!isActive(validator)) revert ValidatorNotActive(validator);
    }

    /// The signer of an EIP-2098 signature whose s is in the lower half (EIP-2), so that for one
    /// r there is one s. Never the zero address.
    function _recover(bytes32 digest, bytes32 r, bytes32 vs) private view returns (address signer) {
        uint256 s = uint256(vs) & S_MASK;
        if (s > S_MAX) revert InvalidResultSignature();
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore(start, digest)
            mstore(add(start, 0x20), add(shr(255, vs), 27))
            mstore(add(start, 0x40), r)
            mstore(add(start, 0x60), s)
            mstore(0, 0)
            // Answers nothing for a signature that recovers no key.
            pop(staticcall(gas(), 1, start, 0x80, 0, 0x20))
            signer := mload(0)
        }
        if (signer == address(0)) revert InvalidResultSignature();
    }

    function _record(Result calldata result, bytes32 structHash, address validator) private {
        // Reading the addresses refuses words with dirty upper bits, which were hashed as they are.
        (address pool, address dlp, uint256 jobId) = (result.pool, result.dlp, result.jobId);
        Book storage book = _books[pool][dlp];
        if (book.records[jobId] != bytes32(0) || book.claimed.get(jobId)) {
            revert ResultAlreadyRecorded(pool, dlp, jobId);
        }
        book.records[jobId] = _recordWord(validator, structHash);
        emit ResultRecorded(dlp, jobId, result.fileId, pool, result.resultHash, result.score);
    }

    function _recordWord(address validator, bytes32 structHash)
        private
        pure
        returns (bytes32 word)
    {
        assembly ("memory-safe") {
            mstore(0, validator)
            mstore(0x20, structHash)
            word := keccak256(0, 0x40)
        }
    }

    function _hashesOf(Result[] calldata results) private pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](results.length);
        for (uint256 i = 0; i < hashes.length; ++i) hashes[i] = resultHashStruct(results[i]);
    }

    function _batchStruct(CorpusStep calldata step, bytes32[] memory hashes)
        private
        pure
        returns (bytes32 hash)
    {
        bytes32 typehash = BATCH_TYPEHASH;
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore(start, typehash)
            calldatacopy(add(start, 0x20), step, 0xa0)
            mstore(add(start, 0xc0), keccak256(add(hashes, 0x20), shl(5, mload(hashes))))
            hash := keccak256(start, 0xe0)
        }
    }

    function _rootStruct(
        bytes32 corpusId,
        uint256 terms,
        bytes32 previousRoot,
        bytes32 newRoot,
        bytes32 root
    ) private pure returns (bytes32 hash) {
        if (terms >> 128 != 0 || terms >> 96 == 0) revert InvalidTerms(terms);
        bytes32 typehash = ROOT_TYPEHASH;
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore(start, typehash)
            mstore(add(start, 0x20), corpusId)
            mstore(add(start, 0x40), and(terms, 0xffffffff))
            mstore(add(start, 0x60), previousRoot)
            mstore(add(start, 0x80), newRoot)
            mstore(add(start, 0xa0), and(shr(32, terms), 0xffffffffffffffff))
            mstore(add(start, 0xc0), root)
            mstore(add(start, 0xe0), shr(96, terms))
            hash := keccak256(start, 0x100)
        }
    }
}
