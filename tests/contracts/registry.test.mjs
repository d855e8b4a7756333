// The registry's own rules: ids, layouts, permissions, roles, pause.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    decryptWith, eventArgs, fileKeyOf, interfaceOf, kAccount, mined, registerFile, signProof,
    testWallet,
} from '../../tools/node/chain.mjs';
import { proofData, refused, useDevnet } from './support.mjs';

const kNoRole = 'AccessControlUnauthorizedAccount(address,bytes32)';
const kRefiner = '0xecd89b8856fbf65c0a9c0bd4d30ba1d9567c74f1058aeb759285f6bbc6578271';
const kPortability = '0x751efd16bb32c4ce02961e4090a5eb872d5484588a525a0c4e906befe9537e99';
const kMaintainer = '0x339759585899103d2ace64958e37e18ccb0504652c81d4a1b8aa80fe2126ab95';
const kZeroAddress = `0x${'0'.repeat(40)}`;
const kUrl = 'https://a.invalid/1';
const world = useDevnet();

const wordAt = (data, index) => BigInt(`0x${data.slice(2 + 64 * index, 66 + 64 * index)}`);

test('the roles have the ids of the deployed contracts', async () => {
    const { registry, pool, dlp } = world.as(world.stranger);
    assert.equal(await registry.MAINTAINER_ROLE(), kMaintainer);
    assert.equal(await pool.MAINTAINER_ROLE(), kMaintainer);
    assert.equal(await dlp.MAINTAINER_ROLE(), kMaintainer);
    assert.equal(await registry.REFINEMENT_SERVICE_ROLE(), kRefiner);
    assert.equal(await registry.DATA_PORTABILITY_ROLE(), kPortability);
});

test('files are answered in layout v2, whose url stands at offset 0xa0', async () => {
    const { registry } = world.as(world.stranger);
    const { fileId } = await registerFile(world.deployment, world.contributor, kUrl);
    const raw = await world.provider.call({
        to: registry.target,
        data: registry.interface.encodeFunctionData('files', [fileId]),
    });
    assert.equal(wordAt(raw, 0), 0x20n);
    assert.equal(wordAt(raw, 3), 0xa0n);
    assert.equal(await registry.version(), 2n);
});

test('an unknown file is answered with its id, no owner and no url', async () => {
    const { registry } = world.as(world.stranger);
    assert.deepEqual((await registry.files(99n)).toArray(), [99n, kZeroAddress, '', 0n, 0n]);
    assert.equal(await registry.filePermissions(99n, world.stranger.address), '');
});

test('a proof that is not there is empty, and index 0 never is there', async () => {
    const { registry } = world.as(world.stranger);
    const empty = ['0x', [0n, 0n, '', '', '']];
    const proof = await signProof(world.stranger, '', proofData());
    const receipt = await mined(registry.addProof(99n, proof));  // anyone, any id
    assert.equal(eventArgs(receipt, registry, 'ProofAdded').proofIndex, 1n);
    assert.deepEqual((await registry.fileProofs(99n, 0n)).toArray(true), empty);
    assert.deepEqual((await registry.fileProofs(99n, 2n)).toArray(true), empty);
    assert.notDeepEqual((await registry.fileProofs(99n, 1n)).toArray(true), empty);
});

test('a job is a static tuple of six words', async () => {
    const { pool } = world.as(world.stranger);
    const data = pool.interface.encodeFunctionData('jobs', [1n]);
    const raw = await world.provider.call({ to: pool.target, data });
    assert.equal(raw.length, 2 + 6 * 64);
});

test('ids count from 1, and a url leads back to its file', async () => {
    const { registry } = world.as(world.contributor);
    for (const id of [1n, 2n]) {
        const receipt = await mined(registry.addFile(`https://a.invalid/${id}`));
        assert.equal(eventArgs(receipt, registry, 'FileAddedV2').fileId, id);
    }
    assert.equal(await registry.filesCount(), 2n);
    assert.equal(await registry.fileIdByUrl('https://a.invalid/2'), 2n);
    assert.equal(await registry.fileIdByUrl('https://a.invalid/3'), 0n);
});

test('anyone may register a file for another owner, with permissions', async () => {
    const { registry } = world.as(world.stranger);
    const owner = world.contributor.address;
    const permissions = [{ account: world.admin.address, key: '00ff' }];
    const add = registry.addFileWithPermissionsAndSchema(kUrl, owner, permissions, 0n);
    const { fileId } = eventArgs(await mined(add), registry, 'FileAddedV2');
    assert.equal((await registry.files(fileId)).ownerAddress, owner);
    assert.equal(await registry.filePermissions(fileId, world.admin.address), '00ff');
});

test('the key on chain opens with the DLP\'s key, and is 514 hex characters', async () => {
    const { registry } = world.as(world.stranger);
    const { fileId } = await registerFile(world.deployment, world.contributor, kUrl);
    const key = await registry.filePermissions(fileId, world.deployment.dlp);
    assert.match(key, /^[0-9a-f]{514}$/);
    const opened = decryptWith(testWallet(kAccount.firstDlpKey).privateKey, key);
    assert.equal(opened.toString(), await fileKeyOf(world.contributor));
});

test('only the owner and the portability role add permissions later', async () => {
    const { contributor, stranger, admin, as } = world;
    const { fileId } = await registerFile(world.deployment, contributor, kUrl);
    const account = stranger.address;
    await refused(as(stranger).registry.addFilePermission(fileId, account, '01'), 'NotFileOwner()');
    await mined(as(contributor).registry.addFilePermission(fileId, account, '02'));
    await refused(as(stranger).registry.addFilePermissionsAndSchema(fileId, [], 0n),
        'NotFileOwner()');
    await mined(as(admin).registry.grantRole(kPortability, stranger.address));
    await refused(as(stranger).registry.addFilePermission(fileId + 1n, account, '03'),
        'FileNotFound()');
    const permissions = [{ account, key: '04' }];
    await mined(as(stranger).registry.addFilePermissionsAndSchema(fileId, permissions, 0n));
    assert.equal(await as(stranger).registry.filePermissions(fileId, account), '04');
});

test('schema ids must exist', async () => {
    const { registry } = world.as(world.admin);
    await refused(registry.addFileWithSchema(kUrl, 1n), 'InvalidSchemaId(uint256)');
    await mined(registry.updateSchemasCount(3n));
    const receipt = await mined(registry.addFileWithSchema(kUrl, 3n));
    const { fileId } = eventArgs(receipt, registry, 'FileAddedV2');
    assert.equal((await registry.files(fileId)).schemaId, 3n);
    await refused(registry.addFileWithSchema('other', 4n), 'InvalidSchemaId(uint256)');
});

test('a refinement is added once and updated after, by its service only', async () => {
    const { admin, stranger, contributor, as } = world;
    const { fileId } = await registerFile(world.deployment, contributor, kUrl);
    const refine = (id, url) => as(stranger).registry.addRefinementWithPermission(id, 7n, url,
        stranger.address, 'aa');
    await refused(refine(fileId, 'ipfs://1'), 'NoPermission()');
    await mined(as(admin).registry.grantRole(kRefiner, stranger.address));
    await refused(refine(fileId + 1n, 'ipfs://1'), 'FileNotFound()');
    await refused(refine(fileId, ''), 'InvalidUrl()');
    const rounds = [['ipfs://1', 'RefinementAdded'], ['ipfs://2', 'RefinementUpdated']];
    for (const [url, event] of rounds) {
        const receipt = await mined(refine(fileId, url));
        assert.equal(eventArgs(receipt, as(admin).registry, event).url, url);
        assert.equal(await as(admin).registry.fileRefinements(fileId, 7n), url);
    }
});

test('without legacy events a file is announced once', async () => {
    const { registry } = world.as(world.admin);
    await mined(registry.updateEmitLegacyEvents(false));
    const receipt = await mined(registry.addFile(kUrl));
    assert.deepEqual(receipt.logs.map((log) => registry.interface.parseLog(log).name),
        ['FileAddedV2']);
});

test('a paused registry takes nothing, and only a maintainer pauses', async () => {
    const { registry } = world.as(world.admin);
    await refused(world.as(world.stranger).registry.pause(), kNoRole);
    await mined(registry.pause());
    await refused(registry.addFile(kUrl), 'EnforcedPause()');
    await refused(registry.addProof(1n, await signProof(world.tee, '', proofData())),
        'EnforcedPause()');
    await mined(registry.unpause());
    await mined(registry.addFile(kUrl));
});

test('several calls travel in one transaction', async () => {
    const { registry } = world.as(world.contributor);
    const call = (url) => interfaceOf('data_registry').encodeFunctionData('addFile', [url]);
    await mined(registry.multicall([call(kUrl), call('https://a.invalid/2')]));
    assert.equal((await registry.files(2n)).ownerAddress, world.contributor.address);
});
