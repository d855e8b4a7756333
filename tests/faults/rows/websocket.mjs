// Row 36: websockets wake the worker and decide nothing: with one that works a job is found at once
// although polls are far apart, with one that is lost, silent, mad or lying it is found by the poll.

import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { sleep } from '../nodes.mjs';
import { World } from '../world.mjs';

const kPollMs = 4_000;
const kSoonMs = 2_000;

/** A relay of bytes to the node, which can be told to refuse, to swallow, or to send nonsense. */
class Relay {
    static async start(port) {
        const relay = new Relay(port);
        relay.server.listen(0, '127.0.0.1');
        await once(relay.server, 'listening');
        return relay;
    }

    constructor(port) {
        Object.assign(this, { port, mode: 'pass', sockets: new Set() });
        this.server = createServer((socket) => this.take(socket));
    }

    get url() { return `ws://127.0.0.1:${this.server.address().port}`; }

    take(socket) {
        this.sockets.add(socket);
        socket.on('error', () => {}).on('close', () => this.sockets.delete(socket));
        if (this.mode === 'refuse') return socket.destroy();
        if (this.mode === 'nonsense') return socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno');
        const node = connect(this.port, '127.0.0.1').on('error', () => socket.destroy());
        node.on('data', (bytes) => {
            if (this.mode !== 'silent') socket.write(bytes);
        });
        socket.on('data', (bytes) => node.write(bytes)).on('close', () => node.destroy());
        return node.on('close', () => socket.destroy());
    }

    /** From now on so; who is connected is cut off. */
    async become(mode) {
        this.mode = mode;
        for (const socket of this.sockets) socket.destroy();
        await sleep(1_500);  // the worker comes back within a second
    }

    /** Everybody who listens is told of heads that nobody mined. */
    lie(times) {
        const text = '{"jsonrpc":"2.0","method":"eth_subscription","params":{"result":{"number":"0xffff"}}}';
        const frame = Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)]);
        for (const socket of this.sockets) for (let i = 0; i < times; ++i) socket.write(frame);
    }

    async close() {
        for (const socket of this.sockets) socket.destroy();
        this.server.close();
        await once(this.server, 'close');
    }
}

/** Milliseconds until a new job is seen. */
async function timeToSee(world) {
    const began = Date.now();
    await world.settled(await world.addJobs(1), 60_000, 'seen');
    return Date.now() - began;
}

/** What is near the bound may be luck of the poll: the fastest of three with, the slowest without. */
async function times(world, count) {
    const all = [];
    for (let i = 0; i < count; ++i) all.push(await timeToSee(world));
    return all;
}

export const rows = [{
    id: 36, name: 'websocket lost, silent, lying', nodes: ['anvil', 'hardhat'],
    why: { ganache: 'its websocket add-on is not installed' },
    async run(kind) {
        const world = await World.start(kind, { blockMs: 300, worker: { poll_ms: kPollMs } });
        const relay = await Relay.start(world.node.port);
        const problems = [];
        try {
            world.worker.config.websocket_urls = [relay.url];
            await world.worker.start();
            await sleep(1_000);
            const woken = await times(world, 4);
            if (Math.max(...woken) > kSoonMs) problems.push(`woken: seen after ${woken} ms`);
            for (const mode of ['refuse', 'nonsense', 'silent']) {
                await relay.become(mode);
                const ms = await timeToSee(world);
                if (ms > 3 * kPollMs) problems.push(`${mode}: seen after ${ms} ms`);
            }
            await relay.become('pass');
            const before = world.proxy.requests.length;
            relay.lie(2_000);
            await sleep(2_000);
            const asked = world.proxy.requests.length - before;
            if (asked > 400) problems.push(`2,000 lies in a row made ${asked} requests`);
            const again = await times(world, 2);
            if (Math.max(...again) > kSoonMs) problems.push(`after all that: seen after ${again} ms`);
            await world.settled();
            const verdict = await world.verdict();
            return { ...verdict, problems: [...verdict.problems, ...problems],
                note: `ok: woken in ${Math.max(...woken)} ms of a poll every ${kPollMs}, ${asked} requests for 2,000 lies` };
        } catch (error) {
            throw new Error(`${error.message}\n${world.worker.tail()}`);
        } finally {
            await relay.close();
            await world.close();
        }
    },
}];
