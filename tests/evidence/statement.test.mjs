// The vectors of statements, judged by code that shares nothing with the validator's.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { canonical, problemOf, reportData, sha256 } from './statement.mjs';

const vectors = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8'));

for (const row of vectors.accepted) {
    test(`${row.name} has its hash and its report data`, () => {
        assert.equal(problemOf(row.statement), null);
        assert.equal(sha256(row.statement), row.sha256);
        assert.equal(reportData(row.statement, row.challenge, row.gpu_evidence), row.report_data);
    });
}

test('another challenge, another GPU evidence and another statement give other report data', () => {
    assert.ok(vectors.accepted.length >= 6);
    const all = vectors.accepted.map((row) => row.report_data);
    assert.equal(new Set(all).size, all.length);
});

test('what our reader refuses is not what this writer writes', () => {
    assert.ok(vectors.refused.length >= 30);
    const kOfThisKind = ['json', 'format', 'canonical', 'members', 'address', 'previous'];
    const judged = vectors.refused.filter((row) => {
        try {
            return kOfThisKind.includes(problemOf(row.statement));
        } catch {
            return true; // a key that ethers refuses
        }
    });
    assert.ok(judged.length >= 18, `${judged.length} rows are refused here too`);
    assert.equal(canonical({ b: 1, a: [null, true, 'é"\n'] }), '{"a":[null,true,"é\\"\\u000a"],"b":1}');
});
