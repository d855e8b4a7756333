// ChainReader's blocks: the one that a quorum shows, and those before it.
#include "pinned_read.hpp"
#include "pramana/chain_rpc/chain_reader.hpp"

#include <algorithm>

namespace pramana::chain_rpc {
namespace {

/// How far below the quorum's head a common block is looked for: tips differ for a slot.
constexpr std::uint64_t kTipBlocks = 3;

/// A header and who showed it.
struct Shown {
    std::size_t endpoint = 0;
    BlockHeader header;
};
using Heads = std::vector<Shown>;

/// Every endpoint's block of the tag; one that does not answer well is left out.
Heads heads_of(RpcClient& rpc, BlockTag tag) {
    const auto enough = [&rpc](const std::vector<Ballot>& ballots) {
        const auto answered = std::count_if(ballots.begin(), ballots.end(), [](const Ballot& each) {
            return each.answers.has_value();
        });
        return static_cast<std::size_t>(answered) >= rpc.quorum();
    };
    // The tags below the head say nothing about who lags.
    const auto audience =
        tag == BlockTag::kLatest ? RpcClient::Audience::kAll : RpcClient::Audience::kTrusted;
    Heads heads;
    for (const Ballot& ballot : rpc.ask_each({block_call(tag)}, audience, enough)) {
        if (!ballot.answers) continue;
        Result<BlockHeader> header = header_in(ballot.answers->front(), tag);
        if (header)
            heads.push_back({ballot.endpoint, *std::move(header)});
        else if (header.error().code == Errc::kMalformedChainData)
            rpc.note_failure(ballot.endpoint, header.error());
    }
    std::sort(heads.begin(), heads.end(),
              [](const Shown& a, const Shown& b) { return a.header.number > b.header.number; });
    return heads;
}

/// Notes who lags and drops them. The reference is the highest head that at least one honest
/// endpoint supports, if no more lie than the quorum tolerates.
void drop_laggards(RpcClient& rpc, Heads& heads) {
    const std::size_t tolerated = heads.size() - rpc.quorum();
    const std::uint64_t reference = heads[tolerated].header.number;
    std::erase_if(heads, [&rpc, reference](const Shown& head) {
        return rpc.note_head(head.endpoint, head.header.number, reference);
    });
}

/// The header that a quorum of the shown ones agrees on; notes who shows another one.
std::optional<BlockHeader> agreed(RpcClient& rpc, const Heads& shown) {
    Tally tally{rpc.quorum()};
    for (const Shown& each : shown) tally.value(each.endpoint, key_of(each.header));
    const std::string* const winner = tally.winner();
    if (winner == nullptr) return std::nullopt;
    std::optional<BlockHeader> header;
    for (const Shown& each : shown) {
        const bool same = key_of(each.header) == *winner;
        if (same) header = each.header;
        rpc.note_fork(each.endpoint, !same);
    }
    return header;
}

/// The newest block at or a few below `top` that a quorum shows.
Result<BlockHeader> common_block(RpcClient& rpc, std::uint64_t top) {
    std::vector<RpcCall> calls;
    for (std::uint64_t down = 0; down <= std::min(kTipBlocks, top); ++down)
        calls.push_back(block_call(BlockRef{top - down}));
    const std::vector<Ballot> ballots = rpc.ask_each(
        calls, RpcClient::Audience::kAll,
        [&rpc](const std::vector<Ballot>& cast) { return cast.size() == rpc.endpoint_count(); });
    Heads lowest;
    std::optional<BlockHeader> newest;
    // Upwards, so that what an endpoint shows at its newest block decides where it stands.
    for (std::size_t down = calls.size(); down-- > 0;) {
        Heads shown;
        for (const Ballot& ballot : ballots) {
            if (!ballot.answers) continue;
            Result<BlockHeader> header = header_in((*ballot.answers)[down], BlockRef{top - down});
            if (header) shown.push_back({ballot.endpoint, *std::move(header)});
        }
        if (std::optional<BlockHeader> header = agreed(rpc, shown)) newest = std::move(header);
        if (down + 1 == calls.size()) lowest = std::move(shown);
    }
    if (newest) return *std::move(newest);
    if (lowest.size() < rpc.quorum()) return Error{Errc::kNoQuorum, "chain_rpc.pin"};
    for (const Shown& each : lowest) rpc.note_disagreement(each.endpoint, "pin");
    return Error{Errc::kEndpointsDisagree, "chain_rpc.pin"};
}

Result<BlockHeader> pin_by_quorum(RpcClient& rpc, BlockTag tag) {
    Heads heads = heads_of(rpc, tag);
    if (heads.size() >= rpc.quorum() && tag == BlockTag::kLatest) drop_laggards(rpc, heads);
    if (heads.size() < rpc.quorum()) return Error{Errc::kNoQuorum, "chain_rpc.pin"};
    const std::uint64_t top = heads[rpc.quorum() - 1].header.number;
    // Usually all show the same head; one that was on another fork is asked at the same height, so
    // that it can come back.
    Heads at_top;
    bool stranger = false;
    for (const Shown& head : heads) {
        if (head.header.number == top) at_top.push_back(head);
        stranger = stranger || (head.header.number != top && !rpc.trusted(head.endpoint));
    }
    if (!stranger)
        if (std::optional<BlockHeader> header = agreed(rpc, at_top)) return *std::move(header);
    return common_block(rpc, top);
}

}  // namespace

RpcCall block_call(BlockRef at) { return {"eth_getBlockByNumber", "[" + quoted(at) + ",false]"}; }

Result<BlockHeader> header_in(const RpcAnswer& answer, const BlockRef& at) {
    if (const RpcFailure* const failure = failure_in(answer))
        return rejected(*failure, "chain_rpc.block");
    if (is_null(result_in(answer))) return Error{Errc::kNotFound, "chain_rpc.block"};
    Result<BlockHeader> header = read_header(result_in(answer));
    if (!header) return header;
    if (at.number && header->number != *at.number)
        return Error{Errc::kNodeInconsistent, "chain_rpc.block.number"};
    if (at.hash && header->hash != *at.hash)
        return Error{Errc::kNodeInconsistent, "chain_rpc.block.replaced"};
    return header;
}

std::string key_of(const BlockHeader& header) {
    return std::to_string(header.number) + " " + to_hex(header.hash.view()) + " " +
           to_hex(header.parent_hash.view()) + " " + std::to_string(header.timestamp_s) + " " +
           std::to_string(header.gas_limit) + " " + std::to_string(header.base_fee_wei) + " " +
           to_hex(header.logs_bloom);
}

Result<BlockHeader> ChainReader::pin(BlockTag tag) const {
    PRAMANA_CHECK(tag != BlockTag::kPending);
    if (rpc_.endpoint_count() == 1) {
        const Result<RpcAnswer> answer = rpc_.call(block_call(tag));
        if (!answer) return answer.error();
        Result<BlockHeader> header = header_in(*answer, tag);
        if (header && tag == BlockTag::kLatest)
            static_cast<void>(rpc_.note_head(0, header->number, header->number));
        return header;
    }
    Result<BlockHeader> header = pin_by_quorum(rpc_, tag);
    if (!header) rpc_.note_refused(header.error().code);
    return header;
}

Result<BlockRef> ChainReader::settled(BlockRef at) const {
    if (rpc_.endpoint_count() == 1 || at.number || at.tag == BlockTag::kPending) return at;
    const Result<BlockHeader> block = pin(at.tag);
    if (!block) return block.error();
    return BlockRef{*block};
}

Result<BlockHeader> ChainReader::block(BlockRef at) const {
    if (!at.number && at.tag != BlockTag::kPending) return pin(at.tag);
    const auto decode = [&at](const std::vector<RpcAnswer>& answers) {
        return header_in(answers.front(), at);
    };
    return decide<BlockHeader>(rpc_, {block_call(at)}, "block", decode, key_of);
}

Result<std::vector<BlockHeader>> ChainReader::blocks(std::uint64_t from, std::uint64_t to) const {
    PRAMANA_CHECK(from <= to && to - from < rpc_.batch_calls_max());
    std::vector<RpcCall> calls;
    for (std::uint64_t number = from; number <= to; ++number)
        calls.push_back(block_call(BlockRef{number}));
    using Chain = std::vector<BlockHeader>;
    const auto decode = [from](const std::vector<RpcAnswer>& answers) -> Result<Chain> {
        Chain chain;
        for (const RpcAnswer& answer : answers) {
            Result<BlockHeader> header = header_in(answer, BlockRef{from + chain.size()});
            if (!header) return header.error();
            if (!chain.empty() && header->parent_hash != chain.back().hash)
                return Error{Errc::kNodeInconsistent, "chain_rpc.blocks.parent"};
            chain.push_back(*std::move(header));
        }
        return chain;
    };
    return decide<Chain>(rpc_, calls, "blocks", decode, [](const Chain& chain) {
        std::string key;
        for (const BlockHeader& header : chain) key += key_of(header) + "\n";
        return key;
    });
}

}  // namespace pramana::chain_rpc
