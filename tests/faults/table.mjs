// The matrix' results (build/faults/matrix.json, or the files that are named) as the table of docs/chain.md.

import { readFileSync } from 'node:fs';

const files = process.argv.length > 2 ? process.argv.slice(2) : ['build/faults/matrix.json'];
const runs = new Map();
for (const file of files) {
    for (const run of JSON.parse(readFileSync(file, 'utf8'))) runs.set(`${run.id} ${run.node}`, run);
}
const sorted = [...runs.values()].sort((a, b) => a.id - b.id);
console.log('| row | fault | node | rounds | proofs expected/found | nonces/receipts | verdict |');
console.log('|---:|---|---|---:|---:|---:|---|');
for (const { id, name, node, rounds, expected, found, nonces, receipts, verdict } of sorted) {
    console.log(`| ${id} | ${name} | ${node} | ${rounds} | ${expected}/${found} | ${nonces}/${receipts} | ${verdict} |`);
}
