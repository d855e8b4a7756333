#pragma once

#include "pramana/evidence/provider.hpp"
#include "pramana/pipeline/ports.hpp"

#include <map>

namespace pramana::app {

/// Binding documents and the attestation. `provider` outlives it.
class EvidenceAdapter final : public pipeline::EvidencePort {
  public:
    EvidenceAdapter(evidence::EvidenceProvider& provider, const evidence::Statement& statement,
                    const Address& data_registry);
    Result<Bytes> binding_document(const pipeline::BindingFacts& facts) override;
    Result<std::string> attestation(ByteView challenge) override;
    /// The statement of another key of ours, for proofs of the jobs that it was given. Before any
    /// thread asks.
    void add_statement(const evidence::Statement& statement);
    [[nodiscard]] const Hash32& statement_hash() const noexcept { return statement_hash_; }

  private:
    evidence::EvidenceProvider& provider_;
    const std::string statement_text_;
    const Hash32 statement_hash_;
    std::map<Address, Hash32> others_;  ///< statement hashes of other keys
    const Hash32 model_;
    const Address data_registry_;
};

}  // namespace pramana::app
