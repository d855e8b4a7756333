#!/usr/bin/env node
// Prints the gas of the main calls on a local node, as the table of docs/contracts.md.

import {
    addProof, contractsOf, kAccount, mined, registerFile, requestProof, requestReward, signProof,
    startDevnet, testWallet,
} from '../tools/node/chain.mjs';

const kInstruction = 'i'.repeat(48);
const kScore = 7n * 10n ** 17n;
const kHash = 'ab'.repeat(32);

const url = (number) => `https://validator.invalid/v1/blobs/${number}`.padEnd(66, '0');
const teeOf = (wallet) => ({
    address: wallet.address, url: 'https://tee.invalid', publicKey: wallet.signingKey.publicKey,
});
const dataOf = (metadata, proofUrl, instruction = kInstruction) =>
    ({ score: kScore, dlpId: 1n, metadata, proofUrl, instruction });

async function measure(world) {
    const { deployment, provider } = world;
    const wallet = (index) => testWallet(index, provider);
    const [admin, tee, first, second, other] = [0, 1, 2, 3, 4].map(wallet);
    const as = (signer) => contractsOf(deployment, signer);
    const rows = [];
    const row = (call, receipt) => rows.push([call, receipt.gasUsed]);
    const add = (info) => mined(as(admin).pool.addTee(info.address, info.url, info.publicKey));

    row('addTee, first', await add(teeOf(tee)));
    const later = await add(teeOf(other));
    const removed = await mined(as(admin).pool.removeTee(other.address));
    const file = await registerFile(deployment, first, url(1));
    row('addFileWithPermissions, 66-byte url, one 514-hex key', file.receipt);
    row('addFile, 8-byte url', await mined(as(first).registry.addFile('ipfs://a')));
    row('addFilePermission, 514 hex', await mined(as(first).registry.addFilePermission(file.fileId,
        admin.address, 'a'.repeat(514))));

    const job = await requestProof(deployment, first, file.fileId);
    row('requestContributionProof', job.receipt);
    const small = await signProof(tee, url(1), dataOf('m'.repeat(12), 'p'.repeat(13)));
    row('TeePool.addProof, 12-byte metadata, 13-byte proofUrl, 48-byte instruction',
        (await addProof(deployment, tee, job.jobId, small)).receipt);
    row('DataRegistry.addProof direct, the same',
        await mined(as(first).registry.addProof(file.fileId, small)));
    for (const size of [0, 32, 64, 256, 1024, 4096]) {
        const proof = { ...small, data: dataOf('m'.repeat(size), 'p'.repeat(66)) };
        row(`DataRegistry.addProof, 66-byte proofUrl, ${size} bytes of metadata`,
            await mined(as(first).registry.addProof(file.fileId, proof)));
    }
    row('requestReward, contributor\'s first file',
        (await requestReward(deployment, first, file.fileId, 1n)).receipt);

    await asPramanaDoes(world, { tee, contributor: first, row });
    row('claim', await mined(as(tee).pool.claim()));
    const cancelled = await requestProof(deployment, second, 9n);
    await world.advance(deployment.cancel_delay_s);
    row('cancelJob', await mined(as(second).pool.cancelJob(cancelled.jobId)));
    row('addTee, second', later);
    row('removeTee', removed);
    return rows;
}

/** A proof as our validator sends it: one hash as metadata, and where its document lies. */
async function asPramanaDoes({ deployment, provider }, { tee, contributor, row }) {
    const { dlp } = contractsOf(deployment, testWallet(kAccount.admin, provider));
    const instruction = `pramana:1:31337:${dlp.target.toLowerCase()}:${kHash}`;
    await mined(dlp.updateProofInstruction(instruction));
    const { fileId } = await registerFile(deployment, contributor, url(2));
    const { jobId } = await requestProof(deployment, contributor, fileId);
    const proofUrl = `https://validator.invalid/v1/proofs/${kHash}`;
    const proof = await signProof(tee, url(2), dataOf(kHash, proofUrl, instruction));
    const sizes = `${kHash.length}, ${proofUrl.length} and ${instruction.length} bytes`;
    row(`TeePool.addProof as Pramana sends it (${sizes})`,
        (await addProof(deployment, tee, jobId, proof)).receipt);
    row('requestReward, later file of the contributor',
        (await requestReward(deployment, contributor, fileId, 1n)).receipt);
}

const world = await startDevnet({ instruction: kInstruction, feeWei: 10n ** 17n });
try {
    const rows = await measure(world);
    console.log('| call | gas |\n|---|---|');
    for (const [call, gas] of rows) console.log(`| ${call} | ${gas} |`);
} finally {
    await world.stop();
}
