// geth's pool rules and texts in front of a node that has others (go-ethereum core/txpool: errors.go,
// validation.go, legacypool): +10 % on both fees for a replacement, transactions under the base fee
// are kept, gaps are queued, the same bytes are "already known", high s is refused.

import { ethers } from '../../tools/node/libraries.mjs';

const kPriceBump = 110n;
const kSlotsOfAccount = 64;  // queued ones of one account (legacypool.DefaultConfig.AccountQueue)

const refusal = (message) => ({ error: { code: -32000, message } });

export class GethPool {
    /** `ask(method, params)` asks the node behind. */
    constructor(ask) {
        this.ask = ask;
        this.held = new Map();  // sender -> Map(nonce -> {raw, tx})
        this.refusals = new Map();  // text -> count
    }

    refuse(message) {
        const name = message.split(':')[0];
        this.refusals.set(name, (this.refusals.get(name) ?? 0) + 1);
        return refusal(message);
    }

    /** Takes the bytes (null: forward them) or gives the error that geth gives. */
    async offer(raw) {
        let tx;
        try {
            tx = ethers.Transaction.from(raw);
        } catch (error) {
            return this.refuse(`rlp: ${error.shortMessage ?? 'malformed'}`);
        }
        const own = this.held.get(tx.from) ?? new Map();
        this.held.set(tx.from, own);
        await this.forget(tx.from, own);
        const [mined, balance] = await Promise.all([
            this.ask('eth_getTransactionCount', [tx.from, 'latest']),
            this.ask('eth_getBalance', [tx.from, 'latest']),
        ]);
        if (own.get(tx.nonce)?.tx.hash === tx.hash) return this.refuse('already known');
        if (tx.nonce < Number(mined)) {
            return this.refuse(`nonce too low: next nonce ${Number(mined)}, tx nonce ${tx.nonce}`);
        }
        if (tx.maxPriorityFeePerGas < 1n) return this.refuse('transaction underpriced: tip needed 1');
        const cost = tx.gasLimit * tx.maxFeePerGas + tx.value;
        if (BigInt(balance) < cost) return this.refuse('insufficient funds for gas * price + value');
        const old = own.get(tx.nonce)?.tx;
        const enough = (now, before) => now > before && now * 100n >= before * kPriceBump;
        if (old && !(enough(tx.maxFeePerGas, old.maxFeePerGas) &&
            enough(tx.maxPriorityFeePerGas, old.maxPriorityFeePerGas))) {
            return this.refuse('replacement transaction underpriced');
        }
        if (!old && own.size >= kSlotsOfAccount) return this.refuse('account limit exceeded');
        own.set(tx.nonce, { raw, tx });
        await this.push(own);
        return { result: tx.hash };
    }

    /** Drops what is mined. */
    async forget(sender, own) {
        const mined = Number(await this.ask('eth_getTransactionCount', [sender, 'latest']));
        for (const nonce of own.keys()) if (nonce < mined) own.delete(nonce);
    }

    /** Offers everything to the node behind, which may have refused or dropped it. */
    async push(own) {
        for (const [, { raw }] of [...own].sort(([a], [b]) => a - b)) {
            await this.ask('eth_sendRawTransaction', [raw]).catch(() => {});
        }
    }

    /** A pending transaction as eth_getTransactionByHash shows it, or null. */
    async find(hash) {
        for (const [sender, own] of this.held) {
            await this.forget(sender, own);
            for (const { tx } of own.values()) {
                if (tx.hash !== hash) continue;
                await this.push(own);
                return { hash, from: tx.from, nonce: `0x${tx.nonce.toString(16)}`, blockHash: null,
                    blockNumber: null, transactionIndex: null, to: tx.to, value: '0x0', input: tx.data };
            }
        }
        return null;
    }
}
