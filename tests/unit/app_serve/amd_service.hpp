#pragma once

#include "evidence_support/made_snp_machine.hpp"
#include "pramana/os/file.hpp"
#include "serve/collateral_get.hpp"
#include "unit/net/local_server.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <atomic>
#include <filesystem>

// A SEV-SNP machine and AMD's service on loopback, for what is fetched from it.
namespace pramana::app {
using attest::SnpProductLine;
using evidence::EvidenceCheck;
using evidence::EvidenceProvider;
using evidence::ReportBytes;
using evidence::SnpCertificates;
using evidence::SnpEndorsing;
using evidence::testing_support::KdsStandIn;
using evidence::testing_support::MadeSnpMachine;
using made::kNow;
using std::chrono::milliseconds;
using testing_net::LocalServer;
using testing_net::Script;

inline ReportBytes asked(std::uint8_t byte = 0xA7) {
    ReportBytes report;
    report.bytes.fill(byte);
    return report;
}

class AmdService : public testing::Test {
  protected:
    explicit AmdService(SnpProductLine line = SnpProductLine::kGenoa) : machine{line} {
        directory =
            std::filesystem::temp_directory_path() / ("pramana-amd-" + std::to_string(::getpid()));
        std::filesystem::remove_all(directory);
        config.amd_kds_url = server.url("");
    }
    ~AmdService() override { std::filesystem::remove_all(directory); }

    SnpEndorsing endorsing() {
        SnpEndorsing how;
        how.get = *collateral_get(config, milliseconds{300});
        how.services = collateral_services(config);
        how.file = directory / "endorsement.snp";
        how.sleep = [this](milliseconds pause) { pauses.push_back(pause); };
        return how;
    }
    /// The provider of a process that starts now.
    std::unique_ptr<EvidenceProvider> started() { return started(machine.check()); }
    std::unique_ptr<EvidenceProvider> started(const EvidenceCheck& check) {
        return make_checked_provider(
            make_endorsed_provider(std::make_unique<Machine>(machine), endorsing(), check), check);
    }
    [[nodiscard]] bool kept() const {
        return std::filesystem::exists(directory / "endorsement.snp");
    }

    /// The machine outlives the providers of several starts.
    class Machine final : public EvidenceProvider {
      public:
        explicit Machine(MadeSnpMachine& machine) : machine_{machine} {}
        [[nodiscard]] std::string_view kind() const noexcept override { return machine_.kind(); }
        [[nodiscard]] Result<std::string> quote(const ReportBytes& report) override {
            return machine_.quote(report);
        }

      private:
        MadeSnpMachine& machine_;
    };

    MadeSnpMachine machine;
    KdsStandIn kds{machine};
    std::atomic<bool> down{false};
    std::atomic<unsigned> refused_first{0};  ///< how many requests get 429
    std::function<Script(const std::string& target, KdsStandIn::Answer answer)> edit;
    LocalServer server{[this](const std::string& request) {
        const std::string target = request.substr(4, request.find(' ', 4) - 4);
        KdsStandIn::Answer answer = kds.answer(target);
        if (down) return Script::answer(503, "later");
        if (refused_first > 0) {
            --refused_first;
            return Script::answer(429, "Too Many Requests", "Retry-After: 10\r\n");
        }
        if (edit) return edit(target, std::move(answer));
        return Script::answer(answer.status, answer.body);
    }};
    config::Attestation config;
    std::filesystem::path directory;
    std::vector<milliseconds> pauses;
};

}  // namespace pramana::app
