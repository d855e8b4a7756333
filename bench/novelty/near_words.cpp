#include "near_words.hpp"

namespace pramana::bench {

void NearWords::add(std::span<const std::uint32_t> content) {
    const auto chunk = static_cast<std::uint32_t>(sizes_.size());
    sizes_.push_back(static_cast<std::uint32_t>(content.size()));
    shared_.push_back(0);
    for (const std::uint32_t word : content) chunks_with_[word].push_back(chunk);
}

bool NearWords::near(std::span<const std::uint32_t> content) {
    bool found = false;
    for (const std::uint32_t word : content) {
        const auto chunks = chunks_with_.find(word);
        if (chunks == chunks_with_.end()) continue;
        for (const std::uint32_t chunk : chunks->second)
            if (++shared_[chunk] == 1) touched_.push_back(chunk);
    }
    for (const std::uint32_t chunk : touched_) {
        const std::uint64_t twice = 2ULL * shared_[chunk] * scoring::kQ16One;
        found = found || twice >= std::uint64_t{dice_min_} * (content.size() + sizes_[chunk]);
        shared_[chunk] = 0;
    }
    touched_.clear();
    return found;
}

}  // namespace pramana::bench
