// The registry of attested results with the real daemon: a DLP that reads it alone, one that reads
// it beside the pool's proofs, and one of today's pool; judged and paid through ethers.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
    addTee, contractsOf, kAccount, mined, registerFile, requestProof, requestReward, revertName,
    startDevnet, testWallet,
} from '../../tools/node/chain.mjs';
import { ethers } from '../../tools/node/libraries.mjs';
import { RegistryOracle, endOfWay, rootOf } from './registry_oracle.mjs';
import * as registry from './registry_support.mjs';
import { deployRegistry, enrol, kOne, kRules } from './registry_support.mjs';
import { kFeeWei, kTexts, proofsOf, run, startWorld, until } from './support.mjs';

const kBatchMax = 3;

let world;
let attested;
/** Registry alone, and registry beside the pool. */
let lone;
let both;
/** A registry whose DLP reads it by root. */
let byRoot;

const contribute = (...order) => registry.contribute(world, ...order);
const resultOf = (jobId) => registry.resultOf(world, jobId);
const recordsOf = (jobId) => registry.recordsOf(attested, jobId);
const assertRecordedOnce = (jobId) => registry.assertRecordedOnce(world, attested, jobId);
const waiting = (jobId, cause) => registry.waiting(world, jobId, cause);
const nonce = () => world.provider.getTransactionCount(world.statement.signing_address);

before(async () => {
    world = await startWorld(async (deployment, directory, { provider }) => {
        attested = await deployRegistry(deployment, provider);
        [lone, both] = attested.attestedDlps;
        byRoot = await deployRegistry(deployment, provider);
        const route = { address: attested.results.target, batch_max: kBatchMax, linger_ms: 1000 };
        const entry = (dlp, id) => ({ address: dlp.target, dlp_id: id, ruleset: 'default-1' });
        return {
            dlps: [
                { address: deployment.dlp, dlp_id: deployment.dlp_id, ruleset: 'default-1' },
                { ...entry(lone, 11), registry: route },
                { ...entry(both, 12), registry: { ...route, pool_proofs: true } },
                {
                    ...entry(byRoot.attestedDlps[0], 13),
                    registry: { ...route, address: byRoot.results.target, mode: 'root' },
                },
            ],
            min_bid_wei: '0',
        };
    }, { dlps: 2, feeWei: 0n });
});
after(() => world?.stop());

test('a key that the registry does not list waits with its reason, and burns no nonce', async () => {
    const before = await nonce();
    const { jobId, fileId } = await contribute(lone.target, 2, kTexts[0]);
    await waiting(jobId, 'validator_not_listed');
    const { body } = await world.validator.json('/readyz?verbose');
    assert.ok(body.reasons.includes('results_validator_not_listed'), JSON.stringify(body));
    assert.equal(await nonce(), before);
    await enrol(attested, world.statement.signing_address);
    await world.validator.status(jobId);
    await assertRecordedOnce(jobId);
    assert.equal((await proofsOf(world, fileId)).length, 0, 'the pool has no proof of it');
    assert.equal(await nonce(), before + 1);
});

test('results go in batches on top of the head, and their consumer pays for them', async () => {
    const before = await nonce();
    const jobs = [];
    for (let i = 1; i <= kBatchMax; ++i) jobs.push(await contribute(lone.target, 2 + i, kTexts[i]));
    for (const { jobId } of jobs) await world.validator.status(jobId);
    const sent = await nonce() - before;
    assert.ok(sent >= 1 && sent <= kBatchMax, `${sent} transactions`);
    const heads = await attested.results.queryFilter(attested.results.filters.BatchRecorded());
    for (let i = 1; i < heads.length; ++i)
        assert.equal(heads[i].args.previousRoot, heads[i - 1].args.newRoot, 'one chain of heads');
    const token = attested.attestedToken;
    for (const { jobId, wallet } of jobs) {
        const result = await assertRecordedOnce(jobId);
        assert.ok(result.score > 0n);
        const { body } = await world.validator.json(`/v1/results/${jobId}`);
        assert.deepEqual([body.mode, body.result.result_hash, 'root' in body],
            ['batch', result.resultHash, false]);
        const held = await token.balanceOf(wallet.address);
        await mined(lone.requestReward(result, world.statement.signing_address));
        assert.equal(await token.balanceOf(wallet.address) - held,
            kRules.rewardFactor * result.score / kOne);
    }
    assert.equal(await token.balanceOf(world.statement.signing_address),
        BigInt(jobs.length) * kRules.validatorFee);
});

test('the pool and the registry at once: one proof and one result', async () => {
    const { jobId, fileId } = await contribute(both.target, 6, kTexts[4], kFeeWei);
    const final = await world.validator.status(jobId);
    assert.equal(final.proof_index, 1);
    assert.equal((await proofsOf(world, fileId)).length, 1);
    await assertRecordedOnce(jobId);
});

test('today\'s pool beside it: a proof, paid by its DLP, and nothing in the registry', async () => {
    const { jobId, fileId, wallet } = await contribute(world.deployment.dlp, 7, kTexts[5], kFeeWei);
    const final = await world.validator.status(jobId);
    assert.equal((await recordsOf(jobId)).length, 0);
    const paid = await requestReward(world.deployment, wallet, fileId, final.proof_index);
    assert.ok(paid.amount > 0n);
});

test('results under a root: the validator gives the way, the consumer pays by it', async () => {
    const [dlp] = byRoot.attestedDlps;
    await enrol(byRoot, world.statement.signing_address);
    const before = await nonce();
    const jobs = [];
    for (const i of [0, 1]) jobs.push(await contribute(dlp.target, 8, kTexts[i]));
    assert.equal((await world.validator.json(`/v1/results/${jobs[1].jobId + 1000n}`)).status, 404);
    for (const { jobId } of jobs) await world.validator.status(jobId);
    assert.ok(await nonce() - before <= 2);
    for (const { jobId, wallet } of jobs) {
        const { body } = await world.validator.json(`/v1/results/${jobId}`);
        assert.deepEqual([body.mode, body.registry],
            ['root', byRoot.results.target.toLowerCase()]);
        const result = await resultOf(jobId);
        assert.deepEqual(
            [body.result.pool, BigInt(body.result.job_id), BigInt(body.result.file_id),
                body.result.dlp, body.result.result_hash, BigInt(body.result.score)],
            [result.pool, result.jobId, result.fileId, result.dlp, result.resultHash, result.score]);
        const signer = await byRoot.results.attestedUnderRoot(body.root, result, body.proof);
        assert.equal(signer.toLowerCase(), world.statement.signing_address.toLowerCase());
        const held = await byRoot.attestedToken.balanceOf(wallet.address);
        await mined(dlp.requestRewardByRoot(body.root, result, body.proof));
        assert.equal(await byRoot.attestedToken.balanceOf(wallet.address) - held,
            kRules.rewardFactor * result.score / kOne);
        assert.equal(endOfWay(result, body.proof), body.root, 'by viem alone');
    }
    const oracle = new RegistryOracle(world.deployment.rpc_url, byRoot.results.target);
    assert.equal(await oracle.judgeRoots(), jobs.length);
    const [{ args, transactionHash }] = await oracle.events('RootRecorded');
    const covered = await Promise.all(jobs.map(({ jobId }) => resultOf(jobId)));
    const { args: [, terms] } = await oracle.callOf(transactionHash);
    // In one transaction, or each alone; what moves the head stands by place.
    assert.equal(args.root, rootOf(covered.slice(0, Number(terms >> 96n))));
});

test('a stranger with viem finds every signature, one chain of heads, one word a job', async () => {
    const oracle = new RegistryOracle(world.deployment.rpc_url, attested.results.target);
    const recorded = await attested.results.queryFilter(attested.results.filters.ResultRecorded());
    assert.ok(recorded.length >= kBatchMax + 2);
    assert.equal(await oracle.judgeBatches(), recorded.length);
    const [{ transactionHash }] = await oracle.events('BatchRecorded');
    const { args: [step, results, r, vs] } = await oracle.callOf(transactionHash);
    const other = { ...step, results: [{ ...results[0], score: results[0].score + 1n }] };
    assert.notEqual(await oracle.signerOf('ResultBatch', other, r, vs),
        await oracle.signerOf('ResultBatch', { ...step, results }, r, vs), 'it can say no');
});

/** The name of the error that a transaction of `from` with these bytes would revert with. */
async function refusal(contract, from, data) {
    return contract.runner.provider.call({ to: contract.target, from, data })
        .then(() => 'accepted', (error) => contract.interface.parseError(error.data)?.name);
}

test('what the daemon sent is refused by a second DLP, again, and on a second chain', async () => {
    const tee = world.statement.signing_address;
    const [recorded] = await attested.results.queryFilter(attested.results.filters.BatchRecorded());
    const { data } = await world.provider.getTransaction(recorded.transactionHash);
    assert.equal(await refusal(attested.results, tee, data), 'WrongPreviousRoot');
    const [{ args }] = await recordsOf(1n);
    const result = await resultOf(args.jobId);
    await assert.rejects(both.requestReward.staticCall(result, tee),
        (error) => revertName(error) === 'WrongDlp(address)');

    const other = await startDevnet({ chainId: 14800, dlps: 2, feeWei: 1n });
    try {
        const there = await deployRegistry(other.deployment, other.provider);
        await enrol(there, tee);
        // The digest names chain and registry: over there the signature is a stranger's.
        const { corpusId, epoch } = attested.results.interface.parseTransaction({ data }).args[0];
        assert.equal(await there.results.head(corpusId, epoch),
            attested.results.interface.parseTransaction({ data }).args[0].previousRoot);
        assert.equal(await refusal(there.results, tee, data), 'ValidatorNotActive');
        // The pool stores any proof of an active worker; the DLP there asks for its own instruction.
        await addTee(other.provider, contractsOf(other.deployment,
            testWallet(kAccount.admin, other.provider)).pool,
        { address: tee, url: world.validator.base, publicKey: world.statement.encryption_key });
        const { pool } = contractsOf(world.deployment, world.provider);
        const [added] = (await pool.queryFilter(pool.filters.ProofAdded())).slice(-1);
        const proof = await world.provider.getTransaction(added.transactionHash);
        const sent = pool.interface.parseTransaction({ data: proof.data }).args[1];
        const wallet = testWallet(9, other.provider);
        const url = (await contractsOf(world.deployment, world.provider).registry
            .files(added.args.fileId)).url;
        const { fileId } = await registerFile(other.deployment, wallet, url);
        const { jobId } = await requestProof(other.deployment, wallet, fileId);
        const worker = testWallet(kAccount.tee, other.provider);
        await mined(contractsOf(other.deployment, worker).pool.addProof(jobId, sent.toArray(true)));
        await assert.rejects(requestReward(other.deployment, wallet, fileId, 1),
            (error) => revertName(error) === 'InvalidProof()');
        await assert.rejects(requestReward(world.deployment, world.wallet(7), added.args.fileId, 1, 1),
            (error) => revertName(error) === 'InvalidProof()', 'nor does a second DLP here');
    } finally {
        await other.stop();
    }
});

for (const [i, point] of ['after_prove', 'before_bind', 'after_sign', 'after_send', 'after_included']
    .entries()) {
    test(`kill -9 at ${point}: exactly one result`, async () => {
        const { validator } = world;
        await validator.stop();
        await validator.start(point);
        const before = await nonce();
        const text = Buffer.concat([kTexts[i], Buffer.from(`\nand a copy of it, number ${i}`)]);
        const { jobId } = await contribute(lone.target, 2 + i, text);
        await until('the crash point is reached', () => !validator.alive);
        assert.equal(validator.child.signalCode, 'SIGKILL');
        await validator.start();
        await validator.status(jobId);
        await assertRecordedOnce(jobId);
        assert.equal(await nonce() - before, 1, 'one transaction for one result');
    });
}

test('a stranger sends what we signed before us: recorded once, known as ours', async () => {
    const { validator } = world;
    await validator.stop();
    await validator.start('after_sign');
    const text = Buffer.concat([kTexts[5], Buffer.from('\nand something of its own')]);
    const { jobId } = await contribute(lone.target, 7, text);
    await until('the crash point is reached', () => !validator.alive);
    const replay = await run('pramana-dev',
        ['replay', String(jobId), '--json', '--config', validator.configFile]);
    const signed = JSON.parse(replay.output).timeline.find((moment) => moment.what === 'transaction');
    const { data } = ethers.Transaction.from(signed.raw);
    const relay = world.wallet(9);
    const { status } = await mined(relay.sendTransaction({ to: attested.results.target, data }));
    assert.equal(status, 1);
    await validator.start();
    await validator.status(jobId);
    await assertRecordedOnce(jobId);
    const [{ transactionHash }] = await recordsOf(jobId);
    assert.equal((await world.provider.getTransaction(transactionHash)).from, relay.address);
    assert.match(validator.log(), /recorded_already/);
});
