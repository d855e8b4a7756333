#pragma once

#include "failure.hpp"
#include "pramana/chain_rpc/chain_reader.hpp"
#include "pramana/config/config.hpp"
#include "pramana/store/store.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace pramana::app {

enum class Verdict : std::uint8_t {
    kOk,
    kWarn,  ///< works, and should not stay so
    kFail,  ///< no proof gets onto the chain, or none that pays
};

/// One thing that was looked at.
struct Finding {
    Verdict verdict = Verdict::kOk;
    std::string name;       ///< stable, snake_case: "endpoint", "balance"
    std::string text;       ///< what was found
    std::string next_step;  ///< what to do; empty when it is well
};

/// Who we are on chain.
struct WorkerFacts {
    Address address;
    std::string public_key;             ///< as the pool should have it; empty = not known here
    std::optional<Address> previous{};  ///< the key before it, while it is in use
};
/// The instruction that a served DLP should ask for, or why its ruleset cannot be used.
using InstructionOf = std::function<Outcome<std::string>(const config::Dlp&)>;

/// Each endpoint alone: chain id, head, latency; then whether they agree on a block.
[[nodiscard]] std::vector<Finding> endpoint_findings(const config::Chain& chain);
/// Code and layout of the contracts that are read through `reader`.
[[nodiscard]] std::vector<Finding> contract_findings(const chain_rpc::ChainReader& reader);
/// Our entry in the pool.
[[nodiscard]] std::vector<Finding> worker_findings(const chain_rpc::ChainReader& reader,
                                                   const WorkerFacts& worker,
                                                   const std::string& public_base_url);
/// What is left of the previous key.
[[nodiscard]] std::vector<Finding> previous_findings(const chain_rpc::ChainReader& reader,
                                                     const Address& previous);
/// Whether the registries of the DLPs take results of our key.
[[nodiscard]] std::vector<Finding> registry_findings(const chain_rpc::ChainReader& reader,
                                                     const WorkerFacts& worker,
                                                     const config::Config& config);
/// Where the registries' heads of the served corpora stand in the log of the data directory.
using CorpusOf = std::function<Outcome<store::CorpusKey>(const config::Dlp&)>;
[[nodiscard]] std::vector<Finding> corpus_findings(const chain_rpc::ChainReader& reader,
                                                   const config::Config& config,
                                                   const CorpusOf& corpus_of);
/// Balance, fees against the ceilings, the pool's fee against what a proof costs.
[[nodiscard]] std::vector<Finding> money_findings(const chain_rpc::ChainReader& reader,
                                                  const WorkerFacts& worker,
                                                  const config::Config& config);
/// Instruction and pool of every configured DLP.
[[nodiscard]] std::vector<Finding> dlp_findings(const chain_rpc::ChainReader& reader,
                                                const config::Config& config,
                                                const InstructionOf& instruction_of);

}  // namespace pramana::app
