#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/crypto/secp256k1.hpp"

#include <string>
#include <vector>

namespace pramana::evidence {

/// A DLP that the validator proves for, as the statement names it.
struct StatedDlp {
    Address address;
    std::uint64_t dlp_id = 0;
    std::string ruleset_name;
    Hash32 ruleset;
    std::string instruction;
    Hash32 corpus_id;
    std::uint32_t corpus_epoch = 0;
};

/// What a validator says about itself, version 1: everything that a client must know before it
/// encrypts, and that evidence is bound to. Nothing in it changes while the process runs, so its
/// hash stands in every binding document.
struct Statement {
    std::string provider;  ///< kind of the evidence: "software", later "tdx", "sev_snp"
    std::string build;     ///< version of this program
    std::uint64_t chain_id = 0;
    Address data_registry;
    Address tee_pool;
    Hash32 model;
    std::vector<StatedDlp> dlps;
    Address signing_address;   ///< signs proofs; the TEE's address in the pool
    PublicKey encryption_key;  ///< contributors encrypt file keys to it
    std::uint32_t key_epoch = 0;
    std::uint64_t upload_bytes_max = 0;
    std::string min_bid_wei;  ///< decimal
};

/// The one JSON text: keys sorted, no white space, whole numbers up to 2^53-1 as numbers and larger
/// ones as decimal texts, hashes as 64 hex characters, addresses and keys with 0x. Parsing it and
/// writing it again without white space gives the same bytes in every JSON library that keeps the
/// order of members.
[[nodiscard]] std::string to_canonical_json(const Statement& statement);

/// SHA-256 of the canonical text.
[[nodiscard]] Hash32 statement_hash(std::string_view canonical_text);

/// What a quote is asked over.
using ReportBytes = FixedBytes<struct ReportTag, 64>;
/// SHA-512("pramana:report:1" || statement hash || challenge); `challenge` has 0 or 32 bytes.
[[nodiscard]] ReportBytes report_bytes(const Hash32& statement, ByteView challenge);

}  // namespace pramana::evidence
