// Runs `contribute` and `verify` as a person would, and serves what they ask for.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

const kRunMsMax = 60_000 * Number(process.env.PRAMANA_PATIENCE ?? 1);

export const sha256Hex = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Runs a program to its end. Returns {code, output, errors}. */
export async function runProgram(program, args, environment = {}) {
    const child = spawn(program, args, { env: { ...process.env, ...environment } });
    const late = setTimeout(() => child.kill('SIGKILL'), kRunMsMax);
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text) => { output += text; });
    child.stderr.setEncoding('utf8').on('data', (text) => { errors += text; });
    const [code] = await once(child, 'close');
    clearTimeout(late);
    return { code, output, errors };
}

/** The same with the program that has `contribute` and `verify` alone. */
export function runTool(args, environment = {}) {
    const tool = process.env.PRAMANA_COMMANDS;
    if (!tool) throw new Error('PRAMANA_COMMANDS: the path of commands_tool is needed');
    return runProgram(tool, args, environment);
}

/** A server on loopback: `answer(request, body)` gives [status, body, type]. {url, close()}. */
export async function serve(answer) {
    const server = createServer(async (request, reply) => {
        const parts = [];
        for await (const part of request) parts.push(part);
        const [status, body, type] = await answer(request, Buffer.concat(parts));
        reply.writeHead(status, { 'Content-Type': type ?? 'application/json' }).end(body);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** JSON with sorted keys and no white space, the canonical form of our documents. */
export function canonical(value) {
    if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
    if (value === null || typeof value !== 'object') return JSON.stringify(value);
    const rows = Object.keys(value).sort()
        .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
    return `{${rows.join(',')}}`;
}

const zeros = (bytes) => `0x${'00'.repeat(bytes)}`;

/**
 * A binding document with every member. `facts`: {deployment, fileId, jobId, url, ruleset,
 * sealedSha256, pay}.
 */
export const bindingDocument = (facts) => ({
    chain_id: facts.deployment.chain_id,
    corpus: {
        epoch: 0, id: zeros(32), new_root: zeros(32), place: 0, previous_root: zeros(32),
    },
    created: { block_hash: zeros(32), block_number: 1 },
    data_registry: facts.deployment.data_registry.toLowerCase(),
    dlp: facts.deployment.dlp.toLowerCase(),
    file: {
        ciphertext_sha256: `0x${facts.sealedSha256}`, id: Number(facts.fileId), url: facts.url,
    },
    format: 'pramana:binding:1',
    job_id: Number(facts.jobId),
    key: { matches_permission: null, recovers_to_owner: true },
    keyed_text_hash: zeros(32),
    keyed_trace_hash: zeros(32),
    model_digest: zeros(32),
    ruleset_digest: `0x${facts.ruleset}`,
    sample: null,
    score: {
        chunks: 4, internal_milli: 0, matched_milli: 0, novel_mass: 1024, pay_1024: facts.pay,
        quality_milli: 900, reasons: [], uniqueness_milli: 1000,
    },
    statement_hash: zeros(32),
    tee_pool: facts.deployment.tee_pool.toLowerCase(),
});

export const kWadPerPay = 976_562_500_000_000n;  // 10^18 / 1024
