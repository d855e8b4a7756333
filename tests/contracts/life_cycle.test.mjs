// What the contracts accept: the whole life of a contribution, and the doors that the protocol
// leaves open. Source: the Vana protocol's deployed contracts, as docs/contracts.md describes them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    addProof, eventArgs, mined, readProof, registerFile, requestProof, requestReward, revertName,
    signProof, verifyProof,
} from '../../tools/node/chain.mjs';
import {
    addOtherTee, kInstruction, kOne, openJob, proofData, storedProof, useDevnet,
} from './support.mjs';

const kFeeWei = kOne / 10n;
const world = useDevnet({ feeWei: kFeeWei, dlps: 2 });

const eventNames = (receipt, ...contracts) => receipt.logs.map((log) =>
    contracts.find((contract) => contract.target === log.address).interface.parseLog(log).name);

test('a contribution is registered, proven, rewarded and the fee claimed', async () => {
    const { deployment, contributor, tee, stranger, provider } = world;
    const { registry, pool, token, dlp } = world.as(tee);
    const { url, fileId, jobId, tee: assigned } = await openJob(world);
    assert.deepEqual([fileId, jobId, assigned], [1n, 1n, tee.address]);
    assert.deepEqual((await pool.jobs(jobId)).toArray().slice(0, 3), [fileId, kFeeWei, 1n]);

    const proof = await signProof(tee, url, proofData());
    const { proofIndex, receipt } = await addProof(deployment, tee, jobId, proof);
    assert.equal(proofIndex, 1n);
    assert.deepEqual(eventNames(receipt, registry, pool), ['ProofAdded', 'ProofAdded']);
    assert.equal(receipt.logs[0].address, registry.target);  // the registry's comes first
    assert.equal((await pool.jobs(jobId)).status, 2n);
    assert.deepEqual(await readProof(deployment, provider, fileId, 1n), proof);

    const judged = await verifyProof(deployment, provider, fileId, proofIndex);
    assert.deepEqual(judged.checks.filter((check) => !check.ok), []);
    assert.equal(judged.signer, tee.address);

    const reward = await requestReward(deployment, stranger, fileId, proofIndex);
    assert.deepEqual([reward.amount, reward.contributor], [7n * kOne, contributor.address]);
    assert.equal(await token.balanceOf(contributor.address), 7n * kOne);
    assert.equal(await dlp.totalContributorsRewardAmount(), 999_993n * kOne);
    const rewarded = await dlp.files(fileId);
    assert.deepEqual([rewarded.proofIndex, rewarded.rewardAmount], [1n, 7n * kOne]);
    assert.deepEqual((await dlp.contributorInfo(contributor.address)).toArray(),
        [contributor.address, 1n]);

    const claimed = eventArgs(await mined(pool.claim()), pool, 'Claimed');
    assert.deepEqual(claimed.toArray(), [tee.address, kFeeWei]);
    assert.equal(await provider.getBalance(pool.target), 0n);
});

test('adding a file emits the legacy event, the new one, then its permissions', async () => {
    const { contributor, deployment } = world;
    const { registry } = world.as(contributor);
    const { receipt } = await registerFile(deployment, contributor, 'https://a.invalid/1');
    assert.deepEqual(eventNames(receipt, registry),
        ['FileAdded', 'FileAddedV2', 'PermissionGranted']);
});

test('a job for a file that does not exist is taken and can be proven', async () => {
    const { deployment, contributor, tee } = world;
    const { jobId } = await requestProof(deployment, contributor, 999n);
    const proof = await signProof(tee, '', proofData());
    assert.equal((await addProof(deployment, tee, jobId, proof)).proofIndex, 1n);
});

test('the whole value becomes the bid, not only the fee', async () => {
    const { jobId } = await openJob(world, { valueWei: 3n * kFeeWei });
    assert.equal((await world.as(world.tee).pool.jobs(jobId)).bidAmount, 3n * kFeeWei);
});

test('two TEEs take turns by the job id', async () => {
    await addOtherTee(world);
    const { pool } = world.as(world.contributor);
    const active = await pool.activeTeeList();
    assert.deepEqual([...active], [world.tee.address, world.otherTee.address]);
    for (let turn = 1n; turn <= 4n; ++turn) {
        const { jobId, tee } = await requestProof(world.deployment, world.contributor, 5n);
        assert.deepEqual([jobId, tee], [turn, active[Number(turn % 2n)]]);
    }
    assert.deepEqual([...await pool.fileJobIds(5n)], [1n, 2n, 3n, 4n]);
    const page = async (start, limit) =>
        [...await pool.teeJobIdsPaginated(world.tee.address, start, limit)];
    assert.deepEqual(await page(0, 50), [2n, 4n]);
    assert.deepEqual(await page(0, 1), [2n]);
    assert.deepEqual(await page(1, 2n ** 256n - 1n), [4n]);
    assert.deepEqual(await page(2, 1), []);
    assert.equal((await pool.tees(world.otherTee.address)).jobsCount, 2n);
});

test('a job is cancelled after the delay in seconds, and the bid comes back', async () => {
    const { contributor, provider, deployment } = world;
    const { pool } = world.as(contributor);
    const { jobId } = await openJob(world);
    await world.advance(deployment.cancel_delay_s);
    const before = await provider.getBalance(contributor.address);
    const receipt = await mined(pool.cancelJob(jobId));
    const after = await provider.getBalance(contributor.address);
    assert.equal(after, before + kFeeWei - receipt.fee);
    assert.equal((await pool.jobs(jobId)).status, 3n);
    assert.equal((await pool.tees(world.tee.address)).jobsCount, 0n);
});

test('a removed TEE claims what it earned, and adding it again keeps its balances', async () => {
    const { admin, tee, deployment } = world;
    const { pool } = world.as(tee);
    const { url, jobId } = await openJob(world);
    await addProof(deployment, tee, jobId, await signProof(tee, url, proofData()));
    await mined(world.as(admin).pool.removeTee(tee.address));
    assert.equal((await pool.tees(tee.address)).status, 2n);
    await mined(pool.claim());
    await mined(world.as(admin).pool.addTee(tee.address, 'https://new.invalid', '0x04'));
    const info = await pool.tees(tee.address);
    assert.deepEqual([info.status, info.amount, info.withdrawnAmount, info.url],
        [1n, kFeeWei, kFeeWei, 'https://new.invalid']);
});

test('removing a TEE moves the last one into its turn', async () => {
    await addOtherTee(world);
    await mined(world.as(world.admin).pool.removeTee(world.tee.address));
    assert.equal((await openJob(world)).tee, world.otherTee.address);
});

// Proofs that a DLP pays although a careful reader would not: each was seen to pass.
const kPaid = [
    { name: 'the score is exactly 1', data: { score: kOne }, pays: 10n * kOne },
    { name: 'the dlpId is another', data: { dlpId: 777n }, pays: 7n * kOne },
    { name: 'the metadata is empty', data: { metadata: '', proofUrl: '' }, pays: 7n * kOne },
    { name: 'the reward rounds to 0', data: { score: 1n }, factor: 1n, pays: 0n },
];
for (const row of kPaid) {
    test(`a proof is paid when ${row.name}`, async () => {
        if (row.factor) await mined(world.as(world.admin).dlp.updateFileRewardFactor(row.factor));
        const fileId = await storedProof(world, proofData(row.data));
        const reward = await requestReward(world.deployment, world.stranger, fileId, 1n);
        assert.equal(reward.amount, row.pays);
    });
}

test('a reward that rounds to 0 can be requested again', async () => {
    await mined(world.as(world.admin).dlp.updateFileRewardFactor(1n));
    const fileId = await storedProof(world, proofData({ score: 1n }));
    for (let round = 0; round < 2; ++round) {
        const reward = await requestReward(world.deployment, world.stranger, fileId, 1n);
        assert.equal(reward.amount, 0n);
    }
});

test('the boundaries of the signed texts are ambiguous', async () => {
    const signed = proofData({ metadata: 'AB', proofUrl: 'CD' });
    const shifted = proofData({ metadata: 'ABC', proofUrl: 'D' });
    const fileId = await storedProof(world, signed, { change: () => ({ data: shifted }) });
    await requestReward(world.deployment, world.stranger, fileId, 1n);
});

test('a second DLP with the same pool and instruction pays the same proof', async () => {
    const fileId = await storedProof(world, proofData());
    await requestReward(world.deployment, world.stranger, fileId, 1n, 0);
    await requestReward(world.deployment, world.stranger, fileId, 1n, 1);
    const { token } = world.as(world.stranger);
    assert.equal(await token.balanceOf(world.contributor.address), 14n * kOne);
});

test('the verifier names what is wrong with a stranger\'s proof', async () => {
    const data = proofData({ instruction: 'another', score: kOne + 1n });
    const fileId = await storedProof(world, data, { signer: world.stranger });
    const { ok, checks } = await verifyProof(world.deployment, world.provider, fileId, 1n);
    assert.equal(ok, false);
    assert.deepEqual(checks.filter((check) => !check.ok).map((check) => check.name), [
        'the signer is an active TEE',
        'the instruction is the DLP\'s',
        'the score is at most 1',
    ]);
    const absent = await verifyProof(world.deployment, world.provider, fileId, 2n);
    assert.deepEqual(absent.checks.map((check) => check.name), ['a proof is stored']);
});

test('a new instruction leaves earlier proofs unpaid', async () => {
    const fileId = await storedProof(world, proofData());
    const { dlp } = world.as(world.admin);
    const receipt = await mined(dlp.updateProofInstruction('a new one'));
    assert.equal(eventArgs(receipt, dlp, 'ProofInstructionUpdated')[0], 'a new one');
    const refusal = await dlp.requestReward(fileId, 1n).catch((error) => error);
    assert.equal(revertName(refusal), 'InvalidProof()');
    await mined(dlp.updateProofInstruction(kInstruction));
    await requestReward(world.deployment, world.stranger, fileId, 1n);
});
