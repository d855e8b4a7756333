// `recompute` on scores of our own: an honest one is equal on every backend, and each lie, each
// other text and each other corpus is named by its first difference.

import assert from 'node:assert/strict';
import { copyFileSync, cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import {
    kDirectory, kModel, licence, put, recomputed, runScoring, scored,
} from './scoring_support.mjs';

const artistic = put('artistic.txt', licence('Artistic'));
const kText = `${licence('BSD')}\n\n${licence('Artistic').slice(0, 1500)}`;
const file = put('file.txt', kText);
const corpus = join(kDirectory, 'corpus');
let score;  // of the file at place 1, with its trace
before(async () => {
    await scored(['--corpus', corpus, '--commit', artistic]);
    const { rows, errors } = await scored(['--corpus', corpus, '--commit', '--trace', file]);
    assert.equal(errors, '');
    [score] = rows;
    assert.ok(score.score.mass_by_cause.exact + score.score.mass_by_cause.lexical > 500);
});

const put_score = (content) => put('proof.score', `${JSON.stringify(content)}\n`);
const clone = () => structuredClone(score);
const names = (judged, result) => judged.checks
    .filter((check) => check.result === result).map((check) => check.name);

test('an honest score is equal, to its last bit', async () => {
    const { code, judged, errors } = await recomputed([put_score(score), file, '--corpus', corpus]);
    assert.equal(errors, '');
    assert.equal(code, 0);
    assert.equal(judged.equal, true);
    assert.equal(judged.first_difference, null);
    assert.deepEqual(names(judged, 'unchecked'), []);
    const lines = await runScoring('recompute', [put_score(score), file, '--corpus', corpus]);
    assert.equal(lines.code, 0);
    assert.match(lines.output, /\nequal: all \d+ values that could be checked are the proof's\n$/);
});

test('on every backend, whichever made it', async () => {
    const wrong = await runScoring('recompute', ['--backend', 'abacus', 'p', 'f']);
    assert.equal(wrong.code, 64);
    for (const backend of /it has (.*)/.exec(wrong.errors)[1].split(', ')) {
        const run = await recomputed(
            [put_score(score), file, '--corpus', corpus, '--backend', backend]);
        assert.equal(run.judged.equal, true, backend);
    }
});

test('the first of a corpus needs none; a later one says what it could not check', async () => {
    const { rows: [first] } = await scored(['--trace', file]);
    assert.deepEqual(names((await recomputed([put_score(first), file])).judged, 'unchecked'), []);
    const later = await recomputed([put_score(score), file]);
    assert.equal(later.code, 0);
    assert.deepEqual(names(later.judged, 'unchecked'), ['novelty', 'new_root']);
    const more = clone();
    more.score.novel_mass += 100_000;
    const run = await recomputed([put_score(more), file]);
    assert.equal(run.judged.first_difference.name, 'novel_mass');
});

test('without chunks in the proof the rest is compared', async () => {
    const short = clone();
    delete short.trace.chunks;
    const { code, judged } = await recomputed([put_score(short), file, '--corpus', corpus]);
    assert.equal(code, 0);
    assert.deepEqual(names(judged, 'unchecked'), ['chunk_steps']);
});

const other = (hex) => `0x${hex[2] === '0' ? '1' : '0'}${hex.slice(3)}`;
const change = (path, how) => (proof) => {
    const at = path.slice(0, -1).reduce((value, key) => value[key], proof);
    at[path.at(-1)] = how(at[path.at(-1)]);
};
// what is altered in the proof, and the row (with its chunk) that says so first
const kLies = [
    [change(['ruleset', 'digest'], other), 'ruleset'],
    [change(['model_digest'], other), 'model'],
    [change(['trace', 'records'], other), 'records'],
    [change(['trace', 'canonical'], other), 'canonical_text'],
    [change(['trace', 'ill_formed'], () => 1), 'ill_formed'],
    [change(['trace', 'chunks', 1, 'words'], other), 'words', 1],
    [change(['trace', 'chunks', 2, 'pieces'], other), 'pieces', 2],
    [change(['trace', 'chunks', 1, 'prints'], other), 'fingerprints', 1],
    [change(['trace', 'chunks', 3, 'codes'], other), 'codes', 3],
    [change(['trace', 'chunks', 0, 'weight'], (n) => n + 1), 'weight', 0],
    [change(['score', 'chunks'], (n) => n + 1), 'chunks'],
    [change(['trace', 'features'], other), 'features'],
    [change(['score', 'quality_q16'], (n) => n - 1), 'quality_q16'],
    [change(['corpus', 'id'], other), 'corpus_id'],
    [change(['corpus', 'epoch'], () => 1), 'corpus_epoch'],
    [change(['corpus', 'previous_root'], other), 'previous_root'],
    [change(['trace', 'chunks', 2, 'known_q16'], (n) => n ^ 1), 'novelty', 2],
    [change(['trace', 'chunks', 1, 'total_q16'], (n) => n ^ 1), 'novelty', 1],
    [change(['trace', 'chunks', 0, 'cause'], () => 'public'), 'novelty', 0],
    [change(['score', 'mass'], (n) => n + 1), 'mass'],
    [change(['score', 'mass_by_cause', 'semantic'], (n) => n + 1), 'mass_semantic'],
    [change(['score', 'novel_mass'], (n) => n + 1), 'novel_mass'],
    [change(['score', 'uniqueness_q16'], (n) => n + 1), 'uniqueness_q16'],
    [change(['score', 'pay_1024'], (n) => n + 1), 'pay_1024'],
    [change(['score', 'reasons'], () => [{ code: 'mine', sentence: '' }]), 'reasons'],
    [change(['trace', 'root'], other), 'trace'],
    [change(['corpus', 'new_root'], other), 'new_root'],
];
for (const [alter, name, chunk] of kLies) {
    test(`an altered proof is named: ${name}`, async () => {
        const proof = clone();
        alter(proof);
        const { code, judged } = await recomputed([put_score(proof), file, '--corpus', corpus]);
        assert.equal(code, 1);
        assert.equal(judged.equal, false);
        assert.equal(judged.first_difference.name, name);
        assert.equal(judged.first_difference.chunk, chunk);
        assert.notEqual(judged.first_difference.expected, judged.first_difference.found);
    });
}

test('codes that differ are looked into, operation by operation', async () => {
    const proof = clone();
    proof.trace.chunks[1].codes = other(proof.trace.chunks[1].codes);
    const { judged } = await recomputed([put_score(proof), file]);
    assert.match(judged.first_difference.detail, /the reference/);
    assert.match(judged.first_difference.detail, /the proof was altered, or its machine/);
    const lines = await runScoring('recompute', [put_score(proof), file]);
    assert.equal(lines.code, 1);
    assert.match(lines.output, /\nfirst difference: chunk 1, codes: the proof has 0x/);
});

// how the text is altered: the row that says so first, and the first chunk where it shows
const kTexts = [
    ['a word in the last chunk', kText.replace(/(.*)\bthe\b/s, '$1thy'), 'records', 'words'],
    ['a letter in the first one', kText.replace('C', 'D'), 'records', 'words'],
    ['its end', kText.slice(0, -400), 'records', 'words'],
    ['nothing but spaces, which no chunk shows', `${kText}  `, 'records', null],
    ['its case, which no chunk shows', kText.replace('Copyright', 'COPYRIGHT'), 'records', null],
];
for (const [what, text, name, step] of kTexts) {
    test(`another text is named: ${what}`, async () => {
        const { code, judged } = await recomputed(
            [put_score(score), put('other.txt', text), '--corpus', corpus]);
        assert.equal(code, 1);
        assert.equal(judged.first_difference.name, name);
        assert.equal(judged.first_chunk?.name ?? null, step);
    });
}

test('another corpus is named', async () => {
    const different = join(kDirectory, 'different');
    await scored(['--corpus', different, '--commit', put('x.txt', licence('GPL-1').slice(0, 3000))]);
    const { code, judged } = await recomputed([put_score(score), file, '--corpus', different]);
    assert.equal(code, 1);
    assert.equal(judged.first_difference.name, 'previous_root');
    const ends = clone();
    ends.corpus.place = 7;
    const short = await recomputed([put_score(ends), file, '--corpus', corpus]);
    assert.equal(short.code, 78);
    assert.match(short.errors, /ends before the place/);
});

test('an altered corpus is refused', async () => {
    const copy = join(kDirectory, 'copy');
    mkdirSync(copy);
    cpSync(corpus, copy, { recursive: true });
    const log = readFileSync(join(copy, 'log'));
    log[200] ^= 1;
    copyFileSync(put('log', log), join(copy, 'log'));
    const { code, errors } = await recomputed([put_score(score), file, '--corpus', copy]);
    assert.equal(code, 78);
    assert.match(errors, /corpus_corrupt: The corpus was altered/);
});

test('a corrupted model is refused, with the expected and the found digest', async () => {
    const bytes = readFileSync(kModel);
    bytes[9_000_000] ^= 1;
    const { code, errors } = await recomputed(
        ['--model', put('bad.pramana', bytes), put_score(score), file]);
    assert.equal(code, 78);
    assert.match(errors, /expected [0-9a-f]{64}, found [0-9a-f]{64}/);
});

// what is given as the proof, and what the sentence says
const kNoProofs = [
    ['no JSON', 'score', /neither a binding document/],
    ['another document', '{"format":"pramana:binding:1"}', /neither a binding document/],
    ['a failed score', '{"format":"pramana:score:1","file":"f","error":{}}', /no score in it/],
    ['a member less', () => JSON.stringify({ ...score, corpus: undefined }), /missing/],
    ['a cause that nobody knows', () => {
        const proof = clone();
        proof.trace.chunks[0].cause = 'magic';
        return JSON.stringify(proof);
    }, /another kind/],
    ['two of other files', () => {
        const line = JSON.stringify({ ...score, file: 'elsewhere' });
        return `${line}\n${line}`;
    }, /None of its scores/],
    ['two of this file', () => `${JSON.stringify(score)}\n${JSON.stringify(score)}`, /Several/],
];
for (const [what, text, sentence] of kNoProofs) {
    test(`no proof: ${what}`, async () => {
        const proof = put('no.score', typeof text === 'function' ? text() : text);
        const { code, errors } = await recomputed([proof, file]);
        assert.equal(code, 65);
        assert.match(errors, sentence);
    });
}

test('of many scores the one of the file is taken', async () => {
    const elsewhere = JSON.stringify({ ...score, file: 'elsewhere.txt' });
    const proof = put('many.score', `${elsewhere}\n${JSON.stringify(score)}\n`);
    assert.equal((await recomputed([proof, file, '--corpus', corpus])).code, 0);
});
