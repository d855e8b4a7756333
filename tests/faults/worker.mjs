// The process under test: build/dev/chain_soak (chain_soak.cpp), its events and its journal.

import { spawn, execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sleep } from './nodes.mjs';

const kRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const kProgram = join(process.env.PRAMANA_BIN ?? join(kRoot, 'build', 'dev'), 'chain_soak');
const kStopMsMax = 20_000;
const kTailLines = 12;
const kLogLinesMax = 20_000;
const kBufferMax = 256 << 20;

/** Calls `look` until it gives something; throws with `what` when it never does. */
export async function until(what, look, waitMs = 60_000) {
    for (const deadline = Date.now() + waitMs; Date.now() < deadline; await sleep(10)) {
        const seen = await look();
        if (seen) return seen;
    }
    throw new Error(`timed out: ${what}`);
}

/** Feeds whole lines of a stream to `take`. */
function eachLine(stream, take) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop();
        for (const line of lines) take(line);
    });
}

export class Worker {
    /** `config`: members of SoakConfig; the directory is made here unless given. */
    constructor(config) {
        this.home = mkdtempSync(join(tmpdir(), 'pramana-soak-'));
        this.config = { directory: join(this.home, 'data'), ...config };
        this.file = join(this.home, 'config.json');
        this.logs = [];      // parsed lines of standard error, newest last
        this.jobs = new Map();  // job -> {seen, proved, submitted, final, ended} (microseconds)
        this.troubles = [];
        this.starts = 0;
        mkdirSync(this.config.directory, { recursive: true });
    }

    /** Starts; does not wait. `crashAt` as PRAMANA_CRASH_AT. */
    spawn(crashAt = '') {
        writeFileSync(this.file, JSON.stringify(this.config));
        const env = { ...process.env };
        delete env.PRAMANA_CRASH_AT;
        if (crashAt) env.PRAMANA_CRASH_AT = crashAt;
        this.ready = false;
        ++this.starts;
        this.child = spawn(kProgram, ['run', this.file], { stdio: ['ignore', 'pipe', 'pipe'], env });
        this.ended = once(this.child, 'close');
        eachLine(this.child.stdout, (line) => this.takeEvent(JSON.parse(line)));
        eachLine(this.child.stderr, (line) => this.takeLog(line));
    }

    async start(crashAt = '') {
        this.spawn(crashAt);
        await until('the worker starts', () => this.ready || !this.alive, 30_000);
        if (!this.ready && !crashAt) throw new Error(`it did not start:\n${this.tail()}`);
    }

    takeEvent(event) {
        if (event.event === 'ready') this.ready = true;
        else if (event.event === 'trouble') this.troubles.push(event);
        else {
            const job = this.jobs.get(event.job) ?? {};
            job[event.event] ??= event.us;
            this.jobs.set(event.job, job);
        }
    }

    takeLog(line) {
        let parsed;
        try {
            parsed = JSON.parse(line);
        } catch {
            parsed = { event: 'text', text: line };
        }
        this.logs.push({ ...parsed, at: Date.now() });
        if (this.logs.length > kLogLinesMax) this.logs.splice(0, kLogLinesMax / 2);
    }

    /** Log lines with this event's name. */
    logged(event) { return this.logs.filter((line) => line.event === event); }

    tail() {
        return this.logs.slice(-kTailLines).map((line) => JSON.stringify(line).slice(0, 200)).join('\n');
    }

    get alive() { return this.child.exitCode === null && this.child.signalCode === null; }

    count(event) { return [...this.jobs.values()].filter((job) => job[event] !== undefined).length; }

    async died(waitMs = 60_000) {
        await until('the worker dies', () => !this.alive, waitMs);
        await this.ended;
    }

    async kill() {
        this.child.kill('SIGKILL');
        await this.ended;
    }

    /** SIGTERM; its exit code. */
    async stop() {
        if (!this.child) return null;
        if (this.alive) this.child.kill('SIGTERM');
        const late = setTimeout(() => this.child.kill('SIGKILL'), kStopMsMax);
        await this.ended;
        clearTimeout(late);
        return this.child.exitCode;
    }

    /** One line for each thread: its name and what it does in the kernel. */
    threads() {
        const of = (thread, name) => readFileSync(`/proc/${this.child.pid}/task/${thread}/${name}`, 'utf8').trim();
        return readdirSync(`/proc/${this.child.pid}/task`).map((thread) => {
            try {
                return `  thread ${of(thread, 'comm')}: ${of(thread, 'wchan')}, system call ${of(thread, 'syscall')}`;
            } catch (error) {
                return `  thread ${thread}: ${error.code}`;
            }
        });
    }

    rssKib() {
        const text = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
        return Number(/VmRSS:\s+(\d+)/.exec(text)[1]);
    }

    /** Processor seconds of the process so far. */
    cpuS() {
        const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
        return (Number(fields[11]) + Number(fields[12])) / 100;
    }

    /** Bytes of the store's database on disk. */
    journalBytes() {
        const db = join(this.config.directory, 'db');
        return readdirSync(db).reduce((sum, name) => sum + statSync(join(db, name)).size, 0);
    }

    /** The whole journal; the worker must not run. */
    async dump() {
        const { stdout } = await promisify(execFile)(kProgram, ['dump', this.file],
            { maxBuffer: kBufferMax });
        return JSON.parse(stdout);
    }

    async close() {
        await this.stop();
        rmSync(this.home, { recursive: true, force: true });
    }
}
