#pragma once

#include "pramana/pipeline/ports.hpp"
#include "statement_book.hpp"

namespace pramana::app {

/// Binding documents and the attestation. `book` and `desk` outlive it.
class EvidenceAdapter final : public pipeline::EvidencePort {
  public:
    EvidenceAdapter(const StatementBook& book, evidence::AttestationDesk& desk, const Hash32& model,
                    const Address& data_registry)
        : book_{book}, desk_{desk}, model_{model}, data_registry_{data_registry} {}
    /// Names the current statement, whichever of our keys signs: it names both.
    Result<Bytes> binding_document(const pipeline::BindingFacts& facts) override;
    Result<std::string> attestation(ByteView challenge) override { return desk_.answer(challenge); }

  private:
    const StatementBook& book_;
    evidence::AttestationDesk& desk_;
    const Hash32 model_;
    const Address data_registry_;
};

}  // namespace pramana::app
