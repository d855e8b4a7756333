// The two client libraries for scripts outside of this directory, where their bare names mean nothing.

export * as ethers from 'ethers';
export * as viem from 'viem';
