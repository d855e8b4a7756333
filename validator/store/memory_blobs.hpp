#pragma once

#include "pramana/store/store.hpp"

#include <map>
#include <mutex>

namespace pramana::store {

class MemoryBlobs final : public BlobStore {
  public:
    explicit MemoryBlobs(const StoreOptions& options) : options_{options} {}
    [[nodiscard]] Result<Hash32> put(ByteView sealed) override;
    [[nodiscard]] Result<Bytes> get(const Hash32& sha256) override;
    [[nodiscard]] bool contains(const Hash32& sha256) override;
    [[nodiscard]] Status remove(const Hash32& sha256) override;
    [[nodiscard]] Result<std::vector<Hash32>> list() override;
    [[nodiscard]] std::uint64_t total_bytes() override;
    [[nodiscard]] Status check_room(std::uint64_t bytes) override;

  private:
    StoreOptions options_;
    std::mutex mutex_;
    std::map<Hash32, Bytes> blobs_;
    std::uint64_t total_bytes_ = 0;
};

}  // namespace pramana::store
