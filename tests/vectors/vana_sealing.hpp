#pragma once

#include "vectors/suite.hpp"

// The files of shared/vectors/vana that the sealing module answers for.
namespace pramana::vectors {

/// `expect` of an entry, as the README defines it: absent means ok; what follows the first words is
/// comment; `ok or …` allows either.
class Expectation {
  public:
    explicit Expectation(const JsonView& entry);
    [[nodiscard]] bool begins(std::string_view words) const { return text_.starts_with(words); }
    [[nodiscard]] bool allows_success() const { return begins("ok"); }
    [[nodiscard]] bool allows_refusal() const { return !begins("ok") || begins("ok or"); }
    /// Throws Mismatch unless success is allowed.
    void succeeded() const;
    /// Throws Mismatch unless a refusal is allowed and this one has the right reason.
    void refused(const Error& error, bool right_reason) const;

  private:
    std::string text_;
};

[[nodiscard]] Bytes base64(const JsonView& object, std::string_view name);

// vana_openpgp.cpp
void check_password_files(const VectorFile& file, Report& report);
void check_scope_files(const VectorFile& file, Report& report);
// vana_keys.cpp
void check_ecies(const VectorFile& file, Report& report);
void check_wrapped_keys(const VectorFile& file, Report& report);
void check_oaep_secrets(const VectorFile& file, Report& report);
void check_refinement_keys(const VectorFile& file, Report& report);
void check_wallet_signatures(const VectorFile& file, Report& report);
void check_runproof_requests(const VectorFile& file, Report& report);

}  // namespace pramana::vectors
