// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {DelayedOwner} from "../src/registry/DelayedOwner.sol";
import {IAppraisal} from "../src/registry/IAppraisal.sol";
import {QuorumAppraisal} from "../src/registry/QuorumAppraisal.sol";
import {ValidatorSet} from "../src/registry/ValidatorSet.sol";
import {World} from "./World.sol";

/// Another appraisal behind the same interface, such as a verifier of quotes would be.
contract FixedAppraisal is IAppraisal {
    bytes4 private immutable _answer;

    constructor(bytes4 answer) {
        _answer = answer;
    }

    function appraise(address, bytes32, uint64, bytes calldata) external view returns (bytes4) {
        return _answer;
    }
}

contract RegistrationTest is World {
    uint256 private constant NEW_KEY = 0xcafe;
    uint64 private constant UNTIL = START + 60 days;

    address private candidate;
    bytes32 private digest;

    function setUp() public override {
        super.setUp();
        candidate = vm.addr(NEW_KEY);
        digest = appraisal.appraisalDigest(address(registry), candidate, STATEMENT, UNTIL);
    }

    function register(bytes memory evidence) private {
        registry.register(candidate, STATEMENT, UNTIL, evidence);
    }

    function test_a_quorum_registers_a_key_until_its_expiry() public {
        vm.expectEmit(address(registry));
        emit ValidatorSet.ValidatorRegistered(candidate, STATEMENT, UNTIL);
        enrol(NEW_KEY, UNTIL);
        (uint64 from, uint64 to, bool revoked, bytes32 statement) = registry.validators(candidate);
        assertEq(from, START, "registered at");
        assertEq(to, UNTIL, "expires at");
        assertTrue(!revoked, "not revoked");
        assertEq(statement, STATEMENT, "statement");
        vm.warp(UNTIL);
        assertTrue(registry.isActive(candidate), "active in its last second");
        vm.warp(UNTIL + 1);
        assertTrue(!registry.isActive(candidate), "expired");
    }

    function test_any_two_of_three_suffice_and_the_digest_is_the_eips() public {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,"
                    "address verifyingContract)"
                ),
                keccak256("Pramana Quorum Appraisal"),
                keccak256("1"),
                block.chainid,
                address(appraisal)
            )
        );
        bytes32 vote = keccak256(
            abi.encode(
                keccak256(
                    "Appraisal(address registry,address validator,bytes32 statementHash,"
                    "uint64 expiresAt)"
                ),
                address(registry),
                candidate,
                STATEMENT,
                UNTIL
            )
        );
        assertEq(digest, keccak256(abi.encodePacked(hex"1901", domain, vote)), "digest");
        register(votes(digest, list(appraiserKeys[0], appraiserKeys[2])));
        assertTrue(registry.isActive(candidate), "registered");
    }

    function test_a_registered_validator_counts_as_an_appraiser() public {
        uint256 other = appraiserKeys[0];
        (uint256 low, uint256 high) = vm.addr(other) < validator
            ? (other, VALIDATOR_KEY)
            : (VALIDATOR_KEY, other);
        register(votes(digest, list(low, high)));
        assertTrue(registry.isActive(candidate), "registered");
    }

    function test_an_expired_validator_does_not_count() public {
        vm.warp(START + 31 days);
        uint256 other = appraiserKeys[0];
        bool first = vm.addr(other) < validator;
        bytes memory evidence = votes(
            digest, first ? list(other, VALIDATOR_KEY) : list(VALIDATOR_KEY, other)
        );
        vm.expectRevert(abi.encodeWithSelector(QuorumAppraisal.NotAnAppraiser.selector, validator));
        register(evidence);
    }

    function test_one_signer_twice_is_refused() public {
        address signer = vm.addr(appraiserKeys[0]);
        bytes memory evidence = votes(digest, list(appraiserKeys[0], appraiserKeys[0]));
        vm.expectRevert(
            abi.encodeWithSelector(QuorumAppraisal.SignersNotAscending.selector, signer, signer)
        );
        register(evidence);
    }

    function test_unsorted_signers_are_refused() public {
        (address low, address high) = (vm.addr(appraiserKeys[0]), vm.addr(appraiserKeys[1]));
        bytes memory evidence = votes(digest, list(appraiserKeys[1], appraiserKeys[0]));
        vm.expectRevert(
            abi.encodeWithSelector(QuorumAppraisal.SignersNotAscending.selector, high, low)
        );
        register(evidence);
    }

    function test_one_signature_is_too_few_and_three_are_too_many() public {
        for (uint256 count = 1; count <= 3; count += 2) {
            uint256[] memory keys = new uint256[](count);
            for (uint256 i = 0; i < count; ++i) keys[i] = appraiserKeys[i];
            bytes memory evidence = votes(digest, keys);
            vm.expectRevert(
                abi.encodeWithSelector(QuorumAppraisal.WrongSignatureCount.selector, count, 2)
            );
            register(evidence);
        }
    }

    function test_a_candidate_does_not_appraise_itself() public {
        enrol(NEW_KEY, START + 10 days); // registered, so its signature would count for others
        (uint256 low, uint256 high) = vm.addr(appraiserKeys[0]) < candidate
            ? (appraiserKeys[0], NEW_KEY)
            : (NEW_KEY, appraiserKeys[0]);
        bytes memory evidence = votes(digest, list(low, high));
        vm.expectRevert(abi.encodeWithSelector(QuorumAppraisal.SelfAppraisal.selector, candidate));
        register(evidence);
    }

    function test_a_signature_in_the_upper_half_is_refused() public {
        bytes32[2][] memory signatures =
            abi.decode(votes(digest, list(appraiserKeys[0], appraiserKeys[1])), (bytes32[2][]));
        // The least s that is too high: any other has 256 bits, and its highest is EIP-2098's parity.
        signatures[1][1] = bytes32(
            uint256(0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a1)
        );
        vm.expectRevert(abi.encodeWithSelector(QuorumAppraisal.InvalidSignature.selector, 1));
        register(abi.encode(signatures));
        assertTrue(!registry.isActive(candidate), "not registered");
    }

    function testFuzz_no_vote_for_anything_else_counts(
        address otherRegistry,
        address otherKey,
        bytes32 otherStatement,
        uint64 otherExpiry,
        uint256 which
    ) public {
        which %= 4;
        vm.assume(otherRegistry != address(registry) && otherKey != candidate);
        vm.assume(otherStatement != STATEMENT && otherExpiry != UNTIL);
        bytes32 foreign = appraisal.appraisalDigest(
            which == 0 ? otherRegistry : address(registry),
            which == 1 ? otherKey : candidate,
            which == 2 ? otherStatement : STATEMENT,
            which == 3 ? otherExpiry : UNTIL
        );
        bytes memory evidence = votes(foreign, list(appraiserKeys[0], appraiserKeys[1]));
        vm.expectRevert();
        register(evidence);
    }

    function test_votes_of_another_chain_do_not_count() public {
        bytes memory evidence = votes(digest, list(appraiserKeys[0], appraiserKeys[1]));
        vm.chainId(block.chainid + 1);
        vm.expectRevert();
        register(evidence);
    }

    function test_an_expiry_is_future_within_the_lifetime_and_after_the_present_one() public {
        uint64[4] memory wrong =
            [uint64(0), START, START + LIFETIME + 1, START + 30 days]; // the last: as it is now
        for (uint256 i = 0; i < wrong.length; ++i) {
            bytes memory evidence = quorum(validator, wrong[i]);
            vm.expectRevert(
                abi.encodeWithSelector(ValidatorSet.InvalidExpiry.selector, wrong[i])
            );
            registry.register(validator, STATEMENT, wrong[i], evidence);
        }
        enrol(VALIDATOR_KEY, START + LIFETIME);
        bytes memory over = quorum(candidate, START); // a key without a present one
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.InvalidExpiry.selector, START));
        registry.register(candidate, STATEMENT, START, over);
    }

    function test_a_revoked_key_never_returns() public {
        vm.prank(validator);
        registry.revoke(validator);
        assertTrue(!registry.isActive(validator), "revoked");
        bytes memory evidence = quorum(validator, UNTIL);
        vm.expectRevert(
            abi.encodeWithSelector(ValidatorSet.KeyRevoked.selector, validator)
        );
        registry.register(validator, STATEMENT, UNTIL, evidence);
    }

    function testFuzz_only_the_owner_and_the_key_itself_revoke(address caller) public {
        vm.assume(caller != OWNER && caller != validator);
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.NotAllowed.selector, caller));
        registry.revoke(validator);
        vm.prank(OWNER);
        registry.revoke(validator);
        assertTrue(!registry.isActive(validator), "revoked by the owner");
    }

    // --- the owner ---

    function scheduled(address target, bytes memory call) private returns (bool done) {
        vm.prank(OWNER);
        DelayedOwner(target).schedule(call);
        vm.warp(block.timestamp + DELAY);
        vm.prank(OWNER);
        (done,) = target.call(call);
    }

    function test_another_appraisal_can_be_plugged_in_after_the_delay() public {
        FixedAppraisal verifier = new FixedAppraisal(IAppraisal.appraise.selector);
        bytes memory call = abi.encodeCall(ValidatorSet.setAppraisal, (verifier));
        bytes32 callHash = keccak256(call);
        vm.prank(OWNER);
        vm.expectRevert(
            abi.encodeWithSelector(DelayedOwner.CallNotReady.selector, callHash, uint64(0))
        );
        registry.setAppraisal(verifier);
        vm.prank(OWNER);
        registry.schedule(call);
        uint64 ready = uint64(block.timestamp) + DELAY;
        vm.warp(ready - 1);
        vm.prank(OWNER);
        vm.expectRevert(
            abi.encodeWithSelector(DelayedOwner.CallNotReady.selector, callHash, ready)
        );
        registry.setAppraisal(verifier);
        vm.warp(ready);
        vm.prank(OWNER);
        registry.setAppraisal(verifier);
        registry.register(candidate, STATEMENT, UNTIL, "");
        assertTrue(registry.isActive(candidate), "registered by the other appraisal");
        vm.prank(OWNER); // once
        vm.expectRevert(
            abi.encodeWithSelector(DelayedOwner.CallNotReady.selector, callHash, uint64(0))
        );
        registry.setAppraisal(verifier);
    }

    function test_an_appraisal_that_does_not_answer_the_selector_refuses() public {
        bytes memory call = abi.encodeCall(
            ValidatorSet.setAppraisal, (new FixedAppraisal(bytes4(0)))
        );
        assertTrue(scheduled(address(registry), call), "changed");
        vm.expectRevert(ValidatorSet.AppraisalRefused.selector);
        register("");
    }

    function test_a_scheduled_call_can_be_cancelled_and_goes_stale() public {
        bytes memory call = abi.encodeCall(QuorumAppraisal.addAppraiser, (candidate));
        vm.prank(OWNER);
        appraisal.schedule(call);
        vm.prank(OWNER);
        appraisal.cancel(call);
        vm.warp(block.timestamp + DELAY);
        vm.prank(OWNER);
        vm.expectRevert();
        appraisal.addAppraiser(candidate);

        vm.prank(OWNER);
        appraisal.schedule(call);
        vm.warp(block.timestamp + DELAY + 14 days + 1);
        vm.prank(OWNER);
        vm.expectRevert();
        appraisal.addAppraiser(candidate);
        assertTrue(!appraisal.isAppraiser(candidate), "not added");
        assertTrue(scheduled(address(appraisal), call), "added at last");
        assertTrue(appraisal.isAppraiser(candidate), "an appraiser");
    }

    function test_trust_is_narrowed_at_once() public {
        address gone = vm.addr(appraiserKeys[0]);
        vm.prank(OWNER);
        appraisal.removeAppraiser(gone);
        bytes memory evidence = votes(digest, list(appraiserKeys[0], appraiserKeys[1]));
        vm.expectRevert(abi.encodeWithSelector(QuorumAppraisal.NotAnAppraiser.selector, gone));
        register(evidence);
        vm.prank(OWNER);
        appraisal.raiseThreshold(type(uint256).max);
        evidence = votes(digest, list(appraiserKeys[1], appraiserKeys[2]));
        vm.expectRevert(
            abi.encodeWithSelector(
                QuorumAppraisal.WrongSignatureCount.selector, 2, type(uint256).max
            )
        );
        register(evidence);
        bytes memory lower = abi.encodeCall(QuorumAppraisal.lowerThreshold, (1));
        assertTrue(scheduled(address(appraisal), lower), "lowered after the delay");
        uint256[] memory one = new uint256[](1);
        one[0] = appraiserKeys[1];
        register(votes(digest, one));
    }

    function test_a_threshold_is_never_0_and_moves_only_in_its_direction() public {
        for (uint256 wrong = 1; wrong <= 2; ++wrong) {
            vm.prank(OWNER);
            vm.expectRevert(
                abi.encodeWithSelector(QuorumAppraisal.InvalidThreshold.selector, wrong)
            );
            appraisal.raiseThreshold(wrong);
        }
        uint256[3] memory notLower = [uint256(0), 2, 3];
        for (uint256 i = 0; i < 3; ++i) {
            bytes memory call = abi.encodeCall(QuorumAppraisal.lowerThreshold, (notLower[i]));
            assertTrue(!scheduled(address(appraisal), call), "refused");
        }
        vm.prank(OWNER);
        appraisal.raiseThreshold(100); // stops all registration
        bytes memory tooMany = abi.encodeCall(QuorumAppraisal.lowerThreshold, (65));
        assertTrue(!scheduled(address(appraisal), tooMany), "more than can be looked at");
        uint256[2] memory never = [uint256(0), 65];
        for (uint256 i = 0; i < 2; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(QuorumAppraisal.InvalidThreshold.selector, never[i])
            );
            new QuorumAppraisal(OWNER, DELAY, never[i], new address[](0));
        }
    }

    function testFuzz_nobody_else_is_the_owner(address caller) public {
        vm.assume(caller != OWNER);
        bytes[6] memory calls = [
            abi.encodeCall(DelayedOwner.schedule, ("")),
            abi.encodeCall(DelayedOwner.cancel, ("")),
            abi.encodeCall(QuorumAppraisal.addAppraiser, (caller)),
            abi.encodeCall(QuorumAppraisal.removeAppraiser, (caller)),
            abi.encodeCall(QuorumAppraisal.raiseThreshold, (3)),
            abi.encodeCall(QuorumAppraisal.lowerThreshold, (1))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(caller);
            (bool done, bytes memory reason) = address(appraisal).call(calls[i]);
            assertTrue(!done, "refused");
            bytes memory expected =
                abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, caller);
            assertEq(keccak256(reason), keccak256(expected), "the reason");
        }
    }

    function test_ownership_moves_in_two_steps_and_is_never_given_up() public {
        vm.prank(OWNER);
        vm.expectRevert(DelayedOwner.OwnershipNeeded.selector);
        registry.renounceOwnership();
        vm.prank(OWNER);
        registry.transferOwnership(candidate);
        assertEq(registry.owner(), OWNER, "still the owner");
        vm.prank(candidate);
        registry.acceptOwnership();
        assertEq(registry.owner(), candidate, "the new owner");
    }
}
