// The registry for attested results on a real node: from a quorum's votes to a payment, with ethers
// and with viem as clients; and what a replay meets at a second DLP, registry and chain, here and
// in today's pool.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { after, before, beforeEach, afterEach, test } from 'node:test';
import {
    addProof, appraisalDomain, compactTyped, contractsOf, deployAttested, eventArgs, interfaceOf,
    kAccount, kBatchTypes, kRootTypes, leafOf, mined, quorumOf, registerFile, requestProof,
    requestReward, resultDomain, revertName, signProof, startDevnet, termsOf, testWallet, treeOf,
    viemClient,
} from '../../tools/node/chain.mjs';
import { kOne, refused } from './support.mjs';

const kHash = (byte) => `0x${byte.repeat(32)}`;
const kCorpus = kHash('c0');
const kStatement = kHash('55');
const kDeadline = 2n ** 40n;  // chain time does not matter in these tests
const kFee = kOne / 10n;

/** A devnet with the registry beside the pool, and its snapshots. */
function useAttestedDevnet(options) {
    const world = {};
    let snapshot;
    before(async () => {
        const tee = testWallet(kAccount.tee);
        Object.assign(world, await startDevnet({
            instruction: 'pramana:1:{chain_id}:{dlp}:', dlps: 2, ...options,
            tee: { address: tee.address, url: 'https://tee.invalid', publicKey: '0x04' },
        }));
        const wallet = (index) => testWallet(index, world.provider);
        world.validator = wallet(kAccount.tee);
        world.contributor = wallet(kAccount.firstContributor);
        world.relay = wallet(kAccount.firstContributor + 1);
        world.appraisers = [wallet(5), wallet(6), wallet(7)];
        const addresses = world.appraisers.map((each) => each.address);
        Object.assign(world, await deployAttested(world.deployment, wallet(kAccount.admin),
            { appraisers: addresses, threshold: 2, rewardFactor: 10n * kOne, validatorFee: kFee }));
        world.chainId = BigInt(world.deployment.chain_id);
        world.domain = resultDomain(world.chainId, world.results.target);
    });
    beforeEach(async () => {
        snapshot = await world.rpc('evm_snapshot');
    });
    afterEach(async () => {
        await world.rpc('evm_revert', snapshot);
    });
    after(() => world.stop());
    return world;
}

const world = useAttestedDevnet({});
const elsewhere = useAttestedDevnet({ chainId: 14800 });

/** Registers the validator by the votes of the first two appraisers. */
async function enrol(at, expiresAt = undefined) {
    const now = (await at.provider.getBlock('latest')).timestamp;
    const vote = {
        registry: at.results.target, validator: at.validator.address, statementHash: kStatement,
        expiresAt: expiresAt ?? BigInt(now + 86_400),
    };
    const domain = appraisalDomain(at.chainId, at.appraisal.target);
    const evidence = await quorumOf(at.appraisers.slice(0, 2), domain, vote);
    await mined(at.results.connect(at.relay)
        .register(vote.validator, vote.statementHash, vote.expiresAt, evidence));
}

/** Registers a file, orders its proof, and gives the result that a validator would sign. */
async function orderedResult(at, number, dlp = at.attestedDlps[0]) {
    const url = `https://tee.invalid/v1/blobs/${number}`;
    const { fileId } = await registerFile(at.deployment, at.contributor, url);
    const { jobId } = await requestProof(at.deployment, at.contributor, fileId);
    return {
        pool: at.deployment.tee_pool, jobId, fileId, dlp: dlp.target, resultHash: kHash('ab'),
        score: 7n * kOne / 10n,
    };
}

async function stepFrom(at, newRoot) {
    const previousRoot = await at.results.head(kCorpus, 1);
    return { corpusId: kCorpus, epoch: 1, previousRoot, newRoot, deadline: kDeadline };
}

async function signedBatch(at, step, results) {
    return compactTyped(at.validator, at.domain, kBatchTypes, { ...step, results });
}

async function record(at, results, newRoot) {
    const step = await stepFrom(at, newRoot);
    const signed = await signedBatch(at, step, results);
    return mined(at.results.connect(at.relay).recordBatch(step, results, ...signed));
}

test('a batch is recorded by a relay and its results are paid', async () => {
    await enrol(world);
    const results = [await orderedResult(world, 1), await orderedResult(world, 2)];
    const receipt = await record(world, results, kHash('01'));
    const { validator, count } = eventArgs(receipt, world.results, 'BatchRecorded');
    assert.deepEqual([validator, count], [world.validator.address, 2n]);
    assert.equal(await world.results.head(kCorpus, 1), kHash('01'));

    const token = world.attestedToken;
    const [dlp] = world.attestedDlps;
    for (const result of results) {
        assert.equal(await world.results.isAttested(result, validator), true);
        await mined(dlp.connect(world.relay).requestReward(result, validator));
    }
    assert.equal(await token.balanceOf(world.contributor.address), 14n * kOne);
    assert.equal(await token.balanceOf(validator), 2n * kFee);
    await refused(dlp.requestReward(results[0], validator), 'FileAlreadyRewarded(uint256)');
});

test('viem signs, sends and reads the same batch', async () => {
    await enrol(world);
    const result = await orderedResult(world, 1);
    const client = viemClient(world.deployment, kAccount.tee);
    const step = await stepFrom(world, kHash('01'));
    const signature = await client.signTypedData({
        domain: world.domain, types: kBatchTypes, primaryType: 'ResultBatch',
        message: { ...step, results: [result] },
    });
    const [r, vs] = client.compact(signature);
    const abi = JSON.parse(interfaceOf('attested_result_registry').formatJson());
    const address = world.results.target;
    const hash = await client.writeContract({
        address, abi, functionName: 'recordBatch', args: [step, [result], r, vs],
    });
    const receipt = await client.waitForTransactionReceipt({ hash });
    assert.equal(receipt.status, 'success');
    assert.equal(await client.readContract({
        address, abi, functionName: 'isAttested', args: [result, world.validator.address],
    }), true);
    const [event] = await client.getContractEvents({
        address, abi, eventName: 'ResultRecorded', fromBlock: receipt.blockNumber,
    });
    assert.deepEqual([event.args.jobId, event.args.dlp], [result.jobId, result.dlp]);
});

test('results under a root are read by a view and paid by a claim', async () => {
    await enrol(world);
    const results = [await orderedResult(world, 1), await orderedResult(world, 2)];
    results.push({ ...results[0], dlp: world.reader.target });
    const tree = treeOf(results.map(leafOf));
    const step = await stepFrom(world, kHash('01'));
    const message = { ...step, root: tree.root, count: results.length };
    const signed = await compactTyped(world.validator, world.domain, kRootTypes, message);
    const terms = termsOf(step, results.length);
    await mined(world.results.connect(world.relay)
        .recordRoot(kCorpus, terms, step.newRoot, tree.root, ...signed));
    assert.equal(await world.reader.scoreOf(tree.root, results[2], tree.proof(2)),
        results[2].score);
    const [dlp, other] = world.attestedDlps;
    await refused(other.requestRewardByRoot(tree.root, results[1], tree.proof(1)),
        'NotTheDlp(address,address)');
    await mined(dlp.requestRewardByRoot(tree.root, results[1], tree.proof(1)));
    await refused(dlp.requestRewardByRoot(tree.root, results[1], tree.proof(1)),
        'ResultAlreadyRecorded(address,address,uint256)');
});

test('of two operators on one head the second is refused, and told the head', async () => {
    await enrol(world);
    const step = await stepFrom(world, kHash('02'));
    const late = [await orderedResult(world, 2)];
    const signed = await signedBatch(world, step, late);
    await record(world, [await orderedResult(world, 1)], kHash('01'));
    await refused(world.results.recordBatch(step, late, ...signed),
        'WrongPreviousRoot(bytes32,bytes32)');
});

test('an expired key records nothing, a revoked one loses what it had', async () => {
    await enrol(world);
    const result = await orderedResult(world, 1);
    await record(world, [result], kHash('01'));
    await world.advance(86_401);
    const step = await stepFrom(world, kHash('02'));
    const next = [await orderedResult(world, 2)];
    const signed = await signedBatch(world, step, next);
    await refused(world.results.recordBatch(step, next, ...signed), 'ValidatorNotActive(address)');
    await mined(world.results.connect(world.validator).revoke(world.validator.address));
    await refused(world.attestedDlps[0].requestReward(result, world.validator.address),
        'ResultNotAttested()');
});

/** A binding document of a job at place 0 of a corpus, in its one canonical text. */
function bindingText(at, { jobId, fileId, dlp }, newRoot) {
    const sorted = (value) => (value === null || typeof value !== 'object' || Array.isArray(value)
        ? value
        : Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])])));
    const empty = createHash('sha256')
        .update(Buffer.concat([Buffer.from('pramana:corpus:empty:2'),
            Buffer.from(kCorpus.slice(2), 'hex'), Buffer.from('00000001', 'hex')])).digest('hex');
    return JSON.stringify(sorted({
        format: 'pramana:binding:1', chain_id: Number(at.chainId), dlp: dlp.toLowerCase(),
        tee_pool: at.deployment.tee_pool.toLowerCase(),
        data_registry: at.deployment.data_registry.toLowerCase(), job_id: Number(jobId),
        file: { id: Number(fileId), url: 'https://tee.invalid/v1/blobs/1',
            ciphertext_sha256: kHash('04') },
        ruleset_digest: kHash('05'), model_digest: kHash('06'), statement_hash: kStatement,
        corpus: { id: kCorpus, epoch: 1, place: 0, previous_root: `0x${empty}`,
            new_root: newRoot },
        score: { chunks: 12, novel_mass: 11, uniqueness_milli: 875, quality_milli: 640,
            pay_1024: 512, internal_milli: 1, matched_milli: 125, reasons: [] },
        key: { matches_permission: true, recovers_to_owner: true },
        keyed_text_hash: kHash('0d'), keyed_trace_hash: kHash('0b'),
        created: { block_number: 77, block_hash: kHash('0c') },
        sample: null,
    }));
}

test('what our codec makes of a binding document is recorded and paid', async () => {
    await enrol(world);
    const ordered = await orderedResult(world, 1);
    const text = bindingText(world, ordered, kHash('0f'));
    const key = testWallet(kAccount.tee).privateKey.slice(2);
    const tool = spawnSync(process.env.PRAMANA_RESULT_TOOL, [String(world.chainId),
        world.results.target.slice(2).toLowerCase(), key, String(kDeadline)], { input: text });
    assert.equal(tool.status, 0, String(tool.stderr));
    const sent = { to: world.results.target, data: String(tool.stdout).trim() };
    const receipt = await mined(world.relay.sendTransaction(sent));
    const recorded = eventArgs(receipt, world.results, 'ResultRecorded').toObject();
    const result = {
        ...ordered, score: kOne / 2n,
        resultHash: `0x${createHash('sha256').update(text).digest('hex')}`,
    };
    assert.deepEqual({ ...recorded }, { ...result });
    assert.equal(await world.results.head(kCorpus, 1), kHash('0f'));
    await mined(world.attestedDlps[0].requestReward(result, world.validator.address));
    assert.equal(await world.attestedToken.balanceOf(world.contributor.address), 5n * kOne);
});

// What tools/gas measures in forge, once on a node: whole receipts, 20 results, a corpus in use.
test('receipts of 20 results keep to the goals', async (t) => {
    await enrol(world);
    const one = await orderedResult(world, 1);
    await record(world, [one], kHash('01'));
    const results = [];
    for (let i = 0n; i < 20n; ++i) {
        results.push({ ...one, jobId: 1_000_000n + i, fileId: 1_001_000n + i,
            resultHash: `0x${createHash('sha256').update(String(i)).digest('hex')}` });
    }
    const batch = await record(world, results, kHash('02'));
    assert.ok(batch.gasUsed <= 20n * 31_000n, `recordBatch: ${batch.gasUsed}`);

    const tree = treeOf(results.map((each) => leafOf({ ...each, jobId: each.jobId + 100n })));
    const step = await stepFrom(world, kHash('03'));
    const signed = await compactTyped(world.validator, world.domain, kRootTypes,
        { ...step, root: tree.root, count: 20 });
    const rooted = await mined(world.results.connect(world.relay)
        .recordRoot(kCorpus, termsOf(step, 20), step.newRoot, tree.root, ...signed));
    assert.ok(rooted.gasUsed <= 20n * 3_000n, `recordRoot: ${rooted.gasUsed}`);
    t.diagnostic(`recordBatch ${batch.gasUsed}, recordRoot ${rooted.gasUsed}`);
});

// --- replays ---

test('a result for one DLP is refused by a second one', async () => {
    await enrol(world);
    const result = await orderedResult(world, 1);
    await record(world, [result], kHash('01'));
    const other = world.attestedDlps[1];
    const signer = world.validator.address;
    await refused(other.requestReward(result, signer), 'WrongDlp(address)');
    await refused(other.requestReward({ ...result, dlp: other.target }, signer),
        'ResultNotAttested()');
});

test('a batch is refused again, by another registry, and on another chain', async () => {
    await enrol(world);
    await enrol(elsewhere);
    // Both chains deploy the same contracts in the same order: only the chain id differs.
    assert.equal(elsewhere.results.target, world.results.target);
    const results = [await orderedResult(world, 1)];
    const step = await stepFrom(world, kHash('01'));
    const signed = await signedBatch(world, step, results);
    await orderedResult(elsewhere, 1);
    await refused(elsewhere.results.recordBatch(step, results, ...signed),
        'ValidatorNotActive(address)');
    const appraisers = world.appraisers.map((each) => each.address);
    const second = await deployAttested(world.deployment,
        testWallet(kAccount.admin, world.provider), { appraisers, threshold: 2 });
    await enrol({ ...world, ...second });
    await refused(second.results.recordBatch(step, results, ...signed),
        'ValidatorNotActive(address)');
    await mined(world.results.recordBatch(step, results, ...signed));
    await refused(world.results.recordBatch(step, results, ...signed),
        'WrongPreviousRoot(bytes32,bytes32)');
});

/** A proof as Pramana makes it, for the instruction of one DLP, on chain through the pool. */
async function poolProof(at, number) {
    const url = `https://tee.invalid/v1/blobs/${number}`;
    const { fileId } = await registerFile(at.deployment, at.contributor, url);
    const { jobId } = await requestProof(at.deployment, at.contributor, fileId);
    const data = {
        score: 7n * kOne / 10n, dlpId: 1n, metadata: 'ab'.repeat(32),
        proofUrl: `https://tee.invalid/v1/proofs/${'ab'.repeat(32)}`,
        instruction: at.deployment.dlps[0].proof_instruction,
    };
    const proof = await signProof(at.validator, url, data);
    const { proofIndex } = await addProof(at.deployment, at.validator, jobId, proof);
    return { fileId, proofIndex, proof };
}

test('today\'s pool: the proof is paid by its DLP and refused by a second one', async () => {
    const { fileId, proofIndex } = await poolProof(world, 1);
    const reward = await requestReward(world.deployment, world.relay, fileId, proofIndex, 0);
    assert.equal(reward.amount, 7n * kOne);
    const { dlp } = contractsOf(world.deployment, world.relay, 1);
    const refusal = await dlp.requestReward(fileId, proofIndex).catch((error) => error);
    assert.equal(revertName(refusal), 'InvalidProof()');
});

test('today\'s pool: the proof of one chain is refused on another', async () => {
    const { fileId, proof } = await poolProof(world, 1);
    const copy = await registerFile(elsewhere.deployment, elsewhere.contributor,
        'https://tee.invalid/v1/blobs/1');
    assert.equal(copy.fileId, fileId);  // the same file, url and TEE: only the instruction differs
    const { registry, dlp } = contractsOf(elsewhere.deployment, elsewhere.relay);
    await mined(registry.addProof(copy.fileId, proof));
    const refusal = await dlp.requestReward(copy.fileId, 1n).catch((error) => error);
    assert.equal(revertName(refusal), 'InvalidProof()');
});
