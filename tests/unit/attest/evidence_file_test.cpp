// Evidence and endorsements as people hand them over: what is recognised, and that the parts reach
// their appraisals. docs/commands.md "verify", GHCB 2.0 section 4.1.8.1.

#include "pramana/attest/evidence_file.hpp"

#include "attest_support/intel_evidence.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ranges>

namespace pramana::attest {
namespace {

using testing_support::IntelEvidence;
using testing_support::kNow;

const std::string kQuoteHex = "0400020081000000" + std::string(80, '0');
const std::string kSnpHex = "02000000" + std::string(2 * (kSnpReportSize - 4), '0');

struct FormRow {
    const char* name;
    std::string text;
    const char* form;  ///< empty: refused
};
const FormRow kForms[] = {
    {"hex_of_a_quote", kQuoteHex + "\n", "an Intel quote"},
    {"hex_of_a_report", kSnpHex, "an AMD SEV-SNP report"},
    {"hex_of_a_gpu_report", "11e001ff", "an NVIDIA report"},
    {"base64", "EeAB/w==", "an NVIDIA report"},
    {"quote_in_json", R"({"quote":")" + kQuoteHex + R"("})", "an Intel quote"},
    {"quote_of_a_provider", R"({"kind":"tdx","quote":")" + kQuoteHex + R"("})", "an Intel quote"},
    {"dstack", R"({"quote":")" + kQuoteHex + R"(","event_log":"[]","vm_config":"{}"})",
     "a quote of a dstack guest with its event log"},
    {"dstack_with_the_log_as_a_list", R"({"quote":")" + kQuoteHex + R"(","event_log":[]})",
     "a quote of a dstack guest with its event log"},
    {"report_of_a_provider",
     R"({"kind":"sev_snp","report":")" + kSnpHex + R"(","certificates":""})",
     "an AMD SEV-SNP report"},
    {"gpu_list", R"([{"arch":"HOPPER","evidence":"EeAB/w==","certificate":"LS0t","nonce":"00"}])",
     "reports of NVIDIA devices"},
    {"service_answer", R"([["JWT","a.b.c"],{"GPU-0":"a.b.c"}])",
     "an answer of NVIDIA's attestation service"},
    {"local_answer", R"({"detached_eat":[["JWT","a.b."],{}],"result_code":0})",
     "an answer of NVIDIA's attestation"},
    {"software", R"({"kind":"software","signature":"00"})", "development evidence"},
    {"empty", "", ""},
    {"no_evidence", "{}", ""},
    {"words", "hello", ""},
    {"quote_of_another_version", "0600020081000000" + std::string(80, '0'), ""},
    {"quote_that_is_a_number", R"({"quote":1})", ""},
    {"report_cut", kSnpHex.substr(2), ""},
    {"member_twice", R"({"quote":"00","quote":"00"})", ""},
    {"no_gpu", R"({"kind":"nvidia","devices":[]})", ""},
    {"attestation_that_another_reader_takes_apart",
     R"({"format":"pramana:attestation:2","statement":{},"evidence":{"kind":"software"}})", ""},
};
class EvidenceForm : public testing::TestWithParam<FormRow> {};
TEST_P(EvidenceForm, is_recognised_or_refused) {
    const Result<EvidenceFile> file = read_evidence_file(as_bytes_view(GetParam().text));
    EXPECT_EQ(file ? file->form : "", GetParam().form);
    if (file) return;
    EXPECT_EQ(file.error().code, Errc::kEvidenceMalformed);
}
INSTANTIATE_TEST_SUITE_P(Rows, EvidenceForm, testing::ValuesIn(kForms),
                         [](const auto& row) { return std::string{row.param.name}; });

struct KeysRow {
    const char* name;
    std::string list;
    std::size_t keys;  ///< 0: refused
};
const std::string kKey =
    R"({"use":"signing","public_key":"0x02","path":"p","purpose":"q","signature_chain":["00","01"]})";
const KeysRow kKeyLists[] = {
    {"one", '[' + kKey + ']', 1},
    {"nine",
     [] {
         std::string all = '[' + kKey;
         for (int i = 0; i < 8; ++i) all += ',' + kKey;
         return all + ']';
     }(),
     0},
    {"one_link", R"([{"use":"a","public_key":"0x02","purpose":"q","signature_chain":["00"]}])", 0},
    {"no_purpose", R"([{"use":"a","public_key":"0x02","signature_chain":["00","01"]}])", 0},
    {"an_object", "{}", 0},
    {"no_json", "[", 0},
};
class IssuedKeys : public testing::TestWithParam<KeysRow> {};
TEST_P(IssuedKeys, are_read_as_listed_or_refused) {
    EvidenceFile out;
    const Status added = add_issued_keys(GetParam().list, out);
    ASSERT_EQ(added.has_value(), GetParam().keys > 0);
    if (!added) {
        EXPECT_EQ(added.error().code, Errc::kEvidenceMalformed);
        return;
    }
    ASSERT_EQ(out.keys.size(), GetParam().keys);
    EXPECT_EQ(out.keys[0].use, "signing");
    EXPECT_EQ(out.keys[0].purpose, "q");
    EXPECT_EQ(out.keys[0].signature_chain[1], Bytes{1});
}
INSTANTIATE_TEST_SUITE_P(Rows, IssuedKeys, testing::ValuesIn(kKeyLists),
                         [](const auto& row) { return std::string{row.param.name}; });

struct PinnedKindRow {
    const char* name;
    bool enclave;        ///< an SGX quote instead of a TDX quote
    const char* policy;  ///< without `evidence`
    bool holds;
};
// What is pinned of one kind is not judged on another: evidence of a kind that nothing is pinned of
// would walk past the pins.
const std::string kPin48 = '"' + std::string(96, '0') + '"';
const std::string kPin32 = '"' + std::string(64, '0') + '"';
const std::string kPin20 = '"' + std::string(40, '0') + '"';
const std::string kTdPinned = R"("intel":{"mr_td":[)" + kPin48 + "]}";
const std::string kEnclavePinned = R"("intel":{"mr_enclave":[)" + kPin32 + "]}";
const std::string kBothPinned =
    R"("intel":{"mr_td":[)" + kPin48 + R"(],"mr_enclave":[)" + kPin32 + "]}";
const std::string kAmdPinned = R"("amd":{"measurements":[)" + kPin48 + "]}";
const std::string kAppPinned = R"("dstack":{"app_ids":[)" + kPin20 + "]}";
const std::string kMachinePinned = R"("intel":{"platforms":[")" + std::string(32, '1') + "\"]}";
const PinnedKindRow kPinnedKinds[] = {
    {"td_as_pinned", false, kTdPinned.c_str(), true},
    {"enclave_where_a_td_is_pinned", true, kTdPinned.c_str(), false},
    {"td_where_an_enclave_is_pinned", false, kEnclavePinned.c_str(), false},
    {"enclave_where_both_are_pinned", true, kBothPinned.c_str(), true},
    {"td_where_an_amd_guest_is_pinned", false, kAmdPinned.c_str(), false},
    {"td_without_a_log_where_an_application_is_pinned", false, kAppPinned.c_str(), false},
    {"enclave_where_an_application_is_pinned", true, kAppPinned.c_str(), false},
    {"enclave_of_a_pinned_machine", true, kMachinePinned.c_str(), true},
};
class PinnedKind : public testing::TestWithParam<PinnedKindRow> {};
TEST_P(PinnedKind, is_the_kind_that_has_to_come) {
    IntelEvidence evidence;
    std::ranges::fill(evidence.enclave_report | std::views::drop(64) | std::views::take(32), 0);
    std::ranges::fill(evidence.td_report | std::views::drop(136) | std::views::take(48), 0);
    if (GetParam().enclave) evidence.make_sgx();
    const IntelEvidence::Made made = evidence.make();
    Endorsements endorsements;
    endorsements.intel = made.collateral;
    const PolicyReading reading =
        read_policy("{\"version\":1," + std::string{GetParam().policy} + "}");
    ASSERT_TRUE(reading.policy) << GetParam().policy;
    const Result<EvidenceFile> file = read_evidence_file(made.quote);
    ASSERT_TRUE(file);
    const std::vector<Appraisal> parts =
        appraise_evidence_file(*file, endorsements, made.roots, *reading.policy, kNow, {});
    EXPECT_EQ(parts.front().accepted(), true) << to_text(parts.front());
    EXPECT_EQ(std::ranges::all_of(parts, &Appraisal::accepted), GetParam().holds)
        << to_text(parts.back());
}
INSTANTIATE_TEST_SUITE_P(Rows, PinnedKind, testing::ValuesIn(kPinnedKinds),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(EvidenceFile, a_made_quote_is_accepted_under_its_root_and_by_nobody_else) {
    const IntelEvidence::Made made = IntelEvidence{}.make();
    Result<EvidenceFile> file = read_evidence_file(made.quote);
    ASSERT_TRUE(file);
    Endorsements endorsements;
    endorsements.intel = made.collateral;
    const auto judge = [&](const PinnedRoots& roots) {
        return appraise_evidence_file(*file, endorsements, roots, {}, kNow, {});
    };
    ASSERT_EQ(judge(made.roots).size(), 1U);
    EXPECT_TRUE(judge(made.roots)[0].accepted()) << to_text(judge(made.roots)[0]);
    EXPECT_FALSE(judge(vendor_roots())[0].accepted());
    Policy policy;
    policy.evidence = {"tdx"};
    const auto kinds_held = [&] {
        return appraise_evidence_file(*file, endorsements, made.roots, policy, kNow, {})
            .back()
            .accepted();
    };
    EXPECT_TRUE(kinds_held());
    policy.evidence = {"tdx", "nvidia_gpu"};
    EXPECT_FALSE(kinds_held()) << "a part is left out";
    policy.evidence = {"sev_snp"};
    EXPECT_FALSE(kinds_held()) << "of another vendor";
    const std::vector<Appraisal> with_gpus = appraise_evidence_file(
        *file, endorsements, made.roots, {}, kNow,
        {.report_data = std::nullopt, .nonces = {}, .devices = 2});
    EXPECT_EQ(with_gpus.back().kind, "nvidia_set");
    EXPECT_FALSE(with_gpus.back().accepted()) << "two GPUs were expected and none came";
    file->event_log = "[]";
    ASSERT_EQ(judge(made.roots).size(), 2U);
    EXPECT_EQ(judge(made.roots)[1].kind, "dstack");
    EXPECT_FALSE(judge(made.roots)[1].accepted());
}

Bytes table_of(const std::vector<std::pair<std::string, Bytes>>& rows) {
    Bytes out;
    const std::size_t head = (rows.size() + 1) * 24;
    std::size_t at = head;
    for (const auto& [guid, der] : rows) {
        append(out, *from_hex(guid));
        std::array<std::uint8_t, 8> place{};
        store_le(static_cast<std::uint32_t>(at), place.data());
        store_le(static_cast<std::uint32_t>(der.size()), place.data() + 4);
        append(out, place);
        at += der.size();
    }
    out.resize(head);
    for (const auto& [guid, der] : rows) append(out, der);
    return out;
}
constexpr const char* kVcek = "63da758de6644564adc5f4b93be8accd";
constexpr const char* kVcekSwapped = "8d75da6364e66445adc5f4b93be8accd";
constexpr const char* kAsk = "4ab7b379bbac4fe4a02f05aef327c782";

TEST(SnpCertificates, are_read_in_both_orders_of_guids) {
    for (const char* guid : {kVcek, kVcekSwapped}) {
        Endorsements out;
        ASSERT_TRUE(add_snp_certificates(table_of({{guid, {1, 2, 3}}, {kAsk, {4}}}), out));
        EXPECT_EQ(out.snp_endorsement, (Bytes{1, 2, 3}));
        EXPECT_EQ(out.snp_authorities,
                  "-----BEGIN CERTIFICATE-----\nBA==\n-----END CERTIFICATE-----\n");
    }
}

TEST(SnpCertificates, that_point_outside_or_have_no_end_are_refused) {
    const Bytes whole = table_of({{kVcek, {1, 2, 3}}});
    for (std::size_t size = 0; size < whole.size(); ++size) {
        Endorsements out;
        EXPECT_EQ(add_snp_certificates(ByteView{whole}.first(size), out).error().code,
                  Errc::kEvidenceMalformed)
            << size;
    }
    Bytes far = whole;
    far[16] = 0xff;
    far[19] = 0xff;
    Endorsements out;
    EXPECT_FALSE(add_snp_certificates(far, out));
    EXPECT_FALSE(add_snp_certificates(Bytes(24 * 17, 1), out));
}

TEST(Endorsements, are_sorted_by_what_they_are) {
    Endorsements out;
    EXPECT_TRUE(add_endorsements(as_bytes_view(R"({"pck_crl":"3000"})"), out));
    EXPECT_EQ(out.intel.pck_crl.size(), 2U);
    EXPECT_TRUE(add_endorsements(
        as_bytes_view(R"({"nvidia":{"rims":{"A":"<x/>"},"revocations":["30"]},"amd":null})"), out));
    EXPECT_EQ(out.rims.size(), 1U);
    EXPECT_EQ(out.revocations.size(), 1U);
    EXPECT_TRUE(add_endorsements(as_bytes_view("<?xml version=\"1.0\"?><a/>"), out));
    EXPECT_EQ(out.rims.size(), 2U);
    EXPECT_TRUE(add_endorsements(as_bytes_view(R"({"manifest_version":2})"), out));
    EXPECT_EQ(out.app_compose, R"({"manifest_version":2})");
    for (const std::string_view refused :
         {"", "{}", "[]", "text", "-----BEGIN CERTIFICATE-----", R"({"intel":{"pck_crl":"x"}})",
          R"({"amd":{"endorsement":"0"}})", R"({"nvidia":{"revocations":[1]}})"})
        EXPECT_EQ(add_endorsements(as_bytes_view(refused), out).error().code,
                  Errc::kEvidenceMalformed)
            << refused;
}

TEST(Endorsements, certificates_of_a_test_root_are_no_amd_authorities) {
    const IntelEvidence::Made made = IntelEvidence{}.make();
    Endorsements out;
    ASSERT_TRUE(add_endorsements(as_bytes_view(made.collateral.tcb_info_issuer_chain), out));
    EXPECT_EQ(out.nvidia_chain, made.collateral.tcb_info_issuer_chain);
    EXPECT_TRUE(out.snp_authorities.empty());
    ASSERT_TRUE(add_endorsements(made.collateral.pck_crl, out));
    EXPECT_EQ(out.revocations.size(), 1U);
}

}  // namespace
}  // namespace pramana::attest
