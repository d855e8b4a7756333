// How fast one key brings proofs onto a chain that mines at once: 2,000 jobs, a window of 16, a
// restart in the middle, one proof or several in a transaction. Prints what docs/chain.md quotes.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { interfaceOf } from '../../tools/node/chain.mjs';
import { sleep } from './nodes.mjs';
import { Worker } from './worker.mjs';
import { World } from './world.mjs';

const kOut = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'build', 'faults');
const kGoalPerS = 100;
// Automine makes no block without a transaction, and the last proofs need blocks on top: one is made
// where none came for so long.
const kIdleMs = { backlog: 400, trickle: 40 };
const kBacklogMsMax = 300_000;
const kStillMsMax = 30_000;
const kAnswerMsMax = 5_000;
const kLostMs = 1_000;
const kTransactionGas = 700_000;
const kTransactionGasMax = 15_000_000;
const kWindow = 16;
// anvil keeps the state of every block otherwise. What does not fit into a block that it makes by
// itself it leaves until something else comes, so a window of batches has to.
const kBatchBlockGas = '400000000';
const worldOf = ({ roots, batch }) => ({ automine: true, nodeOptions: { noRoots: roots === 'no',
    extra: ['--prune-history', ...(batch > 1 ? ['--gas-limit', kBatchBlockGas] : [])] } });

const percentile = (values, share) => {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
};

const tell = (what) => process.stderr.write(`speed: ${what}\n`);

/** Processor seconds that the node has used. */
function nodeCpuS(node) {
    const fields = readFileSync(`/proc/${node.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The jobs' proofs, made up, `batch` in a transaction. */
function proofCalls(ids, batch) {
    const pool = interfaceOf('tee_pool');
    const metadata = 'ab'.repeat(32);
    const proof = { signature: `0x${'11'.repeat(65)}`, data: { score: 5n * 10n ** 17n, dlpId: 1n,
        metadata, proofUrl: `http://127.0.0.1/v1/proofs/${metadata}`, instruction: 'made up' } };
    const transactions = [];
    for (let at = 0; at < ids.length; at += batch) {
        const calls = ids.slice(at, at + batch).map((id) => pool.encodeFunctionData('addProof', [id, proof]));
        transactions.push({ type: 2, data: batch === 1 ? calls[0] : pool.encodeFunctionData('multicall', [calls]),
            gasLimit: Math.min(kTransactionGasMax, kTransactionGas * calls.length) });
    }
    return transactions;
}

/** Each signed by our key with its next nonces; the bytes. */
function signed(world, transactions, from, percent = 100n) {
    return Promise.all(transactions.map((each, i) => world.teeWallet.signTransaction({ ...each, to: world.pool,
        nonce: world.firstNonce + from + i, chainId: world.node.chainId,
        maxFeePerGas: 10n ** 9n * percent, maxPriorityFeePerGas: 10n ** 4n * percent })));
}

/**
 * What the node itself can take: the same proofs, signed beforehand, a window at a time in one
 * batch, nothing read but the nonce, nothing stored, nothing looked at.
 */
async function ceiling(options) {
    tell('the plain sender');
    const world = await World.start('anvil', worldOf(options));
    try {
        const ids = await world.addJobs(options.jobs);
        const transactions = proofCalls(ids, options.batch);
        const raws = await signed(world, transactions, 0);
        const post = async (calls) => {
            const reply = await fetch(world.rpcUrl, { method: 'POST',
                headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(calls) });
            return reply.json();
        };
        const cpuBefore = nodeCpuS(world.node);
        const began = Date.now();
        let lost = 0;
        for (let done = 0, sent = 0, moved = began; done < raws.length;) {
            if (Date.now() - began > kBacklogMsMax) throw new Error(`plain sender: ${done} of ${raws.length}`);
            // A mining anvil now and then keeps what comes next among what waits for something else, for ever.
            // Neither a block nor the same bytes again help, others with the same nonce do.
            if (Date.now() - moved > kLostMs) {
                [raws[done]] = await signed(world, transactions.slice(done, done + 1), done, 120n);
                sent = done;
                moved = Date.now();
                ++lost;
            }
            const some = raws.slice(sent, done + kWindow);
            if (some.length >= kWindow / 2 || (some.length > 0 && sent + some.length === raws.length)) {
                const replies = await post(some.map((raw, id) => ({ jsonrpc: '2.0', id, params: [raw],
                    method: 'eth_sendRawTransaction' })));
                const refused = replies.find(({ error }) => error && !/already imported|already known|nonce too low/.test(error.message));
                if (refused) throw new Error(`plain sender: ${refused.error.message}`);
                sent += some.length;
            }
            const [count] = await post([{ jsonrpc: '2.0', id: 1, method: 'eth_getTransactionCount',
                params: [world.tee, 'latest'] }]);
            const reached = Number(count.result) - world.firstNonce;
            if (reached > done) moved = Date.now();
            done = reached;
            await sleep(2);
        }
        return { wallS: (Date.now() - began) / 1000, nodeCpuS: nodeCpuS(world.node) - cpuBefore, lost };
    } finally {
        await world.close();
    }
}

/** What a chain that moves no more looks like: what the node says, where the worker's threads wait. */
async function portrait(world) {
    const { node, worker } = world;
    mkdirSync(kOut, { recursive: true });
    writeFileSync(join(kOut, 'stall.log'), worker.logs.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const ask = (method, ...params) => Promise.race([node.rpc(method, ...params), sleep(kAnswerMsMax)])
        .then((answer) => `  ${method} ${params}: ${JSON.stringify(answer) ?? 'no answer'}`.slice(0, 400),
            (error) => `  ${method} ${params}: ${error.message}`.slice(0, 400));
    const answers = await Promise.all([ask('eth_blockNumber'), ask('txpool_status'), ask('txpool_inspect'),
        ask('eth_getTransactionCount', world.tee, 'latest'), ask('eth_getTransactionCount', world.tee, 'pending')]);
    return [world.describe(world.made), ...answers, ...worker.alive ? worker.threads() : ['the worker ended'],
        worker.tail()].join('\n');
}

/** Waits for `count` final jobs; the worker's memory and processor time on the way. */
async function follow(world, count, samples) {
    const { worker } = world;
    const began = Date.now();
    for (let moved = began, before = -1; worker.count('final') < count;) {
        const final = worker.count('final');
        if (!worker.alive) throw new Error(`the worker ended:\n${worker.tail()}`);
        samples.push({ final, rssKib: worker.rssKib(), cpuS: worker.cpuS() });
        if (final > before) moved = Date.now();
        before = final;
        if (Date.now() - moved > kStillMsMax) throw new Error(`it stands still:\n${await portrait(world)}`);
        if (Date.now() - began > kBacklogMsMax) throw new Error(`too slow:\n${await portrait(world)}`);
        await sleep(200);
    }
}

/** A backlog: how many proofs a second. */
async function backlog(world, jobs) {
    const { worker } = world;
    await world.addJobs(jobs);
    const samples = [];
    const nodeBefore = nodeCpuS(world.node);
    tell('ours');
    await worker.start();
    await follow(world, jobs / 2, samples);
    const cpuBefore = worker.cpuS();
    await worker.stop();
    const stopped = Date.now();
    await worker.start();
    const downMs = Date.now() - stopped;
    await follow(world, jobs, samples);
    const cpuS = cpuBefore + worker.cpuS();
    const times = [...worker.jobs.values()];
    const first = Math.min(...times.map(({ submitted }) => submitted));
    const last = Math.max(...times.map(({ final }) => final));
    return { wallS: (last - first) / 1e6, downMs, cpuS, samples, journal: worker.journalBytes(),
        nodeCpuS: nodeCpuS(world.node) - nodeBefore };
}

/** Jobs that come one after the other: how long each takes. */
async function trickle(world, jobs, everyMs) {
    const { worker } = world;
    const from = world.made.length;
    const began = Date.now();
    for (let done = 0; done < jobs; ++done) {
        await world.addJobs(1);
        await sleep(Math.max(0, began + done * everyMs - Date.now()));
    }
    await world.settled(world.made.slice(from));
    const times = world.made.slice(from).map((job) => worker.jobs.get(job));
    return {
        toSent: times.map(({ seen, submitted }) => (submitted - seen) / 1000),
        toFinal: times.map(({ seen, final }) => (final - seen) / 1000),
    };
}

/**
 * Options: jobs; batch (1): proofs in a transaction; roots ("no": anvil computes no roots of states);
 * plain ("no": without the plain sender).
 * The exit code: 0 when the goal is met and the oracle is content.
 */
export async function runSpeed(given) {
    const options = { batch: 1, roots: 'yes', plain: 'yes', ...given };
    const compared = options.plain === 'yes';
    const before = compared ? await ceiling(options) : null;
    const world = await World.start('anvil',
        { ...worldOf(options), worker: { final_depth: 2, poll_ms: 4, batch_max: options.batch } });
    try {
        world.worker = new Worker({ ...world.worker.config, rpc_urls: [world.rpcUrl] });  // no proxy
        world.paceWhenIdle(kIdleMs.backlog);
        const fast = await backlog(world, options.jobs);
        world.paceWhenIdle(kIdleMs.trickle);
        const slow = await trickle(world, Math.min(200, options.jobs), 40);
        const verdict = await world.verdict();
        await world.node.stop();
        const after = compared ? await ceiling(options) : null;
        const perS = options.jobs / fast.wallS;
        const perCpuS = options.jobs / fast.cpuS;
        const half = fast.samples.filter(({ final }) => final > options.jobs * 0.6);
        const rss = half.map(({ rssKib }) => rssKib);
        const count = (event) => world.worker.logged(event).length;
        const ms = (value) => `${value.toFixed(1)} ms`;
        console.log([
            `speed: ${options.jobs} jobs in ${fast.wallS.toFixed(1)} s with a restart: ${perS.toFixed(0)} proofs/s, ` +
                `${options.batch} in a transaction, state roots: ${options.roots}`,
            ...(compared ? [['before', before], ['after', after]] : []).map(([when, plain]) =>
                `  a plain sender of signed bytes, just ${when}: ${(options.jobs / plain.wallS).toFixed(0)} proofs/s, ` +
                `anvil ${ms(1000 * plain.nodeCpuS / options.jobs)} of processor time a proof` +
                (plain.lost > 0 ? `; stood still ${plain.lost} times (${kLostMs} ms each) where anvil kept the next one aside` : '')),
            `  with us: anvil ${ms(1000 * fast.nodeCpuS / options.jobs)} a proof` +
                (compared ? `, ${((before.wallS + after.wallS) / 2 / fast.wallS).toFixed(2)} of the plain sender's pace` : ''),
            `  processor time of the worker: ${fast.cpuS.toFixed(2)} s, ${perCpuS.toFixed(0)} proofs a core-second`,
            `  down in the middle: ${fast.downMs} ms`,
            ...(count('submitter.reminded') === 0 ? [] : [`  anvil kept what was next among the queued: reminded ` +
                `${count('submitter.reminded')} times, replaced ${count('submitter.replaced')} times`]),
            `  seen to sent: p50 ${ms(percentile(slow.toSent, 0.5))}, p99 ${ms(percentile(slow.toSent, 0.99))}`,
            `  seen to final: p50 ${ms(percentile(slow.toFinal, 0.5))}, p99 ${ms(percentile(slow.toFinal, 0.99))}`,
            `  memory after the restart: ${Math.min(...rss)} to ${Math.max(...rss)} KiB`,
            `  journal: ${(fast.journal / 1024).toFixed(0)} KiB, ${(fast.journal / options.jobs).toFixed(0)} bytes a job`,
            `  oracle: ${verdict.found} proofs of ${verdict.expected}, ${verdict.receipts} receipts, ` +
                `${verdict.nonces} nonces, ${verdict.problems.length} problems`,
            ...verdict.problems.map((problem) => `      ${problem}`),
        ].join('\n'));
        mkdirSync(kOut, { recursive: true });
        writeFileSync(join(kOut, 'speed.json'), `${JSON.stringify({ perS, before, after, ...fast, ...slow }, null, 1)}\n`);
        return verdict.problems.length === 0 && perS >= kGoalPerS ? 0 : 1;
    } finally {
        await world.close();
    }
}
