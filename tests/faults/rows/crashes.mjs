// Rows 1 to 10: kill -9 after each arrow of a job's life, and during recovery.

import { until } from '../worker.mjs';
import { World } from '../world.mjs';

const kJobs = 4;
const kSend = 'eth_sendRawTransaction';

/** What the journal held when the process died must be what it ends with: same nonce, same bytes. */
function compareSlots(atDeath, atEnd, problems) {
    const later = new Map(atEnd.slots.map((slot) => [slot.tx_nonce, slot]));
    for (const slot of atDeath.slots) {
        const end = later.get(slot.tx_nonce);
        if (!end) problems.push(`nonce ${slot.tx_nonce} is gone from the journal`);
        else if (String(end.jobs) !== String(slot.jobs) || end.attempts[0] !== slot.attempts[0]) {
            problems.push(`nonce ${slot.tx_nonce} changed its jobs or its bytes`);
        } else if (end.attempts.length !== slot.attempts.length) {
            problems.push(`nonce ${slot.tx_nonce} was signed again`);
        }
    }
}

/** Lets the worker die once by `die(world)`, restarts it, and waits until all is final. */
async function dieOnce(world, die, problems) {
    const { worker } = world;
    if (worker.child) await worker.stop();
    await die(world);
    const atDeath = await worker.dump();
    await worker.start();
    await world.settled();
    await worker.stop();
    compareSlots(atDeath, await worker.dump(), problems);
}

const atPoint = (point) => async (world) => {
    await world.worker.start(point);
    await world.addJobs(kJobs);
    await world.worker.died();
};

/** Dies while a transaction is on its way: the node has it when `when` is "after", not yet else. */
const onTheWay = (when) => async (world) => {
    const { worker, proxy } = world;
    await worker.start();
    let armed = true;
    proxy.hook = async (now, calls) => {
        if (!armed || now !== when || !calls.some(({ method }) => method === kSend)) return;
        armed = false;
        await worker.kill();
        if (when === 'before') throw new Error('never forwarded');
    };
    await world.addJobs(kJobs);
    await until('the worker is killed', () => !armed && !worker.alive);
    proxy.hook = null;
};

/** Dies with transactions stored and not sent, then twice while it sends them again. */
async function whileRecovering(world) {
    const { worker } = world;
    await atPoint('after_sign:2')(world);
    world.pace(0);  // what is mined would not be sent again
    for (const point of ['after_send', 'in_recovery']) {
        worker.spawn(point);
        await worker.died();
    }
    world.pace(50);
}

const row = (id, name, deaths) => ({
    id, name, nodes: ['anvil', 'hardhat', 'ganache'],
    async run(kind, rounds) {
        const world = await World.start(kind);
        try {
            const problems = [];
            for (let round = 0; round < rounds; ++round) {
                for (const die of deaths) await dieOnce(world, die, problems);
            }
            const verdict = await world.verdict();
            return { ...verdict, problems: [...verdict.problems, ...problems] };
        } finally {
            await world.close();
        }
    },
});

// Binding a nonce, signing and storing are one synced batch, so three of the arrows end at one point;
// each row dies there at another slot of the window.
export const rows = [
    row(1, 'kill -9: seen', [atPoint('after_seen'), atPoint('after_seen:3')]),
    row(2, 'kill -9: proved', [atPoint('after_prove'), atPoint('before_bind:2')]),
    row(3, 'kill -9: bound', [atPoint('after_sign')]),
    row(4, 'kill -9: signed', [atPoint('after_sign:2')]),
    row(5, 'kill -9: before the write', [atPoint('before_send:4'), onTheWay('before')]),
    row(6, 'kill -9: written, no reply', [onTheWay('after')]),
    row(7, 'kill -9: after the reply', [atPoint('after_send'), atPoint('after_sent:3')]),
    row(8, 'kill -9: included', [atPoint('after_included'), atPoint('after_included:2')]),
    row(9, 'kill -9: final', [atPoint('after_final'), atPoint('after_record')]),
    row(10, 'kill -9: in recovery, twice', [whileRecovering]),
];
