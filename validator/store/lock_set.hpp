#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <mutex>
#include <string>
#include <vector>

namespace pramana::store {

/// Striped locks by key. Readers-modify-writers of the same record exclude each other; different
/// records share the engine's group commit, so a lock is held across its fsync.
class LockSet {
  public:
    class Held {
      public:
        explicit Held(std::vector<std::unique_lock<std::mutex>> locks) : locks_{std::move(locks)} {}

      private:
        std::vector<std::unique_lock<std::mutex>> locks_;
    };

    /// Locks the stripes of all keys, in one order for everybody.
    [[nodiscard]] Held lock(std::initializer_list<std::string> keys) {
        return lock(std::vector<std::string>{keys});
    }
    [[nodiscard]] Held lock(const std::vector<std::string>& keys) {
        std::vector<std::size_t> stripes;
        for (const std::string& key : keys)
            stripes.push_back(std::hash<std::string>{}(key) % mutexes_.size());
        std::sort(stripes.begin(), stripes.end());
        stripes.erase(std::unique(stripes.begin(), stripes.end()), stripes.end());
        std::vector<std::unique_lock<std::mutex>> locks;
        locks.reserve(stripes.size());
        for (const std::size_t stripe : stripes) locks.emplace_back(mutexes_[stripe]);
        return Held{std::move(locks)};
    }

  private:
    std::array<std::mutex, 64> mutexes_;
};

}  // namespace pramana::store
