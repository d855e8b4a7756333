// RSA formats of the network's past, made by other programs and read by ours.

import assert from 'node:assert/strict';
import {constants, generateKeyPairSync, publicEncrypt} from 'node:crypto';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, test} from 'node:test';

import {kOpenpgp} from '../../tools/node/chain.mjs';

import {kPassword, kTool, output, run, scratch} from './support.mjs';

const kFolder = scratch();
const fileOf = (name, text) => {
    const path = join(kFolder, name);
    writeFileSync(path, text);
    return path;
};
const base64 = (text) => Buffer.from(text).toString('base64');

for (const [version, openpgp] of Object.entries(kOpenpgp)) {
    for (const rsaBits of version === '6' ? [2048, 3072] : [2048]) {
        test(`we open a key wrapped by openpgp.js ${version} for RSA ${rsaBits}`, async () => {
            const {privateKey, publicKey} = await openpgp.generateKey({
                type: 'rsa',
                rsaBits,
                userIDs: [{name: 'Test DLP'}],
                format: 'object',
            });
            const keyFile = fileOf(`js${version}-${rsaBits}`, privateKey.armor());
            for (const input of [{text: kPassword}, {binary: Buffer.from(kPassword)}]) {
                const message = await openpgp.createMessage(input);
                const wrapped = await openpgp.encrypt({message, encryptionKeys: publicKey});
                for (const form of [wrapped, base64(wrapped)])
                    assert.equal(output(kTool, ['wrapped', keyFile], form).toString(), kPassword);
            }
        });
    }
}

const gpg = (args, input) => output(
    'gpg',
    [
        '--homedir', kFolder, '--batch', '--quiet', '--no-tty', '--passphrase', '',
        '--pinentry-mode', 'loopback', '--trust-model', 'always', ...args
    ],
    input);
after(() => output('gpgconf', ['--homedir', kFolder, '--kill', 'all']));

test('we open a key wrapped by gpg', () => {
    gpg(['--quick-generate-key', 'dlp@example.invalid', 'rsa2048', 'encrypt,sign,cert', 'never']);
    const keyFile = fileOf('gpg', gpg(['--armor', '--export-secret-keys']));
    for (const recipient of ['--recipient', '--hidden-recipient']) {
        const wrapped = gpg(['--armor', recipient, 'dlp@example.invalid', '--encrypt'], kPassword);
        assert.equal(output(kTool, ['wrapped', keyFile], wrapped).toString(), kPassword);
    }
});

test('we open RSA-OAEP secrets of Node\'s crypto, and nothing else', () => {
    const pair = generateKeyPairSync('rsa', {modulusLength: 3072});
    const pem = fileOf('pem', pair.privateKey.export({type: 'pkcs8', format: 'pem'}));
    const encrypt = (text, options) => publicEncrypt(
        {
            key: pair.publicKey,
            padding: constants.RSA_PKCS1_OAEP_PADDING,
            oaepHash: 'sha256',
            ...options
        },
        Buffer.from(text));
    for (const secret of ['', 'my_password', 's'.repeat(318)])
        assert.equal(output(kTool, ['oaep', pem], encrypt(secret)).toString(), secret);
    for (const options of [{oaepHash: 'sha1'}, {oaepLabel: Buffer.from('x')}])
        assert.match(run(kTool, ['oaep', pem], encrypt('s', options)).refusal, /^key_not_for_us/);
});
