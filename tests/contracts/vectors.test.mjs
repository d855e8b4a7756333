// The interoperability vectors, run through our contracts and oracles. They lie beside the
// repository; without them this file says so loudly, and the rest still covers every rule.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
    decryptWith, encryptTo, eventArgs, innerHash, interfaceOf, mined, requestReward,
} from '../../tools/node/chain.mjs';
import { refused, useDevnet } from './support.mjs';

const kRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const kVectors = process.env.PRAMANA_VANA_VECTORS ?? join(kRoot, '..', 'shared', 'vectors', 'vana');
const read = (name) => JSON.parse(readFileSync(join(kVectors, name), 'utf8'));

if (existsSync(kVectors)) {
    proofVectors(read('proof_signing.json'));
    abiVectors(read('abi_samples.json'));
    eciesVectors(read('ecies.json'));
} else {
    const reason = `NOT RUN: there are no vectors in ${kVectors}`;
    console.error(reason);
    test('interoperability vectors', { skip: reason }, () => {});
}

const dataOf = (entry) => ({
    score: BigInt(entry.score_wad),
    dlpId: BigInt(entry.dlp_id),
    metadata: entry.metadata,
    proofUrl: entry.proof_url,
    instruction: entry.instruction,
});

function proofVectors({ tee_address: teeAddress, entries }) {
    const world = useDevnet();
    const title = (index) => `proof_signing ${index}: the DLP judges it`;
    entries.forEach((entry, index) => test(title(index), async () => {
        const { registry, pool, dlp } = world.as(world.admin);
        const proof = { signature: entry.signature, data: dataOf(entry) };
        assert.equal(innerHash(entry.file_url, proof.data), entry.inner_keccak256);
        assert.equal(registry.interface.encodeFunctionData('addProof', [99n, proof]),
            entry.calldata_dataregistry_addProof_file_99);
        assert.equal(pool.interface.encodeFunctionData('addProof', [17n, proof]),
            entry.calldata_teepool_addProof_job_17);

        await mined(pool.addTee(teeAddress, 'https://tee.invalid', '0x04'));
        await mined(dlp.updateProofInstruction(entry.instruction));
        const receipt = await mined(registry.addFile(entry.file_url));
        const { fileId } = eventArgs(receipt, registry, 'FileAddedV2');
        await mined(registry.addProof(fileId, proof));
        const data = registry.interface.encodeFunctionData('fileProofs', [fileId, 1n]);
        assert.equal(await world.provider.call({ to: registry.target, data }),
            entry.fileProofs_return);

        const pending = requestReward(world.deployment, world.stranger, fileId, 1n);
        if (proof.data.score === 0n) await refused(pending, 'InvalidScore()');
        else assert.equal((await pending).amount, proof.data.score * 10n);
    }));
}

/** What `parse` finds in the first of our interfaces where it finds anything. */
const firstOf = (parse) =>
    ['data_registry', 'tee_pool', 'dlp'].map((name) => parse(interfaceOf(name))).find(Boolean);

function abiVectors({ calls, returns, logs }) {
    for (const [name, calldata] of Object.entries(calls)) {
        test(`abi_samples call ${name}: our ABI reads and writes it`, () => {
            const parsed = firstOf((abi) => abi.parseTransaction({ data: calldata }));
            assert.ok(name.startsWith(parsed.name), parsed.name);
            const written = firstOf((abi) => abi.hasFunction(parsed.name)
                && abi.encodeFunctionData(parsed.name, parsed.args));
            assert.equal(written, calldata);
        });
    }
    const kReturns = {
        files_v2: ['data_registry', 'files'],
        files_v2_absent: ['data_registry', 'files'],
        filePermissions: ['data_registry', 'filePermissions'],
        filePermissions_absent: ['data_registry', 'filePermissions'],
        jobs_submitted: ['tee_pool', 'jobs'],
        tees_active: ['tee_pool', 'tees'],
        teeJobIdsPaginated: ['tee_pool', 'teeJobIdsPaginated'],
    };
    for (const [name, [contract, method]] of Object.entries(kReturns)) {
        test(`abi_samples return ${name}: our ABI reads and writes it`, () => {
            const abi = interfaceOf(contract);
            const values = abi.decodeFunctionResult(method, returns[name]);
            assert.equal(abi.encodeFunctionResult(method, values), returns[name]);
        });
    }
    for (const { event, topics, data, args } of logs) {
        test(`abi_samples log ${event} ${topics[0].slice(0, 10)}: our ABI reads it`, () => {
            const parsed = firstOf((abi) => abi.parseLog({ topics, data }));
            assert.equal(parsed.name, event);
            const found = Object.fromEntries(Object.entries(parsed.args.toObject())
                .map(([name, value]) => [name, String(value).toLowerCase()]));
            assert.deepEqual(found, Object.fromEntries(Object.entries(args)
                .map(([name, value]) => [name, String(value).toLowerCase()])));
        });
    }
}

function eciesVectors({ entries }) {
    for (const entry of entries) {
        test(`ecies ${entry.name}: ${entry.expect}`, () => {
            const open = () => decryptWith(entry.recipient_private_key, entry.ciphertext_hex);
            if (!entry.expect.startsWith('ok')) {
                assert.throws(open);
                return;
            }
            assert.equal(open().toString('hex'), entry.plaintext_hex);
            if (!entry.ephemeral_private_key) return;
            const options = {
                iv: Buffer.from(entry.iv_input, 'hex'),
                ephemeralKey: entry.ephemeral_private_key,
                stripLeadingZeros: entry.shared_x === 'unpadded',
            };
            assert.equal(encryptTo(entry.recipient_public_key_uncompressed,
                Buffer.from(entry.plaintext_hex, 'hex'), options), entry.ciphertext_hex);
        });
    }
}
