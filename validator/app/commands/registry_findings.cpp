#include "chain_access.hpp"
#include "chain_findings.hpp"
#include "pramana/chain/address.hpp"
#include "pramana/chain/result_registry.hpp"

namespace pramana::app {

std::vector<Finding> previous_findings(const chain_rpc::ChainReader& reader,
                                       const Address& previous) {
    const std::string address = chain::to_checksum(previous);
    const Result<chain::TeeRecord> tee = reader.tee(previous);
    if (!tee)
        return {{Verdict::kWarn, "previous_key",
                 address + ": " + std::string{name_of(tee.error().code)},
                 std::string{next_step_of(tee.error().code)}}};
    const Wei fees = Wei::from(tee->earned_wei) - Wei::from(tee->withdrawn_wei);
    const std::string text =
        address +
        (tee->status == chain::TeeStatus::kActive ? " is active, " : " is not in the pool, ") +
        std::to_string(tee->jobs_pending) + " jobs pending, unclaimed fees " +
        coins_of(fees.word());
    if (tee->status == chain::TeeStatus::kActive) return {{Verdict::kOk, "previous_key", text, {}}};
    return {{Verdict::kWarn, "previous_key", text,
             "Its proofs earn no reward any more and it can prove nothing: remove keys.previous."}};
}

std::vector<Finding> registry_findings(const chain_rpc::ChainReader& reader,
                                       const WorkerFacts& worker, const config::Config& config) {
    std::vector<Finding> findings;
    for (const config::Dlp& dlp : config.dlps) {
        if (!dlp.registry || dlp.registry->mode == config::Registry::Mode::kOff) continue;
        const Address& registry = dlp.registry->address;
        const std::string text = chain::to_checksum(registry);
        const Result<Bytes> answer =
            call_view(reader, registry, chain::result_registry::is_active(worker.address));
        const Result<bool> active = answer ? chain::decode_bool(*answer) : answer.error();
        if (!active)
            findings.push_back({Verdict::kFail, "registry", text + " is no registry of results",
                                "Compare dlps[].registry.address with what the DLP reads."});
        else if (!*active)
            findings.push_back({Verdict::kFail, "registry", text + " does not list our key",
                                std::string{next_step_of(Errc::kValidatorNotListed)}});
        else
            findings.push_back({Verdict::kOk,
                                "registry",
                                text + " lists our key, " +
                                    (dlp.registry->mode == config::Registry::Mode::kRoot
                                         ? "results go there by root"
                                         : "results go there in batches"),
                                {}});
    }
    return findings;
}

}  // namespace pramana::app
