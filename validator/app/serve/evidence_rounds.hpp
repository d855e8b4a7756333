#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace pramana::app {

/// A thread that does a piece of work again and again, with a pause in between. Destruction asks
/// the running piece to end, by its token, and joins.
class EvidenceRounds {
  public:
    explicit EvidenceRounds(std::function<void(const std::stop_token&)> round,
                            std::chrono::milliseconds pause = std::chrono::milliseconds{1'000});

  private:
    std::jthread thread_;
};

}  // namespace pramana::app
