// The main job end to end, by both ways in, and judged by code that shares nothing with ours.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
    contractsOf, freshEciesInputs, registerFile, requestProof, requestReward, runProofBody,
    verifyProof,
} from '../../tools/node/chain.mjs';
import { sha256Hex } from '../../tools/node/lib/upload.mjs';
import { kTexts, proofsOf, run, sealFor, sleep, startWorld } from './support.mjs';

let world;
before(async () => { world = await startWorld({ gpu: { devices: 'auto' } }); });
after(() => world?.stop());

/** What `pramana verify` and a stranger with viem say about a proof. */
async function judged(fileId, proofIndex) {
    const { deployment, provider } = world;
    const own = await run('pramana-dev', [
        'verify', '--rpc', deployment.rpc_url, '--registry', deployment.data_registry,
        '--pool', deployment.tee_pool, '--dlp', deployment.dlp, '--file-id', String(fileId),
        '--proof-index', String(proofIndex), '--allow-plain-http',
    ]);
    const other = await verifyProof(deployment, provider, fileId, proofIndex, { withDocument: true });
    return { own, other };
}

async function assertProof(fileId, proofIndex) {
    const { own, other } = await judged(fileId, proofIndex);
    assert.equal(own.code, 0, own.output + own.errors);
    assert.deepEqual(other.checks.filter((check) => !check.ok), []);
    assert.equal((await proofsOf(world, fileId)).length, 1);
}

test('our own client: seal, upload, register, pay, wait', async () => {
    const file = join(world.directory, 'text.txt');
    writeFileSync(file, kTexts[0]);
    const { code, output, errors } = await run('pramana-dev', [
        'contribute', '--validator', world.validator.base, '--rpc', world.deployment.rpc_url,
        '--dlp', world.deployment.dlp, '--key-file', world.keyFile(2),
        '--state-dir', join(world.directory, 'state'), '--json', file,
    ]);
    assert.equal(code, 0, errors);
    const status = JSON.parse(output);
    assert.equal(status.stage, 'final');
    assert.ok(status.result.uniqueness_milli >= 950, 'the first text of a corpus is new');
    assert.ok(status.result.pay_1024 > 0);
    assert.equal(status.result.key_recovers_to_owner, true);
    await assertProof(status.file_id, status.proof_index);
    const paid = await requestReward(world.deployment, world.wallet(2), status.file_id, status.proof_index);
    assert.ok(paid.amount > 0n);
});

test('without a GPU it says so, and the score is that of the processor alone', async () => {
    assert.match(readFileSync(world.validator.logFile, 'utf8'),
        /app\.gpu_devices.*auto.*devices[^0-9]*0\D.*no_gpu/);
    const scored = await run('pramana-dev', ['score', '--model', process.env.PRAMANA_MODEL,
        '--json', join(world.directory, 'text.txt')]);
    assert.equal(scored.code, 0, scored.errors);
    const { score } = JSON.parse(scored.output);
    const { body } = await world.validator.json('/v1/jobs/1');
    assert.equal(body.result.pay_1024, score.pay_1024);
    assert.ok(score.pay_1024 > 0);
    const file = join(world.directory, 'gpu.json');
    const config = JSON.parse(readFileSync(world.validator.configFile, 'utf8'));
    config.gpu.devices = ['GPU-00112233-4455-6677-8899-aabbccddeeff'];
    writeFileSync(file, JSON.stringify(config));
    const named = await run('pramana-dev', ['serve', '--check', '--config', file]);
    const built = /^gpu {6}CUDA/m.test((await run('pramana-dev', ['version'])).output);
    assert.equal(named.code, built ? 0 : 78, named.errors);
    if (!built) assert.match(named.errors, /config_invalid: gpu\.devices .*without code for GPUs/);
});

/** Whatever a stranger asks meanwhile: nothing but the stage until the proof is final. */
async function assertUntoldUntilFinal(jobId, fileId) {
    for (;;) {
        const [{ data }] = await proofsOf(world, fileId);
        const document = await fetch(`${world.validator.base}/v1/proofs/${data.metadata}`);
        const { body: status } = await world.validator.json(`/v1/jobs/${jobId}`);
        if (document.status === 200) {
            assert.equal(status.stage, 'final', 'a document is told of a final proof only');
            return;
        }
        const problem = await document.json();
        assert.deepEqual([document.status, problem.code], [404, 'proof_not_final']);
        assert.ok(Number(document.headers.get('Retry-After')) > 0);
        if (status.stage !== 'final')
            for (const name of ['result', 'proof_document', 'proof_url'])
                assert.equal(name in status, false, `${name} while ${status.stage}`);
        await sleep(50);
    }
}

test('a client of the network: a foreign URL, and the key by RunProof', async () => {
    const wallet = world.wallet(3);
    world.host.files.set('/file', await sealFor(wallet, kTexts[1]));
    const fixed = freshEciesInputs();
    const { fileId } = await registerFile(world.deployment, wallet, `${world.host.url}/file`, fixed);
    const { jobId } = await requestProof(world.deployment, wallet, fileId);
    const body = await runProofBody(world.deployment, wallet, { jobId, fileId, ...fixed });
    const { status, body: answer } = await world.validator.runProof(body);
    assert.equal(status, 200, JSON.stringify(answer));
    assert.equal(answer.success, true);
    assert.equal(answer.proof_index, 1);
    assert.equal('result' in answer.contribution, answer.contribution.stage === 'final');
    await assertUntoldUntilFinal(jobId, fileId);
    const final = await world.validator.status(jobId);
    assert.equal(final.result.key_matches_permission, true);
    await assertProof(fileId, final.proof_index);

    const again = await world.validator.runProof(body);
    assert.ok([200, 409].includes(again.status), 'asking again proves nothing twice');
    assert.equal((await proofsOf(world, fileId)).length, 1);
});

test('a copy from another wallet is proved with score 0, which no DLP pays', async () => {
    const wallet = world.wallet(4);
    world.host.files.set('/copy', await sealFor(wallet, kTexts[0]));
    const { fileId } = await registerFile(world.deployment, wallet, `${world.host.url}/copy`);
    const { jobId } = await requestProof(world.deployment, wallet, fileId);
    const body = await runProofBody(world.deployment, wallet, { jobId, fileId });
    const { status, body: answer } = await world.validator.runProof(body);
    assert.equal(status, 200, JSON.stringify(answer));
    const final = await world.validator.status(jobId);
    assert.equal(final.result.pay_1024, 0);
    assert.ok(final.result.reasons.includes('exact_copy'), final.result.reasons.join());
    await assertProof(fileId, final.proof_index);
    await assert.rejects(requestReward(world.deployment, wallet, fileId, final.proof_index));
});

test('the attestation names what is served and binds the challenge', async () => {
    const challenge = randomBytes(32).toString('hex');
    const { body } = await world.validator.json(`/v1/attestation?challenge=${challenge}`);
    assert.equal(body.challenge, challenge);
    assert.equal(body.evidence.label, 'development evidence: proves nothing');
    assert.equal(sha256Hex(JSON.stringify(body.statement)), body.statement_sha256);
    assert.match(body.statement.dlps[0].instruction, /^pramana:1:31337:0x[0-9a-f]{40}:[0-9a-f]{64}$/);
});

test('the production program refuses to serve, and holds no development evidence', async () => {
    const refused = await run('pramana', ['serve', '--config', world.validator.configFile]);
    assert.equal(refused.code, 69);
    assert.match(refused.errors, /no_tee: There is no trusted execution environment here/);
    const binary = readFileSync(join(process.env.PRAMANA_BIN, 'pramana'));
    for (const text of ['development evidence: proves nothing', 'PRAMANA_CRASH_AT'])
        assert.equal(binary.includes(text), false, text);
    const both = readFileSync(join(process.env.PRAMANA_BIN, 'pramana-dev'));
    assert.equal(both.includes('development evidence: proves nothing'), true);
});

test('the command line teaches', async () => {
    const rows = [
        [['help'], 0, /usage: pramana COMMAND/],
        [['help', 'serve'], 0, /--config FILE/],
        [['serve', '--help'], 0, /--config FILE/],
        [['contribut'], 64, /did you mean contribute\?/],
        [['serve'], 64, /--config/],
        [['serve', '--config', '/none', '--check'], 78, /cannot be read: not_found/],
        [['version'], 0, /ruleset {2}[0-9a-f]{64} default-1/],
        [['version'], 0, /^gpu {6}(none|CUDA \d+\.\d)$/m],
    ];
    for (const [args, code, expected] of rows) {
        const { code: got, output, errors } = await run('pramana', args);
        assert.equal(got, code, args.join(' '));
        assert.match(output + errors, expected);
    }
});

test('every job is completed, and the daemon stops cleanly', async () => {
    const { pool } = contractsOf(world.deployment, world.provider);
    for (let job = 1n; job <= await pool.jobsCount(); ++job)
        assert.equal((await pool.jobs(job)).status, 2n, `job ${job}`);
    assert.equal((await world.validator.json('/readyz?verbose')).body.ready, true);
    assert.equal(await world.validator.stop(), 0);
});
