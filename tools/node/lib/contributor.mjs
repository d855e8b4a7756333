// What a contributor and its client send to the chain and to a TEE.

import { randomBytes } from 'node:crypto';
import { contractsOf, eventArgs, mined } from './contracts.mjs';
import { encryptTo, fileKeyOf, kFileKeyMessage } from './sealing.mjs';

/**
 * Registers `url` for `wallet` with the file key encrypted to the DLP, as the SDK does.
 * Options: dlpIndex, ownerAddress, permissions (in place of the DLP's), iv and ephemeralKey for the
 * ECIES.
 * Returns {fileId, permissionKey, receipt}.
 */
export async function registerFile(deployment, wallet, url, options = {}) {
    const dlp = deployment.dlps[options.dlpIndex ?? 0];
    const { registry } = contractsOf(deployment, wallet);
    const permissionKey = encryptTo(dlp.public_key, await fileKeyOf(wallet), options);
    const permissions = options.permissions ?? [{ account: dlp.address, key: permissionKey }];
    const receipt = await mined(registry.addFileWithPermissions(url,
        options.ownerAddress ?? wallet.address, permissions));
    return { fileId: eventArgs(receipt, registry, 'FileAddedV2').fileId, permissionKey, receipt };
}

/** Pays for a file's proof, the pool's fee by default. Returns {jobId, tee, receipt}. */
export async function requestProof(deployment, wallet, fileId, valueWei = null) {
    const { pool } = contractsOf(deployment, wallet);
    const value = valueWei ?? await pool.teeFee();
    const receipt = await mined(pool.requestContributionProof(fileId, { value }));
    const { jobId, teeAddress } = eventArgs(receipt, pool, 'JobSubmitted');
    return { jobId, tee: teeAddress, receipt };
}

/**
 * The body of POST {tee url}/RunProof: the file key encrypted to the TEE, and what it needs to
 * compare the permission on chain (the iv and ephemeral key that made it, when given).
 */
export async function runProofBody(deployment, wallet, { jobId, fileId, ...options }) {
    const dlp = deployment.dlps[options.dlpIndex ?? 0];
    const fixed = options.iv && options.ephemeralKey;
    return {
        job_id: Number(jobId),
        file_id: Number(fileId),
        nonce: String(Date.now()),
        proof_url: dlp.proof_instruction,
        encryption_seed: kFileKeyMessage,
        env_vars: {},
        ...(fixed && {
            validate_permissions: [{
                address: dlp.address,
                public_key: dlp.public_key,
                iv: options.iv.toString('hex'),
                ephemeral_key: options.ephemeralKey.replace(/^0x/, ''),
            }],
        }),
        encrypted_encryption_key: encryptTo(deployment.tee.public_key, await fileKeyOf(wallet)),
    };
}

/** A fresh iv and ephemeral key for one registration and its RunProof body. Both are secrets. */
export const freshEciesInputs = () => ({
    iv: randomBytes(16),
    ephemeralKey: randomBytes(32).toString('hex'),
});

/** Asks the DLP to pay for a proof. Returns {amount, contributor, receipt}; a refusal throws. */
export async function requestReward(deployment, wallet, fileId, proofIndex, dlpIndex = 0) {
    const { dlp } = contractsOf(deployment, wallet, dlpIndex);
    // The DLP stores the block's time: where the estimate saw the stored second and the block is the next one, the
    // bare estimate runs out of gas.
    const gas = await dlp.requestReward.estimateGas(fileId, proofIndex);
    const receipt = await mined(dlp.requestReward(fileId, proofIndex, { gasLimit: gas * 5n / 4n }));
    const { rewardAmount, contributorAddress } = eventArgs(receipt, dlp, 'RewardRequested');
    return { amount: rewardAmount, contributor: contributorAddress, receipt };
}
