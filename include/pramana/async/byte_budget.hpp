#pragma once

#include <atomic>
#include <cstddef>
#include <optional>

namespace pramana {

/// Bounds the bytes that all requests together hold in memory. A slot gives its bytes back when it
/// goes. Thread: any. The budget outlives its slots.
class ByteBudget {
  public:
    class Slot {
      public:
        Slot(Slot&& other) noexcept;
        Slot& operator=(Slot&& other) noexcept;
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;
        ~Slot();
        [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

      private:
        friend class ByteBudget;
        Slot(ByteBudget* budget, std::size_t bytes) noexcept : budget_{budget}, bytes_{bytes} {}
        void give_back() noexcept;
        ByteBudget* budget_;
        std::size_t bytes_;
    };

    explicit ByteBudget(std::size_t bytes_max) noexcept : bytes_max_{bytes_max} {}
    ByteBudget(const ByteBudget&) = delete;
    ByteBudget& operator=(const ByteBudget&) = delete;
    ~ByteBudget();

    /// A slot of `bytes`, or nothing when the budget does not hold them: never waits.
    [[nodiscard]] std::optional<Slot> try_take(std::size_t bytes) noexcept;
    [[nodiscard]] std::size_t bytes_used() const noexcept { return bytes_used_.load(); }
    [[nodiscard]] std::size_t bytes_max() const noexcept { return bytes_max_; }

  private:
    const std::size_t bytes_max_;
    std::atomic<std::size_t> bytes_used_{0};
};

}  // namespace pramana
