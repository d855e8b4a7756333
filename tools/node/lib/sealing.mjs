// Sealing as the clients of the Vana network do it: the file key is a wallet's signature, the file
// an OpenPGP message under that password, the key for a recipient ECIES in eccrypto's layout.
// Written from the formats, with Node's crypto and openpgp.js, to be an oracle for our own sealing.

import {
    createCipheriv, createDecipheriv, createECDH, createHash, createHmac, randomBytes,
    timingSafeEqual,
} from 'node:crypto';
import * as openpgp6 from 'openpgp';
import * as openpgp5 from 'openpgp5';

/** The two major versions in use among clients; what they write has the same form. */
export const kOpenpgp = { 5: openpgp5, 6: openpgp6 };

/** What every client signs to make its file key. */
export const kFileKeyMessage = 'Please sign to retrieve your encryption key';

const kMacSize = 32;
const kHeadSize = 16 + 65;  // iv, uncompressed ephemeral public key

/** A wallet's file key: the 132 characters of its personal_sign, unchanged as a password. */
export const fileKeyOf = (wallet) => wallet.signMessage(kFileKeyMessage);

/** Encrypts bytes under the password. */
export async function sealFile(plaintext, password, openpgp = openpgp6) {
    const message = await openpgp.createMessage({ binary: plaintext });
    return openpgp.encrypt({ message, passwords: [password], format: 'binary' });
}

/** Decrypts what sealFile made. Throws on a wrong password or damage. */
export async function openFile(sealed, password, openpgp = openpgp6) {
    const message = await openpgp.readMessage({ binaryMessage: sealed });
    const opened = await openpgp.decrypt({ message, passwords: [password], format: 'binary' });
    return opened.data;
}

/** A public key of 33, 64 or 65 bytes as hex, 0x or not, as a Buffer that Node's ECDH reads. */
export function publicKeyBytes(text) {
    const raw = Buffer.from(text.replace(/^0x/, ''), 'hex');
    return raw.length === 64 ? Buffer.concat([Buffer.from([4]), raw]) : raw;
}

function keysOf(sharedX, stripLeadingZeros) {
    const zeros = stripLeadingZeros ? sharedX.findIndex((byte) => byte !== 0) : 0;
    const hash = createHash('sha512').update(sharedX.subarray(zeros)).digest();
    return { cipherKey: hash.subarray(0, 32), macKey: hash.subarray(32) };
}

/** An ECDH pair; `privateKey` (hex, 0x or not) fixes it. */
function ecdhPair(privateKey) {
    const pair = createECDH('secp256k1');
    if (privateKey) pair.setPrivateKey(Buffer.from(privateKey.replace(/^0x/, ''), 'hex'));
    else pair.generateKeys();
    return pair;
}

/**
 * ECIES to a public key: iv(16) | ephemeral public key(65) | AES-256-CBC | HMAC-SHA-256(32), as
 * lower-case hex. Options: `iv` (Buffer) and `ephemeralKey` (hex) fix what is random otherwise;
 * `stripLeadingZeros` hashes the shared X as browser builds do.
 */
export function encryptTo(publicKey, text, options = {}) {
    const iv = options.iv ?? randomBytes(16);
    const ephemeral = ecdhPair(options.ephemeralKey);
    const sharedX = ephemeral.computeSecret(publicKeyBytes(publicKey));
    const { cipherKey, macKey } = keysOf(sharedX, options.stripLeadingZeros);
    const cipher = createCipheriv('aes-256-cbc', cipherKey, iv);
    const body = Buffer.concat([iv, ephemeral.getPublicKey(), cipher.update(text), cipher.final()]);
    const mac = createHmac('sha256', macKey).update(body).digest();
    return Buffer.concat([body, mac]).toString('hex');
}

/** Opens what encryptTo made, in either form of the shared X. Throws when no MAC matches. */
export function decryptWith(privateKey, sealedHex) {
    const sealed = Buffer.from(sealedHex.replace(/^0x/, ''), 'hex');
    const body = sealed.subarray(0, sealed.length - kMacSize);
    const sharedX = ecdhPair(privateKey).computeSecret(body.subarray(16, kHeadSize));
    for (const stripLeadingZeros of [false, true]) {
        const { cipherKey, macKey } = keysOf(sharedX, stripLeadingZeros);
        const mac = createHmac('sha256', macKey).update(body).digest();
        if (!timingSafeEqual(mac, sealed.subarray(sealed.length - kMacSize))) continue;
        const cipher = createDecipheriv('aes-256-cbc', cipherKey, body.subarray(0, 16));
        return Buffer.concat([cipher.update(body.subarray(kHeadSize)), cipher.final()]);
    }
    throw new Error('ECIES: the MAC does not match');
}
