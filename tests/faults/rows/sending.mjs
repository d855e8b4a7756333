// Rows 11 to 13, 17, 18, 20: what happens to a transaction between us and the chain.

import { sleep } from '../nodes.mjs';
import { until } from '../worker.mjs';
import { World } from '../world.mjs';

const kSend = 'eth_sendRawTransaction';
const kAll = ['anvil', 'hardhat', 'ganache'];

/** Every stored transaction went out as the same bytes: as many different ones as nonces. */
function sameBytes(world, problems, from = 0) {
    const different = new Set(world.proxy.sent.slice(from).map(({ raw }) => raw)).size;
    const nonces = world.made.length;
    if (different !== nonces) problems.push(`${different} different transactions for ${nonces} jobs`);
}

/** A row whose body runs `rounds` times in one world. */
export const inOneWorld = (id, name, nodes, options, body, why) => ({
    id, name, nodes, why,
    async run(kind, rounds) {
        const world = await World.start(kind, options);
        try {
            const problems = [];
            await world.worker.start();
            let more = {};
            for (let round = 0; round < rounds; ++round) {
                more = await body(world, problems, round) ?? more;
            }
            const verdict = await world.verdict(more);
            return { ...verdict, problems: [...verdict.problems, ...problems] };
        } catch (error) {
            throw new Error(`${error.message}\n${world.worker.tail()}`);
        } finally {
            await world.close();
        }
    },
});

async function replyLost(world, problems) {
    const faults = [
        { fault: 'cut_after' }, { fault: 'status_after', status: 502 }, { fault: 'hang', ms: 700 },
        { fault: 'delay', ms: 700 }, { fault: 'truncate' }, { fault: 'wrong_hash' },
    ];
    for (const fault of faults) {
        world.proxy.set({ ...fault, method: kSend, times: 3 });
        await world.settled(await world.addJobs(3));
    }
    world.proxy.set();
    sameBytes(world, problems);
}

async function notKept(world, problems) {
    const { proxy, node } = world;
    const from = proxy.sent.length;
    proxy.set({ fault: 'swallow', each: 1 });
    await world.settled(await world.addJobs(3));
    proxy.set();
    const times = new Map();
    for (const { raw, at } of proxy.sent.slice(from)) times.set(raw, [...(times.get(raw) ?? []), at]);
    const blocks = (a, b) => world.miner.times.filter((at) => at > a && at <= b).length;
    const waits = [...times.values()].filter((list) => list.length > 1).map(([a, b]) => blocks(a, b));
    const blockMs = world.options.blockMs;
    if (waits.length < 3) problems.push(`${waits.length} of 3 swallowed transactions went out again`);
    if (Math.max(...waits) > 2) problems.push(`again after ${Math.max(...waits)} blocks`);
    if (!node.can.has('drop')) return sameBytes(world, problems);
    world.pace(0);
    const jobs = await world.addJobs(3, { mine: true });
    await world.settled(jobs, 20_000, 'submitted');
    for (const line of world.worker.logged('submitter.bound').slice(-3)) await node.drop(line.tx);
    world.pace(blockMs);
    await world.settled(jobs);
    return sameBytes(world, problems);
}

async function twice(world, problems) {
    world.proxy.set({ fault: 'repeat_logs' });
    await world.settled(await world.addJobs(4));
    // The scan starts over, so that every log of the chain is told again.
    await world.worker.stop();
    const before = world.proxy.sent.length;
    world.proxy.set({ fault: 'repeat_logs' });
    await world.worker.start();
    await world.settled(await world.addJobs(1));
    world.proxy.set();
    if (world.proxy.sent.length - before > 1) problems.push('a job was sent again after its end');
    sameBytes(world, problems);
}

async function slowReceipts(world, problems) {
    world.proxy.set({ fault: 'hide_receipts' });
    const jobs = await world.addJobs(3);
    await world.settled(jobs, 20_000, 'submitted');
    await sleep(3_000);  // 60 blocks of 50 ms: more than 30 s of a chain with slots of 6 s
    world.proxy.set();
    await world.settled(jobs);
    sameBytes(world, problems);
}

/** Base fees (wei) whose offers have caps where ten percent needs rounding up. */
const kEdges = [0n, 1n, 4n, 5n, 50n, 1_000_000_000n];

async function gethPool(world, problems) {
    const { proxy, node, worker } = world;
    proxy.set({ fault: 'geth_pool' });
    await world.settled(await world.addJobs(3));
    if (!node.can.has('base_fee')) return;
    world.pace(0);
    for (const edge of kEdges) {
        const mineAt = async (fee) => {
            await node.setNextBaseFee(fee);
            await node.mine();
        };
        await mineAt(edge);
        await node.setNextBaseFee(edge);
        const before = worker.logged('submitter.replaced').length;
        const jobs = await world.addJobs(1, { mine: true });
        await world.settled(jobs, 20_000, 'submitted');
        const raised = (edge + 10n) * 6n;
        for (let block = 0; block < 8; ++block) {
            await mineAt(raised);
            await sleep(60);
        }
        await until(`a replacement at base fee ${edge}`, async () => {
            await mineAt(raised);
            await sleep(60);
            return worker.logged('submitter.replaced').length > before;
        }, 20_000);
        await until('inclusion', async () => {
            await mineAt(edge + 1n);
            await sleep(30);
            return worker.jobs.get(jobs[0])?.final;
        }, 20_000);
    }
    for (const text of ['replacement transaction underpriced', 'transaction underpriced']) {
        const refused = proxy.pool.refusals.get(text) ?? 0;
        if (refused > 0) problems.push(`geth refused ${refused} times: ${text}`);
    }
    world.pace(world.options.blockMs);
}

/** The first attempt is mined after the second was sent. */
async function oldOneMined(world, problems) {
    const { node, worker, proxy } = world;
    world.pace(0);
    const [job] = await world.addJobs(1, { mine: true });
    await world.settled([job], 20_000, 'submitted');
    const { raw } = proxy.sent.at(-1);
    const before = worker.logged('submitter.replaced').length;
    let blocks = 0;
    await until('a replacement', async () => {
        await node.setNextBaseFee(40_000_000_000n);
        await node.mine();
        ++blocks;
        await sleep(60);
        return worker.logged('submitter.replaced').length > before;
    }, 20_000);
    await node.setNextBaseFee(1_000_000n);
    await node.rpc('anvil_reorg', blocks, [[raw, 0]]);
    world.pace(50);
    await world.settled([job]);
    const { hash } = (await node.provider.getTransactionReceipt(
        worker.logged('submitter.bound').at(-1).tx)) ?? {};
    if (!hash) problems.push('the first attempt is not what was mined');
}

const quick = { blockMs: 50, worker: { call_time_max_ms: 500 } };
export const rows = [
    inOneWorld(11, 'the reply is lost', kAll, quick, replyLost),
    inOneWorld(12, 'accepted and not kept', kAll, { blockMs: 400 }, notKept),
    inOneWorld(13, 'events twice', kAll, quick, twice),
    inOneWorld(17, 'spent nonce, slow receipt', kAll, quick, slowReceipts),
    inOneWorld(18, 'geth\'s price rules', kAll, { blockMs: 50, worker: { tip_wei_min: 1, tip_wei_max: 1 } }, gethPool),
    inOneWorld(20, 'old attempt mined', ['anvil'], quick, oldOneMined,
        'puts chosen bytes into a block by anvil_reorg, which the others do not have'),
];
