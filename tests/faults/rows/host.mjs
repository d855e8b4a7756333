// Rows 26, 30 and 31: the machine that the worker runs on.

import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from '../nodes.mjs';
import { until } from '../worker.mjs';
import { World } from '../world.mjs';
import { inOneWorld } from './sending.mjs';

const kTwoHoursS = 7_200;

async function clocks(world) {
    const { worker } = world;
    const wrong = [
        { clock_ahead_s: kTwoHoursS }, { clock_behind_s: kTwoHoursS },
        { clock_jump_s: kTwoHoursS, clock_jump_after_ms: 500 },
    ];
    for (const clock of wrong) {
        await worker.stop();
        const right = worker.config;
        worker.config = { ...right, ...clock };
        await worker.start();
        await world.settled(await world.addJobs(3));
        await sleep(700);
        await world.settled(await world.addJobs(2));
        worker.config = right;
    }
}

const mount = (...args) => execFileSync('mount', args, { stdio: 'pipe' });
const unmount = (path) => execFileSync('umount', [path], { stdio: 'pipe' });

/** The newest file of RocksDB's write-ahead log. */
function newestLog(worker) {
    const db = join(worker.config.directory, 'db');
    const names = readdirSync(db).filter((name) => name.endsWith('.log'));
    return join(db, names.sort().at(-1));
}

/** The worker must not come up: it ends by itself, with `word` in what it says. */
async function refuses(worker, word, problems) {
    const from = worker.logs.length;
    worker.spawn();
    await until('it gives up', () => !worker.alive || worker.ready, 20_000);
    if (worker.alive) {
        problems.push(`started, where ${word} was due`);
        await worker.kill();
        return;
    }
    await worker.ended;
    const said = worker.logs.slice(from).map(({ text }) => text ?? '').join(' ');
    if (!said.includes(word)) problems.push(`said "${said}", where ${word} was due`);
}

/** The disk is full while it runs: nothing is signed without a record, and it goes on afterwards. */
async function diskFull(world, problems) {
    const { worker } = world;
    const ballast = join(worker.config.directory, 'ballast');
    await worker.start();
    await world.settled(await world.addJobs(2));
    try {
        writeFileSync(ballast, Buffer.alloc(64 << 20));
    } catch (error) {
        if (error.code !== 'ENOSPC') throw error;
    }
    const jobs = await world.addJobs(8);
    await sleep(1_500);
    await worker.kill();
    rmSync(ballast);
    const recorded = new Set((await worker.dump()).slots
        .flatMap(({ attempts }) => attempts));
    const unrecorded = world.proxy.sentHashes().filter((hash) => !recorded.has(hash));
    if (unrecorded.length > 0) problems.push(`${unrecorded.length} sent without a record`);
    await worker.start();
    await world.settled(jobs);
    await worker.stop();
}

async function readOnly(world, problems) {
    const { worker } = world;
    mount('-o', 'remount,ro', worker.config.directory);
    await refuses(worker, 'io', problems);
    mount('-o', 'remount,rw', worker.config.directory);
    await worker.start();
    await world.settled(await world.addJobs(1));
    await worker.stop();
}

/** Dies after a signature was recorded; that record loses its end. */
async function tearLastRecord(world) {
    const { worker } = world;
    await worker.start('after_sign:2');
    const jobs = await world.addJobs(3);
    await worker.died();
    const log = newestLog(worker);
    truncateSync(log, statSync(log).size - 7);
    return jobs;
}

/**
 * The last record is torn. In another boot: refused, until the operator says that it was never
 * acknowledged. In the same one only the process ended: it goes on by itself.
 */
async function torn(world, problems) {
    const { worker } = world;
    const boot = join(worker.config.directory, 'boot_of_test');
    const jobs = await tearLastRecord(world);
    writeFileSync(boot, `${randomUUID()}\n`);
    worker.config.boot_id_file = boot;
    await refuses(worker, 'store_corrupt', problems);
    worker.config.torn_tail_accepted = true;
    await worker.start();
    delete worker.config.torn_tail_accepted;
    await world.settled(jobs);
    await worker.stop();
    delete worker.config.boot_id_file;

    await worker.start();
    await worker.stop();
    const killed = await tearLastRecord(world);
    await worker.start();
    await world.settled(killed);
    await worker.stop();
}

async function bitFlip(world, problems) {
    const { worker } = world;
    await worker.start('after_included:2');
    const jobs = await world.addJobs(3);
    await worker.died();
    const log = newestLog(worker);
    const bytes = readFileSync(log);
    const flipped = Buffer.from(bytes);
    flipped[Math.floor(bytes.length / 2)] ^= 0x10;
    writeFileSync(log, flipped);
    await refuses(worker, 'store_corrupt', problems);
    writeFileSync(log, bytes);
    await worker.start();
    await world.settled(jobs);
    await worker.stop();
}

const disk = {
    id: 30, name: 'disk full, ro, torn, flipped', nodes: ['anvil'],
    why: 'the disk is the same whatever the node',
    async run(kind, rounds) {
        const world = await World.start(kind);
        const { directory } = world.worker.config;
        const problems = [];
        try {
            mount('-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', directory);
        } catch (error) {
            await world.close();
            return { expected: 0, found: 0, nonces: 0, receipts: 0, problems: [`mount: ${error.message}`] };
        }
        try {
            for (let round = 0; round < rounds; ++round) {
                for (const part of [diskFull, readOnly, torn, bitFlip]) {
                    await part(world, problems).catch((error) => {
                        throw new Error(`${part.name}: ${error.message}\n${world.worker.tail()}`);
                    });
                }
            }
            const verdict = await world.verdict();
            return { ...verdict, problems: [...verdict.problems, ...problems] };
        } finally {
            await world.worker.stop();
            unmount(directory);
            await world.close();
        }
    },
};

/** The same store: refused. Another store, the same key: at most one proof a job, and an alarm. */
const twin = {
    id: 31, name: 'second instance', nodes: ['anvil', 'hardhat', 'ganache'],
    async run(kind, rounds) {
        const problems = [];
        let last;
        for (let round = 0; round < rounds; ++round) {
            const world = await World.start(kind);
            const sameStore = world.makeWorker({ directory: world.worker.config.directory });
            // Its fees differ, so that its transactions differ: the same bytes would do no harm.
            const sameKey = world.makeWorker({ tip_wei_min: 3_000_000_000 });
            try {
                await world.worker.start();
                await world.settled(await world.addJobs(2));
                await refuses(sameStore, 'store_locked', problems);
                await sameKey.start();
                await world.addJobs(12);
                const alarmed = (worker) => worker.logged('submitter.foreign_nonce').length > 0 ||
                    worker.logged('submitter.alarm').some(({ alarm }) => alarm === 'pending_foreign');
                await until('an alarm', () => alarmed(world.worker) || alarmed(sameKey));
                await sleep(1_500);
                await sameKey.stop();
                const doubled = await world.verdict({ dump: null });
                last = doubled;
                problems.push(...doubled.problems.filter((text) => !text.includes(': 0 proofs')));
                if (doubled.found > doubled.expected) problems.push('more proofs than jobs');
            } finally {
                await sameStore.close();
                await sameKey.close();
                await world.close();
            }
        }
        return { ...last, problems, note: 'alarm' };
    },
};

export const rows = [
    inOneWorld(26, 'clock wrong, clock jumps', ['anvil', 'hardhat', 'ganache'], { blockMs: 50 }, clocks),
    disk, twin,
];
