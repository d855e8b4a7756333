// The command line of tools/faults.

import { runMatrix } from './matrix.mjs';
import { runSpeed } from './speed.mjs';

const kUsage = `usage: tools/faults chain [--rows 1-10,14] [--nodes anvil,hardhat,ganache] [--rounds N] [--jobs N] [--out FILE]
       tools/faults short                 what CI runs
       tools/faults speed [--jobs N] [--batch N] [--roots no] [--plain no]   on a chain that mines at once`;

/** A row of each kind, and each node. */
const kShort = { anvil: '6,8,11,28,31', hardhat: '7', ganache: '6' };

async function runShort(options) {
    let worst = 0;
    for (const [node, rows] of Object.entries(kShort)) {
        worst = Math.max(worst, await runMatrix({ jobs: 200, ...options, nodes: [node], rows }));
    }
    return worst;
}

function parse(args) {
    const options = { rounds: 1 };
    for (let i = 0; i < args.length; i += 2) {
        const value = args[i + 1];
        if (value === undefined) throw new Error(`${args[i]}: a value is missing`);
        if (args[i] === '--rows') options.rows = value;
        else if (args[i] === '--nodes') options.nodes = value.split(',');
        else if (args[i] === '--out') options.out = value;
        else if (args[i] === '--rounds') options.rounds = Number(value);
        else if (args[i] === '--jobs') options.jobs = Number(value);
        else if (args[i] === '--batch') options.batch = Number(value);
        else if (args[i] === '--roots') options.roots = value;
        else if (args[i] === '--plain') options.plain = value;
        else throw new Error(`${args[i]}: unknown`);
    }
    if (!(options.rounds >= 1) || options.jobs < 1 || options.batch < 1) throw new Error('a count must be 1 or more');
    return options;
}

const [command, ...rest] = process.argv.slice(2);
try {
    const options = parse(rest);
    if (command === 'chain') process.exitCode = await runMatrix({ jobs: 200, ...options });
    else if (command === 'short') process.exitCode = await runShort(options);
    else if (command === 'speed') process.exitCode = await runSpeed({ jobs: 2_000, ...options });
    else throw new Error(kUsage);
} catch (error) {
    console.error(error.message);
    process.exitCode = 64;
}
