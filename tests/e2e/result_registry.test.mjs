// The registry of attested results with the real daemon: a DLP that reads it alone, one that reads
// it beside the pool's proofs, and one of today's pool; judged and paid through ethers.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
    addTee, appraisalDomain, compactTyped, contractsOf, deployAttested, encryptTo, fileKeyOf,
    kAccount, kBatchTypes, kUploadContentType, makeUpload, mined, quorumOf, registerFile,
    requestProof, requestReward, resultDomain, revertName, startDevnet, testWallet,
} from '../../tools/node/chain.mjs';
import { ethers } from '../../tools/node/libraries.mjs';
import { kFeeWei, kTexts, proofsOf, run, sealFor, startWorld, until } from './support.mjs';

const kOne = 10n ** 18n;
const kWad = 976_562_500_000_000n;  // 10^18 / 1024
const kBatchMax = 3;
const kAppraisers = [17, 18, 19];
const kOtherOperator = 20;
const kRules = { rewardFactor: 10n * kOne, validatorFee: kOne / 10n };

let world;
let attested;
/** Registry alone, and registry beside the pool. */
let lone;
let both;
/** A registry whose DLP reads it by root. */
let byRoot;

const appraisersOf = (provider) => kAppraisers.map((index) => testWallet(index, provider));

/** Deploys the registry for the ruleset that the daemon serves. */
async function deployRegistry(deployment, provider) {
    const { output } = await run('pramana-dev', ['version']);
    const [, ruleset] = /ruleset {2}([0-9a-f]{64}) default-1/.exec(output);
    return deployAttested(deployment, testWallet(kAccount.admin, provider), {
        ...kRules, appraisers: appraisersOf(provider).map((each) => each.address), threshold: 2,
        ruleset: `0x${ruleset}`,
    });
}

before(async () => {
    world = await startWorld(async (deployment, directory, { provider }) => {
        attested = await deployRegistry(deployment, provider);
        [lone, both] = attested.attestedDlps;
        byRoot = await deployRegistry(deployment, provider);
        const registry = { address: attested.results.target, batch_max: kBatchMax, linger_ms: 1000 };
        const entry = (dlp, id) => ({ address: dlp.target, dlp_id: id, ruleset: 'default-1' });
        return {
            dlps: [
                { address: deployment.dlp, dlp_id: deployment.dlp_id, ruleset: 'default-1' },
                { ...entry(lone, 11), registry },
                { ...entry(both, 12), registry: { ...registry, pool_proofs: true } },
                {
                    ...entry(byRoot.attestedDlps[0], 13),
                    registry: { ...registry, address: byRoot.results.target, mode: 'root' },
                },
            ],
            min_bid_wei: '0',
        };
    }, { dlps: 2, feeWei: 0n });
});
after(() => world?.stop());

/** Votes of two appraisers for a key, brought to the registry. */
async function enrol(at, validator) {
    const { provider } = at.results.runner;
    const vote = {
        registry: at.results.target, validator, statementHash: `0x${'55'.repeat(32)}`,
        expiresAt: BigInt((await provider.getBlock('latest')).timestamp) + 86_400n,
    };
    const { chainId } = await provider.getNetwork();
    const evidence = await quorumOf(appraisersOf(provider).slice(0, 2),
        appraisalDomain(chainId, at.appraisal.target), vote);
    await mined(at.results.register(validator, vote.statementHash, vote.expiresAt, evidence));
}

/**
 * Uploads a text for a DLP, registers its file and orders its proof: {jobId, fileId, wallet}. The
 * pool is paid for a proof of its own only.
 */
async function contribute(dlp, walletIndex, text, valueWei = 0n) {
    const { deployment, statement, validator } = world;
    const wallet = world.wallet(walletIndex);
    const made = await makeUpload({
        wallet, sealed: await sealFor(wallet, text), chainId: deployment.chain_id, dlp,
        ruleset: statement.dlps[0].ruleset, validatorPublicKey: statement.encryption_key,
    });
    const reply = await validator.post('/v1/contributions', kUploadContentType, made.body);
    assert.equal(reply.status, 202);
    const { blob_url: url } = await reply.json();
    const permissions =
        [{ account: dlp, key: encryptTo(deployment.dlps[0].public_key, await fileKeyOf(wallet)) }];
    const { fileId } = await registerFile(deployment, wallet, url, { permissions });
    const { jobId } = await requestProof(deployment, wallet, fileId, valueWei);
    return { jobId, fileId, wallet };
}

const nonce = () => world.provider.getTransactionCount(world.statement.signing_address);

/** A result as its consumer has it from the public binding document. */
async function resultOf(jobId) {
    const { body: status } = await world.validator.json(`/v1/jobs/${jobId}`);
    const hash = status.proof_document.replace(/^.*\//, '').replace(/^0x/, '');
    const document = await (await fetch(`${world.validator.base}/v1/proofs/${hash}`)).json();
    return {
        pool: document.tee_pool, jobId: BigInt(document.job_id), fileId: BigInt(document.file.id),
        dlp: document.dlp, resultHash: `0x${hash}`,
        score: BigInt(document.score.pay_1024) * kWad,
    };
}

/** Every ResultRecorded of a job. */
const recordsOf = (jobId) =>
    attested.results.queryFilter(attested.results.filters.ResultRecorded(null, jobId));

async function assertRecordedOnce(jobId) {
    const [record, ...more] = await recordsOf(jobId);
    assert.ok(record, `job ${jobId} is recorded`);
    assert.equal(more.length, 0, `job ${jobId} is recorded once`);
    const result = await resultOf(jobId);
    assert.equal(record.args.resultHash, result.resultHash);
    assert.equal(record.args.score, result.score);
    assert.equal(
        await attested.results.isAttested(result, world.statement.signing_address), true);
    return result;
}

const waiting = (jobId, cause) =>
    world.validator.status(jobId, (status) => status.cause?.code === cause);

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
    }
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

test('when another operator has moved the head, results wait and nothing is signed', async () => {
    const other = testWallet(kOtherOperator, world.provider);
    await enrol(attested, other.address);
    const [last] = (await attested.results.queryFilter(attested.results.filters.BatchRecorded(
        null, world.statement.signing_address))).slice(-1);
    const { corpusId, epoch } = attested.results.interface.parseTransaction(
        { data: (await world.provider.getTransaction(last.transactionHash)).data }).args[0];
    const step = {
        corpusId, epoch, previousRoot: await attested.results.head(corpusId, epoch),
        newRoot: `0x${'0f'.repeat(32)}`, deadline: 2n ** 40n,
    };
    const foreign = {
        pool: world.deployment.tee_pool, jobId: 4_000n, fileId: 1n, dlp: lone.target,
        resultHash: `0x${'ab'.repeat(32)}`, score: kOne,
    };
    const { chainId } = await world.provider.getNetwork();
    const signed = await compactTyped(other, resultDomain(chainId, attested.results.target),
        kBatchTypes, { ...step, results: [foreign] });
    await mined(attested.results.recordBatch(step, [foreign], ...signed));
    const before = await nonce();
    // Its corpus is the one of that DLP: the other DLP's results have a head of their own.
    const { jobId } = await contribute(dlpOfCorpus(corpusId), 8, Buffer.concat([kTexts[1], Buffer.from('\none more')]));
    await waiting(jobId, 'corpus_head_foreign');
    const { body } = await world.validator.json('/readyz?verbose');
    assert.equal(body.ready, false);
    assert.ok(body.reasons.includes('results_corpus_head_foreign'), JSON.stringify(body));
    assert.equal(await nonce(), before);
    const listed = await run('pramana-dev',
        ['jobs', '--state', 'open', '--config', world.validator.configFile]);
    assert.match(listed.output, /^corpus_head_foreign: .*another operator was first/m);
});

/** The DLP whose corpus it is, as the validator's statement has it. */
function dlpOfCorpus(corpusId) {
    const bare = corpusId.replace(/^0x/, '');
    const found = world.statement.dlps.find((each) => each.corpus_id?.replace(/^0x/, '') === bare);
    return found.address;
}
