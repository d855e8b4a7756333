// The life of a validator's keys: shown, rotated, backed up, read back elsewhere; and a data
// directory that is older than the chain, or another validator's.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
    chmodSync, cpSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, symlinkSync,
    unlinkSync, writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import {
    addTee, contractsOf, kAccount, mined, registerFile, requestProof, runProofBody, testWallet,
} from '../../tools/node/chain.mjs';
import { ethers } from '../../tools/node/libraries.mjs';
import { kTexts, run, sealFor, startWorld } from './support.mjs';

const kRecovery = 15;  // a wallet whose key is kept offline

let world;
let config;
const dataDir = () => join(world.directory, 'data');
const pointOf = (index) => ethers.SigningKey.computePublicKey(testWallet(index).privateKey, true);

/** `pramana-dev keys …` with the validator's configuration. */
const keys = (...args) => run('pramana-dev', ['keys', ...args, '--config', world.validator.configFile]);
const shown = async (...args) => {
    const { code, output, errors } = await keys('show', '--json', ...args);
    assert.equal(code, 0, errors);
    return JSON.parse(output);
};

function configure(change) {
    config = JSON.parse(readFileSync(world.validator.configFile, 'utf8'));
    change(config);
    writeFileSync(world.validator.configFile, JSON.stringify(config, null, 2));
}

/** A file from the host to its final proof. */
async function prove(walletIndex, text) {
    const wallet = world.wallet(walletIndex);
    const path = `/keys-${walletIndex}`;
    world.host.files.set(path, await sealFor(wallet, text));
    const { fileId } = await registerFile(world.deployment, wallet, `${world.host.url}${path}`);
    const order = await requestProof(world.deployment, wallet, fileId);
    const { status, body } = await world.validator.runProof(
        await runProofBody(world.deployment, wallet, { ...order, fileId }));
    assert.equal(status, 200, JSON.stringify(body));
    await world.validator.status(order.jobId);
}

before(async () => {
    world = await startWorld((deployment) => ({
        keys: { source: 'inside', backup_recipients: [pointOf(kRecovery)] },
        chain: {  // transactions are counted: no claims in between
            chain_id: deployment.chain_id, rpc_urls: [deployment.rpc_url],
            data_registry: deployment.data_registry, tee_pool: deployment.tee_pool,
            final_depth: 2, ask_finalized_tag: false, poll_ms: 100, claim_fees_every_s: 0,
        },
    }));
    await world.rpc('anvil_setBalance', world.statement.signing_address, '0xde0b6b3a7640000');
});
after(() => world?.stop());

test('show says what the keys are, and what the chain knows of them', async () => {
    const all = await shown();
    assert.equal(all.source, 'inside');
    assert.equal(all.survive_restart, true);
    assert.equal(all.imported, false);
    assert.equal(all.current.signing_address.toLowerCase(), world.statement.signing_address.toLowerCase());
    assert.equal(all.current.chain.active, true);
    assert.equal(all.current.chain.encryption_key_fits, true);
    assert.notEqual(all.current.signing_key, all.current.encryption_key);
    const { output } = await keys('show');
    assert.match(output, /^source inside: made inside, and kept sealed to this platform$/m);
    assert.match(output, /^ {2}pool +active, 0 jobs pending$/m);
    assert.match(output, /^backup may be sealed to 0x0[23][0-9a-f]{64}; the statement says so$/m);
});

test('the keys are the same after a restart', async () => {
    await prove(2, kTexts[0]);
    assert.equal(await world.validator.stop(), 0);
    cpSync(dataDir(), join(world.directory, 'older'), { recursive: true });
    await world.validator.start();
    const { body } = await world.validator.json('/v1/attestation');
    assert.equal(JSON.stringify(body.statement).includes(world.statement.signing_address), true);
    await prove(3, kTexts[1]);
    assert.equal(await world.validator.stop(), 0);
});

test('an older copy of the data directory is refused until the operator decides', async () => {
    cpSync(dataDir(), join(world.directory, 'newest'), { recursive: true });
    rmSync(dataDir(), { recursive: true });
    cpSync(join(world.directory, 'older'), dataDir(), { recursive: true });
    const refused = await run('pramana-dev', ['serve', '--config', world.validator.configFile]);
    assert.equal(refused.code, 78, refused.errors);
    assert.match(refused.errors, /error: data_older: .*has sent 2 transactions, and the journal here knows of 1\./);
    assert.match(refused.errors, /next: Restore the newest copy .*--accept-foreign-nonces-below 2/);

    rmSync(dataDir(), { recursive: true });
    cpSync(join(world.directory, 'older', 'keys.sealed'), join(dataDir(), 'keys.sealed'));
    const empty = await run('pramana-dev', ['serve', '--config', world.validator.configFile]);
    assert.equal(empty.code, 78, empty.errors);
    assert.match(empty.errors, /has sent 2 transactions, and the journal here knows of 0\./);

    rmSync(dataDir(), { recursive: true });
    cpSync(join(world.directory, 'older'), dataDir(), { recursive: true });
    await world.validator.start('', ['--accept-foreign-nonces-below', '2']);
    assert.equal(await world.validator.stop(), 0);
    rmSync(dataDir(), { recursive: true });
    cpSync(join(world.directory, 'newest'), dataDir(), { recursive: true });
    await world.validator.start();
    await prove(4, kTexts[2]);
});

test('a rotation is explained, written, and finished when nothing is left', async () => {
    const plan = await keys('rotate');
    assert.equal(plan.code, 0, plan.errors);
    assert.match(plan.output, /^next {3}epoch 1 {2}0x[0-9a-fA-F]{40}$/m);
    assert.match(plan.output, /^1\. Run this again with --write/m);
    assert.match(plan.output, /addTee\(0x[0-9a-fA-F]{40}, "http:\/\/127\.0\.0\.1:\d+", "0x04[0-9a-f]{128}"\)/);
    assert.equal((await keys('rotate', '--finish')).code, 78, 'there is none to finish');
    const before = JSON.parse(readFileSync(world.validator.configFile, 'utf8'));
    chmodSync(world.validator.configFile, 0o640);
    assert.equal((await keys('rotate', '--write')).code, 0);
    assert.equal(statSync(world.validator.configFile).mode & 0o777, 0o640, 'who may read it still may');
    const written = JSON.parse(readFileSync(world.validator.configFile, 'utf8'));
    assert.deepEqual(written, { ...before, keys: { ...before.keys, current: 1, previous: 0 } });
    const again = await keys('rotate', '--write');
    assert.equal(again.code, 78);
    assert.match(again.errors, /A rotation is under way/);

    assert.equal(await world.validator.stop(), 0);
    await world.validator.start();
    const all = await shown();
    assert.equal(all.current.epoch, 1);
    assert.match(all.current.chain.pool, /not registered/);
    assert.equal(all.previous.chain.active, true);
    const waits = await keys('rotate', '--finish', '--write');
    assert.equal(waits.code, 1);
    assert.match(waits.output, /not yet: it is active in the pool/);
    const { pool } = contractsOf(world.deployment, world.wallet(kAccount.admin));
    await mined(pool.removeTee(all.previous.signing_address));
    const owed = await keys('rotate', '--finish', '--write');
    assert.equal(owed.code, 1, owed.errors);
    assert.match(owed.output, /not yet: the pool owes it 0\.3 coins of fees/);
    assert.equal(await world.validator.stop(), 0);
    const claimed = await run('pramana-dev', ['chain', 'claim', '--config', world.validator.configFile]);
    assert.equal((await pool.tees(all.previous.signing_address)).withdrawnAmount, 3n * 10n ** 17n, claimed.output);
    await world.validator.start();
    const done = await keys('rotate', '--finish', '--write');
    assert.equal(done.code, 0, done.errors);
    assert.equal(JSON.parse(readFileSync(world.validator.configFile, 'utf8')).keys.previous, undefined);
    await world.rpc('anvil_setBalance', all.current.signing_address, '0xde0b6b3a7640000');
    await addTee(world.provider, pool, {
        address: all.current.signing_address, url: world.validator.base,
        publicKey: all.current.encryption_key,
    });
    assert.equal(await world.validator.stop(), 0);
});

const backup = () => join(world.directory, 'keys.backup');

test('a backup goes to listed recipients only, sealed', async () => {
    const stranger = await keys('export', '--sealed', '--to', pointOf(16), '--out', backup());
    assert.equal(stranger.code, 78);
    assert.match(stranger.errors, /is not in keys\.backup_recipients/);
    assert.equal(existsSync(backup()), false);
    const bare = await keys('export', '--to', pointOf(kRecovery), '--out', backup());
    assert.equal(bare.code, 64, 'keys leave in no other way');
    const made = await keys('export', '--sealed', '--to', pointOf(kRecovery), '--out', backup());
    assert.equal(made.code, 0, made.errors);
    assert.match(made.output, /epoch 1, sealed to 0x0/);
    assert.equal((await keys('export', '--sealed', '--to', pointOf(kRecovery), '--out', backup())).code, 73);
    assert.equal(JSON.parse(readFileSync(backup(), 'utf8')).format, 'pramana:key-backup:1');
    const long = join(world.directory, 'n'.repeat(250));  // too long for a temporary file beside it
    const failed = await keys('export', '--sealed', '--to', pointOf(kRecovery), '--out', long);
    assert.notEqual(failed.code, 0);
    assert.equal(existsSync(long), false, 'nothing is left where no backup is');
});

test('a backup is read back elsewhere, and its keys say that they were imported', async () => {
    const here = await shown('--offline');
    const elsewhere = join(world.directory, 'elsewhere.json');
    const other = JSON.parse(readFileSync(world.validator.configFile, 'utf8'));
    writeFileSync(join(world.directory, 'other.key'), testWallet(17).privateKey.slice(2), { mode: 0o600 });
    writeFileSync(elsewhere, JSON.stringify({
        ...other, data_dir: 'elsewhere', development: { ...other.development, key_file: 'other.key' },
    }));
    const there = (...args) => run('pramana-dev', ['keys', ...args, '--config', elsewhere]);
    const own = await there('import', backup());
    assert.equal(own.code, 65, own.errors);
    assert.match(own.errors, /key_not_for_us: The backup is sealed to another key/);
    const wrong = await there('import', backup(), '--key-file', world.keyFile(kRecovery),
        '--address', testWallet(3).address);
    assert.equal(wrong.code, 65, wrong.errors);
    const recovered = () => there('import', backup(), '--key-file', world.keyFile(kRecovery));
    const place = (name) => join(world.directory, 'elsewhere', name);
    await there('show', '--offline');
    const check = 'the check of the keys that are there\n';
    writeFileSync(place('keys.check'), check);
    symlinkSync('db', place('db'));  // cannot be looked at
    assert.notEqual((await recovered()).code, 0);
    assert.equal(readFileSync(place('keys.check'), 'utf8'), check, 'it is not taken for an unused one');
    unlinkSync(place('db'));
    renameSync(place('keys.sealed'), place('kept'));
    mkdirSync(place('keys.sealed'));  // so that the import stops on its way
    assert.notEqual((await recovered()).code, 0);
    assert.ok(!existsSync(place('keys.check')) || readFileSync(place('keys.check'), 'utf8') === check,
        'the keys that are there would be called foreign');
    rmSync(place('keys.sealed'), { recursive: true });
    renameSync(place('kept'), place('keys.sealed'));
    const read = await there('import', backup(), '--key-file', world.keyFile(kRecovery),
        '--address', here.current.signing_address);
    assert.equal(read.code, 0, read.errors);
    assert.match(read.output, /two with one\n {8}key spend each other's nonces/);
    const listed = await there('show', '--json', '--offline');
    assert.equal(listed.code, 0, listed.errors);
    const found = JSON.parse(listed.output);
    assert.deepEqual(found.current, here.current);
    assert.equal(found.imported, true);
    // The first identity was at work: an empty directory is older than what it did.
    const imported = JSON.parse(readFileSync(elsewhere, 'utf8'));
    writeFileSync(elsewhere, JSON.stringify({ ...imported, keys: { ...imported.keys, current: 0 } }));
    const used = await run('pramana-dev', ['serve', '--config', elsewhere]);
    assert.equal(used.code, 78, used.errors);
    assert.match(used.errors, /error: data_older/);
});

test('TLS ends inside, under the key that `keys show` and the statement name', async () => {
    configure((each) => {
        each.listen.tls = true;
        each.public_base_url = each.public_base_url.replace('http:', 'https:');
    });
    world.validator.base = config.public_base_url;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';  // the statement vouches for the key, no authority
    await world.validator.start();
    const socket = connect({ host: '127.0.0.1', port: config.listen.port, rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const spki = socket.getPeerX509Certificate().publicKey.export({ type: 'spki', format: 'der' });
    socket.destroy();
    const { current } = await shown('--offline');
    assert.equal(createHash('sha256').update(spki).digest('hex'), current.tls_spki_sha256);
    assert.equal(await world.validator.stop(), 0);
});

test('a data directory of other keys is refused by name', async () => {
    configure((each) => { each.development.key_file = 'other.key'; });
    const refused = await run('pramana-dev', ['serve', '--config', world.validator.configFile]);
    assert.equal(refused.code, 78, refused.errors);
    assert.match(refused.errors, /error: keys_foreign: What lies here was sealed under other keys/);
    configure((each) => { each.development.key_file = 'tee.key'; });
});

test('keys for one boot are accepted only by name, and never asked for by a command', async () => {
    configure((each) => { each.keys = { source: 'inside', for_one_boot: true }; each.data_dir = 'once'; });
    const { code, errors } = await keys('show');
    assert.equal(code, 78);
    assert.match(errors, /Keys for one boot are in the running validator and nowhere else/);
    assert.equal(existsSync(join(world.directory, 'once')), false);
});

test('what could not be printed is no success', async () => {
    const full = spawn(join(process.env.PRAMANA_BIN, 'pramana'), ['policy', 'explain'],
        { stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'] });
    let errors = '';
    full.stderr.setEncoding('utf8').on('data', (text) => { errors += text; });
    const [code] = await once(full, 'close');
    assert.equal(code, 74);
    assert.match(errors, /^error: io: The output could not be written\.$/m);
});
