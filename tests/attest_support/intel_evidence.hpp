#pragma once

#include "attest_support/certificates.hpp"
#include "pramana/attest/intel.hpp"

#include <array>
#include <functional>

namespace pramana::attest::testing_support {

/// When all evidence made here is current.
inline constexpr UnixTime kNow = 1'900'000'000;  // 2030-03-17T17:46:40Z
inline constexpr UnixTime kDay = 86400;

struct TestLevel {
    std::array<std::uint8_t, 16> sgx{};
    std::array<std::uint8_t, 16> tdx{};
    unsigned pce_svn = 0;
    std::string status = "UpToDate";
    std::vector<std::string> advisories;
};
struct TestIsvLevel {
    unsigned isv_svn = 0;
    std::string status = "UpToDate";
    std::vector<std::string> advisories;
};
struct TestModule {
    std::string id;
    std::string mr_signer = std::string(96, '0');
    std::string attributes = std::string(16, '0');
    std::vector<TestIsvLevel> levels;
};

/// Everything that evidence of an Intel platform is made from. A test changes what it is about and
/// calls make(); the defaults are accepted by the default policy.
struct IntelEvidence {
    IntelEvidence();

    made::Key root_key = made::Key::p256();
    made::Key ca_key = made::Key::p256();
    made::Key pck_key = made::Key::p256();
    made::Key signer_key = made::Key::p256();
    made::Key attestation_key = made::Key::p256();
    made::CertificateOrder root, ca, pck, signer;
    // PCK extension
    std::array<std::uint8_t, 16> pck_svns{};
    unsigned pck_pce_svn = 13;
    Bytes fmspc = {0xfe, 0xed, 0xfe, 0xed, 0, 0};
    Bytes ppid = Bytes(16, 0x11);
    Bytes platform_instance_id = Bytes(16, 0x22);
    bool pck_extension = true;
    made::CrlOrder root_crl, pck_crl;
    const made::Key* root_crl_signer = nullptr;  ///< nullptr: the right one
    const made::Key* pck_crl_signer = nullptr;
    // TCB info and QE identity
    std::string tcb_id = "TDX";
    unsigned tcb_version = 3;
    std::string tcb_fmspc = "FEEDFEED0000";
    std::string tcb_pce_id = "0000";
    unsigned tcb_number = 20;
    UnixTime tcb_issued = kNow - kDay, tcb_next = kNow + 29 * kDay;
    std::vector<TestLevel> levels;
    std::vector<TestModule> modules;
    std::string qe_id = "TD_QE";
    unsigned qe_number = 20;
    UnixTime qe_issued = kNow - kDay, qe_next = kNow + 29 * kDay;
    std::vector<TestIsvLevel> qe_levels;
    std::function<void(std::string&)> edit_tcb_info;     ///< before it is signed
    std::function<void(std::string&)> edit_qe_identity;  ///< before it is signed
    // Quote
    unsigned version = 4;
    std::uint32_t tee = 0x81;
    unsigned body_type = 2;
    Bytes td_report;       ///< 648 bytes; 584 of them in a report 1.0
    Bytes enclave_report;  ///< 384 bytes
    Bytes qe_report;       ///< 384 bytes; its report data are filled in by make()
    Bytes auth_data = Bytes(32, 0x33);
    bool bind_key = true;  ///< whether the QE report names the attestation key
    const made::Key* quote_signer = nullptr;
    const made::Key* qe_signer = nullptr;
    std::function<void(std::string&)> edit_pck_chain;
    std::function<void(Bytes&)> edit_quote;  ///< the finished bytes

    /// An SGX quote, TCB info and QE identity instead.
    void make_sgx();

    struct Made {
        Bytes quote;
        IntelCollateral collateral;
        PinnedRoots roots;
    };
    [[nodiscard]] Made make() const;
};

/// Appraises what `evidence` makes under its own root.
[[nodiscard]] Appraisal appraise(const IntelEvidence& evidence, const IntelPolicy& policy = {},
                                 UnixTime now = kNow,
                                 const std::optional<ReportData>& report_data = std::nullopt);

}  // namespace pramana::attest::testing_support
