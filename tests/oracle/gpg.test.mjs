// GnuPG and ours open each other's messages.

import assert from 'node:assert/strict';
import {after, test} from 'node:test';

import {
    kFiles, kPassword, noise, openOurs, output, prose, refusalOf, scratch, sealOurs
} from './support.mjs';

const kHome = scratch();
const gpg = (args, input) => output(
    'gpg',
    [
        '--homedir', kHome, '--batch', '--quiet', '--no-tty', '--pinentry-mode', 'loopback',
        '--passphrase', kPassword, ...args
    ],
    input);
const seal = (plain, ...args) =>
    gpg(['--s2k-count', '65536', ...args, '--symmetric', '--output', '-'], plain);
after(
    () =>
        output('gpgconf', ['--homedir', kHome, '--kill', 'all']));  // the agent of this folder only

for (const {size, plain} of kFiles) {
    test(
        `gpg opens our ${size} bytes`,
        () => assert.deepEqual(gpg(['--decrypt'], sealOurs(plain)), plain));
    test(`we open gpg's ${size} bytes`, () => {
        assert.deepEqual(openOurs(seal(plain)), plain);
        assert.deepEqual(openOurs(seal(plain, '--compress-algo', 'none')), plain);
    });
}

test(
    'gpg opens what we seal at the cost of the SDK',
    () => assert.deepEqual(gpg(['--decrypt'], sealOurs(noise(1000), 224)), noise(1000)));

const kVariants = [
    ...['AES', 'AES192', 'AES256'].map((cipher) => ['--cipher-algo', cipher]),
    ...['MD5', 'SHA1', 'RIPEMD160', 'SHA224', 'SHA256', 'SHA384', 'SHA512'].map(
        (hash) => ['--s2k-digest-algo', hash]),
    ...['0', '1', '3'].map((mode) => ['--s2k-mode', mode]),
    ...['none', 'zip', 'zlib'].map((kind) => ['--compress-algo', kind]),
    ['--armor'],
    ['--set-filename', 'a name'],
    ['--s2k-count', '65011712'],
];
for (const variant of kVariants) {
    test(
        `we open gpg ${variant.join(' ')}`,
        () => assert.deepEqual(openOurs(seal(prose(20_000), ...variant)), prose(20_000)));
}

test(
    'we return text mode as sealed: lines end in CR LF',
    () => assert.equal(openOurs(seal('one\ntwo', '--textmode')).toString(), 'one\r\ntwo'));

const kRefused = [
    [['--cipher-algo', 'CAST5'], 'unsupported_packet sealing.openpgp.cipher_cast5'],
    [['--cipher-algo', '3DES'], 'unsupported_packet sealing.openpgp.cipher_3des'],
    [['--cipher-algo', 'CAMELLIA256'], 'unsupported_packet sealing.openpgp.cipher_camellia'],
    [['--compress-algo', 'bzip2'], 'unsupported_packet sealing.openpgp.bzip2'],
    [
        ['--rfc2440', '--disable-mdc', '--cipher-algo', 'AES256'],
        'no_integrity sealing.openpgp.sed_packet'
    ],
];
for (const [variant, refusal] of kRefused) {
    test(
        `we refuse gpg ${variant.join(' ')}`,
        () => assert.equal(refusalOf(seal(prose(9000), ...variant)), refusal));
}

test(
    'we say wrong password to another one',
    () => assert.equal(
        refusalOf(seal(noise(5000)), 'other'), 'wrong_password sealing.openpgp.password'));
