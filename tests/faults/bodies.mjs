// Answers that no JSON-RPC client may believe.

const kHugeBytes = 32 << 20;  // four times what a client takes

const kBodies = {
    html: () => '<html><body>502 Bad Gateway</body></html>',
    empty: () => '',
    not_json: (body) => body.replaceAll('"', '\''),
    cut: (body) => body.slice(0, -5),
    trailing: (body) => `${body} {}`,
    deep: () => `{"jsonrpc":"2.0","id":1,"result":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    huge: (body) => body.replace(/^(.)/, `$1"pad":"${'x'.repeat(kHugeBytes)}",`),
    duplicate_key: (body) => body.replace('"jsonrpc":"2.0"', '"jsonrpc":"2.0","result":"0x1"'),
    wrong_id: (body) => body.replace(/"id":(\d+)/, (_, id) => `"id":${Number(id) + 1000}`),
    text_id: (body) => body.replace(/"id":(\d+)/, '"id":"$1"'),
    no_version: (body) => body.replace('"jsonrpc":"2.0",', ''),
    both: (body) => body.replace(/}(\]?)$/, ',"error":{"code":-32000,"message":"both"}}$1'),
    neither: (body, calls) => JSON.stringify(calls.map(({ id }) => ({ jsonrpc: '2.0', id }))),
    bad_utf8: (body) => Buffer.concat([Buffer.from(body.slice(0, -1)), Buffer.from([0xff, 0xfe])]),
    number: () => '42',
    null_result: (body, calls) => {
        const answers = calls.map(({ id }) => ({ jsonrpc: '2.0', id, result: null }));
        return JSON.stringify(answers.length === 1 ? answers[0] : answers);
    },
};

export const kBodyKinds = Object.keys(kBodies);

/** The body of kind `kind` in place of `body`, the right answer to `calls`. */
export const brokenBody = (kind, body, calls) => kBodies[kind](body, calls);
