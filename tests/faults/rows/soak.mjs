// Row 35: a backlog of many jobs, while a twentieth of all exchanges goes wrong and the worker dies
// now and then.

import { kBodyKinds } from '../bodies.mjs';
import { sleep } from '../nodes.mjs';
import { World } from '../world.mjs';

const kShare = 0.05;
const kSend = 'eth_sendRawTransaction';
const kKillEveryMs = 20_000;
const kGrowthKibMax = 64 << 10;
const kJobsAtOnce = 500;
const kSilenceMsMax = 120_000;
const kRunMsMax = 40 * 60_000;
const kProgressMs = 30_000;
// Of how many jobs each node can bear the state and the blocks within the time.
const kJobsMax = { anvil: 10_000, hardhat: 10_000, ganache: 400 };
// What waits for a block is answered after it, on a busy machine late.
const kCallMsMax = 4_000;
// What a full journal may take beyond what its records take: RocksDB's log and levels.
const kJournalBytesOfJob = 8_192;

/** Faults that together strike the share: of the exchange, of a send, of a read. */
function mixture() {
    const each = kShare / 10;
    const some = (fault) => ({ chance: each, ...fault });
    return [
        some({ fault: 'delay', ms: 120 }), some({ fault: 'cut_before' }), some({ fault: 'cut_after' }),
        some({ fault: 'status_before', status: 502 }), some({ fault: 'status_after', status: 503 }),
        some({ fault: 'truncate' }),
        ...kBodyKinds.filter((kind) => kind !== 'huge' && kind !== 'deep')
            .map((kind, _, all) => ({ fault: 'body', kind, chance: each / all.length })),
        some({ fault: 'error', code: -32603, message: 'internal error' }),
        { fault: 'swallow', chance: kShare, method: kSend },
        { fault: 'hide_receipts', chance: kShare },
        { fault: 'repeat_logs', chance: kShare },
        { fault: 'wrong_hash', chance: kShare },
    ];
}

/** Kills the worker every so often until `done`. How often it did. */
async function killNowAndThen(world, state) {
    let kills = 0;
    let last = Date.now();
    while (!state.done) {
        await sleep(100);
        if (Date.now() - last < kKillEveryMs || state.done) continue;
        last = Date.now();
        await world.worker.kill();
        await world.worker.start();
        ++kills;
    }
    return kills;
}

/** Says on standard error how far it is, every so often. */
class Progress {
    constructor(world, kind, jobs) {
        Object.assign(this, { world, kind, jobs, began: Date.now(), told: Date.now() });
    }

    tell(final) {
        if (Date.now() - this.told < kProgressMs) return;
        this.told = Date.now();
        const seconds = (this.told - this.began) / 1000;
        process.stderr.write(`row 35, ${this.kind}: ${final} of ${this.jobs} final after ${seconds.toFixed(0)} s, ` +
            `${this.world.made.length} made, ${this.world.worker.starts - 1} kills, ${struckIn(this.world)} faults\n`);
    }
}

const struckIn = (world) => [...world.proxy.counts].filter(([name]) => name.startsWith('fault:'))
    .reduce((sum, [, count]) => sum + count, 0);

/** Feeds the backlog, so that the node's answers stay small, and waits for all to be final. */
async function feed(world, jobs, state, progress) {
    let final = 0;
    let moved = Date.now();
    while (final < jobs) {
        if (state.failed) throw state.failed;
        if (world.made.length < jobs && world.made.length - final < kJobsAtOnce) {
            await world.addJobs(Math.min(100, jobs - world.made.length));
        }
        await sleep(50);
        const now = world.worker.count('final');
        if (now !== final) moved = Date.now();
        final = now;
        progress.tell(final);
        if (Date.now() - moved > kSilenceMsMax) throw new Error(`nothing new after ${final} of ${jobs}`);
        if (Date.now() - progress.began > kRunMsMax) throw new Error(`${final} of ${jobs} in the time for it`);
    }
}

export const rows = [{
    id: 35, name: 'backlog, 5 % of all goes wrong', nodes: ['anvil', 'hardhat', 'ganache'],
    async run(kind, rounds, options) {
        const nodeOptions = kind === 'anvil' ? { extra: ['--prune-history'], noRoots: true } : {};
        const jobs = Math.min(options.jobs, kJobsMax[kind]);
        const world = await World.start(kind, { blockMs: 40, nodeOptions,
            worker: { call_time_max_ms: kCallMsMax, poll_ms: 10 } });
        const state = { done: false, failed: null };
        try {
            const problems = [];
            await world.worker.start();
            await world.settled(await world.addJobs(Math.min(20, jobs)));
            const rss = world.worker.rssKib();
            world.proxy.set(...mixture());
            const killer = killNowAndThen(world, state);
            killer.catch((error) => { state.failed = error; });
            const progress = new Progress(world, kind, jobs);
            try {
                await feed(world, jobs, state, progress);
            } finally {
                state.done = true;
            }
            const kills = await killer;
            const grown = world.worker.rssKib() - rss;
            if (grown > kGrowthKibMax) problems.push(`${grown} KiB of memory grown`);
            const bytes = world.worker.journalBytes();
            if (bytes > (16 << 20) + jobs * kJournalBytesOfJob) problems.push(`${bytes} bytes of journal`);
            world.proxy.set();
            const seconds = (Date.now() - progress.began) / 1000;
            const verdict = await world.verdict();
            return { ...verdict, problems: [...verdict.problems, ...problems],
                note: `ok: ${struckIn(world)} faults in ${world.proxy.requests.length} requests, ${kills} kills, ${seconds.toFixed(0)} s, ` +
                    `RSS ${grown >= 0 ? '+' : ''}${grown} KiB, journal ${(bytes / 1024).toFixed(0)} KiB` };
        } catch (error) {
            throw new Error(`${error.message}\n${world.worker.tail()}`);
        } finally {
            state.done = true;
            await world.close();
        }
    },
}];
