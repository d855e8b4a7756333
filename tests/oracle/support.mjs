// What the oracle tests share: our filter, files to seal, and a folder that goes away.

import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

export const kPassword = `0x${'5a'.repeat(65)}`;

/**
 * Runs a program on `input`; returns {out: Buffer, refusal: text} or throws when it cannot start.
 */
export function run(program, args, input) {
    const done = spawnSync(program, args, {input, maxBuffer: 1 << 28, timeout: 60_000});
    if (done.error) throw new Error(`${program}: ${done.error.message} (tools/setup installs it)`);
    return {out: done.stdout, refusal: done.status === 0 ? '' : done.stderr.toString().trim()};
}

/** Output of a program that has to succeed. */
export function output(program, args, input) {
    const {out, refusal} = run(program, args, input);
    if (refusal) throw new Error(`${program} ${args.join(' ')}: ${refusal}`);
    return out;
}

export const kTool = process.env.PRAMANA_SEALING_TOOL;
if (!kTool) throw new Error('PRAMANA_SEALING_TOOL names no program; ctest sets it');

export const sealOurs = (plain, count = 96, password = kPassword) =>
    output(kTool, ['seal', password, String(count)], plain);
export const openOurs = (sealed, password = kPassword) => output(kTool, ['open', password], sealed);
/** The name of our refusal. */
export const refusalOf = (sealed, password = kPassword) =>
    run(kTool, ['open', password], sealed).refusal;

/** `size` bytes that do not compress, the same for the same size. */
export function noise(size) {
    const blocks = [];
    for (let k = 0; k * 32 < size; ++k)
        blocks.push(createHash('sha256').update(`${size}/${k}`).digest());
    return Buffer.concat(blocks).subarray(0, size);
}
/** `size` bytes of text that compresses well, but not like a bomb. */
export const prose = (size) =>
    Buffer.from(Array.from({length: Math.ceil(size / 8)}, (_, k) => `word${k % 9973} `).join(''))
        .subarray(0, size);

/** Files on both sides of every change of a length field, and larger than all buffers. */
export const kFiles = [0, 1, 141, 142, 185, 186, 8333, 8334, 65_537, 300_001].map(
    (size) => ({size, plain: noise(size)}));

/** A folder for the process; removed at exit. */
export function scratch() {
    const folder = mkdtempSync(join(tmpdir(), 'pramana-oracle-'));
    process.on('exit', () => rmSync(folder, {recursive: true, force: true}));
    return folder;
}
