#include "corpus/index.hpp"

#include "pramana/core/check.hpp"

namespace pramana::scoring {

void CorpusIndex::append(const EntryRecord& entry) {
    for (const ChunkRecord& chunk : entry.chunks) {
        exact_.insert(chunk.exact);
        for (const std::uint64_t hash : chunk.prints) prints_.insert(hash);
        content_.insert(content_.end(), chunk.content.begin(), chunk.content.end());
        content_end_.push_back(content_.size());
    }
    codes_.insert(codes_.end(), entry.codes.begin(), entry.codes.end());
}

std::vector<CodeBlock> CorpusIndex::blocks() const { return {{0, rows(), codes_.data()}}; }

std::span<const std::uint32_t> CorpusIndex::content(std::size_t row) const noexcept {
    PRAMANA_CHECK(row < content_end_.size());
    const std::size_t begin = row == 0 ? 0 : content_end_[row - 1];
    return {content_.data() + begin, content_end_[row] - begin};
}

}  // namespace pramana::scoring
