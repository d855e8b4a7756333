#!/usr/bin/env node
// Starts a local chain with our contracts and stays until SIGTERM or SIGINT.

import { renameSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { kAccount, startDevnet, testWallet } from './chain.mjs';

const kUsage = `usage: node tools/node/devnet.mjs --out FILE [options]

  --out FILE              where the deployment is written (JSON), when everything is ready
  --tee-address 0x..      the TEE's signing address      (default: anvil account 1)
  --tee-url URL           its public URL                 (default: http://127.0.0.1:8080)
  --tee-public-key 0x04.. the key files are sealed to    (default: of anvil account 1)
  --ruleset HEX64         each DLP asks for pramana:1:<chain id>:<dlp>:HEX64, or
  --instruction TEXT      each DLP asks for TEXT, where {chain_id} and {dlp} are replaced
  --dlps N                how many DLPs                  (default: 1)
  --fee-wei N             the pool's fee for a job       (default: 0)
  --cancel-delay S        seconds until a job can be cancelled (default: 600)
  --native-reward         DLPs pay the chain's coin instead of a token
  --port N                port on 127.0.0.1              (default: a free one)
  --chain-id N            (default: 31337)
  --block-time S          a block every S seconds        (default: a block for each transaction)
  --no-mining             no block unless evm_mine is called
  --slots-in-an-epoch N   the block 2 N back is final    (default: 32)
`;

const kOptions = {
    out: { type: 'string' },
    'tee-address': { type: 'string' },
    'tee-url': { type: 'string', default: 'http://127.0.0.1:8080' },
    'tee-public-key': { type: 'string' },
    ruleset: { type: 'string' },
    instruction: { type: 'string' },
    dlps: { type: 'string', default: '1' },
    'fee-wei': { type: 'string', default: '0' },
    'cancel-delay': { type: 'string', default: '600' },
    'native-reward': { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
    'chain-id': { type: 'string', default: '31337' },
    'block-time': { type: 'string' },
    'no-mining': { type: 'boolean', default: false },
    'slots-in-an-epoch': { type: 'string' },
    help: { type: 'boolean', default: false },
};

function count(values, name) {
    if (values[name] === undefined) return undefined;
    if (!/^\d+$/.test(values[name])) throw new Error(`--${name}: a whole number is needed`);
    return Number(values[name]);
}

function devnetOptions(values) {
    const tee = testWallet(kAccount.tee);
    if (!values['tee-address'] !== !values['tee-public-key']) {
        throw new Error('--tee-address and --tee-public-key go together');
    }
    return {
        port: count(values, 'port'),
        chainId: count(values, 'chain-id'),
        dlps: count(values, 'dlps'),
        feeWei: BigInt(values['fee-wei']),
        cancelDelayS: count(values, 'cancel-delay'),
        nativeReward: values['native-reward'],
        blockTimeS: count(values, 'block-time'),
        noMining: values['no-mining'],
        slotsInAnEpoch: count(values, 'slots-in-an-epoch'),
        ...(values.ruleset && { ruleset: values.ruleset }),
        ...(values.instruction && { instruction: values.instruction }),
        tee: {
            address: values['tee-address'] ?? tee.address,
            url: values['tee-url'],
            publicKey: values['tee-public-key'] ?? tee.signingKey.publicKey,
        },
    };
}

/** Readers see the whole file or none. */
function writeWhole(path, text) {
    writeFileSync(`${path}.part`, text);
    renameSync(`${path}.part`, path);
}

async function main() {
    const { values } = parseArgs({ options: kOptions });
    if (values.help || !values.out) {
        (values.help ? process.stdout : process.stderr).write(kUsage);
        process.exitCode = values.help ? 0 : 2;
        return;
    }
    let stopping = false;
    let devnet = null;
    const stop = async () => {
        stopping = true;
        await devnet?.stop();
    };
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
    devnet = await startDevnet(devnetOptions(values));
    if (stopping) {
        await devnet.stop();
        return;
    }
    writeWhole(values.out, `${JSON.stringify(devnet.deployment, null, 2)}\n`);
    const { rpc_url: url, chain_id: chainId, dlps } = devnet.deployment;
    console.log(`devnet: ${url}, chain ${chainId}, ${dlps.length} DLP, written to ${values.out}`);
}

main().catch((error) => {
    console.error(`devnet: ${error.message}`);
    process.exitCode = 2;
});
