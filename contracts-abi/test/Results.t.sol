// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AttestedResultRegistry} from "../src/registry/AttestedResultRegistry.sol";
import {CorpusStep, Result} from "../src/registry/IResultRegistry.sol";
import {World} from "./World.sol";

/// Batches under one signature: what is recorded, and what is refused.
contract ResultsTest is World {
    bytes32 private constant FIRST = keccak256("first root");
    bytes32 private constant SECOND = keccak256("second root");
    uint256 private constant ORDER =
        0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    bytes32 private empty;

    function setUp() public override {
        super.setUp();
        empty = sha256(abi.encodePacked("pramana:corpus:empty:2", CORPUS, uint32(1)));
    }

    function signed(CorpusStep memory step, Result[] memory results)
        private
        view
        returns (bytes32 r, bytes32 vs)
    {
        return compact(VALIDATOR_KEY, registry.batchDigest(step, results));
    }

    function testFuzz_each_epoch_of_a_corpus_begins_with_a_head_of_its_own(
        bytes32 corpusId,
        uint32 epoch
    ) public view {
        bytes32 first = sha256(abi.encodePacked("pramana:corpus:empty:2", corpusId, epoch));
        assertEq(registry.head(corpusId, epoch), first, "head");
    }

    function test_the_digest_is_that_of_the_eip() public view {
        CorpusStep memory step = stepFrom(empty, FIRST);
        Result[] memory results = resultsFrom(1, 2);
        bytes32 resultType = keccak256(
            "Result(address pool,uint256 jobId,uint256 fileId,address dlp,bytes32 resultHash,"
            "uint256 score)"
        );
        bytes32 batchType = keccak256(
            "ResultBatch(bytes32 corpusId,uint32 epoch,bytes32 previousRoot,bytes32 newRoot,"
            "uint64 deadline,Result[] results)"
            "Result(address pool,uint256 jobId,uint256 fileId,address dlp,bytes32 resultHash,"
            "uint256 score)"
        );
        bytes32 list = keccak256(
            abi.encodePacked(
                keccak256(abi.encode(resultType, results[0])),
                keccak256(abi.encode(resultType, results[1]))
            )
        );
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
        bytes32 digest = keccak256(
            abi.encodePacked(hex"1901", domain, keccak256(abi.encode(batchType, step, list)))
        );
        assertEq(registry.batchDigest(step, results), digest, "batch");
    }

    function test_a_batch_records_each_result_and_moves_the_head() public {
        Result[] memory results = resultsFrom(1, 3);
        assertEq(registry.head(CORPUS, 1), empty, "the empty corpus' root");
        CorpusStep memory step = stepFrom(empty, FIRST);
        (bytes32 r, bytes32 vs) = signed(step, results);
        for (uint256 i = 0; i < 3; ++i) {
            Result memory each = results[i];
            vm.expectEmit(address(registry));
            emit AttestedResultRegistry.ResultRecorded(
                each.dlp, each.jobId, each.fileId, each.pool, each.resultHash, each.score
            );
        }
        vm.expectEmit(address(registry));
        emit AttestedResultRegistry.BatchRecorded(CORPUS, validator, 1, empty, FIRST, 3);
        registry.recordBatch(step, results, r, vs);
        assertEq(registry.head(CORPUS, 1), FIRST, "the new head");
        for (uint256 i = 0; i < 3; ++i) {
            assertTrue(registry.isAttested(results[i], validator), "attested");
            assertTrue(!registry.isAttested(results[i], OWNER), "not by another");
        }
        assertTrue(!registry.isAttested(resultOf(4), validator), "not another job");
    }

    function test_each_epoch_of_a_corpus_has_its_own_head() public {
        submit(stepFrom(empty, FIRST), resultsFrom(1, 1));
        CorpusStep memory step = stepFrom(registry.head(CORPUS, 2), SECOND);
        step.epoch = 2;
        submit(step, resultsFrom(2, 1));
        assertEq(registry.head(CORPUS, 1), FIRST, "epoch 1");
        assertEq(registry.head(CORPUS, 2), SECOND, "epoch 2");
    }

    function test_a_result_without_a_place_leaves_the_head() public {
        submit(stepFrom(empty, empty), resultsFrom(1, 1));
        assertEq(registry.head(CORPUS, 1), empty, "as before");
        submit(stepFrom(empty, FIRST), resultsFrom(2, 1));
    }

    /// Of two operators on one root, or of a copy that was set back, one goes on.
    function testFuzz_only_the_head_can_be_built_upon(bytes32 previous) public {
        submit(stepFrom(empty, FIRST), resultsFrom(1, 1));
        vm.assume(previous != FIRST);
        CorpusStep memory step = stepFrom(previous, SECOND);
        Result[] memory results = resultsFrom(2, 1);
        (bytes32 r, bytes32 vs) = signed(step, results);
        vm.expectRevert(
            abi.encodeWithSelector(
                AttestedResultRegistry.WrongPreviousRoot.selector, FIRST, previous
            )
        );
        registry.recordBatch(step, results, r, vs);
    }

    function test_a_corpus_never_gets_the_root_0() public {
        CorpusStep memory step = stepFrom(empty, bytes32(0));
        Result[] memory results = resultsFrom(1, 1);
        (bytes32 r, bytes32 vs) = signed(step, results);
        vm.expectRevert(AttestedResultRegistry.InvalidRoot.selector);
        registry.recordBatch(step, results, r, vs);
    }

    function test_a_job_has_one_result_for_ever() public {
        submit(stepFrom(empty, FIRST), resultsFrom(1, 2));
        // The second job again, with another outcome, among new ones: nothing of it is recorded.
        Result[] memory again = resultsFrom(2, 2);
        again[0].score = 1;
        CorpusStep memory step = stepFrom(FIRST, SECOND);
        (bytes32 r, bytes32 vs) = signed(step, again);
        vm.expectRevert(
            abi.encodeWithSelector(
                AttestedResultRegistry.ResultAlreadyRecorded.selector,
                again[0].pool,
                again[0].dlp,
                2
            )
        );
        registry.recordBatch(step, again, r, vs);
        assertEq(registry.head(CORPUS, 1), FIRST, "the head stays");
        assertEq(registry.recordOf(again[1].pool, again[1].dlp, 3), bytes32(0), "nor the new one");
    }

    function test_one_job_twice_in_a_batch_is_refused() public {
        Result[] memory results = resultsFrom(1, 2);
        results[1] = results[0];
        CorpusStep memory step = stepFrom(empty, FIRST);
        (bytes32 r, bytes32 vs) = signed(step, results);
        vm.expectRevert();
        registry.recordBatch(step, results, r, vs);
    }

    function test_a_batch_is_not_replayed_even_where_the_head_did_not_move() public {
        CorpusStep memory step = stepFrom(empty, empty);
        Result[] memory results = resultsFrom(1, 1);
        (bytes32 r, bytes32 vs) = signed(step, results);
        registry.recordBatch(step, results, r, vs);
        vm.expectRevert();
        registry.recordBatch(step, results, r, vs);
    }

    function test_an_empty_batch_is_refused() public {
        vm.expectRevert(AttestedResultRegistry.EmptyBatch.selector);
        registry.recordBatch(stepFrom(empty, FIRST), new Result[](0), 0, 0);
    }

    function test_the_deadline_is_the_last_second() public {
        CorpusStep memory step = stepFrom(empty, FIRST);
        Result[] memory results = resultsFrom(1, 1);
        (bytes32 r, bytes32 vs) = signed(step, results);
        vm.warp(step.deadline + 1);
        vm.expectRevert(
            abi.encodeWithSelector(AttestedResultRegistry.DeadlinePassed.selector, step.deadline)
        );
        registry.recordBatch(step, results, r, vs);
        vm.warp(step.deadline);
        registry.recordBatch(step, results, r, vs);
    }

    function test_an_expired_and_a_revoked_key_record_nothing() public {
        Result[] memory results = resultsFrom(1, 1);
        submit(stepFrom(empty, FIRST), results);
        vm.warp(START + 30 days + 1);
        refusedFrom(validator);
        assertTrue(registry.isAttested(results[0], validator), "expiry undoes nothing");
        enrol(VALIDATOR_KEY, START + 60 days);
        vm.prank(OWNER);
        registry.revoke(validator);
        refusedFrom(validator);
        assertTrue(!registry.isAttested(results[0], validator), "revocation does");
    }

    function refusedFrom(address signer) private {
        CorpusStep memory step = stepFrom(FIRST, SECOND);
        Result[] memory results = resultsFrom(2, 1);
        (bytes32 r, bytes32 vs) = signed(step, results);
        vm.expectRevert(
            abi.encodeWithSelector(AttestedResultRegistry.ValidatorNotActive.selector, signer)
        );
        registry.recordBatch(step, results, r, vs);
    }

    function testFuzz_a_stranger_records_nothing(uint256 key) public {
        key = key % (ORDER - 1) + 1;
        vm.assume(key != VALIDATOR_KEY);
        CorpusStep memory step = stepFrom(empty, FIRST);
        Result[] memory results = resultsFrom(1, 1);
        (bytes32 r, bytes32 vs) = compact(key, registry.batchDigest(step, results));
        vm.expectRevert(
            abi.encodeWithSelector(AttestedResultRegistry.ValidatorNotActive.selector, vm.addr(key))
        );
        registry.recordBatch(step, results, r, vs);
    }

    function test_a_batch_of_another_registry_or_chain_is_refused() public {
        AttestedResultRegistry other =
            new AttestedResultRegistry(OWNER, DELAY, LIFETIME, appraisal);
        CorpusStep memory step = stepFrom(empty, FIRST);
        Result[] memory results = resultsFrom(1, 1);
        (bytes32 r, bytes32 vs) = compact(VALIDATOR_KEY, other.batchDigest(step, results));
        vm.expectRevert();
        registry.recordBatch(step, results, r, vs);
        (r, vs) = signed(step, results);
        uint256 here = block.chainid;
        vm.chainId(here + 1);
        vm.expectRevert();
        registry.recordBatch(step, results, r, vs);
        vm.chainId(here);
        registry.recordBatch(step, results, r, vs);
    }

    /// Every field is under the signature.
    function testFuzz_no_field_can_be_changed(uint256 field, uint256 by) public {
        field %= 11;
        CorpusStep memory step = stepFrom(empty, FIRST);
        Result[] memory results = resultsFrom(1, 2);
        (bytes32 r, bytes32 vs) = signed(step, results);
        if (field == 0) step.corpusId = changed(step.corpusId, by);
        if (field == 1) step.epoch ^= uint32(by) | 1;
        if (field == 2) step.previousRoot = changed(step.previousRoot, by);
        if (field == 3) step.newRoot = changed(step.newRoot, by);
        if (field == 4) step.deadline += uint64(by % 1000) + 1;
        Result memory each = results[by % 2];
        if (field == 5) each.pool = address(uint160(each.pool) ^ (uint160(by) | 1));
        if (field == 6) each.jobId ^= by | 1;
        if (field == 7) each.fileId ^= by | 1;
        if (field == 8) each.dlp = address(uint160(each.dlp) ^ (uint160(by) | 1));
        if (field == 9) each.resultHash = changed(each.resultHash, by);
        if (field == 10) each.score ^= by | 1;
        vm.expectRevert();
        registry.recordBatch(step, results, r, vs);
    }

    function changed(bytes32 word, uint256 by) private pure returns (bytes32) {
        return word ^ bytes32(by | 1);
    }

    function test_results_cannot_be_left_out_added_or_reordered() public {
        CorpusStep memory step = stepFrom(empty, FIRST);
        (bytes32 r, bytes32 vs) = signed(step, resultsFrom(1, 2));
        for (uint256 count = 1; count <= 3; count += 2) {
            vm.expectRevert();
            registry.recordBatch(step, resultsFrom(1, count), r, vs);
        }
        Result[] memory swapped = resultsFrom(1, 2);
        (swapped[0], swapped[1]) = (swapped[1], swapped[0]);
        vm.expectRevert();
        registry.recordBatch(step, swapped, r, vs);
    }

    /// SEC 1: (r, n - s) with the other parity recovers the same key. EIP-2 allows only the low s.
    function testFuzz_the_other_form_of_a_signature_is_refused(uint256 job) public {
        job %= 1 << 64;
        CorpusStep memory step = stepFrom(empty, FIRST);
        Result[] memory results = resultsFrom(job, 1);
        (bytes32 r, bytes32 vs) = signed(step, results);
        uint256 s = uint256(vs) & (type(uint256).max >> 1);
        uint256 high = ORDER - s;
        // With either parity, and only where n - s fits the 255 bits of EIP-2098 at all.
        for (uint256 parity = 0; parity < 2; ++parity) {
            bytes32 other = bytes32((high & (type(uint256).max >> 1)) | parity << 255);
            vm.expectRevert();
            registry.recordBatch(step, results, r, other);
        }
        bytes32 tooHigh = bytes32(uint256(ORDER / 2 + 1));
        vm.expectRevert(AttestedResultRegistry.InvalidResultSignature.selector);
        registry.recordBatch(step, results, r, tooHigh);
        vm.expectRevert(AttestedResultRegistry.InvalidResultSignature.selector);
        registry.recordBatch(step, results, 0, vs);
        registry.recordBatch(step, results, r, vs);
    }

    /// The words are hashed as they are sent, so an address with dirty upper bits must not pass.
    function test_dirty_upper_bits_are_refused() public {
        CorpusStep memory step = stepFrom(empty, FIRST);
        Result[] memory results = resultsFrom(1, 1);
        (bytes32 r, bytes32 vs) = signed(step, results);
        bytes memory call =
            abi.encodeCall(AttestedResultRegistry.recordBatch, (step, results, r, vs));
        // Words: step 0..4, offset, r, vs, length, then pool at 9 and dlp at 12.
        uint256[4] memory words = [uint256(1), 4, 9, 12];
        for (uint256 i = 0; i < words.length; ++i) {
            bytes memory dirty = bytes.concat(call);
            dirty[4 + 32 * words[i]] = 0x01;
            (bool done,) = address(registry).call(dirty);
            assertTrue(!done, "refused");
        }
        (bool clean,) = address(registry).call(call);
        assertTrue(clean, "as it was");
    }
}
