#pragma once

#include "pramana/chain_rpc/chain_reader.hpp"
#include "pramana/core/result.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace pramana::faults {

/// What the harness writes for one run of `chain_soak`; members of a JSON object of the same names.
/// The directory, rpc_urls, chain_id, the contracts and the key must be there.
struct SoakConfig {
    std::filesystem::path directory;  ///< of the store
    std::vector<std::string> rpc_urls;
    std::vector<std::string> websocket_urls;  ///< newHeads that wake the worker
    std::uint64_t chain_id = 0;
    chain_rpc::Contracts contracts;  ///< `data_registry`, `tee_pool`
    Bytes key;                       ///< 32 bytes; a published test key
    std::uint64_t start_block = 0;
    std::uint64_t final_depth = 2;
    bool ask_finalized_tag = false;
    std::chrono::milliseconds poll{20};
    std::chrono::milliseconds call_time_max{2'000};
    std::uint64_t window = 16;
    std::uint64_t batch_max = 1;                  ///< proofs in one transaction
    std::uint64_t tip_wei_min = 1'000'000;        ///< per gas
    std::uint64_t tip_wei_max = 50'000'000'000;   ///< per gas
    std::uint64_t max_fee_wei = 500'000'000'000;  ///< per gas; the fee policy's ceiling
    std::chrono::seconds sweep_every{600};
    std::chrono::seconds clock_ahead{0};  ///< what our clock shows beyond the machine's
    std::chrono::seconds clock_jump{0};   ///< added once, after `clock_jump_after`
    std::chrono::milliseconds clock_jump_after{0};
    std::chrono::milliseconds signer_delay{0};  ///< of every signature
    std::uint64_t signer_failures = 0;          ///< the first so many calls fail
    std::uint64_t signer_lies = 0;              ///< the next so many sign another transaction
    bool torn_tail_accepted = false;
    std::filesystem::path boot_id_file;  ///< empty: the machine's
    std::uint64_t free_bytes_min = 0;    ///< of the store's disk
};

/// Errors: kConfigInvalid; kBadRequest, kIo and others of what it reads with.
[[nodiscard]] Result<SoakConfig> read_soak_config(const std::filesystem::path& file);

}  // namespace pramana::faults
