#pragma once

#include "pramana/core/secret_vector.hpp"

#include <cstddef>
#include <cstdint>

namespace pramana::scoring {

/// Something about each different word of a contribution, by the word's hash: open addressing,
/// wiped on destruction. An entry has `hash` and `chunk`, the last chunk that has the word, from 1
/// on; 0: empty.
template <class Entry>
class WordTable {
  public:
    /// The word's entry, with `chunk == 0` if it is new, which the caller then fills. Until the
    /// next call.
    [[nodiscard]] Entry& of(std::uint64_t hash) {
        if ((used_ + 1) * 2 > slots_.size()) grow();
        Entry& entry = slots_[place_of(hash)];
        entry.hash = hash;
        used_ += entry.chunk == 0 ? 1U : 0U;
        return entry;
    }
    [[nodiscard]] const SecretVector<Entry>& slots() const noexcept { return slots_; }
    [[nodiscard]] std::size_t size() const noexcept { return used_; }

  private:
    [[nodiscard]] std::size_t place_of(std::uint64_t hash) const noexcept {
        const std::size_t mask = slots_.size() - 1;
        std::size_t at = (hash >> 32U) & mask;
        while (slots_[at].chunk != 0 && slots_[at].hash != hash) at = (at + 1) & mask;
        return at;
    }
    void grow() {
        SecretVector<Entry> old(2 * slots_.size());
        old.swap(slots_);
        for (const Entry& entry : old)
            if (entry.chunk != 0) slots_[place_of(entry.hash)] = entry;
    }
    SecretVector<Entry> slots_ = SecretVector<Entry>(1024);  // power of two
    std::size_t used_ = 0;
};

}  // namespace pramana::scoring
