#include "pramana/scoring/merkle.hpp"

#include "pramana/core/check.hpp"
#include "pramana/core/sha256.hpp"

#include <algorithm>
#include <bit>

namespace pramana::scoring {
namespace {

constexpr std::uint8_t kLeafPrefix[] = {0x00};
constexpr std::uint8_t kNodePrefix[] = {0x01};

/// The largest power of two below `size` (>= 2): where the left subtree ends.
std::uint64_t split_of(std::uint64_t size) { return std::bit_floor(size - 1); }

/// Head of the tree over `leaves`, which is not empty.
Hash32 head_of(std::span<const Hash32> leaves) {
    if (leaves.size() == 1) return leaves.front();
    const std::uint64_t split = split_of(leaves.size());
    return merkle_node(head_of(leaves.first(split)), head_of(leaves.subspan(split)));
}

/// PATH(place, leaves) of section 2.1.3.1.
void add_path(std::span<const Hash32> leaves, std::uint64_t place, std::vector<Hash32>& out) {
    if (leaves.size() == 1) return;
    const std::uint64_t split = split_of(leaves.size());
    if (place < split) {
        add_path(leaves.first(split), place, out);
        out.push_back(head_of(leaves.subspan(split)));
    } else {
        add_path(leaves.subspan(split), place - split, out);
        out.push_back(head_of(leaves.first(split)));
    }
}

/// SUBPROOF(first, leaves, whole) of section 2.1.4.1.
void add_subproof(std::span<const Hash32> leaves, std::uint64_t first, bool whole,
                  std::vector<Hash32>& out) {
    if (first == leaves.size()) {
        if (!whole) out.push_back(head_of(leaves));
        return;
    }
    const std::uint64_t split = split_of(leaves.size());
    if (first <= split) {
        add_subproof(leaves.first(split), first, whole, out);
        out.push_back(head_of(leaves.subspan(split)));
    } else {
        add_subproof(leaves.subspan(split), first - split, false, out);
        out.push_back(head_of(leaves.first(split)));
    }
}

}  // namespace

Hash32 merkle_leaf(ByteView data) noexcept {
    Sha256 hash;
    hash.update(ByteView{kLeafPrefix});
    hash.update(data);
    return hash.finish();
}

Hash32 merkle_node(const Hash32& left, const Hash32& right) noexcept {
    Sha256 hash;
    hash.update(ByteView{kNodePrefix});
    hash.update(left.view());
    hash.update(right.view());
    return hash.finish();
}

void MerkleLog::append(const Hash32& leaf) {
    Hash32 carried = leaf;
    // A subtree of 2^k leaves is complete for each trailing one of the old size.
    for (std::uint64_t rest = leaves_.size(); (rest & 1U) != 0; rest >>= 1U) {
        carried = merkle_node(peaks_.back(), carried);
        peaks_.pop_back();
    }
    leaves_.push_back(leaf);
    peaks_.push_back(carried);
}

bool MerkleLog::append(std::span<const Hash32> leaves, std::span<const Hash32> peaks) {
    const std::uint64_t size = leaves_.size() + leaves.size();
    if (peaks.size() != static_cast<std::size_t>(std::popcount(size))) return false;
    leaves_.insert(leaves_.end(), leaves.begin(), leaves.end());
    peaks_.assign(peaks.begin(), peaks.end());
    return true;
}

Hash32 MerkleLog::head() const noexcept {
    if (peaks_.empty()) return sha256(ByteView{});
    Hash32 head = peaks_.back();
    for (std::size_t i = peaks_.size() - 1; i-- > 0;) head = merkle_node(peaks_[i], head);
    return head;
}

Hash32 MerkleLog::head_at(std::uint64_t size) const {
    PRAMANA_CHECK(size <= leaves_.size());
    return size == 0 ? sha256(ByteView{}) : head_of(std::span{leaves_}.first(size));
}

std::vector<Hash32> MerkleLog::inclusion_proof(std::uint64_t place, std::uint64_t size) const {
    PRAMANA_CHECK(place < size && size <= leaves_.size());
    std::vector<Hash32> proof;
    add_path(std::span{leaves_}.first(size), place, proof);
    return proof;
}

std::vector<Hash32> MerkleLog::consistency_proof(std::uint64_t first, std::uint64_t second) const {
    PRAMANA_CHECK(first >= 1 && first <= second && second <= leaves_.size());
    std::vector<Hash32> proof;
    add_subproof(std::span{leaves_}.first(second), first, true, proof);
    return proof;
}

bool verify_inclusion(const Hash32& leaf, std::uint64_t place, std::uint64_t size,
                      std::span<const Hash32> proof, const Hash32& head) noexcept {
    if (place >= size) return false;
    std::uint64_t node = place;
    std::uint64_t last = size - 1;
    Hash32 running = leaf;
    for (const Hash32& partner : proof) {
        if (last == 0) return false;
        if ((node & 1U) != 0 || node == last) {
            running = merkle_node(partner, running);
            while ((node & 1U) == 0 && node != 0) {  // a level where the node has no partner
                node >>= 1U;
                last >>= 1U;
            }
        } else {
            running = merkle_node(running, partner);
        }
        node >>= 1U;
        last >>= 1U;
    }
    return last == 0 && running == head;
}

bool verify_consistency(std::uint64_t first, std::uint64_t second, const Hash32& first_head,
                        const Hash32& second_head, std::span<const Hash32> proof) noexcept {
    if (first == 0 || first > second) return false;
    if (first == second) return proof.empty() && first_head == second_head;
    // A complete first tree is a node of the second, and its head is not repeated in the proof.
    const bool complete = std::has_single_bit(first);
    if (!complete && proof.empty()) return false;
    std::uint64_t node = first - 1;
    std::uint64_t last = second - 1;
    while ((node & 1U) != 0) {
        node >>= 1U;
        last >>= 1U;
    }
    Hash32 old_running = complete ? first_head : proof.front();
    Hash32 new_running = old_running;
    for (const Hash32& partner : complete ? proof : proof.subspan(1)) {
        if (last == 0) return false;
        if ((node & 1U) != 0 || node == last) {
            old_running = merkle_node(partner, old_running);
            new_running = merkle_node(partner, new_running);
            while ((node & 1U) == 0 && node != 0) {
                node >>= 1U;
                last >>= 1U;
            }
        } else {
            new_running = merkle_node(new_running, partner);
        }
        node >>= 1U;
        last >>= 1U;
    }
    return last == 0 && old_running == first_head && new_running == second_head;
}

}  // namespace pramana::scoring
