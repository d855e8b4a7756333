// A DLP that pays the chain's own coin.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mined, requestReward } from '../../tools/node/chain.mjs';
import { kOne, proofData, refused, storedProof, useDevnet } from './support.mjs';

const world = useDevnet({ nativeReward: true, budget: 10n * kOne });

test('the owner is paid in the native coin, down to the last of the budget', async () => {
    const { provider, contributor, deployment, stranger } = world;
    const fileId = await storedProof(world, proofData({ score: kOne }));
    const before = await provider.getBalance(contributor.address);
    await requestReward(deployment, stranger, fileId, 1n);
    assert.equal(await provider.getBalance(contributor.address), before + 10n * kOne);
    const next = await storedProof(world, proofData(), { url: 'https://a.invalid/2' });
    await refused(requestReward(deployment, stranger, next, 1n), 'Panic(uint256)');
});

test('the budget grows by exactly the value sent', async () => {
    const { dlp } = world.as(world.stranger);
    await refused(dlp.addRewardsForContributors(2n, { value: 1n }), 'WrongValue()');
    await mined(dlp.addRewardsForContributors(2n, { value: 2n }));
    assert.equal(await dlp.totalContributorsRewardAmount(), 10n * kOne + 2n);
});
