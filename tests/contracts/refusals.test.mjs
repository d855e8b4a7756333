// What the contracts refuse, each by its error's selector. Source: the Vana protocol's deployed
// contracts, as docs/contracts.md describes them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    addProof, innerHash, mined, registerFile, requestProof, requestReward, signProof,
} from '../../tools/node/chain.mjs';
import {
    addOtherTee, kOne, openJob, proofData, refused, storedProof, useDevnet,
} from './support.mjs';

const kFeeWei = 1000n;
const kCurveOrder = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const kNoRole = 'AccessControlUnauthorizedAccount(address,bytes32)';
const world = useDevnet({ feeWei: kFeeWei });

const hex32 = (number) => number.toString(16).padStart(64, '0');
const anyProof = () => signProof(world.tee, 'u', proofData());

/** The same signature with s on the high side and v flipped: the same signer to a lax verifier. */
function highS(signature) {
    const s = BigInt(`0x${signature.slice(66, 130)}`);
    const v = signature.endsWith('1b') ? '1c' : '1b';
    return signature.slice(0, 66) + hex32(kCurveOrder - s) + v;
}

// name, error, the refused call
const kRows = [
    ['a job when no TEE is active', 'NoActiveTee()', async ({ as, admin, tee, contributor }) => {
        await mined(as(admin).pool.removeTee(tee.address));
        return requestProof(world.deployment, contributor, 1n);
    }],
    ['a job for less than the fee', 'InsufficientFee()', ({ contributor }) =>
        requestProof(world.deployment, contributor, 1n, kFeeWei - 1n)],
    ['submitJob for less than the fee', 'InsufficientFee()', ({ as, contributor }) =>
        as(contributor).pool.submitJob(1n)],
    ['addTee by a stranger', kNoRole, ({ as, stranger }) =>
        as(stranger).pool.addTee(stranger.address, 'u', '0x04')],
    ['removeTee by a stranger', kNoRole, ({ as, stranger, tee }) =>
        as(stranger).pool.removeTee(tee.address)],
    ['addTee of an active TEE', 'TeeAlreadyAdded()', ({ as, admin, tee }) =>
        as(admin).pool.addTee(tee.address, 'u', '0x04')],
    ['removeTee of no TEE', 'TeeNotActive()', ({ as, admin, stranger }) =>
        as(admin).pool.removeTee(stranger.address)],
    ['a fee set by a stranger', kNoRole, ({ as, stranger }) => as(stranger).pool.updateTeeFee(1n)],
    ['a delay set by a stranger', kNoRole, ({ as, stranger }) =>
        as(stranger).pool.updateCancelDelay(1n)],
    ['the same url again', 'FileUrlAlreadyUsed()', async ({ contributor, stranger }) => {
        await registerFile(world.deployment, contributor, 'https://a.invalid/1');
        return registerFile(world.deployment, stranger, 'https://a.invalid/1');
    }],
    ['a proof by a stranger', 'TeeNotActive()', async ({ deployment, stranger }) => {
        const { jobId } = await openJob(world);
        return addProof(deployment, stranger, jobId, await anyProof());
    }],
    ['a proof by another active TEE', 'InvalidJobTee()', async ({ deployment, tee, otherTee }) => {
        const { jobId } = await openJob(world);
        await addOtherTee(world);
        assert.equal((await world.as(tee).pool.jobs(jobId)).teeAddress, tee.address);
        return addProof(deployment, otherTee, jobId, await anyProof());
    }],
    ['a second proof for a job', 'InvalidJobStatus()', async ({ deployment, tee }) => {
        const { jobId } = await openJob(world);
        await addProof(deployment, tee, jobId, await anyProof());
        return addProof(deployment, tee, jobId, await anyProof());
    }],
    ['a proof for a cancelled job', 'InvalidJobStatus()', async ({ as, tee, contributor }) => {
        const { jobId } = await openJob(world);
        await world.advance(world.deployment.cancel_delay_s);
        await mined(as(contributor).pool.cancelJob(jobId));
        return addProof(world.deployment, tee, jobId, await anyProof());
    }],
    ['a proof for no job', 'InvalidJobStatus()', async ({ deployment, tee }) =>
        addProof(deployment, tee, 77n, await anyProof())],
    ['a proof by a removed TEE', 'TeeNotActive()', async ({ deployment, as, admin, tee }) => {
        const { jobId } = await openJob(world);
        await mined(as(admin).pool.removeTee(tee.address));
        return addProof(deployment, tee, jobId, await anyProof());
    }],
    ['a proof while the pool is paused', 'EnforcedPause()', async ({ as, admin, tee }) => {
        const { jobId } = await openJob(world);
        await mined(as(admin).pool.pause());
        return addProof(world.deployment, tee, jobId, await anyProof());
    }],
    ['a proof while the registry is paused', 'EnforcedPause()', async ({ as, admin, tee }) => {
        const { jobId } = await openJob(world);
        await mined(as(admin).registry.pause());
        return addProof(world.deployment, tee, jobId, await anyProof());
    }],
    ['cancelling too early', 'CancelDelayNotPassed()', async ({ as, contributor }) => {
        const { jobId } = await openJob(world);
        await world.advance(world.deployment.cancel_delay_s - 10);
        return as(contributor).pool.cancelJob(jobId);
    }],
    ['cancelling a stranger\'s job', 'NotJobOwner()', async ({ as, stranger }) => {
        const { jobId } = await openJob(world);
        return as(stranger).pool.cancelJob(jobId);
    }],
    ['cancelling a proven job', 'InvalidJobStatus()', async ({ as, contributor, tee }) => {
        const { jobId } = await openJob(world);
        await addProof(world.deployment, tee, jobId, await anyProof());
        return as(contributor).pool.cancelJob(jobId);
    }],
    ['claiming nothing', 'NothingToClaim()', ({ as, tee }) => as(tee).pool.claim()],
    ['claiming twice', 'NothingToClaim()', async ({ as, tee }) => {
        const { jobId } = await openJob(world);
        await addProof(world.deployment, tee, jobId, await anyProof());
        await mined(as(tee).pool.claim());
        return as(tee).pool.claim();
    }],
];
for (const [name, error, act] of kRows) {
    test(`the pool and the registry refuse ${name}`, async () => refused(act(world), error));
}

// name, error, changes of the proof data, options of storedProof, proof index
const kUnpaid = [
    ['index 0, where no proof is', 'InvalidProof()', {}, {}, 0n],
    ['another instruction', 'InvalidProof()', { instruction: 'another' }, {}, 1n],
    ['a score of 0', 'InvalidScore()', { score: 0n }, {}, 1n],
    ['a score above 1', 'InvalidScore()', { score: kOne + 1n }, {}, 1n],
    ['a signer that is no TEE', 'InvalidAttestator()', {}, { signer: 'stranger' }, 1n],
    ['v of 0 or 1', 'ECDSAInvalidSignature()', {}, {
        change: ({ signature: s }) =>
            ({ signature: `${s.slice(0, 130)}${s.endsWith('1b') ? '00' : '01'}` }),
    }, 1n],
    ['a high s', 'ECDSAInvalidSignatureS(bytes32)', {}, {
        change: ({ signature }) => ({ signature: highS(signature) }),
    }, 1n],
    ['64 bytes of signature', 'ECDSAInvalidSignatureLength(uint256)', {}, {
        change: ({ signature }) => ({ signature: signature.slice(0, 130) }),
    }, 1n],
    ['data changed after signing', 'InvalidAttestator()', {}, {
        change: ({ data }) => ({ data: { ...data, score: data.score + 1n } }),
    }, 1n],
];
for (const [name, error, changes, options, index] of kUnpaid) {
    test(`the DLP does not pay for ${name}`, async () => {
        const signer = options.signer && world[options.signer];
        const fileId = await storedProof(world, proofData(changes), { ...options, signer });
        await refused(requestReward(world.deployment, world.contributor, fileId, index), error);
    });
}

test('the DLP does not pay for a signature without the EIP-191 prefix', async () => {
    const url = 'https://a.invalid/1';
    const { fileId } = await registerFile(world.deployment, world.contributor, url);
    const data = proofData();
    const signature = world.tee.signingKey.sign(innerHash(url, data)).serialized;
    await mined(world.as(world.stranger).registry.addProof(fileId, { signature, data }));
    await refused(requestReward(world.deployment, world.contributor, fileId, 1n),
        'InvalidAttestator()');
});

test('the DLP does not pay twice', async () => {
    const fileId = await storedProof(world, proofData());
    await requestReward(world.deployment, world.contributor, fileId, 1n);
    await refused(requestReward(world.deployment, world.contributor, fileId, 1n),
        'FileAlreadyAdded()');
});

test('the DLP does not pay for a TEE that was removed since', async () => {
    const fileId = await storedProof(world, proofData());
    await mined(world.as(world.admin).pool.removeTee(world.tee.address));
    await refused(requestReward(world.deployment, world.contributor, fileId, 1n),
        'InvalidAttestator()');
});

test('the DLP does not pay beyond its budget', async () => {
    const { dlp } = world.as(world.admin);
    const fileId = await storedProof(world, proofData());
    await mined(dlp.updateFileRewardFactor(10n ** 30n));
    await refused(dlp.requestReward(fileId, 1n), 'Panic(uint256)');
});

test('the DLP\'s settings are its admin\'s', async () => {
    const { dlp } = world.as(world.stranger);
    await refused(dlp.updateProofInstruction('x'), kNoRole);
    await refused(dlp.updatePublicKey('x'), kNoRole);
    await refused(dlp.updateTeePool(world.stranger.address), kNoRole);
    await refused(dlp.updateFileRewardFactor(1n), kNoRole);
    await refused(dlp.addRewardsForContributors(1n, { value: 1n }), 'WrongValue()');
});
