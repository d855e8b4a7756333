#include "policy_section.hpp"

#include "pramana/core/hex.hpp"

namespace pramana::attest {
namespace {

/// Texts that name values of an enumeration; at least one.
template <class Value, class Parse>
void read_names(PolicySection& section, std::string_view name, Parse parse, std::set<Value>& out) {
    if (!section.member(name)) return;
    std::set<std::string> words;
    section.texts(name, words);
    if (words.empty()) return;  // and that was said
    std::set<Value> read;
    for (const std::string& word : words) {
        const std::optional<Value> value = parse(word);
        if (value)
            read.insert(*value);
        else
            section.problem(name, "knows no value of one of these names");
    }
    if (read.empty()) section.problem(name, "must name at least one value");
    out = std::move(read);
}

/// Texts of hex of any length, which are kept in lower case.
void read_hex_texts(PolicySection& section, std::string_view name, std::set<std::string>& out) {
    std::set<std::string> words;
    section.texts(name, words);
    std::set<std::string> read;
    for (const std::string& word : words) {
        const Result<Bytes> raw = from_hex(word);
        if (raw && !raw->empty())
            read.insert(to_hex(*raw));
        else
            section.problem(name, "must be a list of hex texts");
    }
    if (!words.empty()) out = std::move(read);
}

void read_floor(PolicySection section, bool turin, SnpTcb& out) {
    if (turin) section.number("fmc", 255, out.fmc);
    section.number("bootloader", 255, out.bootloader);
    section.number("tee", 255, out.tee);
    section.number("snp", 255, out.snp);
    section.number("microcode", 255, out.microcode);
    section.done();
}

void read_floors(PolicySection& section, SnpPolicy& policy) {
    std::optional<PolicySection> floors = section.section("tcb_floors");
    if (!floors) return;
    for (const SnpProductLine line :
         {SnpProductLine::kMilan, SnpProductLine::kGenoa, SnpProductLine::kTurin}) {
        std::optional<PolicySection> floor = floors->section(name_of(line));
        if (floor)
            read_floor(std::move(*floor), line == SnpProductLine::kTurin, policy.tcb_floors[line]);
    }
    floors->done();
}

}  // namespace

void read_amd_policy(PolicySection section, SnpPolicy& policy) {
    read_names(section, "product_lines", snp_product_line_of, policy.product_lines);
    section.flag("vlek_allowed", policy.vlek_allowed);
    section.texts("vlek_clouds", policy.vlek_clouds);
    section.flag("revocation_required", policy.revocation_required);
    read_floors(section, policy);
    section.flag("reported_is_current", policy.reported_is_current);
    section.flag("debug_allowed", policy.debug_allowed);
    section.flag("migration_agent_allowed", policy.migration_agent_allowed);
    section.flag("smt_allowed", policy.smt_allowed);
    section.flag("single_socket_required", policy.single_socket_required);
    section.flag("alias_check_required", policy.alias_check_required);
    section.number("vmpl_max", 3, policy.vmpl_max);
    section.number("guest_svn_min", 0xffffffff, policy.guest_svn_min);
    section.allowed("measurements", {48}, policy.measurements);
    section.allowed("host_data", {32}, policy.host_data);
    section.allowed("id_key_digests", {48}, policy.id_key_digests);
    section.allowed("author_key_digests", {48}, policy.author_key_digests);
    section.allowed("chip_ids", {64}, policy.chip_ids);
    if (!policy.vlek_clouds.empty() && !policy.vlek_allowed)
        section.problem("vlek_clouds", "means nothing while vlek_allowed is not true");
    section.done();
}

void read_nvidia_policy(PolicySection section, NvidiaPolicy& policy) {
    read_names(section, "devices", nvidia_device_of, policy.devices);
    read_names(section, "modes", nvidia_mode_of, policy.modes);
    section.flag("nonce_required", policy.nonce_required);
    section.flag("fwid_required", policy.fwid_required);
    section.flag("rims_required", policy.rims_required);
    section.flag("revocation_required", policy.revocation_required);
    section.flag("ocsp_required", policy.ocsp_required);
    section.texts("driver_versions", policy.driver_versions);
    section.texts("vbios_versions", policy.vbios_versions);
    read_hex_texts(section, "device_serials", policy.device_serials);
    section.done();
}

void read_nras_policy(PolicySection section, NrasPolicy& policy) {
    if (const std::optional<JsonView> keys = section.member("keys")) {
        Result<NrasKeys> read = read_nras_keys(keys->raw());
        if (read)
            policy.keys = std::move(*read);
        else
            section.problem("keys", "must be a JSON web key set with P-384 keys");
    }
    std::set<std::string> issuer;
    section.texts("issuer", issuer);
    if (issuer.size() == 1)
        policy.issuer = *issuer.begin();
    else if (!issuer.empty())
        section.problem("issuer", "must be a list of one text");
    section.number("lifetime_s_max", 86400, policy.lifetime_s_max);
    section.texts("hardware_models", policy.hardware_models);
    section.texts("driver_versions", policy.driver_versions);
    section.texts("vbios_versions", policy.vbios_versions);
    section.done();
}

void read_dstack_policy(PolicySection section, DstackPolicy& policy, DstackKeyPolicy& keys) {
    section.allowed("app_ids", {20}, policy.app_ids);
    section.allowed("compose_hashes", {32}, policy.compose_hashes);
    section.allowed("instance_ids", {20}, policy.instance_ids);
    section.texts("key_providers", policy.key_providers);
    read_hex_texts(section, "key_provider_ids", policy.key_provider_ids);
    section.flag("config_id_required", policy.config_id_required);
    section.texts("extra_boot_events", policy.extra_boot_events);
    section.allowed("kms_roots", {33}, keys.kms_roots);
    section.done();
}

void read_statement_policy(PolicySection section, StatementPolicy& policy) {
    constexpr std::size_t kHash = Hash32::kSize;
    constexpr std::size_t kAddress = Address::kSize;
    constexpr std::size_t kCompressedKey = 33;
    section.allowed("binary_sha256", {kHash}, policy.binary_sha256);
    section.allowed("compose_sha256", {kHash}, policy.compose_sha256);
    section.texts("images", policy.images);
    section.allowed("models", {kHash}, policy.models);
    section.allowed("rulesets", {kHash}, policy.rulesets);
    section.allowed("dlps", {kAddress}, policy.dlps);
    section.number("chain_id", UINT64_MAX, policy.chain_id);
    section.allowed("data_registries", {kAddress}, policy.data_registries);
    section.allowed("tee_pools", {kAddress}, policy.tee_pools);
    section.allowed("config_sha256", {kHash}, policy.config_sha256);
    section.allowed("backup_recipients", {kCompressedKey}, policy.backup_recipients);
    section.flag("imported_keys_allowed", policy.imported_keys_allowed);
    section.done();
}

}  // namespace pramana::attest
