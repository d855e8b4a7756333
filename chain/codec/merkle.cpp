#include "pramana/chain/merkle.hpp"

#include "pramana/core/check.hpp"
#include "pramana/crypto/keccak.hpp"

namespace pramana::chain {
namespace {

Hash32 parent_of(const Hash32& a, const Hash32& b) {
    return keccak256({std::min(a, b).view(), std::max(a, b).view()});
}

std::vector<Hash32> level_above(std::span<const Hash32> level) {
    std::vector<Hash32> above;
    above.reserve((level.size() + 1) / 2);
    for (std::size_t i = 0; i < level.size(); i += 2) {
        above.push_back(i + 1 < level.size() ? parent_of(level[i], level[i + 1]) : level[i]);
    }
    return above;
}

}  // namespace

Hash32 merkle_leaf(ByteView encoded) { return keccak256(keccak256(encoded).view()); }

Hash32 merkle_root(std::span<const Hash32> leaves) {
    PRAMANA_CHECK(!leaves.empty());
    std::vector<Hash32> level(leaves.begin(), leaves.end());
    while (level.size() > 1) level = level_above(level);
    return level.front();
}

std::vector<Hash32> merkle_proof(std::span<const Hash32> leaves, std::size_t index) {
    PRAMANA_CHECK(index < leaves.size());
    std::vector<Hash32> proof;
    std::vector<Hash32> level(leaves.begin(), leaves.end());
    for (; level.size() > 1; level = level_above(level), index /= 2) {
        const std::size_t partner = index ^ 1U;
        if (partner < level.size()) proof.push_back(level[partner]);
    }
    return proof;
}

bool merkle_verify(const Hash32& leaf, std::span<const Hash32> proof, const Hash32& root) {
    Hash32 node = leaf;
    for (const Hash32& partner : proof) node = parent_of(node, partner);
    return node == root;
}

}  // namespace pramana::chain
