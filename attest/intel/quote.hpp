#pragma once

#include "chain.hpp"

#include "pramana/core/bytes.hpp"

#include <optional>
#include <string_view>

namespace pramana::attest {

inline constexpr std::size_t kQuoteBytesMax = std::size_t{64} * 1024;
inline constexpr std::uint32_t kTeeSgx = 0;
inline constexpr std::uint32_t kTeeTdx = 0x81;

/// SGX enclave report, 384 bytes.
struct EnclaveReport {
    ByteView whole;
    ByteView cpu_svn;
    std::uint32_t misc_select = 0;
    ByteView attributes;  ///< 16 bytes
    ByteView mr_enclave;
    ByteView mr_signer;
    std::uint16_t isv_prod_id = 0;
    std::uint16_t isv_svn = 0;
    ByteView report_data;
};

/// TD report 1.0 (584 bytes) or 1.5 (648 bytes).
struct TdReport {
    ByteView tee_tcb_svn;  ///< 16 bytes
    ByteView mr_seam;
    ByteView mr_signer_seam;
    ByteView seam_attributes;  ///< 8 bytes
    std::uint64_t td_attributes = 0;
    std::uint64_t xfam = 0;
    ByteView mr_td;
    ByteView mr_config_id;
    ByteView mr_owner;
    ByteView mr_owner_config;
    ByteView rtmr[4];
    ByteView report_data;
    ByteView tee_tcb_svn2;   ///< 1.5 only, else empty
    ByteView mr_service_td;  ///< 1.5 only, else empty
};

/// An ECDSA-256 quote. All views are into the caller's bytes.
struct Quote {
    std::uint16_t version = 0;
    std::uint32_t tee = 0;
    ByteView qe_vendor;  ///< 16 bytes
    ByteView user_data;  ///< 20 bytes
    std::uint16_t body_type =
        0;  ///< v5's numbers: 1 enclave report, 2 TD report 1.0, 3 TD report 1.5
    std::size_t body_size = 0;
    std::optional<EnclaveReport> enclave;  ///< exactly one of the two
    std::optional<TdReport> td;
    ByteView signed_bytes;     ///< header and body, with v5's body descriptor
    ByteView signature;        ///< r ‖ s
    ByteView attestation_key;  ///< x ‖ y
    EnclaveReport qe;
    ByteView qe_signature;  ///< r ‖ s
    ByteView qe_auth;
    std::string_view pck_chain;  ///< PEM
    std::size_t signature_data_size = 0;
    std::size_t trailing = 0;  ///< bytes after the quote
};

/// Reads a quote whose every inner length adds up exactly. Returns what is wrong; nullopt: `out` is
/// it.
[[nodiscard]] Problem read_quote(ByteView bytes, Quote& out);

}  // namespace pramana::attest
