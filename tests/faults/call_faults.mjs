// Faults of one call, before it goes to the node (callFaults) and on what comes back (answerFaults).

import { viem } from '../../tools/node/libraries.mjs';

const kSend = 'eth_sendRawTransaction';
const kReceipt = 'eth_getTransactionReceipt';

const hexOf = (number) => `0x${Math.max(0, number).toString(16)}`;

/** Where block parameters stand in the calls that have one. */
const kBlockAt = {
    eth_call: 1, eth_estimateGas: 1, eth_getBalance: 1, eth_getTransactionCount: 1,
    eth_getBlockByNumber: 0,
};

/** The call as a replica sees it that is `blocks` behind. */
async function lagged(proxy, call, blocks) {
    const head = Number(await proxy.ask('eth_blockNumber', [])) - blocks;
    if (call.method === 'eth_blockNumber') return { answer: { result: hexOf(head) } };
    const at = kBlockAt[call.method];
    if (at === undefined) return { call };
    const params = [...call.params];
    const named = params[at] ?? 'latest';
    if (['latest', 'pending'].includes(named)) params[at] = hexOf(head);
    else if (named.startsWith('0x') && Number(named) > head && call.method === 'eth_getBlockByNumber') {
        return { answer: { result: null } };
    }
    return { call: { ...call, params } };
}

async function limited(proxy, rule, call) {
    const [{ fromBlock, toBlock }] = call.params;
    const span = Number(toBlock) - Number(fromBlock) + 1;
    const error = { code: rule.code, message: rule.message };
    if (rule.blocks !== undefined && span > rule.blocks) return { answer: { error } };
    if (rule.results === undefined) return { call };
    const logs = await proxy.ask('eth_getLogs', call.params);
    return logs.length > rule.results ? { answer: { error } } : { call };
}

/** {answer} where the call goes no further, else {call} to forward. */
export async function callFaults(proxy, call) {
    const error = proxy.strike(['error'], call.method);
    if (error) {
        const { code, message, data } = error;
        return { answer: { error: { code, message, ...(data !== undefined && { data }) } } };
    }
    const result = proxy.strike(['result'], call.method);
    if (result) return { answer: { result: result.value } };
    if (call.method === kSend) {
        const swallow = proxy.strike(['swallow'], kSend);
        const before = () => proxy.sent.filter(({ raw }) => raw === call.params[0]).length - 1;
        if (swallow && (swallow.each === undefined || before() < swallow.each)) {
            return { answer: { result: viem.keccak256(call.params[0]) } };
        }
        if (proxy.strike(['geth_pool'], kSend)) {
            const refused = await proxy.pool.offer(call.params[0]);
            if (refused) return { answer: refused };
        }
    }
    if (call.method === 'eth_getTransactionByHash' && proxy.strike(['geth_pool'], call.method)) {
        const held = await proxy.pool.find(call.params[0]);
        if (held) return { answer: { result: held } };
    }
    const limit = call.method === 'eth_getLogs' && proxy.strike(['range_limit'], call.method);
    if (limit) return limited(proxy, limit, call);
    const lag = proxy.strike(['lag'], call.method);
    if (lag) return lagged(proxy, call, lag.blocks);
    return { call };
}

async function behind(proxy, blocks, answer) {
    const head = Number(await proxy.ask('eth_blockNumber', [])) - blocks;
    const late = (item) => item?.blockNumber && Number(item.blockNumber) > head;
    if (Array.isArray(answer.result)) {
        return { ...answer, result: answer.result.filter((item) => !late(item)) };
    }
    return late(answer.result) ? { ...answer, result: null } : answer;
}

const kWithBlockNumber = ['eth_getLogs', kReceipt, 'eth_getTransactionByHash'];

/** What the caller gets in place of `answer`. */
export async function answerFaults(proxy, call, answer) {
    if (answer.result === undefined) return answer;
    if (call.method === 'eth_getLogs') {
        if (proxy.strike(['repeat_logs'], call.method)) {
            return { ...answer, result: [...answer.result, ...answer.result] };
        }
        const omit = answer.result.length > 0 && proxy.strike(['omit_logs'], call.method);
        if (omit) return { ...answer, result: answer.result.slice(0, omit.keep ?? 0) };
    }
    if (call.method === kReceipt && answer.result && proxy.strike(['hide_receipts'], kReceipt)) {
        return { ...answer, result: null };
    }
    if (call.method === kSend && proxy.strike(['wrong_hash'], kSend)) {
        return { ...answer, result: `0x${'11'.repeat(32)}` };
    }
    const lag = kWithBlockNumber.includes(call.method) && proxy.rules.find((r) => r.fault === 'lag');
    return lag ? behind(proxy, lag.blocks, answer) : answer;
}
