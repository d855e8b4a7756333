#!/usr/bin/env node
// Changes what a DLP of a running devnet asks for, and its deployment file with it.

import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { connect, instructionOf, setInstruction } from './chain.mjs';

const kUsage = `usage: node tools/node/set_instruction.mjs --deployment FILE [--dlp-index N]
           (--ruleset HEX64 | --instruction TEXT)
`;

const kOptions = {
    deployment: { type: 'string' },
    'dlp-index': { type: 'string', default: '0' },
    ruleset: { type: 'string' },
    instruction: { type: 'string' },
};

async function main() {
    const { values } = parseArgs({ options: kOptions });
    if (!values.deployment || !values.ruleset === !values.instruction) {
        process.stderr.write(kUsage);
        process.exitCode = 2;
        return;
    }
    const deployment = JSON.parse(readFileSync(values.deployment, 'utf8'));
    const index = Number(values['dlp-index']);
    const dlp = deployment.dlps[index];
    if (!dlp) throw new Error(`there is no DLP with index ${values['dlp-index']}`);
    const instruction = values.instruction
        ?? instructionOf(deployment.chain_id, dlp.address, values.ruleset);
    const provider = connect(deployment.rpc_url, deployment.chain_id);
    try {
        await setInstruction(provider, deployment, instruction, index);
    } finally {
        provider.destroy();
    }
    writeFileSync(values.deployment, `${JSON.stringify(deployment, null, 2)}\n`);
    console.log(`${dlp.address} asks for ${instruction}`);
}

main().catch((error) => {
    console.error(`set_instruction: ${error.message}`);
    process.exitCode = 2;
});
