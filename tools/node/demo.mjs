#!/usr/bin/env node
// Plays four contributors against a fresh chain and a validator in development mode. tools/demo calls it.

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatEther, parseEther } from 'ethers';
import {
    addTee, contractsOf, kAccount, requestReward, revertName, setInstruction, startDevnet, testWallet, verifyProof,
} from './chain.mjs';

const { values: option } = parseArgs({
    options: { bin: { type: 'string' }, texts: { type: 'string' }, work: { type: 'string' } },
});
const kStartMsMax = 20_000;
const kContributeMsMax = 120_000;
const kFeeWei = parseEther('0.1');
/** Whose score is computed a second time, from file and corpus. */
const kRecomputed = 1;

/** Who contributes what. `why` says what the reader should look for in the table. */
const kCast = [
    { name: 'Asha', account: 2, file: 'original.txt', what: 'an original text' },
    { name: 'Bo', account: 3, file: 'paraphrase.txt', what: 'a near-paraphrase of it' },
    { name: 'Chen', account: 4, file: 'original.txt', what: 'an exact copy from another wallet' },
    { name: 'Dina', account: 5, file: 'chatgpt_export.zip', what: 'a ChatGPT export' },
];

const say = (text) => console.log(text);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function freePort() {
    return new Promise((done, fail) => {
        const server = createServer();
        server.once('error', fail);
        server.listen(0, '127.0.0.1', () => {
            const { port } = server.address();
            server.close(() => done(port));
        });
    });
}

/** Runs a program to its end. Returns {code, output}; lines of its standard error go to `onLine`. */
function run(program, args, onLine = () => {}) {
    return new Promise((done, fail) => {
        const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
        const late = setTimeout(() => child.kill('SIGKILL'), kContributeMsMax);
        let output = '';
        let pending = '';
        child.stdout.on('data', (chunk) => { output += chunk; });
        child.stderr.on('data', (chunk) => {
            const lines = (pending + chunk).split('\n');
            pending = lines.pop();
            lines.forEach(onLine);
        });
        child.on('error', fail);
        child.on('close', (code) => {
            clearTimeout(late);
            done({ code, output });
        });
    });
}

function writeConfig(port, deployment) {
    const directory = resolve(option.work);
    mkdirSync(join(directory, 'data'), { recursive: true });
    // The published test key of the local chain's account 1: worth nothing anywhere.
    writeFileSync(join(directory, 'tee.key'), `${testWallet(kAccount.tee).privateKey.slice(2)}\n`, { mode: 0o600 });
    const config = {
        listen: { address: '127.0.0.1', port },
        public_base_url: `http://127.0.0.1:${port}`,
        data_dir: join(directory, 'data'),
        model: resolve('models/all-minilm-l6-v2.pramana'),
        chain: {
            chain_id: deployment.chain_id,
            rpc_urls: [deployment.rpc_url],
            data_registry: deployment.data_registry,
            tee_pool: deployment.tee_pool,
            final_depth: 2,
            ask_finalized_tag: false,
            poll_ms: 200,
        },
        dlps: [{ address: deployment.dlp, dlp_id: deployment.dlp_id, ruleset: 'default-1' }],
        min_bid_wei: kFeeWei.toString(),
        development: { key_file: join(directory, 'tee.key') },
    };
    const path = join(directory, 'pramana.json');
    writeFileSync(path, `${JSON.stringify(config, null, 2)}\n`);
    return path;
}

/** Starts the validator; its log goes to a file. Returns the process once /livez answers. */
async function startValidator(config, base) {
    const log = openSync(join(option.work, 'validator.log'), 'a');
    const child = spawn(join(option.bin, 'pramana-dev'), ['serve', '--config', config], { stdio: ['ignore', log, log] });
    let ended = false;
    child.once('exit', () => { ended = true; });
    for (const deadline = Date.now() + kStartMsMax; Date.now() < deadline && !ended; await sleep(50)) {
        const reply = await fetch(`${base}/livez`).catch(() => null);
        if (reply?.ok) return child;
    }
    child.kill('SIGKILL');
    const tail = readFileSync(join(option.work, 'validator.log'), 'utf8').split('\n').slice(-8).join('\n');
    throw new Error(`the validator did not start:\n${tail}`);
}

async function fetchJson(url) {
    const reply = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    if (!reply.ok) throw new Error(`${url}: HTTP ${reply.status}`);
    return reply.json();
}

/** What an operator does once: put the validator's address and key into the pool, its instruction into the DLP. */
async function register(devnet, base) {
    const { statement } = await fetchJson(`${base}/v1/attestation`);
    const admin = testWallet(kAccount.admin, devnet.provider);
    const { pool } = contractsOf(devnet.deployment, admin);
    await addTee(devnet.provider, pool, {
        address: statement.signing_address, url: base, publicKey: statement.encryption_key,
    });
    const served = statement.dlps.find((d) => d.address.toLowerCase() === devnet.deployment.dlp.toLowerCase());
    await setInstruction(devnet.provider, devnet.deployment, served.instruction);
    say(`  validator ${statement.signing_address}, evidence: ${statement.provider}`);
    say(`  instruction ${served.instruction}`);
}

/** One contributor, with our own command line: seal, upload, register, pay for the proof, wait. */
async function contribute(devnet, base, person) {
    const keyFile = join(option.work, `${person.name.toLowerCase()}.key`);
    writeFileSync(keyFile, `${testWallet(person.account).privateKey.slice(2)}\n`, { mode: 0o600 });
    say(`\n${person.name} contributes ${person.what} (${person.file})`);
    const { code, output } = await run(join(option.bin, 'pramana-dev'), [
        'contribute', '--validator', base, '--rpc', devnet.deployment.rpc_url,
        '--dlp', devnet.deployment.dlp, '--key-file', keyFile, '--state-dir', join(option.work, 'clients'), '--json',
        join(option.texts, person.file),
    ], (line) => say(`  ${line}`));
    if (code !== 0) throw new Error(`${person.name}: contribute ended with ${code}`);
    return JSON.parse(output);
}

async function reward(devnet, person, status) {
    try {
        const wallet = testWallet(person.account, devnet.provider);
        const paid = await requestReward(devnet.deployment, wallet, status.file_id, status.proof_index);
        return formatEther(paid.amount);
    } catch (error) {
        if (revertName(error) === 'InvalidScore()' && status.result.pay_1024 === 0) return 'none (score 0)';
        throw error;
    }
}

function table(rows) {
    const head = Object.keys(rows[0]);
    const width = head.map((name) => Math.max(name.length, ...rows.map((row) => String(row[name]).length)));
    const line = (cells) => cells.map((cell, i) => String(cell).padEnd(width[i])).join('  ').trimEnd();
    say(line(head));
    say(width.map((n) => '-'.repeat(n)).join('  '));
    rows.forEach((row) => say(line(Object.values(row))));
}

/** What the codes in the last column mean, in the order in which they appear. */
function explain(rows) {
    const meaning = {
        new: 'nothing like it was there before',
        near_copy: 'most of it says what an earlier contribution says, in the same or other words',
        partly_known: 'a part of it was there before',
        exact_copy: 'the same text was contributed before',
        below_minimum: 'too little is new to be paid',
        repetitive: 'it repeats itself',
    };
    say('\nUniqueness leaves the enclave in steps of 1/8; novel mass is in characters.');
    const codes = new Set(rows.flatMap((row) => row.why.split(', ')));
    for (const code of codes) if (meaning[code]) say(`  ${code}: ${meaning[code]}`);
}

const share = (milli) => (milli / 1000).toFixed(3);

async function rowOf(devnet, person, status) {
    const receipt = await devnet.provider.getTransactionReceipt(status.tx_hash);
    const { result } = status;
    return {
        file: person.file,
        who: person.name,
        chunks: result.chunks,
        'novel mass': result.novel_mass,
        uniqueness: share(result.uniqueness_milli),
        quality: share(result.quality_milli),
        pay: (result.pay_1024 / 1024).toFixed(3),
        'proof tx': `${status.tx_hash.slice(0, 12)}…`,
        gas: Number(receipt.gasUsed),
        reward: await reward(devnet, person, status),
        why: result.reasons.join(', ') || 'new',
    };
}

/** Twice, by code that shares nothing: our command line, and a stranger with viem. */
async function verify(devnet, base, person, status) {
    const own = await run(join(option.bin, 'pramana-dev'), [
        'verify', '--rpc', devnet.deployment.rpc_url, '--registry', devnet.deployment.data_registry,
        '--pool', devnet.deployment.tee_pool, '--dlp', devnet.deployment.dlp,
        '--file-id', String(status.file_id), '--proof-index', String(status.proof_index), '--allow-plain-http',
    ]);
    const other = await verifyProof(devnet.deployment, devnet.provider, status.file_id, status.proof_index,
        { withDocument: true });
    const ok = own.code === 0 && other.ok;
    const failed = other.checks.filter((check) => !check.ok).map((check) => check.name).join('; ');
    say(`  ${person.name.padEnd(5)} ${ok ? 'verified' : 'NOT VERIFIED'}: ${other.checks.length} checks by a stranger's code, ` +
        `${own.output.split('\n').filter((line) => line.startsWith('ok')).length} by pramana verify` +
        (ok ? '' : `\n${own.output}${failed}`));
    return ok;
}

async function fetchText(url) {
    const reply = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    if (!reply.ok) throw new Error(`${url}: HTTP ${reply.status}`);
    return reply.text();
}

/** Replays a score from the file, the wallet's key and the stopped validator's corpus. */
async function recompute(person, documentPath, config) {
    const { code, output } = await run(join(option.bin, 'pramana-dev'), [
        'recompute', documentPath, join(option.texts, person.file), '--config', config,
        '--key-file', join(option.work, `${person.name.toLowerCase()}.key`),
    ], (line) => say(`  ${line}`));
    say(`\nrecomputing ${person.name}'s score from ${person.file} and the validator's corpus`);
    say(`  ${output.trimEnd().split('\n').at(-1)}`);
    return code === 0;
}

/** What the demo promises; a promise broken is a failure. */
function checkPromises(rows) {
    const [original, paraphrase, copy] = rows;
    const promises = [
        ['the original is new (uniqueness >= 0.95)', Number(original.uniqueness) >= 0.95],
        ['the paraphrase is not (uniqueness <= 0.35)', Number(paraphrase.uniqueness) <= 0.35],
        ['the copy earns nothing', copy.reward === 'none (score 0)' && Number(copy.pay) === 0],
    ];
    const broken = promises.filter(([, kept]) => !kept).map(([name]) => name);
    if (broken.length > 0) throw new Error(`not as promised: ${broken.join('; ')}`);
}

async function play(devnet, port) {
    const base = `http://127.0.0.1:${port}`;
    const config = writeConfig(port, devnet.deployment);
    const validator = await startValidator(config, base);
    const stop = async () => {
        if (validator.exitCode !== null || validator.signalCode !== null) return;
        const ended = new Promise((done) => validator.once('exit', done));
        validator.kill('SIGTERM');
        await Promise.race([ended, sleep(10_000).then(() => validator.kill('SIGKILL'))]);
    };
    try {
        say(`  chain ${devnet.deployment.chain_id} at ${devnet.deployment.rpc_url}, validator at ${base}`);
        await register(devnet, base);
        const statuses = [];
        for (const person of kCast) statuses.push(await contribute(devnet, base, person));
        say('');
        const rows = [];
        for (const [i, person] of kCast.entries()) rows.push(await rowOf(devnet, person, statuses[i]));
        table(rows);
        explain(rows);
        say('\nverifying each proof from the chain and the document behind it');
        let verified = 0;
        for (const [i, person] of kCast.entries()) verified += await verify(devnet, base, person, statuses[i]) ? 1 : 0;
        checkPromises(rows);
        const document = join(option.work, 'proof.json');
        writeFileSync(document, await fetchText(statuses[kRecomputed].proof_url));
        await stop();
        const recomputed = await recompute(kCast[kRecomputed], document, config);
        const proofs = statuses.filter((status) => status.proof_index > 0).length;
        say(`\ndemo: ${kCast.length} contributions, ${proofs} proofs on chain, ${verified} verified`);
        return recomputed && verified === kCast.length && proofs === kCast.length;
    } finally {
        await stop();
    }
}

const devnet = await startDevnet({ feeWei: kFeeWei, tee: null });
try {
    // A block each second, as on a real chain: nothing is final by accident.
    await devnet.rpc('evm_setIntervalMining', 1);
    process.exitCode = await play(devnet, await freePort()) ? 0 : 1;
} catch (error) {
    console.error(`demo: ${error.message}`);
    process.exitCode = 1;
} finally {
    await devnet.stop();
}
