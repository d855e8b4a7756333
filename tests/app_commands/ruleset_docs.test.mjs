// Replays docs/rulesets.md: files of the blocks ```json NAME, commands of the blocks ```console, in
// their order in one folder, each command's output compared with what the page shows. With
// PRAMANA_WRITE_DOCS=1 the page is written anew instead.

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { browsingHistory, chatGptExport, redditComments } from '../exports_support/exports.mjs';
import { kDirectory } from './scoring_support.mjs';
import { runProgram } from './support.mjs';

const kPage = new URL('../../docs/rulesets.md', import.meta.url);
const kFence = /^```(json [\w.]+|console)\n([\s\S]*?)^```$/gm;

const binaries = join(kDirectory, 'bin');
const folder = join(kDirectory, 'session');
mkdirSync(binaries);
mkdirSync(folder);
symlinkSync(process.env.PRAMANA_PROGRAM, join(binaries, 'pramana'));
for (const name of ['chats', 'history', 'posts'])
    writeFileSync(join(folder, `${name}.json`),
        readFileSync(new URL(`../../docs/rulesets/${name}.json`, import.meta.url)));

/** What a person sees on a terminal of both streams, in the order of the commands. */
async function shown(command) {
    const script = join(kDirectory, 'command.sh');
    writeFileSync(script, `cd ${folder}\nPATH=${binaries}:$PATH\n${command} 2>&1\n`);
    chmodSync(script, 0o700);
    const { output, errors } = await runProgram('/bin/sh', [script]);
    assert.equal(errors, '');
    return output;
}

/** The block with the outputs of its commands. */
async function replayed(block) {
    const commands = block.split('\n').filter((line) => line.startsWith('$ '));
    assert.ok(commands.length > 0, block);
    let text = '';
    for (const command of commands) {
        const output = await shown(command.slice(2));
        text += `${command}\n${output}${output === '' || output.endsWith('\n') ? '' : '\n'}`;
    }
    return text;
}

test('the session of docs/rulesets.md is what happens', async () => {
    const samples = await runProgram(process.env.PRAMANA_SAMPLES, [join(folder, 'samples'), '1']);
    assert.equal(samples.code, 0, samples.errors);
    const put = (name, text) => writeFileSync(join(folder, 'samples', name), text);
    put('comments.csv', redditComments(['GPL-1', 'Artistic']));
    put('visits.csv', browsingHistory(['GFDL-1.3', 'MPL-2.0', 'Apache-2.0', 'LGPL-2.1', 'GPL-3']));
    put('conversations.json', chatGptExport(['GPL-2', 'LGPL-2.1']));
    const page = readFileSync(kPage, 'utf8');
    let written = page;
    let sessions = 0;
    for (const [whole, kind, block] of page.matchAll(kFence)) {
        if (kind !== 'console') {
            writeFileSync(join(folder, kind.slice('json '.length)), block);
            continue;
        }
        const now = await replayed(block);
        written = written.replace(whole, () => `\`\`\`${kind}\n${now}\`\`\``);
        sessions += 1;
        if (!process.env.PRAMANA_WRITE_DOCS) assert.equal(block, now);
    }
    assert.ok(sessions >= 6, `${sessions} sessions`);
    if (written !== page && process.env.PRAMANA_WRITE_DOCS) writeFileSync(kPage, written);
});
