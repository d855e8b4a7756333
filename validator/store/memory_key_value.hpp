#pragma once

#include "key_value.hpp"

#include <map>
#include <mutex>

namespace pramana::store {

/// A map under a mutex that can be told to fail.
class MemoryKeyValue final : public KeyValue {
  public:
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
    void fail_writes(Errc code);

  private:
    std::mutex mutex_;
    std::map<std::string, Bytes, std::less<>> map_;
    std::optional<Errc> latched_;
};

}  // namespace pramana::store
