// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {DataRegistry} from "../src/DataRegistry.sol";
import {IDataRegistry} from "../src/IDataRegistry.sol";
import {RewardToken} from "../src/RewardToken.sol";
import {TeePool} from "../src/TeePool.sol";
import {AttestedDlp, IWorkOrders} from "../src/registry/AttestedDlp.sol";
import {AttestedResultRegistry} from "../src/registry/AttestedResultRegistry.sol";
import {IAppraisal} from "../src/registry/IAppraisal.sol";
import {CorpusStep, Result} from "../src/registry/IResultRegistry.sol";
import {QuorumAppraisal} from "../src/registry/QuorumAppraisal.sol";
import {RootScoreReader} from "../src/registry/RootScoreReader.sol";
import {Test} from "./Vm.sol";

/// A registry with three named appraisers, of whom two suffice, and one registered validator.
abstract contract World is Test {
    uint64 internal constant DELAY = 2 days;
    uint64 internal constant LIFETIME = 90 days;
    uint64 internal constant START = 1_800_000_000;
    bytes32 internal constant CORPUS = keccak256("corpus of the tests");
    bytes32 internal constant STATEMENT = keccak256("statement of the tests");
    uint256 internal constant VALIDATOR_KEY = 0xa11ce;
    address internal constant OWNER = address(0x0123);

    QuorumAppraisal internal appraisal;
    AttestedResultRegistry internal registry;
    uint256[3] internal appraiserKeys;
    address internal validator;

    function setUp() public virtual {
        vm.warp(START);
        appraiserKeys = ascending([uint256(0xb0b1), 0xb0b2, 0xb0b3]);
        address[] memory appraisers = new address[](3);
        for (uint256 i = 0; i < 3; ++i) appraisers[i] = vm.addr(appraiserKeys[i]);
        appraisal = new QuorumAppraisal(OWNER, DELAY, 2, appraisers);
        registry = new AttestedResultRegistry(OWNER, DELAY, LIFETIME, appraisal);
        validator = vm.addr(VALIDATOR_KEY);
        enrol(VALIDATOR_KEY, START + 30 days);
    }

    /// Private keys in the order of their addresses.
    function ascending(uint256[3] memory keys) internal pure returns (uint256[3] memory) {
        for (uint256 i = 0; i < 3; ++i) {
            for (uint256 j = i + 1; j < 3; ++j) {
                if (vm.addr(keys[j]) < vm.addr(keys[i])) (keys[i], keys[j]) = (keys[j], keys[i]);
            }
        }
        return keys;
    }

    /// (r, vs) of EIP-2098.
    function compact(uint256 key, bytes32 digest) internal pure returns (bytes32, bytes32) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return (r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
    }

    function votes(bytes32 digest, uint256[] memory keys) internal pure returns (bytes memory) {
        bytes32[2][] memory signatures = new bytes32[2][](keys.length);
        for (uint256 i = 0; i < keys.length; ++i) {
            (signatures[i][0], signatures[i][1]) = compact(keys[i], digest);
        }
        return abi.encode(signatures);
    }

    function list(uint256 a, uint256 b) internal pure returns (uint256[] memory keys) {
        keys = new uint256[](2);
        (keys[0], keys[1]) = (a, b);
    }

    /// The votes of the first two appraisers.
    function quorum(address candidate, uint64 expiresAt) internal view returns (bytes memory) {
        bytes32 digest =
            appraisal.appraisalDigest(address(registry), candidate, STATEMENT, expiresAt);
        return votes(digest, list(appraiserKeys[0], appraiserKeys[1]));
    }

    function enrol(uint256 key, uint64 expiresAt) internal {
        address candidate = vm.addr(key);
        registry.register(candidate, STATEMENT, expiresAt, quorum(candidate, expiresAt));
    }

    function stepFrom(bytes32 previous, bytes32 next) internal view returns (CorpusStep memory) {
        return CorpusStep(CORPUS, 1, previous, next, uint64(block.timestamp + 1 hours));
    }

    function resultOf(uint256 jobId) internal pure returns (Result memory) {
        return Result({
            pool: address(0x7ee9001),
            jobId: jobId,
            fileId: jobId + 1000,
            dlp: address(0xd19),
            resultHash: keccak256(abi.encode("result", jobId)),
            score: 0.75 ether
        });
    }

    function resultsFrom(uint256 firstJob, uint256 count)
        internal
        pure
        returns (Result[] memory results)
    {
        results = new Result[](count);
        for (uint256 i = 0; i < count; ++i) results[i] = resultOf(firstJob + i);
    }

    function submitAs(uint256 key, CorpusStep memory step, Result[] memory results) internal {
        (bytes32 r, bytes32 vs) = compact(key, registry.batchDigest(step, results));
        registry.recordBatch(step, results, r, vs);
    }

    function submit(CorpusStep memory step, Result[] memory results) internal {
        submitAs(VALIDATOR_KEY, step, results);
    }

    function termsOf(uint32 epoch, uint64 deadline, uint256 count)
        internal
        pure
        returns (uint256)
    {
        return uint256(epoch) | uint256(deadline) << 32 | count << 96;
    }

    function submitRoot(bytes32 next, bytes32 root, uint256 count) internal {
        uint256 terms = termsOf(1, uint64(block.timestamp + 1 hours), count);
        bytes32 head = registry.head(CORPUS, 1);
        bytes32 digest = registry.rootDigest(CORPUS, terms, head, next, root);
        (bytes32 r, bytes32 vs) = compact(VALIDATOR_KEY, digest);
        registry.recordRoot(CORPUS, terms, next, root, r, vs);
    }

    // --- Merkle trees: OpenZeppelin's sorted pairs; a last node without a partner goes up ---

    function pair(bytes32 a, bytes32 b) internal pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }

    function above(bytes32[] memory level) internal pure returns (bytes32[] memory up) {
        up = new bytes32[]((level.length + 1) / 2);
        for (uint256 i = 0; i < up.length; ++i) {
            up[i] = 2 * i + 1 < level.length ? pair(level[2 * i], level[2 * i + 1]) : level[2 * i];
        }
    }

    function leavesOf(Result[] memory results) internal view returns (bytes32[] memory leaves) {
        leaves = new bytes32[](results.length);
        for (uint256 i = 0; i < leaves.length; ++i) leaves[i] = registry.leafOf(results[i]);
    }

    function rootOf(bytes32[] memory level) internal pure returns (bytes32) {
        while (level.length > 1) level = above(level);
        return level[0];
    }

    function proofOf(bytes32[] memory level, uint256 index)
        internal
        pure
        returns (bytes32[] memory proof)
    {
        bytes32[] memory found = new bytes32[](32);
        uint256 length = 0;
        for (; level.length > 1; (level, index) = (above(level), index / 2)) {
            if (index ^ 1 < level.length) found[length++] = level[index ^ 1];
        }
        proof = new bytes32[](length);
        for (uint256 i = 0; i < length; ++i) proof[i] = found[i];
    }
}

/// World with the contracts around it: files, orders, a token, and DLPs that pay.
abstract contract PayingWorld is World {
    bytes32 internal constant RULESET =
        0x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff;
    uint256 internal constant FACTOR = 10 ether;
    uint256 internal constant FEE = 0.1 ether;
    address internal constant CONTRIBUTOR = address(0xc0ffee);

    DataRegistry internal dataRegistry;
    TeePool internal pool;
    RewardToken internal token;
    AttestedDlp internal dlp;
    AttestedDlp internal otherDlp;
    RootScoreReader internal reader;

    function setUp() public virtual override {
        super.setUp();
        dataRegistry = new DataRegistry(address(this));
        pool = new TeePool(address(this), address(dataRegistry), 600);
        pool.addTee(validator, "https://tee.invalid", "0x04");
        token = new RewardToken("Reward", "RWD", 1_000_000 ether);
        dlp = newDlp();
        otherDlp = newDlp();
        reader = new RootScoreReader(registry);
    }

    function newDlp() internal returns (AttestedDlp made) {
        made = new AttestedDlp(
            AttestedDlp.Settings({
                registry: registry,
                dataRegistry: IDataRegistry(address(dataRegistry)),
                pool: IWorkOrders(address(pool)),
                token: IERC20(address(token)),
                rewardFactor: FACTOR,
                validatorFee: FEE,
                ruleset: RULESET,
                publicKey: "0x04"
            })
        );
        require(token.transfer(address(made), 1000 ether));
    }

    /// Registers a file, orders a job for it, and returns its result for the first DLP.
    function ordered(string memory url) internal returns (Result memory result) {
        IDataRegistry.Permission[] memory none = new IDataRegistry.Permission[](0);
        uint256 fileId = dataRegistry.addFileWithPermissions(url, CONTRIBUTOR, none);
        pool.requestContributionProof(fileId);
        result = resultOf(pool.jobsCount());
        result.pool = address(pool);
        result.fileId = fileId;
        result.dlp = address(dlp);
    }
}
