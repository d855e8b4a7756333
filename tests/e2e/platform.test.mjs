// The production program on a platform: what it says about itself, what it keeps, what it refuses.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startDevnet } from '../../tools/node/chain.mjs';
import { problemOf, reportData, sha256 } from '../evidence/statement.mjs';
import { freePort, until } from './support.mjs';

const kBin = process.env.PRAMANA_BIN;
const kChainId = 7_233_101;  // of no chain; production knows no test chain
let directory;
let devnet;
let base;
let config;

/** Starts a program; {child, ended, errors()}. */
function start(program, words) {
    const file = join(directory, 'pramana.json');
    writeFileSync(file, JSON.stringify(config));
    const child = spawn(join(kBin, program), [...words, 'serve', '--config', file],
        { stdio: ['ignore', 'ignore', 'pipe'] });
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (more) => { text += more; });
    return { child, ended: once(child, 'close'), errors: () => text };
}

/** Runs `visit(errors)` while the stand-in serves. */
async function serving(visit, word = 'made') {
    const { child, ended, errors } = start('pramana_stand_in', [word]);
    try {
        await until('it answers', async () => {
            if (child.exitCode !== null) throw new Error(errors());
            return (await fetch(`${base}/livez`).catch(() => null))?.ok;
        }, 60_000);
        return await visit(errors);
    } finally {
        child.kill('SIGTERM');
        await ended;
    }
}

/** What a program says: {code, stdout, stderr}. */
const said = (program, words) => new Promise((resolve) => {
    execFile(join(kBin, program), words, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stdout, stderr }));
});
const verified = (...words) => said('pramana', ['verify', ...words]);
/** `verify` and `policy` under the made platform's root, at the time of its collateral. */
const judged = (...words) => said('pramana_stand_in', [`verifier:${directory}`, ...words]);
const kMadeWorld = () => ['--collateral', join(directory, 'collateral.json'),
    '--at', '2030-03-17T17:46:40Z'];

const get = async (path) => {
    const reply = await fetch(base + path);
    const text = await reply.text();
    return { status: reply.status, text, body: JSON.parse(text) };
};
/** The statement's text inside the answer, byte for byte. */
const statementIn = ({ text }) =>
    text.slice(text.indexOf('"statement":') + 12, text.indexOf(',"evidence":'));

before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'pramana-platform-'));
    devnet = await startDevnet({ chainId: kChainId });
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    const { deployment } = devnet;
    config = {
        listen: { address: '127.0.0.1', port },
        public_base_url: 'https://validator.example',
        data_dir: 'data',
        model: process.env.PRAMANA_MODEL,
        chain: {
            chain_id: deployment.chain_id, rpc_urls: [deployment.rpc_url],
            data_registry: deployment.data_registry, tee_pool: deployment.tee_pool,
        },
        keys: { source: 'inside' },
        dlps: [{ address: deployment.dlp, dlp_id: deployment.dlp_id, ruleset: 'default-1' }],
        attestation: { challenges_per_minute: 3, collateral_every_s: 0 },
    };
});
after(async () => {
    await devnet?.stop();
    rmSync(directory, { recursive: true, force: true });
});

test('pramana does not serve where there is no platform', async () => {
    const { ended, errors } = start('pramana', []);
    const [code] = await ended;
    assert.equal(code, 69);
    assert.match(errors(), /^error: no_tee: /m);
    assert.match(errors(), /next: Run in a TDX or SEV-SNP guest/);
});

test('an agent of the operator\'s own is refused under the vendors\' roots', async () => {
    const { ended, errors } = start('pramana_stand_in', ['vendor']);
    const [code] = await ended;
    assert.equal(code, 69);
    assert.match(errors(), /^error: evidence_refused: /m);
    assert.match(errors(), /intel\.pck\.root/);
});

test('environment variables name no other platform', async () => {
    process.env.DSTACK_SIMULATOR_ENDPOINT = '/tmp/simulator.sock';
    process.env.TAPPD_SIMULATOR_ENDPOINT = '/tmp/simulator.sock';
    const { ended, errors } = start('pramana', []);
    const [code] = await ended;
    assert.equal(code, 69);
    assert.match(errors(), /^error: no_tee: /m);
});

let first;

test('on a platform it serves, and its statement is bound to its evidence', async () => {
    await serving(async () => {
        const challenge = randomBytes(32).toString('hex');
        const plain = await get('/v1/attestation');
        const fresh = await get(`/v1/attestation?challenge=${challenge}`);
        for (const [answer, asked] of [[plain, ''], [fresh, challenge]]) {
            const text = statementIn(answer);
            assert.equal(answer.status, 200);
            assert.equal(answer.body.format, 'pramana:attestation:2');
            assert.equal(problemOf(text), null);
            assert.equal(sha256(text), answer.body.statement_sha256);
            assert.equal(answer.body.challenge, asked);
            assert.equal(reportData(text, asked, null), answer.body.report_data);
            // REPORTDATA of a TD report 1.0 in a quote of version 4.
            assert.equal(answer.body.evidence.quote.slice(2 * 568, 2 * 632),
                answer.body.report_data);
        }
        const { statement, evidence } = fresh.body;
        assert.equal(evidence.kind, 'dstack_tdx');
        assert.equal(statement.provider, 'dstack_tdx');
        assert.equal(statement.build.derived_from, 'compose');
        assert.equal(statement.build.compose_sha256, sha256(evidence.app_compose));
        assert.equal(statement.build.binary_sha256,
            sha256(readFileSync(join(kBin, 'pramana_stand_in'))));
        assert.equal(statement.config.sha256,
            sha256(readFileSync(join(directory, 'pramana.json'))));
        assert.deepEqual(statement.config.endpoints,
            [devnet.deployment.rpc_url.replace(/\/$/, '')]);
        assert.equal(statement.upgrade_authority.app_auth, `0x${'aa'.repeat(20)}`);
        assert.equal(statement.upgrade_authority.owner, null);
        assert.equal(statement.previous, null);
        assert.equal(statement.dlps[0].corpus_size, 0);
        const block = await devnet.rpc('eth_getBlockByNumber',
            `0x${statement.anchor.block_number.toString(16)}`, false);
        assert.equal(block.hash, `0x${statement.anchor.block_hash}`);
        const again = await get(`/v1/attestation?challenge=${challenge}`);
        assert.equal(again.text, fresh.text, 'a challenge gets one answer');
        first = plain.body.statement_sha256;
        const archived = await get(`/v1/statements/${first}`);
        assert.equal(statementIn(archived), statementIn(plain));
        assert.equal((await get(`/v1/statements/${'0'.repeat(64)}`)).status, 404);
    });
});

test('verify asks it for evidence over a fresh challenge and says where its trust ends', async () => {
    await serving(async () => {
        for (const url of [base, `${base}/`, `${base}/v1/attestation`]) {
            const { stdout, code } = await verified(url);
            assert.equal(code, 1);
            assert.match(stdout, /^NOT ACCEPTED: intel\.pck\.root failed$/m);
            assert.match(stdout, /FAILED +The machine's certificate leads to Intel's root/);
            for (const check of ['hash', 'evidence', 'challenge', 'report_data']) {
                assert.match(stdout, new RegExp(`^ok .*\\[statement\\.${check}\\]$`, 'm'), url);
            }
        }
    });
});

test('a flood of challenges is refused, and the statement still served', async () => {
    await serving(async () => {
        const ask = () => get(`/v1/attestation?challenge=${randomBytes(32).toString('hex')}`);
        const answers = await Promise.all(Array.from({ length: 20 }, ask));
        const served = answers.filter(({ status }) => status === 200).length;
        const refused = answers.filter(({ status }) => status === 503);
        assert.ok(served >= 1 && served <= 4, `${served} quotes`);
        assert.equal(served + refused.length, 20);
        assert.equal(refused[0].body.code, 'busy');
        assert.equal((await get('/v1/attestation')).status, 200);
        assert.equal((await get(`/v1/attestation?challenge=${'0'.repeat(64)}`)).body.code,
            'bad_request');
    });
});

test('a start where nothing changed goes on with the statement, a change makes the next', async () => {
    await serving(async () => {
        assert.equal((await get('/v1/attestation')).body.statement_sha256, first);
    });
    config.limits = { upload_bytes_max: 1_000_000 };
    await serving(async () => {
        const { body } = await get('/v1/attestation');
        assert.equal(body.statement.previous, first);
        assert.equal(body.statement.sequence, 1);
        assert.equal(body.statement.upload_bytes_max, 1_000_000);
        const archived = await get(`/v1/statements/${first}`);
        assert.equal(archived.body.statement.sequence, 0);
        // A result names its statement: what another archive gives in its place is refused.
        const other = createServer((_, reply) => reply.end(archived.text));
        await once(other.listen(0, '127.0.0.1'), 'listening');
        const elsewhere = `http://127.0.0.1:${other.address().port}`;
        for (const [url, said] of [[`${base}/v1/statements/${first}`, 'ok'],
            [`${elsewhere}/v1/statements/${'0'.repeat(64)}`, 'FAILED']]) {
            const { stdout } = await verified(url);
            assert.match(stdout, new RegExp(`^${said} .*\\[statement\\.hash\\]$`, 'm'), url);
        }
        other.close();
        assert.equal(archived.body.evidence.kind, 'dstack_tdx');
    });
});

/** The nonce in each report of an answer's GPU evidence: SPDM's request begins with 4 bytes. */
const noncesIn = (text) => JSON.parse(text).devices.map(({ report }) => report.slice(8, 72));
const gpuEvidenceIn = ({ text }) =>
    text.slice(text.indexOf('"gpu_evidence":') + 15, text.indexOf(',"key_evidence":'));
const metric = async (name) => {
    const text = await (await fetch(`http://127.0.0.1:${config.metrics.port}/metrics`)).text();
    return text.split('\n').find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
};

test('GPU and CPU evidence name each other, the statement and the challenge', async () => {
    config.metrics = { port: await freePort() };
    await serving(async (errors) => {
        const challenge = randomBytes(32).toString('hex');
        const plain = await get('/v1/attestation');
        const fresh = await get(`/v1/attestation?challenge=${challenge}`);
        for (const [answer, asked] of [[plain, ''], [fresh, challenge]]) {
            const text = gpuEvidenceIn(answer);
            const { freshness, statement, devices } = JSON.parse(text);
            assert.equal(answer.body.gpu_evidence_sha256, sha256(text));
            assert.equal(answer.body.report_data, reportData(statementIn(answer), asked, text));
            assert.equal(answer.body.evidence.quote.slice(2 * 568, 2 * 632),
                answer.body.report_data);
            assert.equal(statement, answer.body.statement_sha256);
            if (asked) assert.equal(freshness, asked);
            assert.equal(devices.length, 2);
            assert.deepEqual(noncesIn(text), devices.map(({ uuid }) => sha256(Buffer.concat([
                Buffer.from('pramana:gpu:1'), Buffer.from(statement, 'hex'),
                Buffer.from(freshness, 'hex'), Buffer.from(uuid)]))));
        }
        assert.notEqual(JSON.parse(gpuEvidenceIn(plain)).freshness, '0'.repeat(64));
        await until('the gate was asked', async () =>
            await metric('pramana_gpu_appraisals_total{outcome="refused"}') === '1');
        assert.equal(await metric('pramana_gpu_evidence_total{outcome="handed_on"}'), '2');
        // No manifests of NVIDIA's are here, so that no token goes to a device.
        assert.equal(await metric('pramana_gpu_gate_open'), '0');
        assert.equal(await metric('pramana_gpu_gate_state{reason="evidence_refused"}'), '1');
        assert.match(errors(), /app\.gpu_gate.*evidence_refused.*nvidia\./);
        // Its devices are known, and none was touched.
        assert.match(errors(), /app\.gpu_devices.*devices[^0-9]*2/);
        const { devices } = JSON.parse(gpuEvidenceIn(plain));
        for (const { uuid } of devices) {
            const state = `pramana_gpu_device_state{device="${uuid}",state="asleep"}`;
            assert.equal(await metric(state), '1');
            assert.equal(await metric(`pramana_gpu_batches_total{device="${uuid}"}`), '0');
        }
        assert.equal(await metric('pramana_embed_batches_total{path="device"}'), '0');
        const { stdout } = await verified(base);
        assert.match(stdout, /^ok .*\[statement\.gpu_evidence\]$/m);
        assert.match(stdout, /^ok .*\[nvidia\.report\.nonce\]$/m);
        assert.match(stdout, /^FAILED .*\[nvidia\.chain\.root\]$/m);
    }, 'gpus');
});

test('GPUs that are not genuine are told and not handed on', async () => {
    await serving(async (errors) => {
        const { body } = await get(`/v1/attestation?challenge=${randomBytes(32).toString('hex')}`);
        assert.equal(body.gpu_evidence, null);
        assert.equal(body.gpu_evidence_sha256, '');
        assert.equal(body.evidence.kind, 'dstack_tdx');
        assert.match(errors(), /evidence\.gpu\.refused.*nvidia\.chain\.root/);
        assert.equal(await metric('pramana_gpu_evidence_total{outcome="refused"}'), '2');
        assert.equal(await metric('pramana_gpu_evidence_refused{check="nvidia.chain.root"}'), '1');
    }, 'foreign_gpus');
});

/** `contribute` of a new file by a new wallet. */
function contributing(name) {
    const file = join(directory, `${name}.txt`);
    const key = join(directory, `${name}.key`);
    writeFileSync(file, `What ${name} wrote, and nobody else may read.\n`);
    writeFileSync(key, randomBytes(32).toString('hex'), { mode: 0o600 });
    return ['contribute', '--validator', base, '--rpc', devnet.deployment.rpc_url,
        '--dlp', devnet.deployment.dlp, '--key-file', key,
        '--state-dir', join(directory, name), file];
}

/** `contribute`, by `program`, ends with the evidence and has not gone on to seal. */
async function assertSentNothing(program, options, conclusion) {
    const { code, stdout, stderr } = await program(...contributing('refused'), ...options);
    assert.equal(code, 65, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, /^error: evidence_refused: .* Nothing was sent\./m);
    assert.match(stderr, conclusion);
    assert.match(stderr, /^ {2}next: Do not upload\./m);
    assert.doesNotMatch(stderr, /sealed|uploaded|The pool/);
}

test('contribute sends nothing to what no vendor has vouched for', async () => {
    await serving(async () => {
        const pramana = (...words) => said('pramana', words);
        await assertSentNothing(pramana, [], /NOT ACCEPTED: intel\.pck\.root failed/);
        const missing = await pramana(...contributing('refused'), '--policy', '/nonexistent');
        assert.equal(missing.code, 66, missing.stderr);
        // The right root, and a compose document that the quote does not vouch for.
        await assertSentNothing(judged, kMadeWorld().slice(0, 2),
            /NOT ACCEPTED: dstack\.compose\.config_id failed/);
    }, `made:${directory}`);
});

test('a policy is made from it, explained, and accepts it and no other', async () => {
    const policy = join(directory, 'policy.json');
    const ledger = join(directory, 'ledger.json');
    config.attestation.challenges_per_minute = 60;
    await serving(async () => {
        const refused = await said('pramana',
            ['policy', 'new', base, '--yes', '--out', policy, ...kMadeWorld()]);
        assert.equal(refused.code, 1);
        assert.match(refused.stderr, /^error: evidence_refused: /m);
        assert.match(refused.stderr, /NOT ACCEPTED: intel\.pck\.root failed/);
        assert.ok(!existsSync(policy), 'nothing is written of evidence that is refused');

        // The image sets no MRCONFIGID, as those of dstack 0.5: accepted by who says so himself.
        const strict = await judged('policy', 'new', base, '--yes', '--out', policy,
            ...kMadeWorld());
        assert.equal(strict.code, 1);
        assert.match(strict.stderr, /^NOT ACCEPTED: dstack\.compose\.config_id failed$/m);
        const own = join(directory, 'own.json');
        writeFileSync(own, '{"version":1,"dstack":{"config_id_required":false}}');
        const made = await judged('policy', 'new', base, '--yes', '--this-config',
            '--policy', own, '--out', policy, ...kMadeWorld());
        assert.equal(made.code, 0, made.stderr);
        assert.match(made.stderr, /^This would be trusted, and nothing else:$/m);
        const { statement } = (await get('/v1/attestation')).body;
        const pinned = JSON.parse(readFileSync(policy, 'utf8'));
        assert.deepEqual(pinned.evidence, ['dstack', 'tdx']);
        assert.equal(pinned.statement.chain_id, kChainId);
        assert.deepEqual(pinned.statement.binary_sha256, [statement.build.binary_sha256]);
        assert.deepEqual(pinned.statement.config_sha256, [statement.config.sha256]);

        const checked = await said('pramana', ['policy', 'check', policy]);
        assert.equal(checked.code, 0, checked.stdout);
        const explained = await said('pramana', ['policy', 'explain', policy]);
        assert.equal(explained.code, 0);
        assert.match(explained.stdout, /^Statement of a validator$/m);
        assert.ok(explained.stdout.includes(statement.build.binary_sha256.slice(0, 16)));

        const accepted = await judged('verify', base, '--policy', policy, ...kMadeWorld());
        assert.equal(accepted.code, 0, accepted.stdout);
        assert.match(accepted.stdout, /^ACCEPTED/m);
        assert.match(accepted.stdout, /^ok .*\[statement\.config\]$/m);
        const elsewhere = await said('pramana',
            ['verify', base, '--policy', policy, ...kMadeWorld()]);
        assert.equal(elsewhere.code, 1, 'the vendors\' roots still refuse it');
        for (const [name, options, sentence] of [
            ['own', ['--policy', own], /^WARNING: .* no policy says which program may run/m],
            ['made', ['--policy', policy, '--ledger', ledger],
                /^the validator's enclave is what the policy asks for/m],
        ]) {
            const { code, stderr } = await judged(...contributing(name), ...options,
                '--collateral', join(directory, 'collateral.json'));
            assert.match(stderr, sentence);
            // It goes on to the chain, whose DLP asks for another instruction.
            assert.match(stderr, /^error: instruction_mismatch: /m);
            assert.equal(code, 65, stderr);
        }
        const noted = JSON.parse(readFileSync(ledger, 'utf8'));
        assert.deepEqual(Object.keys(noted.seen).map((name) => name.split(/[ :]/)[0]),
            ['pck_crl', 'qe_identity', 'root_ca_crl', 'tcb_info']);
        noted.seen.root_ca_crl.number += 1;
        writeFileSync(ledger, JSON.stringify(noted));
        await assertSentNothing(judged,
            ['--policy', policy, '--ledger', ledger, ...kMadeWorld().slice(0, 2)],
            /NOT ACCEPTED: intel\.collateral\.not_older failed/);
        writeFileSync(ledger, '{}');
        const torn = await judged(...contributing('torn'), '--policy', policy, '--ledger', ledger,
            ...kMadeWorld().slice(0, 2));
        assert.equal(torn.code, 65, torn.stderr);
        assert.match(torn.stderr, /^error: store_corrupt: .*ledger\.json/m);
    }, `made:${directory}`);
    config.log = { level: 'warn' };  // another configuration file, another root
    await serving(async () => {
        await assertSentNothing(judged, ['--policy', policy, ...kMadeWorld().slice(0, 2)],
            /NOT ACCEPTED: statement\.config failed/);
        const { code, stdout } = await judged('verify', base, '--policy', policy, ...kMadeWorld());
        assert.equal(code, 1);
        assert.match(stdout, /^FAILED .*\[statement\.config\]$/m);
        assert.match(stdout, /^ok .*\[intel\.pck\.root\]$/m);
    }, `made:${directory}`);
});
