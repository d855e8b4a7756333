// Judges a run by nothing but the chain, with viem and no code of ours: every job has exactly one
// ProofAdded, our key's nonces are contiguous and each has one receipt, and the journal says the same.

import { viem } from '../../tools/node/libraries.mjs';

const kProofAdded = viem.parseAbiItem(
    'event ProofAdded(address indexed attestator, uint256 indexed jobId, uint256 indexed fileId)');
const kBlocksAtOnce = 32;
const kFinal = 3;
const kVoided = 4;

/** All mined transactions of `sender`: [{nonce, hash, block, ok}], by nonce. */
async function transactionsOf(client, sender, fromBlock, head) {
    const found = [];
    for (let at = fromBlock; at <= head; at += BigInt(kBlocksAtOnce)) {
        const numbers = Array.from({ length: kBlocksAtOnce }, (_, i) => at + BigInt(i))
            .filter((number) => number <= head);
        const blocks = await Promise.all(numbers.map((blockNumber) =>
            client.getBlock({ blockNumber, includeTransactions: true })));
        for (const { transactions } of blocks) {
            found.push(...transactions.filter((tx) => tx.from.toLowerCase() === sender));
        }
    }
    const receipts = [];
    for (let at = 0; at < found.length; at += kBlocksAtOnce) {
        receipts.push(...await Promise.all(found.slice(at, at + kBlocksAtOnce)
            .map(({ hash }) => client.getTransactionReceipt({ hash }))));
    }
    return found.map((tx, i) => ({ nonce: tx.nonce, hash: tx.hash, ok: receipts[i].status === 'success' }))
        .sort((a, b) => a.nonce - b.nonce);
}

function judgeJournal(dump, mined, proofOf, say) {
    const byNonce = new Map(mined.map((tx) => [tx.nonce, tx]));
    for (const slot of dump.slots) {
        const tx = byNonce.get(slot.tx_nonce);
        const name = `nonce ${slot.tx_nonce}, jobs ${slot.jobs}`;
        if (slot.state !== kFinal && slot.state !== kVoided) say(`${name}: open, state ${slot.state}`);
        if (!tx) {
            say(`${name}: not on the chain`);
            continue;
        }
        const foreign = slot.state === kVoided && slot.void_reason === 4;
        if (!foreign && !slot.attempts.includes(tx.hash)) say(`${name}: a transaction of no attempt`);
        if (slot.state === kFinal && slot.included !== tx.hash) say(`${name}: another one is final`);
        for (const job of slot.state === kFinal ? slot.landed : []) {
            if (!proofOf(job).includes(tx.hash)) say(`${name}: final without a proof of job ${job}`);
        }
    }
    const recorded = new Set(dump.slots.map((slot) => slot.tx_nonce));
    for (const { nonce } of mined) if (!recorded.has(nonce)) say(`nonce ${nonce} is not in the journal`);
    const highest = mined.length === 0 ? null : mined[mined.length - 1].nonce;
    if (dump.highest_nonce !== highest && !(mined.length === 0 && dump.highest_nonce === null)) {
        say(`the journal's highest nonce is ${dump.highest_nonce}, the chain's ${highest}`);
    }
}

/**
 * Judges. `world`: {rpcUrl, pool, tee, fromBlock, firstNonce}; `jobs`: ids that must have one proof
 * each; `without`: ids that must have none; `dump`: the journal, or null where it is not looked at.
 * Returns {expected, found, nonces, receipts, problems}.
 */
export async function judge(world, { jobs, without = [], dump }) {
    const client = viem.createPublicClient({ transport: viem.http(world.rpcUrl, { batch: true }) });
    const tee = world.tee.toLowerCase();
    const problems = [];
    const say = (text) => { if (problems.length < 20) problems.push(text); };
    const head = await client.getBlockNumber({ cacheTime: 0 });
    const logs = await client.getLogs({ address: world.pool, event: kProofAdded, fromBlock: 0n,
        toBlock: head });
    const proofs = new Map();
    for (const { args, transactionHash } of logs) {
        const job = Number(args.jobId);
        proofs.set(job, [...(proofs.get(job) ?? []), transactionHash]);
    }
    const proofOf = (job) => proofs.get(job) ?? [];
    let found = 0;
    for (const job of jobs) {
        found += proofOf(job).length;
        if (proofOf(job).length !== 1) say(`job ${job}: ${proofOf(job).length} proofs`);
    }
    for (const job of without) if (proofOf(job).length !== 0) say(`job ${job}: a proof too many`);

    const mined = (await transactionsOf(client, tee, BigInt(world.fromBlock), head))
        .filter(({ nonce }) => nonce >= world.firstNonce);
    const count = await client.getTransactionCount({ address: world.tee });
    const nonces = count - world.firstNonce;
    if (nonces !== mined.length) say(`${nonces} nonces are spent, ${mined.length} receipts found`);
    mined.forEach((tx, i) => {
        if (tx.nonce !== world.firstNonce + i) say(`nonce ${world.firstNonce + i} is not where it should be`);
    });
    if (dump) judgeJournal(dump, mined, proofOf, say);
    return { expected: jobs.length, found, nonces, receipts: mined.length, problems,
        reverted: mined.filter(({ ok }) => !ok).length };
}
