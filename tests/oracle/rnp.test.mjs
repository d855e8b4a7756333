// RNP and ours open each other's messages.

import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';

import {
    kFiles, kPassword, noise, openOurs, output, prose, refusalOf, scratch, sealOurs
} from './support.mjs';

const kHome = scratch();
const kIn = join(kHome, 'in');
const kOut = join(kHome, 'out');
function rnp(args, input, password = kPassword) {
    writeFileSync(kIn, input);
    output('rnp', [
        '--homedir', kHome, '--notty', '--password', password, ...args, '--output', kOut,
        '--overwrite', kIn
    ]);
    return readFileSync(kOut);
}
const seal = (plain, ...args) => rnp([...args, '--symmetric'], plain);

for (const {size, plain} of kFiles) {
    test(
        `rnp opens our ${size} bytes`,
        () => assert.deepEqual(rnp(['--decrypt'], sealOurs(plain)), plain));
    test(`we open rnp's ${size} bytes`, () => assert.deepEqual(openOurs(seal(plain)), plain));
}

const kVariants = [
    ...['AES128', 'AES192', 'AES256'].map((cipher) => ['--cipher', cipher]),
    ['-z', '0'],
    ['--zip', '-z', '6'],
    ['--zlib', '-z', '9'],
    ['--armor'],
    ['--passwords', '2'],
];
for (const variant of kVariants) {
    test(
        `we open rnp ${variant.join(' ')}`,
        () => assert.deepEqual(openOurs(seal(prose(20_000), ...variant)), prose(20_000)));
}

const kRefused = [
    [['--cipher', 'CAST5'], 'unsupported_packet sealing.openpgp.cipher_cast5'],
    [['--cipher', 'TWOFISH'], 'unsupported_packet sealing.openpgp.cipher_twofish'],
    [['--bzip', '-z', '6'], 'unsupported_packet sealing.openpgp.bzip2'],
    [['--aead=OCB'], 'unsupported_packet sealing.openpgp.aead_packet'],
];
for (const [variant, refusal] of kRefused) {
    test(
        `we refuse rnp ${variant.join(' ')}`,
        () => assert.equal(refusalOf(seal(prose(9000), ...variant)), refusal));
}

test('rnp refuses ours under another password',
     () => assert.throws(() => rnp(['--decrypt'], sealOurs(noise(100)), 'other')));
