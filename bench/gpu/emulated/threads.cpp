// Blocks of warps on one thread of the processor: a fiber for each thread. A fiber runs until it
// meets the others of its warp or its block.
#include "cuda/search_device.cuh"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include <ucontext.h>

namespace pramana::gpu::emulated {

WarpOrder warp_order = WarpOrder::kInTurn;
std::size_t shared_bytes_max = 227 << 10;

namespace {

constexpr unsigned kLanes = 32;
constexpr unsigned kThreadsMax = 1024;
constexpr std::size_t kStackBytes = std::size_t{64} << 10U;
constexpr unsigned char kPoison = 0x5B;  // what a copy that has not ended leaves

unsigned running_block = 0;
unsigned running_thread = 0;

[[noreturn]] void broken(const char* rule) {
    std::fprintf(stderr, "emulated device: %s (block %u, thread %u)\n", rule, running_block,
                 running_thread);
    std::fflush(nullptr);
    std::_Exit(70);
}

#if defined(__x86_64__)
// swapcontext asks the kernel each time, which takes twenty times as long as the rest.
struct Context {
    void* stack = nullptr;
};
extern "C" void pramana_switch_stack(void** save, void* load);
asm(R"(.text
.globl pramana_switch_stack
.type pramana_switch_stack, @function
pramana_switch_stack:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
.size pramana_switch_stack, .-pramana_switch_stack
)");
void switch_to(Context& from, Context& to) { pramana_switch_stack(&from.stack, to.stack); }
void begin_at(Context& context, char* stack, void (*entry)()) {
    constexpr std::size_t kSaved = 6;
    // A function finds its stack 8 bytes below a multiple of 16, as if it had been called.
    auto* const top = reinterpret_cast<void**>(stack + kStackBytes - 64) - kSaved - 2;
    std::fill_n(top, kSaved, nullptr);
    top[kSaved] = reinterpret_cast<void*>(entry);
    context.stack = static_cast<void*>(top);
}
#else
struct Context {
    ucontext_t state{};
};
void switch_to(Context& from, Context& to) { swapcontext(&from.state, &to.state); }
void begin_at(Context& context, char* stack, void (*entry)()) {
    getcontext(&context.state);
    context.state.uc_stack.ss_sp = stack;
    context.state.uc_stack.ss_size = kStackBytes;
    context.state.uc_link = nullptr;
    makecontext(&context.state, entry, 0);
}
#endif

struct PendingCopy {
    void* to;
    const void* from;
    bool there;
};

struct Fiber {
    Context context{};
    std::unique_ptr<char[]> stack;  // NOLINT: a stack is raw memory
    bool ended = false;
    bool at_barrier = false;
    std::uint64_t barrier = 0;   ///< which one it waits for
    std::uint64_t meetings = 0;  ///< of its warp that it has been to
    std::vector<PendingCopy> copies;
};

/// What a lane gives at a meeting: the registers of a product, or an address.
struct Given {
    std::uint64_t words[6];
};

struct Block {
    std::vector<Fiber> fibers;
    unsigned threads = 0;
    /// By warp; even and odd meetings have places of their own, because a lane may be ahead by one.
    std::vector<std::array<std::array<Given, kLanes>, 2>> given;
    unsigned arrived = 0;
    std::uint64_t barrier = 0;  ///< how many have been passed
    bool any = false;           ///< of the barrier that threads arrive at
    bool any_of_last = false;
    unsigned char* shared = nullptr;
    const std::function<void()>* body = nullptr;
    Context scheduler{};
};
Block device;

Fiber& self() { return device.fibers[running_thread]; }

void to_scheduler(Fiber& fiber) { switch_to(fiber.context, device.scheduler); }

void enter() {
    (*device.body)();
    self().ended = true;
    to_scheduler(self());
    std::abort();
}

void resume(unsigned thread) {
    running_thread = thread;
    switch_to(device.scheduler, device.fibers[thread].context);
}

bool blocked(const Fiber& fiber) {
    return fiber.ended || (fiber.at_barrier && fiber.barrier == device.barrier);
}

/// Each lane until its next meeting; false: all have ended or wait at the barrier.
bool step_warp(unsigned warp) {
    bool moved = false;
    for (unsigned lane = warp * kLanes; lane < (warp + 1) * kLanes; ++lane) {
        if (blocked(device.fibers[lane])) continue;
        moved = true;
        resume(lane);
    }
    const Fiber& first = device.fibers[std::size_t{warp} * kLanes];
    for (unsigned lane = warp * kLanes; lane < (warp + 1) * kLanes; ++lane) {
        const Fiber& fiber = device.fibers[lane];
        if (fiber.ended != first.ended || fiber.meetings != first.meetings)
            broken("the lanes of a warp part");
    }
    return moved;
}

void start(unsigned thread) {
    Fiber& fiber = device.fibers[thread];
    if (fiber.stack == nullptr) fiber.stack.reset(new char[kStackBytes]);
    begin_at(fiber.context, fiber.stack.get(), enter);
    fiber.ended = fiber.at_barrier = false;
    fiber.meetings = 0;
    fiber.copies.clear();
}

bool step_all() {
    const unsigned warps = device.threads / kLanes;
    bool moved = false;
    for (unsigned i = 0; i < warps; ++i) {
        const unsigned warp = warp_order == WarpOrder::kLastFirst ? warps - 1 - i : i;
        while (step_warp(warp)) {
            moved = true;
            if (warp_order == WarpOrder::kInTurn) break;
        }
    }
    return moved;
}

void run_block(unsigned index) {
    running_block = index;
    device.arrived = 0;
    device.barrier = 0;
    device.any = false;
    for (unsigned thread = 0; thread < device.threads; ++thread) start(thread);
    while (step_all()) {
    }
    for (unsigned thread = 0; thread < device.threads; ++thread)
        if (!device.fibers[thread].ended) broken("some threads wait at a barrier for ever");
}

/// All lanes of the warp give something and see what the others gave.
const std::array<Given, kLanes>& meet(const Given& mine) {
    Fiber& fiber = self();
    const unsigned thread = running_thread;
    auto& given = device.given[thread / kLanes][fiber.meetings % 2];
    ++fiber.meetings;
    given[thread % kLanes] = mine;
    to_scheduler(fiber);
    return given;
}

bool is_shared(const void* at, std::size_t size, std::size_t shared_bytes) {
    const auto* byte = static_cast<const unsigned char*>(at);
    return byte >= device.shared && byte + size <= device.shared + shared_bytes;
}
std::size_t shared_now = 0;

}  // namespace

void run_blocks(unsigned blocks, unsigned threads, std::size_t shared_bytes,
                const std::function<void()>& thread) {
    if (threads == 0 || threads > kThreadsMax || threads % kLanes != 0)
        broken("a block has whole warps, 32 at most");
    if (device.fibers.size() < threads) device.fibers = std::vector<Fiber>(threads);
    device.given.resize(threads / kLanes);
    device.threads = threads;
    device.body = &thread;
    shared_now = (shared_bytes + 127) / 128 * 128;
    device.shared = static_cast<unsigned char*>(std::aligned_alloc(128, shared_now + 128));
    for (unsigned i = 0; i < blocks; ++i) {
        std::memset(device.shared, kPoison, shared_now);
        run_block(i);
    }
    std::free(device.shared);
}

unsigned thread_index() { return running_thread; }
unsigned block_index() { return running_block; }
unsigned char* shared() { return device.shared; }

bool barrier(bool mine) {
    Fiber& fiber = self();
    fiber.at_barrier = true;
    fiber.barrier = device.barrier;
    device.any |= mine;
    if (++device.arrived == device.threads) {
        device.arrived = 0;
        device.any_of_last = device.any;
        device.any = false;
        ++device.barrier;
    }
    to_scheduler(fiber);
    fiber.at_barrier = false;
    return device.any_of_last;
}

void load_matrices(const void* row, std::uint32_t (&out)[4]) {
    if (reinterpret_cast<std::uintptr_t>(row) % 16 != 0 || !is_shared(row, 16, shared_now))
        broken("a matrix row lies at no 16-byte place of shared memory");
    const auto& given = meet({{reinterpret_cast<std::uintptr_t>(row)}});
    const unsigned lane = running_thread % kLanes;
    for (unsigned matrix = 0; matrix < 4; ++matrix) {
        unsigned banks = 0;
        for (unsigned r = 0; r < 8; ++r) banks |= 1U << given[8 * matrix + r].words[0] / 16 % 8;
        if (banks != 0xFF) broken("two rows of a matrix lie in one bank");
        const std::uint64_t address = given[8 * matrix + lane / 4].words[0];
        const auto* const from = reinterpret_cast<const char*>(address);  // NOLINT: was a pointer
        std::memcpy(&out[matrix], from + std::size_t{4} * (lane % 4), 4);
    }
}

void multiply_signed(const std::uint32_t (&a)[4], std::uint32_t b0, std::uint32_t b1,
                     int (&acc)[4]) {
    const auto& all = meet({{a[0], a[1], a[2], a[3], b0, b1}});
    const unsigned group = running_thread % kLanes / 4;
    const unsigned member = running_thread % 4;
    // Two rows of a and two columns of b, the four bytes of each word in the order of memory.
    std::uint32_t words[4][8];
    for (unsigned i = 0; i < 2; ++i)
        for (unsigned four = 0; four < 8; ++four) {
            words[i][four] =
                static_cast<std::uint32_t>(all[group * 4 + four % 4].words[four / 4 * 2 + i]);
            words[2 + i][four] = static_cast<std::uint32_t>(
                all[(2 * member + i) * 4 + four % 4].words[4 + four / 4]);
        }
    std::int8_t bytes[4][32];
    std::memcpy(bytes, words, sizeof bytes);
    for (unsigned i = 0; i < 4; ++i) {
        int sum = 0;
        for (unsigned k = 0; k < 32; ++k) sum += bytes[i / 2][k] * bytes[2 + i % 2][k];
        acc[i] += sum;
    }
}

void copy_async(void* to, const void* from, bool there) {
    if (reinterpret_cast<std::uintptr_t>(to) % 16 != 0 || !is_shared(to, 16, shared_now) ||
        (there && reinterpret_cast<std::uintptr_t>(from) % 16 != 0))
        broken("a copy begins or ends at no 16-byte place");
    std::memset(to, kPoison, 16);
    self().copies.push_back({to, from, there});
}

void wait_copies() {
    for (const PendingCopy& copy : self().copies) {
        if (copy.there)
            std::memcpy(copy.to, copy.from, 16);
        else
            std::memset(copy.to, 0, 16);
    }
    self().copies.clear();
}

std::uint64_t warp_largest(std::uint64_t v) {
    const auto& all = meet({{v}});
    for (const Given& given : all) v = given.words[0] > v ? given.words[0] : v;
    return v;
}

}  // namespace pramana::gpu::emulated
