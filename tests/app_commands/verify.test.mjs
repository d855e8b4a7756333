// `verify` against a real node: a true proof passes, and each lie is named by its line and exit 1.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addProof, mined, setInstruction, signProof } from '../../tools/node/chain.mjs';
import { openJob, useDevnet } from '../contracts/support.mjs';
import { bindingDocument, canonical, kWadPerPay, runTool, serve, sha256Hex } from './support.mjs';

const kRuleset = 'cd'.repeat(32);
const kSealed = Buffer.from('sealed bytes');
const world = useDevnet({ ruleset: kRuleset });
const served = new Map();
let host;
before(async () => {
    host = await serve((request) => (served.has(request.url)
        ? [200, served.get(request.url)] : [404, '{}']));
});
after(() => host.close());

function argumentsOf(change = {}) {
    const { deployment } = world;
    const options = {
        rpc: deployment.rpc_url, registry: deployment.data_registry, pool: deployment.tee_pool,
        dlp: deployment.dlp, 'file-id': 1, 'proof-index': 1, ...change,
    };
    const given = Object.entries(options).filter(([, value]) => value !== null);
    return ['verify', ...given.flatMap(([name, value]) => [`--${name}`, String(value)])];
}

/** Proves a file as a TEE does, with what a row changes. Returns the ids. */
async function prove(row) {
    const job = await openJob(world, { url: `${host.url}/v1/blobs/1` });
    const facts = {
        deployment: world.deployment, fileId: job.fileId, jobId: job.jobId, url: job.url,
        ruleset: kRuleset, sealedSha256: sha256Hex(kSealed), pay: 512,
    };
    const document = bindingDocument(facts);
    const text = (row.write ?? canonical)(row.document?.(document) ?? document);
    const digest = sha256Hex(text);
    served.clear();
    if (!row.unserved) served.set(`/v1/proofs/${digest}`, row.served ?? text);
    served.set('/v1/blobs/1', row.sealed ?? kSealed);
    const content = {
        score: 512n * kWadPerPay,
        dlpId: 1n,
        metadata: digest,
        proofUrl: `${host.url}/v1/proofs/${digest}`,
        instruction: world.deployment.proof_instruction,
        ...row.content?.(digest),
    };
    if (row.path) served.set(row.path, text);
    const signer = row.signer?.() ?? world.tee;
    const proof = await signProof(signer, job.url, content);
    if (row.byHand) {
        const { registry } = world.as(world.stranger);
        await mined(registry.addProof(job.fileId, { ...proof, ...row.byHand(proof) }));
        return { fileId: job.fileId, proofIndex: 1n };
    }
    const { proofIndex } = await addProof(world.deployment, world.tee, job.jobId, proof);
    return { fileId: job.fileId, proofIndex };
}

async function verified(row) {
    const formerInstruction = world.deployment.proof_instruction;
    if (row.before) await row.before();
    const { fileId, proofIndex } = await prove(row);
    if (row.afterwards) await row.afterwards();
    const args = argumentsOf({ 'file-id': fileId, 'proof-index': proofIndex, ...row.options?.() });
    const run = await runTool([...args, '--json', '--allow-plain-http']);
    const lines = await runTool([...args, '--allow-plain-http']);
    world.deployment.proof_instruction = formerInstruction;
    world.deployment.dlps[0].proof_instruction = formerInstruction;
    assert.equal(run.errors, '');
    assert.equal(lines.code, run.code);
    const judged = JSON.parse(run.output);
    const failed = judged.checks.filter((check) => check.result === 'failed');
    assert.equal(run.code, failed.length === 0 ? 0 : 1);
    assert.equal(judged.ok, failed.length === 0);
    const marks = lines.output.split('\n').filter((line) => line.startsWith('FAILED '));
    assert.equal(marks.length, failed.length);
    return { judged, lines, failed: failed.map((check) => check.name) };
}

test('a true proof is verified', async () => {
    const { judged, lines, failed } = await verified({});
    assert.deepEqual(failed, []);
    assert.equal(judged.checks.filter((check) => check.result === 'ok').length, 25);
    assert.equal(lines.output.split('\n').filter((line) => line.startsWith('ok ')).length, 25);
    assert.match(lines.output, /verified: all 25 checks hold\n$/);
});

const changed = (changes) => (document) => ({ ...document, ...changes });
const kOther = `0x${'0'.repeat(39)}1`;
const instructionFor = (chain, dlp) => () => setInstruction(world.provider, world.deployment,
    `pramana:1:${chain}:${dlp()}:${kRuleset}`);
const ownDlp = () => world.deployment.dlp.toLowerCase();

// what is wrong, how, which checks say so; every check of verify has a row
const kRows = [
    ['the file', { options: () => ({ 'file-id': 99 }) }, ['file_exists']],
    ['the proof index', { options: () => ({ 'proof-index': 2 }) }, ['proof_exists']],
    ['the signature', { byHand: () => ({ signature: '0x1234' }) }, ['signature', 'job_completed']],
    ['the signer', { signer: () => world.stranger }, ['signer_is_tee']],
    ['what was signed', {
        byHand: (proof) => ({ data: { ...proof.data, dlpId: 2n } }),
    }, ['signer_is_tee', 'job_completed']],
    ['the DLP\'s pool', { afterwards: async () => {
        await mined(world.as(world.admin).dlp.updateTeePool(world.deployment.data_registry));
    } }, ['dlp_pool']],
    ['an instruction that was replaced', { afterwards: instructionFor(31337, () => kOther) },
        ['instruction']],
    ['an instruction for another chain', { before: instructionFor(1, ownDlp) },
        ['instruction_form']],
    ['an instruction for another DLP', { before: instructionFor(31337, () => kOther) },
        ['instruction_form']],
    ['a score above 1', { content: () => ({ score: 2048n * kWadPerPay }) },
        ['score_range', 'document_score']],
    ['a score between the steps', { content: () => ({ score: 512n * kWadPerPay + 1n }) },
        ['score_steps', 'document_score']],
    ['the metadata', { content: () => ({ metadata: 'ABC' }) },
        ['metadata', 'proof_url', 'document_hash']],
    ['the URL', {
        path: '/other', content: () => ({ proofUrl: `${host.url}/other` }),
    }, ['proof_url']],
    ['an unserved document', { unserved: true }, ['document_read']],
    ['an altered document', { served: '{}' }, ['document_hash', 'document_form']],
    ['a document with white space', { write: (d) => JSON.stringify(d, null, 1) },
        ['document_form']],
    ['the document\'s chain', { document: changed({ chain_id: 1 }) }, ['document_chain']],
    ['the document\'s registry', { document: changed({ data_registry: kOther }) },
        ['document_registry']],
    ['the document\'s pool', { document: changed({ tee_pool: kOther }) }, ['document_pool']],
    ['the document\'s DLP', { document: changed({ dlp: kOther }) }, ['document_dlp']],
    ['the document\'s file', { document: (d) => ({ ...d, file: { ...d.file, id: 9 } }) },
        ['document_file']],
    ['the document\'s URL', { document: (d) => ({ ...d, file: { ...d.file, url: 'https://x' } }) },
        ['document_url']],
    ['the document\'s job', { document: changed({ job_id: 9 }) }, ['job_of_file', 'job_completed']],
    ['a proof beside the pool', { byHand: () => ({}) }, ['job_completed']],
    ['the document\'s ruleset', { document: changed({ ruleset_digest: `0x${'00'.repeat(32)}` }) },
        ['document_ruleset']],
    ['the document\'s pay', { document: (d) => ({ ...d, score: { ...d.score, pay_1024: 511 } }) },
        ['document_score']],
    ['the sealed file', { sealed: Buffer.from('others') }, ['sealed_hash']],
];
for (const [what, row, expected] of kRows) {
    test(`verify finds ${what} wrong`, async () => {
        assert.deepEqual((await verified(row)).failed, expected);
    });
}

test('plain http is followed only when it is allowed', async () => {
    const { fileId, proofIndex } = await prove({});
    const run = await runTool(argumentsOf({ 'file-id': fileId, 'proof-index': proofIndex }));
    assert.equal(run.code, 1);
    assert.match(run.output,
        /^FAILED {2}the document can be read: fetch_forbidden: .*--allow-plain-http/m);
});

// what is asked, how, the exit code, what is said
const kErrors = [
    ['without --rpc', { rpc: null }, 64, /--rpc is missing/],
    ['with a mistyped address', { dlp: '0x12' }, 64, /--dlp '0x12' is not an address/],
    ['of a node that is not there', { rpc: 'http://127.0.0.1:9' }, 69, /error: rpc_unavailable:/],
    ['of a node with a key in its path', { rpc: 'http://127.0.0.1:9/v3/KEY' }, 69,
        /answer\. \(127\.0\.0\.1:9\)\n {2}next: Check the node's URL/],
    ['with certificates that are not there', { 'ca-file': '/nowhere' }, 66,
        /No certificates can be read where --ca-file says\. \(\/nowhere\)/],
    ['of a registry that is none', { registry: kOther }, 69,
        /There is no such contract: DataRegistry 0x0+1\./],
];
for (const [what, change, code, said] of kErrors) {
    test(`verify ${what} ends with ${code}`, async () => {
        const run = await runTool(argumentsOf(change));
        assert.equal(run.code, code);
        assert.equal(run.output, '');
        assert.match(run.errors, said);
        assert.match(run.errors, /\n {2}next: ./);
    });
}
