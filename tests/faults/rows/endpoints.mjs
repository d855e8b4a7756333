// Row 22: several endpoints, one of which is behind, on another fork, or on another chain.

import { sleep, startNode } from '../nodes.mjs';
import { FaultProxy } from '../proxy.mjs';
import { World } from '../world.mjs';

const kBehind = 20;
const kJobs = 4;
const kRefusalMs = 2_000;

/** A world whose worker has two endpoints at its node and a third at `odd(world)`, a URL. */
async function threeEndpoints(world, url) {
    const { worker } = world;
    await worker.stop();
    worker.config.rpc_urls = [world.proxy.url, world.second.url, url];
    await worker.start();
    await world.settled(await world.addJobs(kJobs), 30_000);
}

/** Two endpoints that contradict each other: nothing is decided, and nothing is sent. */
async function twoThatDisagree(world, stranger, problems) {
    const { worker, proxy } = world;
    await worker.stop();
    const other = await FaultProxy.start(stranger.rpcUrl);
    try {
        worker.config.rpc_urls = [proxy.url, other.url];
        await worker.start();
        const sent = proxy.sent.length + other.sent.length;
        const jobs = await world.addJobs(kJobs);
        await sleep(kRefusalMs);
        if (proxy.sent.length + other.sent.length !== sent) problems.push('sent without a quorum');
        other.upstream = world.rpcUrl;
        await world.settled(jobs, 60_000);
    } finally {
        await worker.stop();
        await other.close();
    }
}

export const rows = [{
    id: 22, name: 'endpoints behind, forked, alien', nodes: ['anvil', 'hardhat'],
    why: { ganache: 'what is tested is between endpoints; ganache answers unknown block hashes with []' },
    async run(kind, rounds) {
        const problems = [];
        const world = await World.start(kind, { blockMs: 50 });
        const open = [];
        const start = async (chainId, blocks) => {
            const node = await startNode('anvil', { chainId });
            open.push(() => node.stop());
            await node.rpc('evm_setAutomine', false);
            await node.mine(blocks);
            return node;
        };
        try {
            world.second = await FaultProxy.start(world.rpcUrl);
            open.push(() => world.second.close());
            const late = await FaultProxy.start(world.rpcUrl);
            open.push(() => late.close());
            late.set({ fault: 'lag', blocks: kBehind });
            await world.mine(kBehind + 5);
            const forked = await start(world.node.chainId, 60);
            const alien = await start(999, 60);
            await world.worker.start();
            for (let round = 0; round < rounds; ++round) {
                await threeEndpoints(world, late.url);
                await threeEndpoints(world, forked.rpcUrl);
                await threeEndpoints(world, alien.rpcUrl);
                await twoThatDisagree(world, forked, problems);
            }
            const verdict = await world.verdict();
            return { ...verdict, problems: [...verdict.problems, ...problems] };
        } catch (error) {
            throw new Error(`${error.message}\n${world.worker.tail()}`);
        } finally {
            for (const close of open) await close();
            await world.close();
        }
    },
}];
