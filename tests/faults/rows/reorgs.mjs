// Rows 14 to 16 and 21: the chain takes back what it showed, or a node forgets.

import { join } from 'node:path';
import { sleep } from '../nodes.mjs';
import { startNode } from '../nodes.mjs';
import { until } from '../worker.mjs';
import { World } from '../world.mjs';
import { inOneWorld } from './sending.mjs';

const kDepths = [1, 2, 8, 24];
const kDeep = { blockMs: 0, worker: { final_depth: 30 } };

/** Brings `count` jobs to their inclusion with `above` more blocks on top; the raw transactions. */
async function included(world, count, above) {
    const { worker, proxy } = world;
    const from = proxy.sent.length;
    const jobs = await world.addJobs(count, { mine: true });
    await world.settled(jobs, 20_000, 'submitted');
    const before = worker.logged('submitter.included').length;
    await world.mine();
    await until('inclusion', () => worker.logged('submitter.included').length >= before + count);
    if (above > 0) await world.mine(above);
    const raws = [...new Set(proxy.sent.slice(from).map(({ raw }) => raw))];
    return { jobs, raws };
}

/** Replaces the last `depth` blocks by empty ones, or by ones with `raws`. */
async function takeBack(world, depth, raws = []) {
    if (world.kind === 'anvil') return world.rpc('anvil_reorg', depth, raws.map((raw) => [raw, 0]));
    throw new Error('only anvil reorganises by itself');
}

async function finish(world, jobs) {
    world.pace(10);
    await world.settled(jobs);
    world.pace(0);
}

async function anvilReorgs(world) {
    for (const depth of kDepths) {
        for (const kept of [false, true]) {
            const { jobs, raws } = await included(world, 2, depth - 1);
            await takeBack(world, depth, kept ? raws : []);
            await sleep(100);
            await finish(world, jobs);
        }
    }
}

/** The blocks with the jobs themselves go; nobody pays again. The slots are filled, nothing waits. */
async function jobGone(world, problems) {
    const { jobs } = await included(world, 2, 0);
    await takeBack(world, 2);
    world.made = world.made.filter((job) => !jobs.includes(job));
    world.pace(20);
    await until('the slots are filled', () =>
        world.worker.logged('submitter.final').filter(({ void_reason: why }) => why === 6).length >= 2);
    // The ids are given anew: these jobs are others, and get their proofs.
    const anew = await world.addJobs(2);
    if (anew.some((job) => !jobs.includes(job))) problems.push('the ids were not given anew');
    world.worker.jobs.clear();
    await world.settled(anew);
    world.pace(0);
}

/**
 * Hardhat and ganache go back to a snapshot; what they forget must come again. `down`: the worker
 * does not run while they do.
 */
async function snapshots(world, down) {
    const { worker } = world;
    for (const depth of kDepths) {
        const jobs = await world.addJobs(2, { mine: true });
        await world.settled(jobs, 20_000, 'submitted');
        const snapshot = await world.rpc('evm_snapshot');
        const before = worker.logged('submitter.included').length;
        await world.mine();
        await until('inclusion', () => worker.logged('submitter.included').length >= before + 2);
        await world.mine(depth - 1);
        await sleep(100);
        if (down) await worker.stop();
        await world.rpc('evm_revert', snapshot);
        await world.rpc('evm_increaseTime', 7);  // or the same block comes again
        if (down) await worker.start();
        await finish(world, jobs);
    }
}

async function reorgs(world, problems) {
    if (world.kind !== 'anvil') return snapshots(world, false);
    await anvilReorgs(world);
    return jobGone(world, problems);
}

/** A transaction of our key that is not ours takes our nonce: alarm, and silence. */
const foreign = {
    id: 15, name: 'foreign tx at our nonce', nodes: ['anvil'],
    why: 'puts chosen bytes into a block by anvil_reorg, which the others do not have',
    async run(kind, rounds) {
        const problems = [];
        let last;
        for (let round = 0; round < rounds; ++round) {
            const world = await World.start(kind, kDeep);
            try {
                await world.worker.start();
                const { jobs } = await included(world, 1, 0);
                const raw = await world.teeWallet.signTransaction({ to: world.tee, value: 0n,
                    nonce: world.firstNonce, gasLimit: 21_000n, type: 2, chainId: world.node.chainId,
                    maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 10n ** 9n });
                await takeBack(world, 1, [raw]);
                world.pace(20);
                await until('the alarm', () => world.worker.logged('submitter.foreign_nonce').length > 0);
                const sent = world.proxy.sent.length;
                const more = await world.addJobs(2);
                await sleep(1_500);
                if (world.proxy.sent.length !== sent) problems.push('something was sent after the alarm');
                last = await world.verdict({ jobs: [], without: [...jobs, ...more], dump: null });
                problems.push(...last.problems);
            } finally {
                await world.close();
            }
        }
        return { ...last, problems, note: 'alarm' };
    },
};

async function whileDown(world) {
    if (world.kind !== 'anvil') return snapshots(world, true);
    for (const depth of kDepths) {
        const { jobs } = await included(world, 2, depth - 1);
        await world.worker.stop();
        await takeBack(world, depth);
        await world.worker.start();
        await finish(world, jobs);
    }
    return undefined;
}

/** The node dies with a full pool and comes back with its chain alone. */
const poolLost = {
    id: 21, name: 'node restart, pool lost', nodes: ['anvil'],
    why: 'only anvil keeps its chain over a restart',
    async run(kind, rounds) {
        const world = await World.start(kind, { blockMs: 0, nodeOptions: {
            extra: ['--state', 'chain.json', '--state-interval', '1'] } });
        try {
            const problems = [];
            await world.worker.start();
            for (let round = 0; round < rounds; ++round) {
                const jobs = await world.addJobs(5, { mine: true });
                await world.settled(jobs, 20_000, 'submitted');
                await sleep(2_500);  // the chain is written every second
                await restart(world);
                world.pace(50);
                await world.settled(jobs);
                world.pace(0);
            }
            const different = new Set(world.proxy.sent.map(({ raw }) => raw)).size;
            if (different !== world.made.length) problems.push(`${different} different transactions`);
            const verdict = await world.verdict();
            return { ...verdict, problems: [...verdict.problems, ...problems] };
        } finally {
            await world.close();
        }
    },
};

async function restart(world) {
    const { node } = world;
    const state = join(node.directory, 'chain.json');
    node.child.kill('SIGKILL');
    await node.ended;
    const again = await startNode('anvil', { port: node.port, chainId: node.chainId,
        extra: ['--state', state, '--state-interval', '1'] });
    await again.rpc('evm_setAutomine', false);
    node.provider.destroy();
    const directory = node.directory;
    world.oldDirectories = [...(world.oldDirectories ?? []), directory];
    world.takeNode(again);
}

export const rows = [
    inOneWorld(14, 'reorgs of 1, 2, 8, 24', ['anvil', 'hardhat', 'ganache'], kDeep, reorgs),
    foreign,
    inOneWorld(16, 'reorg while down', ['anvil', 'hardhat', 'ganache'], kDeep, whileDown),
    poolLost,
];
