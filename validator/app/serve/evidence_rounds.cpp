#include "evidence_rounds.hpp"

#include <condition_variable>
#include <mutex>

namespace pramana::app {

EvidenceRounds::EvidenceRounds(std::function<void(const std::stop_token&)> round,
                               std::chrono::milliseconds pause)
    : thread_{[round = std::move(round), pause](const std::stop_token& stop) {
          std::mutex mutex;
          std::condition_variable_any waits;
          while (!stop.stop_requested()) {
              round(stop);
              std::unique_lock lock{mutex};
              waits.wait_for(lock, stop, pause, [] { return false; });
          }
      }} {}

}  // namespace pramana::app
