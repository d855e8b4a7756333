// Rows 19 and 27 to 29: fees, money, and a contract that changes its mind.

import { sleep } from '../nodes.mjs';
import { inOneWorld } from './sending.mjs';

const kAll = ['anvil', 'hardhat', 'ganache'];
const kCoin = 10n ** 18n;
const kHoldMs = 1_500;

/** Ten times the base fee in 20 blocks and back: above the ceiling for a while. */
async function feeWave(world, problems) {
    const { node } = world;
    const ceiling = BigInt(world.options.worker.max_fee_wei);
    world.pace(0);
    const jobs = [];
    const wave = [...Array(21).keys(), ...[...Array(20).keys()].reverse()];
    for (const step of wave) {
        const fee = BigInt(Math.round(2e9 * 1.122 ** step));
        await node.setNextBaseFee(fee);
        if (step % 5 === 0 && jobs.length < 12) {
            jobs.push(...await world.addJobs(2, { mine: true }));
        } else await node.mine();
        await sleep(60);
    }
    await node.setNextBaseFee(2_000_000_000n);
    world.pace(world.options.blockMs);
    await world.settled(jobs);
    for (const line of world.worker.logged('submitter.bound')) {
        const receipt = await node.provider.getTransactionReceipt(line.tx);
        if (receipt && receipt.gasPrice > ceiling) problems.push(`paid ${receipt.gasPrice} wei per gas`);
    }
}

async function noMoney(world, problems) {
    const { node, tee, proxy, worker } = world;
    const whole = await node.provider.getBalance(tee);
    await node.setBalance(tee, 0n);
    const sent = proxy.sent.length;
    const jobs = await world.addJobs(3);
    await sleep(kHoldMs);
    if (proxy.sent.length !== sent) problems.push('something was signed without money');
    const told = worker.troubles.some(({ why }) => why.startsWith('insufficient_funds'));
    if (!told) problems.push('nobody was told that the money is gone');
    await node.setBalance(tee, whole > kCoin ? whole : kCoin);
    await world.settled(jobs);
    // Again with transactions on their way.
    proxy.set({ fault: 'swallow', each: 3 });
    const more = await world.addJobs(3);
    await world.settled(more, 20_000, 'submitted');
    await node.setBalance(tee, 0n);
    proxy.set();
    await sleep(kHoldMs);
    await node.setBalance(tee, whole > kCoin ? whole : kCoin);
    await world.settled(more);
}

/** The payer cancels a job whose proof is signed and not on the chain. */
async function cancelled(world, problems) {
    const { proxy, worker } = world;
    proxy.set({ fault: 'swallow' });
    const jobs = await world.addJobs(3);
    await world.settled(jobs, 20_000, 'submitted');
    await world.cancelJob(jobs[1]);
    world.cancelled = [...(world.cancelled ?? []), jobs[1]];
    await sleep(100);
    proxy.set();
    await world.settled([jobs[0], jobs[2]]);
    await world.settled([jobs[1]], 20_000, 'ended');
    // The next job goes on as if nothing had been.
    await world.settled(await world.addJobs(1));
    const voided = worker.logged('submitter.final').filter(({ void_reason: why }) => why === 1);
    if (voided.length !== world.cancelled.length) problems.push(`${voided.length} slots canceled`);
    return { jobs: world.made.filter((job) => !world.cancelled.includes(job)), without: world.cancelled };
}

async function changedMind(world, problems) {
    const { poolAsAdmin, worker, proxy } = world;
    const wait = async (sent) => (await sent).wait();
    const held = async (off, on) => {
        await worker.stop();
        const jobs = await world.addJobs(3);
        await wait(off());
        const sent = proxy.sent.length;
        await worker.start();
        await sleep(kHoldMs);
        if (proxy.sent.length !== sent) problems.push('sent what the contract refuses');
        await wait(on());
        await world.settled(jobs);
    };
    const key = world.teeWallet.signingKey.publicKey;
    await held(() => poolAsAdmin.removeTee(world.tee),
        () => poolAsAdmin.addTee(world.tee, 'http://127.0.0.1', key));
    await held(() => poolAsAdmin.pause(), () => poolAsAdmin.unpause());
    // An upgrade that takes the registry away from under the pool, and one that brings it back.
    await held(() => poolAsAdmin.updateDataRegistry(world.pool),
        () => poolAsAdmin.updateDataRegistry(world.registry.target));
    const told = ['reverted', 'contract_paused', 'worker_not_active'];
    const heard = worker.troubles.some(({ why }) => told.some((code) => why.startsWith(code)));
    if (!heard) problems.push('nobody was told why nothing moves');
}

const kCeiling = 12_000_000_000;
export const rows = [
    inOneWorld(19, 'base fee x10 and back', ['anvil', 'hardhat'],
        { blockMs: 50, worker: { max_fee_wei: kCeiling } }, feeWave, 'ganache has no control of the base fee'),
    inOneWorld(27, 'balance to 0 and back', kAll, { blockMs: 50 }, noMoney),
    inOneWorld(28, 'cancelled on the way', kAll, { blockMs: 50 }, cancelled),
    inOneWorld(29, 'removed, paused, upgraded', kAll, { blockMs: 50 }, changedMind),
];
