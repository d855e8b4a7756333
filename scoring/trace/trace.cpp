#include "pramana/scoring/trace.hpp"

#include "pramana/core/check.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/scoring/merkle.hpp"

namespace pramana::scoring {
namespace {

template <class Unsigned>
void put(Sha256& hash, Unsigned value) noexcept {
    std::uint8_t raw[sizeof(Unsigned)];
    store_be(value, raw);
    hash.update(ByteView{raw, sizeof raw});
}

Hash32 salted(const Hash32& salt, const Hash32& leaf) noexcept {
    std::array<std::uint8_t, 2 * Hash32::kSize> both{};
    std::copy(salt.bytes.begin(), salt.bytes.end(), both.begin());
    std::copy(leaf.bytes.begin(), leaf.bytes.end(), both.begin() + Hash32::kSize);
    const Hash32 node = merkle_leaf(both);
    wipe_memory(both.data(), both.size());
    return node;
}

MerkleLog keyed_tree(std::span<const Hash32> leaves, const LeafSalt& salt) {
    PRAMANA_CHECK(!leaves.empty());
    MerkleLog tree;
    for (std::size_t i = 0; i < leaves.size(); ++i) tree.append(salted(salt(i), leaves[i]));
    return tree;
}

}  // namespace

Hash32 leaf_of(const ChunkSteps& chunk) noexcept {
    Sha256 hash;
    hash.update("pramana:trace:chunk:1");
    for (const Hash32& step : {chunk.words, chunk.pieces, chunk.prints, chunk.codes})
        hash.update(step.view());
    put(hash, chunk.weight);
    return hash.finish();
}

Hash32 leaf_of(const DocumentSteps& document, const Hash32& ruleset) noexcept {
    Sha256 hash;
    hash.update("pramana:trace:document:1");
    hash.update(ruleset.view());
    hash.update(document.records.view());
    hash.update(document.canonical.view());
    put(hash, document.ill_formed);
    hash.update(document.features.view());
    put(hash, document.quality_q16);
    return hash.finish();
}

SecretVector<Hash32> ContentSteps::leaves() const {
    SecretVector<Hash32> out;
    out.reserve(chunks.size() + 1);
    for (const ChunkSteps& chunk : chunks) out.push_back(leaf_of(chunk));
    out.push_back(leaf_of(document, ruleset));
    return out;
}

Hash32 trace_root(const ContentSteps& steps, std::span<const ChunkVerdict> verdicts) {
    PRAMANA_CHECK(verdicts.size() == steps.chunks.size());
    MerkleLog tree;
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        const ChunkVerdict& verdict = verdicts[i];
        std::uint8_t record[Hash32::kSize + 13];
        const Hash32 leaf = leaf_of(steps.chunks[i]);
        std::copy(leaf.bytes.begin(), leaf.bytes.end(), record);
        store_be(verdict.known_q16, record + Hash32::kSize);
        store_be(verdict.total_q16, record + Hash32::kSize + 4);
        record[Hash32::kSize + 8] = verdict.cause;
        store_be(verdict.public_q16, record + Hash32::kSize + 9);
        tree.append(merkle_leaf(record));
        wipe_memory(record, sizeof record);
    }
    tree.append(merkle_leaf(leaf_of(steps.document, steps.ruleset).view()));
    return tree.head();
}

Hash32 keyed_trace_root(std::span<const Hash32> leaves, const LeafSalt& salt) {
    return keyed_tree(leaves, salt).head();
}

TraceOpening open_trace(std::span<const Hash32> leaves, const LeafSalt& salt, std::uint64_t index) {
    PRAMANA_CHECK(index < leaves.size());
    return {.index = index,
            .leaves = leaves.size(),
            .salt = salt(index),
            .path = keyed_tree(leaves, salt).inclusion_proof(index, leaves.size())};
}

bool opens_trace(const TraceOpening& opening, const Hash32& leaf, const Hash32& root) noexcept {
    return verify_inclusion(salted(opening.salt, leaf), opening.index, opening.leaves, opening.path,
                            root);
}

}  // namespace pramana::scoring
