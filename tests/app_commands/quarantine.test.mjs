// A contribution below the least quality is kept in quarantine: it counts against everybody but its
// owner, in `score` and in what `recompute` replays.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { kDirectory, put, recomputed, scored } from './scoring_support.mjs';

const kAnna = `0x${'a1'.repeat(20)}`;
const kBo = `0x${'b0'.repeat(20)}`;
// Letters without sense: new, and below the quality that is paid.
const kGarbage = Array.from({ length: 200 }, (_, i) =>
    [...createHash('sha256').update(`word ${i}`).digest().subarray(0, 24)]
        .map((byte) => String.fromCharCode(97 + byte % 26)).join(''));
const garbage = put('garbage.txt', `${kGarbage.join(' ')}.`);
const corpus = join(kDirectory, 'corpus');

test('its owner may send it again, others may not', async () => {
    const first = await scored(['--corpus', corpus, '--commit', '--owner', kAnna, garbage]);
    assert.equal(first.code, 0, first.errors);
    const [row] = first.rows;
    assert.equal(row.owner, kAnna);
    assert.equal(row.score.pay_1024, 0);
    assert.ok(row.score.reasons.some((reason) => reason.code === 'low_quality'));
    assert.ok(row.score.novel_mass > 1000);
    const novelFor = async (...owner) =>
        (await scored(['--corpus', corpus, ...owner, garbage])).rows[0].score.novel_mass;
    assert.equal(await novelFor('--owner', kAnna), row.score.novel_mass);
    assert.equal(await novelFor('--owner', kBo), 0);
    assert.equal(await novelFor(), 0, 'of nobody, everything counts');
});

test('a replay knows whose it is', async () => {
    const { rows: [row] } = await scored(
        ['--corpus', corpus, '--trace', '--owner', kAnna, garbage]);
    const proof = put('anna.score', JSON.stringify(row));
    const honest = await recomputed([proof, garbage, '--corpus', corpus]);
    assert.equal(honest.code, 0, JSON.stringify(honest.judged?.first_difference));
    const other = put('bo.score', JSON.stringify({ ...row, owner: kBo }));
    const lie = await recomputed([other, garbage, '--corpus', corpus]);
    assert.equal(lie.judged.first_difference.name, 'novelty');
});
