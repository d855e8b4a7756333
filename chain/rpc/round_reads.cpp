// What the submitter reads before it binds and at the start of a round.
#include "pinned_read.hpp"
#include "submit_reads.hpp"

#include <algorithm>

namespace pramana::chain_rpc {
namespace {

Result<std::uint64_t> count_in(const RpcAnswer& answer) {
    if (const RpcFailure* const failure = failure_in(answer))
        return rejected(*failure, "chain_rpc.nonce");
    return read_u64(answer.result);
}

Result<Word256> quantity_in(const RpcAnswer& answer) {
    if (const RpcFailure* const failure = failure_in(answer))
        return rejected(*failure, "chain_rpc.balance");
    return read_quantity(answer.result);
}

/// The head as the only endpoint names it.
Result<BlockHeader> lone_head_in(const ChainReader& reader, const RpcAnswer& answer) {
    Result<BlockHeader> head = header_in(answer, BlockTag::kLatest);
    if (head) static_cast<void>(reader.rpc().note_head(0, head->number, head->number));
    return head;
}

Result<RoundFacts> read_round_by_quorum(const ChainReader& reader, const Address& account,
                                        bool ask_finalized_tag,
                                        const std::vector<Hash32>& tx_hashes) {
    RoundFacts facts;
    const Result<BlockHeader> head = reader.pin();
    if (!head) return head.error();
    facts.head = *head;
    const Result<std::uint64_t> nonce = reader.transaction_count(account, *head);
    if (!nonce) return nonce.error();
    facts.chain_nonce = *nonce;
    if (ask_finalized_tag) {
        const Result<BlockHeader> finalized = reader.pin(BlockTag::kFinalized);
        if (!finalized && finalized.error().code != Errc::kNotFound) return finalized.error();
        if (finalized) facts.finalized = *finalized;
    }
    Result<std::vector<std::optional<Receipt>>> receipts = reader.receipts(tx_hashes, *head);
    if (!receipts) return receipts.error();
    facts.receipts = *std::move(receipts);
    return facts;
}

}  // namespace

Result<AccountFacts> read_account(const ChainReader& reader, const Address& account) {
    AccountFacts facts;
    if (reader.rpc().endpoint_count() > 1) {
        const Result<BlockHeader> head = reader.pin();
        if (!head) return head.error();
        const Result<FeeMarket> market = reader.fee_market();
        if (!market) return market.error();
        const Result<Word256> balance = reader.balance(account, *head);
        if (!balance) return balance.error();
        const Result<std::uint64_t> nonce = reader.transaction_count(account, *head);
        if (!nonce) return nonce.error();
        return AccountFacts{*head, *market, *balance, *nonce};
    }
    const Result<std::vector<RpcAnswer>> answers =
        reader.rpc().batch({block_call(BlockTag::kLatest), fee_market_call(),
                            account_call("eth_getBalance", account, BlockTag::kLatest),
                            account_call("eth_getTransactionCount", account, BlockTag::kLatest)});
    if (!answers) return answers.error();
    const Result<BlockHeader> head = lone_head_in(reader, (*answers)[0]);
    if (!head) return head.error();
    const Result<FeeMarket> market = fee_market_in((*answers)[1]);
    if (!market) return market.error();
    const Result<Word256> balance = quantity_in((*answers)[2]);
    if (!balance) return balance.error();
    const Result<std::uint64_t> nonce = count_in((*answers)[3]);
    if (!nonce) return nonce.error();
    return AccountFacts{*head, *market, *balance, *nonce};
}

Result<RoundFacts> read_round(const ChainReader& reader, const Address& account,
                              bool ask_finalized_tag, const std::vector<Hash32>& tx_hashes) {
    RpcClient& rpc = reader.rpc();
    if (rpc.endpoint_count() > 1)
        return read_round_by_quorum(reader, account, ask_finalized_tag, tx_hashes);
    std::vector<RpcCall> calls{block_call(BlockTag::kLatest),
                               account_call("eth_getTransactionCount", account, BlockTag::kLatest)};
    if (ask_finalized_tag) calls.push_back(block_call(BlockTag::kFinalized));
    const std::size_t before = calls.size();
    const std::size_t with = std::min(tx_hashes.size(), rpc.batch_calls_max() - before);
    for (RpcCall& call : receipt_calls(std::span{tx_hashes}.first(with)))
        calls.push_back(std::move(call));
    const Result<std::vector<RpcAnswer>> answers = rpc.batch(calls);
    if (!answers) return answers.error();
    RoundFacts facts;
    const Result<BlockHeader> head = lone_head_in(reader, (*answers)[0]);
    if (!head) return head.error();
    facts.head = *head;
    const Result<std::uint64_t> nonce = count_in((*answers)[1]);
    if (!nonce) return nonce.error();
    facts.chain_nonce = *nonce;
    if (ask_finalized_tag) {
        const Result<BlockHeader> finalized = header_in((*answers)[2], BlockTag::kFinalized);
        if (!finalized && finalized.error().code != Errc::kNotFound) return finalized.error();
        if (finalized) facts.finalized = *finalized;
    }
    Result<std::vector<std::optional<Receipt>>> first = receipts_in(
        std::span{*answers}.subspan(before), std::span{tx_hashes}.first(with), BlockTag::kLatest);
    if (!first) return first.error();
    facts.receipts = *std::move(first);
    if (with == tx_hashes.size()) return facts;
    Result<std::vector<std::optional<Receipt>>> rest =
        reader.receipts({tx_hashes.begin() + static_cast<std::ptrdiff_t>(with), tx_hashes.end()});
    if (!rest) return rest.error();
    std::move(rest->begin(), rest->end(), std::back_inserter(facts.receipts));
    return facts;
}

Result<std::vector<std::optional<BlockHeader>>> read_headers(
    const ChainReader& reader, const std::vector<std::uint64_t>& numbers) {
    using Headers = std::vector<std::optional<BlockHeader>>;
    RpcClient& rpc = reader.rpc();
    Headers all;
    for (std::size_t start = 0; start < numbers.size(); start += rpc.batch_calls_max()) {
        const std::size_t end = std::min(numbers.size(), start + rpc.batch_calls_max());
        std::vector<RpcCall> calls;
        for (std::size_t i = start; i < end; ++i) calls.push_back(block_call(BlockRef{numbers[i]}));
        const auto decode = [&](const std::vector<RpcAnswer>& answers) -> Result<Headers> {
            Headers some;
            for (std::size_t i = 0; i < answers.size(); ++i) {
                Result<BlockHeader> header = header_in(answers[i], BlockRef{numbers[start + i]});
                if (!header && header.error().code != Errc::kNotFound) return header.error();
                if (header)
                    some.emplace_back(*std::move(header));
                else
                    some.emplace_back();
            }
            return some;
        };
        const auto key = [](const Headers& headers) {
            std::string text;
            for (const std::optional<BlockHeader>& each : headers)
                text += (each ? key_of(*each) : "none") + "\n";
            return text;
        };
        Result<Headers> some = decide<Headers>(rpc, calls, "headers", decode, key);
        if (!some) return some.error();
        std::move(some->begin(), some->end(), std::back_inserter(all));
    }
    return all;
}

}  // namespace pramana::chain_rpc
