#include "pramana/attest/policy_text.hpp"
#include "pramana/core/hex.hpp"

#include <algorithm>

namespace pramana::attest {
namespace {

constexpr std::uint64_t kDay = 86400;
constexpr std::size_t kShown = 4;

/// Builds sentences: "accepts …", "refuses …".
class Sentences {
  public:
    void title(std::string_view text) {
        out_ += (out_.empty() ? "" : "\n") + std::string{text} + '\n';
    }
    void accepts(const std::string& text) { out_ += "  accepts  " + text + '\n'; }
    void refuses(const std::string& text) { out_ += "  refuses  " + text + '\n'; }
    void warns(const std::string& text) { out_ += "  note     " + text + '\n'; }
    /// "only X: a, b" or that anything passes.
    void pinned(const std::string& what, const Allowed& values) {
        if (values.empty()) return accepts("any " + what);
        std::string text = "only this " + what + ':';
        for (std::size_t i = 0; i < values.size(); ++i)
            if (i < kShown) text += ' ' + to_hex(values[i]);
        if (values.size() > kShown)
            text += " and " + std::to_string(values.size() - kShown) + " more";
        accepts(text);
    }
    void pinned(const std::string& what, const std::set<std::string>& values) {
        if (values.empty()) return accepts("any " + what);
        std::string text = "only this " + what + ':';
        for (const std::string& value : values) text += ' ' + value;
        accepts(text);
    }
    /// Where something that protects is switched off.
    void choice(bool strict, const std::string& when_strict, const std::string& when_not) {
        if (strict)
            refuses(when_strict);
        else
            warns(when_not);
    }
    [[nodiscard]] std::string take() { return std::move(out_); }

  private:
    std::string out_;
};

std::string hex_mask(std::uint64_t value) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    do {
        out.insert(out.begin(), kDigits[value & 15U]);
        value >>= 4U;
    } while (value != 0);
    return "0x" + out;
}

void explain_intel(const IntelPolicy& policy, Sentences& out) {
    const IntelPolicy strict;
    out.title("Intel TDX and SGX");
    out.refuses(
        "what does not lead to Intel's root, is revoked, expired, forged or older than its "
        "endorsements");
    for (const TcbStatus status : policy.tcb_statuses)
        out.accepts("machines that are " + std::string{name_of(status)} + ": " +
                    std::string{meaning_of(status)});
    for (const TcbStatus status : policy.tcb_statuses)
        if (!strict.tcb_statuses.contains(status))
            out.warns(std::string{name_of(status)} + " is weaker than the strict default");
    for (const std::string& id : policy.advisories_refused)
        out.refuses("machines on which " + id + " is open");
    if (policy.tcb_evaluation_data_number_min > 0)
        out.refuses("Intel's documents from before evaluation " +
                    std::to_string(policy.tcb_evaluation_data_number_min));
    if (policy.collateral_age_s_max)
        out.refuses("Intel's documents that are older than " +
                    std::to_string(*policy.collateral_age_s_max / kDay) + " days and " +
                    std::to_string(*policy.collateral_age_s_max % kDay) + " s");
    for (const std::string& family : policy.fmspcs_refused)
        out.refuses("the platform family " + family);
    out.pinned("machine (PPID or instance)", policy.platforms);
    out.refuses("TDs that the host can debug or move to another host");
    out.choice((policy.td_attributes_required & 0x10000000U) != 0, "TDs without SEPT_VE_DISABLE",
               "TDs without SEPT_VE_DISABLE pass");
    out.accepts("TD attributes " + hex_mask(policy.td_attributes_allowed) + ", of which " +
                hex_mask(policy.td_attributes_required) + " must be set");
    out.pinned("TDX module", policy.mr_seam);
    out.pinned("firmware image (MRTD)", policy.mr_td);
    out.pinned("firmware settings (RTMR0)", policy.rtmr0);
    out.pinned("kernel (RTMR1)", policy.rtmr1);
    out.pinned("command line and initial file system (RTMR2)", policy.rtmr2);
    out.pinned("run-time register (RTMR3)", policy.rtmr3);
    out.pinned("configuration (MRCONFIGID)", policy.mr_config_id);
    out.pinned("owner", policy.mr_owner);
    out.pinned("owner's configuration", policy.mr_owner_config);
    if (policy.mr_td.empty() || policy.rtmr1.empty() || policy.rtmr2.empty())
        out.warns("a TD of any image passes: an image of somebody else's can write any event log");
    out.choice(!policy.sgx_debug, "SGX enclaves that the host can debug",
               "SGX debug enclaves pass, whose memory the host reads");
    out.pinned("enclave code (MRENCLAVE)", policy.mr_enclave);
    out.pinned("enclave signer (MRSIGNER)", policy.mr_signer);
    if (policy.isv_prod_id)
        out.accepts("only the signer's product " + std::to_string(*policy.isv_prod_id));
    if (policy.isv_svn_min > 0)
        out.refuses("enclave versions below " + std::to_string(policy.isv_svn_min));
}

void explain_amd(const SnpPolicy& policy, Sentences& out) {
    out.title("AMD SEV-SNP");
    for (const SnpProductLine line : policy.product_lines) {
        out.accepts("processors of the line " + std::string{name_of(line)});
        const auto floor = policy.tcb_floors.find(line);
        if (floor != policy.tcb_floors.end())
            out.refuses("their firmware below " + floor->second.text());
        else
            out.warns("any firmware of " + std::string{name_of(line)} +
                      " passes that AMD still endorses: tcb_floors sets a floor");
    }
    if (policy.product_lines.contains(SnpProductLine::kMilan))
        out.warns(
            "Milan's endorsement keys can be computed from its extracted seed (arXiv "
            "2605.12990): whoever has it can forge this evidence");
    if (policy.vlek_allowed)
        out.warns("keys that a cloud provider holds (VLEK) pass, and name no processor");
    else
        out.refuses("keys that a cloud provider holds (VLEK)");
    if (!policy.vlek_clouds.empty()) out.pinned("cloud provider", policy.vlek_clouds);
    out.choice(policy.revocation_required, "chains without AMD's current revocation list",
               "chains pass without a revocation list");
    out.choice(!policy.debug_allowed, "guests that the host can debug",
               "debug guests pass, whose memory the host reads");
    out.choice(!policy.migration_agent_allowed, "guests that a migration agent can move",
               "guests pass that a migration agent can move");
    out.choice(policy.alias_check_required, "platforms that have not excluded memory aliases",
               "platforms pass that have not excluded memory aliases");
    if (policy.reported_is_current) out.refuses("platforms that report less than they run");
    if (!policy.smt_allowed) out.refuses("guests that may share a core");
    if (policy.single_socket_required) out.refuses("guests that may span sockets");
    out.accepts("reports asked for at privilege level 0 to " + std::to_string(policy.vmpl_max));
    if (policy.guest_svn_min > 0)
        out.refuses("guests of a security version below " + std::to_string(policy.guest_svn_min));
    out.pinned("image", policy.measurements);
    out.pinned("configuration (host_data)", policy.host_data);
    out.pinned("image signer", policy.id_key_digests);
    out.pinned("author of the signer", policy.author_key_digests);
    out.pinned("processor", policy.chip_ids);
    if (policy.measurements.empty()) out.warns("a guest of any image passes");
}

void explain_nvidia(const NvidiaPolicy& policy, const NrasPolicy& service, Sentences& out) {
    out.title("NVIDIA");
    for (const NvidiaDevice device : policy.devices)
        out.accepts("devices of the kind " + std::string{name_of(device)});
    for (const NvidiaMode mode : policy.modes)
        out.accepts("links in the mode " + std::string{name_of(mode)});
    out.choice(policy.nonce_required, "reports that nobody can say a nonce of",
               "reports pass that may be old: no nonce is asked for");
    out.choice(policy.fwid_required, "reports that do not name their firmware",
               "reports pass that do not name their firmware");
    out.choice(policy.rims_required,
               "firmware that NVIDIA's manifests of driver and VBIOS do not describe",
               "firmware passes that no manifest describes");
    out.choice(policy.revocation_required, "chains without NVIDIA's current revocation lists",
               "chains pass without revocation lists");
    out.choice(policy.ocsp_required, "certificates that NVIDIA's revocation service is silent on",
               "certificates pass that NVIDIA's revocation service is silent on");
    out.pinned("driver", policy.driver_versions);
    out.pinned("VBIOS", policy.vbios_versions);
    out.pinned("device", policy.device_serials);
    if (service.keys.empty()) {
        out.refuses("answers of NVIDIA's attestation service: no key of it is pinned");
        return;
    }
    out.accepts("answers of " + service.issuer + " by one of " +
                std::to_string(service.keys.size()) + " pinned keys, valid for at most " +
                std::to_string(service.lifetime_s_max) + " s");
    out.pinned("model in them", service.hardware_models);
    out.pinned("driver in them", service.driver_versions);
    out.pinned("VBIOS in them", service.vbios_versions);
}

void explain_dstack(const DstackPolicy& policy, const DstackKeyPolicy& keys, Sentences& out) {
    out.title("dstack");
    out.refuses(
        "event logs that do not lead to the quote's registers, or whose boot is incomplete");
    out.pinned("application", policy.app_ids);
    out.pinned("compose document", policy.compose_hashes);
    out.pinned("deployment", policy.instance_ids);
    for (const std::string& name : policy.key_providers)
        out.accepts("keys from the provider \"" + name + '"');
    if (policy.key_providers.contains("none"))
        out.warns("guests pass whose keys come from nowhere");
    out.pinned("instance of the provider", policy.key_provider_ids);
    out.choice(policy.config_id_required, "quotes that do not name the compose document themselves",
               "quotes pass that do not name the compose document themselves");
    for (const std::string& name : policy.extra_boot_events)
        out.accepts("the boot event \"" + name + '"');
    if (keys.kms_roots.empty())
        out.refuses("keys of a key service: no root of one is pinned");
    else
        out.pinned("root of the key service", keys.kms_roots);
    if (policy.compose_hashes.empty() && policy.app_ids.empty())
        out.warns("any application passes");
}

void explain_statement(const StatementPolicy& policy, Sentences& out) {
    out.title("Statement of a validator");
    out.choice(!policy.imported_keys_allowed, "a validator whose keys were outside of its enclave",
               "a validator passes whose keys were outside of its enclave once");
    if (policy.backup_recipients.empty())
        out.refuses("a validator whose keys may be handed to anybody in a backup");
    for (const Bytes& key : policy.backup_recipients)
        out.warns("whoever has the private key of " + to_hex0x(key) +
                  " may hold the validator's keys");
    if (!policy.pins_something()) {
        out.accepts("any statement that the evidence is over: any model, ruleset, chain and DLP");
        return;
    }
    out.refuses("evidence without a statement");
    out.pinned("program (its own word; the platform's measurements decide)", policy.binary_sha256);
    out.pinned("compose document", policy.compose_sha256);
    out.pinned("image in it", policy.images);
    out.pinned("model", policy.models);
    out.pinned(policy.dlps.empty() ? "ruleset of any DLP" : "ruleset of those DLPs",
               policy.rulesets);
    out.pinned("DLP, beside others", policy.dlps);
    out.accepts(policy.chain_id ? "only this chain: " + std::to_string(*policy.chain_id)
                                : std::string{"any chain"});
    out.pinned("data registry", policy.data_registries);
    out.pinned("TEE pool", policy.tee_pools);
    out.pinned("configuration file", policy.config_sha256);
    if (!policy.rulesets.empty() && policy.dlps.empty())
        out.warns("a validator that begins to serve a DLP by another ruleset is refused");
}

}  // namespace

std::string to_text(const Policy& policy) {
    Sentences out;
    out.title("Evidence");
    if (policy.evidence.empty()) {
        const std::set<std::string> pinned = policy.pinned_kinds();
        std::string kinds;
        for (const std::string& kind : pinned) kinds += (kinds.empty() ? "" : ", ") + kind;
        out.accepts(pinned.empty()
                        ? "any one kind of evidence"
                        : "of guests and enclaves only what something is pinned of: " + kinds);
        out.warns("GPU evidence may be missing: `evidence` names what has to be there");
    } else {
        std::string kinds;
        for (const std::string& kind : policy.evidence) kinds += (kinds.empty() ? "" : ", ") + kind;
        out.accepts("all of these together and no other kind: " + kinds);
    }
    explain_intel(policy.intel, out);
    explain_amd(policy.amd, out);
    explain_nvidia(policy.nvidia, policy.nras, out);
    explain_dstack(policy.dstack, policy.dstack_keys, out);
    explain_statement(policy.statement, out);
    return out.take();
}

}  // namespace pramana::attest
