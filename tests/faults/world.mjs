// What a row of the matrix happens in: a node, the pool on it, the fault proxy, a worker behind the
// proxy, blocks that come by themselves or when told.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ethers } from '../../tools/node/libraries.mjs';
import { interfaceOf, kAccount, testWallet } from '../../tools/node/chain.mjs';
import { startNode, sleep } from './nodes.mjs';
import { oldBytecodeOf } from './old_evm.mjs';
import { judge } from './oracle.mjs';
import { FaultProxy } from './proxy.mjs';
import { Worker, until } from './worker.mjs';

const kArtefacts = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'contracts-abi', 'artefacts');
const kJobsInOne = 50;
// Gas below EIP-7825's bound, and a fee that no wave of the base fee reaches.
const kOffer = { gasLimit: 15_000_000n, maxFeePerGas: 10n ** 12n, maxPriorityFeePerGas: 10n ** 9n };
const kCancelDelayS = 0;
// Ganache takes seconds for a range of logs on a busy machine.
const kGanacheCallMs = 6_000;

/** Creation code of one of our contracts; ganache knows nothing after Shanghai. */
function bytecodeOf(name, node) {
    const { contract, bytecode } = JSON.parse(readFileSync(join(kArtefacts, `${name}.json`), 'utf8'));
    return node.kind === 'ganache' ? oldBytecodeOf(contract) : bytecode;
}

/** Mines blocks until told otherwise: at a steady pace, or where none came by itself for a while. */
class Miner {
    constructor(node) {
        this.node = node;
        this.everyMs = 0;
        this.idleMs = 0;
        this.times = [];  // of the blocks that it mined, ms
        this.running = true;
        this.loop = this.work();
    }

    /** Mines one. How long that took. */
    async one() {
        const began = Date.now();
        await this.node.mine().then(() => this.times.push(Date.now()), () => {});
        return Date.now() - began;
    }

    async oneIfIdle() {
        const head = await this.node.provider.getBlockNumber().catch(() => this.head);
        if (head !== this.head) Object.assign(this, { head, since: Date.now() });
        else if (Date.now() - this.since >= this.idleMs) await this.one();
    }

    async work() {
        while (this.running) {
            if (this.everyMs > 0) {
                // A node whose blocks take long is left to its readers half of the time.
                const took = await this.one();
                await sleep(Math.max(this.everyMs, took));
            } else {
                if (this.idleMs > 0) await this.oneIfIdle();
                await sleep(5);
            }
        }
    }

    async stop() {
        this.running = false;
        await this.loop;
    }
}

export class World {
    /** Options: blockMs (0: only when told), automine, worker (SoakConfig), nodeOptions, feeWei. */
    static async start(kind, options = {}) {
        const node = await startNode(kind, options.nodeOptions);
        const world = new World(node, options);
        try {
            await world.deploy();
            await world.connect();
            return world;
        } catch (error) {
            await world.close();
            throw error;
        }
    }

    constructor(node, options) {
        Object.assign(this, { options, kind: node.kind, made: [] });
        this.miner = new Miner(node);
        this.takeNode(node);
    }

    /** From now on this node is the chain; an earlier one has ended. */
    takeNode(node) {
        this.node = node;
        this.miner.node = node;
        this.teeWallet = testWallet(kAccount.tee, node.provider);
        this.tee = this.teeWallet.address;
        this.admin = testWallet(kAccount.admin, node.provider);
        this.payer = testWallet(kAccount.firstContributor, node.provider);
    }

    get rpcUrl() { return this.node.rpcUrl; }

    rpc(method, ...params) { return this.node.rpc(method, ...params); }

    mine(blocks = 1) { return this.node.mine(blocks); }

    head() { return this.node.provider.getBlockNumber(); }

    /** Blocks come every `ms`; 0 = only when told. */
    pace(ms) { this.miner.everyMs = ms; }

    /** On a chain that mines by itself: a block more when none came for `ms`; 0 = never. */
    paceWhenIdle(ms) { this.miner.idleMs = ms; }

    async deployOne(name, args) {
        const code = bytecodeOf(name, this.node);
        const made = await new ethers.ContractFactory(interfaceOf(name), code, this.admin).deploy(...args);
        await made.waitForDeployment();
        return made;
    }

    async deploy() {
        const automines = this.node.can.has('automine');
        if (!automines) this.pace(20);
        this.registry = await this.deployOne('data_registry', [this.admin.address]);
        this.poolAsAdmin = await this.deployOne('tee_pool',
            [this.admin.address, this.registry.target, kCancelDelayS]);
        this.pool = this.poolAsAdmin.target;
        const key = this.teeWallet.signingKey.publicKey;
        await (await this.poolAsAdmin.addTee(this.tee, 'http://127.0.0.1', key)).wait();
        const own = this.registry.connect(this.payer);
        await (await own.addFile('https://files.test/1')).wait();
        this.file = 1n;
        // Ganache takes a mined nonce 0 a second time: no key of a test may stand there.
        await (await this.teeWallet.sendTransaction({ to: this.tee, value: 0n })).wait();
        this.firstNonce = await this.node.provider.getTransactionCount(this.tee);
        this.fromBlock = await this.head();
        if (automines && !this.options.automine) await this.rpc('evm_setAutomine', false);
        this.pace(this.options.automine ? 0 : this.options.blockMs ?? 50);
    }

    async connect() {
        this.proxy = await FaultProxy.start(this.rpcUrl);
        this.worker = this.makeWorker(this.options.worker);
    }

    /** Another worker of the same key, with its own journal. */
    makeWorker(changes = {}) {
        return new Worker({
            rpc_urls: [this.proxy.url], chain_id: this.node.chainId,
            data_registry: this.registry.target, tee_pool: this.pool,
            key: this.teeWallet.privateKey.slice(2), start_block: this.fromBlock, final_depth: 3,
            poll_ms: 20, ...(this.kind === 'ganache' && { call_time_max_ms: kGanacheCallMs }), ...changes,
        });
    }

    /** Pays for `count` proofs; their job ids. Needs blocks, unless `mine` is told to make one. */
    async addJobs(count, { mine = false } = {}) {
        const pool = new ethers.Contract(this.pool, interfaceOf('tee_pool'), this.payer);
        const one = pool.interface.encodeFunctionData('submitJob', [this.file]);
        const ids = [];
        for (let left = count; left > 0; left -= kJobsInOne) {
            const calls = new Array(Math.min(left, kJobsInOne)).fill(one);
            const sent = await pool.multicall(calls, kOffer);
            if (mine) await this.mine();
            const receipt = await sent.wait();
            for (const log of receipt.logs) {
                const parsed = pool.interface.parseLog(log);
                if (parsed?.name === 'JobSubmitted') ids.push(Number(parsed.args.jobId));
            }
        }
        this.made.push(...ids);
        return ids;
    }

    async cancelJob(job) {
        const pool = new ethers.Contract(this.pool, interfaceOf('tee_pool'), this.payer);
        return (await pool.cancelJob(job)).wait();
    }

    /** Waits until every one of `jobs` is final for the worker. */
    async settled(jobs = this.made, waitMs = 60_000, event = 'final') {
        await until(`${event} of jobs ${jobs.slice(0, 8)}… (${this.describe(jobs)})`, () => {
            if (!this.worker.alive) throw new Error(`the worker ended:\n${this.worker.tail()}`);
            return jobs.every((job) => this.worker.jobs.get(job)?.[event] !== undefined);
        }, waitMs).catch((error) => {
            throw new Error(`${error.message}; now: ${this.describe(jobs)}`);
        });
    }

    describe(jobs) {
        const at = (event) => jobs.filter((job) => this.worker.jobs.get(job)?.[event] !== undefined).length;
        return ['seen', 'submitted', 'final', 'ended'].map((event) => `${event} ${at(event)}`).join(', ') +
            ` of ${jobs.length}`;
    }

    /** Stops the worker and lets the oracle judge. */
    async verdict(changes = {}) {
        await this.worker.stop();
        const jobs = changes.jobs ?? this.made;
        const dump = await this.worker.dump();
        return judge(this, { jobs, dump, ...changes });
    }

    async close() {
        await this.miner.stop();
        await this.worker?.close();
        await this.proxy?.close();
        await this.node.stop();
    }
}
