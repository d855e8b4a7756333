// The document behind a proof: fetched, hashed, and compared with what the chain says about the
// file. Its form is `pramana:binding:1` of docs/formats.md.

import { createHash } from 'node:crypto';

const kBytesMax = 64 * 1024;
const kFetchMsMax = 10_000;
const kWadPerPay = 976_562_500_000_000n;  // 10^18 / 1024

async function fetchBytes(url) {
    const signal = AbortSignal.timeout(kFetchMsMax);
    const reply = await fetch(url, { redirect: 'error', signal });
    if (!reply.ok) throw new Error(`HTTP ${reply.status}`);
    const parts = [];
    let size = 0;
    for await (const part of reply.body) {
        size += part.length;
        if (size > kBytesMax) throw new Error('the document is too large');
        parts.push(part);
    }
    return Buffer.concat(parts);
}

const sameAddress = (a, b) => String(a).toLowerCase() === String(b).toLowerCase();

/** What the document must repeat from the chain: [name, ok, detail] rows. */
function contentRows(document, { deployment, dlp, fileId, jobIds, url, data }) {
    const ruleset = String(document.ruleset_digest).replace(/^0x/, '');
    return [
        ['the document has the known form', document.format === 'pramana:binding:1',
            document.format],
        ['the document names this chain', BigInt(document.chain_id) === BigInt(deployment.chain_id),
            document.chain_id],
        ['the document names this DLP', sameAddress(document.dlp, dlp), document.dlp],
        ['the document names this pool', sameAddress(document.tee_pool, deployment.tee_pool),
            document.tee_pool],
        ['the document names this registry',
            sameAddress(document.data_registry, deployment.data_registry), document.data_registry],
        ['the document names this file',
            BigInt(document.file.id) === BigInt(fileId) && document.file.url === url,
            `${document.file.id} ${document.file.url}`],
        ['the document names the ruleset of the instruction',
            data.instruction.endsWith(`:${ruleset}`), document.ruleset_digest],
        ['the document names a job of this file', jobIds.includes(BigInt(document.job_id)),
            document.job_id],
        ['the score is the document\'s pay',
            BigInt(document.score.pay_1024) * kWadPerPay === data.score, document.score.pay_1024],
    ];
}

/** Judges the document behind `data.proofUrl`: {rows, document}, with null where it is unread. */
export async function documentChecks(proven) {
    const { data } = proven;
    let document = null;
    const rows = [];
    try {
        const bytes = await fetchBytes(data.proofUrl);
        const digest = createHash('sha256').update(bytes).digest('hex');
        rows.push(['the document hashes to the metadata', digest === data.metadata, digest]);
        rows.push(['proofUrl names the document', data.proofUrl.endsWith(`/v1/proofs/${digest}`),
            data.proofUrl]);
        document = JSON.parse(bytes.toString('utf8'));
        rows.push(...contentRows(document, proven));
    } catch (error) {
        rows.push(['the document can be read', false, error.message]);
    }
    return { rows, document };
}
