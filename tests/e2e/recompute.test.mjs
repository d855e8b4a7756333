// A proof of the daemon, replayed from its document, the sealed or opened file and the daemon's own
// corpus: equal, and each other text, key, document and corpus is named.

import assert from 'node:assert/strict';
import {
    cpSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { kTexts, run, startWorld } from './support.mjs';

const kModel = process.env.PRAMANA_MODEL;
const kPlain = Buffer.concat([kTexts[2], kTexts[1].subarray(0, 3000)]);
let world;
let proof;  // path of the served document of the second contribution
let sealed;
let plain;

const path = (name) => join(world.directory, name);
const put = (name, content) => { writeFileSync(path(name), content); return path(name); };

async function contributed(name, content, wallet) {
    const { code, output, errors } = await run('pramana-dev', [
        'contribute', '--validator', world.validator.base, '--rpc', world.deployment.rpc_url,
        '--dlp', world.deployment.dlp, '--key-file', world.keyFile(wallet), '--state-dir',
        path('state'), '--json', put(name, content),
    ]);
    assert.equal(code, 0, errors);
    const status = JSON.parse(output);
    const reply = await fetch(status.proof_url);
    const document = Buffer.from(await reply.arrayBuffer());
    const blob = await fetch(JSON.parse(document).file.url);
    return {
        status,
        proof: put(`${name}.proof`, document),
        sealed: put(`${name}.pgp`, Buffer.from(await blob.arrayBuffer())),
    };
}

before(async () => {
    world = await startWorld();
    await contributed('first.txt', kTexts[1], 2);
    const second = await contributed('second.txt', kPlain, 3);
    assert.equal(second.status.stage, 'final');
    ({ proof, sealed } = second);
    plain = path('second.txt');
    await world.validator.stop();
});
after(() => world?.stop());

const recomputed = async (args) => {
    const result = await run('pramana-dev', ['recompute', '--json', '--model', kModel, ...args]);
    return { ...result, judged: result.output === '' ? null : JSON.parse(result.output) };
};
const own = (wallet = 3) => ['--key-file', world.keyFile(wallet)];
const config = () => ['--config', world.validator.configFile];
const names = (judged, result) => judged.checks
    .filter((check) => check.result === result).map((check) => check.name);

test('document, sealed file, key and corpus: everything is equal', async () => {
    const { code, judged, errors } = await recomputed([proof, sealed, ...own(), ...config()]);
    assert.equal(errors, '');
    assert.equal(code, 0, JSON.stringify(judged?.first_difference));
    assert.deepEqual(names(judged, 'unchecked'), []);
    assert.deepEqual(names(judged, 'ok'), [
        'ruleset', 'model', 'sealed_file', 'extraction', 'keyed_text', 'keyed_trace', 'chunks',
        'quality_milli', 'corpus_id', 'corpus_epoch', 'previous_root', 'novel_mass',
        'matched_milli', 'internal_milli', 'uniqueness_milli', 'pay_1024', 'reasons', 'new_root',
    ]);
});

test('what the contributor alone has: all but novelty', async () => {
    const { code, judged } = await recomputed([proof, plain, ...own()]);
    assert.equal(code, 0);
    assert.deepEqual(names(judged, 'unchecked'), ['sealed_file', 'novelty', 'new_root']);
    const withoutKey = await recomputed([proof, plain]);
    assert.equal(withoutKey.code, 0);
    assert.deepEqual(names(withoutKey.judged, 'unchecked').slice(1, 3), ['keyed_text', 'keyed_trace']);
});

test('the key of another wallet does not open it', async () => {
    const opened = await recomputed([proof, sealed, ...own(4)]);
    assert.equal(opened.code, 65);
    assert.match(opened.errors, /wrong_password/);
    const none = await recomputed([proof, sealed]);
    assert.equal(none.code, 65);
    assert.match(none.errors, /The file is sealed/);
    const keyed = await recomputed([proof, plain, ...own(4)]);
    assert.equal(keyed.judged.first_difference.name, 'keyed_text');
});

test('another text is named', async () => {
    const other = put('other.txt', kPlain.toString().replace('the', 'thy'));
    const { code, judged } = await recomputed([proof, other, ...own(), ...config()]);
    assert.equal(code, 1);
    assert.equal(judged.first_difference.name, 'keyed_text');
    assert.equal(names(judged, 'differs').at(-1), 'new_root');
});

test('an altered document is named', async () => {
    const text = readFileSync(proof, 'utf8');
    const pay = /"pay_1024":(\d+)/.exec(text)[1];
    const rows = [
        [text.replace(/"pay_1024":\d+/, `"pay_1024":${Number(pay) + 1}`), 'pay_1024'],
        [text.replace(/"chunks":(\d+)/, (_, n) => `"chunks":${Number(n) + 1}`), 'chunks'],
        [text.replace(/"model_digest":"0x../, '"model_digest":"0x00'), 'model'],
        [text.replace(/"ruleset_digest":"0x../, '"ruleset_digest":"0x00'), 'ruleset'],
        [text.replace(/"ciphertext_sha256":"0x../, '"ciphertext_sha256":"0x00'), 'sealed_file'],
        [text.replace(/"previous_root":"0x../, '"previous_root":"0x00'), 'previous_root'],
        [text.replace(/"new_root":"0x../, '"new_root":"0x00'), 'new_root'],
    ];
    for (const [altered, name] of rows) {
        assert.notEqual(altered, text, name);
        const run_ = await recomputed([put('lie.proof', altered), sealed, ...own(), ...config()]);
        assert.equal(run_.code, 1, name);
        assert.equal(run_.judged.first_difference.name, name);
    }
});

test('one chunk is shown by the owner and judged without a key', async () => {
    const plainRun = (args) => run('pramana-dev', ['recompute', '--model', kModel, ...args]);
    const shown = await plainRun([proof, sealed, ...own(), '--show-chunk', '3']);
    assert.equal(shown.code, 0, shown.errors);
    const judge = (text) => recomputed([proof, text, '--chunk', put('shown.json', shown.output)]);
    assert.equal((await judge(plain)).code, 0);
    const other = await judge(put('other.txt', kPlain.subarray(900)));
    assert.equal(other.code, 1);
    assert.deepEqual([other.judged.first_difference.name, other.judged.first_difference.chunk],
        ['words', 3]);
    const stranger = await plainRun([proof, plain, ...own(4), '--show-chunk', '3']);
    const lie = await recomputed([proof, plain, '--chunk', put('lie.json', stranger.output)]);
    assert.equal(lie.judged.first_difference.name, 'opening');
    assert.equal((await plainRun([proof, plain, '--show-chunk', '3'])).code, 64);
    assert.equal((await plainRun([proof, plain, ...own(), '--show-chunk', '9999'])).code, 65);
});

test('a corpus that is in use, missing or altered is refused', async () => {
    const data = path('data');
    const kept = path('data.kept');
    cpSync(data, kept, { recursive: true });
    await world.validator.start();
    const locked = await recomputed([proof, plain, ...config()]);
    assert.equal(locked.code, 78, locked.errors);
    assert.match(locked.errors, /store_locked: The validator is running/);
    await world.validator.stop();
    rmSync(data, { recursive: true });
    const none = await recomputed([proof, plain, ...config()]);
    assert.equal(none.code, 66, none.errors);

    cpSync(kept, data, { recursive: true });
    const db = join(data, 'db');
    const [largest] = readdirSync(db).filter((name) => /\.(log|sst)$/.test(name))
        .sort((a, b) => statSync(join(db, b)).size - statSync(join(db, a)).size);
    const bytes = readFileSync(join(db, largest));
    bytes[bytes.length >> 1] ^= 1;
    writeFileSync(join(db, largest), bytes);
    const altered = await recomputed([proof, plain, ...config()]);
    assert.equal(altered.code, 78, altered.errors);
    assert.match(altered.errors, /_corrupt: /);

    rmSync(data, { recursive: true });
    cpSync(kept, data, { recursive: true });
    assert.equal((await recomputed([proof, plain, ...config()])).code, 0);
});
