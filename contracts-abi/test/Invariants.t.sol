// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CorpusStep, Result} from "../src/registry/IResultRegistry.sol";
import {World} from "./World.sol";

/// Two operators, of whom one may be expired or revoked, record batches and roots, replay what
/// they had, build on old heads, and claim, in any order. It keeps the books by itself.
contract Operators is World {
    uint256 private constant JOBS = 24;
    uint256[2] private keys = [VALIDATOR_KEY, uint256(0xbeef)];

    bytes32[] public roots; // each head that the corpus ever had, in order
    uint256 public batches;
    uint256 public accepted;
    uint256 public refused;
    mapping(uint256 jobId => uint256) public outcomes; // times recorded or claimed
    mapping(uint256 jobId => bytes32) public firstRecord;
    bool public wrongAccepted; // something was accepted that must not be

    struct Sent {
        CorpusStep step;
        uint256 firstJob;
        uint256 count;
        bytes32 r;
        bytes32 vs;
    }

    Sent[] private sent;

    constructor() {
        setUp();
        enrol(keys[1], START + 20 days);
        roots.push(registry.head(CORPUS, 1));
    }

    function registryAddress() external view returns (address) {
        return address(registry);
    }

    function jobsCount() external pure returns (uint256) {
        return JOBS;
    }

    function rootsCount() external view returns (uint256) {
        return roots.length;
    }

    function present() private view returns (bytes32) {
        return roots[roots.length - 1];
    }

    function record(uint256 who, uint256 job, uint256 count, uint256 from, bool moves) external {
        Sent memory item;
        item.firstJob = job % JOBS;
        item.count = count % 3 + 1;
        // Mostly the head, else any root that there ever was: a fork, or a set-back copy.
        bytes32 previous = from % 4 == 0 ? roots[from / 4 % roots.length] : present();
        bytes32 next = moves ? keccak256(abi.encode("root", ++batches)) : previous;
        item.step = stepFrom(previous, next);
        Result[] memory results = resultsFrom(item.firstJob, item.count);
        (item.r, item.vs) = compact(keys[who % 2], registry.batchDigest(item.step, results));
        sent.push(item);
        send(item, vm.addr(keys[who % 2]));
    }

    function replay(uint256 which) external {
        if (sent.length == 0) return;
        Sent memory item = sent[which % sent.length];
        send(item, address(0));
    }

    function send(Sent memory item, address signer) private {
        bool expected = item.step.previousRoot == present();
        for (uint256 i = 0; i < item.count; ++i) {
            if (outcomes[item.firstJob + i] != 0) expected = false;
        }
        if (signer != address(0) && !registry.isActive(signer)) expected = false;
        if (item.step.deadline < block.timestamp) expected = false;
        try registry.recordBatch(
            item.step, resultsFrom(item.firstJob, item.count), item.r, item.vs
        ) {
            ++accepted;
            if (!expected) wrongAccepted = true;
            for (uint256 i = 0; i < item.count; ++i) {
                uint256 job = item.firstJob + i;
                ++outcomes[job];
                Result memory result = resultOf(job);
                firstRecord[job] = registry.recordOf(result.pool, result.dlp, job);
            }
            if (item.step.newRoot != present()) roots.push(item.step.newRoot);
        } catch {
            ++refused;
            if (expected && signer != address(0)) wrongAccepted = true; // and none is lost
        }
    }

    function recordAndClaimRoot(uint256 job, uint256 pick, bool twice) external {
        if (!registry.isActive(validator)) return;
        Result[] memory results = resultsFrom(job % JOBS, 3);
        results[0].fileId = ++batches; // another tree each time
        bytes32[] memory leaves = leavesOf(results);
        submitRoot(present(), rootOf(leaves), 3);
        Result memory chosen = results[pick % 3];
        for (uint256 i = 0; i < (twice ? 2 : 1); ++i) {
            bytes32[] memory proof = proofOf(leaves, pick % 3);
            bool expected = outcomes[chosen.jobId] == 0;
            vm.prank(chosen.dlp);
            try registry.claim(rootOf(leaves), chosen, proof) {
                ++outcomes[chosen.jobId];
                if (!expected) wrongAccepted = true;
            } catch {
                if (expected) wrongAccepted = true;
            }
        }
    }

    function pass(uint256 time) external {
        vm.warp(block.timestamp + time % 2 days);
    }

    function revokeSecond(uint256 seldom) external {
        if (seldom % 8 != 0) return;
        vm.prank(OWNER);
        registry.revoke(vm.addr(keys[1]));
    }
}

contract InvariantsTest is World {
    Operators private operators;

    function setUp() public override {
        operators = new Operators();
    }

    /// What forge's invariant runner asks: which contracts to call.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(operators);
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0].addr = address(operators);
        targets[0].selectors = new bytes4[](5);
        targets[0].selectors[0] = Operators.record.selector;
        targets[0].selectors[1] = Operators.replay.selector;
        targets[0].selectors[2] = Operators.recordAndClaimRoot.selector;
        targets[0].selectors[3] = Operators.pass.selector;
        targets[0].selectors[4] = Operators.revokeSecond.selector;
    }

    function views() private view returns (IRegistryViews) {
        return IRegistryViews(operators.registryAddress());
    }

    /// The head is the last root that was accepted: one chain, no fork, no way back.
    function invariant_the_head_follows_one_chain() external view {
        assertEq(
            views().head(CORPUS, 1), operators.roots(operators.rootsCount() - 1), "head"
        );
    }

    /// Accepted is what may be: on the head, by an active key, in time, jobs without a result.
    function invariant_nothing_else_is_accepted_and_nothing_valid_refused() external view {
        assertTrue(!operators.wrongAccepted(), "as the books say");
    }

    function invariant_a_job_has_one_result_and_it_never_changes() external view {
        for (uint256 job = 0; job < operators.jobsCount() + 3; ++job) {
            assertTrue(operators.outcomes(job) <= 1, "one outcome");
            Result memory result = resultOf(job);
            assertEq(
                views().recordOf(result.pool, result.dlp, job), operators.firstRecord(job), "record"
            );
        }
    }
}

interface IRegistryViews {
    function head(bytes32 corpusId, uint32 epoch) external view returns (bytes32);
    function recordOf(address pool, address dlp, uint256 jobId) external view returns (bytes32);
}
