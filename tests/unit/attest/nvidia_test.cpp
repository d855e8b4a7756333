#include "failed_checks.hpp"
#include "made_nvidia.hpp"

#include <gtest/gtest.h>

namespace {

using namespace pramana;
using attest::NvidiaDevice;
using attest::NvidiaField;
using attest::NvidiaMode;
using attest::NvidiaPolicy;
using made::MadeNvidia;
using made::NvidiaOrder;

struct NvidiaRow {
    const char* name;
    std::function<void(NvidiaOrder&)> order;
    std::function<void(MadeNvidia&)> evidence;
    std::function<void(NvidiaPolicy&)> policy;
    std::string failed;  ///< the checks that fail; none: accepted
};

void keep(NvidiaOrder& /*order*/) {}
void complete(MadeNvidia& /*evidence*/) {}
void strict(NvidiaPolicy& /*policy*/) {}
std::function<void(NvidiaOrder&)> after(std::function<void(Bytes&)> change) {
    return [change](NvidiaOrder& order) { order.after = change; };
}
std::function<void(NvidiaOrder&)> before(std::function<void(Bytes&)> change) {
    return [change](NvidiaOrder& order) { order.before = change; };
}
std::function<void(Bytes&)> put(std::size_t at, std::uint8_t value) {
    return [=](Bytes& report) { report[at] = value; };
}
std::function<void(NvidiaOrder&)> field(NvidiaField type, const Bytes& value) {
    return [=](NvidiaOrder& order) { order.set(type, value); };
}
std::function<void(NvidiaOrder&)> without(NvidiaField type) {
    return [=](NvidiaOrder& order) { order.drop(type); };
}

class NvidiaAppraisal : public testing::TestWithParam<NvidiaRow> {};

TEST_P(NvidiaAppraisal, fails_exactly_the_named_checks) {
    NvidiaOrder order;
    GetParam().order(order);
    MadeNvidia made = made::make_nvidia(order);
    GetParam().evidence(made);
    NvidiaPolicy policy;
    GetParam().policy(policy);
    const attest::Appraisal appraisal =
        attest::appraise_nvidia(made.evidence(), made.roots, policy, made::kNow);
    EXPECT_TRUE(made::agrees(appraisal, GetParam().failed)) << attest::to_text(appraisal);
}

// DMTF DSP0274 1.1 (messages); docs/attestation-nvidia.md lists the rules. Offsets: request 0..36,
// answer from 37, first block from 45.
constexpr std::size_t kLastBlockEnd = 45 + 64 * 55;
const NvidiaRow kReport[] = {
    {"hopper", keep, complete, strict, ""},
    {"empty", after([](Bytes& r) { r.clear(); }), complete, strict, "nvidia.report.format"},
    {"request_only", after([](Bytes& r) { r.resize(37); }), complete, strict,
     "nvidia.report.format"},
    {"signature_cut", after([](Bytes& r) { r.pop_back(); }), complete, strict,
     "nvidia.report.format"},
    {"one_zero_behind", after([](Bytes& r) { r.push_back(0); }), complete, strict, ""},
    {"other_bytes_behind", after([](Bytes& r) { r.push_back(1); }), complete, strict,
     "nvidia.report.trailing"},
    {"request_of_version_1_2", before(put(0, 0x12)), complete, strict, "nvidia.report.format"},
    {"answer_of_version_1_2", before(put(37, 0x12)), complete, strict, "nvidia.report.format"},
    {"request_of_another_code", before(put(1, 0xE1)), complete, strict, "nvidia.report.format"},
    {"answer_of_another_code", before(put(38, 0x7F)), complete, strict, "nvidia.report.format"},
    {"no_signature_asked", before(put(2, 0)), complete, strict, "nvidia.report.format"},
    {"one_measurement_asked", before(put(3, 1)), complete, strict, "nvidia.report.format"},
    {"one_block_fewer_stated", before(put(41, 63)), complete, strict, "nvidia.report.format"},
    {"no_blocks", before(put(41, 0)), complete, strict, "nvidia.report.format"},
    {"record_longer_than_report", before(put(44, 1)), complete, strict, "nvidia.report.format"},
    {"opaque_longer_than_report", before(put(kLastBlockEnd + 33, 0xFF)), complete, strict,
     "nvidia.report.format"},
    {"index_twice", before(put(45 + 55, 1)), complete, strict, "nvidia.report.format"},
    {"index_0", before(put(45, 0)), complete, strict, "nvidia.report.format"},
    {"specification_of_another", before(put(46, 2)), complete, strict, "nvidia.report.format"},
    {"block_of_another_size", before(put(47, 50)), complete, strict, "nvidia.report.format"},
    {"field_twice", [](NvidiaOrder& o) { o.opaque.push_back(o.opaque.front()); }, complete, strict,
     "nvidia.report.format"},
    {"nonce_altered", after(put(4, 1)), complete, strict,
     "nvidia.report.signature nvidia.report.nonce"},
    {"measurement_altered", after(put(52, 1)), complete, strict, "nvidia.report.signature"},
    {"signature_altered", after([](Bytes& r) { r.back() ^= 1U; }), complete, strict,
     "nvidia.report.signature"},
    {"signed_by_another_key", [](NvidiaOrder& o) { o.wrong_signer = true; }, complete, strict,
     "nvidia.report.signature"},
    {"nonce_of_another_statement", keep, [](MadeNvidia& m) { m.nonce->back() = 0; }, strict,
     "nvidia.report.nonce"},
    {"nonce_in_the_answer_alone", before([](Bytes& r) { std::fill_n(r.begin() + 4, 32, 0xB4); }),
     complete, strict, "nvidia.report.nonce"},
    {"no_nonce_to_compare", keep, [](MadeNvidia& m) { m.nonce.reset(); }, strict,
     "nvidia.report.nonce"},
    {"no_nonce_asked", keep, [](MadeNvidia& m) { m.nonce.reset(); },
     [](NvidiaPolicy& p) { p.nonce_required = false; }, ""},
};

void swap_root(MadeNvidia& made) { made.roots = attest::vendor_roots(); }
const NvidiaRow kDevice[] = {
    {"root_of_a_test", keep, [](MadeNvidia& m) { m.roots.nvidia_device.clear(); }, strict,
     "nvidia.chain.root"},
    {"vendors_roots_refuse_all_of_it", keep, swap_root, strict,
     "nvidia.chain.root nvidia.driver_rim.chain nvidia.vbios_rim.chain"},
    {"root_left_out", keep, [](MadeNvidia& m) { m.chain.resize(m.chain.rfind("-----BEGIN")); },
     strict, ""},
    {"leaf_left_out", keep, [](MadeNvidia& m) { m.chain.erase(0, m.chain.find("-----BEGIN", 1)); },
     strict, "nvidia.chain.roles nvidia.report.signature"},
    {"chain_is_text", keep, [](MadeNvidia& m) { m.chain = "none"; }, strict, "nvidia.chain.format"},
    {"authority_may_not_sign", [](NvidiaOrder& o) { o.authority_usage_wrong = true; }, complete,
     strict, "nvidia.chain.links"},
    {"switch_by_default",
     [](NvidiaOrder& o) {
         o.chip = "LS10";
         o.blocks = 31;
     },
     [](MadeNvidia& m) {
         made::RimOrder rim = made::vbios_rim();
         rim.product = "LS10";
         m.vbios_rim = made::make_rim(rim);
         m.revocations.clear();
     },
     [](NvidiaPolicy& p) { p.revocation_required = false; }, "nvidia.device.kind"},
    {"switch_allowed",
     [](NvidiaOrder& o) {
         o.chip = "LS10";
         o.blocks = 31;
     },
     [](MadeNvidia& m) {
         made::RimOrder rim = made::vbios_rim();
         rim.product = "LS10";
         m.vbios_rim = made::make_rim(rim);
         m.revocations.clear();
     },
     [](NvidiaPolicy& p) {
         p.revocation_required = false;
         p.devices = {NvidiaDevice::kSwitch};
     },
     ""},
    {"blackwell",
     [](NvidiaOrder& o) {
         o.chip = "GB100";
         o.blackwell_fwid = true;
     },
     [](MadeNvidia& m) {
         made::RimOrder driver = made::driver_rim();
         driver.product = "GB100";
         m.driver_rim = made::make_rim(driver);
         made::RimOrder vbios = made::vbios_rim();
         vbios.product = "GB100";
         m.vbios_rim = made::make_rim(vbios);
         m.revocations.clear();
     },
     [](NvidiaPolicy& p) { p.revocation_required = false; }, ""},
    {"unknown_chip", [](NvidiaOrder& o) { o.chip = "AD102"; },
     [](MadeNvidia& m) { m.revocations.clear(); },
     [](NvidiaPolicy& p) { p.revocation_required = false; }, "nvidia.chain.roles"},
    {"authority_of_another_chip", [](NvidiaOrder& o) { o.authority_name = "NVIDIA LS10 Identity"; },
     [](MadeNvidia& m) { m.revocations.clear(); },
     [](NvidiaPolicy& p) { p.revocation_required = false; }, "nvidia.chain.roles"},
    {"device_listed", keep, complete, [](NvidiaPolicy& p) { p.device_serials = {"1267"}; }, ""},
    {"device_not_listed", keep, complete, [](NvidiaPolicy& p) { p.device_serials = {"01"}; },
     "nvidia.device.allowed"},
    {"multi", field(NvidiaField::kFeatureFlag, {1, 0}), complete, strict, ""},
    {"protected_pcie_by_default",
     [](NvidiaOrder& o) {
         o.set(NvidiaField::kFeatureFlag, {2, 0});
         o.set(NvidiaField::kProtectedPcie, {0xAA});
     },
     complete, strict, "nvidia.device.mode"},
    {"protected_pcie_allowed",
     [](NvidiaOrder& o) {
         o.set(NvidiaField::kFeatureFlag, {2, 0});
         o.set(NvidiaField::kProtectedPcie, {0xAA});
     },
     complete, [](NvidiaPolicy& p) { p.modes.insert(NvidiaMode::kProtectedPcie); }, ""},
    {"mode_fields_contradict", field(NvidiaField::kFeatureFlag, {2, 0}), complete,
     [](NvidiaPolicy& p) { p.modes.insert(NvidiaMode::kProtectedPcie); }, "nvidia.device.mode"},
    {"mode_unknown", field(NvidiaField::kFeatureFlag, {3, 0}), complete, strict,
     "nvidia.device.mode"},
    {"protected_pcie_unreadable", field(NvidiaField::kProtectedPcie, {0x00}), complete, strict,
     "nvidia.device.mode"},
    {"mode_by_protected_pcie_alone", without(NvidiaField::kFeatureFlag), complete, strict, ""},
    {"mode_unstated",
     [](NvidiaOrder& o) {
         o.drop(NvidiaField::kFeatureFlag);
         o.drop(NvidiaField::kProtectedPcie);
     },
     complete, strict, "nvidia.device.mode"},
    {"firmware_of_another", field(NvidiaField::kFwid, Bytes(48, 1)), complete, strict,
     "nvidia.firmware.id"},
    {"firmware_not_certified", [](NvidiaOrder& o) { o.leaf_without_fwid = true; }, complete, strict,
     "nvidia.firmware.id"},
    {"firmware_unstated", without(NvidiaField::kFwid), complete, strict, "nvidia.firmware.id"},
    {"firmware_unstated_and_allowed", without(NvidiaField::kFwid), complete,
     [](NvidiaPolicy& p) { p.fwid_required = false; }, ""},
    {"firmware_of_another_though_not_asked", field(NvidiaField::kFwid, Bytes(48, 1)), complete,
     [](NvidiaPolicy& p) { p.fwid_required = false; }, "nvidia.firmware.id"},
    {"driver_listed", keep, complete, [](NvidiaPolicy& p) { p.driver_versions = {"550.90.07"}; },
     ""},
    {"driver_not_listed", keep, complete,
     [](NvidiaPolicy& p) { p.driver_versions = {"580.95.05"}; }, "nvidia.driver.version"},
    {"vbios_not_listed", keep, complete, [](NvidiaPolicy& p) { p.vbios_versions = {"96.00"}; },
     "nvidia.vbios.version"},
    {"driver_unstated", without(NvidiaField::kDriverVersion), complete, strict,
     "nvidia.driver.version nvidia.driver_rim.subject"},
    {"vbios_of_another_size", field(NvidiaField::kVbiosVersion, {1, 2, 3}), complete, strict,
     "nvidia.vbios.version nvidia.vbios_rim.subject"},
};

std::function<void(MadeNvidia&)> lists(std::vector<Bytes> ders) {
    return [ders](MadeNvidia& made) { made.revocations = ders; };
}
const std::string kRevocation = "nvidia.chain.revocation";
const NvidiaRow kRevocations[] = {
    {"no_lists", keep, lists({}), strict, kRevocation},
    {"no_lists_asked", keep, lists({}), [](NvidiaPolicy& p) { p.revocation_required = false; }, ""},
    {"one_list_of_two", keep, lists({made::nvidia_root_list({})}), strict, kRevocation},
    {"authority_revoked", keep,
     lists({made::nvidia_root_list({.serials = {made::kChipAuthoritySerial}}),
            made::nvidia_chip_list({})}),
     strict, kRevocation},
    {"provisioner_revoked_though_not_asked", keep,
     lists({made::nvidia_root_list({}),
            made::nvidia_chip_list({.serials = {made::kProvisionerSerial}})}),
     [](NvidiaPolicy& p) { p.revocation_required = false; }, kRevocation},
    {"list_outdated", keep,
     lists({made::nvidia_root_list({.end = made::kNow - 1}), made::nvidia_chip_list({})}), strict,
     kRevocation},
    {"outdated_and_current", keep,
     lists({made::nvidia_root_list({.end = made::kNow - 1}), made::nvidia_root_list({}),
            made::nvidia_chip_list({})}),
     strict, ""},
    {"garbage", keep, lists({{1, 2, 3}}), [](NvidiaPolicy& p) { p.revocation_required = false; },
     kRevocation},
};

const auto kRowName = [](const auto& row) { return std::string{row.param.name}; };
INSTANTIATE_TEST_SUITE_P(report, NvidiaAppraisal, testing::ValuesIn(kReport), kRowName);
INSTANTIATE_TEST_SUITE_P(device, NvidiaAppraisal, testing::ValuesIn(kDevice), kRowName);
INSTANTIATE_TEST_SUITE_P(revocation, NvidiaAppraisal, testing::ValuesIn(kRevocations), kRowName);

struct SetRow {
    const char* name;
    std::vector<NvidiaOrder> devices;
    std::size_t expected;
    std::string failed;
};
NvidiaOrder device(std::uint64_t serial) {
    NvidiaOrder order;
    order.leaf_serial = serial;
    order.own_key = true;
    return order;
}
NvidiaOrder with_driver(std::uint64_t serial, const std::string& version) {
    NvidiaOrder order = device(serial);
    order.set(NvidiaField::kDriverVersion, made::text_field(version));
    return order;
}

class NvidiaSet : public testing::TestWithParam<SetRow> {};

TEST_P(NvidiaSet, counts_only_distinct_devices) {
    std::vector<MadeNvidia> made;
    for (const NvidiaOrder& order : GetParam().devices) made.push_back(made::make_nvidia(order));
    std::vector<attest::NvidiaEvidence> evidence;
    for (const MadeNvidia& one : made) evidence.push_back(one.evidence());
    const attest::PinnedRoots roots = made.empty() ? attest::PinnedRoots{} : made.front().roots;
    NvidiaPolicy policy;
    policy.rims_required = false;
    const auto result =
        attest::appraise_nvidia_set(evidence, GetParam().expected, roots, policy, made::kNow);
    EXPECT_TRUE(made::agrees(result.set, GetParam().failed)) << attest::to_text(result.set);
}

const SetRow kSets[] = {
    {"two", {device(1), device(2)}, 2, ""},
    {"one_missing", {device(1)}, 2, "nvidia.set.count"},
    {"none", {}, 0, "nvidia.set.count nvidia.set.devices"},
    {"one_shown_twice", {NvidiaOrder{}, NvidiaOrder{}}, 2, "nvidia.set.distinct"},
    {"one_serial_twice", {device(1), device(1)}, 2, "nvidia.set.distinct"},
    {"two_drivers",
     {device(1), with_driver(2, "550.90.08")},
     2,
     "nvidia.set.devices nvidia.set.uniform"},
};
INSTANTIATE_TEST_SUITE_P(sets, NvidiaSet, testing::ValuesIn(kSets), kRowName);

}  // namespace
