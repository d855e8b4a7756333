#include "parity/gpu/emulated/block.hpp"

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
    const void* from;
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
    std::uint32_t turn = 1;  ///< decides which warp is first
};
Block block;

[[noreturn]] void fail(const char* why) {
    std::fprintf(stderr, "emulated block: %s\n", why);
    std::abort();
}

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

/// Runs a warp until its lanes meet the block or have ended; says whether they have ended.
bool run_warp(unsigned warp) {
    for (;;) {
        void* brought[kLanes];
        unsigned meeting = 0;
        unsigned ended = 0;
        for (unsigned lane = 0; lane < kLanes; ++lane) {
            resume(warp * kLanes + lane);
            const Fiber& fiber = lane_of(warp, lane);
            brought[lane] = fiber.brought;
            meeting += fiber.state == State::kMeetsWarp ? 1 : 0;
            ended += fiber.state == State::kEnded ? 1 : 0;
            if (fiber.collective != lane_of(warp, 0).collective)
                fail("the lanes of a warp meet at different places");
        }
        if (ended == kLanes) return true;
        if (meeting == 0 && ended == 0) return false;
        if (meeting != kLanes) fail("the lanes of a warp part ways");
        lane_of(warp, 0).collective(brought);
    }
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
        if (block.memory[i] != kRubbish) fail("a write behind shared memory");
}

void check_aligned(const void* p, const char* what) {
    if (reinterpret_cast<std::uintptr_t>(p) % 16 != 0) fail(what);
}

}  // namespace

ThreadIndex running_thread;

void run_block(unsigned threads, std::size_t shared, const std::function<void()>& body) {
    if (threads == 0 || threads % kLanes != 0) fail("a block is whole warps");
    while (block.fibers.size() < threads) block.fibers.push_back(make_fiber());
    block.body = &body;
    fill_memory(shared);
    for (unsigned i = 0; i < threads; ++i) {
        block.fibers[i]->groups.assign(1, {});
        block.fibers[i]->collective = nullptr;
    }
    const unsigned warps = threads / kLanes;
    std::vector<bool> ended(warps, false);
    for (bool any = true; any;) {
        any = false;
        block.turn = block.turn * 1664525U + 1013904223U;  // Numerical Recipes' generator
        for (unsigned i = 0; i < warps; ++i) {
            const unsigned warp = (i + (block.turn >> 16U)) % warps;
            if (ended[warp]) continue;
            ended[warp] = run_warp(warp);
            any = any || !ended[warp];
        }
    }
    check_guard(shared);
}

void meet_warp(void* mine, Collective collective) {
    block.running->brought = mine;
    block.running->collective = collective;
    pause_as(State::kMeetsWarp);
}

void meet_block() { pause_as(State::kMeetsBlock); }

std::uint8_t* block_memory() { return block.memory.get(); }

void begin_copy(void* to, const void* from) {
    check_aligned(to, "an asynchronous copy to an odd address");
    check_aligned(from, "an asynchronous copy from an odd address");
    std::memset(to, kRubbish, 16);
    block.running->groups.back().push_back({to, from});
}

void end_copy_group() { block.running->groups.emplace_back(); }

void wait_for_copies(std::size_t pending_groups) {
    auto& groups = block.running->groups;
    while (groups.size() > pending_groups + 1) {
        for (const Copy& copy : groups.front()) std::memcpy(copy.to, copy.from, 16);
        groups.erase(groups.begin());
    }
}

}  // namespace pramana::parity
