// Exports whose words are licences that every Debian carries, so that they are paid for.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const licence = (name) => readFileSync(`/usr/share/common-licenses/${name}`, 'utf8');
const sha256Hex = (bytes) => createHash('sha256').update(bytes).digest('hex');
const paragraphs = (names) => names.flatMap((name) => licence(name).split(/\n\s*\n/))
    .map((text) => text.trim()).filter((text) => text.length > 80);
const uuid = (of) => sha256Hex(of).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');

/** Comments of a Reddit export: paragraphs that every Debian carries. */
export function redditComments(names) {
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
export function browsingHistory(names) {
    const rows = paragraphs(names).map((text, i) => {
        const words = text.replaceAll(/[^A-Za-z]+/g, ' ').trim().split(' ').slice(0, 14);
        const time = new Date(Date.UTC(2024, 5, 1, 9, 11 * i)).toISOString();
        return `${words.join(' ')},https://www.example.org/${words.slice(3, 10).join('-').toLowerCase()},${time}`;
    });
    return `title,url,time\n${rows.join('\n')}\n`;
}

/** A ChatGPT export of one conversation, people and model in turns. */
export function chatGptExport(names) {
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
