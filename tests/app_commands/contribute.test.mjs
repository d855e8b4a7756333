// `contribute` against a real node and a validator that shares no code with it.

import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { mined, testWallet } from '../../tools/node/chain.mjs';
import { useDevnet } from '../contracts/support.mjs';
import { attestationOf, startFakeValidator } from './fake_validator.mjs';
import { runTool, sha256Hex } from './support.mjs';

const kTerms = 'Whoever contributes agrees to this.\n';
const kRulesetText = JSON.stringify({ name: 'terms-1', terms_sha256: sha256Hex(kTerms) });
const kRuleset = sha256Hex(kRulesetText);
const kFee = 100_000_000_000_000_000n;
const kText = 'A text that nobody else has.\n'.repeat(40);
const world = useDevnet({ ruleset: kRuleset, feeWei: kFee });
let work;
let validator;
before(() => { work = mkdtempSync(join(tmpdir(), 'pramana-contribute-')); });
after(() => rmSync(work, { recursive: true, force: true }));
beforeEach(() => {
    rmSync(join(work, 'state'), { recursive: true, force: true });
    writeFileSync(join(work, 'diary.txt'), kText);
    rmSync(join(work, 'key'), { force: true });
    writeFileSync(join(work, 'key'), `${world.contributor.privateKey}\n`, { mode: 0o600 });
});
afterEach(() => { validator?.close(); validator = null; });

async function start(options = {}) {
    validator = await startFakeValidator(world,
        { ruleset: kRuleset, owner: world.contributor, ...options });
    return validator;
}

function contribute(...more) {
    const { deployment } = world;
    return runTool(['contribute', '--validator', validator.url, '--rpc', deployment.rpc_url,
        '--dlp', deployment.dlp, '--key-file', join(work, 'key'), '--state-dir',
        join(work, 'state'), '--json', ...more, join(work, 'diary.txt')]);
}

const counts = async () => {
    const { registry, pool } = world.as(world.contributor);
    return [Number(await registry.filesCount()), Number(await pool.jobsCount())];
};

test('contribute goes from a file to a final proof, and verify agrees', async () => {
    await start();
    const run = await contribute('--claim');
    assert.equal(run.code, 0, run.errors);
    const status = JSON.parse(run.output);
    assert.equal(status.stage, 'final');
    assert.equal(status.reward_wei, '5000000000000000000');  // pay 512 / 1024 of a factor of 10
    const [upload] = validator.uploads;
    assert.equal(upload.opened.toString(), kText);
    assert.equal(upload.intent.ruleset, kRuleset);
    const lines = run.errors.split('\n');
    const expected = [/^WARNING: .*DEVELOPMENT evidence/, /^sealed 1 KiB$/,
        /^uploaded: 0x[0-9a-f]{64}$/,
        /^registered as file 1 \(tx 0x[0-9a-f]{64}\)$/,
        /^proof requested: job 1, fee 0\.1 \(tx 0x[0-9a-f]{64}\)$/,
        /^received → placed → final$/,
        /^reward 5 \(tx 0x[0-9a-f]{64}\)$/, /^$/];
    assert.equal(lines.length, expected.length, run.errors);
    expected.forEach((form, i) => assert.match(lines[i], form));
    const { deployment } = world;
    const judged = await runTool(['verify', '--rpc', deployment.rpc_url, '--registry',
        deployment.data_registry, '--pool', deployment.tee_pool, '--dlp', deployment.dlp,
        '--file-id', '1', '--proof-index', '1', '--allow-plain-http']);
    assert.equal(judged.code, 0, judged.output);
});

test('the terms that the ruleset names are agreed to, others are refused before the upload', async () => {
    await start({ rulesetText: kRulesetText });
    const file = join(work, 'terms.txt');
    writeFileSync(file, `${kTerms} `);
    const other = await contribute('--terms', file);
    assert.equal(other.code, 65, other.errors);
    assert.match(other.errors, /^error: terms_not_agreed: These are not the terms/m);
    assert.deepEqual([validator.uploads.length, ...await counts()], [0, 0, 0]);
    writeFileSync(file, kTerms);
    const run = await contribute('--terms', file);
    assert.equal(run.code, 0, run.errors);
    assert.equal(validator.uploads[0].intent.terms_sha256, sha256Hex(kTerms));
});

test('a fee of more than a coin is paid only where it is agreed to', async () => {
    await start();
    const fee = 3n * 10n ** 18n;
    await mined(world.as(world.admin).pool.updateTeeFee(fee));
    const unasked = await contribute();
    assert.equal(unasked.code, 65, unasked.errors);
    assert.match(unasked.errors, /^error: fee_ceiling: The pool asks for a fee of 3\./m);
    assert.match(unasked.errors, /--fee-wei 3000000000000000000\.$/m);
    assert.deepEqual([validator.uploads.length, ...await counts()], [0, 0, 0]);
    const agreed = await contribute('--fee-wei', String(fee));
    assert.equal(agreed.code, 0, agreed.errors);
    assert.match(agreed.errors, /^proof requested: job 1, fee 3 /m);
});

test('a score of 0 is final, and its reward is none', async () => {
    await start({ pay: 0 });
    const run = await contribute('--claim');
    assert.equal(run.code, 0, run.errors);
    assert.match(run.errors, /^reward none \(score 0\)$/m);
    assert.equal(JSON.parse(run.output).reward_refusal, 'score 0');
});

test('a run that was cut off goes on and pays nothing twice', async () => {
    await start({ held: true });
    const cut = await contribute('--timeout', '4');
    assert.equal(cut.code, 75, cut.errors);
    assert.match(cut.errors, /^error: timeout: The proof is not final yet\./m);
    assert.deepEqual(await counts(), [1, 1]);
    validator.held = false;
    const again = await contribute();
    assert.equal(again.code, 0, again.errors);
    assert.match(again.errors, /^going on with an earlier run$/m);
    assert.match(again.errors, /^registered before as file 1$/m);
    assert.match(again.errors, /^paid before: job 1$/m);
    const [first, second] = validator.uploads;
    assert.equal(first.id, second.id);
    assert.deepEqual(first.secret, second.secret);
    assert.deepEqual(await counts(), [1, 1]);

    const known = await contribute();
    assert.equal(known.code, 0, known.errors);
    assert.match(known.errors, /^contributed before: 0x/m);
    assert.equal(JSON.parse(known.output).stage, 'final');
    assert.equal(validator.uploads.length, 2);
    assert.deepEqual(readdirSync(join(work, 'state')).map((name) => name.slice(-6)), ['.final']);
});

test('a cancelled job is paid again on the same file', async () => {
    await start({ held: true });
    assert.equal((await contribute('--timeout', '4')).code, 75);
    await world.advance(601);
    await mined(world.as(world.contributor).pool.cancelJob(1));
    const again = await contribute('--timeout', '4');
    assert.match(again.errors, /^registered before as file 1$/m);
    assert.match(again.errors, /^proof requested: job 2, fee 0\.1/m);
});

test('what the validator refuses is told with its cause, and the status is printed', async () => {
    const cause = { code: 'wrong_password', sentence: 'No.', next_step: 'Do better.' };
    await start({ end: { stage: 'refused', cause } });
    const run = await contribute();
    assert.equal(run.code, 65);
    assert.match(run.errors, /^error: wrong_password: No\.\n {2}next: Do better\.$/m);
    assert.equal(JSON.parse(run.output).stage, 'refused');
});

test('an open key file is warned about', async () => {
    await start({ refuse: [400, '{}'] });
    assert.doesNotMatch((await contribute()).errors, /others may read/);
    chmodSync(join(work, 'key'), 0o644);
    assert.match((await contribute()).errors,
        /^warning: others may read the key file; chmod 600 /m);
});

const kOther = `0x${'0'.repeat(39)}1`;
const kProblem =
    JSON.stringify({ code: 'quota_exceeded', detail: 'Too many.', next_step: 'Wait.' });
const poor = testWallet(50);  // the node gives coins to the first ten only
const dlpOn = (chain) => {
    const [dlp] = attestationOf(world, kRuleset).dlps;
    return { ...dlp, instruction: `pramana:1:${chain}:${dlp.address}:${kRuleset}` };
};
const asPoor = () => writeFileSync(join(work, 'key'), poor.privateKey, { mode: 0o600 });

// what is wrong, how the validator and the world differ, the exit code, what is said.
// None of them may register or pay.
const kRefusals = [
    ['development evidence on a real chain', { statement: { chain_id: 1480 } }, 78,
        /^error: no_tee:/m],
    ['a forged report', { report: '00'.repeat(64) }, 65, /^error: hash_mismatch: .*evidence/m],
    ['a validator of another chain',
        { statement: () => ({ chain_id: 1337, dlps: [dlpOn(1337)] }) }, 69,
        /^error: wrong_chain: .*is chain 31337, the validator works on 1337/m],
    ['an instruction of another chain', { statement: () => ({ dlps: [dlpOn(1337)] }) }, 65,
        /^error: instruction_mismatch:/m],
    ['a statement without DLPs', { statement: { dlps: null } }, 65,
        /^error: evidence_malformed: .*the one canonical text/m],
    ['a statement that is spelled otherwise', { spell: (text) => text.replace(':', ': ') }, 65,
        /^error: evidence_malformed: .*the one canonical text/m],
    ['a statement of another version', { statement: { format: 'pramana:statement:3' } }, 65,
        /^error: evidence_malformed: .*of a version that this program does not read/m],
    ['a DLP that is not served', { statement: { dlps: [] } }, 65, /^error: dlp_not_served:/m],
    ['an encryption key that the pool does not know',
        { statement: () => ({ encryption_key: world.stranger.signingKey.publicKey }) }, 65,
        /^error: unauthorized: .*another encryption key/m],
    ['a validator that the pool does not list',
        { statement: () => ({
            signing_address: world.stranger.address.toLowerCase(),
            signing_key: world.stranger.signingKey.publicKey,
        }) }, 65,
        /^error: job_not_ours: The pool does not list this validator/m],
    ['a fee below the validator\'s least', { statement: { min_bid_wei: '100000000000000001' } }, 65,
        /^error: fee_too_low: .*asks for 0\.100000000000000001/m],
    ['a file above the validator\'s limit', { statement: { upload_bytes_max: 10 } }, 65,
        /^error: body_too_large: .*at most 10 bytes/m],
    ['terms that it was not given', { rulesetText: kRulesetText }, 65,
        /^error: terms_not_agreed: .*terms with the SHA-256 [0-9a-f]{64}\.\n {2}next: .*--terms FILE/m],
    ['a ruleset that is not the one of its digest', { rulesetText: '{}' }, 65,
        /^error: hash_mismatch: The validator shows another ruleset/m],
    ['a refused upload', { refuse: [429, kProblem] }, 75,
        /^error: quota_exceeded: Too many\.\n {2}next: Wait\.$/m],
    ['an instruction that the DLP replaced', { prepare: () =>
        mined(world.as(world.admin).dlp.updateProofInstruction('pramana:1:other')) }, 65,
    /^error: instruction_mismatch: .*pramana:1:other/m],
    ['a pool that the DLP does not use', { prepare: () =>
        mined(world.as(world.admin).dlp.updateTeePool(kOther)) }, 78,
    /^error: config_invalid: The DLP takes proofs from the pool/m],
    ['a wallet without coins', { owner: poor, prepare: asPoor }, 65,
        /^error: insufficient_funds: .*it has 0, this needs 0\.\d+/m],
    ['a key file that holds no key', { prepare: () =>
        writeFileSync(join(work, 'key'), 'secret', { mode: 0o600 }) }, 65,
    /^error: malformed_key:/m],
    ['no file', { prepare: () => rmSync(join(work, 'diary.txt')) }, 66, /^error: not_found:/m],
];
for (const [what, options, code, said] of kRefusals) {
    test(`contribute stops at ${what}`, async () => {
        const { statement, prepare, ...rest } = options;
        const changes = typeof statement === 'function' ? statement() : statement;
        await start({ ...rest, statement: changes });
        await prepare?.();
        const run = await contribute();
        assert.match(run.errors, said);
        assert.equal(run.code, code, run.errors);
        assert.match(run.errors, /\n {2}next: ./);
        assert.equal(run.output, '');
        assert.deepEqual(await counts(), [0, 0]);
    });
}

test('contribute says when the validator does not answer', async () => {
    await start();
    validator.close();
    const run = await contribute();
    assert.equal(run.code, 69);
    assert.match(run.errors, /^error: fetch_failed: The validator at http:.* does not answer\./m);
});
