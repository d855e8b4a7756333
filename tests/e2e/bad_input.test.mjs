// Bad input: each gets its stable code and a next step, and the daemon goes on.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
    encryptTo, fileKeyOf, kUploadContentType, makeUpload, registerFile, requestProof, runProofBody,
} from '../../tools/node/chain.mjs';
import { kTexts, proofsOf, sealFor, sleep, startWorld } from './support.mjs';

let world;
before(async () => { world = await startWorld(); });
after(() => world?.stop());

const strangerKey = '0x04' +
    '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798' +
    '483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8';

async function orderOf(wallet, changes = {}) {
    const { deployment, statement } = world;
    return {
        wallet, sealed: await sealFor(wallet, kTexts[0]), chainId: deployment.chain_id,
        dlp: deployment.dlp, ruleset: statement.dlps[0].ruleset,
        validatorPublicKey: statement.encryption_key, ...changes,
    };
}

async function submit(body) {
    const reply = await world.validator.post('/v1/contributions', kUploadContentType, body);
    return { status: reply.status, body: await reply.json() };
}

const kUploads = [
    ['an intent for another chain', { chainId: 1 }, 400, 'intent_mismatch'],
    ['an intent for another ruleset', { ruleset: 'ab'.repeat(32) }, 400, 'intent_mismatch'],
    ['an intent for a DLP that is not served', { dlp: `0x${'12'.repeat(20)}` }, 400, 'dlp_not_served'],
    ['an intent that has expired', { now: 1_600_000_000 }, 400, 'intent_expired'],
];
for (const [name, changes, status, code] of kUploads) {
    test(`upload: ${name}`, async () => {
        const made = await makeUpload(await orderOf(world.wallet(2), changes));
        const answer = await submit(made.body);
        assert.equal(answer.body.code, code);
        assert.equal(answer.status, status);
        assert.ok(answer.body.detail && answer.body.next_step);
    });
}

test('upload: other bytes than the intent names', async () => {
    const made = await makeUpload(await orderOf(world.wallet(2)));
    const altered = Buffer.from(made.body);
    altered[altered.length - 1] ^= 1;
    assert.equal((await submit(altered)).body.code, 'hash_mismatch');
});

test('upload: an intent signed by another wallet', async () => {
    const made = await makeUpload(await orderOf(world.wallet(2)));
    const other = await makeUpload(await orderOf(world.wallet(3)));
    const text = made.body.toString('latin1').replace(made.envelope.intent_signature,
        other.envelope.intent_signature);
    assert.equal((await submit(Buffer.from(text, 'latin1'))).body.code, 'intent_signature');
});

test('upload: larger than allowed', async () => {
    const answer = await submit(Buffer.alloc((1 << 20) + 200_000));
    assert.equal(answer.status, 413);
    assert.equal(answer.body.code, 'body_too_large');
});

test('upload: no frame, no envelope', async () => {
    for (const body of [Buffer.alloc(0), Buffer.alloc(3), Buffer.from('{}'), Buffer.alloc(1000, 0xff)])
        assert.equal((await submit(body)).body.code, 'malformed_envelope');
    const frame = Buffer.concat([Buffer.from([0, 0, 0, 2]), Buffer.from('[]sealed')]);
    assert.equal((await submit(frame)).body.code, 'malformed_envelope');
});

/** A paid job for a file behind `url`. */
async function openJob(wallet, url) {
    const { fileId } = await registerFile(world.deployment, wallet, url);
    const { jobId } = await requestProof(world.deployment, wallet, fileId);
    return { fileId, jobId };
}

const errorOf = (answer) => answer.body.detail?.error?.code;

test('RunProof: a job that does not exist', async () => {
    const body = await runProofBody(world.deployment, world.wallet(2), { jobId: 999, fileId: 1 });
    const answer = await world.validator.runProof(body);
    assert.equal(errorOf(answer), 'INVALID_JOB_STATUS');
});

test('RunProof: a clear-text key where TLS does not end inside', async () => {
    const wallet = world.wallet(2);
    const job = await openJob(wallet, `${world.host.url}/clear`);
    const body = await runProofBody(world.deployment, wallet, job);
    delete body.encrypted_encryption_key;
    body.encryption_key = await fileKeyOf(wallet);
    const answer = await world.validator.runProof(body);
    assert.equal(answer.status, 403);
    assert.equal(errorOf(answer), 'CLEAR_KEY_REFUSED');
    assert.ok(!JSON.stringify(answer.body).includes(body.encryption_key.slice(2, 40)));
});

test('RunProof: a key that was encrypted to somebody else', async () => {
    const wallet = world.wallet(2);
    const job = await openJob(wallet, `${world.host.url}/foreign-key`);
    const body = await runProofBody(world.deployment, wallet, job);
    body.encrypted_encryption_key = encryptTo(strangerKey, await fileKeyOf(wallet));
    assert.equal(errorOf(await world.validator.runProof(body)), 'KEY_NOT_FOR_US');
});

test('RunProof: a key of another wallet than the file\'s owner', async () => {
    const job = await openJob(world.wallet(2), `${world.host.url}/other-owner`);
    const body = await runProofBody(world.deployment, world.wallet(3), job);
    assert.equal(errorOf(await world.validator.runProof(body)), 'KEY_NOT_OWNERS');
});

test('RunProof: another instruction than the DLP\'s', async () => {
    const wallet = world.wallet(2);
    const job = await openJob(wallet, `${world.host.url}/other-instruction`);
    const body = await runProofBody(world.deployment, wallet, job);
    body.proof_url = 'https://example.invalid/proof.tar.gz';
    assert.equal(errorOf(await world.validator.runProof(body)), 'INSTRUCTION_MISMATCH');
});

/** Serves `sealed` and runs its job to RunProof's answer. */
async function proveFile(path, sealed) {
    const wallet = world.wallet(4);
    world.host.files.set(path, sealed);
    const job = await openJob(wallet, world.host.url + path);
    const answer = await world.validator.runProof(await runProofBody(world.deployment, wallet, job));
    return { ...job, answer };
}

/** What cannot be opened is never a verdict: no proof, and the reason is told. */
const kUnopened = [
    ['bytes that are no OpenPGP message', () => Buffer.from('not sealed at all'),
        'MALFORMED_MESSAGE', 'refused'],
    ['a sealed file that was cut off', async (wallet) =>
        (await sealFor(wallet, kTexts[0])).subarray(0, 1000), 'MALFORMED_MESSAGE', 'refused'],
    ['a sealed file that was altered', async (wallet) => {
        const sealed = await sealFor(wallet, kTexts[0]);
        sealed[sealed.length - 5] ^= 1;
        return sealed;
    }, 'AUTH_TAG_MISMATCH', 'waiting_key'],
];
for (const [i, [name, make, code, stage]] of kUnopened.entries()) {
    test(`file: ${name}`, async () => {
        const { answer, fileId } = await proveFile(`/unopened-${i}`, await make(world.wallet(4)));
        assert.equal(errorOf(answer), code);
        assert.equal(answer.body.detail.error.details.contribution.stage, stage);
        assert.equal((await proofsOf(world, fileId)).length, 0);
    });
}

/** What opens and cannot be scored is proved with score 0, because the job pays for it. */
const kUnscored = [
    ['a format that is not scored', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3, 0xff, 0xfe])],
    ['too little text', Buffer.from('Hello.')],
    ['JSON with a name twice', Buffer.from('{"a":"some text","a":"other text"}')],
];
for (const [i, [name, content]] of kUnscored.entries()) {
    test(`file: ${name}`, async () => {
        const sealed = await sealFor(world.wallet(4), content);
        const { answer, fileId, jobId } = await proveFile(`/unscored-${i}`, sealed);
        assert.equal(answer.status, 200, JSON.stringify(answer.body));
        const status = await world.validator.status(jobId);
        assert.equal(status.result.pay_1024, 0);
        assert.ok(status.result.reasons.length > 0);
        const proofs = await proofsOf(world, fileId);
        assert.equal(proofs.length, 1);
        assert.equal(proofs[0].data.score, 0n);
    });
}

test('file: a URL into a private network is never asked', async () => {
    const wallet = world.wallet(5);
    let asked = 0;
    const { createServer } = await import('node:http');
    const server = createServer((request, reply) => { asked += 1; reply.end('x'); });
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    const job = await openJob(wallet, `http://127.0.0.1:${server.address().port}/secret`);
    const body = await runProofBody(world.deployment, wallet, job);
    const answer = await world.validator.runProof(body);
    server.close();
    assert.equal(asked, 0);
    assert.notEqual(errorOf(answer), 'PROOF_SUBMISSION_ERROR', JSON.stringify(answer.body));
});

/** Asks /readyz until `holds` does; each answer comes within the time that a probe is given. */
async function waitForReadiness(holds) {
    let body;
    for (let i = 0; i < 30; i += 1, await sleep(500)) {
        const reply = await fetch(`${world.validator.base}/readyz?verbose`,
            { signal: AbortSignal.timeout(5_000) });
        body = await reply.json();
        assert.equal(reply.status, body.ready ? 200 : 503);
        if (holds(body)) return;
    }
    assert.fail(`readiness stayed ${JSON.stringify(body)}`);
}

test('the node stops and comes back: nothing is lost, readiness says it', async () => {
    const { validator, anvil } = world;
    process.kill(anvil.pid, 'SIGSTOP');
    try {
        await sleep(100);
        assert.equal((await fetch(`${validator.base}/livez`)).status, 200);
        await waitForReadiness((body) => body.reasons.includes('chain_unreachable'));
        const made = await makeUpload(await orderOf(world.wallet(6)));
        assert.equal((await submit(made.body)).status, 202, 'intake needs no chain');
    } finally {
        process.kill(anvil.pid, 'SIGCONT');
    }
    await waitForReadiness((body) => body.ready);
});

test('after all of this the daemon is alive, ready and healthy', async () => {
    assert.equal(world.validator.alive, true);
    const { body } = await world.validator.json('/readyz?verbose');
    assert.deepEqual([body.ready, body.reasons], [true, []]);
});
