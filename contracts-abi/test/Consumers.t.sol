// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {AttestedDlp} from "../src/registry/AttestedDlp.sol";
import {AttestedResultRegistry} from "../src/registry/AttestedResultRegistry.sol";
import {Result} from "../src/registry/IResultRegistry.sol";
import {RootScoreReader} from "../src/registry/RootScoreReader.sol";
import {PayingWorld} from "./World.sol";

/// The two example contracts: one pays, one reads.
contract ConsumersTest is PayingWorld {
    bytes32 private constant FIRST = keccak256("first root");
    bytes32 private constant SECOND = keccak256("second root");

    function one(Result memory result) private pure returns (Result[] memory results) {
        results = new Result[](1);
        results[0] = result;
    }

    function recorded(Result memory result) private {
        submit(stepFrom(registry.head(CORPUS, 1), keccak256(abi.encode(result))), one(result));
    }

    function test_a_recorded_result_is_paid_to_the_files_owner_once() public {
        Result memory result = ordered("https://a.invalid/1");
        recorded(result);
        vm.expectEmit(address(dlp));
        emit AttestedDlp.RewardPaid(
            CONTRIBUTOR, result.fileId, validator, result.resultHash, 7.5 ether
        );
        dlp.requestReward(result, validator);
        assertEq(token.balanceOf(CONTRIBUTOR), 7.5 ether, "0.75 of the factor");
        assertEq(token.balanceOf(validator), FEE, "the validator's fee");
        assertTrue(dlp.isRewarded(result.fileId), "marked");
        vm.expectRevert(
            abi.encodeWithSelector(AttestedDlp.FileAlreadyRewarded.selector, result.fileId)
        );
        dlp.requestReward(result, validator);
    }

    function test_a_file_is_paid_once_however_many_jobs_it_had() public {
        Result memory result = ordered("https://a.invalid/1");
        recorded(result);
        dlp.requestReward(result, validator);
        pool.requestContributionProof(result.fileId);
        result.jobId = pool.jobsCount();
        recorded(result);
        vm.expectPartialRevert(AttestedDlp.FileAlreadyRewarded.selector);
        dlp.requestReward(result, validator);
    }

    function test_a_second_dlp_does_not_pay_the_same_result() public {
        Result memory result = ordered("https://a.invalid/1");
        recorded(result);
        vm.expectRevert(abi.encodeWithSelector(AttestedDlp.WrongDlp.selector, address(dlp)));
        otherDlp.requestReward(result, validator);
        result.dlp = address(otherDlp); // then it is not what was signed
        vm.expectRevert(AttestedDlp.ResultNotAttested.selector);
        otherDlp.requestReward(result, validator);
    }

    function testFuzz_no_field_of_a_paid_result_can_be_changed(uint256 field, uint256 by) public {
        Result memory result = ordered("https://a.invalid/1");
        recorded(result);
        field %= 6;
        if (field == 0) result.pool = address(uint160(result.pool) ^ (uint160(by) | 1));
        if (field == 1) result.jobId ^= by | 1;
        if (field == 2) result.fileId ^= by | 1;
        if (field == 3) result.dlp = address(uint160(result.dlp) ^ (uint160(by) | 1));
        if (field == 4) result.resultHash ^= bytes32(by | 1);
        if (field == 5) result.score ^= by | 1;
        vm.expectRevert(AttestedDlp.ResultNotAttested.selector);
        dlp.requestReward(result, validator);
    }

    function test_the_result_of_a_revoked_key_is_not_paid() public {
        Result memory result = ordered("https://a.invalid/1");
        recorded(result);
        vm.prank(OWNER);
        registry.revoke(validator);
        vm.expectRevert(AttestedDlp.ResultNotAttested.selector);
        dlp.requestReward(result, validator);
    }

    function test_the_job_must_have_been_ordered_from_this_validator_for_this_file() public {
        Result memory unordered = ordered("https://a.invalid/1");
        unordered.jobId = 99;
        recorded(unordered);
        vm.expectRevert(abi.encodeWithSelector(AttestedDlp.JobNotOrdered.selector, 99));
        dlp.requestReward(unordered, validator);

        Result memory otherFile = ordered("https://a.invalid/2");
        otherFile.fileId -= 1;
        recorded(otherFile);
        vm.expectPartialRevert(AttestedDlp.JobNotOrdered.selector);
        dlp.requestReward(otherFile, validator);

        // Another registered validator that was not assigned the job.
        enrol(0xb0b, START + 60 days);
        Result memory foreign = ordered("https://a.invalid/3");
        submitAs(0xb0b, stepFrom(registry.head(CORPUS, 1), FIRST), one(foreign));
        vm.expectPartialRevert(AttestedDlp.JobNotOrdered.selector);
        dlp.requestReward(foreign, vm.addr(0xb0b));
    }

    function test_what_is_not_paid() public {
        uint256[2] memory scores = [uint256(0), 1 ether + 1];
        for (uint256 i = 0; i < 2; ++i) {
            Result memory result = ordered(i == 0 ? "https://a.invalid/1" : "https://a.invalid/2");
            result.score = scores[i];
            recorded(result);
            vm.expectRevert(abi.encodeWithSelector(AttestedDlp.ScoreNotPaid.selector, scores[i]));
            dlp.requestReward(result, validator);
        }
        Result memory elsewhere = ordered("https://a.invalid/3");
        elsewhere.pool = address(0x1234);
        recorded(elsewhere);
        vm.expectPartialRevert(AttestedDlp.WrongPool.selector);
        dlp.requestReward(elsewhere, validator);

        pool.requestContributionProof(4242); // the pool takes jobs for files that do not exist
        Result memory fileless = resultOf(pool.jobsCount());
        (fileless.pool, fileless.dlp, fileless.fileId) = (address(pool), address(dlp), 4242);
        recorded(fileless);
        vm.expectRevert(abi.encodeWithSelector(AttestedDlp.FileUnknown.selector, 4242));
        dlp.requestReward(fileless, validator);
    }

    function test_a_result_under_a_root_is_paid_once() public {
        Result[] memory results = new Result[](2);
        results[0] = ordered("https://a.invalid/1");
        results[1] = ordered("https://a.invalid/2");
        bytes32[] memory leaves = leavesOf(results);
        bytes32 root = rootOf(leaves);
        submitRoot(FIRST, root, 2);
        bytes32[] memory proof = proofOf(leaves, 1);
        vm.expectPartialRevert(AttestedResultRegistry.NotTheDlp.selector);
        otherDlp.requestRewardByRoot(root, results[1], proof);
        dlp.requestRewardByRoot(root, results[1], proof);
        assertEq(token.balanceOf(CONTRIBUTOR), 7.5 ether, "paid");
        vm.expectPartialRevert(AttestedResultRegistry.ResultAlreadyRecorded.selector);
        dlp.requestRewardByRoot(root, results[1], proof);
    }

    function test_a_refused_payment_leaves_the_claim_open() public {
        Result[] memory results = one(ordered("https://a.invalid/1"));
        results[0].score = 0;
        bytes32 root = registry.leafOf(results[0]);
        submitRoot(FIRST, root, 1);
        vm.expectPartialRevert(AttestedDlp.ScoreNotPaid.selector);
        dlp.requestRewardByRoot(root, results[0], new bytes32[](0));
        assertTrue(!registry.isClaimed(results[0].pool, results[0].dlp, results[0].jobId), "open");
    }

    function test_a_dlp_names_its_pool_and_an_instruction_of_its_own() public view {
        assertEq(dlp.teePool(), address(pool), "pool");
        string memory expected = string.concat(
            "pramana:1:31337:",
            Strings.toHexString(address(dlp)),
            ":00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
        );
        assertEq(keccak256(bytes(dlp.proofInstruction())), keccak256(bytes(expected)), "text");
    }

    function test_a_reader_reads_its_own_results_and_stores_nothing() public {
        Result[] memory results = resultsFrom(1, 3);
        for (uint256 i = 0; i < 3; ++i) results[i].dlp = address(reader);
        results[2].dlp = address(dlp);
        bytes32[] memory leaves = leavesOf(results);
        bytes32 root = rootOf(leaves);
        submitRoot(FIRST, root, 3);
        assertEq(reader.scoreOf(root, results[0], proofOf(leaves, 0)), 0.75 ether, "score");
        bytes32[] memory last = proofOf(leaves, 2);
        vm.expectRevert(abi.encodeWithSelector(RootScoreReader.WrongDlp.selector, address(dlp)));
        reader.scoreOf(root, results[2], last);
        results[0].score += 1;
        bytes32[] memory proof = proofOf(leaves, 0);
        vm.expectRevert(RootScoreReader.ResultNotAttested.selector);
        reader.scoreOf(root, results[0], proof);
    }
}
