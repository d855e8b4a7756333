#pragma once

#include "pramana/store/store.hpp"

#include <atomic>
#include <mutex>

namespace pramana::store {

/// One file a blob: <directory>/<first two hex digits>/<64 hex digits>. Written beside, synced,
/// renamed. Source: reference service.md 4.3 (1 MiB values cost 90/s through RocksDB).
class BlobFiles final : public BlobStore {
  public:
    /// Removes temporaries of a crash and adds up what is there. Errors: kIo.
    [[nodiscard]] static Result<std::unique_ptr<BlobFiles>> open(
        const std::filesystem::path& directory, const StoreOptions& options);

    [[nodiscard]] Result<Hash32> put(ByteView sealed) override;
    [[nodiscard]] Result<Bytes> get(const Hash32& sha256) override;
    [[nodiscard]] bool contains(const Hash32& sha256) override;
    [[nodiscard]] Status remove(const Hash32& sha256) override;
    [[nodiscard]] Result<std::vector<Hash32>> list() override;
    [[nodiscard]] std::uint64_t total_bytes() override { return total_bytes_.load(); }
    [[nodiscard]] Status check_room(std::uint64_t bytes) override;

  private:
    BlobFiles(std::filesystem::path directory, const StoreOptions& options)
        : directory_{std::move(directory)}, options_{options} {}
    [[nodiscard]] std::filesystem::path path_of(const Hash32& sha256) const;

    std::filesystem::path directory_;
    StoreOptions options_;
    std::array<std::mutex, 64>
        writers_;  ///< by the name's first byte: one writer or remover a name
    std::atomic<std::uint64_t> total_bytes_{0};
};

}  // namespace pramana::store
