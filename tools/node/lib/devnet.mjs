// A node with the contracts deployed: what tests and the demo run against.

import { connect, startAnvil } from './anvil.mjs';
import { deployVana } from './contracts.mjs';

/**
 * Starts anvil, deploys, and only then switches to the wanted mining. Options: those of startAnvil
 * and deployVana.
 * Returns {deployment, provider, anvil, rpc(method, ...params), advance(seconds), stop()}.
 */
export async function startDevnet(options = {}) {
    const { noMining, blockTimeS, ...atStart } = options;
    const anvil = await startAnvil(atStart);
    const provider = connect(anvil.rpcUrl, options.chainId ?? 31337);
    const rpc = (method, ...params) => provider.send(method, params);
    const stop = async () => {
        provider.destroy();
        await anvil.stop();
    };
    try {
        const deployed = await deployVana(provider, options);
        const deployment = { rpc_url: anvil.rpcUrl, anvil_pid: anvil.pid, ...deployed };
        if (blockTimeS) await rpc('evm_setIntervalMining', blockTimeS);
        else if (noMining) await rpc('evm_setAutomine', false);
        const advance = async (seconds) => {
            await rpc('evm_increaseTime', seconds);
            await rpc('evm_mine');
        };
        return { deployment, provider, anvil, rpc, advance, stop };
    } catch (error) {
        await stop();
        throw error;
    }
}
