#include "pramana/attest/policy_text.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"

#include <algorithm>
#include <map>

namespace pramana::attest {
namespace {

using Pins = std::vector<PolicyPin>;

std::string list_of(const std::string& value) { return '[' + json_quoted(value) + ']'; }

bool all_zero(std::string_view hex) { return hex.find_first_not_of('0') == std::string_view::npos; }

class PinWriter {
  public:
    PinWriter(const Appraisal& part, std::string section, Pins& out)
        : part_{part}, section_{std::move(section)}, out_{out} {}

    /// Pins the member to the fact of this name; a second part adds its value.
    void pin(std::string_view member, std::string_view fact, std::string meaning,
             bool zero_too = true) {
        const Fact* const found = part_.fact(fact);
        if (found == nullptr || found->value.empty() || (!zero_too && all_zero(found->value)))
            return;
        add(member, list_of(found->value), std::move(meaning));
    }
    void add(std::string_view member, std::string value, std::string meaning) {
        for (PolicyPin& pin : out_) {
            if (pin.section != section_ || pin.member != member) continue;
            const bool lists = pin.value.starts_with('[') && value.starts_with('[');
            if (lists && pin.value.find(value.substr(1, value.size() - 2)) == std::string::npos)
                pin.value = pin.value.substr(0, pin.value.size() - 1) + ',' + value.substr(1);
            return;
        }
        out_.push_back({section_, std::string{member}, std::move(value), std::move(meaning)});
    }
    [[nodiscard]] std::string fact(std::string_view name) const {
        const Fact* const found = part_.fact(name);
        return found == nullptr ? std::string{} : found->value;
    }

  private:
    const Appraisal& part_;
    std::string section_;
    Pins& out_;
};

void pin_intel(const Appraisal& part, bool with_log, bool this_machine, Pins& out) {
    PinWriter pins{part, "intel", out};
    if (part.kind == "tdx") {
        pins.pin("mr_td", "mr_td", "only this firmware image");
        pins.pin("rtmr0", "rtmr0", "only these settings of the virtual firmware");
        pins.pin("rtmr1", "rtmr1", "only this kernel");
        pins.pin("rtmr2", "rtmr2", "only this kernel command line and initial file system");
        if (!with_log) pins.pin("rtmr3", "rtmr3", "only what was extended at run time here");
        pins.pin("mr_config_id", "mr_config_id", "only this configuration");
        pins.pin("mr_owner", "mr_owner", "only this owner");
        pins.pin("mr_owner_config", "mr_owner_config", "only this owner's configuration");
    } else {
        pins.pin("mr_enclave", "mr_enclave", "only this enclave code");
    }
    if (const std::string number = pins.fact("tcb_info_number"); !number.empty())
        pins.add("tcb_evaluation_data_number_min", number,
                 "Intel's word about the platform never from before evaluation " + number);
    if (this_machine) pins.pin("platforms", "ppid", "only this machine");
}

void pin_dstack(const Appraisal& part, Pins& out) {
    PinWriter pins{part, "dstack", out};
    pins.pin("app_ids", "app-id", "only this application");
    pins.pin("compose_hashes", "compose-hash", "only this compose document");
    const Bytes raw = from_hex(pins.fact("key-provider")).value_or(Bytes{});
    const Result<JsonView> provider = read_json(as_text(raw));
    if (!provider) return;
    const auto text = [&](std::string_view name) -> std::string {
        const std::optional<JsonView> value = provider->member(name);
        return value && value->kind() == JsonKind::kString ? value->text().value_or("") : "";
    };
    // A guest without a key provider is refused by default, and a pin is no decision about that.
    if (const std::string name = text("name"); !name.empty() && name != "none")
        pins.add("key_providers", list_of(name), "its keys only from the provider \"" + name + '"');
    const std::string id = text("id");
    if (const Result<Bytes> hex = from_hex(id); hex && !hex->empty())
        pins.add("key_provider_ids", list_of(to_hex(*hex)), "only this instance of the provider");
}

/// "bootloader 4, tee 0, snp 23, microcode 213" as {"bootloader":4,…}.
std::string tcb_json(std::string_view text) {
    std::string out = "{";
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(", "), text.size());
        const std::string_view one = text.substr(0, end);
        const std::size_t space = one.find(' ');
        if (space == std::string_view::npos) return {};
        out += (out.size() > 1 ? "," : "") + json_quoted(one.substr(0, space)) + ':' +
               std::string{one.substr(space + 1)};
        text.remove_prefix(std::min(end + 2, text.size()));
    }
    return out + '}';
}

void pin_snp(const Appraisal& part, bool this_machine, Pins& out) {
    PinWriter pins{part, "amd", out};
    pins.pin("measurements", "measurement", "only this image");
    pins.pin("host_data", "host_data", "only this configuration", false);
    pins.pin("id_key_digests", "id_key_digest", "only images of this signer", false);
    pins.pin("author_key_digests", "author_key_digest", "only signers of this author", false);
    if (this_machine) pins.pin("chip_ids", "chip_id", "only this processor");
    std::string line = pins.fact("product");
    line = line.substr(0, line.find('-'));
    std::ranges::transform(line, line.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (line == "siena" || line == "bergamo") line = "genoa";  // whose root and TCB they have
    if (!snp_product_line_of(line)) return;
    const std::string tcb = tcb_json(pins.fact("endorsed_tcb"));
    if (!tcb.empty())
        pins.add("tcb_floors", "{" + json_quoted(line) + ':' + tcb + '}',
                 "firmware never older than " + pins.fact("endorsed_tcb"));
}

void pin_gpu(const Appraisal& part, bool this_machine, Pins& out) {
    PinWriter pins{part, "nvidia", out};
    pins.pin("devices", "device", "only devices of this kind");
    pins.pin("modes", "mode", "only this protection of the links");
    pins.pin("driver_versions", "driver_version", "only this driver");
    pins.pin("vbios_versions", "vbios_version", "only this VBIOS");
    if (this_machine) pins.pin("device_serials", "device_serial", "only this device");
}

/// "a, b" as ["a","b"].
std::string list_of_joined(std::string_view joined) {
    std::string out = "[";
    while (!joined.empty()) {
        const std::size_t end = std::min(joined.find(", "), joined.size());
        out += (out.size() > 1 ? "," : "") + json_quoted(joined.substr(0, end));
        joined.remove_prefix(std::min(end + 2, joined.size()));
    }
    return out + ']';
}

void pin_statement(const Appraisal& part, bool configuration, Pins& out) {
    PinWriter pins{part, "statement", out};
    const auto all = [&](std::string_view member, std::string_view fact, std::string meaning) {
        if (const std::string joined = pins.fact(fact); !joined.empty())
            pins.add(member, list_of_joined(joined), std::move(meaning));
    };
    pins.pin("binary_sha256", "binary_sha256", "only a validator that says it is this program");
    pins.pin("compose_sha256", "compose_sha256", "only a statement of this compose document");
    all("images", "images", "only these images in it");
    pins.pin("models", "model", "only this model");
    if (const std::string chain = pins.fact("chain_id"); !chain.empty())
        pins.add("chain_id", chain, "only this chain");
    pins.pin("data_registries", "data_registry", "only this data registry");
    pins.pin("tee_pools", "tee_pool", "only this pool");
    all("dlps", "dlps", "serving these DLPs, and others");
    all("rulesets", "rulesets", "these DLPs only by these rulesets");
    all("backup_recipients", "backup_recipients",
        "although these may hold its keys, too, in a backup");
    if (pins.fact("imported_keys") == "yes")
        pins.add("imported_keys_allowed", "true", "although its keys were outside once");
    if (configuration) pins.pin("config_sha256", "config_sha256", "only this configuration file");
}

/// Sections in the order of docs/attestation.md, each with its members in the order they came.
using Members = std::vector<std::pair<std::string, std::string>>;
using Sections = std::vector<std::pair<std::string, Members>>;

template <class Rows>
auto& row_of(Rows& rows, const std::string& name) {
    const auto found = std::ranges::find(rows, name, &Rows::value_type::first);
    if (found != rows.end()) return found->second;
    return rows.emplace_back(name, typename Rows::value_type::second_type{}).second;
}

/// All of both: the higher number, every text, every member. Kinds that differ: the base's.
std::string both_of(const JsonView& base, const JsonView& pin) {
    const Result<std::uint64_t> a = base.whole_number();
    const Result<std::uint64_t> b = pin.whole_number();
    if (a && b) return std::to_string(std::max(*a, *b));
    if (base.kind() == JsonKind::kArray && pin.kind() == JsonKind::kArray) {
        std::set<std::string> all;
        for (const JsonView& list : {base, pin})
            for (const JsonView& item : list.items()) all.emplace(item.raw());
        std::string out;
        for (const std::string& item : all) out += (out.empty() ? "[" : ",") + item;
        return out.empty() ? "[]" : out + ']';
    }
    if (base.kind() != JsonKind::kObject || pin.kind() != JsonKind::kObject)
        return std::string{base.raw()};
    std::map<std::string, std::string> members;
    for (const JsonView::Member& member : pin.members())
        members[member.name] = std::string{member.value.raw()};
    for (const JsonView::Member& member : base.members()) {
        const std::optional<JsonView> other = pin.member(member.name);
        members[member.name] =
            other ? both_of(member.value, *other) : std::string{member.value.raw()};
    }
    std::string out;
    for (const auto& [name, value] : members)
        out += (out.empty() ? "{" : ",") + json_quoted(name) + ':' + value;
    return out.empty() ? "{}" : out + '}';
}

/// What a policy demands beside the identity of a program: evidence does not talk it down. Of
/// everything else the pin is the newer word.
std::string merged(const std::string& member, const std::string& base, const std::string& pin) {
    if (base.empty()) return pin;
    if (member == "backup_recipients" || member == "imported_keys_allowed") return base;
    if (member != "evidence" && member != "tcb_evaluation_data_number_min" &&
        member != "tcb_floors")
        return pin;
    const Result<JsonView> had = read_json(base);
    const Result<JsonView> new_one = read_json(pin);
    PRAMANA_CHECK(had.has_value() && new_one.has_value());
    return both_of(*had, *new_one);
}

}  // namespace

std::vector<PolicyPin> pins_of(std::span<const Appraisal> appraisals, PinExtent extent) {
    Pins out;
    const bool this_machine = extent.this_machine;
    const bool with_log = std::ranges::any_of(
        appraisals, [](const Appraisal& part) { return part.kind == "dstack"; });
    std::set<std::string> kinds;
    for (const Appraisal& part : appraisals)
        if (std::ranges::find(kPolicyEvidence, part.kind) != std::end(kPolicyEvidence))
            kinds.emplace(part.kind);
    std::string list;
    std::string words;
    for (const std::string& kind : kinds) {
        list += (list.empty() ? "[" : ",") + json_quoted(kind);
        words += (words.empty() ? "" : ", ") + kind;
    }
    if (!list.empty())
        out.push_back({{}, "evidence", list + ']', "only all of this evidence together: " + words});
    for (const Appraisal& part : appraisals) {
        if (part.kind == "tdx" || part.kind == "sgx") pin_intel(part, with_log, this_machine, out);
        if (part.kind == "dstack") pin_dstack(part, out);
        if (part.kind == "sev_snp") pin_snp(part, this_machine, out);
        if (part.kind == "nvidia_gpu") pin_gpu(part, this_machine, out);
        if (part.kind == "statement") pin_statement(part, extent.configuration, out);
        if (part.kind == "dstack_key")
            PinWriter{part, "dstack", out}.pin("kms_roots", "kms_root",
                                               "keys only of the key service with this root");
    }
    return out;
}

Result<std::string> policy_text(std::string_view base, std::span<const PolicyPin> pins) {
    Sections sections;
    Members whole;
    if (!base.empty()) {
        if (!read_policy(base).policy) return Error{Errc::kPolicyInvalid, "attest.policy.base"};
        const Result<JsonView> root = read_json(base);
        for (const JsonView::Member& section : root->members()) {
            if (section.name == "version") continue;
            if (section.value.kind() != JsonKind::kObject) {
                row_of(whole, section.name) = section.value.raw();
                continue;
            }
            Members& members = row_of(sections, section.name);
            for (const JsonView::Member& member : section.value.members())
                row_of(members, member.name) = member.value.raw();
        }
    }
    for (const PolicyPin& pin : pins) {
        std::string& member =
            row_of(pin.section.empty() ? whole : row_of(sections, pin.section), pin.member);
        member = merged(pin.member, member, pin.value);
    }
    std::string out = "{\n  \"version\": 1";
    for (const auto& [name, value] : whole) out += ",\n  " + json_quoted(name) + ": " + value;
    for (const auto& [name, members] : sections) {
        out += ",\n  " + json_quoted(name) + ": {";
        for (const auto& [member, value] : members)
            out += (out.back() == '{' ? "\n    " : ",\n    ") + json_quoted(member) + ": " + value;
        out += "\n  }";
    }
    return out + "\n}\n";
}

}  // namespace pramana::attest
