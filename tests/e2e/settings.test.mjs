// Settings that guard money and content, each put into the configuration of the running daemon and
// found to hold there: a gate that works in its own tests and is not connected fails here.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
    fileKeyOf, kUploadContentType, makeUpload, registerFile, requestProof, runProofBody,
} from '../../tools/node/chain.mjs';
import {
    freePort, kFeeWei, kTexts, proofsOf, sealFor, startWorld, until,
} from './support.mjs';

let world;
let usual;  // the configuration, as text
before(async () => {
    world = await startWorld();
    usual = readFileSync(world.validator.configFile, 'utf8');
});
after(() => world?.stop());

/** The validator with other settings, for the time of `visit`. */
async function having(change, visit) {
    const { validator } = world;
    const config = JSON.parse(usual);
    change(config);
    await validator.stop();
    writeFileSync(validator.configFile, JSON.stringify(config));
    await validator.start();
    return visit(config);
}
const limits = (changes) => (config) => { Object.assign(config.limits, changes); };

let files = 0;
/** A paid job for a file that lies elsewhere: {jobId, fileId, path}. */
async function openJob(walletIndex, content) {
    const wallet = world.wallet(walletIndex);
    const path = `/settings-${++files}`;
    world.host.files.set(path, await sealFor(wallet, content));
    const { fileId } = await registerFile(world.deployment, wallet, world.host.url + path);
    return { fileId, path, ...await requestProof(world.deployment, wallet, fileId) };
}
/** The same with its key; RunProof's answer comes when it comes. */
async function provedJob(walletIndex, content) {
    const job = await openJob(walletIndex, content);
    const body = await runProofBody(world.deployment, world.wallet(walletIndex), job);
    return { ...job, answer: world.validator.runProof(body) };
}
const ended = (jobId, stage) =>
    world.validator.status(jobId, (status) => status.stage === stage);
const held = (jobId, cause) =>
    world.validator.status(jobId, (status) => !status.terminal && status.cause?.code === cause);

async function refused(jobId, cause) {
    const status = await ended(jobId, 'refused');
    assert.equal(status.cause.code, cause);
    return status;
}

async function upload(walletIndex, content) {
    const { deployment, statement, validator } = world;
    const wallet = world.wallet(walletIndex);
    const made = await makeUpload({
        wallet, sealed: await sealFor(wallet, content), chainId: deployment.chain_id,
        dlp: deployment.dlp, ruleset: statement.dlps[0].ruleset,
        validatorPublicKey: statement.encryption_key,
    });
    const reply = await validator.post('/v1/contributions', kUploadContentType, made.body);
    return { status: reply.status, body: await reply.json() };
}

// setting, how it is set, and why a job of kFeeWei is refused before its file is asked for
const kTooDear = [
    ['min_bid_wei', (config) => { config.min_bid_wei = String(kFeeWei + 1n); }, 'fee_too_low'],
    ['price.work_wei_per_mib', (config) => {
        config.min_bid_wei = '0';
        config.price = { work_wei_per_mib: Number(kFeeWei * 4n) };
    }, 'fee_too_low'],
];
for (const [name, change, cause] of kTooDear) {
    test(`${name}: a bid below it buys nothing`, () => having(change, async () => {
        const { jobId, fileId, answer } = await provedJob(2, kTexts[0]);
        const status = await refused(jobId, cause);
        assert.ok(status.cause.next_step);
        assert.equal((await answer).status >= 400, true);
        assert.equal((await proofsOf(world, fileId)).length, 0);
    }));
}

/** 16,777,216 gas a hundredfold at 50 gwei and more are above every bid here. */
const withDearGas = (config) => {
    config.price = { proof_gas: 16_777_216, gas_percent: 10_000 };
    config.chain.tip_per_gas_wei_min = 50_000_000_000;
    config.limits.run_proof_wait_s = 1;
};

test('price.proof_gas, gas_percent, chain.tip_per_gas_wei_min: a bid waits for cheaper gas', () =>
    having(withDearGas, async () => {
        const { jobId, answer } = await provedJob(2, kTexts[1]);
        await held(jobId, 'bid_below_gas');
        const { status, body } = await answer;
        assert.equal(status, 504, 'limits.run_proof_wait_s');
        assert.equal(body.detail.error.code, 'PROOF_SUBMISSION_ERROR');
    }));

test('min_bid_invalid_wei: what is worth nothing gets no proof below it', () =>
    having((config) => { config.min_bid_invalid_wei = String(kFeeWei + 1n); }, async () => {
        const first = await provedJob(3, kTexts[2]);
        await ended(first.jobId, 'final');
        const copy = await provedJob(4, kTexts[2]);
        await refused(copy.jobId, 'zero_score_unpaid');
        const invalid = await provedJob(4, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 0xff]));
        await refused(invalid.jobId, 'unknown_format');
        for (const { fileId } of [copy, invalid])
            assert.equal((await proofsOf(world, fileId)).length, 0);
    }));

test('limits.proofs_per_payer_day_max: a payer has so many proofs a day, also after a restart', () =>
    having(limits({ proofs_per_payer_day_max: 1 }), async () => {
        const first = await provedJob(5, kTexts[3]);
        await ended(first.jobId, 'final');
        await world.validator.stop();
        await world.validator.start();
        const second = await provedJob(5, kTexts[4]);
        await held(second.jobId, 'payer_limit');
        const other = await provedJob(6, kTexts[5]);
        await ended(other.jobId, 'final');
        assert.equal((await proofsOf(world, second.fileId)).length, 0);
    }));

test('limits.jobs_per_payer_max: a payer has so many in work, others do not wait for that', () =>
    having((config) => {
        withDearGas(config);  // what has begun stays there
        config.limits.jobs_per_payer_max = 1;
    }, async () => {
        const first = await provedJob(7, kTexts[0]);
        await held(first.jobId, 'bid_below_gas');
        const second = await provedJob(7, kTexts[1]);
        await held(second.jobId, 'payer_limit');
        const other = await provedJob(8, kTexts[1]);
        await held(other.jobId, 'bid_below_gas');
    }));

// settings, what they make of every upload that is good otherwise, and what /readyz says then
const kNoRoom = [
    ['limits.disk_reserve_bytes', limits({ disk_reserve_bytes: 2 ** 50 }), 507, 'storage_full',
        'disk_low'],
    ['limits.upload_bytes_max', limits({ upload_bytes_max: 1024 }), 413, 'body_too_large', null],
];
for (const [name, change, status, code, reason] of kNoRoom) {
    test(`${name}: nothing is taken in beyond it`, () => having(change, async () => {
        const answer = await upload(2, Buffer.concat([kTexts[0], kTexts[1], kTexts[3]]));
        assert.deepEqual([answer.status, answer.body.code], [status, code]);
        const { body } = await world.validator.json('/readyz?verbose');
        assert.equal(body.ready, reason === null);
        if (reason) assert.deepEqual(body.reasons, [reason]);
    }));
}

test('limits.contributions_per_wallet_max: so many unfinished ones of a wallet', () =>
    having(limits({ contributions_per_wallet_max: 1 }), async () => {
        assert.equal((await upload(7, kTexts[0])).status, 202);
        const second = await upload(7, kTexts[1]);
        assert.deepEqual([second.status, second.body.code], [429, 'quota_exceeded']);
        assert.equal((await upload(8, kTexts[1])).status, 202);
    }));

// `most` in place of today's prices
const kCeilings = [
    ['chain.fee_per_gas_wei_max', { fee_per_gas_wei_max: 1, tip_per_gas_wei_min: 0,
        tip_per_gas_wei_max: 1 }],
    ['chain.tx_cost_wei_max', { tx_cost_wei_max: '1' }],
];
for (const [name, most] of kCeilings) {
    test(`${name}: above it nothing is signed`, () => having((config) => {
        Object.assign(config.chain, most);
        config.limits.run_proof_wait_s = 1;
    }, async () => {
        const tee = world.statement.signing_address;
        const sent = await world.provider.getTransactionCount(tee);
        const { jobId } = await provedJob(9, kTexts[0]);
        await held(jobId, 'fee_ceiling');
        assert.equal(await world.provider.getTransactionCount(tee), sent);
        await until('readiness says it', async () => {
            const { body } = await world.validator.json('/readyz?verbose');
            return body.reasons.includes('submitter_fee_ceiling');
        });
    }));
}

test('limits.waiting_expiry_s, unpaid_expiry_s: what never comes is not waited for', () =>
    having(limits({ waiting_expiry_s: 1, unpaid_expiry_s: 1 }), async () => {
        const { jobId } = await openJob(2, kTexts[0]);
        await ended(jobId, 'expired');
        const { body } = await upload(2, kTexts[5]);
        await until('the contribution expires', async () =>
            (await world.validator.json(`/v1/contributions/${body.id}`)).body.stage === 'expired');
        assert.equal((await fetch(body.blob_url)).status, 404, 'its file is gone');
    }));

test('limits.blob_retention_s: a sealed file goes after its job', () =>
    having(limits({ blob_retention_s: 1 }), async () => {
        const { body } = await upload(2, kTexts[0]);
        assert.equal((await fetch(body.blob_url)).status, 200);
        const wallet = world.wallet(2);
        const { fileId } = await registerFile(world.deployment, wallet, body.blob_url);
        const { jobId } = await requestProof(world.deployment, wallet, fileId);
        await ended(jobId, 'final');
        await until('the file is gone', async () => (await fetch(body.blob_url)).status === 404);
    }));

test('tls_ends_inside: only with it a key may come in clear', () =>
    having((config) => { config.tls_ends_inside = true; }, async () => {
        const job = await openJob(3, kTexts[1]);
        const body = await runProofBody(world.deployment, world.wallet(3), job);
        delete body.encrypted_encryption_key;
        body.encryption_key = await fileKeyOf(world.wallet(3));
        assert.equal((await world.validator.runProof(body)).status, 200);
    }));

test('cors_origins: a browser\'s page of another origin gets no answer', () =>
    having((config) => { config.cors_origins = ['https://app.example']; }, async () => {
        const allowed = async (origin) =>
            (await fetch(`${world.validator.base}/v1/attestation`, { headers: { Origin: origin } }))
                .headers.get('access-control-allow-origin');
        assert.equal(await allowed('https://app.example'), 'https://app.example');
        assert.equal(await allowed('https://other.example'), null);
    }));

test('metrics.token_file: /metrics asks for the token', async () => {
    const port = await freePort();
    const token = 'sixteen-letters!';
    writeFileSync(join(world.directory, 'token'), `${token}\n`, { mode: 0o600 });
    await having((config) => { config.metrics = { port, token_file: 'token' }; }, async () => {
        const asked = async (headers) =>
            (await fetch(`http://127.0.0.1:${port}/metrics`, { headers })).status;
        assert.equal(await asked({}), 401);
        assert.equal(await asked({ Authorization: `Bearer ${token.slice(1)}.` }), 401);
        assert.equal(await asked({ Authorization: `Bearer ${token}` }), 200);
    });
});

test('limits.connections_max: one more is told to come again', () =>
    having(limits({ connections_max: 1 }), async () => {
        const { port, hostname } = new URL(world.validator.base);
        const get = (agent) => new Promise((done, failed) => {
            request({ agent, hostname, port, path: '/livez' }, (reply) => {
                reply.resume().on('end', () => done(reply.statusCode));
            }).on('error', failed).end();
        });
        const kept = new Agent({ keepAlive: true, maxSockets: 1 });
        await until('the only connection is ours', async () =>
            await get(kept).catch(() => 0) === 200);
        assert.equal(await get(false), 503);
        kept.destroy();
        await until('there is room again', async () => await get(false).catch(() => 0) === 200);
    }));

test('chain.websocket_urls: a new head is looked at before the next poll', () =>
    having((config) => {
        config.chain.poll_ms = 600_000;
        config.chain.websocket_urls = config.chain.rpc_urls.map((url) => url.replace(/^http/, 'ws'));
    }, async () => {
        const { jobId } = await openJob(2, kTexts[4]);
        await ended(jobId, 'waiting_key');
    }));

test('chain.rpc_quorum: one of two endpoints decides nothing', async () => {
    const port = await freePort();  // where nobody answers
    const two = (config) => { config.chain.rpc_urls.push(`http://127.0.0.1:${port}`); };
    const { jobId } = await having(two, async () => {
        const job = await openJob(2, kTexts[3]);
        await until('readiness says it', async () => {
            const { body } = await world.validator.json('/readyz?verbose');
            return body.reasons.includes('chain_unreachable');
        });
        assert.equal((await world.validator.json(`/v1/jobs/${job.jobId}`)).status, 404);
        return job;
    });
    await having((config) => { two(config); config.chain.rpc_quorum = 1; }, () =>
        world.validator.status(jobId, (status) => status.stage === 'waiting_key'));
});
