// A builder's page from its first line to money: written by `ruleset new`, edited as
// docs/rulesets.md says, its digest in the DLP's instruction, its terms agreed to, files that are
// paid and files that it refuses.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
    kUploadContentType, makeUpload, requestReward,
} from '../../tools/node/chain.mjs';
import { sha256Hex } from '../../tools/node/lib/upload.mjs';
import { redditComments } from '../exports_support/exports.mjs';
import { assertVerified, checkedPage, kTexts, pramana, proofsOf, run, sealFor, startWorld } from './support.mjs';

const kModel = process.env.PRAMANA_MODEL;
const kTerms = 'The club may train models on what I contribute, and on nothing else.\n';
const kWadPer1024 = 976_562_500_000_000n;
const kComments = redditComments(['GPL-1', 'Artistic']);
let world;
let page;  // {file, digest}
let terms;

const put = (name, content) => {
    const path = join(world.directory, name);
    writeFileSync(path, content);
    return path;
};

/** What a builder does: a template, two edits, a check, a digest. */
async function writePage(directory) {
    const made = JSON.parse(await pramana('ruleset', 'new', '--profile', 'posts', '--name', 'club-1'));
    made.accept = { formats: ['reddit_export'], parts: { reddit_export: ['comments', 'times'] } };
    made.terms_sha256 = sha256Hex(kTerms);
    made.pay.characters_full = 20_000;
    return checkedPage(join(directory, 'club.json'), made);
}

before(async () => {
    world = await startWorld(async (deployment, directory) => {
        page = await writePage(directory);
        return {
            dlps: [{
                address: deployment.dlp, dlp_id: deployment.dlp_id, ruleset: './club.json',
                ruleset_sha256: page.digest,
            }],
        };
    });
    terms = put('terms.txt', kTerms);
});
after(() => world?.stop());

const contribute = (wallet, file, ...more) => run('pramana-dev', [
    'contribute', '--validator', world.validator.base, '--rpc', world.deployment.rpc_url,
    '--dlp', world.deployment.dlp, '--key-file', world.keyFile(wallet), '--state-dir',
    join(world.directory, 'state'), '--json', ...more, file,
]);

/** What `ruleset try` says of files, in their order. */
async function tried(...files) {
    const { output, errors } =
        await run('pramana', ['ruleset', 'try', '--model', kModel, '--json', page.file, ...files]);
    assert.equal(errors, '');
    return output.trim().split('\n').map((line) => JSON.parse(line));
}

test('the instruction names the page, and the validator shows it to everybody', async () => {
    const { deployment, statement, validator } = world;
    const instruction = (await pramana('ruleset', 'hash', page.file, '--chain-id',
        String(deployment.chain_id), '--dlp', deployment.dlp)).trim().split('\n').at(-1);
    assert.equal(statement.dlps[0].instruction, instruction);
    const shown = await fetch(`${validator.base}/v1/rulesets/${page.digest}`);
    const text = await shown.text();
    assert.equal(sha256Hex(text), page.digest);
    assert.equal(text, await pramana('version', '--ruleset', page.file));
    assert.equal(JSON.parse(text).terms_sha256, sha256Hex(kTerms));
    assert.equal((await fetch(`${validator.base}/v1/rulesets/${'0'.repeat(64)}`)).status, 404);
});

test('who does not agree to the terms is refused before anything is stored', async () => {
    const file = put('comments.csv', kComments);
    const { code, errors } = await contribute(2, file);
    assert.equal(code, 65, errors);
    assert.match(errors, /^error: terms_not_agreed: .*\n {2}next: .*--terms FILE/m);
    const other = await contribute(2, file, '--terms', put('other.txt', 'Something else.'));
    assert.equal(other.code, 65, other.errors);
    assert.match(other.errors, /^error: terms_not_agreed: These are not the terms/m);
    // A client that does not look: the validator does.
    const wallet = world.wallet(2);
    const made = await makeUpload({
        wallet, sealed: await sealFor(wallet, Buffer.from(kComments)), chainId: world.deployment.chain_id,
        dlp: world.deployment.dlp, ruleset: page.digest, terms: 'Something else.',
        validatorPublicKey: world.statement.encryption_key,
    });
    const reply = await world.validator.post('/v1/contributions', kUploadContentType, made.body);
    assert.equal(reply.status, 400);
    const { code: word, next_step: next } = await reply.json();
    assert.equal(word, 'terms_not_agreed');
    assert.match(next, /sign an intent/);
    const unknown = await world.validator.json(`/v1/contributions/${made.contributionId}`);
    assert.equal(unknown.status, 404);
});

test('comments are paid what `try` said, and the proof on chain says so', async () => {
    const file = put('comments.csv', kComments);
    const [expected] = await tried(file);
    assert.equal(expected.verdict, 'paid');
    const { code, output, errors } = await contribute(2, file, '--terms', terms);
    assert.equal(code, 0, errors);
    const status = JSON.parse(output);
    assert.equal(status.result.pay_1024, expected.pay_1024);
    const [{ data }] = await proofsOf(world, status.file_id);
    assert.equal(data.score, BigInt(expected.pay_1024) * kWadPer1024);
    assert.equal(data.instruction, world.statement.dlps[0].instruction);
    await assertVerified(world, status);
    const paid = await requestReward(world.deployment, world.wallet(2), status.file_id, status.proof_index);
    assert.ok(paid.amount > 0n);
});

// what it is, the word; under this page each is worth nothing for what it is, not for what it says
const kRefused = [
    ['a licence as plain text', 'licence.txt', kTexts[2], 'format_not_accepted'],
    ['comments without times', 'undated.csv',
        kComments.replaceAll(/,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC,/g, ',some day,'), 'part_missing'],
];
for (const [what, name, content, word] of kRefused) {
    test(`the page refuses ${what}, by the word that \`try\` says`, async () => {
        const file = put(name, content);
        const [expected] = await tried(file);
        assert.deepEqual([expected.verdict, expected.reason], ['refused', word]);
        const { code, output, errors } = await contribute(3, file, '--terms', terms);
        assert.equal(code, 0, errors);
        const status = JSON.parse(output);
        assert.deepEqual([status.result.pay_1024, status.result.reasons], [0, [word]]);
        const [{ data }] = await proofsOf(world, status.file_id);
        assert.equal(data.score, 0n);
        const document = JSON.parse(await (await fetch(status.proof_url)).text());
        assert.deepEqual(document.score.reasons, [word]);
        assert.equal(document.corpus.place, null);
    });
}

test('a page that changed is another ruleset: the validator does not start with it', async () => {
    const changed = readFileSync(page.file, 'utf8').replace('20000', '10000');
    writeFileSync(page.file, changed);
    const { code, errors } =
        await run('pramana-dev', ['serve', '--check', '--config', world.validator.configFile]);
    assert.equal(code, 78, errors);
    assert.match(errors, new RegExp(`expected ${page.digest}, found [0-9a-f]{64}`));
});
