// The whole way of collateral: a service on loopback, the guarded fetch, the archive, the answer.
#include "serve/collateral_rounds.hpp"
#include "evidence_support/made_platform.hpp"
#include "unit/evidence/stated.hpp"
#include "unit/net/local_server.hpp"

#include <gtest/gtest.h>

namespace pramana::app {
namespace {

using attest::testing_support::kNow;
using evidence::testing_support::MadePlatform;
using evidence::testing_support::percent_encoded;
using testing_net::LocalServer;
using testing_net::Script;

/// What Intel's service answers about a made platform.
Script answer_of(const attest::IntelCollateral& c, const std::string& request) {
    const std::string target = request.substr(4, request.find(' ', 4) - 4);
    const auto with_chain = [](const char* name, const std::string& chain) {
        return std::string{name} + ": " + percent_encoded(chain) + "\r\n";
    };
    const auto document = [](const char* name, const std::string& text, const Bytes& signature) {
        return std::string{"{\""} + name + "\":" + text + ",\"signature\":\"" + to_hex(signature) +
               "\"}";
    };
    if (target.starts_with("/tdx/certification/v4/tcb?fmspc="))
        return Script::answer(200, document("tcbInfo", c.tcb_info, c.tcb_info_signature),
                              with_chain("TCB-Info-Issuer-Chain", c.tcb_info_issuer_chain));
    if (target == "/tdx/certification/v4/qe/identity")
        return Script::answer(
            200, document("enclaveIdentity", c.qe_identity, c.qe_identity_signature),
            with_chain("SGX-Enclave-Identity-Issuer-Chain", c.qe_identity_issuer_chain));
    if (target.starts_with("/sgx/certification/v4/pckcrl?ca="))
        return Script::answer(200, std::string{as_text(c.pck_crl)},
                              with_chain("SGX-PCK-CRL-Issuer-Chain", c.pck_crl_issuer_chain));
    if (target == "/sgx/certification/v4/rootcacrl")
        return Script::answer(200, to_hex(c.root_ca_crl));
    return Script::answer(404, "no such route");
}

class OnePlatform final : public evidence::EvidenceProvider {
  public:
    explicit OnePlatform(MadePlatform& made) : made_{made} {}
    [[nodiscard]] std::string_view kind() const noexcept override { return "tdx"; }
    [[nodiscard]] Result<std::string> quote(const evidence::ReportBytes& report) override {
        return made_.evidence("tdx", report);
    }

  private:
    MadePlatform& made_;
};

class HandClock final : public Clock {
  public:
    [[nodiscard]] std::int64_t unix_s() const override {
        return static_cast<std::int64_t>(kNow) + passed_s;
    }
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override {
        return std::chrono::steady_clock::time_point{std::chrono::seconds{10 + passed_s}};
    }
    std::int64_t passed_s = 0;
};

class CollateralFetched : public testing::Test {
  protected:
    CollateralFetched() {
        config.intel_pcs_url = server.url("");
        config.intel_root_crl_url = server.url("/sgx/certification/v4/rootcacrl");
    }
    std::unique_ptr<CollateralRounds> rounds() {
        Result<std::unique_ptr<CollateralRounds>> opened =
            CollateralRounds::open(config, {.statements = book,
                                            .archive = store->archive(),
                                            .clock = clock,
                                            .evidence = [this] { return desk.evidence(); },
                                            .every = std::chrono::seconds{3'600},
                                            .check = platform.check()});
        EXPECT_TRUE(opened);
        return *std::move(opened);
    }
    std::string collateral_now() {
        const auto parts = evidence::read_attestation(*desk.answer({}));
        return parts->collateral.value_or("none");
    }

    MadePlatform platform;
    OnePlatform provider{platform};
    HandClock clock;
    std::atomic<int> asked{0};
    std::atomic<bool> down{false};
    LocalServer server{[this](const std::string& request) {
        ++asked;
        if (down) return Script::answer(503, "later");
        return answer_of(platform.make(Bytes(64)).collateral, request);
    }};
    config::Attestation config;
    std::unique_ptr<store::MemoryStore> store = store::make_memory_store({});
    evidence::AttestationDesk desk{provider, nullptr, clock};
    StatementBook book{{.archive = store->archive(),
                        .corpora = store->corpus(),
                        .desk = desk,
                        .clock = clock,
                        .anchor = [] { return std::optional{evidence::StatedBlock{}}; }},
                       evidence::stated(),
                       "[]"};
};

TEST_F(CollateralFetched, stands_in_the_answer_and_in_the_archive) {
    ASSERT_TRUE(book.open());
    EXPECT_EQ(collateral_now(), "none");
    const std::unique_ptr<CollateralRounds> first = rounds();
    first->round({});
    EXPECT_EQ(asked, 4);
    const std::string collateral = collateral_now();
    EXPECT_TRUE(collateral.starts_with("{\"fetched_unix_s\":1900000000,\"intel\":{")) << collateral;
    EXPECT_EQ(evidence::read_attestation(*book.archived(book.current()))->collateral, collateral);
    first->round({});
    EXPECT_EQ(asked, 4) << "it is not time yet";
    clock.passed_s = 3'600;
    first->round({});
    EXPECT_EQ(asked, 8);
    const std::unique_ptr<CollateralRounds> after_restart = rounds();
    EXPECT_EQ(asked, 8) << "what was kept is handed out at once";
    EXPECT_NE(collateral_now(), "none");
}

TEST_F(CollateralFetched, is_tried_again_when_the_service_fails) {
    ASSERT_TRUE(book.open());
    down = true;
    const std::unique_ptr<CollateralRounds> first = rounds();
    first->round({});
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(collateral_now(), "none");
    clock.passed_s = 299;
    first->round({});
    EXPECT_EQ(asked, 1);
    down = false;
    clock.passed_s = 300;
    first->round({});
    EXPECT_NE(collateral_now(), "none");
}

TEST_F(CollateralFetched, is_not_fetched_once_the_end_was_asked_for) {
    ASSERT_TRUE(book.open());
    config.intel_pcs_url = config::Attestation{}.intel_pcs_url;
    config.intel_root_crl_url = config::Attestation{}.intel_root_crl_url;
    std::stop_source stopped;
    stopped.request_stop();
    const std::unique_ptr<CollateralRounds> first = rounds();
    first->round(stopped.get_token());
    EXPECT_EQ(asked, 0);
    EXPECT_EQ(collateral_now(), "none");
}

TEST_F(CollateralFetched, is_left_alone_where_it_is_turned_off) {
    ASSERT_TRUE(book.open());
    const std::unique_ptr<CollateralRounds> off =
        *CollateralRounds::open(config, {.statements = book,
                                         .archive = store->archive(),
                                         .clock = clock,
                                         .evidence = [this] { return desk.evidence(); },
                                         .every = std::chrono::seconds{0},
                                         .check = platform.check()});
    off->round({});
    EXPECT_EQ(asked, 0);
}

}  // namespace
}  // namespace pramana::app
