// The oracles themselves: two OpenPGP libraries read each other, ECIES opens in both forms of the
// shared secret, and the published messages give the published bytes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    decryptWith, encryptTo, fileKeyOf, kAccount, kOpenpgp, openFile, publicKeyBytes, sealFile,
    testWallet,
} from '../../tools/node/chain.mjs';

const wallet = testWallet(kAccount.firstContributor);
const recipient = testWallet(kAccount.firstDlpKey);
const plaintext = Buffer.from('Some words of a contributor, with ünïcode.\n'.repeat(40));

test('a file key is 132 characters, and the same each time', async () => {
    const key = await fileKeyOf(wallet);
    assert.match(key, /^0x[0-9a-f]{128}(1b|1c)$/);
    assert.equal(await fileKeyOf(wallet), key);
    assert.notEqual(await fileKeyOf(recipient), key);
});

for (const [writer, reader] of [[6, 6], [6, 5], [5, 6], [5, 5]]) {
    test(`openpgp ${reader} opens what openpgp ${writer} sealed, for the right key`, async () => {
        const key = await fileKeyOf(wallet);
        const sealed = await sealFile(plaintext, key, kOpenpgp[writer]);
        assert.equal(sealed[0], 0xc3);  // packet 3: a session key under a password
        assert.deepEqual(Buffer.from(await openFile(sealed, key, kOpenpgp[reader])), plaintext);
        await assert.rejects(openFile(sealed, `${key}0`, kOpenpgp[reader]));
    });
}

const full = publicKeyBytes(recipient.signingKey.publicKey);
const kSpellings = [
    ['65 bytes with 0x', `0x${full.toString('hex')}`],
    ['65 bytes without 0x', full.toString('hex')],
    ['64 bytes without the 04', `0x${full.subarray(1).toString('hex')}`],
    ['33 bytes', recipient.signingKey.compressedPublicKey],
];
for (const [name, publicKey] of kSpellings) {
    test(`ECIES reaches a key given as ${name}`, () => {
        const sealed = encryptTo(publicKey, 'a message');
        assert.equal(decryptWith(recipient.privateKey, sealed).toString(), 'a message');
    });
}

test('ECIES with a fixed iv and ephemeral key is reproducible', async () => {
    const options = { iv: Buffer.alloc(16, 1), ephemeralKey: '11'.repeat(32) };
    const key = await fileKeyOf(wallet);
    const sealed = encryptTo(recipient.signingKey.publicKey, key, options);
    assert.equal(sealed, encryptTo(recipient.signingKey.publicKey, key, options));
    assert.equal(sealed.length, 2 * 257);
});

test('ECIES opens both forms when the shared X begins with a zero byte', () => {
    const { ephemeralKey } = ephemeralWithLeadingZero();
    const { publicKey } = recipient.signingKey;
    const forms = [false, true].map((stripLeadingZeros) =>
        encryptTo(publicKey, 'x', { ephemeralKey, iv: Buffer.alloc(16), stripLeadingZeros }));
    assert.notEqual(forms[0], forms[1]);
    for (const form of forms) assert.equal(decryptWith(recipient.privateKey, form).toString(), 'x');
});

/** An ephemeral key whose shared X with the recipient begins with 00; about 1 in 256 does. */
function ephemeralWithLeadingZero() {
    for (let n = 1; n < 10_000; ++n) {
        const ephemeralKey = n.toString(16).padStart(64, '0');
        const shared = recipient.signingKey.computeSharedSecret(`0x${publicKeyOf(ephemeralKey)}`);
        if (shared.startsWith('0x0400')) return { ephemeralKey };
    }
    throw new Error('none found');
}

function publicKeyOf(privateKey) {
    const sealed = encryptTo(recipient.signingKey.publicKey, '', { ephemeralKey: privateKey });
    return sealed.slice(32, 32 + 130);
}

test('ECIES refuses each damaged part', () => {
    const sealed = encryptTo(recipient.signingKey.publicKey, 'a message');
    for (const at of [0, 40, 170, sealed.length - 1]) {
        const flipped = (parseInt(sealed[at], 16) ^ 1).toString(16);
        const damaged = sealed.slice(0, at) + flipped + sealed.slice(at + 1);
        assert.throws(() => decryptWith(recipient.privateKey, damaged), undefined, `at ${at}`);
    }
    assert.throws(() => decryptWith(wallet.privateKey, sealed), /MAC/);
});
