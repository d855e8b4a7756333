// openpgp.js 5 and 6, which every Vana client uses, and ours open each other's messages.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {kOpenpgp, openFile} from '../../tools/node/chain.mjs';

import {kFiles, kPassword, noise, openOurs, prose, refusalOf, sealOurs} from './support.mjs';

/** Encrypts with one or more passwords and a changed configuration. */
async function seal(openpgp, plain, config = {}, passwords = [kPassword], format = 'binary') {
    const message = await openpgp.createMessage({binary: plain});
    const sealed = await openpgp.encrypt(
        {message, passwords, format, config: {s2kIterationCountByte: 96, ...config}});
    return Buffer.from(sealed);
}

/** The same from a stream, which makes partial body lengths outside and inside. */
async function sealStreamed(openpgp, plain) {
    const binary = new ReadableStream({
        start(controller) {
            for (let at = 0; at < plain.length; at += 10_000)
                controller.enqueue(new Uint8Array(plain.subarray(at, at + 10_000)));
            controller.close();
        },
    });
    const message = await openpgp.createMessage({binary});
    const stream = await openpgp.encrypt({message, passwords: [kPassword], format: 'binary'});
    const chunks = [];
    for await (const chunk of stream) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
}

for (const [version, openpgp] of Object.entries(kOpenpgp)) {
    const {symmetric, compression, aead, s2k} = openpgp.enums;
    for (const {size, plain} of kFiles) {
        test(
            `openpgp.js ${version} opens our ${size} bytes`,
            async () => assert.deepEqual(
                Buffer.from(await openFile(sealOurs(plain), kPassword, openpgp)), plain));
        test(
            `we open ${size} bytes of openpgp.js ${version}`,
            async () => assert.deepEqual(openOurs(await seal(openpgp, plain)), plain));
    }
    test(`our message has the length of openpgp.js ${version}'s at every size`, async () => {
        for (const {size, plain} of kFiles)
            assert.equal(sealOurs(plain).length, (await seal(openpgp, plain)).length, `${size}`);
    });
    test(`openpgp.js ${version} reads the same packets in ours as in its own`, async () => {
        const packets = async (sealed) =>
            (await openpgp.readMessage({binaryMessage: sealed}))
                .packets.map(
                    (packet) =>
                        [packet.constructor.name, packet.version,
                         packet.sessionKeyEncryptionAlgorithm, packet.s2k?.type,
                         packet.s2k?.algorithm, packet.s2k?.c, packet.encrypted?.length]);
        assert.deepEqual(
            await packets(sealOurs(noise(500), 224)),
            await packets(await seal(openpgp, noise(500), {s2kIterationCountByte: 224})));
    });
    const variants = {
        aes128: {preferredSymmetricAlgorithm: symmetric.aes128},
        aes192: {preferredSymmetricAlgorithm: symmetric.aes192},
        zip: {preferredCompressionAlgorithm: compression.zip},
        zlib: {preferredCompressionAlgorithm: compression.zlib},
        default_count: {s2kIterationCountByte: 224},
        largest_count: {s2kIterationCountByte: 255},
    };
    for (const [name, config] of Object.entries(variants)) {
        test(
            `we open openpgp.js ${version} ${name}`,
            async () => assert.deepEqual(
                openOurs(await seal(openpgp, prose(20_000), config)), prose(20_000)));
    }
    test(`we open openpgp.js ${version} with two passwords, ours in either place`, async () => {
        for (const passwords of [['other', kPassword], [kPassword, 'other']])
            assert.deepEqual(
                openOurs(await seal(openpgp, noise(3000), {}, passwords)), noise(3000));
    });
    test(
        `we open openpgp.js ${version} armored`,
        async () => assert.deepEqual(
            openOurs(await seal(openpgp, noise(3000), {}, [kPassword], 'armored')), noise(3000)));
    test(
        `we open openpgp.js ${version} streamed`,
        async () => assert.deepEqual(
            openOurs(await sealStreamed(openpgp, noise(250_000))), noise(250_000)));
    const refused = {
        aead: [
            {aeadProtect: true, preferredAEADAlgorithm: aead.ocb},
            `unsupported_packet sealing.openpgp.${version === '5' ? 'aead_packet' : 'seipd_v2'}`
        ],
        ...(version === '5' ? {} : {
            argon2: [
                {
                    s2kType: s2k.argon2,
                    s2kArgon2Params: {passes: 1, parallelism: 1, memoryExponent: 10}
                },
                'unsupported_packet sealing.openpgp.argon2'
            ],
        }),
    };
    for (const [name, [config, refusal]] of Object.entries(refused)) {
        test(
            `we refuse openpgp.js ${version} ${name}`,
            async () => assert.equal(refusalOf(await seal(openpgp, noise(3000), config)), refusal));
    }
    test(
        `we refuse three passwords of openpgp.js ${version}`,
        async () => assert.equal(
            refusalOf(await seal(openpgp, noise(10), {}, ['a', 'b', kPassword])),
            'cost_limit sealing.message.password_packets'));
}
