#pragma once

#include "chain_access.hpp"
#include "failure.hpp"
#include "platform.hpp"
#include "pramana/core/wei.hpp"

#include <optional>
#include <string>
#include <vector>

namespace pramana::app {

/// The configuration, or its first problem.
[[nodiscard]] Outcome<config::Config> read_validator_config(const std::string& file,
                                                            const Platform& platform);

/// The keys of the configuration without evidence, or of other epochs of the same source.
[[nodiscard]] Outcome<Identity> open_keys_for_person(const config::Config& config,
                                                     const Platform& platform);

/// What the chain knows of one address.
struct ChainEntry {
    std::string pool;     ///< one sentence
    bool active = false;  ///< the pool gives it jobs
    bool encryption_key_fits = false;
    std::uint64_t jobs_pending = 0;
    std::uint64_t transactions = 0;
    std::string balance;                  ///< in coins
    Wei fees;                             ///< earned in the pool and not claimed
    std::vector<std::string> registries;  ///< a sentence each
};

/// Reader over the configured endpoints; the client outlives it.
[[nodiscard]] Outcome<ChainAccess> configured_chain(const config::Config& config);
[[nodiscard]] Outcome<ChainEntry> chain_entry(const chain_rpc::ChainReader& reader,
                                              const config::Config& config,
                                              const keys::PublicIdentity& identity);

}  // namespace pramana::app
