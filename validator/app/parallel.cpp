#include "parallel.hpp"

#include <algorithm>
#include <thread>

namespace pramana::app {

scoring::ParallelFor parallel_over(unsigned threads) {
    return [threads](std::size_t count, const std::function<void(std::size_t, std::size_t)>& work) {
        const std::size_t parts = std::clamp<std::size_t>(count, 1, std::max(threads, 1U));
        std::vector<std::jthread> others;  // joined before `work` goes
        for (std::size_t i = 1; i < parts; ++i)
            others.emplace_back([&work, begin = count * i / parts, end = count * (i + 1) / parts] {
                work(begin, end);
            });
        work(0, count / parts);
    };
}

scoring::ParallelFor parallel_over_machine() {
    return parallel_over(std::thread::hardware_concurrency());
}

}  // namespace pramana::app
