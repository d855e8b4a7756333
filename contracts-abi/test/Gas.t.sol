// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CorpusStep, Result} from "../src/registry/IResultRegistry.sol";
import {PayingWorld} from "./World.sol";

/// What a transaction costs, whole: tools/gas writes these numbers into docs/contracts.md. Roots
/// and hashes are full words here as they are on chain, and the corpus has a head already.
contract GasTest is PayingWorld {
    /// Goals of the project, gas per result of a transaction with 20 of them.
    uint256 private constant PAID_AT_20_MAX = 31_000;
    uint256 private constant READ_AT_20_MAX = 3_000;

    bytes32 private constant BEGUN = keccak256("a root");
    bytes32 private constant NEXT = keccak256("the next root");

    function setUp() public override {
        super.setUp();
        submit(stepFrom(registry.head(CORPUS, 1), BEGUN), resultsFrom(1, 1));
    }

    /// As resultOf, with addresses and hashes without zero bytes and a score as Pramana writes it.
    function fullResults(uint256 count) private view returns (Result[] memory results) {
        results = resultsFrom(1_000_000, count);
        for (uint256 i = 0; i < count; ++i) {
            results[i].pool = address(pool);
            results[i].dlp = address(dlp);
            results[i].score = (700 + i) * 976_562_500_000_000;
        }
    }

    function batch(uint256 count, string memory name) private returns (uint256 gas) {
        CorpusStep memory step = stepFrom(BEGUN, NEXT);
        Result[] memory results = fullResults(count);
        (bytes32 r, bytes32 vs) = compact(VALIDATOR_KEY, registry.batchDigest(step, results));
        registry.recordBatch(step, results, r, vs);
        gas = vm.snapshotGasLastCall("registry", name);
    }

    function root(uint256 count, string memory name) private returns (uint256 gas) {
        submitRoot(NEXT, rootOf(leavesOf(fullResults(count))), count);
        gas = vm.snapshotGasLastCall("registry", name);
    }

    function test_batch_1() public {
        batch(1, "batch 001");
    }

    function test_batch_2() public {
        batch(2, "batch 002");
    }

    function test_batch_5() public {
        batch(5, "batch 005");
    }

    function test_batch_10() public {
        batch(10, "batch 010");
    }

    function test_batch_20_meets_the_goal() public {
        assertTrue(batch(20, "batch 020") <= 20 * PAID_AT_20_MAX, "31,000 gas a result");
    }

    function test_batch_50() public {
        batch(50, "batch 050");
    }

    function test_batch_100() public {
        batch(100, "batch 100");
    }

    function test_root_20_meets_the_goal() public {
        assertTrue(root(20, "root 020") <= 20 * READ_AT_20_MAX, "3,000 gas a result");
    }

    function test_root_100() public {
        root(100, "root 100");
    }

    function test_payments() public {
        Result memory first = ordered("https://a.invalid/1");
        Result memory second = ordered("https://a.invalid/2");
        Result[] memory results = resultsFrom(1_000_000, 20);
        results[7] = first;
        submit(stepFrom(BEGUN, NEXT), results);
        dlp.requestReward(first, validator);
        vm.snapshotGasLastCall("registry", "requestReward, first file");

        results[7] = second;
        bytes32[] memory leaves = leavesOf(results);
        submitRoot(BEGUN, rootOf(leaves), 20);
        bytes32[] memory proof = proofOf(leaves, 7);
        dlp.requestRewardByRoot(rootOf(leaves), second, proof);
        vm.snapshotGasLastCall("registry", "requestRewardByRoot, later file");
    }

    function test_claims_by_bitmap() public {
        Result[] memory results = resultsFrom(1_000_000, 20);
        bytes32[] memory leaves = leavesOf(results);
        submitRoot(NEXT, rootOf(leaves), 20);
        bytes32 tree = rootOf(leaves);
        for (uint256 i = 0; i < 2; ++i) {
            bytes32[] memory proof = proofOf(leaves, i);
            vm.prank(results[i].dlp);
            registry.claim(tree, results[i], proof);
            vm.snapshotGasLastCall("registry", i == 0 ? "claim, first of 256 jobs" : "claim");
        }
    }

    function test_registration_and_revocation() public {
        uint64 expiresAt = START + 60 days;
        address candidate = vm.addr(77);
        bytes memory evidence = quorum(candidate, expiresAt);
        registry.register(candidate, STATEMENT, expiresAt, evidence);
        vm.snapshotGasLastCall("registry", "register, 2 of 3");
        vm.prank(candidate);
        registry.revoke(candidate);
        vm.snapshotGasLastCall("registry", "revoke");
    }
}
