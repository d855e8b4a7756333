#include "keys.hpp"
#include "keys_access.hpp"
#include "options.hpp"
#include "pramana/chain/address.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/os/log.hpp"

#include <cstdio>

namespace pramana::app {
namespace {

constexpr Option kOptions[] = {
    {"config", "FILE", "the validator's configuration", true},
    {"offline", "", "do not ask the chain what it knows of the keys"},
    {"json", "", "one JSON object"},
};
constexpr Command kCommand{
    .name = "keys show",
    .summary =
        "Prints the public halves of the keys, where they come from, and what the chain "
        "knows of them.",
    .operands = "",
    .operands_min = 0,
    .operands_max = 0,
    .options = kOptions,
    .more =
        "The validator may be running. Nothing is changed, but keys that are to be made inside "
        "are made\n"
        "if there are none yet. No private key is ever printed.\n"
        "Exit: 0, 64 usage, 69 no TEE or no answer of the chain, 78 configuration or keys.\n",
};

/// One identity and what the chain said, if it was asked.
struct Shown {
    std::string_view role;
    const keys::PublicIdentity& identity;
    std::optional<ChainEntry> entry{};
};

std::string source_sentence(const keys::PublicKeys& known) {
    switch (known.source) {
        case keys::Source::kDstack:
            return "issued by dstack's KMS for application 0x" + to_hex(known.dstack_app_id) +
                   ": the same on every start and replica";
        case keys::Source::kFile: return "development keys, which prove nothing";
        case keys::Source::kInside: break;
    }
    if (!known.survive_restart)
        return "made inside for this boot only: the next start has others, and cannot open this "
               "data directory";
    return known.imported ? "imported from a backup, and kept sealed to this platform"
                          : "made inside, and kept sealed to this platform";
}

std::string recipients_sentence(const keys::PublicKeys& known) {
    if (known.backup_recipients.empty()) return "to nobody (keys.backup_recipients is empty)";
    std::string text = "may be sealed to";
    for (const Bytes& recipient : known.backup_recipients) text += ' ' + to_hex0x(recipient);
    return text + "; the statement says so";
}

std::string line(std::string_view name, const std::string& value) {
    constexpr std::size_t kWidth = 14;
    std::string text = "  " + std::string{name};
    text.resize(std::max(kWidth + 2, text.size() + 1), ' ');
    return text + value + '\n';
}

std::string text_of(const Shown& shown) {
    const keys::PublicIdentity& one = shown.identity;
    std::string text = std::string{shown.role} + ", epoch " + std::to_string(one.epoch) + '\n';
    text += line("address", chain::to_checksum(one.signing_address));
    text += line("signs with", to_hex0x(compressed_key(one.signing_key)));
    text += line("opens for", to_hex0x(compressed_key(one.encryption_key)));
    text += line("TLS key", "SHA-256 " + to_hex(one.tls_spki_sha256.view()));
    if (!shown.entry) return text;
    const ChainEntry& entry = *shown.entry;
    text += line("pool", entry.pool);
    for (const std::string& registry : entry.registries) text += line("registry", registry);
    text += line("account", entry.balance + " coins, " + std::to_string(entry.transactions) +
                                " transactions sent");
    return text;
}

std::string json_of(const Shown& shown) {
    const keys::PublicIdentity& one = shown.identity;
    JsonObject json;
    json.number("epoch", one.epoch)
        .text("signing_address", chain::to_checksum(one.signing_address))
        .text("signing_key", to_hex0x(one.signing_key.view()))
        .text("encryption_key", to_hex0x(one.encryption_key.view()))
        .text("tls_spki_sha256", to_hex(one.tls_spki_sha256.view()));
    if (shown.entry) {
        JsonObject chain;
        chain.text("pool", shown.entry->pool)
            .flag("active", shown.entry->active)
            .flag("encryption_key_fits", shown.entry->encryption_key_fits)
            .number("jobs_pending", shown.entry->jobs_pending)
            .number("transactions", shown.entry->transactions)
            .text("balance", shown.entry->balance)
            .texts("registries", shown.entry->registries);
        json.raw("chain", chain.str());
    }
    return json.str();
}

std::string whole_text(const keys::PublicKeys& known, const std::vector<Shown>& all) {
    std::string text = "source " + std::string{keys::name_of(known.source)} + ": " +
                       source_sentence(known) + "\n\n";
    for (const Shown& shown : all) text += text_of(shown) + '\n';
    text += "backup " + recipients_sentence(known) + '\n';
    text += secrets_are_locked() ? "private keys lie in locked memory, outside of core dumps\n"
                                 : "private keys could not be locked into memory: raise the "
                                   "memlock limit (LimitMEMLOCK=infinity)\n";
    return text;
}

std::string whole_json(const keys::PublicKeys& known, const std::vector<Shown>& all) {
    std::vector<std::string> recipients;
    for (const Bytes& recipient : known.backup_recipients)
        recipients.push_back(to_hex0x(recipient));
    JsonObject json;
    json.text("format", "pramana:keys:1")
        .text("source", keys::name_of(known.source))
        .flag("survive_restart", known.survive_restart)
        .flag("imported", known.imported)
        .flag("memory_locked", secrets_are_locked())
        .texts("backup_recipients", recipients);
    for (const Shown& shown : all) json.raw(shown.role, json_of(shown));
    return json.str() + '\n';
}

}  // namespace

int run_keys_show(std::span<const std::string_view> args, const Platform& platform) {
    const Parsed parsed = parse_arguments(kCommand, args);
    if (!parsed.arguments) return usage_error(kCommand, parsed.problem);
    const Arguments& arguments = *parsed.arguments;
    log::configure(log::Level::kError, log::default_format());
    Outcome<config::Config> config = read_validator_config(*arguments.text("config"), platform);
    if (!config) return print_failure(config.failure());
    Outcome<Identity> identity = open_keys_for_person(*config, platform);
    if (!identity) return print_failure(identity.failure());
    const keys::PublicKeys& known = identity->public_keys;
    std::vector<Shown> all;
    all.push_back({"current", known.current});
    if (known.previous) all.push_back({"previous", *known.previous});
    if (!arguments.has("offline")) {
        Outcome<ChainAccess> chain = configured_chain(*config);
        if (!chain) return print_failure(chain.failure());
        for (Shown& shown : all) {
            Outcome<ChainEntry> entry = chain_entry(*chain->reader, *config, shown.identity);
            if (!entry) return print_failure(entry.failure());
            shown.entry = *std::move(entry);
        }
    }
    const std::string text =
        arguments.has("json") ? whole_json(known, all) : whole_text(known, all);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return kExitOk;
}

std::string help_keys_show() { return help_of(kCommand); }

}  // namespace pramana::app
