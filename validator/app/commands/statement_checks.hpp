#pragma once

#include "pramana/attest/verdict.hpp"

#include <array>

/// What an appraisal of a validator's statement examines, in this order.
namespace pramana::app::statement_checks {

using attest::Check;

inline constexpr Check kThere{
    "statement.there", "There is a statement, as the policy asks for one.",
    "Ask the validator by its URL, or give its whole answer: a bare quote "
    "says nothing about model, chain and DLPs."};
inline constexpr Check kHash{
    "statement.hash",
    "The statement has the hash that was sent with it, and that it was asked for by.",
    "Ask the validator again; its answer contradicts itself, or is another statement."};
inline constexpr Check kHardware{
    "statement.evidence",
    "The evidence comes from hardware that the statement names, not from a developer's machine.",
    "Do not send anything: evidence of software proves nothing."};
inline constexpr Check kChallenge{"statement.challenge",
                                  "The answer was made now, for the random challenge that we sent.",
                                  "Ask again; an answer to another challenge is a replay."};
inline constexpr Check kGpu{"statement.gpu_evidence",
                            "The GPU evidence is the one that the report data names.",
                            "Ask the validator again; somebody exchanged the GPU evidence."};
inline constexpr Check kReportData{
    "statement.report_data",
    "The report data that was sent is computed from statement, challenge and GPU evidence.",
    "Ask the validator again; its answer contradicts itself."};
inline constexpr Check kIssued{
    "statement.issued_keys",
    "The keys that dstack's key service vouches for are those of the statement.",
    "Do not use this validator: its keys come from elsewhere."};
inline constexpr Check kKept{
    "statement.keys.kept",
    "Its private keys are in enclaves alone, or with somebody whom the policy lists.",
    "Whoever else has the keys reads what is sent and signs scores. List the recipient in "
    "statement.backup_recipients, or allow imported keys, only if you trust who has them."};
inline constexpr Check kTls{
    "statement.tls_key",
    "This connection ends inside the enclave: its key is the one in the statement.",
    "Somebody stands between you and the enclave; do not send anything secret."};
inline constexpr Check kMeasured{
    "statement.build.measured",
    "The compose document that the statement names is the one that the platform has measured.",
    "Do not use this validator: it names another program than was started."};
inline constexpr Check kImagesMeasured{
    "statement.build.images_measured",
    "The images that the statement names are those of the measured document.",
    "Do not use this validator: it names other images than were started."};
inline constexpr Check kBinary{
    "statement.build.binary", "The program says that it is one that the policy lists.",
    "Build the version that it names and compare (tools/reproduce), then add its SHA-256 to "
    "statement.binary_sha256; until then do not use this validator."};
inline constexpr Check kCompose{
    "statement.build.compose", "The compose document is one that the policy lists.",
    "Compute the hash of the deployment that you expect (tools/compose_hash) and compare; add it "
    "to statement.compose_sha256 only after that."};
inline constexpr Check kImages{
    "statement.build.images", "Every image of the compose document is one that the policy lists.",
    "Rebuild the image whose digest is new and compare, then add it to statement.images."};
inline constexpr Check kModel{
    "statement.model", "It scores with a model that the policy lists.",
    "Ask the operator why it runs another model: scores of two models do not compare."};
inline constexpr Check kChain{"statement.chain_id", "It works on the chain that the policy names.",
                              "Check which chain you mean; proofs of another chain are worth "
                              "nothing on yours."};
inline constexpr Check kRegistry{
    "statement.data_registry", "It reads files from a registry that the policy lists.",
    "Compare the address with the one that the chain's project publishes."};
inline constexpr Check kPool{"statement.tee_pool",
                             "It takes jobs from a pool that the policy lists.",
                             "Compare the address with the one that the DLP's contract names."};
inline constexpr Check kDlps{"statement.dlps", "It serves every DLP that the policy lists.",
                             "Choose a validator that serves this DLP, or take it off the policy."};
inline constexpr Check kRulesets{
    "statement.rulesets", "It scores for these DLPs by rulesets that the policy lists.",
    "Read the new ruleset (pramana version --ruleset) and add its digest to statement.rulesets "
    "only if you agree with it."};
inline constexpr Check kConfig{
    "statement.config", "Its configuration file is one that the policy lists.",
    "Ask the operator what changed; without this pin the other pins still hold."};

inline constexpr std::array kTable = {kHash,     kHardware, kChallenge, kGpu,      kReportData,
                                      kTls,      kIssued,   kKept,      kMeasured, kImagesMeasured,
                                      kBinary,   kCompose,  kImages,    kModel,    kChain,
                                      kRegistry, kPool,     kDlps,      kRulesets, kConfig};
inline constexpr std::array kThereTable = {kThere};

}  // namespace pramana::app::statement_checks
