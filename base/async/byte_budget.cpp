#include "pramana/async/byte_budget.hpp"

#include "pramana/core/check.hpp"

#include <utility>

namespace pramana {

ByteBudget::Slot::Slot(Slot&& other) noexcept
    : budget_{std::exchange(other.budget_, nullptr)}, bytes_{std::exchange(other.bytes_, 0)} {}

ByteBudget::Slot& ByteBudget::Slot::operator=(Slot&& other) noexcept {
    if (this != &other) {
        give_back();
        budget_ = std::exchange(other.budget_, nullptr);
        bytes_ = std::exchange(other.bytes_, 0);
    }
    return *this;
}

ByteBudget::Slot::~Slot() { give_back(); }

void ByteBudget::Slot::give_back() noexcept {
    if (budget_ != nullptr) budget_->bytes_used_.fetch_sub(bytes_);
}

ByteBudget::~ByteBudget() { PRAMANA_CHECK(bytes_used_.load() == 0); }

std::optional<ByteBudget::Slot> ByteBudget::try_take(std::size_t bytes) noexcept {
    std::size_t used = bytes_used_.load();
    do {
        if (bytes > bytes_max_ - used) return std::nullopt;  // used <= max always holds
    } while (!bytes_used_.compare_exchange_weak(used, used + bytes));
    return Slot{this, bytes};
}

}  // namespace pramana
