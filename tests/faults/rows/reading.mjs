// Rows 23 to 25 and 34: what a node says of the chain is late, partial, limited or nonsense.

import { kBodyKinds } from '../bodies.mjs';
import { sleep } from '../nodes.mjs';
import { inOneWorld } from './sending.mjs';

const kAll = ['anvil', 'hardhat', 'ganache'];
const kFoundMsMax = 15_000;  // far below the periodic sweep of ten minutes

/** Logs are left out under the right block hash; nothing but our own checks can find that. */
async function logsMissing(world) {
    for (const keep of [1, 0]) {
        world.proxy.set({ fault: 'omit_logs', keep });
        await world.settled(await world.addJobs(2), kFoundMsMax);
    }
    world.proxy.set({ fault: 'lag', method: 'eth_getLogs', blocks: 0 }, { fault: 'result',
        method: 'eth_getLogs', value: [], times: 5 });
    await world.settled(await world.addJobs(2), kFoundMsMax);
    world.proxy.set();
}

/** How providers say that a range is too large. */
const kLimits = [
    { code: -32602, message: 'Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range' },
    { code: -32005, message: 'query returned more than 10000 results' },
    { code: -32614, message: 'eth_getLogs is limited to a 10,000 range' },
    { code: -32600, message: 'block range is too wide' },
    { code: -32005, message: 'exceed maximum block range: 5000' },
    { code: -32047, message: 'Max range: 800' },
    { code: -32000, message: 'query timeout exceeded' },
];

async function rangeLimits(world, problems) {
    await world.settled(await world.addJobs(1));
    for (const [i, limit] of kLimits.entries()) {
        await world.worker.stop();
        const jobs = [];
        for (let count = 0; count < 6; ++count) jobs.push(...await world.addJobs(1));
        await world.mine(100);
        const bound = i % 2 === 0 ? { blocks: 10 } : { results: 4 };
        world.proxy.set({ fault: 'range_limit', ...bound, ...limit });
        await world.worker.start();
        await world.settled(jobs, kFoundMsMax);
    }
    // A node that is silent for as long as a call may last, then answers.
    world.proxy.set({ fault: 'hang', method: 'eth_getLogs', ms: 700, times: 3 });
    await world.settled(await world.addJobs(2), kFoundMsMax);
    if (world.proxy.count('fault:range_limit') === 0) problems.push('no limit was met');
    world.proxy.set();
}

const kPauseMs = 5_000;
const kRequestsPerSMax = 4;

async function tooMany(world, problems) {
    const { proxy, worker } = world;
    for (const retryAfter of ['1', undefined]) {
        proxy.set({ fault: 'status_before', status: 429, retryAfter });
        await sleep(1_000);  // what was under way
        const from = proxy.requests.length;
        const jobs = await world.addJobs(3);
        await sleep(kPauseMs);
        const rate = (proxy.requests.length - from) * 1000 / kPauseMs;
        const what = retryAfter ? `Retry-After ${retryAfter}` : 'no Retry-After';
        if (rate > kRequestsPerSMax) problems.push(`${what}: ${rate.toFixed(1)} requests a second`);
        proxy.set();
        await world.settled(jobs, 60_000);  // it comes back slowly, on purpose
    }
    if (!worker.alive) problems.push('the worker ended');
}

const kGrowthKibMax = 48 << 10;

async function nonsense(world, problems) {
    const { proxy, worker } = world;
    await world.settled(await world.addJobs(2));
    const before = worker.rssKib();
    for (const kind of kBodyKinds) {
        proxy.set({ fault: 'body', kind, times: 6 });  // one more than opens the breaker
        const jobs = await world.addJobs(1);
        await world.settled(jobs, 20_000).catch((error) => {
            throw new Error(`${kind}: ${error.message}`);
        });
    }
    proxy.set();
    const grown = worker.rssKib() - before;
    if (grown > kGrowthKibMax) problems.push(`${grown} KiB of memory grown`);
}

const quick = { blockMs: 50, worker: { call_time_max_ms: 500 } };
export const rows = [
    inOneWorld(23, 'logs left out', kAll, quick, logsMissing),
    inOneWorld(24, 'log range limits', kAll, quick, rangeLimits),
    inOneWorld(25, '429 with and without a time', kAll,
        { blockMs: 50, worker: { call_time_max_ms: 500, poll_ms: 250 } }, tooMany),
    inOneWorld(34, 'nonsense for JSON', kAll, { blockMs: 50, worker: { call_time_max_ms: 2_000 } },
        nonsense),
];
