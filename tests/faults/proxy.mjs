// A JSON-RPC proxy on loopback that breaks what passes through it, by rules that may change at any
// time: the faults that no test node has. A rule is an object:
//   {fault, method, times, chance, ...}   `method`: a name, a list of names, or absent = every call;
//                                         `times`: how often it still strikes; `chance`: 0..1
// Faults of the whole exchange (fault: what is done, with its settings):
//   delay {ms}          hang {ms}           cut_before          cut_after          truncate
//   status_before / status_after {status, retryAfter, body}     body {kind}: see bodies.mjs
// Faults of one call:
//   error {code, message, data}   result {value}   lag {blocks}   omit_logs {keep}   repeat_logs
//   hide_receipts   swallow {each}: the first so many times of each   wrong_hash   range_limit {blocks, results, code, message}
//   geth_pool (see geth_pool.mjs)
// POST /control on the second port replaces the rules: {"rules": [...]}; GET /control shows them and
// the counts.

import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import { viem } from '../../tools/node/libraries.mjs';
import { brokenBody } from './bodies.mjs';
import { answerFaults, callFaults } from './call_faults.mjs';
import { GethPool } from './geth_pool.mjs';
import { sleep } from './nodes.mjs';

const kBodyBytesMax = 8 << 20;

async function readAll(stream) {
    const parts = [];
    let size = 0;
    for await (const part of stream) {
        size += part.length;
        if (size > kBodyBytesMax) throw new Error('body too large');
        parts.push(part);
    }
    return Buffer.concat(parts);
}

export class FaultProxy {
    /** Starts in front of `upstream` (a URL, may be changed later as `proxy.upstream`). */
    static async start(upstream, random = Math.random) {
        const proxy = new FaultProxy(upstream, random);
        await proxy.listen();
        return proxy;
    }

    constructor(upstream, random) {
        Object.assign(this, { upstream, random, rules: [], hook: null });
        this.agent = new Agent({ keepAlive: true, maxSockets: 16 });
        this.pool = new GethPool((method, params) => this.ask(method, params));
        this.sent = [];  // of eth_sendRawTransaction: {raw, at}, newest last
        this.counts = new Map();  // by method, and by fault as `fault:<name>`
        this.requests = [];  // arrival times, ms
    }

    async listen() {
        this.server = createServer((from, to) => {
            this.serve(from, to).catch(() => to.destroy());
        }).listen(0, '127.0.0.1');
        this.control = createServer((from, to) => {
            this.serveControl(from, to).catch((error) => to.writeHead(400).end(String(error)));
        }).listen(0, '127.0.0.1');
        await Promise.all([once(this.server, 'listening'), once(this.control, 'listening')]);
        this.url = `http://127.0.0.1:${this.server.address().port}`;
        this.controlUrl = `http://127.0.0.1:${this.control.address().port}/control`;
    }

    async close() {
        this.agent.destroy();
        for (const server of [this.server, this.control]) {
            server.closeAllConnections();
            server.close();
            await once(server, 'close');
        }
    }

    /** Hashes of all transactions that came, once each. */
    sentHashes() { return [...new Set(this.sent.map(({ raw }) => viem.keccak256(raw)))]; }

    /** Replaces all rules. */
    set(...rules) { this.rules = rules; }

    count(name) { return this.counts.get(name) ?? 0; }

    note(name) { this.counts.set(name, this.count(name) + 1); }

    /** The rule of one of `faults` that strikes these calls now, or null; its chance is taken once. */
    strike(faults, ...methods) {
        for (const rule of this.rules) {
            if (!faults.includes(rule.fault)) continue;
            const names = rule.method === undefined ? null : [rule.method].flat();
            if (names && !methods.some((method) => names.includes(method))) continue;
            if (rule.times !== undefined && rule.times <= 0) continue;
            if (rule.chance !== undefined && this.random() >= rule.chance) continue;
            if (rule.times !== undefined) --rule.times;
            this.note(`fault:${rule.fault}`);
            return rule;
        }
        return null;
    }

    /** A call of the proxy's own to the node behind. */
    async ask(method, params) {
        const text = await this.forward(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
        const answer = JSON.parse(text.body.toString());
        if (answer.error) throw new Error(answer.error.message);
        return answer.result;
    }

    forward(body) {
        const { hostname, port } = new URL(this.upstream);
        return new Promise((resolve, reject) => {
            const call = request({ hostname, port, method: 'POST', path: '/', agent: this.agent,
                headers: { 'Content-Type': 'application/json',
                    'Content-Length': Buffer.byteLength(body) } }, (reply) => {
                readAll(reply).then((bytes) => resolve({ status: reply.statusCode, body: bytes }),
                    reject);
            });
            call.on('error', reject);
            call.end(body);
        });
    }

    async serve(from, to) {
        const text = (await readAll(from)).toString();
        const parsed = JSON.parse(text);
        const calls = [parsed].flat();
        this.requests.push(Date.now());
        for (const call of calls) {
            this.note(call.method);
            if (call.method === 'eth_sendRawTransaction') {
                this.sent.push({ raw: call.params[0], at: Date.now() });
            }
        }
        const methods = calls.map((call) => call.method);
        const strikes = (...faults) => this.strike(faults, ...methods);

        await this.hook?.('before', calls);
        const late = strikes('delay');
        if (late) await sleep(late.ms);
        if (strikes('cut_before')) return to.destroy();
        const before = strikes('status_before');
        if (before) return this.status(to, before);
        const hung = strikes('hang');
        if (hung) {
            await sleep(hung.ms);
            return to.destroy();
        }
        const answers = await this.answer(calls);
        await this.hook?.('after', calls);
        if (strikes('cut_after')) return to.destroy();
        const after = strikes('status_after');
        if (after) return this.status(to, after);
        const body = JSON.stringify(Array.isArray(parsed) ? answers : answers[0]);
        const broken = strikes('body');
        if (broken) {
            return to.writeHead(200, { 'Content-Type': 'application/json' })
                .end(brokenBody(broken.kind, body, calls));
        }
        if (strikes('truncate')) {
            to.writeHead(200, { 'Content-Length': body.length });
            to.write(body.slice(0, body.length / 2), () => to.destroy());
            return null;
        }
        return to.writeHead(200, { 'Content-Type': 'application/json' }).end(body);
    }

    status(to, rule) {
        const headers = rule.retryAfter === undefined ? {} : { 'Retry-After': rule.retryAfter };
        return to.writeHead(rule.status, headers).end(rule.body ?? '<html>no</html>');
    }

    /** Answers in the order of the calls: those that a rule answers, and the node's for the rest. */
    async answer(calls) {
        const answers = new Array(calls.length);
        const passing = [];
        for (const [i, call] of calls.entries()) {
            const settled = await callFaults(this, call);
            if (settled.answer) answers[i] = { jsonrpc: '2.0', id: call.id, ...settled.answer };
            else passing.push({ i, call: settled.call });
        }
        if (passing.length > 0) {
            const bodies = passing.map(({ call }) => call);
            const batch = calls.length > 1;
            const reply = await this.forward(JSON.stringify(batch ? bodies : bodies[0]));
            const parsed = [JSON.parse(reply.body.toString())].flat();
            for (const { i, call } of passing) {
                answers[i] = parsed.find((answer) => answer.id === call.id) ?? parsed[0];
            }
        }
        for (const [i, call] of calls.entries()) answers[i] = await answerFaults(this, call, answers[i]);
        return answers;
    }

    async serveControl(from, to) {
        if (from.method === 'POST') this.rules = JSON.parse((await readAll(from)).toString()).rules;
        to.writeHead(200, { 'Content-Type': 'application/json' })
            .end(JSON.stringify({ rules: this.rules, counts: Object.fromEntries(this.counts) }));
    }
}
