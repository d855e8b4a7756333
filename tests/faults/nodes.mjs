// Three implementations of an Ethereum node, started on loopback and ended by their process ids.
// What each can be told to do is in its `can` set; what they do differently is in docs/chain.md.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, kTestMnemonic } from '../../tools/node/chain.mjs';

const kTools = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'tools');
const kAnvil = join(kTools, 'node', 'node_modules', '@foundry-rs', 'anvil-linux-amd64', 'bin', 'anvil');
const kChainNodes = join(kTools, 'chain_nodes');
const kSetpriv = '/usr/bin/setpriv';
const kStartMsMax = 60_000;
const kStopMsMax = 5_000;

// Of so many blocks anvil keeps the state, in memory: more than the deepest reorg and the last final
// block need. Without a bound it writes the state of each block under the user's home, and whoever
// is killed leaves it there.
const kStatesKept = 128;

export const kChainId = 31337;
export const kNodes = ['anvil', 'hardhat', 'ganache'];

export const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });

export async function freePort() {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    server.close();
    await once(server, 'close');
    return port;
}

function hardhatConfig(chainId) {
    const network = {
        chainId, accounts: { mnemonic: kTestMnemonic, count: 10 }, initialBaseFeePerGas: 1e9,
        mining: { auto: true, interval: 0, mempool: { order: 'fifo' } }, loggingEnabled: false,
    };
    return `module.exports = ${JSON.stringify({ networks: { hardhat: network } })};\n`;
}

/** Command line of a node: [program, ...arguments]. */
function commandOf(kind, { port, chainId, directory, extra }) {
    const common = ['--port', String(port)];
    if (kind === 'anvil') {
        const pruned = extra.includes('--prune-history');
        return [kAnvil, '--host', '127.0.0.1', ...common, '--chain-id', String(chainId),
            '--hardfork', 'cancun', '--mnemonic', kTestMnemonic, '--accounts', '10',
            '--order', 'fifo', '--slots-in-an-epoch', '8', '--quiet',
            '--cache-path', join(directory, 'states'), ...extra,
            ...(pruned ? [] : ['--prune-history', String(kStatesKept)])];
    }
    const module = (path) => join(kChainNodes, 'node_modules', path);
    if (kind === 'hardhat') {
        writeFileSync(join(directory, 'hardhat.config.cjs'), hardhatConfig(chainId));
        return [process.execPath, module('hardhat/internal/cli/cli.js'), '--config',
            join(directory, 'hardhat.config.cjs'), 'node', '--hostname', '127.0.0.1', ...common];
    }
    // A huge block time is ganache's way to mine only when told.
    return [process.execPath, module('ganache/dist/node/cli.js'), '-h', '127.0.0.1', ...common,
        '--chain.chainId', String(chainId), '-i', String(chainId), '-m', kTestMnemonic,
        '--wallet.totalAccounts', '10', '--miner.blockTime', '100000', '-q'];
}

const kCan = {
    anvil: ['automine', 'reorg', 'drop', 'base_fee', 'balance', 'finalized', 'state'],
    hardhat: ['automine', 'snapshot', 'drop', 'base_fee', 'balance'],
    ganache: ['snapshot', 'balance'],
};

/** A running node. `mine`, `setBalance` and so on speak its own dialect. */
class Node {
    constructor(kind, child, port, directory, options) {
        Object.assign(this, { kind, child, port, directory, options });
        this.rpcUrl = `http://127.0.0.1:${port}`;
        this.chainId = options.chainId;
        this.provider = connect(this.rpcUrl, this.chainId);
        this.ended = once(child, 'exit');
        this.can = new Set(kCan[kind]);
    }

    get pid() { return this.child.pid; }

    rpc(method, ...params) { return this.provider.send(method, params); }

    async mine(blocks = 1) {
        if (this.kind === 'anvil') return this.rpc('anvil_mine', `0x${blocks.toString(16)}`);
        if (this.kind === 'hardhat') return this.rpc('hardhat_mine', `0x${blocks.toString(16)}`);
        for (let i = 0; i < blocks; ++i) await this.rpc('evm_mine');
        return null;
    }

    setBalance(address, wei) {
        const prefix = { anvil: 'anvil', hardhat: 'hardhat', ganache: 'evm' }[this.kind];
        const method = this.kind === 'ganache' ? 'evm_setAccountBalance' : `${prefix}_setBalance`;
        return this.rpc(method, address, `0x${wei.toString(16)}`);
    }

    setNextBaseFee(wei) {
        return this.rpc(`${this.kind}_setNextBlockBaseFeePerGas`, `0x${wei.toString(16)}`);
    }

    drop(hash) { return this.rpc(`${this.kind}_dropTransaction`, hash); }

    /** Ends the process; `signal` SIGKILL as a power cut. */
    async stop(signal = 'SIGTERM') {
        this.provider.destroy();
        if (this.child.exitCode === null && this.child.signalCode === null) {
            this.child.kill(signal);
            const late = setTimeout(() => this.child.kill('SIGKILL'), kStopMsMax);
            await this.ended;
            clearTimeout(late);
        }
        rmSync(this.directory, { recursive: true, force: true });
        await this.base?.stop(signal);
    }
}

async function waitUntilItAnswers(node, output) {
    for (const deadline = Date.now() + kStartMsMax; Date.now() < deadline; await sleep(50)) {
        if (node.child.exitCode !== null) throw new Error(`${node.kind} ended:\n${output.text}`);
        const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] });
        const reply = await fetch(node.rpcUrl, {
            method: 'POST', headers: { 'Content-Type': 'application/json' }, body,
        }).catch(() => null);
        if (reply?.ok) return;
    }
    throw new Error(`${node.kind} does not answer:\n${output.text}`);
}

/**
 * Starts a node. Options: chainId, port, and for anvil alone extra (arguments) and noRoots: it forks
 * an empty anvil, and a fork computes no root of the state. Otherwise anvil computes that of the
 * whole state anew for every block, which after thousands of jobs is all that it does.
 */
export async function startNode(kind, options = {}) {
    const { noRoots, ...own } = options;
    if (kind === 'anvil' && noRoots) {
        const base = await startNode(kind, { chainId: options.chainId ?? kChainId });
        const fork = ['--fork-url', base.rpcUrl, '--no-storage-caching'];
        const node = await startNode(kind, { ...own, extra: [...options.extra ?? [], ...fork] })
            .catch(async (error) => { await base.stop('SIGKILL'); throw error; });
        return Object.assign(node, { base });
    }
    const directory = mkdtempSync(join(tmpdir(), `pramana-${kind}-`));
    const settings = { chainId: kChainId, extra: [], ...own };
    const port = options.port ?? await freePort();
    const command = commandOf(kind, { ...settings, port, directory });
    if (!existsSync(command[1].startsWith('/') ? command[1] : command[0])) {
        throw new Error(`${kind} is not installed: tools/setup installs it`);
    }
    const words = existsSync(kSetpriv) ? [kSetpriv, '--pdeathsig', 'KILL', ...command] : command;
    const child = spawn(words[0], words.slice(1), {
        cwd: kind === 'anvil' ? directory : kChainNodes, stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, CI: 'true', HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true' },
    });
    const output = { text: '' };
    for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text) => {
            if (output.text.length < 16_384) output.text += text;
        });
    }
    const node = new Node(kind, child, port, directory, settings);
    try {
        await waitUntilItAnswers(node, output);
        return node;
    } catch (error) {
        await node.stop('SIGKILL');
        throw error;
    }
}
