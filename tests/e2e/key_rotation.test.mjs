// From one key to the next while both are at work: what the first began it finishes, its
// contributors' rewards and its own fees are claimed, and the second takes what is new.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import {
    addTee, contractsOf, kAccount, kUploadContentType, makeUpload, registerFile, requestProof,
    runProofBody,
} from '../../tools/node/chain.mjs';
import {
    configure, kTexts, proofsOf, run, sealFor, startWorld, until,
} from './support.mjs';

let world;
let first;
let second;
const jobs = {};

const statementNow = async () => (await world.validator.json('/v1/attestation')).body.statement;
const rewardsOf = (fileId) => {
    const { dlp } = contractsOf(world.deployment, world.provider);
    return dlp.queryFilter(dlp.filters.RewardRequested())
        .then((events) => events.filter((event) => event.args.fileId === fileId));
};

/** A file at the host and an order for its proof. */
async function order(walletIndex, text) {
    const wallet = world.wallet(walletIndex);
    const path = `/rotation-${walletIndex}`;
    world.host.files.set(path, await sealFor(wallet, text));
    const { fileId } = await registerFile(world.deployment, wallet, `${world.host.url}${path}`);
    return { wallet, fileId, ...await requestProof(world.deployment, wallet, fileId) };
}

/** Who signed the file's only proof by sending it: the worker of its ProofAdded. */
async function workerOf(fileId) {
    assert.equal((await proofsOf(world, fileId)).length, 1);
    const { pool } = contractsOf(world.deployment, world.provider);
    const events = await pool.queryFilter(pool.filters.ProofAdded());
    const { transactionHash } = events.find((event) => event.args.fileId === fileId);
    return (await world.provider.getTransaction(transactionHash)).from;
}

before(async () => {
    world = await startWorld((deployment) => ({
        chain: {
            chain_id: deployment.chain_id, rpc_urls: [deployment.rpc_url],
            data_registry: deployment.data_registry, tee_pool: deployment.tee_pool,
            final_depth: 2, ask_finalized_tag: false, poll_ms: 100, claim_fees_every_s: 1,
        },
    }));
    first = world.statement.signing_address;
    jobs.done = await order(2, kTexts[0]);
    const body = await runProofBody(world.deployment, jobs.done.wallet, jobs.done);
    assert.equal((await world.validator.runProof(body)).status, 200);
    await world.validator.status(jobs.done.jobId);
    jobs.begun = await order(3, kTexts[1]);  // its key comes after the rotation
});
after(() => world?.stop());

test('fees are claimed on schedule', async () => {
    const { pool } = contractsOf(world.deployment, world.provider);
    const claimed = await until('a claim', async () => {
        const [event] = await pool.queryFilter(pool.filters.Claimed());
        return event;
    });
    const { from } = await world.provider.getTransaction(claimed.transactionHash);
    assert.equal(from.toLowerCase(), first.toLowerCase());
});

test('the second key is another one, and the validator speaks for it', async () => {
    await world.validator.stop();
    configure(world.validator, (config) => { config.keys = { current: 1, previous: 0 }; });
    await world.validator.start();
    const statement = await statementNow();
    second = statement.signing_address;
    assert.notEqual(second.toLowerCase(), first.toLowerCase());
    await world.rpc('anvil_setBalance', second, '0xde0b6b3a7640000');
    const { pool } = contractsOf(world.deployment, world.wallet(kAccount.admin));
    await addTee(world.provider, pool, {
        address: second, url: world.validator.base, publicKey: statement.encryption_key,
    });
});

test('a job of the first key is finished by it, with a key file that was sealed to it', async () => {
    const body = await runProofBody(world.deployment, jobs.begun.wallet, jobs.begun);
    const { status, body: answer } = await world.validator.runProof(body);
    assert.equal(status, 200, JSON.stringify(answer));
    await world.validator.status(jobs.begun.jobId);
    assert.equal((await workerOf(jobs.begun.fileId)).toLowerCase(), first.toLowerCase());
});

test('new jobs go to the second key; what the pool gives to the first is left alone', async () => {
    const statement = await statementNow();
    const wallet = world.wallet(4);
    const made = await makeUpload({
        wallet, sealed: await sealFor(wallet, kTexts[2]), chainId: world.deployment.chain_id,
        dlp: world.deployment.dlp, ruleset: statement.dlps[0].ruleset,
        validatorPublicKey: statement.encryption_key,
    });
    const reply = await world.validator.post('/v1/contributions', kUploadContentType, made.body);
    const { blob_url: url } = await reply.json();
    const { fileId } = await registerFile(world.deployment, wallet, url);
    const orders = [await requestProof(world.deployment, wallet, fileId)];
    orders.push(await requestProof(world.deployment, wallet, fileId));
    const mine = orders.find(({ tee }) => tee.toLowerCase() === second.toLowerCase());
    const other = orders.find(({ tee }) => tee.toLowerCase() === first.toLowerCase());
    assert.ok(mine && other, 'the pool gives jobs in turns');
    await world.validator.status(mine.jobId);
    assert.equal((await workerOf(fileId)).toLowerCase(), second.toLowerCase());
    assert.equal((await world.validator.json(`/v1/jobs/${other.jobId}`)).status, 404);
});

test('contributors are paid for the first key\'s proofs, and then it may go', async () => {
    for (const { fileId } of [jobs.done, jobs.begun])
        await until(`the reward of file ${fileId}`, async () => (await rewardsOf(fileId)).length === 1);
    await until('the key is done', () =>
        /of_previous.*left"?[=:]0/.test(readFileSync(world.validator.logFile, 'utf8')));
    const check = await run('pramana-dev',
        ['chain', 'check', '--config', world.validator.configFile]);
    assert.match(check.output, /^ok +previous_key .* is active, 1 jobs pending/m);
    assert.match(check.output, /^ok +limits .*50 a day/m);
    const { pool } = contractsOf(world.deployment, world.wallet(kAccount.admin));
    await (await pool.removeTee(first)).wait();
    await world.validator.stop();
    configure(world.validator, (config) => { config.keys = { current: 1 }; });
    await world.validator.start();
    assert.equal((await statementNow()).signing_address, second);
    for (const { fileId } of [jobs.done, jobs.begun])
        assert.equal((await rewardsOf(fileId)).length, 1, 'paid once');
    const replay = await run('pramana-dev', ['replay', String(jobs.done.jobId), '--config',
        world.validator.configFile]);
    assert.match(replay.output, /transaction +nonce \d+, attempt 1, reward/);
});
