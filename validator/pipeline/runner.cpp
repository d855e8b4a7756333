#include "pramana/core/check.hpp"
#include "pramana/os/log.hpp"
#include "pramana/pipeline/pipeline.hpp"

#include <condition_variable>
#include <mutex>

namespace pramana::pipeline {
namespace {

constexpr std::chrono::milliseconds kIdle{1'000};
constexpr std::chrono::milliseconds kAfterFailure{30'000};  // what fails may fail for days

}  // namespace

Runner::Runner(Pipeline& pipeline, unsigned workers) {
    PRAMANA_CHECK(workers >= 1);
    for (unsigned i = 0; i < workers; ++i)
        threads_.emplace_back([&pipeline](const std::stop_token& stop) {
            while (!stop.stop_requested())
                if (!pipeline.step_next()) pipeline.wait_for_work(stop, kIdle);
        });
    threads_.emplace_back([&pipeline](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any ticking;
        while (!stop.stop_requested()) {
            const Status kept = pipeline.keep_house();
            if (!kept) log::warn("pipeline.house.failed", {{"error", kept.error()}});
            std::unique_lock lock{mutex};
            ticking.wait_for(lock, stop, kept ? kIdle : kAfterFailure, [] { return false; });
        }
    });
}

Runner::~Runner() {
    for (std::jthread& thread : threads_) thread.request_stop();
}

}  // namespace pramana::pipeline
