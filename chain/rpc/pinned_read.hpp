#pragma once

#include "pramana/chain_rpc/chain_reader.hpp"
#include "quorum.hpp"
#include "rpc_decode.hpp"
#include "rpc_failure.hpp"

#include <span>

namespace pramana::chain_rpc {

/// eth_getBlockByNumber without transactions.
[[nodiscard]] RpcCall block_call(BlockRef at);
/// Its result. Errors: kNotFound (null), kNodeInconsistent (another number, another hash than the
/// reference's).
[[nodiscard]] Result<BlockHeader> header_in(const RpcAnswer& answer, const BlockRef& at);
/// What must be equal in two headers.
[[nodiscard]] std::string key_of(const BlockHeader& header);

/// eth_feeHistory of the last blocks, and its result.
[[nodiscard]] RpcCall fee_market_call();
[[nodiscard]] Result<FeeMarket> fee_market_in(const RpcAnswer& answer);

/// A method about an account at a block.
[[nodiscard]] RpcCall account_call(const char* method, const Address& account, const BlockRef& at);
/// eth_getTransactionReceipt of each.
[[nodiscard]] std::vector<RpcCall> receipt_calls(std::span<const Hash32> tx_hashes);
/// Their results, as of the block where `at` names one. Errors: kNodeInconsistent (of another
/// transaction).
[[nodiscard]] Result<std::vector<std::optional<Receipt>>> receipts_in(
    std::span<const RpcAnswer> answers, std::span<const Hash32> tx_hashes, const BlockRef& at);

/// eth_call of a view.
[[nodiscard]] RpcCall view_call(const Address& to, const Bytes& input, const BlockRef& at);
/// Its return data. Errors: kReverted (the contract has no such function), kRpcRejected.
[[nodiscard]] Result<Bytes> returned_by_view(const RpcAnswer& answer);

/// eth_calls (and other reads whose results are hex) at a settled block, at most a batch less one,
/// decided by quorum as they are: equal results, equal revert data, an error for an error. Returns
/// one endpoint's answers to `calls`. Errors: those of read_bound.
[[nodiscard]] Result<std::vector<RpcAnswer>> answers_by_quorum(RpcClient& rpc,
                                                               std::vector<RpcCall> calls,
                                                               const BlockRef& at,
                                                               std::string_view site);

/// A value and the block that it was read at (zero where a lone endpoint was asked at a tag).
template <class T>
struct Bound {
    T value;
    Hash32 block;
};

/// `calls` at `at` (settled: no tag where there is a quorum to ask), with the block in the same
/// batch, decided by quorum. `decode(answers)` reads the answers to `calls` to a Result<T>;
/// `key(value)` is what must be equal.
template <class T, class Decode, class Key>
[[nodiscard]] Result<T> read_bound(RpcClient& rpc, std::vector<RpcCall> calls, const BlockRef& at,
                                   std::string_view site, const Decode& decode, const Key& key) {
    const bool binds = at.number && (at.hash || rpc.endpoint_count() > 1);
    const bool pending = !at.number && at.tag == BlockTag::kPending;
    if (binds) calls.push_back(block_call(at));
    const auto read = [&](const std::vector<RpcAnswer>& answers) -> Result<Bound<T>> {
        Hash32 block;
        if (binds) {
            const Result<BlockHeader> header = header_in(answers.back(), at);
            if (!header) return header.error();
            block = header->hash;
        }
        Result<T> value = decode(answers);
        if (!value) return value.error();
        return Bound<T>{*std::move(value), block};
    };
    Result<Bound<T>> bound = [&]() -> Result<Bound<T>> {
        if (!pending)
            return decide<Bound<T>>(rpc, calls, site, read, [&key](const Bound<T>& each) {
                return to_hex(each.block.view()) + " " + key(each.value);
            });
        const Result<std::vector<RpcAnswer>> answers = rpc.batch(calls);
        if (!answers) return answers.error();
        return read(*answers);
    }();
    if (!bound) return bound.error();
    return std::move(bound->value);
}

}  // namespace pramana::chain_rpc
