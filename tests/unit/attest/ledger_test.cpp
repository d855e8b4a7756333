#include "attest_support/intel_evidence.hpp"
#include "made_nvidia.hpp"
#include "made_snp.hpp"
#include "pramana/attest/collateral_ledger.hpp"
#include "pramana/attest/evidence_file.hpp"

#include <gtest/gtest.h>

namespace pramana::attest {
namespace {

using testing_support::IntelEvidence;
using testing_support::kDay;
using testing_support::kNow;

const IntelFreshness kSeen{.family = "tdx:feedfeed0000",
                           .ca = "TEST ONLY SGX PCK Platform CA",
                           .tcb_info_number = 20,
                           .tcb_info_issued = 1000,
                           .qe_identity_number = 20,
                           .qe_identity_issued = 1000,
                           .root_crl_issued = 1000,
                           .root_crl_number = 1,
                           .pck_crl_issued = 1000,
                           .pck_crl_number = 1};

struct LedgerRow {
    const char* name;
    void (*change)(IntelFreshness&);
    const char* older;  ///< how the words begin; "": nothing is older
};
const LedgerRow kLedgerRows[] = {
    {"the_same", [](IntelFreshness&) {}, ""},
    {"newer",
     [](IntelFreshness& f) {
         f.tcb_info_number = 21;
         f.tcb_info_issued = 900;
     },
     ""},
    {"tcb_info_number",
     [](IntelFreshness& f) {
         f.tcb_info_number = 19;
         f.tcb_info_issued = 2000;
     },
     "tcb_info tdx:"},
    {"tcb_info_issued", [](IntelFreshness& f) { f.tcb_info_issued = 999; }, "tcb_info tdx:"},
    {"qe_identity", [](IntelFreshness& f) { f.qe_identity_number = 19; }, "qe_identity tdx"},
    {"root_crl", [](IntelFreshness& f) { f.root_crl_issued = 999; }, "root_ca_crl"},
    {"pck_crl", [](IntelFreshness& f) { f.pck_crl_issued = 999; }, "pck_crl TEST"},
    {"another_family",
     [](IntelFreshness& f) {
         f.family = "tdx:00a067110000";
         f.tcb_info_number = 1;
     },
     ""},
    {"another_authority",
     [](IntelFreshness& f) {
         f.ca = "other";
         f.pck_crl_issued = 1;
     },
     ""},
    {"another_tee",
     [](IntelFreshness& f) {
         f.family = "sgx:feedfeed0000";
         f.qe_identity_number = 1;
     },
     ""},
};
class Ledger : public testing::TestWithParam<LedgerRow> {};
TEST_P(Ledger, never_goes_back) {
    CollateralLedger ledger;
    ASSERT_TRUE(ledger.observe(kSeen));
    const std::string before = ledger.to_json();
    IntelFreshness fresh = kSeen;
    GetParam().change(fresh);
    const std::string older = ledger.older_than_seen(fresh).value_or("");
    EXPECT_EQ(older.substr(0, std::string_view{GetParam().older}.size()), GetParam().older);
    EXPECT_EQ(older.empty(), GetParam().older[0] == '\0');
    const Status observed = ledger.observe(fresh);
    EXPECT_EQ(observed.has_value(), older.empty());
    if (!observed) {
        EXPECT_EQ(observed.error().code, Errc::kCollateralOlder);
        EXPECT_EQ(ledger.to_json(), before);
    }
}
INSTANTIATE_TEST_SUITE_P(Rows, Ledger, testing::ValuesIn(kLedgerRows),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Ledger, keeps_lists_by_issuer_beside_intels_documents) {
    CollateralLedger ledger;
    ASSERT_TRUE(ledger.observe(kSeen));
    const ListFreshness seen{.issuer = "ARK-Genoa", .crl_number = 7, .crl_issued = 1000};
    ASSERT_TRUE(ledger.observe(seen));
    EXPECT_FALSE(ledger.older_than_seen(
        ListFreshness{.issuer = "ARK-Turin", .crl_number = 1, .crl_issued = 1}));
    const CollateralLedger read = CollateralLedger::from_json(ledger.to_json()).value();
    EXPECT_EQ(read.older_than_seen({.issuer = "ARK-Genoa", .crl_number = 6, .crl_issued = 2000}),
              "crl ARK-Genoa: number 6 of 1970-01-01T00:33:20Z, after number 7 of "
              "1970-01-01T00:16:40Z");
    EXPECT_TRUE(read.older_than_seen({.issuer = "ARK-Genoa", .crl_number = 7, .crl_issued = 999}));
    EXPECT_FALSE(read.older_than_seen(seen));
    EXPECT_FALSE(read.older_than_seen(kSeen));
}

Bytes list_numbered(const Bytes& number) {
    const made::Key key = made::Key::p384();
    return made::revocations({.issuer = "TEST ONLY",
                              .number = std::nullopt,
                              .extensions = {{"2.5.29.20", made::der(0x02, number)}}},
                             key);
}

// RFC 5280 section 5.2.3: every reader takes numbers of up to 20 bytes.
TEST(Ledger, keeps_numbers_of_lists_of_up_to_twenty_bytes) {
    Bytes largest(20, 0xff);
    largest[0] = 0x7f;
    const ListFreshness seen = freshness_of_list(list_numbered(largest)).value();
    EXPECT_EQ(seen.crl_number.text(), "0x7f" + std::string(38, 'f'));
    CollateralLedger ledger;
    ASSERT_TRUE(ledger.observe(seen));
    const CollateralLedger read = CollateralLedger::from_json(ledger.to_json()).value();
    EXPECT_EQ(read.to_json(), ledger.to_json());
    EXPECT_FALSE(read.older_than_seen(seen));
    --largest.back();
    const ListFreshness older = freshness_of_list(list_numbered(largest)).value();
    EXPECT_TRUE(read.older_than_seen(older).value_or("").starts_with("crl TEST ONLY: number 0x7f"));
    EXPECT_TRUE(read.older_than_seen({"TEST ONLY", std::uint64_t{0} - 1, seen.crl_issued}));
    EXPECT_EQ(freshness_of_list(list_numbered({0x01, 0, 0, 0, 0, 0, 0, 0, 0}))->crl_number.text(),
              "0x" + std::string(23, '0') + "1" + std::string(16, '0'));
    EXPECT_FALSE(freshness_of_list(list_numbered({0x80}))) << "negative";
    EXPECT_FALSE(freshness_of_list(list_numbered(Bytes(21, 0x7f)))) << "longer than the law allows";
}

TEST(LedgerText, is_read_back_and_a_broken_one_is_refused) {
    CollateralLedger ledger;
    ASSERT_TRUE(ledger.observe(kSeen));
    const std::string text = ledger.to_json();
    EXPECT_EQ(CollateralLedger::from_json(text).value().to_json(), text);
    for (std::size_t size = 0; size < text.size(); ++size)
        EXPECT_EQ(CollateralLedger::from_json(text.substr(0, size)).error().code,
                  Errc::kStoreCorrupt);
    for (const std::string_view bad :
         {R"({"version":2,"seen":{}})", R"({"version":1})", R"({"version":1,"seen":[]})",
          R"({"version":1,"seen":{"a":{"number":1}}})", R"({"version":1,"seen":{"a":1}})",
          R"({"version":1,"seen":{"a":{"number":"7","issued":1}}})",
          R"({"version":1,"seen":{"a":{"number":"0x07","issued":1}}})",
          R"({"version":1,"seen":{"a":{"number":"0x0000000000000000000000000000000000000007",)"
          R"("issued":1}}})"})
        EXPECT_FALSE(CollateralLedger::from_json(bad)) << bad;
}

TEST(LedgerCheck, refuses_authentic_collateral_that_is_older_than_what_was_accepted) {
    IntelEvidence evidence;
    CollateralLedger ledger;
    evidence.tcb_number = 21;
    const IntelEvidence::Made newer = evidence.make();
    ASSERT_TRUE(ledger.observe(*freshness_of(*prepare(newer.collateral, newer.roots))));
    const auto verdict = [&](const IntelEvidence::Made& made) {
        const IntelEndorsements endorsements = prepare(made.collateral, made.roots);
        return appraise_intel(made.quote, *endorsements, kNow, {}, std::nullopt, &ledger);
    };
    EXPECT_TRUE(verdict(newer).accepted());
    evidence.tcb_number = 20;
    const Appraisal refused = verdict(evidence.make());
    EXPECT_FALSE(refused.accepted());
    EXPECT_EQ(refused.verdicts.first_failure()->check->name, "intel.collateral.not_older");
    EXPECT_EQ(refused.tcb_status, TcbStatus::kUpToDate);
}

/// A report with a list of its root, or a GPU's with lists of its root and its chip's authority, of
/// this number.
struct WithLists {
    EvidenceFile file = {};
    Endorsements endorsements = {};
    PinnedRoots roots = {};
    Policy policy = {};
    Expectation expected = {};
};
WithLists snp_with(std::uint64_t number) {
    made::SnpOrder order;
    made::MadeSnp made = made::make_snp(order);
    WithLists out{.roots = std::move(made.roots)};
    out.file.snp_report = std::move(made.report);
    out.endorsements.snp_endorsement = std::move(made.endorsement);
    out.endorsements.snp_authorities = std::move(made.authorities);
    out.endorsements.snp_revocations = made::snp_revocations(order.line, {.number = number});
    out.policy.amd = made::snp_policy();
    return out;
}
WithLists gpu_with(std::uint64_t number) {
    made::MadeNvidia made = made::make_nvidia({});
    WithLists out{.roots = std::move(made.roots)};
    out.file.gpus.push_back(
        {.report = std::move(made.report), .chain = std::move(made.chain), .uuid = {}});
    out.endorsements.rims = {*made.driver_rim, *made.vbios_rim};
    out.endorsements.revocations = {made::nvidia_root_list({.number = 9}),
                                    made::nvidia_chip_list({.number = number})};
    out.expected.nonces = {*made.nonce};
    return out;
}
bool accepts(const WithLists& one, const CollateralLedger& ledger) {
    return std::ranges::all_of(
        appraise_evidence_file(one.file, one.endorsements, one.roots, one.policy, made::kNow,
                               one.expected, &ledger),
        &Appraisal::accepted);
}

TEST(LedgerLists, of_amd_and_nvidia_never_go_back_either) {
    for (const auto make : {&snp_with, &gpu_with}) {
        CollateralLedger ledger;
        const WithLists newer = make(8);
        EXPECT_TRUE(accepts(newer, ledger));
        const std::vector<ListFreshness> lists =
            authentic_lists(newer.file, newer.endorsements, newer.roots);
        EXPECT_EQ(lists.size(), newer.endorsements.snp_revocations ? 1U : 2U);
        for (const ListFreshness& list : lists) ASSERT_TRUE(ledger.observe(list));
        EXPECT_TRUE(accepts(newer, ledger));
        EXPECT_TRUE(accepts(make(9), ledger));
        EXPECT_FALSE(accepts(make(7), ledger)) << "authentic, current, and older";
        WithLists both = make(8);
        if (both.endorsements.snp_revocations) continue;
        both.endorsements.revocations.push_back(make(7).endorsements.revocations.at(1));
        EXPECT_FALSE(accepts(both, ledger)) << "an older one beside it may be the one relied upon";
    }
}

TEST(LedgerLists, of_strangers_are_not_noted) {
    WithLists one = snp_with(8);
    one.endorsements.snp_revocations = made::foreign_revocations(made::SnpOrder{}.line);
    EXPECT_TRUE(authentic_lists(one.file, one.endorsements, one.roots).empty());
    const WithLists gpu = gpu_with(8);
    EXPECT_TRUE(authentic_lists(gpu.file, gpu.endorsements, vendor_roots()).empty());
    EvidenceFile without_chain = gpu.file;
    without_chain.gpus.clear();
    EXPECT_EQ(authentic_lists(without_chain, gpu.endorsements, gpu.roots).size(), 1U);
}

}  // namespace
}  // namespace pramana::attest
