// The independent verifier: a true document passes, and each lie in it is named.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { addProof, signProof, verifyProof } from '../../tools/node/chain.mjs';
import { kOne, openJob, useDevnet } from './support.mjs';

const kRuleset = 'cd'.repeat(32);
const world = useDevnet({ ruleset: kRuleset });
const served = new Map();
const server = createServer((request, reply) => {
    const body = served.get(request.url);
    reply.writeHead(body ? 200 : 404).end(body ?? '');
});
before(() => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve)));
after(() => server.close());

const documentOf = ({ fileId, jobId, url }) => ({
    chain_id: 31337,
    data_registry: world.deployment.data_registry.toLowerCase(),
    dlp: world.deployment.dlp.toLowerCase(),
    file: { ciphertext_sha256: `0x${'00'.repeat(32)}`, id: Number(fileId), url },
    format: 'pramana:binding:1',
    job_id: Number(jobId),
    ruleset_digest: `0x${kRuleset}`,
    score: { pay_1024: 512 },
    tee_pool: world.deployment.tee_pool.toLowerCase(),
});

/** Serves a document, proves a file with it, and gives the failed checks' names. */
async function failedChecks({ change = (document) => document, metadata, path, unserved = false }) {
    const job = await openJob(world);
    const text = JSON.stringify(change(documentOf(job)));
    const digest = createHash('sha256').update(text).digest('hex');
    const where = path ?? `/v1/proofs/${digest}`;
    served.clear();
    if (!unserved) served.set(where, text);
    const data = {
        score: kOne / 2n,
        dlpId: 1n,
        metadata: metadata ?? digest,
        proofUrl: `http://127.0.0.1:${server.address().port}${where}`,
        instruction: world.deployment.proof_instruction,
    };
    const proof = await signProof(world.tee, job.url, data);
    const { proofIndex } = await addProof(world.deployment, world.tee, job.jobId, proof);
    const judged = await verifyProof(world.deployment, world.provider, job.fileId, proofIndex,
        { withDocument: true });
    const failed = judged.checks.filter((check) => !check.ok).map((check) => check.name);
    assert.equal(judged.ok, failed.length === 0);
    return failed;
}

const changed = (changes) => (document) => ({ ...document, ...changes });
const kZeroAddress = `0x${'0'.repeat(40)}`;

// what is wrong, how, which check says so
const kRows = [
    ['nothing', {}, []],
    ['the form', { change: changed({ format: 'other:1' }) }, ['the document has the known form']],
    ['the chain', { change: changed({ chain_id: 1 }) }, ['the document names this chain']],
    ['the DLP', { change: changed({ dlp: kZeroAddress }) }, ['the document names this DLP']],
    ['the pool', { change: changed({ tee_pool: kZeroAddress }) }, ['the document names this pool']],
    ['the registry', { change: changed({ data_registry: kZeroAddress }) },
        ['the document names this registry']],
    ['the file', { change: (d) => ({ ...d, file: { ...d.file, id: 9 } }) },
        ['the document names this file']],
    ['the job', { change: changed({ job_id: 9 }) }, ['the document names a job of this file']],
    ['the ruleset', { change: changed({ ruleset_digest: `0x${'00'.repeat(32)}` }) },
        ['the document names the ruleset of the instruction']],
    ['the pay', { change: changed({ score: { pay_1024: 513 } }) },
        ['the score is the document\'s pay']],
    ['the metadata', { metadata: '00'.repeat(32) }, ['the document hashes to the metadata']],
    ['the url', { path: '/v1/proofs/other' }, ['proofUrl names the document']],
    ['the server', { unserved: true }, ['the document can be read']],
    ['a missing part', { change: ({ score: _, ...rest }) => rest }, ['the document can be read']],
    ['the size', { change: changed({ padding: 'x'.repeat(1 << 16) }) },
        ['the document can be read']],
];
for (const [what, options, expected] of kRows) {
    test(`the verifier finds ${what} wrong`, async () => {
        assert.deepEqual(await failedChecks(options), expected);
    });
}
