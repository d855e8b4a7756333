// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AttestedResultRegistry} from "../src/registry/AttestedResultRegistry.sol";
import {Result} from "../src/registry/IResultRegistry.sol";
import {World} from "./World.sol";

/// Results under a Merkle root: reading them, claiming them once, and what passes for a leaf.
contract RootsTest is World {
    bytes32 private constant FIRST = keccak256("first root");
    bytes32 private constant SECOND = keccak256("second root");

    bytes32 private empty;

    function setUp() public override {
        super.setUp();
        empty = registry.head(CORPUS, 1);
    }

    function termsNow(uint256 count) private view returns (uint256) {
        return termsOf(1, uint64(block.timestamp + 1 hours), count);
    }

    function signed(uint256 terms, bytes32 previous, bytes32 next, bytes32 root)
        private
        view
        returns (bytes32 r, bytes32 vs)
    {
        return compact(
            VALIDATOR_KEY, registry.rootDigest(CORPUS, terms, previous, next, root)
        );
    }

    function test_the_digest_and_the_leaf_are_those_of_the_eip() public view {
        uint64 deadline = 1_800_000_123;
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,"
                    "address verifyingContract)"
                ),
                keccak256("Pramana Attested Results"),
                keccak256("1"),
                block.chainid,
                address(registry)
            )
        );
        bytes32 inner = keccak256(
            abi.encode(
                keccak256(
                    "ResultRoot(bytes32 corpusId,uint32 epoch,bytes32 previousRoot,"
                    "bytes32 newRoot,uint64 deadline,bytes32 root,uint32 count)"
                ),
                CORPUS,
                uint32(7),
                FIRST,
                SECOND,
                deadline,
                STATEMENT,
                uint32(20)
            )
        );
        bytes32 made =
            registry.rootDigest(CORPUS, termsOf(7, deadline, 20), FIRST, SECOND, STATEMENT);
        assertEq(made, keccak256(abi.encodePacked(hex"1901", domain, inner)), "root");
        bytes32 resultType = keccak256(
            "Result(address pool,uint256 jobId,uint256 fileId,address dlp,bytes32 resultHash,"
            "uint256 score)"
        );
        bytes32 leaf = keccak256(abi.encode(keccak256(abi.encode(resultType, resultOf(5)))));
        assertEq(registry.leafOf(resultOf(5)), leaf, "leaf");
    }

    function testFuzz_every_result_of_a_root_is_read_and_nothing_else(uint256 count, uint256 other)
        public
    {
        count = count % 40 + 1;
        Result[] memory results = resultsFrom(1, count);
        bytes32[] memory leaves = leavesOf(results);
        bytes32 root = rootOf(leaves);
        submitRoot(FIRST, root, count);
        assertEq(registry.head(CORPUS, 1), FIRST, "the head moves");
        (address by, uint32 recorded, uint64 time) = registry.rootRecord(root);
        assertEq(by, validator, "validator");
        assertEq(recorded, count, "count");
        assertEq(time, START, "time");
        for (uint256 i = 0; i < count; ++i) {
            bytes32[] memory proof = proofOf(leaves, i);
            assertEq(registry.attestedUnderRoot(root, results[i], proof), validator, "read");
            Result memory changed = resultOf(results[i].jobId);
            changed.score += 1;
            assertEq(registry.attestedUnderRoot(root, changed, proof), address(0), "other score");
        }
        Result memory absent = resultOf(count + 1 + other % 1000);
        bytes32[] memory borrowed = proofOf(leaves, other % count);
        assertEq(registry.attestedUnderRoot(root, absent, borrowed), address(0), "absent");
        assertEq(registry.attestedUnderRoot(FIRST, results[0], borrowed), address(0), "no root");
    }

    /// An inner node, or a hash that was hashed once, is no leaf; a longer way has no place.
    function test_no_second_preimage() public {
        Result[] memory results = resultsFrom(1, 4);
        bytes32[] memory leaves = leavesOf(results);
        bytes32 root = rootOf(leaves);
        // The validator is made to sign a root over one leaf that is itself such an inner node.
        submitRoot(FIRST, root, 2);
        bytes32[] memory proof = proofOf(leaves, 0);
        assertEq(proof.length, 2, "two nodes");
        // Two results need a way of one node: the four below are not what was signed.
        assertEq(registry.attestedUnderRoot(root, results[0], proof), address(0), "too deep");
        bytes32[] memory none = new bytes32[](0);
        assertEq(registry.attestedUnderRoot(root, results[0], none), address(0), "too short");
        bytes32[] memory endless = new bytes32[](33);
        assertEq(registry.attestedUnderRoot(root, results[0], endless), address(0), "too long");
    }

    function test_a_root_over_one_result_is_its_leaf() public {
        Result[] memory results = resultsFrom(1, 1);
        bytes32 root = registry.leafOf(results[0]);
        submitRoot(FIRST, root, 1);
        bytes32[] memory none = new bytes32[](0);
        assertEq(registry.attestedUnderRoot(root, results[0], none), validator, "read");
    }

    function test_a_root_needs_the_present_head() public {
        bytes32 root = rootOf(leavesOf(resultsFrom(1, 2)));
        uint256 terms = termsNow(2);
        (bytes32 r, bytes32 vs) = signed(terms, FIRST, SECOND, root);
        vm.expectPartialRevert(AttestedResultRegistry.ValidatorNotActive.selector);
        registry.recordRoot(CORPUS, terms, SECOND, root, r, vs);
        submit(stepFrom(empty, FIRST), resultsFrom(100, 1));
        registry.recordRoot(CORPUS, terms, SECOND, root, r, vs);
        assertEq(registry.head(CORPUS, 1), SECOND, "now it fits");
    }

    function test_a_root_is_recorded_once() public {
        bytes32 root = rootOf(leavesOf(resultsFrom(1, 2)));
        uint256 terms = termsNow(2);
        (bytes32 r, bytes32 vs) = signed(terms, empty, empty, root);
        registry.recordRoot(CORPUS, terms, empty, root, r, vs);
        vm.expectRevert(
            abi.encodeWithSelector(AttestedResultRegistry.RootAlreadyRecorded.selector, root)
        );
        registry.recordRoot(CORPUS, terms, empty, root, r, vs);
    }

    function test_terms_without_results_or_with_more_bits_are_refused() public {
        bytes32 root = rootOf(leavesOf(resultsFrom(1, 2)));
        uint256[2] memory wrong = [termsNow(0), termsNow(2) | 1 << 128];
        for (uint256 i = 0; i < 2; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(AttestedResultRegistry.InvalidTerms.selector, wrong[i])
            );
            registry.recordRoot(CORPUS, wrong[i], FIRST, root, 0, 0);
        }
    }

    function testFuzz_no_field_of_a_root_can_be_changed(uint256 field, uint256 by) public {
        bytes32 root = rootOf(leavesOf(resultsFrom(1, 2)));
        uint256 terms = termsNow(2);
        (bytes32 r, bytes32 vs) = signed(terms, empty, FIRST, root);
        bytes32 flip = bytes32(by | 1);
        field %= 6;
        vm.expectRevert();
        registry.recordRoot(
            field == 0 ? CORPUS ^ flip : CORPUS,
            field == 1
                ? terms ^ 1
                : field == 2 ? terms + (1 << 32) : field == 3 ? terms + (1 << 96) : terms,
            field == 4 ? FIRST ^ flip : FIRST,
            field == 5 ? root ^ flip : root,
            r,
            vs
        );
    }

    function test_a_root_obeys_deadline_expiry_revocation_and_chain() public {
        bytes32 root = rootOf(leavesOf(resultsFrom(1, 2)));
        uint256 terms = termsNow(2);
        (bytes32 r, bytes32 vs) = signed(terms, empty, FIRST, root);
        vm.warp(block.timestamp + 1 hours + 1);
        vm.expectPartialRevert(AttestedResultRegistry.DeadlinePassed.selector);
        registry.recordRoot(CORPUS, terms, FIRST, root, r, vs);
        vm.warp(START);
        vm.chainId(block.chainid + 1);
        vm.expectPartialRevert(AttestedResultRegistry.ValidatorNotActive.selector);
        registry.recordRoot(CORPUS, terms, FIRST, root, r, vs);
        vm.chainId(block.chainid - 1);
        registry.recordRoot(CORPUS, terms, FIRST, root, r, vs);

        Result[] memory results = resultsFrom(1, 2);
        bytes32[] memory proof = proofOf(leavesOf(results), 0);
        vm.warp(START + 31 days);
        assertEq(registry.attestedUnderRoot(root, results[0], proof), validator, "expired since");
        uint256 later = termsNow(2);
        (r, vs) = signed(later, FIRST, SECOND, STATEMENT);
        vm.expectRevert(
            abi.encodeWithSelector(AttestedResultRegistry.ValidatorNotActive.selector, validator)
        );
        registry.recordRoot(CORPUS, later, SECOND, STATEMENT, r, vs);
        vm.prank(validator);
        registry.revoke(validator);
        assertEq(registry.attestedUnderRoot(root, results[0], proof), address(0), "revoked since");
    }

    // --- claims ---

    function test_a_claim_is_the_dlps_and_happens_once() public {
        Result[] memory results = resultsFrom(1, 3);
        bytes32[] memory leaves = leavesOf(results);
        (bytes32 root, bytes32[] memory proof) = (rootOf(leaves), proofOf(leaves, 1));
        submitRoot(FIRST, root, 3);
        vm.expectRevert(
            abi.encodeWithSelector(
                AttestedResultRegistry.NotTheDlp.selector, address(this), results[1].dlp
            )
        );
        registry.claim(root, results[1], proof);
        vm.prank(results[1].dlp);
        vm.expectRevert(AttestedResultRegistry.NotAttested.selector);
        registry.claim(root, results[1], proofOf(leaves, 0));
        vm.expectEmit(address(registry));
        emit AttestedResultRegistry.ResultClaimed(results[1].dlp, 2, root);
        vm.prank(results[1].dlp);
        assertEq(registry.claim(root, results[1], proof), validator, "who signed");
        assertTrue(registry.isClaimed(results[1].pool, results[1].dlp, 2), "claimed");
        assertTrue(!registry.isClaimed(results[1].pool, results[1].dlp, 1), "its neighbour not");
        refusedClaim(root, results[1], proof);
    }

    function refusedClaim(bytes32 root, Result memory result, bytes32[] memory proof) private {
        vm.prank(result.dlp);
        vm.expectRevert(
            abi.encodeWithSelector(
                AttestedResultRegistry.ResultAlreadyRecorded.selector,
                result.pool,
                result.dlp,
                result.jobId
            )
        );
        registry.claim(root, result, proof);
    }

    function test_a_job_under_two_roots_is_claimed_once() public {
        Result[] memory results = resultsFrom(1, 2);
        bytes32[] memory leaves = leavesOf(results);
        submitRoot(FIRST, rootOf(leaves), 2);
        submitRoot(SECOND, leaves[0], 1);
        vm.prank(results[0].dlp);
        registry.claim(rootOf(leaves), results[0], proofOf(leaves, 0));
        refusedClaim(leaves[0], results[0], new bytes32[](0));
    }

    function test_a_job_is_recorded_or_claimed_but_not_both() public {
        Result[] memory results = resultsFrom(1, 2);
        bytes32[] memory leaves = leavesOf(results);
        submitRoot(FIRST, rootOf(leaves), 2);
        submit(stepFrom(FIRST, SECOND), resultsFrom(1, 1));
        refusedClaim(rootOf(leaves), results[0], proofOf(leaves, 0));

        vm.prank(results[1].dlp);
        registry.claim(rootOf(leaves), results[1], proofOf(leaves, 1));
        (bytes32 r, bytes32 vs) = compact(
            VALIDATOR_KEY, registry.batchDigest(stepFrom(SECOND, FIRST), resultsFrom(2, 1))
        );
        vm.expectPartialRevert(AttestedResultRegistry.ResultAlreadyRecorded.selector);
        registry.recordBatch(stepFrom(SECOND, FIRST), resultsFrom(2, 1), r, vs);
    }
}
