// What waits for money or for a limit, and what then goes together in one transaction.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import {
    contractsOf, kUploadContentType, makeUpload, registerFile, requestProof,
} from '../../tools/node/chain.mjs';
import { kTexts, proofsOf, run, sealFor, startWorld, until } from './support.mjs';

const kJobs = 3;
let world;

before(async () => {
    world = await startWorld((deployment) => ({
        chain: {
            chain_id: deployment.chain_id, rpc_urls: [deployment.rpc_url],
            data_registry: deployment.data_registry, tee_pool: deployment.tee_pool,
            final_depth: 2, ask_finalized_tag: false, poll_ms: 100, batch_max: 5,
        },
    }));
});
after(() => world?.stop());

async function contribute(walletIndex, text) {
    const { deployment, statement, validator } = world;
    const wallet = world.wallet(walletIndex);
    const made = await makeUpload({
        wallet, sealed: await sealFor(wallet, text), chainId: deployment.chain_id,
        dlp: deployment.dlp, ruleset: statement.dlps[0].ruleset,
        validatorPublicKey: statement.encryption_key,
    });
    const reply = await validator.post('/v1/contributions', kUploadContentType, made.body);
    const { blob_url: url } = await reply.json();
    const { fileId } = await registerFile(deployment, wallet, url);
    return { fileId, ...await requestProof(deployment, wallet, fileId) };
}

const waiting = (jobId, cause) =>
    world.validator.status(jobId, (status) => status.cause?.code === cause);

test('proofs that had to wait for money go in one transaction', async () => {
    const tee = world.statement.signing_address;
    const balance = await world.rpc('eth_getBalance', tee, 'latest');
    await world.rpc('anvil_setBalance', tee, '0x0');
    const before = await world.provider.getTransactionCount(tee);
    const orders = [];
    for (let i = 0; i < kJobs; ++i) orders.push(await contribute(2 + i, kTexts[i]));
    for (const { jobId } of orders) await waiting(jobId, 'insufficient_funds');
    assert.equal(await world.provider.getTransactionCount(tee), before, 'no nonce was spent');
    await world.rpc('anvil_setBalance', tee, balance);
    for (const { jobId, fileId } of orders) {
        const final = await world.validator.status(jobId);
        assert.equal(final.proof_index, 1);
        assert.equal((await proofsOf(world, fileId)).length, 1);
    }
    assert.equal(await world.provider.getTransactionCount(tee) - before, 1);
    const { pool } = contractsOf(world.deployment, world.provider);
    const added = await pool.queryFilter(pool.filters.ProofAdded());
    assert.equal(added.length, kJobs);
    assert.equal(new Set(added.map((event) => event.transactionHash)).size, 1);
});

test('at the day\'s limit nothing is signed, and everybody is told', async () => {
    const file = world.validator.configFile;
    const config = JSON.parse(readFileSync(file, 'utf8'));
    const restart = async (limit) => {
        await world.validator.stop();
        config.chain.day_cost_wei_max = limit;
        writeFileSync(file, JSON.stringify(config));
        await world.validator.start();
    };
    await restart('1');
    const { jobId, fileId } = await contribute(5, kTexts[4]);
    await waiting(jobId, 'spend_ceiling');
    const readiness = await until('the limit is told', async () => {
        const { body } = await world.validator.json('/readyz?verbose');
        return body.reasons?.includes('submitter_spend_ceiling') ? body : null;
    });
    assert.equal(readiness.ready, false);
    const check = await run('pramana-dev', ['chain', 'check', '--config', file]);
    assert.equal(check.code, 1);
    assert.match(check.output, /^FAIL +limits .* 0\.000000000000000001 a day/m);
    assert.equal((await proofsOf(world, fileId)).length, 0);
    await restart('50000000000000000000');
    await world.validator.status(jobId);
    assert.equal((await world.validator.json('/readyz?verbose')).body.ready, true);
});
