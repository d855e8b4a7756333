// One devnet for a test file, put back to its start after each test.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';
import {
    contractsOf, kAccount, mined, registerFile, requestProof, revertName, signProof, startDevnet,
    testWallet,
} from '../../tools/node/chain.mjs';

export const kOne = 10n ** 18n;
export const kInstruction = 'instruction of the tests';

const teeOf = (wallet, url) =>
    ({ address: wallet.address, url, publicKey: wallet.signingKey.publicKey });

/**
 * The world of a test: {deployment, provider, rpc, advance, admin, tee, otherTee, contributor,
 * stranger, as(wallet)}. `as` gives the contracts bound to a wallet. All is set when the tests run.
 */
export function useDevnet(options = {}) {
    const world = {};
    let snapshot;
    before(async () => {
        const tee = teeOf(testWallet(kAccount.tee), 'https://tee.invalid');
        Object.assign(world, await startDevnet({ instruction: kInstruction, tee, ...options }));
        const { provider } = world;
        world.admin = testWallet(kAccount.admin, provider);
        world.tee = testWallet(kAccount.tee, provider);
        world.contributor = testWallet(kAccount.firstContributor, provider);
        world.stranger = testWallet(kAccount.firstContributor + 1, provider);
        world.otherTee = testWallet(kAccount.firstContributor + 2, provider);
        world.as = (wallet, dlpIndex = 0) => contractsOf(world.deployment, wallet, dlpIndex);
    });
    beforeEach(async () => {
        snapshot = await world.rpc('evm_snapshot');
    });
    afterEach(async () => {
        assert.equal(await world.rpc('evm_revert', snapshot), true);
    });
    after(() => world.stop());
    return world;
}

/** Adds the second TEE to the pool. */
export async function addOtherTee({ as, admin, otherTee }) {
    const { address, url, publicKey } = teeOf(otherTee, 'https://other.invalid');
    await mined(as(admin).pool.addTee(address, url, publicKey));
}

/** ProofData with a score of 0.7; `changes` replaces fields. */
export const proofData = (changes = {}) => ({
    score: 7n * kOne / 10n,
    dlpId: 1n,
    metadata: 'ab'.repeat(32),
    proofUrl: `https://tee.invalid/v1/proofs/${'ab'.repeat(32)}`,
    instruction: kInstruction,
    ...changes,
});

/** Registers a file and pays for its proof. Returns {url, fileId, jobId, tee}. */
export async function openJob(world, options = {}) {
    const url = options.url ?? 'https://tee.invalid/v1/blobs/1';
    const { fileId } = await registerFile(world.deployment, world.contributor, url);
    const { jobId, tee } = await requestProof(world.deployment, world.contributor, fileId,
        options.valueWei);
    return { url, fileId, jobId, tee };
}

/** Registers a file and puts a proof at index 1 of it by the registry's open door. */
export async function storedProof(world, data, options = {}) {
    const url = options.url ?? 'https://tee.invalid/v1/blobs/1';
    const { fileId } = await registerFile(world.deployment, world.contributor, url);
    const proof = await signProof(options.signer ?? world.tee, url, data);
    const damaged = { ...proof, ...options.change?.(proof) };
    await mined(world.as(world.stranger).registry.addProof(fileId, damaged));
    return fileId;
}

/** Asserts that a call reverts with exactly this error. */
export async function refused(pending, signature) {
    const error = await pending.then(() => null, (caught) => caught);
    assert.notEqual(error, null, `accepted, but ${signature} was expected`);
    assert.equal(revertName(error) ?? error.message, signature);
}
