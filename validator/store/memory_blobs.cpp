#include "memory_blobs.hpp"

#include "pramana/core/sha256.hpp"

namespace pramana::store {

Result<Hash32> MemoryBlobs::put(ByteView sealed) {
    if (sealed.size() > options_.blob_bytes_max)
        return Error{Errc::kBodyTooLarge, "store.memory.blob.size"};
    Sha256 hash;
    hash.update(sealed);
    const Hash32 sha256 = hash.finish();
    if (contains(sha256)) return sha256;
    PRAMANA_TRY(check_room(sealed.size()));
    const std::lock_guard lock{mutex_};
    if (blobs_.emplace(sha256, Bytes{sealed.begin(), sealed.end()}).second)
        total_bytes_ += sealed.size();
    return sha256;
}

Result<Bytes> MemoryBlobs::get(const Hash32& sha256) {
    const std::lock_guard lock{mutex_};
    const auto found = blobs_.find(sha256);
    if (found == blobs_.end()) return Error{Errc::kNotFound, "store.memory.blob"};
    return found->second;
}

bool MemoryBlobs::contains(const Hash32& sha256) {
    const std::lock_guard lock{mutex_};
    return blobs_.contains(sha256);
}

Status MemoryBlobs::remove(const Hash32& sha256) {
    const std::lock_guard lock{mutex_};
    const auto found = blobs_.find(sha256);
    if (found == blobs_.end()) return Done{};
    total_bytes_ -= found->second.size();
    blobs_.erase(found);
    return Done{};
}

Result<std::vector<Hash32>> MemoryBlobs::list() {
    const std::lock_guard lock{mutex_};
    std::vector<Hash32> names;
    names.reserve(blobs_.size());
    for (const auto& [name, bytes] : blobs_) names.push_back(name);
    return names;
}

std::uint64_t MemoryBlobs::total_bytes() {
    const std::lock_guard lock{mutex_};
    return total_bytes_;
}

Status MemoryBlobs::check_room(std::uint64_t bytes) {
    const std::lock_guard lock{mutex_};
    if (total_bytes_ > options_.blobs_bytes_max || bytes > options_.blobs_bytes_max - total_bytes_)
        return Error{Errc::kStorageFull, "store.memory.blob.total"};
    return Done{};
}

}  // namespace pramana::store
