#include "model/parts.hpp"
#include "pramana/core/check.hpp"
#include "pramana/scoring_cuda/runtime.hpp"

#include <cstdlib>

namespace pramana::scoring::cuda {

std::string_view name_of(RuntimeState state) noexcept {
    switch (state) {
        case RuntimeState::kAsleep: return "asleep";
        case RuntimeState::kStarting: return "starting";
        case RuntimeState::kReady: return "ready";
        case RuntimeState::kRebuilding: return "rebuilding";
        case RuntimeState::kDown: return "down";
        case RuntimeState::kEnded: return "ended";
    }
    std::abort();
}

RuntimeLimits limits_of(const Model& model, std::uint32_t tokens_max) {
    return {.tokens_max = tokens_max,
            .positions = model.parts().positions,
            .words = static_cast<std::uint32_t>(model.parts().vocabulary.size())};
}

std::vector<BatchShape> shapes_of(const RuntimeLimits& limits) {
    PRAMANA_CHECK(limits.steps > 0 && limits.positions >= 64);
    const std::uint32_t step = limits.tokens_max / limits.steps;
    PRAMANA_CHECK(step >= 2 * limits.positions);  // any text fits the smallest shape, padded
    std::vector<BatchShape> shapes;
    for (std::uint32_t i = 1; i <= limits.steps; ++i) shapes.push_back({i * step, i * step / 32});
    return shapes;
}

}  // namespace pramana::scoring::cuda
