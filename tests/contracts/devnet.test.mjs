// The command-line tools: what they write, how they end, what they refuse.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect, contractsOf, kAccount, startAnvil, testWallet } from '../../tools/node/chain.mjs';

const kTools = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'tools', 'node');
const kRuleset = 'ab'.repeat(32);
const directory = mkdtempSync(join(tmpdir(), 'pramana-devnet-'));
after(() => rmSync(directory, { recursive: true, force: true }));

const isAlive = (pid) => existsSync(`/proc/${pid}`);

async function until(condition, what) {
    for (let tries = 0; tries < 600; ++tries) {
        if (condition()) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`waited in vain for ${what}`);
}

/** Starts devnet.mjs and waits for its file. Returns {child, deployment, path}. */
async function startCli(name, ...args) {
    const path = join(directory, `${name}.json`);
    const child = spawn(process.execPath, [join(kTools, 'devnet.mjs'), '--out', path, ...args],
        { stdio: 'ignore' });
    await until(() => existsSync(path) || child.exitCode !== null, path);
    return { child, path, deployment: JSON.parse(readFileSync(path, 'utf8')) };
}

async function endWith(child, signal) {
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
}

test('devnet.mjs writes what is on the chain, and SIGTERM ends it and its node', async () => {
    const tee = testWallet(kAccount.firstContributor + 5);
    const key = tee.signingKey.publicKey;
    const { child, path, deployment } = await startCli('terminated', '--dlps', '2',
        '--fee-wei', '7', '--ruleset', kRuleset, '--tee-address', tee.address,
        '--tee-url', 'https://tee.invalid', '--tee-public-key', key, '--cancel-delay', '30');
    const provider = connect(deployment.rpc_url, deployment.chain_id);
    const { pool, dlp, token } = contractsOf(deployment, provider, 1);
    assert.equal(await pool.teeFee(), 7n);
    assert.equal(await pool.cancelDelay(), 30n);
    assert.deepEqual((await pool.tees(tee.address)).toArray(),
        [tee.address, 'https://tee.invalid', 1n, 0n, 0n, 0n, key]);
    const address = dlp.target.toLowerCase();
    assert.equal(await dlp.proofInstruction(), `pramana:1:31337:${address}:${kRuleset}`);
    assert.equal(await dlp.publicKey(), deployment.dlps[1].public_key);
    assert.equal(await token.balanceOf(dlp.target), BigInt(deployment.dlps[1].budget));

    const changed = spawnSync(process.execPath, [join(kTools, 'set_instruction.mjs'),
        '--deployment', path, '--dlp-index', '1', '--instruction', 'another']);
    assert.equal(changed.status, 0, String(changed.stderr));
    assert.equal(await dlp.proofInstruction(), 'another');
    const rewritten = JSON.parse(readFileSync(path, 'utf8'));
    assert.equal(rewritten.dlps[1].proof_instruction, 'another');
    assert.equal(rewritten.proof_instruction, deployment.proof_instruction);
    provider.destroy();

    await endWith(child, 'SIGTERM');
    assert.equal(child.exitCode, 0);
    assert.equal(isAlive(deployment.anvil_pid), false);
});

test('the node does not outlive a devnet.mjs that is killed', async () => {
    const { child, deployment } = await startCli('killed');
    assert.equal(isAlive(deployment.anvil_pid), true);
    await endWith(child, 'SIGKILL');
    await until(() => !isAlive(deployment.anvil_pid), 'the end of anvil');
});

test('without mining nothing moves after the deployment until a block is asked for', async () => {
    const { child, deployment } = await startCli('manual', '--no-mining',
        '--slots-in-an-epoch', '1');
    const provider = connect(deployment.rpc_url, deployment.chain_id);
    const sender = testWallet(kAccount.firstContributor, provider);
    const sent = await sender.sendTransaction({ to: sender.address, value: 1n });
    assert.equal(await provider.getTransactionReceipt(sent.hash), null);
    assert.equal(await provider.getBlockNumber(), deployment.deployed_at_block);
    await provider.send('evm_mine', []);
    assert.equal((await provider.getTransactionReceipt(sent.hash)).status, 1);
    const final = await provider.getBlock('finalized');
    assert.equal(final.number, deployment.deployed_at_block + 1 - 2);
    provider.destroy();
    await endWith(child, 'SIGTERM');
});

test('a node that cannot start is an error with its words, not a hang', async () => {
    const first = await startAnvil();
    await assert.rejects(startAnvil({ port: first.port }), /anvil: exit/);
    await first.stop();
    assert.equal(isAlive(first.pid), false);
});

// arguments, what stderr says
const kRefused = [
    [[], /usage: /],
    [['--out', 'x', '--dlps', 'two'], /--dlps: a whole number/],
    [['--out', 'x', '--tee-address', '0x00'], /go together/],
    [['--out', 'x', '--ruleset', 'ab'], /64 hex digits/],
    [['--out', 'x', '--unknown'], /unknown/],
];
for (const [args, says] of kRefused) {
    test(`devnet.mjs refuses ${args.join(' ') || 'no arguments'}`, () => {
        const path = args.map((arg) => (arg === 'x' ? join(directory, 'refused.json') : arg));
        const run = spawnSync(process.execPath, [join(kTools, 'devnet.mjs'), ...path]);
        assert.equal(run.status, 2);
        assert.match(String(run.stderr), says);
        assert.equal(existsSync(join(directory, 'refused.json')), false);
    });
}
