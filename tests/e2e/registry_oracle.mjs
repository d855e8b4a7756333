// Judges a registry of results by nothing but the chain and its documentation (docs/contracts.md
// "Attested results"), with viem and no code of ours: who signed what, one chain of heads, one word
// for each job, and the way from a result to its root.

import assert from 'node:assert/strict';
import { viem } from '../../tools/node/libraries.mjs';

const kResult = '(address pool, uint256 jobId, uint256 fileId, address dlp, bytes32 resultHash, '
    + 'uint256 score)';
const kStep = '(bytes32 corpusId, uint32 epoch, bytes32 previousRoot, bytes32 newRoot, '
    + 'uint64 deadline)';
const kAbi = viem.parseAbi([
    `function recordBatch(${kStep} step, ${kResult}[] results, bytes32 r, bytes32 vs)`,
    'function recordRoot(bytes32 corpusId, uint256 terms, bytes32 newRoot, bytes32 root, bytes32 r, '
        + 'bytes32 vs)',
    'function head(bytes32 corpusId, uint32 epoch) view returns (bytes32)',
    'function recordOf(address pool, address dlp, uint256 jobId) view returns (bytes32)',
    'function rootRecord(bytes32 root) view returns (address, uint32, uint64)',
    'event BatchRecorded(bytes32 indexed corpusId, address indexed validator, uint32 epoch, '
        + 'bytes32 previousRoot, bytes32 newRoot, uint256 count)',
    'event RootRecorded(bytes32 indexed root, bytes32 indexed corpusId)',
]);
const fields = (text) => text.split(', ').map((each) => {
    const [type, name] = each.split(' ');
    return { type, name };
});
const kStepFields = 'bytes32 corpusId, uint32 epoch, bytes32 previousRoot, bytes32 newRoot, '
    + 'uint64 deadline';
const kTypes = {
    Result: fields('address pool, uint256 jobId, uint256 fileId, address dlp, bytes32 resultHash, '
        + 'uint256 score'),
    ResultBatch: fields(`${kStepFields}, Result[] results`),
    ResultRoot: fields(`${kStepFields}, bytes32 root, uint32 count`),
};

const structHash = (result) =>
    viem.hashStruct({ data: result, primaryType: 'Result', types: kTypes });
/** keccak256(hashStruct(result)). */
const leafOf = (result) => viem.keccak256(structHash(result));
const parentOf = (a, b) =>
    viem.keccak256(viem.concat(BigInt(a) < BigInt(b) ? [a, b] : [b, a]));

/** The root over results in the order of the tree; the last of an odd level moves up as it is. */
export function rootOf(results) {
    let level = results.map(leafOf);
    while (level.length > 1) {
        const above = [];
        for (let i = 0; i < level.length; i += 2)
            above.push(i + 1 < level.length ? parentOf(level[i], level[i + 1]) : level[i]);
        level = above;
    }
    return level[0];
}
/** Where the way leads that starts at the result. */
export const endOfWay = (result, way) => way.reduce(parentOf, leafOf(result));

/** The head of a corpus that nobody has written. */
export const emptyHead = (corpusId, epoch) => viem.sha256(viem.encodePacked(
    ['string', 'bytes32', 'uint32'], ['pramana:corpus:empty:2', corpusId, epoch]));

/** One registry at one node. */
export class RegistryOracle {
    constructor(rpcUrl, address) {
        this.client = viem.createPublicClient({ transport: viem.http(rpcUrl) });
        this.address = address;
    }

    read(functionName, ...args) {
        return this.client.readContract(
            { address: this.address, abi: kAbi, functionName, args });
    }

    events(eventName) {
        return this.client.getContractEvents(
            { address: this.address, abi: kAbi, eventName, fromBlock: 0n });
    }

    /** What a transaction told the registry: {functionName, args}. */
    async callOf(hash) {
        const { input } = await this.client.getTransaction({ hash });
        return viem.decodeFunctionData({ abi: kAbi, data: input });
    }

    /** Who signed the message under the registry's domain on this chain. */
    async signerOf(primaryType, message, r, vs) {
        const domain = {
            name: 'Pramana Attested Results', version: '1',
            chainId: await this.client.getChainId(), verifyingContract: this.address,
        };
        const hash = viem.hashTypedData({ domain, types: kTypes, primaryType, message });
        const signature = viem.compactSignatureToSignature({ r, yParityAndS: vs });
        return viem.recoverAddress({ hash, signature });
    }

    /** Every batch: its signature, the chain of heads, and each job's word. How many results. */
    async judgeBatches() {
        const heads = new Map();
        let results = 0;
        for (const event of await this.events('BatchRecorded')) {
            const { args: [step, batch, r, vs] } = await this.callOf(event.transactionHash);
            const signer = await this.signerOf('ResultBatch', { ...step, results: batch }, r, vs);
            assert.equal(signer, event.args.validator, 'the signature is the named validator\'s');
            const corpus = `${step.corpusId} ${step.epoch}`;
            assert.equal(step.previousRoot,
                heads.get(corpus)?.root ?? emptyHead(step.corpusId, step.epoch), 'one chain');
            heads.set(corpus, { step, root: step.newRoot });
            assert.equal(event.args.count, BigInt(batch.length));
            for (const result of batch) {
                const word = viem.keccak256(viem.encodeAbiParameters(
                    viem.parseAbiParameters('address, bytes32'), [signer, structHash(result)]));
                assert.equal(
                    await this.read('recordOf', result.pool, result.dlp, result.jobId), word);
            }
            results += batch.length;
        }
        for (const { step, root } of heads.values())
            assert.equal(await this.read('head', step.corpusId, step.epoch), root);
        return results;
    }

    /** Every root: its signature over the head that was there. How many results they cover. */
    async judgeRoots() {
        const heads = new Map();
        let results = 0;
        for (const event of await this.events('RootRecorded')) {
            const { args: [corpusId, terms, newRoot, root, r, vs] } =
                await this.callOf(event.transactionHash);
            const epoch = Number(terms & 0xffffffffn);
            const deadline = terms >> 32n & 0xffffffffffffffffn;
            const count = Number(terms >> 96n);
            const corpus = `${corpusId} ${epoch}`;
            const previousRoot = heads.get(corpus) ?? emptyHead(corpusId, epoch);
            heads.set(corpus, newRoot);
            const signer = await this.signerOf('ResultRoot',
                { corpusId, epoch, previousRoot, newRoot, deadline, root, count }, r, vs);
            const [validator, counted] = await this.read('rootRecord', root);
            assert.equal(validator, signer, 'the signature is the recorded validator\'s');
            assert.equal(counted, count);
            results += count;
        }
        return results;
    }
}
