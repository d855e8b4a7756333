// Another operator has written our corpus' head: results wait, and a new epoch of the corpus
// (dlps[].corpus_epoch) goes on with an empty one and a head of its own, from the configuration to
// the registry's contract. There is no way back.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
    compactTyped, kBatchTypes, mined, resultDomain, testWallet,
} from '../../tools/node/chain.mjs';
import { RegistryOracle, emptyHead } from './registry_oracle.mjs';
import {
    assertRecordedOnce, contribute, deployRegistry, documentOf, enrol, kOne, recordsOf, resultOf,
    waiting,
} from './registry_support.mjs';
import { configure, kFeeWei, kTexts, proofsOf, run, startWorld } from './support.mjs';

const kModel = process.env.PRAMANA_MODEL;
const kOtherOperator = 20;
const kForeign = `0x${'0f'.repeat(32)}`;
const kHeldText = Buffer.concat([kTexts[1], Buffer.from('\none more')]);

let world;
let attested;
/** Registry alone, and registry beside the pool. */
let lone;
let both;
const jobs = {};

const path = (name) => join(world.directory, name);
const served = (dlp) => world.statement.dlps.find(
    (each) => each.address.toLowerCase() === dlp.target.toLowerCase());
const corpusOf = (dlp) => `0x${served(dlp).corpus_id.replace(/^0x/, '')}`;
const nonce = () => world.provider.getTransactionCount(world.statement.signing_address);

before(async () => {
    world = await startWorld(async (deployment, directory, { provider }) => {
        attested = await deployRegistry(deployment, provider);
        [lone, both] = attested.attestedDlps;
        const registry = { address: attested.results.target, linger_ms: 500 };
        const entry = (dlp, id) => ({ address: dlp.target, dlp_id: id, ruleset: 'default-1' });
        return {
            dlps: [
                { ...entry(lone, 11), registry },
                { ...entry(both, 12), registry: { ...registry, pool_proofs: true } },
            ],
            min_bid_wei: '0',
        };
    }, { dlps: 2, feeWei: 0n });
    await enrol(attested, world.statement.signing_address);
    jobs.first = await contribute(world, lone.target, 2, kTexts[0]);
    await world.validator.status(jobs.first.jobId);
    await assertRecordedOnce(world, attested, jobs.first.jobId);
});
after(() => world?.stop());

/** Another registered operator moves the head of a corpus to a root that is not ours. */
async function moveHead(dlp, jobId) {
    const other = testWallet(kOtherOperator, world.provider);
    const corpusId = corpusOf(dlp);
    const step = {
        corpusId, epoch: 0, previousRoot: await attested.results.head(corpusId, 0),
        newRoot: kForeign, deadline: 2n ** 40n,
    };
    const foreign = {
        pool: world.deployment.tee_pool, jobId, fileId: 1n, dlp: dlp.target,
        resultHash: `0x${'ab'.repeat(32)}`, score: kOne,
    };
    const { chainId } = await world.provider.getNetwork();
    const signed = await compactTyped(other, resultDomain(chainId, attested.results.target),
        kBatchTypes, { ...step, results: [foreign] });
    await mined(attested.results.recordBatch(step, [foreign], ...signed));
}

test('when another operator has moved the head, results wait and nothing is signed', async () => {
    await enrol(attested, testWallet(kOtherOperator).address);
    await moveHead(lone, 4_000n);
    const before = await nonce();
    // Its corpus is the one of that DLP: the other DLP's results have a head of their own.
    jobs.held = await contribute(world, lone.target, 8, kHeldText);
    await waiting(world, jobs.held.jobId, 'corpus_head_foreign');
    const { body } = await world.validator.json('/readyz?verbose');
    assert.equal(body.ready, false);
    assert.ok(body.reasons.includes('results_corpus_head_foreign'), JSON.stringify(body));
    assert.equal(await nonce(), before);
    const listed = await run('pramana-dev',
        ['jobs', '--state', 'open', '--config', world.validator.configFile]);
    assert.match(listed.output, /^corpus_head_foreign: .*another operator was first/m);
    assert.match(listed.output, /next: .*begin a new epoch \(dlps\[\]\.corpus_epoch\)/);
    const check = await run('pramana-dev',
        ['chain', 'check', '--config', world.validator.configFile]);
    assert.match(check.output, /^FAIL +corpus +of 0x.*, epoch 0: its head 0x0f0f.* is no root of our log/m);
    assert.match(check.output, /^ok +corpus +of 0x.*, epoch 0: nothing is recorded yet/m);
});

test('beside the pool the proof is there, and the result waits', async () => {
    await moveHead(both, 4_001n);
    jobs.split = await contribute(world, both.target, 6, kTexts[4], kFeeWei);
    await waiting(world, jobs.split.jobId, 'corpus_head_foreign');
    assert.equal((await proofsOf(world, jobs.split.fileId)).length, 1);
});

test('a new epoch: what waited is measured anew and recorded under its own head', async () => {
    const { validator } = world;
    await validator.stop();
    configure(validator, (config) => { for (const each of config.dlps) each.corpus_epoch = 1; });
    await validator.start();
    world.statement = (await validator.json('/v1/attestation')).body.statement;
    assert.equal(served(lone).corpus_epoch, 1);
    await validator.status(jobs.held.jobId);
    const { document } = await documentOf(world, jobs.held.jobId);
    assert.deepEqual([document.corpus.epoch, document.corpus.place], [1, 0]);
    assert.equal(document.corpus.previous_root, emptyHead(corpusOf(lone), 1));
    assert.equal(await attested.results.head(corpusOf(lone), 1), document.corpus.new_root);
    assert.equal(await attested.results.head(corpusOf(lone), 0), kForeign, 'that stays as it was');
    await assertRecordedOnce(world, attested, jobs.held.jobId);
    const replay = await run('pramana-dev',
        ['replay', String(jobs.held.jobId), '--config', validator.configFile]);
    assert.match(replay.output, /proved[^]*queued[^]*proved[^]*final/);
});

test('a proof that the pool had taken is final without its result', async () => {
    const { proof_index: index } = await world.validator.status(jobs.split.jobId);
    assert.equal(index, 1);
    assert.equal((await recordsOf(attested, jobs.split.jobId)).length, 0);
    const { document } = await documentOf(world, jobs.split.jobId);
    assert.equal(document.corpus.epoch, 0, 'what the pool has was measured in the old one');
    assert.match(readFileSync(world.validator.logFile, 'utf8'), /app\.results\.given_up/);
    const next = await contribute(world, both.target, 7, kTexts[5], kFeeWei);
    await world.validator.status(next.jobId);
    await assertRecordedOnce(world, attested, next.jobId);
});

test('nothing of the old epoch counts in the new one, and all of the new one does', async () => {
    jobs.again = await contribute(world, lone.target, 3, kTexts[0]);
    await world.validator.status(jobs.again.jobId);
    const scoreOf = async ({ jobId }) => (await resultOf(world, jobId)).score;
    // A little less than it was: the licence that was measured anew before it shares some wording.
    const [then, now] = [await scoreOf(jobs.first), await scoreOf(jobs.again)];
    assert.ok(now > then * 9n / 10n && now <= then, `${then} in the old epoch, ${now} in the new`);
    const copy = await contribute(world, lone.target, 4, kTexts[0]);
    await world.validator.status(copy.jobId);
    assert.equal(await scoreOf(copy), 0n);
    const check = await run('pramana-dev',
        ['chain', 'check', '--config', world.validator.configFile]);
    assert.match(check.output, /^ok +corpus +of 0x.*, epoch 1: its head is our root after 3 of 3 places/m);
    assert.match(check.output, /^ok +corpus +of 0x.*, epoch 1: its head is our root after 1 of 1 places/m);
    const oracle = new RegistryOracle(world.deployment.rpc_url, attested.results.target);
    assert.ok(await oracle.judgeBatches() >= 6, 'one chain of heads for each corpus and epoch');
});

test('proofs of both epochs are replayed from the data directory', async () => {
    const { validator } = world;
    for (const { jobId } of [jobs.first, jobs.again]) {
        const { hash } = await documentOf(world, jobId);
        const reply = await fetch(`${validator.base}/v1/proofs/${hash}`);
        writeFileSync(path(`${jobId}.proof`), Buffer.from(await reply.arrayBuffer()));
    }
    writeFileSync(path('text'), kTexts[0]);
    await validator.stop();
    for (const [{ jobId }, wallet] of [[jobs.first, 2], [jobs.again, 3]]) {
        const { code, output, errors } = await run('pramana-dev', [
            'recompute', path(`${jobId}.proof`), path('text'), '--model', kModel,
            '--key-file', world.keyFile(wallet), '--config', validator.configFile,
        ]);
        assert.equal(code, 0, output + errors);
        assert.match(output, /^ok +corpus_epoch/m);
    }
});

test('the way back to the old epoch is refused, and nothing was touched', async () => {
    const { validator } = world;
    configure(validator, (config) => { for (const each of config.dlps) delete each.corpus_epoch; });
    const back = await run('pramana-dev', ['serve', '--config', validator.configFile]);
    assert.equal(back.code, 78, back.errors);
    assert.match(back.errors, /corpus_epoch .* is 0, and its corpus has come to epoch 1/);
    assert.match(back.errors, /next: Set it to 1, or to a higher number/);
    configure(validator, (config) => { for (const each of config.dlps) each.corpus_epoch = 1; });
    await validator.start();
    assert.equal((await validator.json(`/v1/jobs/${jobs.again.jobId}`)).body.stage, 'final');
});
