#include "corpus/quarantine.hpp"

#include "pramana/core/check.hpp"

namespace pramana::scoring {

void QuarantineIndex::append(const EntryRecord& entry) {
    PRAMANA_CHECK(entry.quarantined.has_value());
    const auto next = static_cast<std::uint32_t>(owners_.size());
    const std::uint32_t owner = owners_.try_emplace(*entry.quarantined, next).first->second;
    const auto note = [owner](auto& map, const auto& key) {
        const auto [at, added] = map.try_emplace(key, owner);
        if (!added && at->second != owner) at->second = kSeveral;
    };
    for (const ChunkRecord& chunk : entry.chunks) {
        note(exact_, chunk.exact);
        for (const std::uint64_t hash : chunk.prints) note(prints_, hash);
        row_owner_.push_back(owner);
    }
    index_.append(entry);
}

QuarantineIndex::View::View(const QuarantineIndex& index, const std::optional<OwnerTag>& asking)
    : index_{&index}, asking_{kNobody} {
    if (!asking) return;
    const auto found = index.owners_.find(*asking);
    if (found != index.owners_.end()) asking_ = found->second;
}

std::optional<std::span<const std::uint32_t>> QuarantineIndex::View::content(
    std::size_t row) const {
    if (index_->row_owner_[row] == asking_) return std::nullopt;
    return index_->index_.content(row);
}

bool QuarantineIndex::View::has_exact(const ExactHash& hash) const {
    const auto found = index_->exact_.find(hash);
    return found != index_->exact_.end() && found->second != asking_;
}

bool QuarantineIndex::View::has_print(std::uint64_t hash) const {
    const auto found = index_->prints_.find(hash);
    return found != index_->prints_.end() && found->second != asking_;
}

}  // namespace pramana::scoring
