#pragma once

#include "pramana/store/store.hpp"

#include "tables.hpp"

namespace pramana::store {

class KvEvidenceArchive final : public EvidenceArchive {
  public:
    explicit KvEvidenceArchive(Tables tables) : tables_{tables} {}

    [[nodiscard]] Result<Hash32> put(ByteView content) override;
    [[nodiscard]] Result<Bytes> get(const Hash32& sha256) override;
    [[nodiscard]] Status add_statement(const StatementRecord& record, ByteView text,
                                       ByteView evidence) override;
    [[nodiscard]] Status attach_collateral(const Hash32& statement, ByteView collateral) override;
    [[nodiscard]] Result<StatementRecord> statement(const Hash32& statement) override;
    [[nodiscard]] Result<std::optional<StatementRecord>> newest_statement() override;
    [[nodiscard]] Status put_note(std::string_view name, ByteView content) override;
    [[nodiscard]] Result<std::optional<Bytes>> note(std::string_view name) override;

  private:
    Tables tables_;
};

}  // namespace pramana::store
