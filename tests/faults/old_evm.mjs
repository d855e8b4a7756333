// Our contracts for an EVM before Cancun, which is all that ganache knows: compiled here, with the
// library's MCOPY written as a loop.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const kRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const kNodeTools = join(kRoot, 'tools', 'node');
const kSources = join(kRoot, 'contracts-abi', 'src');
const kContracts = ['DataRegistry', 'TeePool'];
// By words; the last one keeps what stands behind the copy. (Never used where the two overlap.)
const kCopy = `function copy_bytes(to, from, size) {
    for { let i := 0 } lt(i, size) { i := add(i, 32) } {
        let left := sub(size, i)
        let word := mload(add(from, i))
        if lt(left, 32) {
            let mask := sub(shl(mul(8, sub(32, left)), 1), 1)
            word := or(and(word, not(mask)), and(mload(add(to, i)), mask))
        }
        mstore(add(to, i), word)
    }
}`;

/** Gives each assembly block that copies a function for it. */
function withoutMcopy(text) {
    if (!text.includes('mcopy(')) return text;
    return text.replaceAll('mcopy(', 'copy_bytes(')
        .replaceAll(/assembly( \("memory-safe"\))? \{/g, (block) => `${block} ${kCopy}`);
}

function readImport(path) {
    const file = path.startsWith('@openzeppelin/')
        ? join(kNodeTools, 'node_modules', path) : join(kSources, path);
    return { contents: withoutMcopy(readFileSync(file, 'utf8')) };
}

function compile(input) {
    const solc = createRequire(join(kNodeTools, 'package.json'))('solc');
    const output = JSON.parse(solc.compile(JSON.stringify(input), { import: readImport }));
    const errors = (output.errors ?? []).filter(({ severity }) => severity === 'error');
    if (errors.length > 0) throw new Error(errors[0].formattedMessage);
    return Object.fromEntries(kContracts.map((name) =>
        [name, output.contracts[`${name}.sol`][name].evm.bytecode.object]));
}

let compiled = null;

/** Creation code of "TeePool" or "DataRegistry", 0x-prefixed; kept in build/ as it takes seconds. */
export function oldBytecodeOf(contract) {
    if (!compiled) {
        const sources = Object.fromEntries(readdirSync(kSources)
            .filter((name) => kContracts.includes(name.replace('.sol', '')))
            .map((name) => [name, { content: readFileSync(join(kSources, name), 'utf8') }]));
        const settings = {
            optimizer: { enabled: true, runs: 200 }, evmVersion: 'paris',
            outputSelection: { '*': { '*': ['evm.bytecode.object'] } },
        };
        const input = { language: 'Solidity', sources, settings };
        const lock = readFileSync(join(kNodeTools, 'package-lock.json'), 'utf8');
        const key = createHash('sha256').update(JSON.stringify(input) + lock + kCopy).digest('hex');
        const kept = join(kRoot, 'build', 'faults', `old_evm-${key.slice(0, 16)}.json`);
        if (!existsSync(kept)) {
            mkdirSync(dirname(kept), { recursive: true });
            writeFileSync(`${kept}.${process.pid}`, JSON.stringify(compile(input)));
            renameSync(`${kept}.${process.pid}`, kept);
        }
        compiled = JSON.parse(readFileSync(kept, 'utf8'));
    }
    return `0x${compiled[contract]}`;
}
