// `ruleset` as a person or a script uses it; what it prints to people is replayed by
// ruleset_docs.test.mjs.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { licence, put, runOffline, runScoring } from './scoring_support.mjs';

const page = (members = {}) => JSON.stringify({ version: 1, name: 'lab-1', ...members });
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

test('hash: the digest is that of the full text, which stands for the page', async () => {
    const file = put('lab.json', page({ pay: { characters_min: 100 } }));
    const { output } = await runOffline(['ruleset', 'hash', file]);
    const { output: text } = await runOffline(['version', '--ruleset', file]);
    assert.equal(output, `${sha256(text)}\n`);
    const full = put('full.json', text);
    assert.equal((await runOffline(['ruleset', 'hash', full])).output, output);
    const respelt = put('respelt.json', JSON.stringify(JSON.parse(page({ pay: { characters_min: 100 } })), null, 3));
    assert.equal((await runOffline(['ruleset', 'hash', respelt])).output, output);
    const dlp = '0x5fbdb2315678afecb367f032d93f642f64180aa3';
    const instructed = await runOffline(['ruleset', 'hash', file, '--json', '--chain-id', '1', '--dlp', dlp]);
    assert.equal(JSON.parse(instructed.output).instruction, `pramana:1:1:${dlp}:${output.trim()}`);
});

// words, exit code, what is said
const kRefused = [
    [['ruleset'], 64, /is missing/],
    [['ruleset', 'chek', 'a'], 64, /did you mean check/],
    [['ruleset', 'check'], 64, /needs a file/],
    [['ruleset', 'check', 'a', 'b'], 64, /'b' is too much/],
    [['ruleset', 'check', 'missing.json'], 66, /not_found: The file cannot be read.*\n {2}next: Check its name/],
    [['ruleset', 'explain', 'missing.json'], 78, /no ruleset of that name, and no such file.*missing\.json/],
    [['ruleset', 'new', '--profile', 'chta'], 64, /did you mean chat/],
    [['ruleset', 'new', '--name', 'My ruleset'], 64, /small letters/],
    [['ruleset', 'new', '--json'], 64, /has no --json/],
    [['ruleset', 'hash', 'default-1', '--dlp', `0x${'11'.repeat(20)}`], 64, /together/],
    [['ruleset', 'explain', 'default-2', '--reward', '1e3'], 64, /amount like/],
    [['ruleset', 'try', 'default-2'], 64, /ruleset and samples/],
    [['ruleset', 'try', 'default-2', 'a', '--corpus-key', 'k'], 64, /needs --corpus/],
];
test('what is refused, with exit code and sentence', async () => {
    for (const [words, code, said] of kRefused) {
        const run = await runOffline(words);
        assert.equal(run.code, code, `${words}: ${run.errors}`);
        assert.match(run.errors, said);
    }
    const wrong = put('wrong.json', '{"version": 1}');
    for (const words of [['hash', wrong], ['explain', wrong], ['try', wrong, wrong]]) {
        const run = await runOffline(['ruleset', ...words]);
        assert.equal(run.code, 78);
        assert.match(run.errors, /ruleset_invalid: .*name is missing/);
    }
});

test('check and explain as JSON', async () => {
    const wrong = put('wrong.json', '{"version": 1,\n"name": "a", "colour": 1}');
    const { code, output } = await runOffline(['ruleset', 'check', '--json', wrong]);
    assert.equal(code, 78);
    const { problems, ...rest } = JSON.parse(output);
    assert.deepEqual(rest, { format: 'pramana:ruleset-check:1', file: wrong, valid: false });
    assert.equal(problems.length, 1);
    assert.deepEqual([problems[0].line, problems[0].column, problems[0].path], [2, 14, 'colour']);
    const file = put('lab.json', page({ accept: { formats: ['text'] } }));
    const explained = JSON.parse((await runOffline(['ruleset', 'explain', '--json', '--reward', '8', file])).output);
    assert.deepEqual(explained.accept, { formats: ['text'], parts: {}, authentic: false });
    const whole = explained.pay.find((row) => row.characters === 65536);
    assert.deepEqual([whole.pay_1024, whole.amount], [1024, '8']);
    assert.equal(explained.values.name, 'lab-1');
});

test('check: a warning where a valid page costs more than its author may think', async () => {
    const flat = put('flat.json', page({ pay: { mode: 'by_share', characters_min: 2000 } }));
    const warned = await runOffline(['ruleset', 'check', flat]);
    assert.equal(warned.code, 0);
    assert.match(warned.output, /^warning: by_share: a file cut into parts of 2,000 new characters earns the whole reward for each/m);
    const [warning, ...more] = JSON.parse((await runOffline(['ruleset', 'check', '--json', flat])).output).warnings;
    assert.match(warning, /pay a contributor once, or take by_amount$/);
    assert.deepEqual(more, []);
    const plain = put('plain.json', page({ accept: { formats: ['text'] } }));
    assert.doesNotMatch((await runOffline(['ruleset', 'check', plain])).output, /warning/);
    assert.deepEqual(JSON.parse((await runOffline(['ruleset', 'check', '--json', plain])).output).warnings, []);
});

test('explain: by share that cutting pays, and whose terms', async () => {
    const terms = 'ab'.repeat(32);
    const file = put('flat.json', page({ pay: { mode: 'by_share', characters_min: 2000 }, terms_sha256: terms }));
    const { output } = await runOffline(['ruleset', 'explain', file, '--reward', '10']);
    assert.match(output, /a file that is new as a whole earns the whole reward of 10, however long/);
    assert.match(output, /^ +0\.500 +5 +2\.5$/m);
    assert.match(output, /CUTTING PAYS: each part of 2,000 new characters earns as much/);
    assert.match(output, new RegExp(`contributors agree to the terms ${terms}`));
    assert.match(output, /^ {2}terms_not_agreed +who agrees to other terms/m);
    const { pay, values } = JSON.parse((await runOffline(['ruleset', 'explain', '--json', file])).output);
    assert.deepEqual(pay.map((row) => [row.share_milli, row.pay_1024]),
        [[125, 128], [250, 256], [500, 512], [750, 768], [1000, 1024]]);
    assert.deepEqual([values.pay.mode, values.pay.novel_mass_reference], [2, undefined]);
});

test('try: verdicts, and score says the same', async () => {
    const file = put('lab.json', page({ accept: { formats: ['text'] }, pay: { characters_min: 2000 } }));
    const text = put('text.txt', licence('Artistic'));
    const short = put('short.txt', licence('Artistic').slice(0, 900));
    const json = put('notes.json', JSON.stringify({ text: licence('BSD') }));
    const run = await runScoring('ruleset', ['try', file, text, short, json, 'gone.txt', '--json', '--reward', '2']);
    assert.equal(run.code, 65, run.errors);
    const rows = run.output.trim().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(rows.map(({ verdict }) => verdict), ['paid', 'worth_nothing', 'refused', 'refused']);
    assert.equal(rows[0].amount, String(Math.floor(rows[0].pay_1024 * 2e6 / 1024) / 1e6));
    assert.equal(rows[2].reason, 'format_not_accepted');
    assert.equal(rows[3].reason, 'not_found');
    const scored = await runScoring('score', ['--json', '--ruleset', file, text, json]);
    assert.equal(scored.code, 65);
    const [first, second] = scored.output.trim().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(first.score, rows[0].score.score);
    assert.equal(second.error.code, 'format_not_accepted');
});
