// Rows 32 and 33: what signs, and several proofs in one transaction.

import { sleep } from '../nodes.mjs';
import { inOneWorld } from './sending.mjs';

const kAll = ['anvil', 'hardhat', 'ganache'];
const kOdd = 4;  // signatures that fail, or are of something else

/** A signer that is slow, then one that fails, then one that signs another transaction. */
async function oddSigner(world, problems) {
    const { worker, proxy } = world;
    const changes = [{ signer_delay_ms: 300 }, { signer_failures: kOdd }, { signer_lies: kOdd }];
    for (const change of changes) {
        await worker.stop();
        const right = worker.config;
        worker.config = { ...right, ...change };
        await worker.start();
        await world.settled(await world.addJobs(3));
        worker.config = right;
    }
    await worker.stop();
    const recorded = new Set((await worker.dump()).slots
        .flatMap(({ attempts }) => attempts));
    const strangers = proxy.sentHashes().filter((hash) => !recorded.has(hash));
    if (strangers.length > 0) problems.push(`${strangers.length} sent that the journal does not have`);
    if (worker.logged('submitter.signer_fault').length < kOdd) problems.push('nobody was told of the signer\'s fault');
    await worker.start();
}

/** One of the jobs of a multicall is cancelled after signing: the others land without it. */
async function spoiltBatch(world, problems) {
    const { proxy, worker } = world;
    await world.settled(await world.addJobs(1));
    proxy.set({ fault: 'swallow' });
    const jobs = await world.addJobs(5);
    await world.settled(jobs, 20_000, 'submitted');
    await world.cancelJob(jobs[2]);
    world.cancelled = [...(world.cancelled ?? []), jobs[2]];
    await sleep(100);
    proxy.set();
    const rest = jobs.filter((job) => job !== jobs[2]);
    await world.settled(rest, 30_000);
    await world.settled([jobs[2]], 20_000, 'ended');
    await world.settled(await world.addJobs(7));
    const bound = worker.logged('submitter.bound').length;
    if (bound >= world.made.length) problems.push(`${bound} transactions for ${world.made.length} jobs`);
    return { jobs: world.made.filter((job) => !world.cancelled.includes(job)), without: world.cancelled };
}

export const rows = [
    inOneWorld(32, 'signer slow, failing, lying', kAll, { blockMs: 50 }, oddSigner),
    inOneWorld(33, 'multicall with a spoilt element', kAll, { blockMs: 50, worker: { batch_max: 5 } },
        spoiltBatch),
];
