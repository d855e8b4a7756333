// Development mode that cannot be mistaken: the production program takes nothing that pramana-dev
// made, makes nothing where pramana-dev works, and lets no variable of the environment name a simulator.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { registerFile, requestProof, runProofBody, testWallet } from '../../tools/node/chain.mjs';
import { ethers } from '../../tools/node/libraries.mjs';
import { kTexts, run, sealFor, startWorld } from './support.mjs';

const kRecovery = 15;
const kCompressed = ethers.SigningKey.computePublicKey(testWallet(kRecovery).privateKey, true);

let world;
const file = (name) => join(world.directory, name);
const production = (...args) => run('pramana', args);

/** The validator's configuration as production would read it, changed. */
function productionConfig(name, change = () => {}) {
    const config = JSON.parse(readFileSync(world.validator.configFile, 'utf8'));
    delete config.development;
    config.public_base_url = 'https://validator.example';
    config.chain.chain_id = 1480;
    config.chain.ask_finalized_tag = true;
    config.chain.rpc_urls = ['http://127.0.0.1:9'];
    config.keys = { kms_roots: [kCompressed] };
    config.data_dir = 'production';
    change(config);
    writeFileSync(file(name), JSON.stringify(config));
    return file(name);
}

before(async () => {
    world = await startWorld({ keys: { source: 'inside', backup_recipients: [kCompressed] } });
    await world.rpc('anvil_setBalance', world.statement.signing_address, '0xde0b6b3a7640000');
});
after(() => world?.stop());

test('no variable of the environment brings a simulator into production', async () => {
    let connections = 0;
    const simulator = createServer((socket) => { ++connections; socket.destroy(); });
    simulator.listen(file('simulator.sock'));
    await once(simulator, 'listening');
    const config = productionConfig('simulated.json');
    const child = spawn(join(process.env.PRAMANA_BIN, 'pramana'), ['serve', '--config', config], {
        env: {
            ...process.env, DSTACK_SIMULATOR_ENDPOINT: file('simulator.sock'),
            TAPPD_SIMULATOR_ENDPOINT: file('simulator.sock'), DSTACK_AGENT_ADDRESS: file('simulator.sock'),
        },
        stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text) => { errors += text; });
    const [code] = await once(child, 'close');
    simulator.close();
    assert.equal(code, 69, errors);
    assert.match(errors, /no_tee/);
    assert.equal(connections, 0, 'nobody asked the simulator');
});

test('production holds no name of development', () => {
    const binary = readFileSync(join(process.env.PRAMANA_BIN, 'pramana'));
    for (const text of [
        'development evidence: proves nothing', 'pramana-dev signing', 'pramana-dev vault',
        'pramana-dev encryption', 'SIMULATOR', 'PRAMANA_CRASH_AT', 'TEST-ONLY',
    ])
        assert.equal(binary.includes(text), false, text);
});

const refusedConfigs = [
    ['a development section', (c) => { c.development = { key_file: 'tee.key' }; }, /development is read by pramana-dev only/],
    ['a key file', (c) => { c.keys.source = 'file'; }, /keys\.source file is for pramana-dev/],
    ['anvil\'s chain', (c) => { c.chain.chain_id = 31337; }, /chain\.chain_id 31337 is a local test chain/],
    ['ganache\'s chain', (c) => { c.chain.chain_id = 1337; }, /chain\.chain_id 1337 is a local test chain/],
    ['no pinned KMS', (c) => { c.keys = {}; }, /keys\.kms_roots must pin/],
];
test('production refuses the configuration of development', async () => {
    for (const [what, change, expected] of refusedConfigs) {
        const { code, errors } =
            await production('serve', '--check', '--config', productionConfig('refused.json', change));
        assert.equal(code, 78, what);
        assert.match(errors, expected);
    }
});

test('development refuses every chain but the local ones', async () => {
    const config = JSON.parse(readFileSync(world.validator.configFile, 'utf8'));
    for (const chain_id of [1480, 14800, 1]) {
        writeFileSync(file('other.json'), JSON.stringify({
            ...config, data_dir: 'other', chain: { ...config.chain, chain_id },
        }));
        const { code, errors } = await run('pramana-dev', ['serve', '--config', file('other.json')]);
        assert.equal(code, 69, errors);
        assert.match(errors, /no_tee/);
    }
});

test('the production client sends nothing to a development validator', async () => {
    writeFileSync(file('text.txt'), kTexts[0]);
    const { code, errors } = await production(
        'contribute', '--validator', world.validator.base, '--rpc', world.deployment.rpc_url,
        '--dlp', world.deployment.dlp, '--key-file', world.keyFile(2), file('text.txt'));
    assert.notEqual(code, 0);
    assert.match(errors, /no_tee: This validator has development evidence only/);
    assert.equal(existsSync(file('text.txt.sealed')), false);
});

test('a development statement with its evidence is refused by the production verifier', async () => {
    const { body } = await world.validator.json(`/v1/attestation?challenge=${'ab'.repeat(32)}`);
    writeFileSync(file('attestation.json'), JSON.stringify(body));
    writeFileSync(file('evidence.json'), JSON.stringify(body.evidence));
    for (const name of ['attestation.json', 'evidence.json']) {
        const { code, output, errors } = await production('verify', file(name));
        assert.ok([1, 65].includes(code), `${name}: ${code}\n${output}${errors}`);
    }
});

test('a development proof is refused by the production verifier', async () => {
    const wallet = world.wallet(2);
    world.host.files.set('/proof', await sealFor(wallet, kTexts[0]));
    const { fileId } = await registerFile(world.deployment, wallet, `${world.host.url}/proof`);
    const order = await requestProof(world.deployment, wallet, fileId);
    const { status } = await world.validator.runProof(
        await runProofBody(world.deployment, wallet, { ...order, fileId }));
    assert.equal(status, 200);
    const { proof_index: index } = await world.validator.status(order.jobId);
    const args = ['verify', '--rpc', world.deployment.rpc_url,
        '--registry', world.deployment.data_registry, '--pool', world.deployment.tee_pool,
        '--dlp', world.deployment.dlp, '--file-id', String(fileId), '--proof-index', String(index),
        '--allow-plain-http'];
    const own = await run('pramana-dev', args);
    assert.equal(own.code, 0, own.output + own.errors);
    const { code, errors } = await production(...args);
    assert.equal(code, 69, errors);
    assert.match(errors, /no_tee: Chain 31337 is a local test chain/);
});

test('development keys do not become production\'s', async () => {
    const made = await run('pramana-dev', ['keys', 'export', '--sealed', '--to', kCompressed,
        '--out', file('keys.backup'), '--config', world.validator.configFile]);
    assert.equal(made.code, 0, made.errors);
    const config = productionConfig('import.json', (c) => { c.keys = { source: 'inside' }; });
    const { code, errors } = await production('keys', 'import', file('keys.backup'),
        '--key-file', world.keyFile(kRecovery), '--config', config);
    assert.equal(code, 65, errors);
    assert.match(errors, /keys_foreign: The backup is of the other program/);
    assert.equal(existsSync(file('production')), false);
});
