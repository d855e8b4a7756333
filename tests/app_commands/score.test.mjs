// `score`: files in order against a corpus that is given or not, and every bad input by its code.

import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
    kDirectory, kModel, licence, put, recomputed, runScoring, scored,
} from './scoring_support.mjs';
import { runProgram, sha256Hex } from './support.mjs';

const artistic = put('artistic.txt', licence('Artistic'));
const bsd = put('bsd.txt', licence('BSD'));
const binary = put('binary.bin', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3]));

test('each file is measured against those before it, and nothing is written', async () => {
    const { code, rows, errors } = await scored([artistic, bsd, artistic]);
    assert.equal(code, 0, errors);
    assert.deepEqual(rows.map((row) => row.corpus.place), [0, 1, 2]);
    assert.deepEqual(rows.map((row) => row.corpus.committed), [false, false, false]);
    assert.equal(rows[0].corpus.new_root, rows[1].corpus.previous_root);
    assert.equal(rows[1].corpus.new_root, rows[2].corpus.previous_root);
    assert.ok(rows[0].score.pay_1024 > 0);
    assert.equal(rows[2].score.novel_mass, 0);
    assert.equal(rows[2].score.pay_1024, 0);
    assert.deepEqual(rows[2].score.reasons.map((reason) => reason.code),
        ['exact_copy', 'below_minimum']);
    for (const row of rows) {
        assert.equal(row.format, 'pramana:score:1');
        assert.equal(row.ruleset.name, 'default-1');
        const causes = Object.values(row.score.mass_by_cause);
        assert.equal(causes.reduce((sum, mass) => sum + mass, 0), row.score.mass);
        assert.ok(row.score.reasons.every((reason) => reason.sentence.endsWith('.')));
        assert.equal(row.trace.chunks, undefined, 'chunks are shown on demand only');
    }
});

test('with --trace every chunk has its steps', async () => {
    const { rows: [row] } = await scored(['--trace', artistic]);
    assert.equal(row.trace.chunks.length, row.score.chunks);
    const weights = row.trace.chunks.map((chunk) => chunk.weight);
    assert.equal(weights.reduce((sum, weight) => sum + weight, 0), row.score.mass);
});

test('every backend that this machine has gives the same line', async () => {
    const wrong = await runScoring('score', ['--backend', 'abacus', bsd]);
    assert.equal(wrong.code, 64);
    const backends = /it has (.*)/.exec(wrong.errors)[1].split(', ');
    assert.ok(backends.includes('reference'));
    const lines = await Promise.all(backends.map(async (backend) => {
        const { rows: [row] } = await scored(['--trace', '--backend', backend, bsd]);
        assert.equal(row.backend, backend);
        return JSON.stringify({ ...row, backend: '' });
    }));
    assert.equal(new Set(lines).size, 1);
});

test('--commit appends durably, and only it', async () => {
    const corpus = join(kDirectory, 'kept');
    const first = await scored(['--corpus', corpus, '--commit', artistic]);
    assert.equal(first.code, 0, first.errors);
    assert.equal(first.rows[0].corpus.committed, true);
    assert.equal(statSync(join(corpus, 'key')).mode & 0o777, 0o600);
    const bytes = readFileSync(join(corpus, 'log'));
    const dry = await scored(['--corpus', corpus, artistic, bsd]);
    assert.deepEqual(dry.rows.map((row) => row.corpus.place), [1, 2]);
    assert.equal(dry.rows[0].score.pay_1024, 0);
    assert.deepEqual(readFileSync(join(corpus, 'log')), bytes);
    const second = await scored(['--corpus', corpus, '--commit', bsd]);
    assert.equal(second.rows[0].corpus.place, 1);
    assert.equal(second.rows[0].corpus.previous_root, first.rows[0].corpus.new_root);
});

test('a corpus is made for a DLP and is no other one\'s', async () => {
    const corpus = join(kDirectory, 'named');
    const of = (chain) => ['--chain-id', chain, '--dlp', `0x${'0'.repeat(39)}1`];
    const { rows: [row] } = await scored(['--corpus', corpus, '--commit', ...of('1'), bsd]);
    assert.notEqual(row.corpus.id, `0x${'0'.repeat(64)}`);
    const other = await runScoring('score', ['--corpus', corpus, ...of('2'), bsd]);
    assert.equal(other.code, 78);
    assert.match(other.errors, new RegExp(`expected 0x[0-9a-f]{64} epoch 0, found ${row.corpus.id}`));
    assert.equal((await scored(['--corpus', corpus, bsd])).rows[0].corpus.id, row.corpus.id);
});

// what is wrong with one file of two: its stable code. The other one is scored.
const kBadFiles = [
    ['a program', binary, 'unknown_format'],
    ['nothing', put('empty.txt', ''), 'too_few_tokens'],
    ['white space', put('blank.txt', ' \n\n '), 'too_few_tokens'],
    ['broken JSON', put('broken.json', '{"a": "some text here",'), 'unknown_format'],
    ['a key twice', put('twice.json', '{"a": "one text", "a": "two text"}'), 'unknown_format'],
    ['UTF-16', put('utf16.txt', Buffer.from('\ufeffsome text', 'utf16le')), 'unknown_format'],
    ['half a zip', put('half.zip', Buffer.from('504b0304140000000800', 'hex')), 'unknown_format'],
    ['no file', join(kDirectory, 'nowhere.txt'), 'not_found'],
];
for (const [name, file, code] of kBadFiles) {
    test(`not scored, with the reason: ${name}`, async () => {
        const run = await scored([file, bsd]);
        assert.equal(run.code, 65);
        assert.equal(run.rows.length, 2);
        assert.equal(run.rows[0].error.code, code);
        assert.ok(run.rows[0].error.sentence.endsWith('.') && run.rows[0].error.next_step !== '');
        assert.equal(run.rows[1].corpus.place, 0, 'it took no place');
        assert.ok(run.errors.includes(`${file}: ${code}: `));
    });
}

const altered = (name, bytes, at) => {
    const copy = Buffer.from(bytes);
    copy[at < 0 ? copy.length + at : at] ^= 1;
    return put(name, copy);
};

test('a model of another digest is refused, with the expected and the found one', async () => {
    const model = altered('altered.pramana', readFileSync(kModel), 5_000_000);
    const run = await runScoring('score', ['--model', model, bsd]);
    assert.equal(run.code, 78);
    assert.match(run.errors, /model_mismatch.*expected [0-9a-f]{64}, found [0-9a-f]{64}/s);
    const missing = await runScoring('score', ['--model', join(kDirectory, 'none'), bsd]);
    assert.equal(missing.code, 66);
});

test('a corpus that was altered, or another key, is refused', async () => {
    const corpus = join(kDirectory, 'altered');
    await scored(['--corpus', corpus, '--commit', bsd]);
    const other = put('other.key', Buffer.alloc(32, 7));
    const wrongKey = await runScoring('score', ['--corpus', corpus, '--corpus-key', other, bsd]);
    assert.equal(wrongKey.code, 78);
    assert.match(wrongKey.errors, /corpus_corrupt/);
    const short = put('short.key', Buffer.alloc(31));
    assert.equal((await runScoring('score', ['--corpus', corpus, '--corpus-key', short, bsd])).code, 65);
    const log = join(corpus, 'log');
    copyFileSync(log, `${log}.whole`);
    copyFileSync(altered('log', readFileSync(log), -1), log);
    const run = await runScoring('score', ['--corpus', corpus, bsd]);
    assert.equal(run.code, 78);
    assert.match(run.errors, /corpus_corrupt: The corpus was altered/);
    copyFileSync(`${log}.whole`, log);
    assert.equal((await scored(['--corpus', corpus, bsd])).code, 0);
});

// what stands on the command line, its exit code, and what the message says
const kUsage = [
    [[], 64, /FILE/],
    [['--commit', bsd], 64, /--commit needs --corpus/],
    [['--corpus-key', 'k', bsd], 64, /--corpus-key needs --corpus/],
    [['--trace', bsd], 64, /--trace needs --json/],
    [['--dlp', `0x${'1'.repeat(40)}`, bsd], 64, /together/],
    [['--ruleset', 'nobody-1', bsd], 78, /ruleset_invalid/],
    [['--corpus', join(kDirectory, 'missing'), bsd], 66, /score --commit/],
];
for (const [args, code, message] of kUsage) {
    test(`refused: score ${args.filter((word) => word.startsWith('--')).join(' ')}`, async () => {
        const run = await runScoring('score', args);
        assert.equal(run.code, code, run.errors);
        assert.match(run.errors, message);
        assert.equal(existsSync(join(kDirectory, 'missing')), false, 'nothing is made by reading');
    });
}

test('a ruleset of one\'s own is a file, and its digest says so', async () => {
    const { output: text } = await runProgram(process.env.PRAMANA_PROGRAM,
        ['version', '--ruleset', 'default-1']);
    const own = put('own.ruleset', `${text.replace(/"novel_mass_reference":\d+/,
        '"novel_mass_reference":6553')}\n`);
    const { rows: [row] } = await scored(['--ruleset', own, bsd]);
    assert.equal(row.ruleset.digest, `0x${sha256Hex(readFileSync(own, 'utf8').trim())}`);
    const { rows: [usual] } = await scored(['--ruleset', put('usual.ruleset', text), bsd]);
    assert.equal(usual.ruleset.digest, `0x${sha256Hex(text)}`);
    assert.ok(row.score.pay_1024 > 9 * usual.score.pay_1024);
    const line = put('own.score', JSON.stringify(row));
    const lacking = await recomputed([line, bsd]);
    assert.equal(lacking.judged.first_difference.name, 'ruleset');
    assert.equal((await recomputed([line, bsd, '--ruleset', own])).judged.equal, true);
    for (const broken of [text.replace('"pieces_max":192', '"pieces_max":9999'), text.slice(1),
        text.replace('"unicode_sha256":"', '"unicode_sha256":"00')]) {
        const run = await runScoring('score', ['--ruleset', put('broken.ruleset', broken), bsd]);
        assert.equal(run.code, 78);
        assert.match(run.errors, /ruleset_invalid: The file holds no ruleset/);
    }
});

const defaultText = async () => (await runProgram(process.env.PRAMANA_PROGRAM,
    ['version', '--ruleset', 'default-1'])).output;

test('a file that is too long is scored by a sample, and the sample can be drawn again', async () => {
    const small = put('small.ruleset', (await defaultText()).replace(
        /"sample":\{"characters_max":\d+\}/, '"sample":{"characters_max":2048}'));
    const args = ['--ruleset', small, '--trace', artistic];
    const unseeded = await scored(args);
    assert.equal(unseeded.code, 65);
    assert.equal(unseeded.rows[0].error.code, 'seed_needed');
    const seeds = [1, 2].map((byte) => `0x${String(byte).padStart(2, '0').repeat(32)}`);
    const [one, again, other] = await Promise.all([seeds[0], seeds[0], seeds[1]].map(
        async (seed) => (await scored(['--seed', seed, ...args])).rows[0]));
    assert.deepEqual(again, one);
    assert.equal(one.seed, seeds[0]);
    assert.ok(one.score.mass <= 2048 && one.score.mass > 1024);
    assert.ok(one.score.reasons.some(({ code }) => code === 'sampled'));
    const weights = (row) => row.trace.chunks.map(({ weight }) => weight);
    assert.notDeepEqual(weights(other), weights(one));
    const line = put('sampled.score', JSON.stringify(one));
    assert.equal((await recomputed([line, artistic, '--ruleset', small])).judged.equal, true);
    const moved = put('moved.score', JSON.stringify({ ...one, seed: seeds[1] }));
    const found = await recomputed([moved, artistic, '--ruleset', small]);
    assert.equal(found.judged.first_chunk.name, 'codes');
    const { rows: [whole] } = await scored(['--seed', seeds[0], bsd]);
    assert.equal(whole.seed, null, 'a short file needs none');
});

test('public texts of a ruleset are given by their digest', async () => {
    const file = put('nothing', Buffer.from('PRC1\0\0\0\0'));
    const ruleset = put('public.ruleset', (await defaultText()).replace('"public_texts":{}',
        `"public_texts":{"nothing":"${sha256Hex(readFileSync(file))}"}`));
    const args = ['--ruleset', ruleset, bsd];
    assert.equal((await scored(['--references', kDirectory, ...args])).code, 0);
    const unnamed = await runScoring('score', args);
    assert.equal(unnamed.code, 78);
    assert.match(unnamed.errors, /"nothing", and no file of it was named/);
    put('nothing', 'PRC1');
    const another = await runScoring('score', ['--references', kDirectory, ...args]);
    assert.equal(another.code, 78);
    assert.match(another.errors, /corpus_corrupt: .*expected [0-9a-f]{64}, found [0-9a-f]{64}/);
});

test('the table names every file, why, and the corpus', async () => {
    const long = put(`${'long-'.repeat(20)}name.txt`, licence('BSD'));
    const { code, output } = await runScoring('score', [long, binary]);
    assert.equal(code, 65);
    const lines = output.trimEnd().split('\n');
    assert.equal(lines.length, 3);
    assert.match(lines[1], /^\.\.\..*name\.txt +\d+ +\d+ +\d+ +\d\.\d{3} +\d\.\d{3} +\d\.\d{3}/);
    assert.match(lines[2], /^corpus 0x0{64} epoch 0: 1 place, root 0x[0-9a-f]{64}; nothing was/);
});
