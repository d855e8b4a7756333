// Our Vana-shaped contracts: their artefacts, deploying them, and reading their reverts.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Contract, ContractFactory, Interface, ZeroAddress, parseEther } from 'ethers';
import { kAccount, testWallet } from './anvil.mjs';

const kHere = dirname(fileURLToPath(import.meta.url));
const kContractsAbi = join(kHere, '..', '..', '..', 'contracts-abi');
const kNames = ['data_registry', 'tee_pool', 'dlp', 'reward_token', 'attested_result_registry',
    'quorum_appraisal', 'attested_dlp', 'root_score_reader'];

const readJson = (path) => JSON.parse(readFileSync(join(kContractsAbi, path), 'utf8'));

/** The interface of a contract by the name of its files: `data_registry`, `tee_pool`, .. */
export const interfaceOf = (name) => new Interface(readJson(`abi/${name}.json`));

const kErrors = new Map(kNames.flatMap((name) => {
    const errors = [];
    interfaceOf(name).forEachError((fragment) => errors.push(fragment));
    return errors.map((fragment) => [fragment.selector, fragment.format()]);
}));
kErrors.set('0x08c379a0', 'Error(string)').set('0x4e487b71', 'Panic(uint256)');

/** First four bytes of the revert data that an ethers error carries, or null. */
export function revertSelector(error) {
    const carried = error?.data ?? error?.info?.error?.data ?? error?.error?.data;
    return typeof carried === 'string' && carried.length >= 10 ? carried.slice(0, 10) : null;
}

/** The signature of the contract error that an ethers error carries, its selector, or null. */
export function revertName(error) {
    const selector = revertSelector(error);
    return kErrors.get(selector) ?? selector;
}

/** Sends, waits, and returns the receipt. Throws on a revert. */
export async function mined(pending) {
    return (await pending).wait();
}

/** Arguments of the first log named `event` that `contract` emitted in the receipt. */
export function eventArgs(receipt, contract, event) {
    for (const log of receipt.logs) {
        if (log.address !== contract.target) continue;
        const parsed = contract.interface.parseLog(log);
        if (parsed?.name === event) return parsed.args;
    }
    throw new Error(`no ${event} in ${receipt.hash}`);
}

/** Deploys one of our artefacts as `admin`; the contract is bound to that wallet. */
export async function deploy(name, admin, args) {
    const { bytecode } = readJson(`artefacts/${name}.json`);
    const contract = await new ContractFactory(interfaceOf(name), bytecode, admin).deploy(...args);
    await contract.waitForDeployment();
    return contract.connect(admin);
}

/** `pramana:1:<chain id>:<dlp>:<ruleset>`, what a DLP must name as its proofInstruction. */
export function instructionOf(chainId, dlpAddress, rulesetDigest) {
    const ruleset = rulesetDigest.replace(/^0x/, '').toLowerCase();
    if (!/^[0-9a-f]{64}$/.test(ruleset)) throw new Error('ruleset: 64 hex digits are needed');
    return `pramana:1:${chainId}:${dlpAddress.toLowerCase()}:${ruleset}`;
}

async function deployDlp(admin, index, chain, options) {
    const key = testWallet(kAccount.firstDlpKey + index);
    const settings = {
        dataRegistry: chain.registry.target,
        teePool: chain.pool.target,
        token: options.nativeReward ? ZeroAddress : chain.token.target,
        name: `Development DLP ${index + 1}`,
        publicKey: key.signingKey.publicKey,
        proofInstruction: '',
        fileRewardFactor: options.fileRewardFactor,
    };
    const dlp = await deploy('dlp', admin, [admin.address, settings]);
    const { budget } = options;
    if (!options.nativeReward) await mined(chain.token.approve(dlp.target, budget));
    const value = options.nativeReward ? budget : 0n;
    await mined(dlp.addRewardsForContributors(budget, { value }));

    const instruction = options.ruleset
        ? instructionOf(options.chainId, dlp.target, options.ruleset)
        : options.instruction.replaceAll('{chain_id}', options.chainId)
            .replaceAll('{dlp}', dlp.target.toLowerCase());
    await mined(dlp.updateProofInstruction(instruction));
    return {
        id: index + 1,
        address: dlp.target,
        name: settings.name,
        public_key: settings.publicKey,
        key_label: `anvil account ${kAccount.firstDlpKey + index}`,
        proof_instruction: instruction,
        file_reward_factor: settings.fileRewardFactor.toString(),
        budget: budget.toString(),
    };
}

const kDefaults = {
    chainId: 31337,
    dlps: 1,
    feeWei: 0n,
    cancelDelayS: 600,
    instruction: 'development instruction of {dlp}',
    ruleset: null,  // when given, it decides the instructions
    fileRewardFactor: parseEther('10'),
    budget: parseEther('1000000'),
    nativeReward: false,
    tee: null,  // {address, url, publicKey}; null adds none
};

/**
 * Deploys registry, pool, token and `dlps` DLPs as account 0, adds and funds the TEE, and returns
 * the deployment as docs/contracts.md lays it out. Needs a node that mines by itself.
 */
export async function deployVana(provider, overrides = {}) {
    const options = { ...kDefaults, ...overrides };
    const admin = testWallet(kAccount.admin, provider);
    const registry = await deploy('data_registry', admin, [admin.address]);
    const pool = await deploy('tee_pool', admin,
        [admin.address, registry.target, options.cancelDelayS]);
    const supply = options.budget * BigInt(options.dlps);
    const token = await deploy('reward_token', admin, ['Development reward', 'DEVR', supply]);
    if (options.feeWei > 0n) await mined(pool.updateTeeFee(options.feeWei));
    if (options.tee) await addTee(provider, pool, options.tee);
    const dlps = [];
    for (let index = 0; index < options.dlps; ++index) {
        dlps.push(await deployDlp(admin, index, { registry, pool, token }, options));
    }
    return {
        format: 'pramana:devnet:1',
        chain_id: options.chainId,
        data_registry: registry.target,
        tee_pool: pool.target,
        token: token.target,
        dlp: dlps[0].address,
        dlp_id: dlps[0].id,
        dlp_public_key: dlps[0].public_key,
        proof_instruction: dlps[0].proof_instruction,
        dlps,
        tee: options.tee && { address: options.tee.address, url: options.tee.url,
            public_key: options.tee.publicKey },
        fee_wei: options.feeWei.toString(),
        cancel_delay_s: options.cancelDelayS,
        admin: { key_label: `anvil account ${kAccount.admin}`, address: admin.address },
        deployed_at_block: await provider.getBlockNumber(),
    };
}

/** Adds a TEE as the pool's maintainer, and gives its address 100 coins for gas if it has none. */
export async function addTee(provider, pool, tee) {
    await mined(pool.addTee(tee.address, tee.url, tee.publicKey));
    if (await provider.getBalance(tee.address) === 0n) {
        const amount = `0x${parseEther('100').toString(16)}`;
        await provider.send('anvil_setBalance', [tee.address, amount]);
    }
}

/** The contracts of a deployment, bound to a wallet or provider. `dlpIndex` counts from 0. */
export function contractsOf(deployment, runner, dlpIndex = 0) {
    const at = (name, address) => new Contract(address, interfaceOf(name), runner);
    return {
        registry: at('data_registry', deployment.data_registry),
        pool: at('tee_pool', deployment.tee_pool),
        token: at('reward_token', deployment.token),
        dlp: at('dlp', deployment.dlps[dlpIndex].address),
    };
}

/** Changes a DLP's proofInstruction; proofs for the former one are no longer paid. */
export async function setInstruction(provider, deployment, instruction, dlpIndex = 0) {
    const admin = testWallet(kAccount.admin, provider);
    await mined(contractsOf(deployment, admin, dlpIndex).dlp.updateProofInstruction(instruction));
    deployment.dlps[dlpIndex].proof_instruction = instruction;
    if (dlpIndex === 0) deployment.proof_instruction = instruction;
}
