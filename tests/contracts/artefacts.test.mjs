// The checked-in ABI and bytecode are what the sources compile to.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileAll, differences } from '../../contracts-abi/compile.mjs';

const files = compileAll();

test('a fresh compilation gives the checked-in files, byte for byte', () => {
    assert.equal(files.size, 16);
    assert.deepEqual(differences(files), []);
});

test('a changed, a missing and a superfluous file are each named', () => {
    const other = new Map(files);
    other.set('abi/dlp.json', `${files.get('abi/dlp.json')} `);
    other.set('abi/new.json', '{}');
    other.delete('artefacts/tee_pool.json');
    assert.deepEqual(differences(other),
        ['abi/dlp.json', 'abi/new.json', 'artefacts/tee_pool.json']);
});

test('the bytecode carries no metadata trailer, so that paths cannot change it', () => {
    for (const [name, text] of files) {
        if (!name.startsWith('artefacts/')) continue;
        const { bytecode, deployed_bytecode: deployed } = JSON.parse(text);
        for (const code of [bytecode, deployed]) {
            assert.ok(!code.includes(Buffer.from('ipfs').toString('hex')), name);
            assert.ok(!code.includes(Buffer.from('solcC').toString('hex')), name);
        }
        assert.ok((deployed.length - 2) / 2 <= 24_576, `${name}: above the code size limit`);
    }
});
