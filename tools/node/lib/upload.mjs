// What a contributor uploads to a Pramana validator: the intent that its wallet signs, the file key
// bound to that intent, and the body of POST /v1/contributions. Forms: docs/formats.md.

import { createHash } from 'node:crypto';
import { TypedDataEncoder, ZeroHash } from 'ethers';
import { encryptTo, fileKeyOf } from './sealing.mjs';

export const kUploadContentType = 'application/vnd.pramana.contribution.v1';

const kIntentTypes = {
    Intent: [
        { name: 'dlp', type: 'address' },
        { name: 'ruleset', type: 'bytes32' },
        { name: 'sealedSha256', type: 'bytes32' },
        { name: 'termsSha256', type: 'bytes32' },
        { name: 'expires', type: 'uint64' },
        { name: 'wallet', type: 'address' },
    ],
};

const kOwnershipTypes = {
    OwnershipStatement: [
        { name: 'contributor', type: 'address' },
        { name: 'sealedSha256', type: 'bytes32' },
        { name: 'content', type: 'bytes32' },
        { name: 'provider', type: 'string' },
        { name: 'method', type: 'string' },
        { name: 'issued', type: 'uint64' },
        { name: 'expires', type: 'uint64' },
    ],
};

/** SHA-256 as 64 hex digits. */
export const sha256Hex = (bytes) => createHash('sha256').update(bytes).digest('hex');

const raw = (hex) => Buffer.from(hex.replace(/^0x/, ''), 'hex');
const domainOf = (intent) => ({ name: 'Pramana', version: '1', chainId: intent.chain_id });
const messageOf = (intent) => ({
    dlp: intent.dlp,
    ruleset: raw(intent.ruleset),
    sealedSha256: raw(intent.sealed_sha256),
    termsSha256: raw(intent.terms_sha256),
    expires: intent.expires_unix_s,
    wallet: intent.wallet,
});

/** The EIP-712 digest of an intent in the envelope's JSON form. */
export const intentDigest = (intent) =>
    TypedDataEncoder.hash(domainOf(intent), kIntentTypes, messageOf(intent));

/** The wallet's signature over an intent. */
export const signIntent = (wallet, intent) =>
    wallet.signTypedData(domainOf(intent), kIntentTypes, messageOf(intent));

/** The EIP-712 digest of a witness statement in its JSON form: docs/ownership.md. */
export const ownershipDigest = (said) => TypedDataEncoder.hash(
    {
        name: 'Pramana ownership', version: '1', chainId: said.chain_id,
        verifyingContract: said.dlp,
    },
    kOwnershipTypes, {
        contributor: said.contributor,
        sealedSha256: said.sealed_sha256,
        content: said.content ?? ZeroHash,
        provider: said.provider,
        method: said.method,
        issued: said.issued_unix_s,
        expires: said.expires_unix_s,
    });

/**
 * The file key sealed to a validator for one intent. `permission`: {iv, ephemeralKey} or null;
 * `salt`: 32 bytes of a witness, or null.
 */
export function sealFileKey(validatorPublicKey, intent, fileKey, permission = null, salt = null) {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(fileKey.length);
    return encryptTo(validatorPublicKey, Buffer.concat([
        Buffer.from('pramana:key:1'), raw(intentDigest(intent)), length, Buffer.from(fileKey),
        ...(permission ? [permission.iv, raw(permission.ephemeralKey)] : []),
        ...(salt ? [salt] : []),
    ]));
}

/** u32 length | envelope | sealed bytes. */
export function uploadBody(envelope, sealed) {
    const text = Buffer.from(JSON.stringify(envelope));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    return Buffer.concat([length, text, sealed]);
}

/** SHA-256("pramana:contribution:1" || wallet || SHA-256(sealed bytes)), 64 hex digits. */
export const contributionId = (walletAddress, sealedSha256) => sha256Hex(Buffer.concat(
    [Buffer.from('pramana:contribution:1'), raw(walletAddress), raw(sealedSha256)]));

/**
 * Everything for one upload. `order`: {wallet, sealed, chainId, dlp, ruleset, validatorPublicKey},
 * and optionally terms (text), lifetimeS, permission, now (Unix seconds), ownership (the text of a
 * witness statement), salt (32 bytes, with it).
 * Returns {body, envelope, sealedSha256, contributionId, blobPath}.
 */
export async function makeUpload(order) {
    const sealedSha256 = sha256Hex(order.sealed);
    const now = order.now ?? Math.floor(Date.now() / 1000);
    const intent = {
        chain_id: order.chainId,
        dlp: order.dlp.toLowerCase(),
        ruleset: order.ruleset.replace(/^0x/, ''),
        sealed_sha256: sealedSha256,
        terms_sha256: sha256Hex(order.terms ?? 'development terms'),
        expires_unix_s: now + (order.lifetimeS ?? 86_400),
        wallet: order.wallet.address.toLowerCase(),
    };
    const fileKey = await fileKeyOf(order.wallet);
    const envelope = {
        version: 1,
        intent,
        intent_signature: await signIntent(order.wallet, intent),
        key: sealFileKey(order.validatorPublicKey, intent, fileKey, order.permission, order.salt),
        ...(order.ownership && { ownership: JSON.parse(order.ownership) }),
    };
    return {
        body: uploadBody(envelope, order.sealed),
        envelope,
        sealedSha256,
        contributionId: contributionId(order.wallet.address, sealedSha256),
        blobPath: `/v1/blobs/${sealedSha256}`,
    };
}
