// Replays docs/rulesets.md: files of the blocks ```json NAME, commands of the blocks ```console, in
// their order in one folder, each command's output compared with what the page shows. With
// PRAMANA_WRITE_DOCS=1 the page is written anew instead.

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { kDirectory, licence } from './scoring_support.mjs';
import { runProgram, sha256Hex } from './support.mjs';

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

const paragraphs = (names) => names.flatMap((name) => licence(name).split(/\n\s*\n/))
    .map((text) => text.trim()).filter((text) => text.length > 80);
const uuid = (of) => sha256Hex(of).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');

/** Comments of a Reddit export: paragraphs that every Debian carries. */
function redditComments(names) {
    const rows = paragraphs(names).map((text, i) => {
        const id = (0x200000 + 7 * i).toString(36);
        const date = new Date(Date.UTC(2024, 0, 1, 12, 5 * i)).toISOString();
        return [id, `https://www.reddit.com/r/books/comments/1aaaa/title/${id}/`,
            `${date.slice(0, 10)} ${date.slice(11, 19)} UTC`, 'books', '', '', '',
            `"${text.replaceAll('"', '""')}"`].join(',');
    });
    return `id,permalink,date,subreddit,gildings,link,parent,body\n${rows.join('\n')}\n`;
}

/** A browsing history: each paragraph's beginning is the title of a page. */
function browsingHistory(names) {
    const rows = paragraphs(names).map((text, i) => {
        const words = text.replaceAll(/[^A-Za-z]+/g, ' ').trim().split(' ').slice(0, 14);
        const time = new Date(Date.UTC(2024, 5, 1, 9, 11 * i)).toISOString();
        return `${words.join(' ')},https://www.example.org/${words.slice(3, 10).join('-').toLowerCase()},${time}`;
    });
    return `title,url,time\n${rows.join('\n')}\n`;
}

/** A ChatGPT export of one conversation, people and model in turns. */
function chatGptExport(names) {
    const begin = 1_700_000_000;
    const root = uuid('root');
    const mapping = { [root]: { id: root, message: null, parent: null, children: [] } };
    let last = root;
    for (const [i, text] of paragraphs(names).entries()) {
        const id = uuid(`node ${i}`);
        mapping[last].children.push(id);
        mapping[id] = { id, parent: last, children: [], message: {
            id, author: { role: i % 2 === 0 ? 'user' : 'assistant' }, create_time: begin + 60 * i,
            content: { content_type: 'text', parts: [text] },
        } };
        last = id;
    }
    const id = uuid('conversation');
    return JSON.stringify([{ title: 'Licences', create_time: begin, update_time: begin + 1e6,
        mapping, current_node: last, conversation_id: id, id }]);
}

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
