#include "pramana/evidence/collateral_keeper.hpp"
#include "evidence_support/made_platform.hpp"
#include "pramana/attest/intel.hpp"

#include <gtest/gtest.h>

namespace pramana::evidence {
namespace {

using attest::testing_support::kDay;
using attest::testing_support::kNow;
using testing_support::MadePlatform;
using testing_support::percent_encoded;

CollateralReply reply_of(ByteView body, std::map<std::string, std::string> headers = {}) {
    return {.body = {body.begin(), body.end()}, .headers = std::move(headers)};
}

/// Intel's provisioning service, version 4, as its API documents it.
class ServiceStandIn {
  public:
    explicit ServiceStandIn(MadePlatform& made) : platform{made} {}

    Result<CollateralReply> get(const std::string& url, std::size_t bytes_max) {
        urls.push_back(url);
        if (down) return Error{Errc::kFetchFailed, "test"};
        const attest::IntelCollateral c = platform.make(Bytes(64)).collateral;
        CollateralReply reply;
        if (url == "https://pcs.example/tdx/certification/v4/tcb?fmspc=feedfeed0000")
            reply = reply_of(as_bytes_view("{\"tcbInfo\":" + c.tcb_info + ",\"signature\":\"" +
                                           to_hex(c.tcb_info_signature) + "\"}"),
                             {{"tcb-info-issuer-chain", percent_encoded(c.tcb_info_issuer_chain)}});
        else if (url == "https://pcs.example/tdx/certification/v4/qe/identity")
            reply = reply_of(
                as_bytes_view("{\"enclaveIdentity\":" + c.qe_identity + ",\"signature\":\"" +
                              to_hex(c.qe_identity_signature) + "\"}"),
                {{"sgx-enclave-identity-issuer-chain",
                  percent_encoded(c.qe_identity_issuer_chain)}});
        else if (url == "https://pcs.example/sgx/certification/v4/pckcrl?ca=platform&encoding=der")
            reply = reply_of(
                c.pck_crl, {{"sgx-pck-crl-issuer-chain", percent_encoded(c.pck_crl_issuer_chain)}});
        else if (url == "https://crl.example/root.crl")
            reply = root_crl_as_hex ? reply_of(as_bytes_view(to_hex(c.root_ca_crl) + "\n"))
                                    : reply_of(c.root_ca_crl);
        else
            return Error{Errc::kFetchFailed, "test.no_such_route"};
        if (edit) edit(url, reply);
        if (reply.body.size() > bytes_max) return Error{Errc::kFetchTooLarge, "test"};
        return reply;
    }

    MadePlatform& platform;
    std::vector<std::string> urls;
    bool down = false;
    bool root_crl_as_hex = false;
    std::function<void(const std::string& url, CollateralReply& reply)> edit;
};

class Collateral : public testing::Test {
  protected:
    CollateralKeeper keeper() {
        return CollateralKeeper{
            [this](const std::string& url, std::size_t most) { return service.get(url, most); },
            {.intel_pcs = "https://pcs.example",
             .intel_root_crl = "https://crl.example/root.crl",
             .amd_kds = "https://kds.example",
             .nvidia_rim = "",
             .nvidia_crl = ""},
            platform.check(),
            {.load = [this](std::string_view name) -> Result<std::optional<Bytes>> {
                 const auto found = notes.find(std::string{name});
                 if (found == notes.end()) return std::optional<Bytes>{};
                 return std::optional{found->second};
             },
             .save = [this](std::string_view name, ByteView content) -> Status {
                 notes[std::string{name}] = {content.begin(), content.end()};
                 return Done{};
             }}};
    }
    std::string evidence() { return platform.evidence("tdx", ReportBytes{}); }

    MadePlatform platform;
    ServiceStandIn service{platform};
    std::map<std::string, Bytes> notes;
};

TEST_F(Collateral, is_fetched_judged_and_kept) {
    CollateralKeeper fresh = keeper();
    ASSERT_TRUE(fresh.open());
    EXPECT_FALSE(fresh.current());
    const Status refreshed = fresh.refresh(evidence());
    ASSERT_TRUE(refreshed) << refreshed.error().site;
    EXPECT_EQ(service.urls.size(), 4U);
    const std::string text = *fresh.current();
    const Result<JsonView> root = read_json(text);
    ASSERT_TRUE(root);
    EXPECT_EQ(*root->member("fetched_unix_s")->whole_number(), kNow);
    const Result<attest::IntelCollateral> read =
        attest::read_intel_collateral(root->member("intel")->raw());
    ASSERT_TRUE(read);
    // With it the evidence is accepted by the strict default policy.
    const auto made = platform.make(Bytes(64));
    EXPECT_TRUE(attest::appraise_intel(made.quote, *attest::prepare(*read, made.roots), kNow, {},
                                       std::nullopt)
                    .accepted());
    EXPECT_EQ(fresh.standing()->tcb_status, "UpToDate");
    EXPECT_EQ(fresh.standing()->first_failure, "");
    CollateralKeeper later = keeper();
    ASSERT_TRUE(later.open());
    EXPECT_EQ(later.current(), fresh.current());
}

TEST_F(Collateral, of_a_caching_service_may_be_hex) {
    service.root_crl_as_hex = true;
    CollateralKeeper fresh = keeper();
    EXPECT_TRUE(fresh.refresh(evidence()));
}

TEST_F(Collateral, never_goes_back) {
    CollateralKeeper before = keeper();
    ASSERT_TRUE(before.refresh(evidence()));
    const std::optional<std::string> kept = before.current();
    // Authentic and inside its dates, but of an earlier evaluation.
    platform.intel.tcb_number = 19;
    platform.intel.tcb_issued = kNow - 2 * kDay;
    EXPECT_EQ(before.refresh(evidence()).error().code, Errc::kCollateralOlder);
    EXPECT_EQ(before.current(), kept);
    CollateralKeeper after_restart = keeper();
    ASSERT_TRUE(after_restart.open());
    EXPECT_EQ(after_restart.refresh(evidence()).error().code, Errc::kCollateralOlder);
    EXPECT_EQ(after_restart.current(), kept);
    platform.intel.tcb_number = 21;
    platform.intel.tcb_issued = kNow - kDay / 2;
    EXPECT_TRUE(after_restart.refresh(evidence()));
    EXPECT_NE(after_restart.current(), kept);
}

TEST_F(Collateral, an_older_revocation_list_is_older_too) {
    CollateralKeeper fresh = keeper();
    ASSERT_TRUE(fresh.refresh(evidence()));
    platform.intel.pck_crl.begin = kNow - 3 * kDay;
    EXPECT_EQ(fresh.refresh(evidence()).error().code, Errc::kCollateralOlder);
}

TEST_F(Collateral, of_a_platform_that_is_behind_is_kept_and_said) {
    platform.intel.levels[0].sgx[0] = 9;  // above what the machine has
    CollateralKeeper fresh = keeper();
    const Status refreshed = fresh.refresh(evidence());
    ASSERT_TRUE(refreshed) << refreshed.error().site;
    EXPECT_EQ(fresh.standing()->tcb_status, "OutOfDate");
    EXPECT_EQ(fresh.standing()->first_failure, "intel.tcb.status");
}

struct Bad {
    const char* name;
    void (*change)(MadePlatform&, ServiceStandIn&);
    Errc code;
};
const Bad kBad[] = {
    {"nobody_answers", [](MadePlatform&, ServiceStandIn& s) { s.down = true; }, Errc::kFetchFailed},
    {"outdated", [](MadePlatform& p, ServiceStandIn&) { p.intel.tcb_next = kNow - 1; },
     Errc::kEvidenceRefused},
    {"of_another_family",
     [](MadePlatform& p, ServiceStandIn&) { p.intel.tcb_fmspc = "00606A000000"; },
     Errc::kEvidenceRefused},
    {"changed_behind_its_signature",
     [](MadePlatform& p, ServiceStandIn&) {
         p.intel.edit_tcb_info = [](std::string& text) {
             text.replace(text.find("UpToDate"), 8, "uptodate");
         };
     },
     Errc::kEvidenceRefused},
    {"list_of_another_authority",
     [](MadePlatform& p, ServiceStandIn&) { p.intel.pck_crl_signer = &p.intel.root_key; },
     Errc::kEvidenceRefused},
    {"no_chain",
     [](MadePlatform&, ServiceStandIn& s) {
         s.edit = [](const std::string&, CollateralReply& reply) { reply.headers.clear(); };
     },
     Errc::kEvidenceMalformed},
    {"chain_that_does_not_decode",
     [](MadePlatform&, ServiceStandIn& s) {
         s.edit = [](const std::string&, CollateralReply& reply) {
             for (auto& [name, value] : reply.headers) value = "%4";
         };
     },
     Errc::kEvidenceMalformed},
    {"a_page_of_a_proxy",
     [](MadePlatform&, ServiceStandIn& s) {
         s.edit = [](const std::string&, CollateralReply& reply) { append(reply.body, "<html>"); };
     },
     Errc::kEvidenceMalformed},
    {"too_large",
     [](MadePlatform&, ServiceStandIn& s) {
         s.edit = [](const std::string&, CollateralReply& reply) {
             reply.body.resize(std::size_t{5} << 20U);
         };
     },
     Errc::kFetchTooLarge},
};
class CollateralBad : public Collateral, public testing::WithParamInterface<Bad> {};
TEST_P(CollateralBad, is_refused_and_nothing_is_kept) {
    CollateralKeeper fresh = keeper();
    GetParam().change(platform, service);
    const Status refreshed = fresh.refresh(evidence());
    ASSERT_FALSE(refreshed);
    EXPECT_EQ(refreshed.error().code, GetParam().code) << refreshed.error().site;
    EXPECT_FALSE(fresh.current());
    EXPECT_TRUE(notes.empty());
}
INSTANTIATE_TEST_SUITE_P(rows, CollateralBad, testing::ValuesIn(kBad),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST_F(Collateral, a_ledger_that_does_not_read_is_not_empty) {
    notes["collateral_ledger"] = {'{'};
    CollateralKeeper fresh = keeper();
    EXPECT_EQ(fresh.open().error().code, Errc::kStoreCorrupt);
}

TEST_F(Collateral, of_evidence_that_no_vendor_endorses_there_is_none) {
    CollateralKeeper fresh = keeper();
    EXPECT_EQ(fresh.refresh(R"({"kind":"software"})").error().code, Errc::kEvidenceMalformed);
    EXPECT_TRUE(service.urls.empty());
}

}  // namespace
}  // namespace pramana::evidence
