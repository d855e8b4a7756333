// The published JSON Schema of a builder's ruleset accepts and refuses what the reader does; what
// only the reader can see (contradictions) is named as such.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { validatorOf } from '../../tools/node/json_schema.mjs';
import { put, runOffline } from './scoring_support.mjs';

const kFolder = new URL('../../docs/rulesets/', import.meta.url);
const kSchema = JSON.parse(readFileSync(new URL('ruleset-1.schema.json', kFolder)));
const fits = validatorOf(kSchema);

const page = (members) => ({ version: 1, name: 'lab-1', ...members });
const hash = 'ab'.repeat(32);
const witness = `0x${'7'.repeat(40)}`;
const owned = (more) => page({ ownership: { witnesses: [witness], providers: ['chatgpt'], ...more } });

async function checked(value) {
    const file = put('page.json', typeof value === 'string' ? value : JSON.stringify(value));
    const { code, output } = await runOffline(['ruleset', 'check', '--json', file]);
    const answer = JSON.parse(output);
    assert.equal(code, answer.valid ? 0 : 78);
    assert.equal(answer.valid, answer.problems.length === 0);
    return answer;
}

// name, value, what the reader says; the schema says the same
const kCases = [
    ['the least', page({}), true],
    ['not an object', [], false],
    ['no version', { name: 'a' }, false],
    ['another version', page({ version: 2 }), false],
    ['a version as text', page({ version: '1' }), false],
    ['no name', { version: 1 }, false],
    ['a name with capitals', page({ name: 'Lab' }), false],
    ['a name of 32', page({ name: 'a'.repeat(32) }), true],
    ['a name of 33', page({ name: 'a'.repeat(33) }), false],
    ['a built-in name', page({ name: 'default-1' }), false],
    ['an unknown member', page({ colour: 'red' }), false],
    ['words to people', page({ $schema: 'x.json', description: 'ä'.repeat(1000) }), true],
    ['too many words', page({ description: 'ä'.repeat(1001) }), false],
    ['a number as words', page({ description: 1 }), false],
    ['accept as list', page({ accept: [] }), false],
    ['nothing in accept', page({ accept: {} }), true],
    ['no format', page({ accept: { formats: [] } }), false],
    ['every format', page({ accept: { formats: kSchema.properties.accept.properties.formats.items.enum } }), true],
    ['an unknown format', page({ accept: { formats: ['zip'] } }), false],
    ['a format twice', page({ accept: { formats: ['text', 'text'] } }), false],
    ['a format alone', page({ accept: { formats: 'text' } }), false],
    ['parts', page({ accept: { parts: { x_archive: ['posts', 'account'] } } }), true],
    ['parts of text', page({ accept: { parts: { text: ['times'] } } }), false],
    ['no parts', page({ accept: { parts: { x_archive: [] } } }), false],
    ['a part of another', page({ accept: { parts: { x_archive: ['comments'] } } }), false],
    ['a part twice', page({ accept: { parts: { mailbox: ['times', 'times'] } } }), false],
    ['authentic as number', page({ accept: { authentic: 1 } }), false],
    ['authentic exports', page({ accept: { formats: ['mailbox'], authentic: true } }), true],
    ['own corpus', page({ corpus: 'own' }), true],
    ['a shared corpus', page({ corpus: 'shared:news' }), true],
    ['a shared corpus without name', page({ corpus: 'shared:' }), false],
    ['another corpus', page({ corpus: 'theirs' }), false],
    ['ownership', owned({}), true],
    ['ownership in one way', owned({ methods: ['export_mail'], days_max: 1 }), true],
    ['ownership of the content', owned({ content: true }), true],
    ['ownership of the content as number', owned({ content: 1 }), false],
    ['ownership without witnesses', page({ ownership: { providers: ['chatgpt'] } }), false],
    ['ownership without providers', page({ ownership: { witnesses: [witness] } }), false],
    ['a witness twice', owned({ witnesses: [witness, witness] }), false],
    ['a witness cut short', owned({ witnesses: ['0x12'] }), false],
    ['no witness', owned({ witnesses: [] }), false],
    ['a provider with capitals', owned({ providers: ['ChatGPT'] }), false],
    ['an unknown way', owned({ methods: ['hearsay'] }), false],
    ['a statement of no age', owned({ days_max: 0 }), false],
    ['an unknown member of ownership', owned({ subject: 'x' }), false],
    ['public texts', page({ public_texts: { bible: hash, faq: `0x${'CD'.repeat(32)}` } }), true],
    ['a short digest', page({ public_texts: { bible: hash.slice(1) } }), false],
    ['a text with a bad name', page({ public_texts: { Bible: hash } }), false],
    ['sixteen texts', page({ public_texts: Object.fromEntries(
        [...Array(16).keys()].map((i) => [`t${i}`, i.toString(16).padStart(64, '0')])) }), true],
    ['seventeen texts', page({ public_texts: Object.fromEntries(
        [...Array(17).keys()].map((i) => [`t${i}`, i.toString(16).padStart(64, '0')])) }), false],
    ['terms', page({ terms_sha256: hash }), true],
    ['terms that are none', page({ terms_sha256: 'x' }), false],
    ['a profile', page({ quality: { profile: 'posts' } }), true],
    ['another profile', page({ quality: { profile: 'post' } }), false],
    ['languages', page({ quality: { languages: ['de', 'en'], other_languages: 'refused', language_share_min: 0.8 } }), true],
    ['every language', page({ quality: { languages: kSchema.properties.quality.properties.languages.items.enum } }), true],
    ['an unknown language', page({ quality: { languages: ['tlh'] } }), false],
    ['a language twice', page({ quality: { languages: ['en', 'en'] } }), false],
    ['no language', page({ quality: { languages: [] } }), false],
    ['unknown languages', page({ quality: { unknown_languages: 'counts' } }), true],
    ['a mode', page({ pay: { mode: 'by_amount' } }), true],
    ['by share', page({ pay: { mode: 'by_share', characters_min: 2000 } }), true],
    ['another mode', page({ pay: { mode: 'flat' } }), false],
    ['an unknown member of pay', page({ pay: { N_ref: 1 } }), false],
    ['null', page({ pay: null }), false],
    ['spelt as a fraction', '{"version":1.0,"name":"a","pay":{"characters_min":1.5e2}}', true],
];
// what the schema cannot say: it accepts, the reader refuses
const kReaderOnly = [
    ['parts that are not accepted', page({ accept: { formats: ['text'], parts: { mailbox: ['times'] } } }), 'accept.parts.mailbox'],
    ['never authentic', page({ accept: { authentic: true } }), 'accept.authentic'],
    ['a profile of nothing taken', page({ accept: { formats: ['claude_export'] }, quality: { profile: 'history' } }), 'quality.profile'],
    ['an amount by share', page({ pay: { mode: 'by_share', characters_full: 65536 } }), 'pay.characters_full'],
    ['quality upside down', page({ pay: { quality_min: 0.7, quality_full: 0.3 } }), 'pay.quality_full'],
    ['minimum above the whole', page({ pay: { characters_min: 10, characters_full: 9 } }), 'pay.characters_min'],
    ['more than can be scored', page({ limits: { scored_characters_max: 2048 } }), 'pay.characters_full'],
    ['others than which', page({ quality: { other_languages: 'unpaid' } }), 'quality.other_languages'],
    ['wanted for nothing', page({ quality: { languages: ['en'], other_languages: 'counts' } }), 'quality.other_languages'],
    ['a share of nothing', page({ quality: { language_share_min: 0.9 } }), 'quality.language_share_min'],
    ['likeness upside down', page({ novelty: { same_meaning_from: 0.95 } }), 'novelty.same_meaning_full'],
    ['a text under two names', page({ public_texts: { a: hash, b: hash } }), 'public_texts.b'],
];

test('schema and reader agree over a table of pages', async () => {
    for (const [name, value, valid] of kCases) {
        const parsed = typeof value === 'string' ? JSON.parse(value) : value;
        assert.equal(fits(parsed), valid, `schema: ${name}`);
        const answer = await checked(value);
        assert.equal(answer.valid, valid, `reader: ${name} ${JSON.stringify(answer.problems)}`);
    }
    for (const [name, value, path] of kReaderOnly) {
        assert.equal(fits(value), true, `schema: ${name}`);
        const { valid, problems } = await checked(value);
        assert.equal(valid, false, `reader: ${name}`);
        assert.ok(problems.some((problem) => problem.path === path), JSON.stringify(problems));
    }
});

/** Every number of the schema: [path, its schema]. */
function* numbersOf(schema, path = []) {
    for (const [name, member] of Object.entries(schema.properties ?? {})) {
        if (member.minimum !== undefined) yield [[...path, name], member];
        yield* numbersOf(member, [...path, name]);
    }
}
const at = (path, value) => path.reduceRight((inner, name) => ({ [name]: inner }), value);

test('every bound of the schema is the reader\'s, and every default', async () => {
    let count = 0;
    for (const [path, member] of numbersOf(kSchema)) {
        // `ownership` has members that have to stand beside it.
        const said = (value) => path[0] === 'ownership' ? owned({ [path[1]]: value }) : page(at(path, value));
        const { digest: usual } = await checked(path[0] === 'ownership' ? owned({}) : page({}));
        const step = member.type === 'integer' ? 1 : 0.000001;
        const out = [member.minimum - step, member.maximum + step].map((n) => Number(n.toFixed(6)));
        for (const value of out.filter((number) => number >= 0 || step === 1)) {
            assert.equal(fits(said(value)), false, `schema: ${path} ${value}`);
            const { problems } = await checked(said(value));
            assert.ok(problems.some((p) => p.path === path.join('.') && /from .* to /.test(p.sentence)),
                `reader: ${path} ${value}`);
        }
        for (const value of [member.minimum, member.maximum]) {
            assert.equal(fits(said(value)), true, `schema: ${path} ${value}`);
            const { problems } = await checked(said(value));  // contradictions are no bound
            assert.ok(!problems.some((p) => /must be a (whole )?number/.test(p.sentence)),
                `reader: ${path} ${value}`);
        }
        assert.notEqual(member.default, undefined, `${path} has a default`);
        assert.equal((await checked(said(member.default))).digest, usual, `${path}`);
        count += 1;
    }
    assert.ok(count >= 16, `${count} numbers`);
});

test('examples and templates are right by both', async () => {
    const examples = readdirSync(kFolder).filter((name) => /(?<!schema)\.json$/.test(name));
    assert.ok(examples.length >= 3, examples.join());
    for (const name of examples) {
        const text = readFileSync(new URL(name, kFolder), 'utf8');
        assert.equal(fits(JSON.parse(text)), true, `${name}: ${JSON.stringify(fits.errors)}`);
        assert.equal((await checked(text)).valid, true, name);
    }
    for (const profile of ['chat', 'posts', 'history', 'table', 'prose']) {
        const { output } = await runOffline(['ruleset', 'new', '--profile', profile]);
        assert.equal(fits(JSON.parse(output)), true, profile);
        assert.equal((await checked(output)).valid, true, profile);
    }
});
