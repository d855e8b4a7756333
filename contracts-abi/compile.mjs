#!/usr/bin/env node
// Compiles contracts-abi/src with the solc and the OpenZeppelin that tools/node pins, and writes
// the checked-in abi/*.json and artefacts/*.json. Same input, same bytes: no metadata trailer, no
// paths, no dates.
//
//   node contracts-abi/compile.mjs           writes the files
//   node contracts-abi/compile.mjs --check   compiles and compares; exit 1 names what differs

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const kHere = dirname(fileURLToPath(import.meta.url));
const kNodeTools = join(kHere, '..', 'tools', 'node');
const kSourceDir = join(kHere, 'src');

// Contract, with its folder -> base name of its files. Interfaces have no files of their own.
const kContracts = {
    DataRegistry: 'data_registry',
    TeePool: 'tee_pool',
    Dlp: 'dlp',
    RewardToken: 'reward_token',
    'registry/AttestedResultRegistry': 'attested_result_registry',
    'registry/QuorumAppraisal': 'quorum_appraisal',
    'registry/AttestedDlp': 'attested_dlp',
    'registry/RootScoreReader': 'root_score_reader',
};

const kOutputs = ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'];
const kSettings = {
    optimizer: { enabled: true, runs: 200 },
    evmVersion: 'cancun',
    metadata: { appendCBOR: false, bytecodeHash: 'none' },
    outputSelection: { '*': { '*': kOutputs } },
};

/** Text of an import: ours by its bare name, OpenZeppelin's from the pinned package. */
function readImport(path, sources) {
    const file = path.startsWith('@openzeppelin/contracts/')
        ? join(kNodeTools, 'node_modules', path)
        : join(kSourceDir, path);
    if (!existsSync(file)) return { error: `${path}: not found; run tools/setup` };
    const contents = readFileSync(file, 'utf8');
    sources.set(path, contents);
    return { contents };
}

/** SHA-256 over what decides the bytecode: compiler, settings, and each source by sorted path. */
function sourceHash(solcVersion, sources) {
    const hash = createHash('sha256').update(`${solcVersion}\n${JSON.stringify(kSettings)}\n`);
    for (const path of [...sources.keys()].sort()) {
        const digest = createHash('sha256').update(sources.get(path)).digest('hex');
        hash.update(`${digest} ${path}\n`);
    }
    return hash.digest('hex');
}

/** `Dlp.sol`, `registry/IAppraisal.sol`: the sources, sorted. */
function sourceNames() {
    return readdirSync(kSourceDir, { recursive: true })
        .filter((entry) => entry.endsWith('.sol')).sort();
}

/**
 * Compiles all sources in one run. Returns Map(relative file name -> text). Throws on any error and
 * on a warning about our own sources (the compiler also warns about names inside OpenZeppelin).
 */
export function compileAll() {
    const solc = createRequire(join(kNodeTools, 'package.json'))('solc');
    const sources = new Map();
    const input = { language: 'Solidity', sources: {}, settings: kSettings };
    for (const name of sourceNames()) {
        const content = readFileSync(join(kSourceDir, name), 'utf8');
        sources.set(name, content);
        input.sources[name] = { content };
    }
    const readCallback = { import: (path) => readImport(path, sources) };
    const output = JSON.parse(solc.compile(JSON.stringify(input), readCallback));
    const ours = ({ severity, sourceLocation }) =>
        severity === 'error' || !sourceLocation?.file.startsWith('@openzeppelin/');
    const complaints = (output.errors ?? []).filter(ours);
    if (complaints.length > 0) {
        throw new Error(complaints.map((complaint) => complaint.formattedMessage).join('\n'));
    }

    const files = new Map();
    const json = (value) => `${JSON.stringify(value, null, 1)}\n`;
    for (const [path, base] of Object.entries(kContracts)) {
        const contract = basename(path);
        const { abi, evm } = output.contracts[`${path}.sol`][contract];
        files.set(`abi/${base}.json`, json(abi));
        files.set(`artefacts/${base}.json`, json({
            contract,
            solc: solc.version(),
            evm_version: kSettings.evmVersion,
            source_sha256: sourceHash(solc.version(), sources),
            bytecode: `0x${evm.bytecode.object}`,
            deployed_bytecode: `0x${evm.deployedBytecode.object}`,
        }));
    }
    return files;
}

/** Names of checked-in files that differ from `files`, are missing, or should not be there. */
export function differences(files) {
    const found = [];
    for (const [name, text] of files) {
        const path = join(kHere, name);
        if (!existsSync(path) || readFileSync(path, 'utf8') !== text) found.push(name);
    }
    for (const directory of ['abi', 'artefacts']) {
        if (!existsSync(join(kHere, directory))) continue;
        for (const entry of readdirSync(join(kHere, directory))) {
            if (!files.has(`${directory}/${entry}`)) found.push(`${directory}/${entry}`);
        }
    }
    return found;
}

function main() {
    const files = compileAll();
    const changed = differences(files);
    if (process.argv.includes('--check')) {
        for (const name of changed) {
            console.error(`contracts-abi/${name} is not what src compiles to`);
        }
        console.log(`${files.size} files compared, ${changed.length} differ`);
        process.exitCode = changed.length === 0 ? 0 : 1;
        return;
    }
    for (const name of changed) {
        if (!files.has(name)) rmSync(join(kHere, name));
    }
    for (const [name, text] of files) {
        mkdirSync(join(kHere, dirname(name)), { recursive: true });
        writeFileSync(join(kHere, name), text);
    }
    console.log(`${files.size} files written, ${changed.length} changed`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
