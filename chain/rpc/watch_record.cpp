#include "watch_record.hpp"

#include "pramana/core/endian.hpp"

#include <algorithm>

namespace pramana::chain_rpc {
namespace {

constexpr std::uint8_t kVersion = 2;
constexpr std::size_t kHeadBytes = 18;
constexpr std::size_t kBlockBytes = 72;

void append_block(Bytes& out, const WatchRecord::Block& block) {
    append_be(out, block.number);
    append(out, block.hash.view());
    append(out, block.parent.view());
}

WatchRecord::Block block_at(ByteView bytes, std::size_t at) {
    WatchRecord::Block block;
    block.number = load_be<std::uint64_t>(bytes.data() + at);
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at) + 8;
    std::copy_n(begin, 32, block.hash.bytes.begin());
    std::copy_n(begin + 32, 32, block.parent.bytes.begin());
    return block;
}

}  // namespace

Bytes encode(const WatchRecord& record) {
    Bytes out{kVersion};
    append_be(out, record.next_block);
    append_be(out, record.last_job);
    out.push_back(record.checkpoint ? 1 : 0);
    if (record.checkpoint) append_block(out, *record.checkpoint);
    for (const WatchRecord::Block& block : record.blocks) append_block(out, block);
    return out;
}

std::optional<WatchRecord> decode_watch_record(ByteView bytes) {
    if (bytes.size() < kHeadBytes || bytes[0] != kVersion || bytes[kHeadBytes - 1] > 1 ||
        (bytes.size() - kHeadBytes) % kBlockBytes != 0)
        return std::nullopt;
    const std::size_t count = (bytes.size() - kHeadBytes) / kBlockBytes;
    const std::size_t checkpoints = bytes[kHeadBytes - 1];
    if (count < checkpoints || count - checkpoints > kBlocksKept) return std::nullopt;
    WatchRecord record;
    record.next_block = load_be<std::uint64_t>(bytes.data() + 1);
    record.last_job = load_be<std::uint64_t>(bytes.data() + 9);
    for (std::size_t at = kHeadBytes; at < bytes.size(); at += kBlockBytes) {
        if (at == kHeadBytes && checkpoints == 1)
            record.checkpoint = block_at(bytes, at);
        else
            record.blocks.push_back(block_at(bytes, at));
    }
    // Scanned blocks are one chain that ends where the next scan begins; an altered record is none.
    for (std::size_t i = 0; i < record.blocks.size(); ++i) {
        const std::uint64_t follows = record.next_block - (record.blocks.size() - i);
        if (record.blocks[i].number != follows) return std::nullopt;
        if (i > 0 && record.blocks[i].parent != record.blocks[i - 1].hash) return std::nullopt;
    }
    return record;
}

}  // namespace pramana::chain_rpc
