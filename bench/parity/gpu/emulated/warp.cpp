#include "cuda/device.cuh"

#include <array>
#include <memory>

#include <ucontext.h>

namespace pramana::parity {
namespace {

constexpr unsigned kLanes = 32;
constexpr std::size_t kStackBytes = std::size_t{64} << 10U;

/// 32 fibers on one thread. A fiber runs until it meets the others; then the next one runs.
struct Fibers {
    ucontext_t scheduler{};
    std::array<ucontext_t, kLanes> lanes{};
    std::array<std::unique_ptr<char[]>, kLanes> stacks;  // NOLINT: a stack is raw memory
    std::array<bool, kLanes> ended{};
    /// What the lanes exchange: even and odd meetings have places of their own, so that a lane that
    /// is ahead by one meeting overwrites nothing that another one still reads.
    std::array<std::array<std::uint64_t, kLanes>, 2> given{};
    std::array<std::uint8_t, kLanes> meetings{};
    const std::function<void()>* body = nullptr;
};
Fibers fibers;

void enter_lane() {
    const unsigned lane = running_warp.thread.x;
    (*fibers.body)();
    fibers.ended[lane] = true;
}

void run_warp(const dim3& block) {
    running_warp.block = block;
    for (unsigned lane = 0; lane < kLanes; ++lane) {
        if (fibers.stacks[lane] == nullptr) fibers.stacks[lane].reset(new char[kStackBytes]);
        getcontext(&fibers.lanes[lane]);
        fibers.lanes[lane].uc_stack.ss_sp = fibers.stacks[lane].get();
        fibers.lanes[lane].uc_stack.ss_size = kStackBytes;
        fibers.lanes[lane].uc_link = &fibers.scheduler;
        makecontext(&fibers.lanes[lane], enter_lane, 0);
        fibers.ended[lane] = false;
        fibers.meetings[lane] = 0;
    }
    for (bool any = true; any;) {
        any = false;
        for (unsigned lane = 0; lane < kLanes; ++lane) {
            if (fibers.ended[lane]) continue;
            any = true;
            running_warp.thread = {lane, 0, 0};
            swapcontext(&fibers.scheduler, &fibers.lanes[lane]);
        }
    }
}

}  // namespace

Warp running_warp;

const std::uint64_t* Warp::exchange(std::uint64_t bits) {
    const unsigned lane = thread.x;
    auto& given = fibers.given[fibers.meetings[lane]];
    fibers.meetings[lane] ^= 1U;
    given[lane] = bits;
    swapcontext(&fibers.lanes[lane], &fibers.scheduler);
    return given.data();
}

void run_warps(const dim3& grid, const std::function<void()>& lane) {
    fibers.body = &lane;
    for (unsigned z = 0; z < grid.z; ++z)
        for (unsigned y = 0; y < grid.y; ++y)
            for (unsigned x = 0; x < grid.x; ++x) run_warp({x, y, z});
}

}  // namespace pramana::parity

namespace pramana::scoring::cuda {

void multiply(const std::uint32_t (&a)[4], const std::uint32_t (&b)[2], int (&acc)[4]) {
    std::array<std::array<std::uint32_t, 32>, 6> all{};  // a[0..3] and b[0..1] of every lane
    for (unsigned i = 0; i < 6; ++i) {
        const std::uint64_t* given = parity::running_warp.exchange(i < 4 ? a[i] : b[i - 4]);
        for (unsigned lane = 0; lane < 32; ++lane)
            all[i][lane] = static_cast<std::uint32_t>(given[lane]);
    }
    const auto element = [&all](unsigned reg, unsigned lane, unsigned byte) {
        return static_cast<std::uint8_t>(all[reg][lane] >> (8 * byte));
    };
    const unsigned group = threadIdx.x / 4;
    const unsigned member = threadIdx.x % 4;
    for (unsigned i = 0; i < 4; ++i) {
        const unsigned row = group + 8 * (i / 2);
        const unsigned column = 2 * member + i % 2;
        for (unsigned k = 0; k < 32; ++k) {
            const unsigned of_a = k / 16 * 2 + row / 8;
            const int x = element(of_a, row % 8 * 4 + k % 16 / 4, k % 4);
            const auto w =
                static_cast<std::int8_t>(element(4 + k / 16, column * 4 + k % 16 / 4, k % 4));
            acc[i] += x * w;
        }
    }
}

}  // namespace pramana::scoring::cuda
