#pragma once

#include "pramana/chain/event.hpp"

#include <optional>

namespace pramana::chain {

/// How a deployment's contracts tell that a proof was added. Registries of several versions and
/// forks lay their ProofAdded out differently; default: today's. Thread: const, any.
/// Source: vana-protocol.md 1.4.
class ProofEvents {
  public:
    ProofEvents();
    /// Declarations with names: "ProofAdded(address indexed attestator,uint256 indexed jobId,
    /// uint256 indexed fileId)" of the pool, in which `jobId` is indexed, and "ProofAdded(uint256
    /// indexed fileId,address indexed ownerAddress,uint256 proofIndex,...)" of the registry, in
    /// which `fileId` and `proofIndex` count; all three are unsigned integers, other inputs have
    /// any name or none. Empty = today's. Errors: kConfigInvalid, whose site ends with what is
    /// wrong: pool_proof_event or registry_proof_event.
    [[nodiscard]] static Result<ProofEvents> parse(std::string_view of_pool,
                                                   std::string_view of_registry);

    /// The pool's event, and which of its topics (1..3) is the job.
    [[nodiscard]] const Hash32& pool_topic0() const noexcept { return pool_topic0_; }
    [[nodiscard]] std::uint8_t job_topic() const noexcept { return job_topic_; }

    struct FileProof {
        FileId file{};
        std::uint64_t proof_index = 0;  ///< what requestReward takes
    };
    /// Out of a log of the registry; nullopt = it is another event.
    [[nodiscard]] std::optional<FileProof> file_proof_in(const Log& log) const;

  private:
    ProofEvents(const Hash32& pool_topic0, std::uint8_t job_topic, abi::Event of_registry,
                std::size_t file_at, std::size_t index_at)
        : pool_topic0_{pool_topic0},
          job_topic_{job_topic},
          of_registry_{std::move(of_registry)},
          file_at_{file_at},
          index_at_{index_at} {}

    Hash32 pool_topic0_;
    std::uint8_t job_topic_ = 0;
    abi::Event of_registry_;
    std::size_t file_at_ = 0;  ///< inputs of of_registry_
    std::size_t index_at_ = 0;
};

}  // namespace pramana::chain
