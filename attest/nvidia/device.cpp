#include "nvidia/device.hpp"

#include "der.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/core/hex.hpp"

#include <array>
#include <utility>

namespace pramana::attest {

namespace {

constexpr std::size_t kChainLength = 5;
constexpr std::string_view kAuthorityBefore = "NVIDIA ";
constexpr std::string_view kAuthorityAfter = " Identity";

// DER content of 2.23.133.5.4.1, .1.1 and of id-sha384.
constexpr std::array<std::uint8_t, 6> kTcbInfo = {0x67, 0x81, 0x05, 0x05, 0x04, 0x01};
constexpr std::array<std::uint8_t, 7> kTcbInfoInner = {0x67, 0x81, 0x05, 0x05, 0x04, 0x01, 0x01};
constexpr std::array<std::uint8_t, 9> kSha384Oid = {0x60, 0x86, 0x48, 0x01, 0x65,
                                                    0x03, 0x04, 0x02, 0x02};
constexpr unsigned kFwidListTag = 6;

constexpr std::uint8_t kSwitchedOn = 0xAA;
constexpr std::uint8_t kSwitchedOff = 0x55;

constexpr std::array<std::pair<NvidiaDevice, std::string_view>, 3> kDevices = {
    {{NvidiaDevice::kHopperGpu, "hopper_gpu"},
     {NvidiaDevice::kBlackwellGpu, "blackwell_gpu"},
     {NvidiaDevice::kSwitch, "switch"}}};
constexpr std::array<std::pair<NvidiaMode, std::string_view>, 4> kModes = {
    {{NvidiaMode::kSingle, "single"},
     {NvidiaMode::kMulti, "multi"},
     {NvidiaMode::kProtectedPcie, "protected_pcie"},
     {NvidiaMode::kUnstated, "unstated"}}};

std::optional<NvidiaDevice> device_of_chip(std::string_view chip) {
    if (chip.starts_with("GH1")) return NvidiaDevice::kHopperGpu;
    if (chip.starts_with("GB1") || chip.starts_with("GB2")) return NvidiaDevice::kBlackwellGpu;
    if (chip == "LS10") return NvidiaDevice::kSwitch;
    return std::nullopt;
}

/// FWID ::= SEQUENCE { hashAlg OBJECT IDENTIFIER, digest OCTET STRING }
std::optional<Hash48> read_fwid(DerReader fields) {
    const ByteView algorithm = fields.next(kDerOid).content;
    const ByteView digest = fields.next(kDerOctetString).content;
    if (!fields.done() || !same_bytes(algorithm, kSha384Oid)) return std::nullopt;
    const Result<Hash48> out = fixed_from_bytes<Hash48>(digest);
    if (!out) return std::nullopt;
    return *out;
}

/// CompositeDeviceID ::= SEQUENCE { version INTEGER, deviceKey SubjectPublicKeyInfo, fwid FWID }
std::optional<Hash48> read_composite(ByteView value) {
    DerReader outer{value};
    DerReader fields = outer.enter(kDerSequence);
    (void)fields.next(kDerInteger);
    (void)fields.next(kDerSequence);
    const std::optional<Hash48> fwid = read_fwid(fields.enter(kDerSequence));
    if (!outer.done() || !fields.done()) return std::nullopt;
    return fwid;
}

/// DiceTcbInfo ::= SEQUENCE { ... fwids [6] IMPLICIT SEQUENCE OF FWID OPTIONAL ... }, TCG DICE
/// Attestation Architecture: the first of them.
std::optional<Hash48> read_tcb_info(ByteView value) {
    DerReader outer{value};
    DerReader fields = outer.enter(kDerSequence);
    std::optional<Hash48> found;
    while (fields.ok() && !fields.empty()) {
        const DerValue field = fields.next();
        if (field.tag != der_context(kFwidListTag)) continue;
        DerReader list{field.content};
        found = read_fwid(list.enter(kDerSequence));
        if (!found) return std::nullopt;
    }
    if (!outer.done() || !fields.done()) return std::nullopt;
    return found;
}

}  // namespace

std::string_view name_of(NvidiaDevice device) noexcept {
    return kDevices[static_cast<std::size_t>(device)].second;
}
std::optional<NvidiaDevice> nvidia_device_of(std::string_view word) noexcept {
    for (const auto& [device, name] : kDevices) {
        if (name == word) return device;
    }
    return std::nullopt;
}
std::string_view name_of(NvidiaMode mode) noexcept {
    return kModes[static_cast<std::size_t>(mode)].second;
}
std::optional<NvidiaMode> nvidia_mode_of(std::string_view word) noexcept {
    for (const auto& [mode, name] : kModes) {
        if (name == word) return mode;
    }
    return std::nullopt;
}

std::optional<NvidiaIdentity> nvidia_identity(std::span<const Certificate> chain) {
    if (chain.size() != kChainLength) return std::nullopt;
    std::string_view name = chain[3].common_name;
    if (!name.starts_with(kAuthorityBefore) || !name.ends_with(kAuthorityAfter))
        return std::nullopt;
    name.remove_prefix(kAuthorityBefore.size());
    name.remove_suffix(std::min(kAuthorityAfter.size(), name.size()));
    const std::optional<NvidiaDevice> device = device_of_chip(name);
    if (!device) return std::nullopt;
    const std::string first_word = std::string{name} + ' ';
    if (!chain[0].common_name.starts_with(first_word) ||
        !chain[1].common_name.starts_with(first_word) ||
        !chain[2].common_name.starts_with(std::string{kAuthorityBefore} + first_word))
        return std::nullopt;
    return NvidiaIdentity{std::string{name}, *device};
}

std::optional<Hash48> certified_fwid(const Certificate& leaf) {
    if (const Extension* inner = leaf.extension(kTcbInfoInner)) return read_tcb_info(inner->value);
    const Extension* outer = leaf.extension(kTcbInfo);
    if (outer == nullptr) return std::nullopt;
    const std::optional<Hash48> composite = read_composite(outer->value);
    return composite ? composite : read_tcb_info(outer->value);
}

std::optional<NvidiaMode> nvidia_mode(const NvidiaReport& report) {
    const std::optional<ByteView> flag = report.field(NvidiaField::kFeatureFlag);
    const std::optional<ByteView> pcie = report.field(NvidiaField::kProtectedPcie);
    std::optional<bool> protected_pcie;
    if (pcie) {
        if (pcie->size() != 1 || ((*pcie)[0] != kSwitchedOn && (*pcie)[0] != kSwitchedOff))
            return std::nullopt;
        protected_pcie = (*pcie)[0] == kSwitchedOn;
    }
    if (!flag) {
        if (!protected_pcie) return NvidiaMode::kUnstated;
        return *protected_pcie ? NvidiaMode::kProtectedPcie : NvidiaMode::kSingle;
    }
    if (flag->size() != 2) return std::nullopt;
    const auto value = load_le<std::uint16_t>(flag->data());
    if (value > 2) return std::nullopt;
    const bool agrees = !protected_pcie || *protected_pcie == (value == 2);
    if (!agrees) return std::nullopt;
    return static_cast<NvidiaMode>(value);
}

}  // namespace pramana::attest
