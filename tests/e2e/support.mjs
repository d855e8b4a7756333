// A world for the daemon: a chain that mines, a validator process, a host for foreign files.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
    addTee, contractsOf, fileKeyOf, kAccount, sealFile, setInstruction, startDevnet, testWallet, verifyProof,
} from '../../tools/node/chain.mjs';

export const kFeeWei = 10n ** 17n;
/** English prose that every Debian carries. */
export const kTexts = ['GPL-3', 'Apache-2.0', 'Artistic', 'MPL-2.0', 'GFDL-1.3', 'LGPL-2.1']
    .map((name) => readFileSync(`/usr/share/common-licenses/${name}`));

const kStartMsMax = 60_000;
const kStopMsMax = 20_000;
const kBlockMs = 100;
const kWaitMsMax = 120_000;

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function required(name) {
    if (!process.env[name]) throw new Error(`${name} is not set: ctest sets it`);
    return process.env[name];
}
const kModel = required('PRAMANA_MODEL');
const kBin = required('PRAMANA_BIN');
const program = (name) => join(kBin, name);

/** Calls `look` until it gives something; fails loudly when it never does. */
export async function until(what, look, waitMs = kWaitMsMax) {
    for (const deadline = Date.now() + waitMs; Date.now() < deadline; await sleep(50)) {
        const seen = await look();
        if (seen) return seen;
    }
    throw new Error(`timed out: ${what}`);
}

/** A port of loopback that is free now. */
export async function freePort() {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    server.close();
    await once(server, 'close');
    return port;
}

/** A host of files on loopback: `files` maps paths to bytes. {url, port, files, close()}. */
export async function startHost() {
    const files = new Map();
    const server = createServer((request, reply) => {
        const found = files.get(request.url);
        reply.writeHead(found ? 200 : 404).end(found);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    return { url: `http://127.0.0.1:${port}`, port, files, close: () => server.close() };
}

/** Runs a program to its end. {code, output, errors}. */
export async function run(name, args) {
    const child = spawn(program(name), args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const late = setTimeout(() => child.kill('SIGKILL'), kWaitMsMax);
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text) => { output += text; });
    child.stderr.setEncoding('utf8').on('data', (text) => { errors += text; });
    const [code] = await once(child, 'close');
    clearTimeout(late);
    return { code, output, errors };
}

/** What `pramana` says; it has to end well. */
export async function pramana(...words) {
    const { code, output, errors } = await run('pramana', words);
    assert.equal(code, 0, errors);
    return output;
}

/** A contribution's proof holds for a stranger's code and for ours, from the chain and its document. */
export async function assertVerified({ deployment, provider }, status) {
    const other = await verifyProof(deployment, provider, status.file_id, status.proof_index,
        { withDocument: true });
    assert.deepEqual(other.checks.filter((check) => !check.ok), []);
    const own = await run('pramana-dev', [
        'verify', '--rpc', deployment.rpc_url, '--registry', deployment.data_registry, '--pool',
        deployment.tee_pool, '--dlp', deployment.dlp, '--file-id', String(status.file_id),
        '--proof-index', String(status.proof_index), '--allow-plain-http',
    ]);
    assert.equal(own.code, 0, own.output + own.errors);
}

/** Writes a ruleset's page, which has to be right: {file, digest}. */
export async function checkedPage(file, page) {
    writeFileSync(file, JSON.stringify(page, null, 4));
    await pramana('ruleset', 'check', file);
    return { file, digest: (await pramana('ruleset', 'hash', file)).trim() };
}

/** The validator process of a world. One runs at a time; its log grows over all of them. */
export class Validator {
    constructor(directory, config) {
        this.base = config.public_base_url;
        this.configFile = join(directory, 'pramana.json');
        this.logFile = join(directory, 'validator.log');
        writeFileSync(this.configFile, JSON.stringify(config, null, 2));
        this.ended = Promise.resolve();
    }

    /** Starts and waits until it answers. `crashAt` names a crash point, `more` are options. */
    async start(crashAt = '', more = []) {
        const log = openSync(this.logFile, 'a');
        const environment = { ...process.env, PRAMANA_CRASH_AT: crashAt };
        if (!crashAt) delete environment.PRAMANA_CRASH_AT;
        this.child = spawn(program('pramana-dev'), ['serve', '--config', this.configFile, ...more],
            { stdio: ['ignore', log, log], env: environment });
        this.ended = once(this.child, 'exit');
        await until('the validator answers', async () => {
            if (this.child.exitCode !== null) throw new Error(`it did not start:\n${this.log()}`);
            return (await fetch(`${this.base}/livez`).catch(() => null))?.ok;
        }, kStartMsMax);
    }

    get alive() { return this.child.exitCode === null && this.child.signalCode === null; }

    /** SIGTERM; resolves with the exit code. */
    async stop() {
        if (!this.alive) return this.child.exitCode;
        this.child.kill('SIGTERM');
        const late = setTimeout(() => this.child.kill('SIGKILL'), kStopMsMax);
        const [code] = await this.ended;
        clearTimeout(late);
        return code;
    }

    log() { return readFileSync(this.logFile, 'utf8').split('\n').slice(-40).join('\n'); }

    async json(path) {
        const reply = await fetch(this.base + path, { signal: AbortSignal.timeout(20_000) });
        return { status: reply.status, body: await reply.json() };
    }

    post(path, type, body) {
        return fetch(this.base + path, {
            method: 'POST', headers: { 'Content-Type': type }, body,
            signal: AbortSignal.timeout(kWaitMsMax),
        });
    }

    /** RunProof: {status, body}. */
    async runProof(body) {
        const reply = await this.post('/RunProof', 'application/json', JSON.stringify(body));
        return { status: reply.status, body: await reply.json() };
    }

    /** The job's status once `wanted` holds of it; a wrong end fails at once. */
    status(jobId, wanted = (status) => status.stage === 'final') {
        return until(`job ${jobId}`, async () => {
            const reply = await this.json(`/v1/jobs/${jobId}`).catch(() => null);
            if (reply?.status !== 200) return null;
            if (wanted(reply.body)) return reply.body;
            if (reply.body.terminal) throw new Error(`ended as ${JSON.stringify(reply.body)}`);
            return null;
        }).catch((error) => { throw new Error(`${error.message}\n${this.log()}`); });
    }
}

/**
 * Everything for a test file: {deployment, provider, rpc, validator, host, statement, wallet(i),
 * keyFile(i), directory, stop()}. Blocks come by themselves. `changes` are settings that are
 * otherwise, or a function of (deployment, directory, devnet) that gives them.
 */
export async function startWorld(changes = {}, devnetOptions = {}) {
    const directory = mkdtempSync(join(tmpdir(), 'pramana-e2e-'));
    const devnet = await startDevnet({ feeWei: kFeeWei, ...devnetOptions });
    const host = await startHost();
    const port = await freePort();
    const teeKey = testWallet(kAccount.tee).privateKey.slice(2);
    writeFileSync(join(directory, 'tee.key'), teeKey, { mode: 0o600 });
    const { deployment } = devnet;
    const validator = new Validator(directory, {
        listen: { address: '127.0.0.1', port },
        public_base_url: `http://127.0.0.1:${port}`,
        data_dir: 'data',
        model: kModel,
        chain: {
            chain_id: deployment.chain_id,
            rpc_urls: [deployment.rpc_url],
            data_registry: deployment.data_registry,
            tee_pool: deployment.tee_pool,
            final_depth: 2,
            ask_finalized_tag: false,
            poll_ms: 100,
        },
        dlps: [{ address: deployment.dlp, dlp_id: deployment.dlp_id, ruleset: 'default-1' }],
        min_bid_wei: kFeeWei.toString(),
        limits: { upload_bytes_max: 1 << 20, run_proof_wait_s: 60 },
        development: { key_file: 'tee.key', fetch_allow: [`127.0.0.1:${host.port}`] },
        ...(typeof changes === 'function' ? await changes(deployment, directory, devnet) : changes),
    });
    let mining = true;
    const miner = (async () => {
        while (mining) {
            await sleep(kBlockMs);
            await devnet.rpc('evm_mine').catch(() => {});
        }
    })();
    const stop = async () => {
        mining = false;
        await miner;
        if (validator.child) await validator.stop();
        host.close();
        await devnet.stop();
        rmSync(directory, { recursive: true, force: true });
    };
    try {
        await validator.start();
        const { statement } = (await validator.json('/v1/attestation')).body;
        const { pool } = contractsOf(deployment, testWallet(kAccount.admin, devnet.provider));
        deployment.tee = {
            address: statement.signing_address, url: validator.base,
            public_key: statement.encryption_key,
        };
        await addTee(devnet.provider, pool, {
            address: statement.signing_address, url: validator.base,
            publicKey: statement.encryption_key,
        });
        await setInstruction(devnet.provider, deployment, statement.dlps[0].instruction);
        const keyFile = (index) => {
            const path = join(directory, `wallet-${index}.key`);
            writeFileSync(path, testWallet(index).privateKey.slice(2), { mode: 0o600 });
            return path;
        };
        const wallet = (index) => testWallet(index, devnet.provider);
        return { ...devnet, deployment, validator, host, statement, wallet, keyFile, directory, stop };
    } catch (error) {
        await stop();
        throw error;
    }
}

/** Changes the configuration of the stopped validator. */
export function configure(validator, change) {
    const config = JSON.parse(readFileSync(validator.configFile, 'utf8'));
    change(config);
    writeFileSync(validator.configFile, JSON.stringify(config));
}

/** `text` sealed under the wallet's file key. */
export const sealFor = async (wallet, text) =>
    Buffer.from(await sealFile(text, await fileKeyOf(wallet)));

/** The proofs that the registry holds for a file. */
export async function proofsOf(world, fileId) {
    const { registry } = contractsOf(world.deployment, world.provider);
    const proofs = [];
    for (let index = 1n; ; ++index) {
        const proof = await registry.fileProofs(fileId, index);
        if (proof.signature === '0x') return proofs;
        proofs.push(proof);
    }
}
