// Runs `score` and `recompute` of the whole program on small texts, offline.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { runProgram } from './support.mjs';

function required(name) {
    if (!process.env[name]) throw new Error(`${name} is not set: ctest sets it`);
    return process.env[name];
}
const kProgram = required('PRAMANA_PROGRAM');
export const kModel = required('PRAMANA_MODEL');

/** A directory that is gone after the tests of the file. */
export const kDirectory = mkdtempSync(join(tmpdir(), 'pramana-score-'));
after(() => rmSync(kDirectory, { recursive: true, force: true }));

/** Writes a file of the directory; gives its path. */
export function put(name, content) {
    const path = join(kDirectory, name);
    writeFileSync(path, content);
    return path;
}

/** English prose that every Debian carries. */
export const licence = (name) => readFileSync(`/usr/share/common-licenses/${name}`, 'utf8');

/** {code, output, errors} of a subcommand that needs neither model nor chain. */
export const runOffline = (args) => runProgram(kProgram, args);

/** {code, output, errors} of a subcommand that needs the model; a given --model stands for ours. */
export function runScoring(command, args) {
    const model = args.includes('--model') ? [] : ['--model', kModel];
    return runProgram(kProgram, [command, ...model, ...args]);
}

/** `score --json`: the parsed lines beside code and errors. */
export async function scored(args) {
    const run = await runScoring('score', ['--json', ...args]);
    return { ...run, rows: run.output.split('\n').filter(Boolean).map((line) => JSON.parse(line)) };
}

/** `recompute --json`: {code, errors, judged}. */
export async function recomputed(args) {
    const run = await runScoring('recompute', ['--json', ...args]);
    return { ...run, judged: run.output === '' ? null : JSON.parse(run.output) };
}
