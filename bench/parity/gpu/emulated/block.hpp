#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

/// A block of a CUDA grid on one thread of the processor: each of its threads is a fiber that runs
/// until it meets others. Warps run as far apart as barriers allow, in an order that changes, so
/// that a missing barrier shows; shared memory begins as rubbish; asynchronous copies happen at the
/// last moment that a wait allows, and their place is rubbish until then. Lanes of one warp that
/// part ways, a write behind shared memory, addresses off their alignment and rows of a matrix in
/// one bank end the program.
namespace pramana::parity {

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

/// Waits for all threads of the block that have not ended.
void meet_block();

/// The block's shared memory.
[[nodiscard]] std::uint8_t* block_memory();

/// cp.async of 16 bytes, its groups and its wait.
void begin_copy(void* to, const void* from);
void end_copy_group();
void wait_for_copies(std::size_t pending_groups);

}  // namespace pramana::parity
