#pragma once

#include "vectors/suite.hpp"

#include "pramana/attest/appraisal.hpp"

namespace pramana::vectors {

/// The lists of a folder of attestation vectors, by path: "tdx/expected.json". Each is an array of
/// cases.
[[nodiscard]] Suite attestation_suite();
void add_intel_handlers(Suite& attestation);
void add_snp_handlers(Suite& attestation);
void add_nvidia_handlers(Suite& attestation);
void add_dstack_handlers(Suite& attestation);

/// Runs `body` for each element of the array that the file is; it is called by its `id`.
void each_element(const VectorFile& file, Report& report,
                  const std::function<void(const JsonView&)>& body);

/// The bytes of a file that a case names.
[[nodiscard]] Bytes file_bytes(const VectorFile& file, const std::string& name);
[[nodiscard]] std::string file_text(const VectorFile& file, const std::string& name);

/// The appraisal has to be accepted or not, as the word says. Throws Mismatch with the failed
/// checks.
void expect_acceptance(const attest::Appraisal& appraisal, std::string_view word);
/// The fact has to be this; both may differ in the case of hex digits.
void expect_fact(const attest::Appraisal& appraisal, std::string_view fact,
                 std::string_view expected);
/// The check of this name has to have failed.
void expect_failed(const attest::Appraisal& appraisal, std::string_view check);

}  // namespace pramana::vectors
