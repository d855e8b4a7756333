#pragma once

#include "pramana/chain/binding_document.hpp"
#include "pramana/chain/vana.hpp"

#include <optional>
#include <string>
#include <vector>

namespace pramana::app {

/// Which proof is judged, and where it is said to be.
struct ProofAddress {
    std::uint64_t chain_id = 0;
    Address data_registry;
    Address tee_pool;
    Address dlp;
    FileId file{};
    std::uint64_t proof_index = 0;
};

/// Bytes that were fetched, or why not.
struct Fetched {
    std::optional<Bytes> bytes;
    std::string problem;  ///< name_of(Errc) when there are none
};

/// All that the judgement rests on; read by verify.cpp, made by hand in tests.
struct VerifyFacts {
    ProofAddress at;
    std::optional<chain::RegistryFile> file;  ///< none: no such file
    std::optional<chain::Proof> proof;        ///< none: no proof at the index
    Address dlp_pool;                         ///< DLP.teePool()
    std::string dlp_instruction;              ///< DLP.proofInstruction()
    bool signer_is_tee = false;               ///< TeePool.isTee of the recovered signer
    Fetched document;                         ///< behind the proof's URL
    std::optional<chain::TeeJob> job;         ///< the job that the document names
    /// The hash of the block that the document names for its sample, if that job was submitted in
    /// it.
    std::optional<Hash32> submission_block;
    /// Behind the registered URL: SHA-256, or why there is none.
    std::optional<Hash32> sealed_sha256;
    std::string sealed_problem;
    /// The hash of the validator's statement as it is now, where it told one.
    std::optional<Hash32> statement_hash;
};

enum class Verdict : std::uint8_t {
    kOk,
    kFailed,
    kNote,  ///< nothing that a proof must have: says something, decides nothing
};

struct Check {
    std::string_view name;  ///< stable: "signer_is_tee"
    Verdict verdict = Verdict::kOk;
    std::string_view sentence;  ///< what holds when it is ok
    std::string detail;         ///< printable
};

/// Every check that the facts allow; without a file or a proof only the first ones. Thread: pure.
[[nodiscard]] std::vector<Check> judge(const VerifyFacts& facts);

/// The signer of the proof; none where the signature is not one that the contracts accept.
[[nodiscard]] std::optional<Address> signer_of(const VerifyFacts& facts);

}  // namespace pramana::app
