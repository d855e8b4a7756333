// The literals of tests/unit/chain/result_registry_test.cpp, computed anew from the same inputs:
// digests with ethers and viem, calldata with ethers.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
    appraisalDomain, compactTyped, domainHash, hashOf, interfaceOf, kAppraisalTypes, kBatchTypes,
    kRootTypes, leafOf, quorumOf, recordWordOf, resultDomain, structHashOf, termsOf, testWallet,
    treeOf, typedDigest,
} from '../../tools/node/chain.mjs';

const kHere = dirname(fileURLToPath(import.meta.url));
const kTest = readFileSync(join(kHere, '..', 'unit', 'chain', 'result_registry_test.cpp'), 'utf8');

const hash = (byte) => `0x${byte.repeat(32)}`;
const address = (byte) => `0x${byte.repeat(20)}`;
const result = (pool, jobId, fileId, dlp, resultHash, score) => ({
    pool: address(pool), jobId, fileId, dlp: address(dlp), resultHash: hash(resultHash), score,
});

// The inputs, as they stand in the C++ test.
const results = [
    result('a1', 1n, 2n, 'd1', '11', 976_562_500_000_000n),
    result('a1', 2n ** 64n - 1n, 3n, 'd2', '22', 10n ** 18n),
    result('a2', 7n, 9n, 'd1', '33', 0n),
];
const step = {
    corpusId: hash('c0'), epoch: 2 ** 32 - 1, previousRoot: hash('0a'), newRoot: hash('0b'),
    deadline: 1_800_000_000n,
};
const domain = resultDomain(1480, address('99'));
const tree = treeOf(results.map(leafOf));
const batch = { ...step, results };
const rooted = { ...step, root: tree.root, count: 3 };
const vote = {
    registry: address('99'), validator: address('77'), statementHash: hash('55'),
    expiresAt: 1_800_000_000n,
};
const wallet = testWallet(0);

/** Asserts that the C++ test has this value. */
function stands(what, value) {
    assert.ok(kTest.includes(`"${value.slice(2)}"`), `${what}: ${value} is not in the C++ test`);
}

test('the digests are those of ethers and viem', () => {
    stands('domain', domainHash(domain));
    for (const each of results) {
        stands('struct hash', structHashOf(each));
        stands('leaf', leafOf(each));
    }
    stands('root', tree.root);
    stands('batch', typedDigest(domain, kBatchTypes, batch));
    stands('root digest', typedDigest(domain, kRootTypes, rooted));
    stands('record', recordWordOf(vote.validator, results[0]));
    const appraisal = appraisalDomain(1480, address('88'));
    stands('appraisal', typedDigest(appraisal, kAppraisalTypes, vote));
});

test('the calls are those of ethers', async () => {
    const registry = interfaceOf('attested_result_registry');
    const signed = await compactTyped(wallet, domain, kBatchTypes, batch);
    for (const word of signed) stands('signature', word);
    const signedRoot = await compactTyped(wallet, domain, kRootTypes, rooted);
    const evidence = await quorumOf([wallet, testWallet(1)], appraisalDomain(1480, address('88')),
        vote);
    stands('evidence', hashOf(evidence));
    const { pool, dlp, jobId } = results[0];
    const calls = {
        recordBatch: [step, results, ...signed],
        recordRoot: [step.corpusId, termsOf(step, 3), step.newRoot, tree.root, ...signedRoot],
        head: [step.corpusId, step.epoch],
        recordOf: [pool, dlp, jobId],
        isClaimed: [pool, dlp, jobId],
        isActive: [vote.validator],
        isAttested: [results[0], vote.validator],
        attestedUnderRoot: [tree.root, results[0], tree.proof(0)],
        revoke: [vote.validator],
        register: [vote.validator, vote.statementHash, vote.expiresAt, evidence],
    };
    for (const [name, values] of Object.entries(calls)) {
        stands(name, hashOf(registry.encodeFunctionData(name, values)));
    }
});
