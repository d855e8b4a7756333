#include "evidence_support/made_platform.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/evidence/snp_certificates.hpp"

#include <gtest/gtest.h>

namespace pramana::evidence {
namespace {

using testing_support::DstackAgent;
using testing_support::MadePlatform;

ReportBytes asked() {
    ReportBytes report;
    report.bytes.fill(0xA7);
    return report;
}

using Change = void (*)(MadePlatform&, std::string& evidence);
struct Row {
    const char* name;
    std::string_view kind;
    Change change;
    std::optional<Errc> refused;
};
const Row kRows[] = {
    {"a_quote", "tdx", [](MadePlatform&, std::string&) {}, {}},
    {"a_quote_with_its_log", "dstack_tdx", [](MadePlatform&, std::string&) {}, {}},
    {"no_json", "tdx", [](MadePlatform&, std::string& evidence) { evidence = "{"; },
     Errc::kEvidenceMalformed},
    {"no_kind", "tdx", [](MadePlatform&, std::string& evidence) { evidence = "{}"; },
     Errc::kEvidenceMalformed},
    {"another_kind", "tdx",
     [](MadePlatform&, std::string& evidence) { evidence = R"({"kind":"software"})"; },
     Errc::kEvidenceRefused},
    {"a_flipped_bit", "tdx",
     [](MadePlatform&, std::string& evidence) {
         evidence[evidence.size() / 3] = evidence[evidence.size() / 3] == '0' ? '1' : '0';
     },
     Errc::kEvidenceRefused},
    {"another_log", "dstack_tdx",
     [](MadePlatform& platform, std::string& evidence) {
         std::vector<made::MadeEvent> events = made::made_boot();
         events.push_back({.name = "more", .payload = {1}});
         const std::string ours = json_quoted(platform.event_log());
         evidence.replace(evidence.find(ours), ours.size(), json_quoted(made::json_of(events)));
     },
     Errc::kEvidenceRefused},
    {"another_compose_document", "dstack_tdx",
     [](MadePlatform&, std::string& evidence) {
         evidence.replace(evidence.find("made"), 4, "fake");
     },
     Errc::kEvidenceRefused},
};
class Authentic : public testing::TestWithParam<Row> {};
TEST_P(Authentic, or_refused) {
    MadePlatform platform;
    std::string evidence = platform.evidence(GetParam().kind, asked());
    GetParam().change(platform, evidence);
    const Status checked = check_authentic(evidence, asked(), platform.check());
    EXPECT_EQ(checked ? std::nullopt : std::optional{checked.error().code}, GetParam().refused);
}
INSTANTIATE_TEST_SUITE_P(rows, Authentic, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(CheckedEvidence, is_about_no_debuggable_machine) {
    MadePlatform platform;
    platform.intel.td_report[120] = 1;  // TDATTRIBUTES.DEBUG
    EXPECT_EQ(
        check_authentic(platform.evidence("tdx", asked()), asked(), platform.check()).error().code,
        Errc::kEvidenceRefused);
}

TEST(CheckedEvidence, is_over_the_report_that_was_asked_for) {
    MadePlatform platform;
    const std::string evidence = platform.evidence("tdx", asked());
    EXPECT_EQ(check_authentic(evidence, ReportBytes{}, platform.check()).error().code,
              Errc::kEvidenceRefused);
}

// What an operator could put in the platform's place: everything is right but the root.
TEST(CheckedEvidence, of_a_made_platform_is_refused_under_the_vendors_roots) {
    MadePlatform platform;
    EvidenceCheck production = platform.check();
    production.roots = attest::vendor_roots();
    for (const std::string_view kind : {"tdx", "dstack_tdx"})
        EXPECT_EQ(
            check_authentic(platform.evidence(kind, asked()), asked(), production).error().code,
            Errc::kEvidenceRefused)
            << kind;
}

TEST(CheckedEvidence, of_a_chain_that_has_ended_is_refused) {
    MadePlatform platform;
    EvidenceCheck later = platform.check();
    later.now = [] { return attest::testing_support::kNow + 5000 * attest::testing_support::kDay; };
    EXPECT_EQ(check_authentic(platform.evidence("tdx", asked()), asked(), later).error().code,
              Errc::kEvidenceRefused);
}

/// An agent that answers as a guest's does.
DstackAgent agent_of(MadePlatform& platform) {
    return DstackAgent{{[&platform](const std::string& target, const std::string& body) {
        return platform.agent(target, body);
    }}};
}
TeePlaces places_of(const DstackAgent& agent) {
    return {.dstack = {agent.socket()}, .dstack_options = {}, .tsm = "/nonexistent"};
}

TEST(CheckedProvider, hands_on_what_an_agent_gives) {
    MadePlatform platform;
    platform.app_compose = made::kAppCompose;
    const DstackAgent agent = agent_of(platform);
    auto found = detect_tee_at(places_of(agent));
    ASSERT_TRUE(found);
    const std::unique_ptr<EvidenceProvider> provider =
        make_checked_provider(*std::move(found), platform.check());
    EXPECT_EQ(provider->kind(), "dstack_tdx");
    const Result<std::string> evidence = provider->quote(asked());
    ASSERT_TRUE(evidence) << evidence.error().site;
    EXPECT_EQ(*read_json(*evidence)->member("app_compose")->text(), made::kAppCompose);
    const Result<PlatformFacts> facts = provider->platform();
    ASSERT_TRUE(facts) << facts.error().site;
    EXPECT_EQ(*facts->compose_sha256, sha256(made::kAppCompose));
    EXPECT_EQ(facts->upgrade_authority->app_auth->bytes[0], 0xAA);
    EXPECT_FALSE(facts->upgrade_authority->owner);
}

TEST(CheckedProvider, refuses_an_agent_of_the_operators_own) {
    MadePlatform platform;
    const DstackAgent agent = agent_of(platform);
    EvidenceCheck production = platform.check();
    production.roots = attest::vendor_roots();
    const std::unique_ptr<EvidenceProvider> provider =
        make_checked_provider(*detect_tee_at(places_of(agent)), production);
    EXPECT_EQ(provider->quote(asked()).error().code, Errc::kEvidenceRefused);
    EXPECT_EQ(provider->platform().error().code, Errc::kEvidenceRefused);
}

TEST(CheckedProvider, refuses_a_document_that_was_not_measured) {
    MadePlatform platform;
    platform.app_compose = R"({"name":"another"})";  // the agent hashes it as it should
    const DstackAgent agent = agent_of(platform);
    const std::unique_ptr<EvidenceProvider> provider =
        make_checked_provider(*detect_tee_at(places_of(agent)), platform.check());
    EXPECT_EQ(provider->platform().error().code, Errc::kEvidenceRefused);
}

TEST(DetectTee, takes_the_kernels_reports_where_there_is_no_agent) {
    EXPECT_EQ(detect_tee_at({.dstack = {{"/nonexistent/dstack.sock", false}},
                             .dstack_options = {},
                             .tsm = "/nonexistent"})
                  .error()
                  .code,
              Errc::kNoTee);
}

// AMD 56421 section 4.1.8.1: GUIDs in the order of their text, offsets from the table's begin.
struct TableEntry {
    std::string guid;
    Bytes certificate;
};
Bytes table_of(const std::vector<TableEntry>& entries) {
    Bytes table((entries.size() + 1) * 24);
    Bytes behind;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        std::ranges::copy(*from_hex(entries[i].guid), table.begin() + static_cast<long>(24 * i));
        store_le(static_cast<std::uint32_t>(table.size() + behind.size()),
                 table.data() + 24 * i + 16);
        store_le(static_cast<std::uint32_t>(entries[i].certificate.size()),
                 table.data() + 24 * i + 20);
        append(behind, entries[i].certificate);
    }
    append(table, behind);
    return table;
}
const std::string kVcek = "63da758de6644564adc5f4b93be8accd";
const std::string kAsk = "4ab7b379bbac4fe4a02f05aef327c782";
const std::string kArk = "c0b406a4a803495297433fb6014cd0ae";

TEST(SnpCertificates, are_found_by_their_guids) {
    const Result<SnpCertificates> read = read_snp_certificates(
        table_of({{kArk, {1, 2, 3}}, {std::string(32, 'f'), {9}}, {kVcek, {4}}, {kAsk, {5, 6}}}));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->endorsement, Bytes{4});
    // openssl base64 of 05 06 and of 01 02 03.
    EXPECT_EQ(read->authorities,
              "-----BEGIN CERTIFICATE-----\nBQY=\n-----END CERTIFICATE-----\n"
              "-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n");
    EXPECT_TRUE(read_snp_certificates({})->endorsement.empty());
    EXPECT_TRUE(read_snp_certificates(table_of({}))->authorities.empty());
}

TEST(SnpCertificates, of_a_table_that_does_not_read_are_refused) {
    const Bytes good = table_of({{kVcek, {4}}});
    for (std::size_t size = 1; size < good.size(); ++size)
        EXPECT_FALSE(read_snp_certificates(ByteView{good}.first(size))) << size;
    EXPECT_FALSE(read_snp_certificates(table_of({{kVcek, {4}}, {kVcek, {4}}})));
    EXPECT_FALSE(read_snp_certificates(table_of({{kVcek, {}}})));
    Bytes outside = good;
    store_le(std::uint32_t{0xFFFFFFFF}, outside.data() + 16);
    EXPECT_FALSE(read_snp_certificates(outside));
}

}  // namespace
}  // namespace pramana::evidence
