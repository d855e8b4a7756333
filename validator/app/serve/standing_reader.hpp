#pragma once

#include "pramana/chain_rpc/chain_reader.hpp"
#include "pramana/pipeline/ports.hpp"

#include <map>
#include <mutex>

namespace pramana::app {

struct StandingOptions {
    Address tee;  ///< ours
    std::optional<Address> previous_tee{};
    /// What we would offer as a tip: the market's median within these.
    std::uint64_t tip_wei_min = 0;
    std::uint64_t tip_wei_max = 0;
};

[[nodiscard]] pipeline::ChainJob to_pipeline(const chain::TeeJob& job);
/// Errors: those of ChainReader.
[[nodiscard]] Result<pipeline::ChainDlp> read_dlp(const chain_rpc::ChainReader& reader,
                                                  const Address& dlp, chain_rpc::BlockRef at);

/// What is judged of a job before work and before signing, at one block that a quorum shows. What
/// is the same for all jobs (our activity, the DLPs, the price of gas) is read once for each block.
/// Thread: any.
class StandingReader {
  public:
    /// `reader` outlives it.
    StandingReader(chain_rpc::ChainReader& reader, const StandingOptions& options)
        : reader_{reader}, options_{options} {}
    /// Errors: those of ChainReader.
    [[nodiscard]] Result<pipeline::ChainStanding> read(JobId job, const Address& dlp);

  private:
    /// The same for all jobs, at `block`.
    struct Shared {
        Hash32 block;
        std::map<Address, bool> tees_active;  ///< of our keys
        std::optional<std::uint64_t> gas_price_wei;
        std::map<Address, pipeline::ChainDlp> dlps;
    };
    [[nodiscard]] Shared known_at(const Hash32& block);
    [[nodiscard]] Status complete(Shared& shared, const Address& worker, const Address& dlp,
                                  const chain_rpc::BlockHeader& at);

    chain_rpc::ChainReader& reader_;
    const StandingOptions options_;
    std::mutex mutex_;
    Shared shared_;  ///< of the newest block that was asked about
};

}  // namespace pramana::app
