#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

/// A block of a CUDA grid on one thread of the processor: each of its threads is a fiber that runs
/// until it meets others. Shared memory begins as rubbish; asynchronous copies happen at the last
/// moment that a wait allows, and their place is rubbish until then. Lanes of one warp that part
/// ways, warps that end while others wait, a write behind shared memory, addresses off their
/// alignment or outside of it, and rows of a matrix in one bank end the program.
namespace pramana::parity {

/// Which warp runs when. A barrier that is missing shows under one of them.
enum class WarpOrder : std::uint8_t {
    kShuffled,    ///< each as far as barriers allow, in an order that changes
    kInTurn,      ///< side by side, from one meeting of a warp's lanes to the next
    kFirstFirst,  ///< each as far as barriers allow
    kLastFirst,
};
extern WarpOrder warp_order;
/// Shared memory that a block may have; of an H100 unless a test sets it.
extern std::size_t shared_bytes_max;

/// Ends the program: a rule of the device was broken.
[[noreturn]] void broken(const char* rule);

struct ThreadIndex {
    unsigned x = 0;
    unsigned y = 0;
    unsigned z = 0;
};
extern ThreadIndex running_thread;

/// Runs `body` as each of `threads` threads (a multiple of 32) of one block.
void run_block(unsigned threads, std::size_t shared, const std::function<void()>& body);

/// Waits for all 32 lanes of the warp, then `collective` runs once with what each of them brought.
using Collective = void (*)(void* const* lanes);
void meet_warp(void* mine, Collective collective);

/// Waits for all threads of the block. Returns whether any of them said true.
bool meet_block(bool mine = false);

/// The block's shared memory.
[[nodiscard]] std::uint8_t* block_memory();

/// Whether so many bytes there are in it.
[[nodiscard]] bool in_block_memory(const void* at, std::size_t size);

/// cp.async of 16 bytes (zeros, and nothing is read, unless `there`), its groups and its wait.
void begin_copy(void* to, const void* from, bool there = true);
void end_copy_group();
void wait_for_copies(std::size_t pending_groups);

}  // namespace pramana::parity
