// kill -9 at every named crash point: nothing is lost, and nothing is proved twice.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeUpload, registerFile, requestProof, kUploadContentType } from '../../tools/node/chain.mjs';
import { kTexts, proofsOf, sealFor, startWorld, until } from './support.mjs';

const kPoints = ['after_admit', 'after_place', 'after_append', 'after_prove', 'after_sign',
    'after_send', 'after_include'];

let world;
before(async () => { world = await startWorld(); });
after(() => world?.stop());

/** Uploads until it is acknowledged, as a client that repeats does. */
const upload = (body) => until('the upload is acknowledged', async () => {
    const reply = await world.validator.post('/v1/contributions', kUploadContentType, body)
        .catch(() => null);
    if (reply && reply.status !== 202) throw new Error(await reply.text());
    return reply?.json();
}, 30_000).catch((error) => (world.validator.alive ? Promise.reject(error) : null));

const died = () => until('the crash point is reached', () => !world.validator.alive);

for (const [i, point] of kPoints.entries()) {
    test(`${point}: exactly one proof`, async () => {
        const { deployment, validator, statement } = world;
        const wallet = world.wallet(2 + i);
        const sent = await world.provider.getTransactionCount(statement.signing_address);
        await validator.stop();
        await validator.start(point);
        const sealed = await sealFor(wallet, kTexts[i % kTexts.length]);
        const made = await makeUpload({
            wallet, sealed, chainId: deployment.chain_id, dlp: deployment.dlp,
            ruleset: statement.dlps[0].ruleset, validatorPublicKey: statement.encryption_key,
        });
        const first = upload(made.body);
        if (point === 'after_admit') {
            await died();
            assert.equal(validator.child.signalCode, 'SIGKILL');
            await first;
            await validator.start();
            await upload(made.body);
        }
        const acknowledged = await upload(made.body);
        assert.equal(acknowledged.id, made.contributionId);
        const { fileId } = await registerFile(deployment, wallet, acknowledged.blob_url);
        const { jobId } = await requestProof(deployment, wallet, fileId);
        if (point !== 'after_admit') {
            await died();
            assert.equal(validator.child.signalCode, 'SIGKILL');
            await validator.start();
        }
        const status = await validator.status(jobId);
        assert.equal(status.job_id, Number(jobId));
        assert.equal(status.proof_index, 1);
        assert.equal((await proofsOf(world, fileId)).length, 1);
        const now = await world.provider.getTransactionCount(statement.signing_address);
        assert.equal(now - sent, 1, 'one transaction for one proof');
    });
}
