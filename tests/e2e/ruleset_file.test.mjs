// A ruleset from a file: public texts and a shared corpus by configuration, and a text so long that
// a sample of it is scored, drawn with the hash of the job's block.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { kTexts, run, startWorld } from './support.mjs';

const kModel = process.env.PRAMANA_MODEL;
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const kNoEntries = Buffer.from('PRC1\0\0\0\0');  // a file of public texts without any
let world;
let ruleset;  // {file, digest}

const put = (name, content) => {
    const path = join(world.directory, name);
    writeFileSync(path, content);
    return path;
};

before(async () => {
    const { output: usual } = await run('pramana', ['version', '--ruleset', 'default-1']);
    const text = usual.replace('"name":"default-1"', '"name":"lab-1"')
        .replace('"corpus":"own"', '"corpus":"shared:lab"')
        .replace('"public_texts":{}', `"public_texts":{"nothing":"${sha256(kNoEntries)}"}`)
        .replace(/"sample":\{"characters_max":\d+\}/, '"sample":{"characters_max":8000}');
    ruleset = { text, digest: sha256(text) };
    world = await startWorld((deployment, directory) => {
        ruleset.file = join(directory, 'lab.json');
        writeFileSync(ruleset.file, text);
        writeFileSync(join(directory, 'nothing.prc'), kNoEntries);
        return {
            dlps: [{
                address: deployment.dlp, dlp_id: deployment.dlp_id, ruleset: './lab.json',
                ruleset_sha256: ruleset.digest, shared_corpus_allowed: true,
            }],
            reference_corpora: { nothing: 'nothing.prc' },
        };
    });
});
after(() => world?.stop());

test('the attestation and the commands name the ruleset by its digest', async () => {
    const [served] = world.statement.dlps;
    assert.equal(served.ruleset.replace(/^0x/, ''), ruleset.digest);
    assert.equal(served.ruleset_name, 'lab-1+shared:lab');
    const line = `ruleset  ${ruleset.digest} lab-1+shared:lab\n`;
    const shown = await run('pramana', ['version', '--ruleset', ruleset.file, '--digest']);
    assert.equal(shown.output, line);
    const checked = await run('pramana-dev', ['serve', '--check', '--config', world.validator.configFile]);
    assert.equal(checked.code, 0, checked.errors);
    assert.ok(checked.output.includes(line), checked.output);
    assert.match(checked.output, /^gpu {6}auto, code for GPUs: /m);
});

test('a long text: the sample is drawn with the block of the job, and can be drawn again', async () => {
    const plain = put('long.txt', Buffer.concat([kTexts[0], kTexts[3]]));
    const { code, output, errors } = await run('pramana-dev', [
        'contribute', '--validator', world.validator.base, '--rpc', world.deployment.rpc_url,
        '--dlp', world.deployment.dlp, '--key-file', world.keyFile(2), '--state-dir',
        join(world.directory, 'state'), '--json', plain,
    ]);
    assert.equal(code, 0, errors);
    const status = JSON.parse(output);
    assert.ok(status.result.reasons.includes('sampled'), status.result.reasons.join());
    const proof = Buffer.from(await (await fetch(status.proof_url)).arrayBuffer());
    const { sample } = JSON.parse(proof);
    const block = await world.provider.getBlock(sample.block_number);
    assert.equal(block.hash, sample.block_hash);
    const [log] = await world.provider.getLogs({
        address: world.deployment.tee_pool, fromBlock: sample.block_number,
        toBlock: sample.block_number,
    });
    assert.equal(BigInt(log.topics[1]), BigInt(status.job_id), 'the block of the job\'s submission');

    const verify = (...more) => run('pramana-dev', [
        'verify', '--rpc', world.deployment.rpc_url, '--registry', world.deployment.data_registry,
        '--pool', world.deployment.tee_pool, '--dlp', world.deployment.dlp, '--file-id',
        String(status.file_id), '--proof-index', String(status.proof_index), '--allow-plain-http', ...more,
    ]);
    const event = (name) => ['--job-event', `${name}(uint256 indexed,uint256 indexed,address,uint256)`];
    for (const more of [[], event('JobSubmitted')]) {
        const judged = await verify(...more);
        assert.equal(judged.code, 0, judged.output + judged.errors);
        assert.match(judged.output, /ok +the sample was drawn with the block/);
    }
    const elsewhere = await verify(...event('JobPosted'));
    assert.equal(elsewhere.code, 1, elsewhere.errors);
    assert.match(elsewhere.output, /FAILED +the sample was drawn with the block/);
    const today = '(uint256 fileId,uint256 bidAmount,uint8 status,uint256,address ownerAddress,address teeAddress)';
    assert.equal((await verify('--job-layout', today)).code, 0);
    const swapped = await verify('--job-layout', today.replace('fileId', 'bid').replace('bidAmount', 'fileId'));
    assert.equal(swapped.code, 1, swapped.errors);
    assert.equal((await verify('--job-event', 'no event')).code, 64);
    assert.equal((await verify('--job-layout', 'no list')).code, 64);

    await world.validator.stop();
    const recomputed = async (file, args = []) => {
        const result = await run('pramana-dev', ['recompute', '--json', '--model', kModel,
            put(file.name, file.proof), plain, '--key-file', world.keyFile(2), ...args]);
        return { ...result, judged: result.output === '' ? null : JSON.parse(result.output) };
    };
    const config = ['--config', world.validator.configFile];
    const whole = await recomputed({ name: 'proof.json', proof }, config);
    assert.equal(whole.code, 0, whole.errors + JSON.stringify(whole.judged?.first_difference));
    const rows = whole.judged.checks.filter((check) => check.result === 'ok').map(({ name }) => name);
    for (const name of ['ruleset', 'sample', 'keyed_trace', 'pay_1024', 'new_root'])
        assert.ok(rows.includes(name), name);
    const otherSeed = proof.toString().replace(sample.block_hash, `0x${'11'.repeat(32)}`);
    const other = await recomputed({ name: 'other.json', proof: otherSeed }, config);
    assert.equal(other.code, 1, other.errors);
    assert.equal(other.judged.first_difference.name, 'keyed_trace');
    const noSeed = proof.toString().replace(/"sample":\{[^}]*\}/, '"sample":null');
    const none = await recomputed({ name: 'none.json', proof: noSeed }, config);
    assert.equal(none.code, 1, none.errors);
    assert.equal(none.judged.first_difference.name, 'sample');
});

// what is on disk or in the configuration, and what the refusal says
const kRefused = [
    ['another ruleset in the file', () => put('lab.json', ruleset.text.replace('8000', '9000')),
        (config) => config, new RegExp(`expected [0-9a-f]{64}, found [0-9a-f]{64}`)],
    ['no ruleset in the file', () => put('lab.json', '{}'), (config) => config,
        /ruleset_invalid: The file holds no ruleset/],
    ['another public text', () => put('nothing.prc', `${kNoEntries}x`), (config) => config,
        /corpus_corrupt: .*"nothing".*expected [0-9a-f]{64}, found [0-9a-f]{64}/],
    ['a public text that is not named', () => {}, (config) => ({ ...config, reference_corpora: {} }),
        /ruleset_invalid: .*"nothing", and no file/],
    ['a shared corpus that is not allowed', () => {}, (config) => ({
        ...config, dlps: [{ ...config.dlps[0], shared_corpus_allowed: false }],
    }), /ruleset_invalid: The ruleset shares its corpus/],
    ['a name that this version does not know', () => {}, (config) => ({
        ...config, dlps: [{ ...config.dlps[0], ruleset: 'lab-1', ruleset_sha256: undefined }],
    }), /ruleset_invalid: There is no ruleset of that name/],
    ['two epochs of one shared corpus', () => {}, (config) => ({
        ...config, dlps: [config.dlps[0],
            { ...config.dlps[0], address: `0x${'77'.repeat(20)}`, corpus_epoch: 1 }],
    }), /config_invalid: dlps\[\]\.corpus_epoch of 0x77/],
    ['an endpoint without a host', () => {}, (config) => ({
        ...config, chain: { ...config.chain, rpc_urls: ['http://'] },
    }), /config_invalid: chain\.rpc_urls\[0\] is no URL/],
    ['a recipient of backups that is no key', () => {}, (config) => ({
        ...config, keys: { backup_recipients: [`02${'ff'.repeat(32)}`] },
    }), /config_invalid: keys\.backup_recipients\[0\] is no public key/],
    ['a ruleset file without a digest', () => {}, (config) => ({
        ...config, dlps: [{ ...config.dlps[0], ruleset_sha256: undefined }],
    }), /dlps\[0\]\.ruleset_sha256 is missing/],
];
for (const [name, spoil, change, message] of kRefused) {
    test(`refused before anything is served: ${name}`, async () => {
        put('lab.json', ruleset.text);
        put('nothing.prc', kNoEntries);
        const config = JSON.parse(readFileSync(world.validator.configFile));
        const file = put('changed.json', JSON.stringify(change(config)));
        spoil();
        for (const check of [['--check'], []]) {
            const { code, errors } = await run('pramana-dev', ['serve', ...check, '--config', file]);
            assert.equal(code, 78, errors);
            assert.match(errors, message);
        }
    });
}
