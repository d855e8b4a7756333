// A DLP that asks for a witness's statement of ownership: who shows one is proved and its binding
// document names it, who shows none or another's is refused before anything is opened or paid.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
    kUploadContentType, makeUpload, registerFile, requestProof, runProofBody, setInstruction,
    testWallet,
} from '../../tools/node/chain.mjs';
import { ownershipDigest, sha256Hex } from '../../tools/node/lib/upload.mjs';
import {
    assertVerified, checkedPage, configure, kTexts, pramana, proofsOf, run, sealFor, startWorld,
} from './support.mjs';

const kWitness = 5;
const kStranger = 6;
const kContributor = 2;
const kDayMs = 86_400_000;
const addressOf = (index) => testWallet(index).address.toLowerCase();
let world;
let page;  // {file, digest}

const put = (name, content) => {
    const path = join(world.directory, name);
    writeFileSync(path, content);
    return path;
};

async function writePage(directory, name, more = {}) {
    const made =
        JSON.parse(await pramana('ruleset', 'new', '--profile', 'prose', '--name', name));
    made.ownership = {
        witnesses: [addressOf(kWitness)], providers: ['chatgpt'], methods: ['provider_api'],
        days_max: 7, ...more,
    };
    return checkedPage(join(directory, `${name}.json`), made);
}

before(async () => {
    world = await startWorld(async (deployment, directory) => {
        page = await writePage(directory, 'owned-1');
        return {
            dlps: [{
                address: deployment.dlp, dlp_id: deployment.dlp_id, ruleset: './owned-1.json',
                ruleset_sha256: page.digest,
            }],
        };
    });
});
after(() => world?.stop());

/** What a witness types; `changes` are options that are otherwise. Returns the statement's text. */
async function signed(sealedSha256, changes = {}) {
    const { witness = kWitness, ...more } = changes;
    const options = {
        wallet: world.keyFile(witness), 'chain-id': world.deployment.chain_id,
        dlp: world.deployment.dlp, contributor: addressOf(kContributor),
        'sealed-sha256': sealedSha256, provider: 'chatgpt', ...more,
    };
    return pramana('ownership', 'sign',
        ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]));
}

const daysAgo = (days) =>
    new Date(Date.now() - days * kDayMs).toISOString().replace(/\.\d+Z$/, 'Z');

const contribute = (wallet, file, ...more) => run('pramana-dev', [
    'contribute', '--validator', world.validator.base, '--rpc', world.deployment.rpc_url,
    '--dlp', world.deployment.dlp, '--key-file', world.keyFile(wallet), '--state-dir',
    join(world.directory, 'state'), '--json', ...more, file,
]);

/** Exit 65 with a sentence and a next step; nothing is known of the contribution then. */
function assertRefused({ code, output, errors }, sentence) {
    assert.equal(code, 65, errors);
    assert.equal(output, '');
    assert.match(errors, /^error: ownership_not_shown: /m);
    assert.match(errors, sentence);
    assert.match(errors, /^ {2}next: /m);
    assert.doesNotMatch(errors, /^(uploaded|registered|proof requested)/m);
}

/** The proof of a final contribution is good, and its document names the statement. */
async function assertNamed(status, statement) {
    assert.equal(status.stage, 'final');
    assert.ok(status.result.pay_1024 > 0);
    const { ownership } = JSON.parse(await (await fetch(status.proof_url)).text());
    assert.deepEqual(ownership, {
        method: 'provider_api', provider: 'chatgpt',
        statement: ownershipDigest(JSON.parse(statement)),
    });
    await assertVerified(world, status);
}

test('the ruleset says to everybody what has to be shown', async () => {
    const shown = await fetch(`${world.validator.base}/v1/rulesets/${page.digest}`);
    assert.deepEqual((await shown.json()).ownership, {
        age_s_max: 7 * 86_400, methods: ['provider_api'], providers: ['chatgpt'], version: 2,
        witnesses: [addressOf(kWitness)],
    });
    const explained = await pramana('ruleset', 'explain', page.file);
    assert.match(explained, /\nOwned\n/);
    const words = ['ownership_not_shown', 'chatgpt', 'at most 7 days old', addressOf(kWitness),
        'goes on with --ownership FILE'];
    for (const word of words) assert.ok(explained.includes(word), word);
    const tried = await pramana('ruleset', 'try', '--model', process.env.PRAMANA_MODEL, page.file,
        put('sample.txt', kTexts[4]));
    assert.match(tried, /A contribution needs a witness's statement of ownership too/);
});

test('our own client: without a statement it is told for what, with one it is proved', async () => {
    const file = put('diary.txt', kTexts[0]);
    const without = await contribute(kContributor, file);
    assertRefused(without, /asks for a witness's statement .* of an account at chatgpt\.$/m);
    const [, sealed] = /^ {2}next: .* the sealed file 0x([0-9a-f]{64}), .*--ownership FILE/m
        .exec(without.errors);
    const said = (name, text) => contribute(kContributor, file, '--ownership', put(name, text));
    const strange = await said('strange.json', await signed(sealed, { witness: kStranger }));
    assertRefused(strange, /It fails this: The signer is a witness that the ruleset believes\.$/m);
    const found = `expected ${addressOf(kWitness)}, found ${addressOf(kStranger)}`;
    assert.ok(strange.errors.includes(`\nownership.statement.witness: ${found}\n`), strange.errors);
    const old = await said('old.json', await signed(sealed, { at: daysAgo(9), days: 1 }));
    assertRefused(old, /It fails this: It was made not long ago, and not in the future\.$/m);
    assert.match(old.errors, /^ownership\.statement\.expires: expected .*, found 2/m);
    const missing = await contribute(kContributor, file, '--ownership', '/none');
    assert.equal(missing.code, 66, missing.errors);
    assert.match(missing.errors, /^error: not_found: .*\/none/m);
    const none = await said('none.json', '{"a":1}\n');
    assert.equal(none.code, 65, none.errors);
    assert.match(none.errors, /^error: evidence_malformed: /m);
    assert.deepEqual(refusals(), [], 'none of them was sent');

    const statement = await signed(sealed);
    const { code, output, errors } = await said('statement.json', statement);
    assert.equal(code, 0, errors);
    assert.match(errors, /^going on with an earlier run$/m);
    await assertNamed(JSON.parse(output), statement);
});

/** What the validator's log says of refused evidence, oldest first. */
const refusals = () => readFileSync(world.validator.logFile, 'utf8').split('\n')
    .filter((line) => line.includes('ownership.refused'))
    .map((line) => JSON.parse(line).error);

/** An upload by a client that looks at nothing: {status, body, made}. */
async function uploadOf(text, ownershipOf, more = {}) {
    const wallet = world.wallet(kContributor);
    const sealed = await sealFor(wallet, text);
    const made = await makeUpload({
        wallet, sealed, chainId: world.deployment.chain_id, dlp: world.deployment.dlp,
        ruleset: page.digest, validatorPublicKey: world.statement.encryption_key,
        ownership: await ownershipOf(sha256Hex(sealed)), ...more,
    });
    const reply = await world.validator.post('/v1/contributions', kUploadContentType, made.body);
    return { status: reply.status, body: await reply.json(), made };
}

const named = (text, change) => JSON.stringify({ ...JSON.parse(text), ...change });

// what is shown, and the check that the validator's log names
const kRefused = [
    ['nothing', () => undefined, 'app.ownership.no_statement'],
    ['a statement for another wallet', (sealed) => signed(sealed, { contributor: addressOf(3) }),
        'ownership.statement.contributor'],
    ['a statement for another file', () => signed('11'.repeat(32)), 'ownership.statement.file'],
    ['a statement for another DLP', (sealed) => signed(sealed, { dlp: `0x${'12'.repeat(20)}` }),
        'ownership.statement.pool'],
    ['a statement for another chain', (sealed) => signed(sealed, { 'chain-id': 1480 }),
        'ownership.statement.chain'],
    ['a statement of a stranger', (sealed) => signed(sealed, { witness: kStranger }),
        'ownership.statement.witness'],
    ['an account that does not count', (sealed) => signed(sealed, { provider: 'reddit' }),
        'ownership.statement.provider'],
    ['knowledge from a mail', (sealed) => signed(sealed, { method: 'export_mail' }),
        'ownership.statement.method'],
    ['a statement that is over', (sealed) => signed(sealed, { at: daysAgo(2), days: 1 }),
        'ownership.statement.expires'],
    ['a statement that is too old', (sealed) => signed(sealed, { at: daysAgo(8) }),
        'ownership.statement.issued'],
    ['an altered statement', async (sealed) => named(await signed('11'.repeat(32)),
        { sealed_sha256: `0x${sealed}` }), 'ownership.statement.witness'],
    ['another object', () => '{"a":1}', 'ownership.statement.method'],
];
for (const [what, ownershipOf, check] of kRefused) {
    test(`an upload with ${what} is refused and leaves nothing behind`, async () => {
        const { status, body, made } = await uploadOf(kTexts[1], ownershipOf);
        assert.deepEqual([status, body.code], [400, 'ownership_not_shown']);
        assert.ok(body.detail && body.next_step);
        const unknown = await world.validator.json(`/v1/contributions/${made.contributionId}`);
        assert.equal(unknown.status, 404);
        assert.equal((await fetch(world.validator.base + made.blobPath)).status, 404);
        assert.equal(refusals().at(-1), `ownership_not_shown@${check}`);
    });
}

/** Registered and paid for: {fileId, jobId}. */
async function paidJob(url) {
    const wallet = world.wallet(kContributor);
    const { fileId } = await registerFile(world.deployment, wallet, url);
    const { jobId } = await requestProof(world.deployment, wallet, fileId);
    return { fileId, jobId };
}

test('another client shows a statement and is proved', async () => {
    let statement;
    const { status, body, made } = await uploadOf(kTexts[1], async (sealed) => {
        statement = await signed(sealed);
        return statement;
    });
    assert.equal(status, 202, JSON.stringify(body));
    const { jobId } = await paidJob(body.blob_url);
    const final = await world.validator.status(jobId);
    assert.equal(final.id, made.contributionId);
    await assertNamed(final, statement);
});

// Not uploaded here, so nothing can show whose it is. What cannot be opened at all is refused in
// the same way: nobody tried.
for (const [what, make] of [
    ['a sealed file', (wallet) => sealFor(wallet, kTexts[3])],
    ['bytes that nobody could open', () => Buffer.from('not sealed at all')],
]) {
    test(`RunProof for ${what} from elsewhere is refused before it is opened`, async () => {
        const wallet = world.wallet(3);
        const path = `/${encodeURIComponent(what)}`;
        world.host.files.set(path, await make(wallet));
        const { fileId } = await registerFile(world.deployment, wallet, world.host.url + path);
        const { jobId } = await requestProof(world.deployment, wallet, fileId);
        const body = await runProofBody(world.deployment, wallet, { jobId, fileId });
        const { status, body: answer } = await world.validator.runProof(body);
        assert.equal(status, 400, JSON.stringify(answer));
        const { code, message, details } = answer.detail.error;
        assert.equal(code, 'OWNERSHIP_NOT_SHOWN');
        assert.ok(message);
        assert.equal(details.contribution.stage, 'refused');
        assert.equal(details.contribution.cause.code, 'ownership_not_shown');
        assert.equal((await proofsOf(world, fileId)).length, 0);
    });
}

// From here on the DLP asks for more: the witness has to have had the file.
const kSalt = randomBytes(32);
const tagOf = (text) => ({ 'content-sha256': sha256Hex(text), salt: put('salt', `${kSalt.toString('hex')}\n`) });

test('a ruleset that asks for the content says so', async () => {
    page = await writePage(world.directory, 'owned-2', { content: true });
    await world.validator.stop();
    configure(world.validator, (config) => Object.assign(config.dlps[0],
        { ruleset: './owned-2.json', ruleset_sha256: page.digest }));
    await world.validator.start();
    const instruction = `pramana:1:${world.deployment.chain_id}:` +
        `${world.deployment.dlp.toLowerCase()}:${page.digest}`;
    await setInstruction(world.provider, world.deployment, instruction);
    const explained = await pramana('ruleset', 'explain', page.file);
    assert.match(explained, /a tag of the content, which is held against the opened file/);
});

test('our own client: the content has to be what the witness had', async () => {
    const file = put('letters.txt', kTexts[4]);
    const salt = ['--ownership-salt', put('salt', `${kSalt.toString('hex')}\n`)];
    const without = await contribute(kContributor, file);
    assertRefused(without, /^ {2}next: .*with a tag of the content, .* --ownership-salt FILE/m);
    const [, sealed] = /the sealed file 0x([0-9a-f]{64}), /.exec(without.errors);
    const good = await signed(sealed, tagOf(kTexts[4]));
    const said = async (text, more) =>
        contribute(kContributor, file, '--ownership', put('said.json', text), ...more);
    const another = /It fails this: The opened file is the one that the witness had\.$/m;
    assertRefused(await said(await signed(sealed), salt), another);
    assertRefused(await said(await signed(sealed, tagOf(kTexts[5])), salt), another);
    assertRefused(await said(good, []), another);
    const none = await said(good, ['--ownership-salt', put('none', 'pepper\n')]);
    assert.match(none.errors, /^error: evidence_malformed: There is no salt in /m);
    const { code, output, errors } = await said(good, salt);
    assert.equal(code, 0, errors);
    await assertNamed(JSON.parse(output), good);
});

test('an upload whose statement says nothing of the content is refused at once', async () => {
    const { status, body } = await uploadOf(kTexts[5], signed, { salt: kSalt });
    assert.deepEqual([status, body.code], [400, 'ownership_not_shown']);
    assert.equal(refusals().at(-1), 'ownership_not_shown@ownership.statement.content');
});

// what is told, that only shows once the file is opened
for (const [what, told, salt] of [
    ['of another content', kTexts[0], kSalt],
    ['under another salt', kTexts[5], randomBytes(32)],
    ['without the salt', kTexts[5], undefined],
]) {
    test(`a tag ${what} is refused once the file is opened, and nothing is scored`, async () => {
        const { status, body } =
            await uploadOf(kTexts[5], (sealed) => signed(sealed, tagOf(told)), { salt });
        assert.equal(status, 202, JSON.stringify(body));
        const seen = refusals().length;
        const { fileId, jobId } = await paidJob(body.blob_url);
        const ended = await world.validator.status(jobId, ({ stage }) => stage === 'refused');
        assert.equal(ended.cause.code, 'ownership_not_shown');
        assert.equal('result' in ended, false);
        assert.deepEqual(refusals().slice(seen),
            ['ownership_not_shown@ownership.statement.content']);
        assert.equal((await proofsOf(world, fileId)).length, 0);
    });
}

test('another client: the content that the witness had is proved, and it is new', async () => {
    let statement;
    const { status, body } = await uploadOf(kTexts[5], async (sealed) => {
        statement = await signed(sealed, tagOf(kTexts[5]));
        return statement;
    }, { salt: kSalt });
    assert.equal(status, 202, JSON.stringify(body));
    const { jobId } = await paidJob(body.blob_url);
    const final = await world.validator.status(jobId);
    await assertNamed(final, statement);
    assert.ok(!final.result.reasons.includes('exact_copy'), 'none of the refused was kept');
});
