// What tests of the registry of results with the real daemon share.

import assert from 'node:assert/strict';
import {
    appraisalDomain, deployAttested, encryptTo, fileKeyOf, kAccount, kUploadContentType, makeUpload,
    mined, quorumOf, registerFile, requestProof, testWallet,
} from '../../tools/node/chain.mjs';
import { run, sealFor } from './support.mjs';

export const kOne = 10n ** 18n;
const kWad = 976_562_500_000_000n;  // 10^18 / 1024
const kAppraisers = [17, 18, 19];
export const kRules = { rewardFactor: 10n * kOne, validatorFee: kOne / 10n };

const appraisersOf = (provider) => kAppraisers.map((index) => testWallet(index, provider));

/** Deploys the registry for the ruleset that the daemon serves. */
export async function deployRegistry(deployment, provider) {
    const { output } = await run('pramana-dev', ['version']);
    const [, ruleset] = /ruleset {2}([0-9a-f]{64}) default-1/.exec(output);
    return deployAttested(deployment, testWallet(kAccount.admin, provider), {
        ...kRules, appraisers: appraisersOf(provider).map((each) => each.address), threshold: 2,
        ruleset: `0x${ruleset}`,
    });
}

/** Votes of two appraisers for a key, brought to the registry. */
export async function enrol(at, validator) {
    const { provider } = at.results.runner;
    const vote = {
        registry: at.results.target, validator, statementHash: `0x${'55'.repeat(32)}`,
        expiresAt: BigInt((await provider.getBlock('latest')).timestamp) + 86_400n,
    };
    const { chainId } = await provider.getNetwork();
    const evidence = await quorumOf(appraisersOf(provider).slice(0, 2),
        appraisalDomain(chainId, at.appraisal.target), vote);
    await mined(at.results.register(validator, vote.statementHash, vote.expiresAt, evidence));
}

/**
 * Uploads a text for a DLP, registers its file and orders its proof: {jobId, fileId, wallet}. The
 * pool is paid for a proof of its own only.
 */
export async function contribute(world, dlp, walletIndex, text, valueWei = 0n) {
    const { deployment, statement, validator } = world;
    const wallet = world.wallet(walletIndex);
    const made = await makeUpload({
        wallet, sealed: await sealFor(wallet, text), chainId: deployment.chain_id, dlp,
        ruleset: statement.dlps[0].ruleset, validatorPublicKey: statement.encryption_key,
    });
    const reply = await validator.post('/v1/contributions', kUploadContentType, made.body);
    assert.equal(reply.status, 202);
    const { blob_url: url } = await reply.json();
    const permissions =
        [{ account: dlp, key: encryptTo(deployment.dlps[0].public_key, await fileKeyOf(wallet)) }];
    const { fileId } = await registerFile(deployment, wallet, url, { permissions });
    const { jobId } = await requestProof(deployment, wallet, fileId, valueWei);
    return { jobId, fileId, wallet };
}

/** The public binding document of a final job: {hash, document}. */
export async function documentOf(world, jobId) {
    const { body: status } = await world.validator.json(`/v1/jobs/${jobId}`);
    const hash = status.proof_document.replace(/^.*\//, '').replace(/^0x/, '');
    const reply = await fetch(`${world.validator.base}/v1/proofs/${hash}`);
    return { hash, document: await reply.json() };
}

/** A result as its consumer has it from the public binding document. */
export async function resultOf(world, jobId) {
    const { hash, document } = await documentOf(world, jobId);
    return {
        pool: document.tee_pool, jobId: BigInt(document.job_id), fileId: BigInt(document.file.id),
        dlp: document.dlp, resultHash: `0x${hash}`,
        score: BigInt(document.score.pay_1024) * kWad,
    };
}

/** Every ResultRecorded of a job. */
export const recordsOf = (at, jobId) =>
    at.results.queryFilter(at.results.filters.ResultRecorded(null, jobId));

export async function assertRecordedOnce(world, at, jobId) {
    const [record, ...more] = await recordsOf(at, jobId);
    assert.ok(record, `job ${jobId} is recorded`);
    assert.equal(more.length, 0, `job ${jobId} is recorded once`);
    const result = await resultOf(world, jobId);
    assert.equal(record.args.resultHash, result.resultHash);
    assert.equal(record.args.score, result.score);
    assert.equal(await at.results.isAttested(result, world.statement.signing_address), true);
    return result;
}

/** The status of a job once it waits for `cause`. */
export const waiting = (world, jobId, cause) =>
    world.validator.status(jobId, (status) => status.cause?.code === cause);
