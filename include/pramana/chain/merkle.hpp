#pragma once

#include "pramana/core/bytes.hpp"

#include <span>
#include <vector>

/// Binary Merkle trees as OpenZeppelin's MerkleProof verifies them: a pair is keccak256(min ||
/// max), and a node without a partner goes up as it is. Leaves are hashed twice, so that no node
/// can pass for a leaf. Thread: pure functions.
namespace pramana::chain {

/// keccak256(keccak256(encoded)).
[[nodiscard]] Hash32 merkle_leaf(ByteView encoded);
/// `leaves` in the tree's order, 1 at least: an empty tree has no root, and asking for it aborts.
[[nodiscard]] Hash32 merkle_root(std::span<const Hash32> leaves);
/// The partners on the way from leaf `index` (< leaves.size()) to the root.
[[nodiscard]] std::vector<Hash32> merkle_proof(std::span<const Hash32> leaves, std::size_t index);
[[nodiscard]] bool merkle_verify(const Hash32& leaf, std::span<const Hash32> proof,
                                 const Hash32& root);

}  // namespace pramana::chain
