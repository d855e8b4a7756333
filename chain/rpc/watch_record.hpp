#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <optional>
#include <vector>

/// What the watcher keeps over a restart.
namespace pramana::chain_rpc {

inline constexpr std::size_t kBlocksKept = 64;

struct WatchRecord {
    struct Block {
        std::uint64_t number = 0;
        Hash32 hash;
        Hash32 parent;
    };
    std::uint64_t next_block = 0;
    std::uint64_t last_job = 0;
    std::optional<Block> checkpoint;
    std::vector<Block> blocks;  ///< at most kBlocksKept
};

/// version(1) = 2 || next block(8) || last job(8) || checkpoints(1): 0 or 1 || { number(8) ||
/// hash(32) || parent(32) }*, the checkpoint first.
[[nodiscard]] Bytes encode(const WatchRecord& record);
/// nullopt = not such a record, also one of an older version: it only saves work.
[[nodiscard]] std::optional<WatchRecord> decode_watch_record(ByteView bytes);

}  // namespace pramana::chain_rpc
