#include "memory_key_value.hpp"

namespace pramana::store {

Result<std::optional<Bytes>> MemoryKeyValue::get(std::string_view key) {
    const std::lock_guard lock{mutex_};
    const auto found = map_.find(key);
    if (found == map_.end()) return std::optional<Bytes>{};
    return std::optional<Bytes>{found->second};
}

Status MemoryKeyValue::write(const WriteSet& changes) {
    const std::lock_guard lock{mutex_};
    if (latched_) return Error{*latched_, "store.memory.write"};
    for (const WriteSet::Item& item : changes.items()) {
        if (item.value)
            map_.insert_or_assign(item.key, *item.value);
        else
            map_.erase(item.key);
    }
    return Done{};
}

Status MemoryKeyValue::scan_from(std::string_view prefix, std::string_view first,
                                 const std::function<bool(std::string_view, ByteView)>& visit) {
    std::vector<std::pair<std::string, Bytes>> found;  // visited unlocked: a visitor may write
    {
        const std::lock_guard lock{mutex_};
        for (auto at = map_.lower_bound(std::max(prefix, first));
             at != map_.end() && std::string_view{at->first}.starts_with(prefix); ++at)
            found.emplace_back(at->first, at->second);
    }
    for (const auto& [key, value] : found)
        if (!visit(key, value)) break;
    return Done{};
}

Status MemoryKeyValue::scan_back(std::string_view prefix, std::string_view below,
                                 const std::function<bool(std::string_view, ByteView)>& visit) {
    std::vector<std::pair<std::string, Bytes>> found;
    {
        const std::lock_guard lock{mutex_};
        for (auto at = map_.lower_bound(prefix);
             at != map_.end() && std::string_view{at->first}.starts_with(prefix) &&
             (below.empty() || at->first < below);
             ++at)
            found.emplace_back(at->first, at->second);
    }
    for (auto at = found.rbegin(); at != found.rend(); ++at)
        if (!visit(at->first, at->second)) break;
    return Done{};
}

Result<std::optional<std::string>> MemoryKeyValue::last_key(std::string_view prefix) {
    const std::lock_guard lock{mutex_};
    std::optional<std::string> last;
    for (auto at = map_.lower_bound(prefix);
         at != map_.end() && std::string_view{at->first}.starts_with(prefix); ++at)
        last = at->first;
    return last;
}

Status MemoryKeyValue::health() {
    const std::lock_guard lock{mutex_};
    if (latched_) return Error{*latched_, "store.memory.health"};
    return Done{};
}

void MemoryKeyValue::fail_writes(Errc code) {
    const std::lock_guard lock{mutex_};
    latched_ = code;
}

}  // namespace pramana::store
