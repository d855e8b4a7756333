#pragma once

#include "pramana/chain_rpc/chain_reader.hpp"
#include "pramana/evidence/provider.hpp"
#include "pramana/pipeline/ports.hpp"

namespace pramana::app {

/// Binding documents and the attestation. `reader` and `provider` outlive it.
class EvidenceAdapter final : public pipeline::EvidencePort {
  public:
    EvidenceAdapter(evidence::EvidenceProvider& provider, const evidence::Statement& statement,
                    chain_rpc::ChainReader& reader);
    Result<Bytes> binding_document(const pipeline::BindingFacts& facts) override;
    Result<std::string> attestation(ByteView challenge) override;
    [[nodiscard]] const Hash32& statement_hash() const noexcept { return statement_hash_; }

  private:
    evidence::EvidenceProvider& provider_;
    const std::string statement_text_;
    const Hash32 statement_hash_;
    const Hash32 model_;
    chain_rpc::ChainReader& reader_;
};

}  // namespace pramana::app
