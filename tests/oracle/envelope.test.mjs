// Uploads made by the independent client (ethers, Node's crypto) are read by ours.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {fileKeyOf, kAccount, makeUpload, testWallet} from '../../tools/node/chain.mjs';

import {kTool, noise, run} from './support.mjs';

const wallet = testWallet(kAccount.firstContributor);
const validator = testWallet(kAccount.tee);
const order = (changes) => ({
    wallet,
    sealed: noise(500),
    chainId: 31337,
    dlp: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
    ruleset: '12'.repeat(32),
    validatorPublicKey: validator.signingKey.publicKey,
    ...changes,
});
const open = (envelope, key = validator.privateKey) =>
    run(kTool, ['envelope', key], JSON.stringify(envelope));

for (const [name, permission, iv] of [
         ['without a permission', null, 'none'],
         [
             'with a permission', {iv: Buffer.alloc(16, 7), ephemeralKey: '08'.repeat(32)},
             '07'.repeat(16)
         ],
]) {
    test(`an envelope ${name} opens to the wallet's file key`, async () => {
        for (let draw = 0; draw < 20; ++draw) {
            const upload = await makeUpload(order({permission, sealed: noise(draw)}));
            const {out, refusal} = open(upload.envelope);
            assert.equal(refusal, '');
            assert.equal(
                out.toString(),
                `${await fileKeyOf(wallet)}\n${upload.contributionId}\n${iv}\ncanonical\n`);
        }
    });
}

test('a key under another intent, and another validator, are refused', async () => {
    const {envelope} = await makeUpload(order({}));
    const other = (await makeUpload(order({ruleset: '34'.repeat(32)}))).envelope;
    assert.match(open({...other, key: envelope.key}).refusal, /^intent_mismatch/);
    assert.match(open({...envelope, intent: other.intent}).refusal, /^intent_signature/);
    assert.match(open(envelope, wallet.privateKey).refusal, /^key_not_for_us/);
    assert.match(open({...envelope, more: 1}).refusal, /^malformed_envelope/);
});
