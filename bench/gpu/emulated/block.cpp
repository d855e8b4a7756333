#include "gpu/emulated/block.hpp"

#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include <ucontext.h>

namespace pramana::parity {
namespace {

constexpr unsigned kLanes = 32;
constexpr std::size_t kStackBytes = std::size_t{64} << 10U;
constexpr std::size_t kGuardBytes = 256;
constexpr int kRubbish = 0xA5;

enum class State : std::uint8_t { kRuns, kMeetsWarp, kMeetsBlock, kEnded };

struct Copy {
    void* to;
    const void* from;  ///< null: zeros
};

/// One thread of the block. Its fiber lives on from block to block.
struct Fiber {
    ucontext_t entry{};
    std::jmp_buf place{};  // a jump costs a fortieth of a swapcontext, which asks the kernel twice
    std::unique_ptr<char[]> stack;  // NOLINT: a stack is raw memory
    bool entered = false;
    State state = State::kEnded;
    void* brought = nullptr;
    Collective collective = nullptr;
    std::vector<std::vector<Copy>> groups;  ///< of copies under way; the last one is open
};

struct Block {
    std::vector<std::unique_ptr<Fiber>> fibers;
    Fiber* running = nullptr;
    ucontext_t scheduler{};
    std::jmp_buf scheduler_place{};
    const std::function<void()>* body = nullptr;
    std::unique_ptr<std::uint8_t[], void (*)(void*)> memory{nullptr, std::free};  // NOLINT
    std::size_t memory_bytes = 0;
    std::size_t shared = 0;  ///< of it, what the launch asked for
    bool any = false;        ///< of the barrier that threads arrive at
    bool any_of_last = false;
    std::uint32_t turn = 1;  ///< decides which warp is first
};
Block block;

/// Back to the scheduler until it resumes this fiber.
void pause_as(State state) {
    Fiber& fiber = *block.running;
    fiber.state = state;
    if (_setjmp(fiber.place) == 0) std::longjmp(block.scheduler_place, 1);  // NOLINT: fibers
}

void run_fiber() {
    for (;;) {
        (*block.body)();
        pause_as(State::kEnded);
    }
}

void resume(unsigned thread) {
    Fiber& fiber = *block.fibers[thread];
    running_thread = {thread, 0, 0};
    block.running = &fiber;
    fiber.state = State::kRuns;
    if (_setjmp(block.scheduler_place) != 0) return;  // NOLINT: fibers
    if (fiber.entered) std::longjmp(fiber.place, 1);  // NOLINT: fibers
    fiber.entered = true;
    setcontext(&fiber.entry);
}

std::unique_ptr<Fiber> make_fiber() {
    auto fiber = std::make_unique<Fiber>();
    fiber->stack.reset(new char[kStackBytes]);
    getcontext(&fiber->entry);
    fiber->entry.uc_stack.ss_sp = fiber->stack.get();
    fiber->entry.uc_stack.ss_size = kStackBytes;
    fiber->entry.uc_link = nullptr;  // it never returns
    makecontext(&fiber->entry, run_fiber, 0);
    return fiber;
}

Fiber& lane_of(unsigned warp, unsigned lane) {
    return *block.fibers[std::size_t{warp} * kLanes + lane];
}

/// Runs a warp until its lanes meet, and lets them.
State step_warp(unsigned warp) {
    void* brought[kLanes];
    for (unsigned lane = 0; lane < kLanes; ++lane) {
        resume(warp * kLanes + lane);
        brought[lane] = lane_of(warp, lane).brought;
    }
    const Fiber& first = lane_of(warp, 0);
    for (unsigned lane = 1; lane < kLanes; ++lane) {
        const Fiber& fiber = lane_of(warp, lane);
        if (fiber.state != first.state) broken("the lanes of a warp part ways");
        if (fiber.state == State::kMeetsWarp && fiber.collective != first.collective)
            broken("the lanes of a warp meet at different places");
    }
    if (first.state == State::kMeetsWarp) first.collective(brought);
    return first.state;
}

/// Runs all warps to the next barrier; false: they have ended.
bool run_to_barrier(unsigned warps) {
    std::vector<State> states(warps, State::kRuns);
    const auto arrived = [&](unsigned warp) {
        return states[warp] == State::kMeetsBlock || states[warp] == State::kEnded;
    };
    block.turn = block.turn * 1664525U + 1013904223U;  // Numerical Recipes' generator
    for (bool again = true; again;) {
        again = false;
        for (unsigned i = 0; i < warps; ++i) {
            unsigned warp = i;
            if (warp_order == WarpOrder::kLastFirst) warp = warps - 1 - i;
            if (warp_order == WarpOrder::kShuffled) warp = (i + (block.turn >> 16U)) % warps;
            while (!arrived(warp)) {
                states[warp] = step_warp(warp);
                again = true;
                if (warp_order == WarpOrder::kInTurn) break;
            }
        }
    }
    for (unsigned warp = 1; warp < warps; ++warp)
        if (states[warp] != states[0]) broken("some warps wait at a barrier for ever");
    return states[0] != State::kEnded;
}

void fill_memory(std::size_t shared) {
    if (block.memory_bytes < shared + kGuardBytes) {
        block.memory_bytes = (shared + kGuardBytes + 255) / 256 * 256;
        block.memory.reset(static_cast<std::uint8_t*>(std::aligned_alloc(256, block.memory_bytes)));
    }
    std::memset(block.memory.get(), kRubbish, shared + kGuardBytes);
}

void check_guard(std::size_t shared) {
    for (std::size_t i = shared; i < shared + kGuardBytes; ++i)
        if (block.memory[i] != kRubbish) broken("a write behind shared memory");
}

bool aligned(const void* p) { return reinterpret_cast<std::uintptr_t>(p) % 16 == 0; }

}  // namespace

ThreadIndex running_thread;
WarpOrder warp_order = WarpOrder::kShuffled;
std::size_t shared_bytes_max = std::size_t{227} << 10U;

void broken(const char* rule) {
    std::fprintf(stderr, "emulated device: %s (thread %u)\n", rule, running_thread.x);
    std::fflush(nullptr);
    std::_Exit(70);
}

void run_block(unsigned threads, std::size_t shared, const std::function<void()>& body) {
    constexpr unsigned kThreadsMax = 1024;
    if (threads == 0 || threads % kLanes != 0 || threads > kThreadsMax)
        broken("a block is whole warps, 32 at most");
    while (block.fibers.size() < threads) block.fibers.push_back(make_fiber());
    block.body = &body;
    block.shared = shared;
    block.any = false;
    fill_memory(shared);
    for (unsigned i = 0; i < threads; ++i) {
        block.fibers[i]->groups.assign(1, {});
        block.fibers[i]->collective = nullptr;
    }
    while (run_to_barrier(threads / kLanes)) {
        block.any_of_last = block.any;
        block.any = false;
    }
    check_guard(shared);
}

void meet_warp(void* mine, Collective collective) {
    block.running->brought = mine;
    block.running->collective = collective;
    pause_as(State::kMeetsWarp);
}

bool meet_block(bool mine) {
    block.any = block.any || mine;
    pause_as(State::kMeetsBlock);
    return block.any_of_last;
}

bool in_block_memory(const void* at, std::size_t size) {
    const auto* const byte = static_cast<const std::uint8_t*>(at);
    return byte >= block.memory.get() && byte + size <= block.memory.get() + block.shared;
}

std::uint8_t* block_memory() { return block.memory.get(); }

void begin_copy(void* to, const void* from, bool there) {
    if (!aligned(to) || !in_block_memory(to, 16))
        broken("a copy to no 16-byte place of shared memory");
    if (there && !aligned(from)) broken("a copy from an odd address");
    std::memset(to, kRubbish, 16);
    block.running->groups.back().push_back({to, there ? from : nullptr});
}

void end_copy_group() { block.running->groups.emplace_back(); }

void wait_for_copies(std::size_t pending_groups) {
    auto& groups = block.running->groups;
    while (groups.size() > pending_groups + 1) {
        for (const Copy& copy : groups.front()) {
            if (copy.from == nullptr)
                std::memset(copy.to, 0, 16);
            else
                std::memcpy(copy.to, copy.from, 16);
        }
        groups.erase(groups.begin());
    }
}

}  // namespace pramana::parity
