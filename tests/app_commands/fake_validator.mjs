// A validator's HTTP front as docs/formats.md describes it, written without our code: it reads an
// upload with openpgp.js and Node's crypto, checks what a validator must be able to rely on, and
// proves the job when it finds it on chain.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
    addProof, contractsOf, contributionId, decryptWith, encryptTo, fileKeyOf, intentDigest,
    kUploadContentType, openFile, signIntent, signProof,
} from '../../tools/node/chain.mjs';
import { bindingDocument, canonical, kWadPerPay, serve, sha256Hex } from './support.mjs';

const kKeyPrefix = 'pramana:key:1';

export const attestationOf = (world, ruleset, change = {}) => {
    const { deployment, tee } = world;
    const dlp = deployment.dlp.toLowerCase();
    return {
        anchor: null,
        build: {
            binary_sha256: '00'.repeat(32), compose_sha256: null, derived_from: 'self-declared',
            images: [], version: 'fake',
        },
        chain_id: deployment.chain_id,
        config: { ca_sha256: null, endpoints: [], sha256: '00'.repeat(32) },
        data_registry: deployment.data_registry.toLowerCase(),
        dlps: [{
            address: dlp, corpus_epoch: 0, corpus_id: '00'.repeat(32),
            corpus_root: '00'.repeat(32), corpus_size: 0, dlp_id: 1,
            instruction: `pramana:1:${deployment.chain_id}:${dlp}:${ruleset}`, registry: null,
            ruleset, ruleset_name: 'default-1',
        }],
        encryption_key: tee.signingKey.publicKey, format: 'pramana:statement:2', key_epoch: 0,
        key_origin: {
            backup_recipients: [], imported: false, source: 'file', survive_restart: true,
        },
        min_bid_wei: '0', model: '00'.repeat(32), previous: null, previous_keys: null,
        provider: 'software', sequence: 0, signing_address: tee.address.toLowerCase(),
        signing_key: tee.signingKey.publicKey, tee_pool: deployment.tee_pool.toLowerCase(),
        tls_key_sha256: null, upgrade_authority: 'none known', upload_bytes_max: 33_554_432,
        ...change,
    };
};

/** Takes an upload apart and checks it. Returns {id, intent, sealed, fileKey, secret, opened}. */
async function readUpload(body, tee, owner) {
    const size = body.readUInt32BE(0);
    const envelope = JSON.parse(body.subarray(4, 4 + size).toString());
    const sealed = body.subarray(4 + size);
    const { intent } = envelope;
    assert.equal(intent.sealed_sha256, sha256Hex(sealed));
    assert.equal(intent.wallet, owner.address.toLowerCase());
    assert.equal(envelope.intent_signature, await signIntent(owner, intent));
    const plain = decryptWith(tee.privateKey, envelope.key);
    let at = kKeyPrefix.length;
    assert.equal(plain.subarray(0, at).toString(), kKeyPrefix);
    assert.equal(plain.subarray(at, at += 32).toString('hex'), intentDigest(intent).slice(2));
    const length = plain.readUInt16BE(at);
    const fileKey = plain.subarray(at += 2, at += length).toString();
    assert.equal(fileKey, await fileKeyOf(owner));
    const secret = {
        iv: plain.subarray(at, at + 16), ephemeralKey: plain.subarray(at + 16).toString('hex'),
    };
    assert.equal(secret.ephemeralKey.length, 64);
    return {
        id: contributionId(owner.address, intent.sealed_sha256), intent, sealed, fileKey, secret,
        opened: Buffer.from(await openFile(sealed, fileKey)),
    };
}

/** Proves the file's job as its TEE. Returns the members of a final status. */
async function proveJob(world, ruleset, upload, url, pay) {
    const { deployment, tee, provider } = world;
    const { registry, pool } = contractsOf(deployment, provider);
    const fileId = await registry.fileIdByUrl(url);
    if (fileId === 0n) return null;
    const [jobId] = await pool.fileJobIds(fileId);
    if (jobId === undefined) return null;
    const permission = await registry.filePermissions(fileId, deployment.dlp);
    assert.equal(permission, encryptTo(deployment.dlp_public_key, upload.fileKey, upload.secret));
    const document = canonical(bindingDocument({
        deployment, fileId, jobId, url, ruleset, sealedSha256: sha256Hex(upload.sealed), pay,
    }));
    const digest = sha256Hex(document);
    const base = url.slice(0, url.indexOf('/v1/'));
    const proof = await signProof(tee, url, {
        score: BigInt(pay) * kWadPerPay, dlpId: 1n, metadata: digest,
        proofUrl: `${base}/v1/proofs/${digest}`, instruction: deployment.proof_instruction,
    });
    const { proofIndex, receipt } = await addProof(deployment, tee, jobId, proof);
    return {
        job_id: Number(jobId), file_id: Number(fileId), proof_index: Number(proofIndex),
        tx_hash: receipt.hash, proof_document: digest, document,
        result: {
            chunks: 4, novel_mass: 1024, uniqueness_milli: 1000, quality_milli: 900, pay_1024: pay,
            internal_milli: 0, matched_milli: 0, reasons: [],
        },
    };
}

/**
 * Starts one. `options`: ruleset, rulesetText (shown under that digest), owner (the wallet that uploads), pay (512), statement (changes),
 * spell (another text of the same), report (a forged one), refuse ([status, problem] for uploads), end (a terminal status without a
 * proof), held (stops before the proof). Returns {url, uploads, held, final, close()}.
 */
export async function startFakeValidator(world, options) {
    const validator = { uploads: [], held: options.held ?? false, final: null };
    const sha512 = (...parts) => createHash('sha512').update(Buffer.concat(parts)).digest('hex');
    const attest = (challenge) => {
        const spell = options.spell ?? ((text) => text);
        const statement =
            spell(canonical(attestationOf(world, options.ruleset, options.statement)));
        const hash = sha256Hex(statement);
        const none = Buffer.alloc(32);
        const report = options.report ?? sha512(Buffer.from('pramana:report:2'),
            challenge ? Buffer.from(challenge, 'hex') : none, none, Buffer.from(statement));
        return `{"format":"pramana:attestation:2","taken_unix_s":0,"statement_sha256":"${hash}",` +
            `"challenge":"${challenge}","gpu_evidence_sha256":"","report_data":"${report}",` +
            `"statement":${statement},"evidence":{},"gpu_evidence":null,"key_evidence":[],` +
            '"collateral":null}';
    };
    const take = async (request, body) => {
        assert.equal(request.headers['content-type'], kUploadContentType);
        if (options.refuse) return [...options.refuse, 'application/problem+json'];
        const upload = await readUpload(body, world.tee, options.owner);
        validator.uploads.push(upload);
        const blob = `/v1/blobs/${sha256Hex(upload.sealed)}`;
        return [202, JSON.stringify({ id: upload.id, blob_url: `${host.url}${blob}` })];
    };
    const status = async (id) => {
        const upload = validator.uploads.find((known) => known.id === id);
        if (!upload) return [404, '{"code":"not_found","detail":"No.","next_step":"-"}'];
        const say = (stage, more = {}) =>
            [200, JSON.stringify({ id, stage, terminal: false, ...more })];
        if (options.end) return say(options.end.stage, { terminal: true, ...options.end });
        if (validator.held) return say('queued');
        upload.polls = (upload.polls ?? 0) + 1;
        if (upload.polls === 1) return say('received');
        if (upload.polls === 2) return say('placed');
        const url = `${host.url}/v1/blobs/${sha256Hex(upload.sealed)}`;
        validator.final ??= await proveJob(world, options.ruleset, upload, url, options.pay ?? 512);
        if (!validator.final) return say('received');
        const { document: _, ...more } = validator.final;
        return say('final', { terminal: true, ...more });
    };
    const host = await serve(async (request, body) => {
        const url = new URL(request.url, 'http://x');
        if (url.pathname === '/v1/attestation')
            return [200, attest(url.searchParams.get('challenge') ?? '')];
        if (url.pathname === `/v1/rulesets/${options.ruleset}` && options.rulesetText)
            return [200, options.rulesetText];
        if (url.pathname === '/v1/contributions') return take(request, body);
        const [, , kind, name] = url.pathname.split('/');
        if (kind === 'contributions') return status(name);
        if (kind === 'proofs' && name === validator.final?.proof_document)
            return [200, validator.final.document];
        const upload = validator.uploads.find((known) => sha256Hex(known.sealed) === name);
        return kind === 'blobs' && upload ? [200, upload.sealed] : [404, '{}'];
    });
    return Object.assign(validator, host);
}
