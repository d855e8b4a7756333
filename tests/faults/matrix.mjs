// The fault matrix: runs rows against the nodes where they can run, prints a line for each, and ends
// with 1 when anything deviates. Called by tools/faults.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kNodes } from './nodes.mjs';
import { rows as crashes } from './rows/crashes.mjs';
import { rows as batches } from './rows/batches.mjs';
import { rows as contract } from './rows/contract.mjs';
import { rows as endpoints } from './rows/endpoints.mjs';
import { rows as host } from './rows/host.mjs';
import { rows as reading } from './rows/reading.mjs';
import { rows as reorgs } from './rows/reorgs.mjs';
import { rows as soak } from './rows/soak.mjs';
import { rows as sending } from './rows/sending.mjs';
import { rows as websocket } from './rows/websocket.mjs';

const kOut = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'build', 'faults');
const kRows = [crashes, sending, reorgs, contract, endpoints, batches, host, reading, soak, websocket].flat()
    .sort((a, b) => a.id - b.id);
const kWidths = [3, 30, 8, 6, 13, 15, 8];

const line = (cells) => cells.map((cell, i) => String(cell).padEnd(kWidths[i] ?? 0)).join(' ');

/** "1-10,14" as a set of numbers. */
function rowSet(text) {
    const wanted = new Set();
    for (const part of text.split(',')) {
        const match = /^(\d+)(?:-(\d+))?$/.exec(part);
        if (!match) throw new Error(`--rows: not understood: ${part}`);
        for (let id = Number(match[1]); id <= Number(match[2] ?? match[1]); ++id) wanted.add(id);
    }
    return wanted;
}

async function runRow(row, kind, options) {
    const began = Date.now();
    let result;
    try {
        result = await row.run(kind, options.rounds, options);
    } catch (error) {
        result = { expected: '?', found: '?', nonces: '?', receipts: '?', problems: [error.message] };
    }
    const ok = result.problems.length === 0;
    const verdict = ok ? result.note ?? 'ok' : 'DEVIATES';
    console.log(line([row.id, row.name, kind, options.rounds, `${result.expected}/${result.found}`,
        `${result.nonces}/${result.receipts}`, `${((Date.now() - began) / 1000).toFixed(1)} s`, verdict]));
    for (const problem of result.problems) console.log(`      ${problem}`);
    return { id: row.id, name: row.name, node: kind, rounds: options.rounds, ...result, verdict, ok };
}

/** Options: rows (text), nodes (list), rounds, jobs, out (file of the results). The exit code. */
export async function runMatrix(options) {
    const wanted = options.rows ? rowSet(options.rows) : new Set(kRows.map(({ id }) => id));
    const nodes = options.nodes ?? kNodes;
    console.log(line(['row', 'fault', 'node', 'rounds', 'proofs ex/fd', 'nonces/receipts', 'time', 'verdict']));
    const results = [];
    for (const row of kRows.filter(({ id }) => wanted.has(id))) {
        for (const kind of nodes.filter((node) => row.nodes.includes(node))) {
            results.push(await runRow(row, kind, options));
        }
        for (const kind of nodes.filter((node) => !row.nodes.includes(node))) {
            console.log(line([row.id, row.name, kind, 0, '-', '-', '', `not run: ${row.why?.[kind] ?? row.why ?? ''}`]));
        }
    }
    mkdirSync(kOut, { recursive: true });
    writeFileSync(options.out ?? join(kOut, 'matrix.json'), `${JSON.stringify(results, null, 1)}\n`);
    const bad = results.filter(({ ok }) => !ok);
    console.log(`faults: ${results.length} runs, ${bad.length} deviate`);
    return bad.length === 0 ? 0 : 1;
}
