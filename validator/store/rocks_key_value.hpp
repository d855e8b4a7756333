#pragma once

#include "key_value.hpp"

#include <rocksdb/db.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>

namespace pramana::store {

/// RocksDB with a synced log. Source of the choices: reference chain.md 4 rule 1, service.md 4.3
/// and 5.1.
class RocksKeyValue final : public KeyValue {
  public:
    /// Every record of every log counts. Errors: kStoreLocked, kStoreCorrupt, kStorageFull,
    /// kStoreUnavailable.
    [[nodiscard]] static Result<std::unique_ptr<RocksKeyValue>> open(
        const std::filesystem::path& directory);
    /// After a failed write the database is left as it is, its files open until the process ends:
    /// closing it would flush what failed, and RocksDB aborts then.
    ~RocksKeyValue() override;

    /// What a directory holds now, also while another process writes to it: no lock, no change,
    /// every write fails. Errors: kStoreCorrupt, kStoreUnavailable.
    [[nodiscard]] static Result<std::unique_ptr<RocksKeyValue>> open_view(
        const std::filesystem::path& directory);

    [[nodiscard]] Result<std::optional<Bytes>> get(std::string_view key) override;
    [[nodiscard]] Status write(const WriteSet& changes) override;
    [[nodiscard]] Status scan_from(
        std::string_view prefix, std::string_view first,
        const std::function<bool(std::string_view, ByteView)>& visit) override;
    [[nodiscard]] Status scan_back(
        std::string_view prefix, std::string_view below,
        const std::function<bool(std::string_view, ByteView)>& visit) override;
    [[nodiscard]] Result<std::optional<std::string>> last_key(std::string_view prefix) override;
    [[nodiscard]] Status health() override;

  private:
    explicit RocksKeyValue(std::unique_ptr<rocksdb::DB> db) : db_{std::move(db)} {}
    std::unique_ptr<rocksdb::DB> db_;
    std::atomic<std::uint16_t> latched_{0};  ///< the Errc of the first failed write
    bool view_ = false;                      ///< opened to read only: nothing failed, it is closed
};

}  // namespace pramana::store
