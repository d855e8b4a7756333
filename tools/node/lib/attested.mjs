// The registry for attested results as its clients see it: typed data, hashed by ethers and by viem,
// trees, and signatures in the compact form.

import { AbiCoder, Signature, TypedDataEncoder, concat, keccak256 } from 'ethers';
import {
    createWalletClient, defineChain, hashTypedData, http,
    parseSignature, publicActions, signatureToCompactSignature,
} from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { kTestMnemonic } from './anvil.mjs';
import { deploy, mined } from './contracts.mjs';

const field = (type, name) => ({ type, name });
const kResult = [
    field('address', 'pool'), field('uint256', 'jobId'), field('uint256', 'fileId'),
    field('address', 'dlp'), field('bytes32', 'resultHash'), field('uint256', 'score'),
];
const kStep = [
    field('bytes32', 'corpusId'), field('uint32', 'epoch'), field('bytes32', 'previousRoot'),
    field('bytes32', 'newRoot'), field('uint64', 'deadline'),
];
export const kResultTypes = { Result: kResult };
export const kBatchTypes =
    { ResultBatch: [...kStep, field('Result[]', 'results')], Result: kResult };
export const kRootTypes =
    { ResultRoot: [...kStep, field('bytes32', 'root'), field('uint32', 'count')] };
export const kAppraisalTypes = {
    Appraisal: [
        field('address', 'registry'), field('address', 'validator'),
        field('bytes32', 'statementHash'), field('uint64', 'expiresAt'),
    ],
};

export const resultDomain = (chainId, verifyingContract) =>
    ({ name: 'Pramana Attested Results', version: '1', chainId, verifyingContract });
export const appraisalDomain = (chainId, verifyingContract) =>
    ({ name: 'Pramana Quorum Appraisal', version: '1', chainId, verifyingContract });

export const structHashOf = (result) =>
    TypedDataEncoder.hashStruct('Result', kResultTypes, result);
/** keccak256(hashStruct(result)). */
export const leafOf = (result) => keccak256(structHashOf(result));

/** What the registry stores for a job. */
export const recordWordOf = (validator, result) =>
    keccak256(AbiCoder.defaultAbiCoder().encode(['address', 'bytes32'],
        [validator, structHashOf(result)]));
export const domainHash = (domain) => TypedDataEncoder.hashDomain(domain);
/** Keccak-256 of hex bytes. */
export const hashOf = (bytes) => keccak256(bytes);

/** The digest of typed data. Throws where ethers and viem differ: they share no code. */
export function typedDigest(domain, types, message) {
    const primaryType = Object.keys(types)[0];
    const digest = TypedDataEncoder.hash(domain, types, message);
    if (digest !== hashTypedData({ domain, types, primaryType, message })) {
        throw new Error(`${primaryType}: ethers and viem hash it differently`);
    }
    return digest;
}

const parentOf = (a, b) => keccak256(a < b ? concat([a, b]) : concat([b, a]));
const levelAbove = (level) => {
    const above = [];
    for (let i = 0; i < level.length; i += 2) {
        above.push(i + 1 < level.length ? parentOf(level[i], level[i + 1]) : level[i]);
    }
    return above;
};

/** {root, proof(index)} of OpenZeppelin's tree of sorted pairs over lower-case hex leaves. */
export function treeOf(leaves) {
    const levels = [leaves];
    while (levels.at(-1).length > 1) levels.push(levelAbove(levels.at(-1)));
    const proof = (index) => levels.slice(0, -1)
        .map((level, depth) => level[(index >> depth) ^ 1])
        .filter((partner) => partner !== undefined);
    return { root: levels.at(-1)[0], proof };
}

/** The third word of recordRoot. */
export const termsOf = ({ epoch, deadline }, count) =>
    BigInt(epoch) | BigInt(deadline) << 32n | BigInt(count) << 96n;

/** [r, vs] of EIP-2098, of a wallet's typed signature. */
export async function compactTyped(wallet, domain, types, message) {
    const signature = Signature.from(await wallet.signTypedData(domain, types, message));
    return [signature.r, signature.yParityAndS];
}

/** Evidence for QuorumAppraisal: the wallets' votes, sorted by signer. */
export async function quorumOf(wallets, domain, message) {
    const sorted = [...wallets].sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
    const votes = [];
    for (const wallet of sorted) {
        votes.push(await compactTyped(wallet, domain, kAppraisalTypes, message));
    }
    return AbiCoder.defaultAbiCoder().encode(['bytes32[2][]'], [votes]);
}

/**
 * Deploys, beside a devnet's contracts and as `admin`, a QuorumAppraisal, the registry, two
 * AttestedDlp with 1000 tokens of a new kind each, and a RootScoreReader. Options: appraisers (addresses),
 * threshold, rewardFactor, validatorFee, ruleset (digest). Returns {appraisal, results,
 * attestedToken, attestedDlps, reader}.
 */
export async function deployAttested(deployment, admin, options) {
    const kDelayS = 2 * 86_400;
    const kLifetimeS = 90 * 86_400;
    const kZeroHash = `0x${'00'.repeat(32)}`;
    const kBudget = 1000n * 10n ** 18n;
    const appraisal = await deploy('quorum_appraisal', admin,
        [admin.address, kDelayS, options.threshold, options.appraisers]);
    const results = await deploy('attested_result_registry', admin,
        [admin.address, kDelayS, kLifetimeS, appraisal.target]);
    const token = await deploy('reward_token', admin, ['Attested reward', 'ATTR', 2n * kBudget]);
    const attestedDlps = [];
    for (let index = 0; index < 2; ++index) {
        const dlp = await deploy('attested_dlp', admin, [{
            registry: results.target, dataRegistry: deployment.data_registry,
            pool: deployment.tee_pool, token: token.target,
            rewardFactor: options.rewardFactor ?? 0n, validatorFee: options.validatorFee ?? 0n,
            ruleset: options.ruleset ?? kZeroHash, publicKey: deployment.dlps[index].public_key,
        }]);
        await mined(token.transfer(dlp.target, kBudget));
        attestedDlps.push(dlp);
    }
    const reader = await deploy('root_score_reader', admin, [results.target]);
    return { appraisal, results, attestedToken: token, attestedDlps, reader };
}

/** A viem client of a devnet with a test account's key; `compact` gives [r, vs] of a signature. */
export function viemClient(deployment, account) {
    const url = deployment.rpc_url;
    const chain = defineChain({
        id: deployment.chain_id, name: 'devnet', rpcUrls: { default: { http: [url] } },
        nativeCurrency: { name: 'coin', symbol: 'C', decimals: 18 },
    });
    const client = createWalletClient({
        account: mnemonicToAccount(kTestMnemonic, { addressIndex: account }),
        chain, transport: http(url), pollingInterval: 20,
    }).extend(publicActions);
    const compact = (signature) => {
        const { r, yParityAndS } = signatureToCompactSignature(parseSignature(signature));
        return [r, yParityAndS];
    };
    return { ...client, compact };
}
