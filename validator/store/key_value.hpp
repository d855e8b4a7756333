#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::store {

/// Changes that happen together or not at all.
class WriteSet {
  public:
    struct Item {
        std::string key;
        std::optional<Bytes> value;  ///< nullopt = erase
    };
    void put(std::string key, Bytes value) { items_.push_back({std::move(key), std::move(value)}); }
    void erase(std::string key) { items_.push_back({std::move(key), std::nullopt}); }
    [[nodiscard]] const std::vector<Item>& items() const noexcept { return items_; }

  private:
    std::vector<Item> items_;
};

/// An ordered map on disk: what a key-value engine must give. Thread: any.
class KeyValue {
  public:
    virtual ~KeyValue() = default;
    [[nodiscard]] virtual Result<std::optional<Bytes>> get(std::string_view key) = 0;
    /// Atomic and durable. After the first failure every write fails with the same code.
    /// Errors: kStorageFull, kStoreUnavailable.
    [[nodiscard]] virtual Status write(const WriteSet& changes) = 0;
    /// Calls `visit(key, value)` for the keys with `prefix`, ascending, until it returns false.
    [[nodiscard]] Status scan(
        std::string_view prefix,
        const std::function<bool(std::string_view key, ByteView value)>& visit) {
        return scan_from(prefix, prefix, visit);
    }
    /// The same, beginning at the first key that is not below `first`.
    [[nodiscard]] virtual Status scan_from(
        std::string_view prefix, std::string_view first,
        const std::function<bool(std::string_view key, ByteView value)>& visit) = 0;
    /// The same for the keys with `prefix` that are below `below` (empty = all), descending.
    [[nodiscard]] virtual Status scan_back(
        std::string_view prefix, std::string_view below,
        const std::function<bool(std::string_view key, ByteView value)>& visit) = 0;
    /// The last key with `prefix`.
    [[nodiscard]] virtual Result<std::optional<std::string>> last_key(std::string_view prefix) = 0;
    /// What latched the writes.
    [[nodiscard]] virtual Status health() = 0;
};

}  // namespace pramana::store
