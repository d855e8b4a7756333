#pragma once

#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/evidence/snp_certificates.hpp"
#include "pramana/evidence/tee.hpp"
#include "unit/attest/made_snp.hpp"

#include <charconv>
#include <mutex>

// A SEV-SNP guest for tests and the service of AMD's that endorses it, under a root of our own.
namespace pramana::evidence::testing_support {

/// A machine whose reports are accepted at made::kNow under check(), with certificates as `table`
/// says: what the host hands out, at first nothing.
class MadeSnpMachine final : public EvidenceProvider {
  public:
    explicit MadeSnpMachine(attest::SnpProductLine line) : order{order_of(line)} {
        first_ = made::make_snp(order);
    }
    [[nodiscard]] std::string_view kind() const noexcept override { return "sev_snp"; }
    [[nodiscard]] Result<std::string> quote(const ReportBytes& report) override {
        made::SnpOrder signed_order = order;
        signed_order.before = [&report](Bytes& body) {
            std::ranges::copy(report.bytes, body.begin() + 0x50);
        };
        JsonObject json;
        json.text("kind", kind()).text("report", to_hex(made::make_snp(signed_order).report));
        return json.text("certificates", to_hex(table)).str();
    }
    [[nodiscard]] EvidenceCheck check() const {
        return {.roots = first_.roots, .now = [] { return attest::UnixTime{made::kNow}; }};
    }
    /// ASK and ARK, PEM.
    [[nodiscard]] const std::string& authorities() const { return first_.authorities; }
    /// The endorsement key's certificate for this TCB. One key, so each one vouches for every
    /// report; what it says of the TCB differs.
    [[nodiscard]] Bytes endorsement(const attest::SnpTcb& tcb) const {
        made::SnpOrder certified = order;
        certified.certified = tcb;
        return made::make_snp(certified).endorsement;
    }

    made::SnpOrder order;
    Bytes table;

  private:
    static made::SnpOrder order_of(attest::SnpProductLine line) {
        made::SnpOrder order;
        order.line = line;
        if (line == attest::SnpProductLine::kTurin)
            order.current = order.reported = order.committed = order.launch = {1, 1, 1, 4, 84};
        return order;
    }
    made::MadeSnp first_;
};

/// AMD's key distribution service as AMD 57230 chapter 4 documents it, for one machine:
/// /vcek/v1/<product>/<hwid>?<TCB> as DER, …/cert_chain as PEM, …/crl as DER. A component of the
/// TCB that is not named is 0; another product or chip is 404, a parameter that does not read is
/// 400.
class KdsStandIn {
  public:
    explicit KdsStandIn(MadeSnpMachine& machine) : machine_{machine} {}
    struct Answer {
        int status = 200;
        std::string body;
    };
    Answer answer(const std::string& target) {
        const std::lock_guard lock{mutex_};
        targets_.push_back(target);
        std::string_view rest = target;
        const std::string base = machine_.order.vlek ? "/vlek/v1/" : "/vcek/v1/";
        if (!rest.starts_with(base + product() + '/')) return {404, "no such product"};
        rest.remove_prefix(base.size() + product().size() + 1);
        if (rest == "cert_chain") return {200, machine_.authorities()};
        if (rest == "crl")
            return {200,
                    std::string{as_text(made::snp_revocations(machine_.order.line, revocations))}};
        const std::size_t query = rest.find('?');
        if (rest.substr(0, query) != hwid()) return {404, "no such chip"};
        const std::optional<attest::SnpTcb> tcb =
            read_query(query == rest.npos ? "" : rest.substr(query + 1));
        if (!tcb) return {400, "a parameter does not read"};
        return {200, std::string{as_text(machine_.endorsement(*tcb))}};
    }
    [[nodiscard]] std::vector<std::string> targets() {
        const std::lock_guard lock{mutex_};
        return std::exchange(targets_, {});
    }

    made::CrlOrder revocations;

  private:
    [[nodiscard]] std::string product() const {
        switch (machine_.order.line) {
            case attest::SnpProductLine::kMilan: return "Milan";
            case attest::SnpProductLine::kGenoa: return "Genoa";
            case attest::SnpProductLine::kTurin: return "Turin";
        }
        std::abort();
    }
    [[nodiscard]] std::string hwid() const {
        const bool turin = machine_.order.line == attest::SnpProductLine::kTurin;
        return to_hex(Bytes(turin ? 8 : 64, made::kChipByte));
    }
    [[nodiscard]] std::optional<attest::SnpTcb> read_query(std::string_view query) const {
        attest::SnpTcb tcb{};
        while (!query.empty()) {
            const std::string_view pair = query.substr(0, query.find('&'));
            query.remove_prefix(std::min(query.size(), pair.size() + 1));
            const std::size_t equals = pair.find('=');
            if (equals == pair.npos) return std::nullopt;
            std::uint8_t value = 0;
            const std::string_view digits = pair.substr(equals + 1);
            const auto [end, wrong] =
                std::from_chars(digits.data(), digits.data() + digits.size(), value);
            if (wrong != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
            std::uint8_t* const component = component_of(tcb, pair.substr(0, equals));
            if (component == nullptr) return std::nullopt;
            *component = value;
        }
        return tcb;
    }
    [[nodiscard]] std::uint8_t* component_of(attest::SnpTcb& tcb, std::string_view name) const {
        const bool turin = machine_.order.line == attest::SnpProductLine::kTurin;
        if (name == "fmcSPL") return turin ? &tcb.fmc : nullptr;
        if (name == "blSPL") return &tcb.bootloader;
        if (name == "teeSPL") return &tcb.tee;
        if (name == "snpSPL") return &tcb.snp;
        return name == "ucodeSPL" ? &tcb.microcode : nullptr;
    }

    MadeSnpMachine& machine_;
    std::mutex mutex_;
    std::vector<std::string> targets_;
};

}  // namespace pramana::evidence::testing_support
