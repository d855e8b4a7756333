#pragma once

#include "pramana/chain/abi.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/chain/vana.hpp"
#include "pramana/chain_rpc/chain_reader.hpp"

#include <algorithm>

/// What both halves of the fake node share.
namespace pramana::testing_chain {

using chain::SignedTransaction;
using chain::TeeJob;
using chain::abi::TupleEncoder;
using chain_rpc::LogEntry;
using chain_rpc::Receipt;

inline constexpr std::uint64_t kBlockGas = 30'000'000;
inline chain::Selector selector_in(ByteView input) {
    chain::Selector selector;
    std::copy_n(input.begin(), 4, selector.bytes.begin());
    return selector;
}
inline std::uint64_t argument(ByteView input, std::size_t index) {
    Word256 word;
    std::copy_n(input.begin() + 4 + static_cast<std::ptrdiff_t>(index * 32), 32,
                word.bytes.begin());
    return *chain::to_u64(word);
}
inline Hash32 topic(const Word256& word) { return Hash32{word.bytes}; }

inline const chain::Selector kJobs = chain::selector_of("jobs(uint256)");
inline const chain::Selector kJobsCount = chain::selector_of("jobsCount()");
inline const chain::Selector kTeeJobIds =
    chain::selector_of("teeJobIdsPaginated(address,uint256,uint256)");
inline const chain::Selector kIsTee = chain::selector_of("isTee(address)");
inline const chain::Selector kTees = chain::selector_of("tees(address)");
inline const chain::Selector kPaused = chain::selector_of("paused()");
inline const chain::Selector kCancelDelay = chain::selector_of("cancelDelay()");
inline const chain::Selector kMulticall = chain::selector_of("multicall(bytes[])");
inline const chain::Selector kClaim = chain::selector_of("claim()");
inline const chain::Selector kRequestReward = chain::selector_of("requestReward(uint256,uint256)");
inline const chain::Selector kAddProof =
    chain::selector_of("addProof(uint256,(bytes,(uint256,uint256,string,string,string)))");

}  // namespace pramana::testing_chain
