// Proofs: making one as a TEE does (ethers), and judging one as a stranger would (viem). The two
// digests share no code, so that an error in one does not confirm itself.

import { solidityPackedKeccak256 } from 'ethers';
import { encodePacked, keccak256, recoverMessageAddress } from 'viem';
import { documentChecks } from './binding_document.mjs';
import { contractsOf, eventArgs, mined } from './contracts.mjs';

const kPackedTypes = ['string', 'uint256', 'uint256', 'string', 'string', 'string'];
const kScoreMax = 10n ** 18n;

const packedValues = (url, data) =>
    [url, data.score, data.dlpId, data.metadata, data.proofUrl, data.instruction];

/** The Keccak-256 that the TEE signs with the EIP-191 prefix. */
export const innerHash = (url, data) =>
    solidityPackedKeccak256(kPackedTypes, packedValues(url, data));

/**
 * A Proof for a registry url: {signature, data}, with `data` = {score, dlpId, metadata, proofUrl,
 * instruction}.
 */
export async function signProof(wallet, url, data) {
    const signature = await wallet.signMessage(Buffer.from(innerHash(url, data).slice(2), 'hex'));
    return { signature, data };
}

/** Sends a job's proof as its TEE. Returns {proofIndex, receipt}; the index is the registry's. */
export async function addProof(deployment, teeWallet, jobId, proof) {
    const { pool, registry } = contractsOf(deployment, teeWallet);
    const receipt = await mined(pool.addProof(jobId, proof));
    return { proofIndex: eventArgs(receipt, registry, 'ProofAdded').proofIndex, receipt };
}

/** A stored proof as plain values, or null where the registry has none at this index. */
export async function readProof(deployment, provider, fileId, proofIndex) {
    const { registry } = contractsOf(deployment, provider);
    const proof = (await registry.fileProofs(fileId, proofIndex)).toObject(true);
    return proof.signature === '0x' ? null : proof;
}

/**
 * Judges a proof with nothing but the chain, and with `withDocument` the document behind it.
 * Returns {ok, checks: [{name, ok, detail}], signer, data, document}. A score of 0 is a valid proof
 * that is not paid.
 */
export async function verifyProof(deployment, provider, fileId, proofIndex, options = {}) {
    const { registry, pool, dlp } = contractsOf(deployment, provider, options.dlpIndex ?? 0);
    const proof = await readProof(deployment, provider, fileId, proofIndex);
    if (!proof) {
        const checks = [{ name: 'a proof is stored', ok: false, detail: `index ${proofIndex}` }];
        return { ok: false, checks, signer: null, data: null, document: null };
    }
    const { signature, data } = proof;
    const file = await registry.files(fileId);
    const raw = keccak256(encodePacked(kPackedTypes, packedValues(file.url, data)));
    const signer = await recoverMessageAddress({ message: { raw }, signature }).catch(() => null);
    const instruction = await dlp.proofInstruction();
    const rows = [
        ['the file exists', file.url !== '', file.url],
        ['the signature recovers an address', signer !== null, signer],
        ['the signer is an active TEE', signer !== null && await pool.isTee(signer), signer],
        ['the DLP asks the same pool', await dlp.teePool() === pool.target, pool.target],
        ['the instruction is the DLP\'s', data.instruction === instruction, data.instruction],
        ['the score is at most 1', data.score <= kScoreMax, data.score.toString()],
    ];
    const behind = options.withDocument
        ? await documentChecks({
            deployment, dlp: dlp.target, fileId, url: file.url, data,
            jobIds: [...await pool.fileJobIds(fileId)],
        })
        : { rows: [], document: null };
    const checks = [...rows, ...behind.rows].map(([name, ok, detail]) => ({ name, ok, detail }));
    return { ok: checks.every((c) => c.ok), checks, signer, data, document: behind.document };
}
