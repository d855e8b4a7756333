#include "failed_checks.hpp"
#include "made_snp.hpp"

#include <gtest/gtest.h>

namespace {

using namespace pramana;
using attest::SnpPolicy;
using attest::SnpProductLine;
using made::SnpOrder;

struct SnpRow {
    const char* name;
    std::function<void(SnpOrder&)> order;
    std::function<void(SnpPolicy&)> policy;
    std::string failed;  ///< the checks that fail; none: accepted
};

void keep(SnpOrder& /*order*/) {}
void strict(SnpPolicy& /*policy*/) {}
std::function<void(Bytes&)> flip(std::size_t at) {
    return [at](Bytes& report) { report[at] ^= 1U; };
}
std::function<void(SnpOrder&)> after(std::function<void(Bytes&)> change) {
    return [change](SnpOrder& order) { order.after = change; };
}
std::function<void(SnpOrder&)> before(std::function<void(Bytes&)> change) {
    return [change](SnpOrder& order) { order.before = change; };
}
Bytes all(std::size_t size, std::uint8_t value) { return Bytes(size, value); }

class SnpAppraisal : public testing::TestWithParam<SnpRow> {};

TEST_P(SnpAppraisal, fails_exactly_the_named_checks) {
    SnpOrder order;
    GetParam().order(order);
    SnpPolicy policy = made::snp_policy();
    GetParam().policy(policy);
    const made::MadeSnp made = made::make_snp(order);
    const attest::Appraisal appraisal =
        attest::appraise_snp(made.evidence(), made.roots, policy, made::kNow);
    EXPECT_TRUE(made::agrees(appraisal, GetParam().failed)) << attest::to_text(appraisal);
}

// AMD 56860 (layout), 57230 (certificates); docs/attestation-snp.md lists the rules.
const SnpRow kAuthentic[] = {
    {"milan_v3", keep, strict, ""},
    {"milan_v3_rsa_pss", [](SnpOrder& o) { o.rsa = true; }, strict, ""},
    {"milan_v2", [](SnpOrder& o) { o.version = 2; }, strict, ""},
    {"milan_v5", [](SnpOrder& o) { o.version = 5; }, strict, ""},
    {"genoa", [](SnpOrder& o) { o.line = SnpProductLine::kGenoa; }, strict, ""},
    {"turin",
     [](SnpOrder& o) {
         o.line = SnpProductLine::kTurin;
         o.current.fmc = 1;
         o.reported.fmc = 1;
         o.committed.fmc = 1;
     },
     strict, ""},
    {"version_6", [](SnpOrder& o) { o.version = 6; }, strict, "snp.report.format"},
    {"version_1", [](SnpOrder& o) { o.version = 1; }, strict, "snp.report.format"},
    {"truncated", after([](Bytes& r) { r.pop_back(); }), strict, "snp.report.format"},
    {"longer", after([](Bytes& r) { r.push_back(0); }), strict, "snp.report.format"},
    {"report_data_altered", after(flip(0x50)), strict, "snp.report.signature"},
    {"measurement_altered", after(flip(0x90)), strict, "snp.report.signature"},
    {"r_altered", after(flip(0x2A0)), strict, "snp.report.signature"},
    {"s_altered", after(flip(0x2E8)), strict, "snp.report.signature"},
    {"r_padding_set", after(flip(0x2A0 + 48)), strict, "snp.report.signature"},
    {"s_padding_set", after(flip(0x2A0 + 72 + 71)), strict, "snp.report.signature"},
    {"tail_set", after(flip(attest::kSnpReportSize - 1)), strict, "snp.report.reserved"},
    {"reserved_in_v2", before([](Bytes& r) {
         r[0] = 2;
         r[0x188] = 0x19;
     }),
     strict, "snp.report.reserved"},
    {"reserved_after_launch", before(flip(0x1F8)), strict, "snp.report.reserved"},
    {"reserved_flag", [](SnpOrder& o) { o.flags = 0x20; }, strict, "snp.report.reserved"},
    {"algorithm_0", [](SnpOrder& o) { o.algorithm = 0; }, strict, "snp.report.signature"},
    {"foreign_key", [](SnpOrder& o) { o.wrong_signer = true; }, strict, "snp.report.signature"},
    {"leaf_expired", [](SnpOrder& o) { o.leaf_end = made::kNow - 1; }, strict, "snp.chain.dates"},
    {"leaf_at_its_last_second", [](SnpOrder& o) { o.leaf_end = made::kNow; }, strict, ""},
    {"authority_is_none", [](SnpOrder& o) { o.authority_is_one = false; }, strict,
     "snp.chain.links"},
    {"authority_of_vlek", [](SnpOrder& o) { o.authority_name = "SEV-VLEK-Milan"; }, strict,
     "snp.chain.roles"},
    {"authority_of_genoa", [](SnpOrder& o) { o.authority_name = "SEV-Genoa"; }, strict,
     "snp.chain.roles"},
    {"leaf_of_another_name", [](SnpOrder& o) { o.leaf_name = "SEV-OTHER"; }, strict,
     "snp.endorsement.format"},
    {"leaf_without_chip", [](SnpOrder& o) { o.without_chip = true; }, strict,
     "snp.endorsement.format"},
    {"unknown_product", [](SnpOrder& o) { o.product = "Venice-A0"; }, strict,
     "snp.endorsement.format"},
};

const SnpRow kPlatform[] = {
    {"milan_by_default", keep, [](SnpPolicy& p) { p.product_lines = SnpPolicy{}.product_lines; },
     "snp.product.line"},
    {"processor_of_another_line", [](SnpOrder& o) { o.cpuid = {0x19, 0x11}; }, strict,
     "snp.product.line"},
    {"processor_unknown", [](SnpOrder& o) { o.cpuid = {0x1A, 0x50}; }, strict, "snp.product.line"},
    {"bergamo_is_genoa",
     [](SnpOrder& o) {
         o.line = SnpProductLine::kGenoa;
         o.cpuid = {0x19, 0xA0};
     },
     strict, ""},
    {"siena_is_genoa",
     [](SnpOrder& o) {
         o.line = SnpProductLine::kGenoa;
         o.product = "Siena-B0";
     },
     strict, ""},
    {"product_of_another_root", [](SnpOrder& o) { o.product = "Genoa-B1"; }, strict,
     "snp.chain.roles snp.product.line"},
    {"certificate_of_another_tcb",
     [](SnpOrder& o) { o.certified = attest::SnpTcb{0, 4, 0, 24, 213}; }, strict,
     "snp.endorsement.tcb"},
    {"chip_masked", [](SnpOrder& o) { o.chip_masked = true; }, strict, "snp.endorsement.chip"},
    {"another_chip", before(flip(0x1A0 + 63)), strict, "snp.endorsement.chip"},
    {"turin_chip_has_8_bytes",
     [](SnpOrder& o) {
         o.line = SnpProductLine::kTurin;
         o.before = flip(0x1A0 + 8);
     },
     strict, "snp.endorsement.chip"},
    {"chip_listed", keep, [](SnpPolicy& p) { p.chip_ids = {all(64, made::kChipByte)}; }, ""},
    {"chip_not_listed", keep, [](SnpPolicy& p) { p.chip_ids = {all(64, 0)}; }, "snp.chip.allowed"},
    {"at_the_floor", keep,
     [](SnpPolicy& p) { p.tcb_floors[SnpProductLine::kMilan] = {0, 4, 0, 23, 213}; }, ""},
    {"reported_below_the_floor", keep,
     [](SnpPolicy& p) { p.tcb_floors[SnpProductLine::kMilan] = {0, 4, 0, 24, 213}; },
     "snp.tcb.reported"},
    {"committed_below_the_floor", [](SnpOrder& o) { o.committed.microcode = 200; },
     [](SnpPolicy& p) { p.tcb_floors[SnpProductLine::kMilan] = {0, 4, 0, 23, 213}; },
     "snp.tcb.committed"},
    {"launched_below_the_floor", [](SnpOrder& o) { o.launch.bootloader = 3; },
     [](SnpPolicy& p) { p.tcb_floors[SnpProductLine::kMilan] = {0, 4, 0, 23, 213}; },
     "snp.tcb.launch"},
    {"floor_of_another_line", keep,
     [](SnpPolicy& p) { p.tcb_floors[SnpProductLine::kGenoa] = {0, 9, 0, 99, 99}; }, ""},
    {"runs_less_than_reported",
     [](SnpOrder& o) {
         o.current.snp = 22;
         o.committed.snp = 22;
     },
     strict, "snp.tcb.current"},
    {"runs_less_than_committed", [](SnpOrder& o) { o.committed.snp = 25; }, strict,
     "snp.tcb.current"},
    {"reports_less_than_it_runs", keep, [](SnpPolicy& p) { p.reported_is_current = true; },
     "snp.tcb.current"},
    {"reports_what_it_runs", [](SnpOrder& o) { o.reported = o.current; },
     [](SnpPolicy& p) { p.reported_is_current = true; }, ""},
    {"reserved_tcb_byte", before(flip(0x1F0 + 3)), strict, "snp.tcb.launch"},
    {"no_alias_check", [](SnpOrder& o) { o.platform_info = 1; }, strict,
     "snp.platform.alias_check"},
    {"alias_check_not_asked", [](SnpOrder& o) { o.platform_info = 1; },
     [](SnpPolicy& p) { p.alias_check_required = false; }, ""},
    {"vlek_by_default", [](SnpOrder& o) { o.vlek = true; }, strict, "snp.key.kind"},
    {"vlek_allowed", [](SnpOrder& o) { o.vlek = true; },
     [](SnpPolicy& p) { p.vlek_allowed = true; }, ""},
    {"vlek_of_another_cloud", [](SnpOrder& o) { o.vlek = true; },
     [](SnpPolicy& p) {
         p.vlek_allowed = true;
         p.vlek_clouds = {"OtherCloud"};
     },
     "snp.key.kind"},
    {"report_says_vlek", before([](Bytes& r) { r[0x48] = 4; }),
     [](SnpPolicy& p) { p.vlek_allowed = true; }, "snp.key.kind"},
    {"report_says_no_key", before([](Bytes& r) { r[0x48] = 7U << 2U; }), strict, "snp.key.kind"},
};

const SnpRow kGuest[] = {
    {"debug", [](SnpOrder& o) { o.policy |= 1U << 19U; }, strict, "snp.policy.debug"},
    {"debug_allowed", [](SnpOrder& o) { o.policy |= 1U << 19U; },
     [](SnpPolicy& p) { p.debug_allowed = true; }, ""},
    {"migration_bit", [](SnpOrder& o) { o.policy |= 1U << 18U; }, strict,
     "snp.policy.migration_agent"},
    {"migration_agent", [](SnpOrder& o) { o.migration_agent = true; }, strict,
     "snp.policy.migration_agent"},
    {"migration_allowed",
     [](SnpOrder& o) {
         o.policy |= 1U << 18U;
         o.migration_agent = true;
     },
     [](SnpPolicy& p) { p.migration_agent_allowed = true; }, ""},
    {"policy_bit_26", [](SnpOrder& o) { o.policy |= 1ULL << 26U; }, strict, "snp.policy.reserved"},
    {"policy_bit_63", [](SnpOrder& o) { o.policy |= 1ULL << 63U; }, strict, "snp.policy.reserved"},
    {"policy_bit_17_clear", [](SnpOrder& o) { o.policy = 0x10000; }, strict, "snp.policy.reserved"},
    {"smt_forbidden", keep, [](SnpPolicy& p) { p.smt_allowed = false; }, "snp.policy.sockets"},
    {"smt_off", [](SnpOrder& o) { o.policy = 0x20000; },
     [](SnpPolicy& p) { p.smt_allowed = false; }, ""},
    {"two_sockets", keep, [](SnpPolicy& p) { p.single_socket_required = true; },
     "snp.policy.sockets"},
    {"vmpl_1", [](SnpOrder& o) { o.vmpl = 1; }, strict, "snp.guest.vmpl"},
    {"vmpl_1_allowed", [](SnpOrder& o) { o.vmpl = 1; }, [](SnpPolicy& p) { p.vmpl_max = 1; }, ""},
    {"svn_at_the_floor", keep, [](SnpPolicy& p) { p.guest_svn_min = 2; }, ""},
    {"svn_below_the_floor", keep, [](SnpPolicy& p) { p.guest_svn_min = 3; }, "snp.guest.svn"},
    {"measurement_listed", keep, [](SnpPolicy& p) { p.measurements = {all(48, 1), all(48, 0x3E)}; },
     ""},
    {"measurement_not_listed", keep, [](SnpPolicy& p) { p.measurements = {all(48, 1)}; },
     "snp.guest.measurement"},
    {"host_data_not_listed", keep, [](SnpPolicy& p) { p.host_data = {all(32, 1)}; },
     "snp.guest.host_data"},
    {"id_key_listed", keep, [](SnpPolicy& p) { p.id_key_digests = {all(48, 0x1D)}; }, ""},
    {"id_key_not_listed", keep, [](SnpPolicy& p) { p.id_key_digests = {all(48, 1)}; },
     "snp.guest.id_key"},
    {"author_key_unused", keep, [](SnpPolicy& p) { p.author_key_digests = {all(48, 0xA0)}; },
     "snp.guest.id_key"},
    {"author_key_used", [](SnpOrder& o) { o.flags = 1; },
     [](SnpPolicy& p) { p.author_key_digests = {all(48, 0xA0)}; }, ""},
};

const auto kRowName = [](const auto& row) { return std::string{row.param.name}; };
INSTANTIATE_TEST_SUITE_P(authentic, SnpAppraisal, testing::ValuesIn(kAuthentic), kRowName);
INSTANTIATE_TEST_SUITE_P(platform, SnpAppraisal, testing::ValuesIn(kPlatform), kRowName);
INSTANTIATE_TEST_SUITE_P(guest, SnpAppraisal, testing::ValuesIn(kGuest), kRowName);

struct RevocationRow {
    const char* name;
    std::function<std::optional<Bytes>()> list;
    bool required;
    std::string failed;
};
class SnpRevocation : public testing::TestWithParam<RevocationRow> {};

TEST_P(SnpRevocation, is_judged_by_a_current_list_of_the_root) {
    made::MadeSnp made = made::make_snp({});
    made.revocations = GetParam().list();
    SnpPolicy policy = made::snp_policy();
    policy.revocation_required = GetParam().required;
    const attest::Appraisal appraisal =
        attest::appraise_snp(made.evidence(), made.roots, policy, made::kNow);
    EXPECT_TRUE(made::agrees(appraisal, GetParam().failed)) << attest::to_text(appraisal);
}

std::function<std::optional<Bytes>()> list_of(const made::CrlOrder& order) {
    return [order] { return made::snp_revocations(SnpProductLine::kMilan, order); };
}
const std::string kRevocation = "snp.chain.revocation";
// RFC 5280 section 5; AMD's lists are issued by the ARK and name ASKs.
const RevocationRow kRevocationRows[] = {
    {"current", list_of({}), true, ""},
    {"absent", [] { return std::optional<Bytes>{}; }, true, kRevocation},
    {"absent_and_not_asked", [] { return std::optional<Bytes>{}; }, false, ""},
    {"names_the_authority", list_of({.serials = {5, 17}}), true, kRevocation},
    {"names_it_though_not_asked", list_of({.serials = {17}}), false, kRevocation},
    {"names_the_root", list_of({.serials = {1000}}), true, kRevocation},
    {"names_others", list_of({.serials = {5, 18}}), true, ""},
    {"names_the_leafs_serial", list_of({.serials = {0}}), true, ""},
    {"outdated", list_of({.end = made::kNow - 1}), true, kRevocation},
    {"of_the_future", list_of({.begin = made::kNow + 1}), true, kRevocation},
    {"of_another_key", [] { return made::foreign_revocations(SnpProductLine::kMilan); }, true,
     kRevocation},
    {"of_another_line", [] { return made::snp_revocations(SnpProductLine::kGenoa, {}); }, true,
     kRevocation},
    {"garbage", [] { return Bytes{1, 2, 3}; }, false, kRevocation},
};
INSTANTIATE_TEST_SUITE_P(lists, SnpRevocation, testing::ValuesIn(kRevocationRows),
                         [](const auto& row) { return std::string{row.param.name}; });

attest::Appraisal appraise(const attest::SnpEvidence& evidence, const attest::PinnedRoots& roots) {
    return attest::appraise_snp(evidence, roots, made::snp_policy(), made::kNow);
}

TEST(SnpEvidence, under_a_made_root_is_refused_by_the_vendors_roots) {
    const made::MadeSnp made = made::make_snp({});
    EXPECT_EQ(made::failed_checks(appraise(made.evidence(), attest::vendor_roots())),
              "snp.chain.root");
}

TEST(SnpEvidence, needs_no_root_in_the_chain_when_it_is_pinned) {
    made::MadeSnp made = made::make_snp({});
    made.authorities = made.authorities.substr(0, made.authorities.find("-----END") + 26);
    EXPECT_TRUE(appraise(made.evidence(), made.roots).accepted());
}

TEST(SnpEvidence, binds_report_data) {
    const made::MadeSnp made = made::make_snp({});
    attest::SnpEvidence evidence = made.evidence();
    Bytes wanted(64, 0xDA);
    evidence.report_data = wanted;
    EXPECT_TRUE(appraise(evidence, made.roots).accepted());
    wanted.back() = 0;
    EXPECT_EQ(made::failed_checks(appraise(evidence, made.roots)), "snp.report_data");
    evidence.report_data = ByteView{wanted}.first(32);
    EXPECT_EQ(made::failed_checks(appraise(evidence, made.roots)), "snp.report_data");
}

TEST(SnpEvidence, that_does_not_read_names_the_part) {
    const made::MadeSnp made = made::make_snp({});
    attest::SnpEvidence evidence = made.evidence();
    evidence.endorsement = {};
    EXPECT_EQ(made::failed_checks(appraise(evidence, made.roots)), "snp.endorsement.format");
    evidence = made.evidence();
    evidence.authorities = "no certificates";
    EXPECT_EQ(made::failed_checks(appraise(evidence, made.roots)), "snp.chain.format");
    evidence.authorities = "";
    EXPECT_FALSE(appraise(evidence, made.roots).accepted());
}

TEST(SnpEvidence, is_valid_until_the_first_part_ends) {
    const made::MadeSnp made = made::make_snp({});
    EXPECT_EQ(appraise(made.evidence(), made.roots).valid_until, made::kNow + 86'400);
}

}  // namespace
