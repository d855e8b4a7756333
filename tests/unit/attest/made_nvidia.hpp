#pragma once

#include "attest_support/ocsp_responder.hpp"

#include "pramana/attest/nvidia.hpp"

#include <functional>
#include <map>

namespace pramana::made {

/// One manifest; the defaults match a default NvidiaOrder's report.
struct RimOrder {
    std::string product = "GH100";
    std::string version = {};
    std::string manufacturer = "5703";
    /// Active measurements: index from 0, and the bytes that its alternatives consist of.
    std::map<unsigned, std::vector<std::uint8_t>> active = {};
    std::uint64_t signer_end = kNow + kYear;
    std::string signer_usage = "digitalSignature";
    bool signer_is_authority = false;
    bool foreign_root = false;
    bool key_of_another = false;  ///< signed by a key that is not the certified one
    std::function<void(std::string&)> before = {};  ///< on the unsigned text
    std::function<void(std::string&)> after = {};   ///< on the signed text
};
[[nodiscard]] RimOrder driver_rim();
[[nodiscard]] RimOrder vbios_rim();
/// @param issued  where its certificates are added, signer first; null: nowhere
[[nodiscard]] std::string make_rim(const RimOrder& order, std::vector<Issued>* issued = nullptr);

/// What a made device says; the defaults are accepted under the default policy.
struct NvidiaOrder {
    std::string chip = "GH100";
    std::vector<std::pair<std::uint16_t, Bytes>> opaque = default_opaque();
    unsigned blocks = 64;
    std::map<unsigned, std::uint8_t> values = {};  ///< by index from 0; else the index itself
    bool blackwell_fwid = false;  ///< in a DiceTcbInfo instead of a CompositeDeviceID
    bool leaf_without_fwid = false;
    std::uint8_t certified_fwid = 0xF1;
    std::uint64_t leaf_serial = 4711;
    std::string authority_name = {};
    std::function<void(Bytes&)> before = {};
    std::function<void(Bytes&)> after = {};
    bool wrong_signer = false;
    bool authority_usage_wrong = false;
    bool own_key = false;  ///< a fresh device key instead of the shared one

    [[nodiscard]] static std::vector<std::pair<std::uint16_t, Bytes>> default_opaque();
    void set(attest::NvidiaField field, Bytes value);
    void drop(attest::NvidiaField field);
};
[[nodiscard]] Bytes text_field(const std::string& text);

struct MadeNvidia {
    Bytes report;
    std::string chain;
    std::optional<Bytes> nonce;
    std::optional<std::string> driver_rim;
    std::optional<std::string> vbios_rim;
    std::vector<Bytes> revocations;
    std::vector<Bytes> ocsp;  ///< none is made
    attest::PinnedRoots roots;
    /// What issuers can be asked about: boot ROM, provisioner, chip's authority; each manifest's
    /// signer and its authority.
    std::vector<Issued> issued;
    [[nodiscard]] attest::NvidiaEvidence evidence() const;
};
[[nodiscard]] MadeNvidia make_nvidia(const NvidiaOrder& order);
/// Lists of the made root and of the chip's authority.
[[nodiscard]] Bytes nvidia_root_list(const CrlOrder& order);
[[nodiscard]] Bytes nvidia_chip_list(const CrlOrder& order);

inline constexpr std::uint8_t kNonceByte = 0x5A;  ///< of which the request nonce consists
inline constexpr std::uint64_t kChipAuthoritySerial = 31;
inline constexpr std::uint64_t kProvisionerSerial = 32;

}  // namespace pramana::made
