// Statements and attestation answers by docs/formats.md, written without our code.

import { createHash } from 'node:crypto';
import { ethers } from '../../tools/node/libraries.mjs';

const hash = (name) => (...parts) => {
    const digest = createHash(name);
    for (const part of parts) digest.update(part);
    return digest.digest('hex');
};
export const sha256 = hash('sha256');
const sha512 = hash('sha512');
const kNone = Buffer.alloc(32);

/** Members sorted by their bytes, no white space, only `"`, `\` and control characters escaped. */
export function canonical(value) {
    if (value === null || typeof value === 'boolean') return String(value);
    if (typeof value === 'bigint')
        return value <= BigInt(Number.MAX_SAFE_INTEGER) ? String(value) : `"${value}"`;
    if (typeof value === 'number') {
        if (!Number.isSafeInteger(value) || value < 0) throw new Error(`no whole number: ${value}`);
        return String(value);
    }
    if (typeof value === 'string') {
        const escaped = value.replace(/["\\]/g, '\\$&').replace(/[\u0000-\u001f]/g,
            (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
        return `"${escaped}"`;
    }
    if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
    const names = Object.keys(value).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return `{${names.map((name) => `${canonical(name)}:${canonical(value[name])}`).join(',')}}`;
}

/** SHA-512("pramana:report:2" || challenge || GPU evidence hash || statement), hex. */
export function reportData(statement, challenge, gpuEvidence) {
    return sha512('pramana:report:2', challenge ? Buffer.from(challenge, 'hex') : kNone,
        gpuEvidence === null ? kNone : Buffer.from(sha256(gpuEvidence), 'hex'), statement);
}

export const addressOf = (publicKey) => ethers.computeAddress(publicKey).toLowerCase();

const kMembers = [
    'anchor', 'build', 'chain_id', 'config', 'data_registry', 'dlps', 'encryption_key', 'format',
    'key_epoch', 'key_origin', 'min_bid_wei', 'model', 'previous', 'previous_keys', 'provider',
    'sequence', 'signing_address', 'signing_key', 'tee_pool', 'tls_key_sha256',
    'upgrade_authority', 'upload_bytes_max',
];

/** What is wrong with a statement's text; null: nothing that this check knows. */
export function problemOf(text) {
    let parsed;
    try {
        parsed = JSON.parse(text);
    } catch {
        return 'json';
    }
    if (parsed.format !== 'pramana:statement:2') return 'format';
    if (canonical(parsed) !== text) return 'canonical';
    if (Object.keys(parsed).sort().join() !== kMembers.join()) return 'members';
    if (addressOf(parsed.signing_key) !== parsed.signing_address) return 'address';
    if ((parsed.previous === null) !== (parsed.sequence === 0)) return 'previous';
    return null;
}
