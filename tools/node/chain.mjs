// The library behind the developer tools and the tests that need a chain: docs/contracts.md.

export * from './lib/anvil.mjs';
export * from './lib/contracts.mjs';
export * from './lib/contributor.mjs';
export * from './lib/devnet.mjs';
export * from './lib/proof.mjs';
export * from './lib/sealing.mjs';
export * from './lib/upload.mjs';
export * from './lib/attested.mjs';
