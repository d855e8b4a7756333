// What an operator does: list jobs, replay one, check the chain, scrape metrics; beside a running
// validator and without one.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
    contractsOf, kAccount, registerFile, requestProof, runProofBody, setInstruction,
} from '../../tools/node/chain.mjs';
import { freePort, kTexts, run, sealFor, startWorld, until } from './support.mjs';

let world;
let metricsPort;
let jobs;

const operator = (...args) =>
    run('pramana-dev', [...args, '--config', world.validator.configFile]);
const metrics = async () =>
    (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
const valueOf = (text, sample) => {
    const line = text.split('\n').find((each) => each.startsWith(`${sample} `));
    return line === undefined ? null : Number(line.slice(sample.length + 1));
};

before(async () => {
    metricsPort = await freePort();
    world = await startWorld({ metrics: { port: metricsPort } });
    jobs = [];
    for (const [index, wallet] of [3, 4].entries()) {
        world.host.files.set(`/${index}`, await sealFor(world.wallet(wallet), kTexts[index]));
        const { fileId } =
            await registerFile(world.deployment, world.wallet(wallet), `${world.host.url}/${index}`);
        const { jobId } = await requestProof(world.deployment, world.wallet(wallet), fileId);
        jobs.push({ jobId, fileId, wallet });
    }
    // The first one gets its key, the second waits for it.
    const [{ jobId, fileId, wallet }] = jobs;
    const body = await runProofBody(world.deployment, world.wallet(wallet), { jobId, fileId });
    assert.equal((await world.validator.runProof(body)).status, 200);
    await world.validator.status(jobId);
});
after(() => world?.stop());

test('jobs: beside the running validator, as a table and as lines of JSON', async () => {
    const { code, output, errors } = await operator('jobs');
    assert.equal(code, 0, errors);
    const lines = output.split('\n');
    assert.match(lines[0], /^JOB +FILE +OWNER +STATE +AGE +IN +NONCE +TX +TRIES +PROOF +REASON$/);
    assert.match(output, /^ *2 +2 +0x[0-9a-f]{6}\.\.\.[0-9a-f]{4} +waiting_key /m, 'newest first');
    assert.match(output, /^ *1 +1 +0x[0-9a-f]{6}\.\.\.[0-9a-f]{4} +final +\S+ +\S+ +\d+ +1 +- +1 +-$/m);
    const listed = (await operator('jobs', '--json')).output.trim().split('\n').map(JSON.parse);
    assert.deepEqual(listed.map((job) => [job.job_id, job.state]), [[2, 'waiting_key'], [1, 'final']]);
    assert.equal(listed[1].proof_index, 1);
    assert.equal(listed[1].tx_hash.length, 66);
    const open = await operator('jobs', '--state', 'open', '--json');
    assert.equal(JSON.parse(open.output).job_id, 2);
    assert.equal((await operator('jobs', '--state', 'refused')).output, 'no such job\n');
    assert.equal((await operator('jobs', '--state', 'lost')).code, 64);
});

test('replay: every stage with its time, every raw transaction', async () => {
    const { code, output, errors } = await operator('replay', '1');
    assert.equal(code, 0, errors);
    for (const stage of ['received', 'waiting_key', 'queued', 'placed', 'proved', 'sent', 'final'])
        assert.match(output, new RegExp(`^20\\d\\d-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d +\\+\\S+ +${stage}$`, 'm'));
    const replayed = JSON.parse((await operator('replay', '1', '--json')).output);
    const sent = replayed.timeline.filter((moment) => moment.what === 'transaction');
    assert.ok(sent.length >= 1);
    const known = await world.rpc('eth_getTransactionByHash',
        /hash (0x[0-9a-f]{64})/.exec(sent.at(-1).text)[1]);
    assert.ok(known.blockNumber, 'the printed hash is the one on chain');
    // Raw bytes are whole: a node has them already.
    const again = await world.rpc('eth_sendRawTransaction', sent.at(-1).raw).catch((error) => error);
    assert.match(String(again.message ?? again), /nonce too low|already/i);
    assert.match(output, /now final, proof index 1/);
    const missing = await operator('replay', '77');
    assert.equal(missing.code, 66);
    assert.match(missing.errors, /next: `jobs` lists/);
});

test('chain check: well, then the named problem and what to do', async () => {
    const well = await operator('chain', 'check');
    assert.equal(well.code, 0, well.output + well.errors);
    for (const name of ['endpoint', 'data_registry', 'tee_pool', 'worker', 'worker_url', 'worker_key',
        'fees', 'balance', 'dlp'])
        assert.match(well.output, new RegExp(`^ok +${name} `, 'm'));
    assert.match(well.output, /^warn +quorum +a single endpoint/m);
    assert.match(well.output, /pays \d+ proofs at/);

    await setInstruction(world.provider, world.deployment, 'something else');
    const other = await operator('chain', 'check', '--json');
    assert.equal(other.code, 1);
    const report = JSON.parse(other.output);
    assert.equal(report.ok, false);
    assert.equal(report.problem, 'dlp');
    assert.match(report.findings.find((finding) => finding.verdict === 'fail').next_step,
        /updateProofInstruction\("pramana:1:/);
    await setInstruction(world.provider, world.deployment, world.statement.dlps[0].instruction);

    const stranger = await operator('chain', 'check', '--address', `0x${'11'.repeat(20)}`);
    assert.equal(stranger.code, 1);
    assert.match(stranger.output, /^problem: worker: 0x1{40} is not registered/m);
});

test('chain check: endpoints that are dead, lie about the chain, or are no contracts', async () => {
    const config = JSON.parse(readFileSync(world.validator.configFile, 'utf8'));
    const file = join(world.directory, 'other.json');
    const check = async (change) => {
        const changed = structuredClone(config);
        change(changed);
        writeFileSync(file, JSON.stringify(changed));
        return run('pramana-dev', ['chain', 'check', '--config', file]);
    };
    const dead = await check((each) => { each.chain.rpc_urls = ['http://127.0.0.1:9']; });
    assert.equal(dead.code, 1);
    assert.match(dead.output, /^FAIL +endpoint +http:\/\/127\.0\.0\.1:9: /m);
    assert.match(dead.output, /^problem: endpoint/m);
    const half = await check((each) => { each.chain.rpc_urls.push('http://127.0.0.1:9'); });
    assert.match(half.output, /^FAIL +quorum +1 of 2 answer/m);
    const one = await check((each) => {
        each.chain.rpc_urls.push('http://127.0.0.1:9');
        each.chain.rpc_quorum = 1;
    });
    assert.match(one.output, /^ok +quorum +1 of 2 answer/m, 'the quorum is the configured one');
    assert.match(one.output, /^ok +tee_pool /m, 'and the rest is looked at with it');
    const all = await check((each) => {
        const [url] = each.chain.rpc_urls;
        each.chain.rpc_urls = [url, `${url}/?again`, 'http://127.0.0.1:9'];
        each.chain.rpc_quorum = 3;
    });
    assert.match(all.output, /^FAIL +quorum +2 of 3 answer.*\n +next: .*deciding reads need 3\./m);
    const foreign = await check((each) => { each.chain.tee_pool = each.chain.data_registry; });
    assert.match(foreign.output, /^FAIL +tee_pool .* is no TeePool/m);
    const chain = await check((each) => { each.chain.chain_id = 1337; });
    assert.match(chain.output, /^FAIL +endpoint .*wrong_chain/m);
});

test('chain check: a ruleset from a file counts as it does for serve', async () => {
    const { output: text } = await run('pramana-dev', ['version', '--ruleset', 'default-1']);
    writeFileSync(join(world.directory, 'lab.json'), text.replace('"name":"default-1"', '"name":"lab-1"'));
    const config = JSON.parse(readFileSync(world.validator.configFile, 'utf8'));
    const file = join(world.directory, 'ruleset.json');
    const check = async (sha256) => {
        const dlps = [{ ...config.dlps[0], ruleset: './lab.json', ruleset_sha256: sha256 }];
        writeFileSync(file, JSON.stringify({ ...config, dlps }));
        return (await run('pramana-dev', ['chain', 'check', '--config', file])).output;
    };
    const other = await check('00'.repeat(32));
    assert.match(other, /^FAIL +dlp .*another one than ruleset_sha256.*expected 0{64}, found [0-9a-f]{64}/m);
    const [, digest] = /found ([0-9a-f]{64})/.exec(other);
    // The DLP still asks for the built-in ruleset.
    assert.match(await check(digest), new RegExp(`updateProofInstruction\\("pramana:1:.*${digest}"`));
});

test('metrics: what prometheus scrapes, and alarms that rise and fall', async () => {
    const text = await until('metrics', async () => {
        const seen = await metrics();
        return valueOf(seen, 'pramana_jobs{state="waiting_key"}') === 1 ? seen : null;
    });
    assert.ok(valueOf(text, 'pramana_balance_proofs_left') > 100);
    assert.equal(valueOf(text, 'pramana_worker_active'), 1);
    assert.equal(valueOf(text, 'pramana_alarm{name="balance_low"}'), 0);
    assert.doesNotMatch(text, /0x[0-9a-fA-F]{40}/, 'no wallets');
    assert.equal((await fetch(`${world.validator.base}/metrics`)).status, 404, 'not in public');

    const tee = world.statement.signing_address;
    const balance = await world.rpc('eth_getBalance', tee, 'latest');
    await world.rpc('anvil_setBalance', tee, '0x1000');
    const alarm = (value) => until(`alarm ${value}`, async () =>
        valueOf(await metrics(), 'pramana_alarm{name="balance_low"}') === value);
    await alarm(1);
    const { body } = await world.validator.json('/readyz?verbose');
    assert.deepEqual(body.alarms, ['balance_low']);
    assert.equal(body.ready, true, 'an alarm is not unreadiness');
    await world.rpc('anvil_setBalance', tee, balance);
    await alarm(0);
    const log = readFileSync(world.validator.logFile, 'utf8');
    const told = (event) => log.split('\n').filter((line) => line.includes(event));
    for (const event of ['app.alarm.raised', 'app.alarm.over']) {
        const lines = told(event);
        assert.equal(lines.filter((line) => line.includes('balance_low')).length, 1,
            `told once for each change: ${lines.join(' | ')}`);
    }
});

test('chain claim: beside the running validator it only looks', async () => {
    const looked = await operator('chain', 'claim', '--dry-run');
    assert.equal(looked.code, 0, looked.errors);
    assert.match(looked.output, /^key 0x\w{40} \(current\): [\d.]+ to pay gas with$/m);
    assert.match(looked.output, /^ +fees +0\.1 of fees in the pool: \d+ gas, about [\d.]+$/m);
    assert.match(looked.output, /^ +reward +job 1, file 1 of DLP 0x\w{40}, proof 1: \d+ gas, about/m);
    assert.match(looked.output, /^to claim: 2, about [\d.]+ of gas\ndry run: nothing was signed/m);
    const refused = await operator('chain', 'claim');
    assert.equal(refused.code, 78);
    assert.match(refused.errors, /store_locked: The validator is running, and only one process/);
    assert.match(refused.errors, /next: .*--dry-run/);
    const other = await operator('chain', 'claim', '--dry-run', '--dlp', '99');
    assert.match(other.errors, /--dlp names no DLP of the configuration/);
    assert.equal((await operator('chain', 'clam')).code, 64);
});

test('chain claim: what is owed is claimed once, and the validator goes on', async () => {
    const { pool, dlp } = contractsOf(world.deployment, world.provider);
    await world.validator.stop();
    const rewarded = await operator('chain', 'claim', '--dlp', String(world.deployment.dlp_id),
        '--json');
    assert.equal(rewarded.code, 0, rewarded.errors);
    const [reward, ...more] = JSON.parse(rewarded.output).claims;
    assert.deepEqual([reward.kind, reward.job_id, reward.state, more.length],
        ['reward', 1, 'final', 0]);
    const [paid, ...again] = await dlp.queryFilter(dlp.filters.RewardRequested());
    assert.equal(again.length, 0);
    assert.equal(paid.transactionHash, reward.tx_hash_included);
    const receipt = await world.provider.getTransactionReceipt(paid.transactionHash);
    assert.equal(reward.cost_wei, String(receipt.gasUsed * receipt.gasPrice));
    assert.equal(receipt.from.toLowerCase(), world.statement.signing_address.toLowerCase());

    const fees = await operator('chain', 'claim');
    assert.equal(fees.code, 0, fees.errors);
    assert.match(fees.output, /^ +final +nonce \d+: block \d+, cost [\d.]+\nclaimed 1 of 1, cost/m);
    assert.equal((await pool.queryFilter(pool.filters.Claimed())).length, 1);
    const nothing = await operator('chain', 'claim');
    assert.equal(nothing.code, 0, nothing.errors);
    assert.match(nothing.output, /^nothing to claim$/m);
    await world.validator.start();
    assert.match((await operator('replay', '1')).output, /transaction +nonce \d+, attempt 1, reward/);
    assert.equal((await world.validator.json('/v1/jobs/1')).body.stage, 'final');
});

test('refused and held jobs say why, to the contributor and to the operator', async () => {
    const wallet = world.wallet(5);
    world.host.files.set('/held', await sealFor(wallet, kTexts[2]));
    const { fileId } = await registerFile(world.deployment, wallet, `${world.host.url}/held`);
    const { jobId } = await requestProof(world.deployment, wallet, fileId);
    const admin = contractsOf(world.deployment, world.wallet(kAccount.admin)).pool;
    await (await admin.removeTee(world.statement.signing_address)).wait();
    const body = await runProofBody(world.deployment, wallet, { jobId, fileId });
    const asked = world.validator.runProof(body);
    const held = await world.validator.status(jobId, (status) => status.cause?.code === 'worker_not_active');
    assert.equal(held.stage, 'waiting_file');
    assert.match(held.cause.next_step, /maintainer/);
    const listed = await operator('jobs', '--state', 'open');
    assert.match(listed.output, /waiting_file .* worker_not_active$/m);
    assert.match(listed.output, /^worker_not_active: The pool does not list/m);
    await asked;
});

test('jobs and replay work when the validator is gone', async () => {
    assert.equal(await world.validator.stop(), 0);
    assert.match((await operator('jobs')).output, /^ *1 +1 .*final/m);
    assert.match((await operator('replay', '1')).output, /now final/);
});
