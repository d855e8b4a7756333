#pragma once

#include "attest_support/intel_evidence.hpp"
#include "evidence_support/dstack_agent.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/evidence/tee.hpp"
#include "unit/attest/made_dstack.hpp"

#include <mutex>

// A platform for tests: quotes and event logs as real ones have them, under a root of our own. It
// is linked into tests only, and vendor_roots() refuses all of it.
namespace pramana::evidence::testing_support {

/// As the vendors' services write certificate chains into headers (RFC 3986 section 2.1).
inline std::string percent_encoded(const std::string& text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<std::uint8_t>(c);
        const bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        out += plain ? std::string(1, c) : '%' + to_hex(ByteView{&byte, 1});
    }
    return out;
}

/// A machine whose quotes are accepted at attest::testing_support::kNow under roots().
class MadePlatform {
  public:
    explicit MadePlatform(std::vector<made::MadeEvent> events = made::made_boot())
        : events_{std::move(events)} {
        // OpenSSL signs differently each time; a machine has one chain, and a vendor one root.
        intel.edit_pck_chain = [this](std::string& chain) {
            if (chain_.empty()) chain_ = chain;
            chain = chain_;
        };
        const attest::DstackRegisters registers = made::registers_of(events_);
        for (std::size_t i = 0; i < 4; ++i)
            std::ranges::copy(registers.rtmr.at(i).bytes,
                              intel.td_report.begin() + 328 + static_cast<std::ptrdiff_t>(48 * i));
    }

    [[nodiscard]] attest::testing_support::IntelEvidence::Made make(ByteView report) {
        const std::lock_guard lock{mutex_};
        std::ranges::copy(report, intel.td_report.begin() + 520);
        auto made = intel.make();
        const std::string root = made::pem({made.roots.intel.front()});
        if (root_.empty()) {
            root_ = root;
            roots_ = made.roots;
        }
        made.roots = roots_;
        for (std::string* const chain :
             {&made.collateral.pck_crl_issuer_chain, &made.collateral.tcb_info_issuer_chain,
              &made.collateral.qe_identity_issuer_chain})
            chain->replace(chain->find(root), root.size(), root_);
        return made;
    }
    MadePlatform(const MadePlatform&) = delete;
    MadePlatform& operator=(const MadePlatform&) = delete;
    ~MadePlatform() = default;
    [[nodiscard]] Bytes quote(ByteView report) { return make(report).quote; }
    [[nodiscard]] EvidenceCheck check() {
        return {.roots = make(Bytes(64)).roots,
                .now = [] { return attest::testing_support::kNow; }};
    }
    [[nodiscard]] std::string event_log() const { return made::json_of(events_); }

    /// What dstack's guest agent answers here.
    std::string agent(const std::string& target, const std::string& body) {
        JsonObject json;
        if (target == "/GetQuote") {
            const Result<JsonView> asked = read_json(body);
            const Bytes report = *from_hex(*asked->member("report_data")->text());
            json.text("quote", to_hex(quote(report))).text("event_log", event_log());
            json.text("vm_config", "{}");
            return http(json.str());
        }
        if (target != "/Info") return http(R"({"error":"no such route"})", "404 Not Found");
        JsonObject tcb;
        tcb.text("compose_hash", to_hex(sha256(app_compose).view()));
        tcb.text("app_compose", app_compose);
        json.text("app_id", std::string(40, 'a')).text("instance_id", std::string(40, 'c'));
        json.text("tcb_info", tcb.str()).text("key_provider_info", R"({"name":"kms","id":"30"})");
        return http(json.str());
    }
    /// Evidence as the provider of this kind makes it.
    std::string evidence(std::string_view kind, const ReportBytes& report) {
        JsonObject json;
        json.text("kind", kind).text("quote", to_hex(quote(report.view())));
        if (kind == "dstack_tdx")
            json.text("event_log", event_log())
                .text("vm_config", "")
                .text("app_compose", app_compose);
        return json.str();
    }

    attest::testing_support::IntelEvidence intel;
    std::string app_compose = made::kAppCompose;

  private:
    std::vector<made::MadeEvent> events_;
    std::string chain_;
    std::string root_;
    attest::PinnedRoots roots_;
    std::mutex mutex_;
};

}  // namespace pramana::evidence::testing_support
