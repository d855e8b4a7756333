// The upload oracle against the worked values of docs/formats.md "Intent" and "Envelope", which our
// C++ tests hold too.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    contributionId, decryptWith, fileKeyOf, intentDigest, kAccount, makeUpload, sealFileKey,
    sha256Hex, signIntent, testWallet,
} from '../../tools/node/chain.mjs';

const wallet = testWallet(0);
const validator = testWallet(kAccount.tee);
const kIntent = {
    chain_id: 31337,
    dlp: '0x5fbdb2315678afecb367f032d93f642f64180aa3',
    ruleset: sha256Hex('ruleset'),
    sealed_sha256: sha256Hex('sealed'),
    terms_sha256: sha256Hex('terms'),
    expires_unix_s: 1767225600,
    wallet: wallet.address.toLowerCase(),
};
const kDigest = '16c825fb795a8e16de0412107b7c3e1c5bd1639576465abfc165d814731fe76e';
const kSignature = '0x98c47b43dc30db4bbdd88d678687dd3d891154ea751af0ac3c569ed3f77faeb0'
    + '695f3b83fd36edd6a191997b33ae8dfb76c00bd540b7b1251c7aefda9b53d0dc1b';

test('an intent hashes and signs to the documented values', async () => {
    assert.equal(intentDigest(kIntent), `0x${kDigest}`);
    assert.equal(await signIntent(wallet, kIntent), kSignature);
});

test('a contribution id is the documented one', () => {
    assert.equal(contributionId(wallet.address, sha256Hex('sealed')),
        'c50be903a287a2713ad97bd9f4f204b441a6e605f7de81d29b8593957bc353bd');
});

const kPermission = { iv: Buffer.alloc(16, 7), ephemeralKey: '08'.repeat(32) };
const kPermissionHex = '07'.repeat(16) + '08'.repeat(32);
const kSalt = Buffer.alloc(32, 9);
const kSaltHex = '09'.repeat(32);
for (const [name, permission, salt, tail] of [
    ['alone', null, null, ''],
    ['with what encrypted its copy on chain', kPermission, null, kPermissionHex],
    ['with a witness\'s salt', null, kSalt, kSaltHex],
    ['with both', kPermission, kSalt, kPermissionHex + kSaltHex],
]) {
    test(`a sealed file key holds label, intent, length and key, ${name}`, async () => {
        const key = await fileKeyOf(wallet);
        const sealed =
            sealFileKey(validator.signingKey.publicKey, kIntent, key, permission, salt);
        const expected = Buffer.from('pramana:key:1').toString('hex') + kDigest + '0084'
            + Buffer.from(key).toString('hex') + tail;
        assert.equal(decryptWith(validator.privateKey, sealed).toString('hex'), expected);
    });
}

test('an upload is the length, the envelope and the sealed bytes', async () => {
    const sealed = Buffer.from('sealed');
    const upload = await makeUpload({
        wallet, sealed, chainId: 31337, dlp: kIntent.dlp, ruleset: `0x${kIntent.ruleset}`,
        validatorPublicKey: validator.signingKey.publicKey, terms: 'terms',
        now: kIntent.expires_unix_s - 60, lifetimeS: 60,
    });
    const length = upload.body.readUInt32BE(0);
    const envelope = JSON.parse(upload.body.subarray(4, 4 + length).toString());
    assert.deepEqual(upload.body.subarray(4 + length), sealed);
    assert.deepEqual(envelope, upload.envelope);
    assert.deepEqual(Object.keys(envelope), ['version', 'intent', 'intent_signature', 'key']);
    assert.deepEqual([envelope.version, envelope.intent, envelope.intent_signature],
        [1, kIntent, kSignature]);
    assert.equal(upload.blobPath, `/v1/blobs/${kIntent.sealed_sha256}`);
});
