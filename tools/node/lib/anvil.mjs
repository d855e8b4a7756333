// A local Ethereum node for tests and the demo. It listens on loopback only, and it ends with the
// process that started it, even if that process is killed (setpriv --pdeathsig, util-linux).

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HDNodeWallet, JsonRpcProvider, Mnemonic, Network } from 'ethers';

const kAnvil = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules', '@foundry-rs',
    'anvil-linux-amd64', 'bin', 'anvil');
const kSetpriv = '/usr/bin/setpriv';
// anvil keeps the states of 500 blocks in memory and writes those of older ones under the user's
// home, where they stay when it is killed. Nothing here reads as far back.
const kStatesKept = 512;
const kStartMsMax = 30_000;
const kStopMsMax = 5_000;

/** anvil's published test mnemonic. Its keys are worth nothing anywhere. */
export const kTestMnemonic = 'test test test test test test test test test test test junk';

/** The keys that devnets use. Accounts 0..9 hold coins from the start, the others need none. */
export const kAccount = { admin: 0, tee: 1, firstContributor: 2, firstDlpKey: 100 };

/** The wallet m/44'/60'/0'/0/`index` of the test mnemonic, connected when a provider is given. */
export function testWallet(index, provider = null) {
    const mnemonic = Mnemonic.fromPhrase(kTestMnemonic);
    const wallet = HDNodeWallet.fromMnemonic(mnemonic, `m/44'/60'/0'/0/${index}`);
    return provider ? wallet.connect(provider) : wallet;
}

/** An ethers provider that neither caches nor polls slowly. Call destroy() on it. */
export function connect(rpcUrl, chainId) {
    const options = { staticNetwork: Network.from(chainId), cacheTimeout: -1, pollingInterval: 20 };
    return new JsonRpcProvider(rpcUrl, chainId, options);
}

function argumentsOf(options) {
    const args = ['--host', '127.0.0.1', '--port', String(options.port ?? 0)];
    args.push('--chain-id', String(options.chainId ?? 31337), '--mnemonic', kTestMnemonic);
    args.push('--accounts', '10', '--prune-history', String(kStatesKept));
    if (options.noMining) args.push('--no-mining');
    if (options.blockTimeS) args.push('--block-time', String(options.blockTimeS));
    if (options.slotsInAnEpoch) args.push('--slots-in-an-epoch', String(options.slotsInAnEpoch));
    return args;
}

/** Resolves with the port of `Listening on 127.0.0.1:PORT`; rejects if the node ends before. */
function listeningPort(child) {
    return new Promise((resolve, reject) => {
        let text = '';
        const deadline = setTimeout(() => reject(new Error(`anvil: silent\n${text}`)), kStartMsMax);
        const settle = (act) => {
            clearTimeout(deadline);
            act();
        };
        const read = (chunk) => {
            if (text.length < 65_536) text += chunk;  // later output is drained and dropped
            const match = /Listening on 127\.0\.0\.1:(\d+)/.exec(text);
            if (match) settle(() => resolve(Number(match[1])));
        };
        child.stdout.on('data', read);
        child.stderr.on('data', read);
        child.on('error', (error) => settle(() => reject(error)));
        child.on('exit', (code) => settle(() => reject(new Error(`anvil: exit ${code}\n${text}`))));
    });
}

/**
 * Starts anvil and waits until it listens. Options: port (0: any free one), chainId (31337),
 * noMining, blockTimeS, slotsInAnEpoch (anvil calls the block 2 epochs back final; its own default
 * is 32 slots).
 * Returns {pid, port, rpcUrl, stop()}; stop() ends this process by its id and waits for its end.
 */
export async function startAnvil(options = {}) {
    const guard = existsSync(kSetpriv) ? [kSetpriv, '--pdeathsig', 'KILL', kAnvil] : [kAnvil];
    const child = spawn(guard[0], [...guard.slice(1), ...argumentsOf(options)],
        { stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const stop = async () => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill('SIGTERM');
        const late = setTimeout(() => child.kill('SIGKILL'), kStopMsMax);
        await ended;
        clearTimeout(late);
    };
    try {
        const port = await listeningPort(child);
        return { pid: child.pid, port, rpcUrl: `http://127.0.0.1:${port}`, stop };
    } catch (error) {
        await stop();
        throw error;
    }
}
