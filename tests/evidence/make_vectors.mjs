// node tests/evidence/make_vectors.mjs: writes tests/evidence/vectors.json.

import { writeFileSync } from 'node:fs';
import { ethers } from '../../tools/node/libraries.mjs';
import { addressOf, canonical, reportData, sha256 } from './statement.mjs';

const key = (index) => ethers.HDNodeWallet.fromPhrase(
    'test test test test test test test test test test test junk', '',
    `m/44'/60'/0'/0/${index}`);
const publicKey = (index) => ethers.SigningKey.computePublicKey(key(index).privateKey, false);
const compressed = (index) => ethers.SigningKey.computePublicKey(key(index).privateKey, true);
const hex = (byte, count = 32) => byte.toString(16).padStart(2, '0').repeat(count);
const address = (byte) => `0x${hex(byte, 20)}`;

const least = {
    anchor: null,
    build: {
        binary_sha256: hex(1), compose_sha256: null, derived_from: 'self-declared', images: [],
        version: '0.1.0',
    },
    chain_id: 31337, config: { ca_sha256: null, endpoints: [], sha256: hex(2) },
    data_registry: address(3), dlps: [], encryption_key: publicKey(1),
    format: 'pramana:statement:2', key_epoch: 0,
    key_origin: {
        backup_recipients: [], imported: false, source: 'inside', survive_restart: false,
    },
    min_bid_wei: '0', model: hex(4), previous: null, previous_keys: null, provider: 'tdx',
    sequence: 0, signing_address: addressOf(publicKey(0)), signing_key: publicKey(0),
    tee_pool: address(5), tls_key_sha256: null, upgrade_authority: 'none known',
    upload_bytes_max: 1048576,
};
const dlp = (byte, change = {}) => ({
    address: address(byte), corpus_epoch: 1, corpus_id: hex(byte + 1), corpus_root: hex(byte + 2),
    corpus_size: 12, dlp_id: 7, instruction: `pramana:1:31337:${address(byte)}:${hex(byte + 3)}`,
    registry: null, ruleset: hex(byte + 3), ruleset_name: 'default-1', ...change,
});
const full = {
    ...least,
    anchor: { block_hash: hex(0x10), block_number: 9007199254740991 },
    build: {
        binary_sha256: hex(0x11), compose_sha256: hex(0x12), derived_from: 'compose',
        images: [`registry.example/pramana@sha256:${hex(0x13)}`, 'redis:7'],
        version: '0.1.0+"\\\u0001é',
    },
    chain_id: 9007199254740992n,
    config: { ca_sha256: hex(0x14), endpoints: ['https://a.example:443', 'http://[::1]:8545'],
        sha256: hex(0x15) },
    dlps: [dlp(0x20, { dlp_id: 18446744073709551615n, corpus_size: 9007199254740992n }),
        dlp(0x30, { registry: address(0x34), corpus_epoch: 4294967295 })],
    key_epoch: 4294967295,
    key_origin: {
        backup_recipients: [compressed(4), compressed(5)], imported: true, source: 'dstack',
        survive_restart: true,
    },
    min_bid_wei: String(2n ** 256n - 1n), previous: hex(0x40),
    previous_keys: {
        encryption_key: publicKey(3), key_epoch: 6, signing_address: addressOf(publicKey(2)),
        signing_key: publicKey(2),
    },
    provider: 'dstack_tdx', sequence: 3, tls_key_sha256: hex(0x41),
    upgrade_authority: { app_auth: address(0x42), owner: address(0x43), timelock_s: 172800 },
};
const gpu = `{"kind":"nvidia","statement":"${hex(7)}","freshness":"${hex(8)}","devices":[]}`;

const accepted = [
    ['least', least, '', null], ['least_challenged', least, hex(9), null],
    ['full', full, hex(0xaa), null], ['full_with_gpus', full, hex(0xaa), gpu],
    ['gpus_without_challenge', full, '', gpu],
    ['contract_known_owner_not', {
        ...least, upgrade_authority: { app_auth: address(1), owner: null, timelock_s: null },
    }, '', null],
].map(([name, statement, challenge, gpuEvidence]) => {
    const text = canonical(statement);
    return {
        name, statement: text, sha256: sha256(text), challenge, gpu_evidence: gpuEvidence,
        report_data: reportData(text, challenge, gpuEvidence),
    };
});

const text = canonical(full);
const { anchor: _, ...without } = least;
const refused = [
    ['another_format', canonical({ ...least, format: 'pramana:statement:3' })],
    ['format_of_version_1', canonical({ ...least, format: 'pramana:statement:1' })],
    ['member_missing', canonical(without)],
    ['member_too_many', canonical({ ...least, zeal: 1 })],
    ['member_twice', canonical(least).replace('{"anchor":null', '{"anchor":null,"anchor":null')],
    ['white_space', canonical(least).replace('"chain_id":', '"chain_id": ')],
    ['line_end', `${canonical(least)}\n`],
    ['unsorted', canonical(least).replace('"anchor":null,', '').replace(/}$/, ',"anchor":null}')],
    ['number_as_text', canonical(least).replace('"chain_id":31337', '"chain_id":"31337"')],
    ['number_with_exponent', canonical(least).replace('"chain_id":31337', '"chain_id":31337e0')],
    ['large_number_as_number', text.replace('"9007199254740992"', '9007199254740992')],
    ['upper_case_hash', canonical(least).replace(`"model":"${hex(4)}"`,
        `"model":"${'AB'.repeat(32)}"`)],
    ['hash_with_0x', canonical(least).replace(`"model":"${hex(4)}"`, `"model":"0x${hex(4)}"`)],
    ['address_without_0x', canonical(least).replace(`"${address(5)}"`, `"${hex(5, 20)}"`)],
    ['address_of_another_key', canonical({ ...least, signing_address: addressOf(publicKey(1)) })],
    ['key_off_the_curve', canonical({ ...least, encryption_key: `0x04${'11'.repeat(64)}` })],
    ['compressed_key', canonical({ ...least, encryption_key: compressed(1) })],
    ['hybrid_key', canonical({ ...least,
        encryption_key: publicKey(1).replace('0x04', publicKey(1).endsWith('1') ? '0x07' : '0x06'),
    })],
    ['escaped_slash', canonical(least).replace('"version":"0.1.0"', '"version":"0.1\\/0"')],
    ['escape_of_a_letter', canonical(least).replace('"0.1.0"', '"0.1.\\u0030"')],
    ['sequence_without_previous', canonical({ ...least, sequence: 1 })],
    ['previous_without_sequence', canonical({ ...least, previous: hex(1) })],
    ['compose_without_hash', canonical({ ...least,
        build: { ...least.build, derived_from: 'compose' } })],
    ['images_of_a_self_declared_build', canonical({ ...least,
        build: { ...least.build, images: ['a'] } })],
    ['unknown_authority_text', canonical({ ...least, upgrade_authority: 'nobody' })],
    ['bid_with_a_sign', canonical({ ...least, min_bid_wei: '+1' })],
    ['bid_with_a_zero_in_front', canonical({ ...least, min_bid_wei: '01' })],
    ['provider_with_a_space', canonical({ ...least, provider: 'tdx or so' })],
    ['sixty_five_dlps', canonical({ ...least,
        dlps: Array.from({ length: 65 }, (_each, i) => dlp(i)) })],
    ['text_of_513_bytes', canonical({ ...least, build: { ...least.build,
        version: 'v'.repeat(513) } })],
    ['no_object', '[]'], ['nothing', ''], ['cut', text.slice(0, -1)],
].map(([name, statement]) => ({ name, statement }));

const file = new URL('vectors.json', import.meta.url);
writeFileSync(file, `${JSON.stringify({ accepted, refused }, null, 1)}\n`);
