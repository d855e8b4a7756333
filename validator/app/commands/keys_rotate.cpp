#include "config_edit.hpp"
#include "keys.hpp"
#include "keys_access.hpp"
#include "options.hpp"
#include "pramana/chain/address.hpp"
#include "pramana/chain_rpc/submitter.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/core/wei.hpp"
#include "pramana/os/file.hpp"
#include "pramana/os/log.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

namespace pramana::app {
namespace {

constexpr int kExitWaits = 1;
constexpr std::size_t kConfigBytesMax = 1U << 20U;

constexpr Option kOptions[] = {
    {"config", "FILE", "the validator's configuration", true},
    {"finish", "", "end a rotation: the previous identity is dropped"},
    {"write", "", "change `keys` in the configuration file; without it nothing is changed"},
};
constexpr Command kCommand{
    .name = "keys rotate",
    .summary = "Goes from one identity to the next, while both are at work.",
    .operands = "",
    .operands_min = 0,
    .operands_max = 0,
    .options = kOptions,
    .more =
        "A proof is paid only while the key that signed it is active in the pool. So the "
        "previous identity\n"
        "stays: it finishes what it began, claims what its proofs earned, and opens what was "
        "sealed to it.\n"
        "Exit: 0, 1 not yet (it says what is left), 64 usage, 69 no TEE or no answer of the "
        "chain,\n"
        "78 configuration or keys.\n",
};

void print(const std::string& text) { std::fputs(text.c_str(), stdout); }

/// Other content for a file that stays the one it is: where a link leads to it the link stays, and
/// whoever could read it still can.
Status rewrite(const std::string& file, ByteView content) {
    std::error_code failed;
    const std::filesystem::path target = std::filesystem::canonical(file, failed);
    struct stat before{};
    if (failed || ::stat(target.c_str(), &before) != 0) return Error{Errc::kIo, "app.keys.rewrite"};
    PRAMANA_TRY(write_file_durably(target, content));
    if (::chown(target.c_str(), before.st_uid, before.st_gid) != 0 ||
        ::chmod(target.c_str(), before.st_mode & 07777U) != 0)
        std::fprintf(stderr, "warning: %s has another owner or mode now\n", target.c_str());
    return Done{};
}

/// Sets members of `keys` in the file, or prints them. `previous` empty: it is removed.
std::optional<Failure> set_keys(const std::string& file, std::uint32_t current,
                                const std::string& previous) {
    const Result<Bytes> raw = read_file(file, kConfigBytesMax);
    if (!raw) return failure_of_file(raw.error(), file);
    const Result<JsonView> root = read_json(as_text(*raw));
    if (!root) return failure_of(Error{Errc::kConfigInvalid, "app.keys.rotate"}, file);
    const std::optional<JsonView> keys = root->member("keys");
    Outcome<std::string> edited =
        object_with(keys ? keys->raw() : "{}", "current", std::to_string(current));
    if (edited) edited = object_with(*edited, "previous", previous);
    if (edited) edited = with_member(as_text(*raw), "keys", *edited);
    if (!edited) return edited.failure();
    const Status written = rewrite(file, as_bytes_view(*edited));
    if (!written) return failure_of(written.error(), file);
    return std::nullopt;
}

/// What the pool owes a key in fees; 0 where claiming them takes more gas than that.
Outcome<Wei> fees_worth_claiming(const chain_rpc::ChainReader& reader, const Address& key,
                                 const Wei& fees) {
    if (fees == Wei{}) return fees;
    const chain_rpc::BatchCall call = chain_rpc::fees_call(reader.contracts());
    const Result<chain_rpc::CallOutcome<std::uint64_t>> gas =
        reader.estimate_gas({key, call.to, call.calldata});
    if (!gas) return failure_of(gas.error());
    const Result<chain_rpc::FeeMarket> market = reader.fee_market();
    if (!market) return failure_of(market.error());
    const Wei cost =
        Wei::product(gas->value.value_or(0), market->next_base_fee_wei + market->tip_median_wei);
    return fees < cost ? Wei{} : fees;
}

std::string step(int number, const std::string& text) {
    return std::to_string(number) + ". " + text + '\n';
}

std::string plan_of(const config::Config& config, const keys::PublicIdentity& now,
                    const keys::PublicIdentity& next, const ChainEntry& chain_now, bool written,
                    const std::string& file) {
    const std::string epoch = std::to_string(next.epoch);
    const std::string address = chain::to_checksum(next.signing_address);
    std::string text = "now    epoch " + std::to_string(now.epoch) + "  " +
                       chain::to_checksum(now.signing_address) + "  " + chain_now.pool + ", " +
                       chain_now.balance + " coins\n";
    text += "next   epoch " + epoch + "  " + address + "\n\n";
    text += step(1, written ? file + " has keys.current " + epoch + " and keys.previous " +
                                  std::to_string(now.epoch) + " now."
                            : "Run this again with --write: keys.current becomes " + epoch +
                                  " and keys.previous " + std::to_string(now.epoch) + " in " +
                                  file + '.');
    text += step(2,
                 "Restart the validator. The statement names both identities; evidence is made "
                 "anew.");
    text += step(3, "Send coins for gas to " + address + '.');
    text += step(4, "Have the pool's maintainer call addTee(" + address + ", \"" +
                        config.public_base_url + "\", \"" + to_hex0x(next.encryption_key.view()) +
                        "\").");
    bool registry = false;
    for (const config::Dlp& dlp : config.dlps) registry = registry || dlp.registry.has_value();
    int last = 5;
    if (registry)
        text += step(last++, "Have it registered in each registry of results (docs/contracts.md).");
    text += step(last,
                 "When the previous identity has finished and claimed (the log says "
                 "app.claims.of_previous left=0),\n   have the pool remove it and run "
                 "`keys rotate --finish --write`.");
    return text;
}

int begin(const config::Config& config, const Platform& platform, const std::string& file,
          bool write) {
    if (config.keys.previous)
        return print_failure(
            failure_of(Errc::kConfigInvalid, "A rotation is under way: keys.previous is set.",
                       "Finish it first: `keys rotate --finish` says what is left."));
    config::Config after = config;
    after.keys.current = config.keys.current + 1;
    after.keys.previous = config.keys.current;
    if (after.keys.current > config::kKeyIndexMax)
        return print_failure(failure_of(Errc::kConfigInvalid, "There is no epoch behind this one.",
                                        "Make new keys: docs/keys.md."));
    Outcome<Identity> identity = open_keys_for_person(after, platform);
    if (!identity) return print_failure(identity.failure());
    const keys::PublicIdentity& next = identity->public_keys.current;
    const keys::PublicIdentity& now = *identity->public_keys.previous;
    Outcome<ChainAccess> chain = configured_chain(config);
    if (!chain) return print_failure(chain.failure());
    Outcome<ChainEntry> of_next = chain_entry(*chain->reader, config, next);
    if (!of_next) return print_failure(of_next.failure());
    if (of_next->transactions > 0)
        return print_failure(failure_of(
            Errc::kConfigInvalid,
            "Epoch " + std::to_string(next.epoch) + " was used before: its address has sent " +
                std::to_string(of_next->transactions) + " transactions.",
            "An epoch is never used again: set keys.current to the highest one that was used, then "
            "rotate."));
    Outcome<ChainEntry> of_now = chain_entry(*chain->reader, config, now);
    if (!of_now) return print_failure(of_now.failure());
    if (write)
        if (const std::optional<Failure> failed =
                set_keys(file, after.keys.current, std::to_string(*after.keys.previous)))
            return print_failure(*failed);
    print(plan_of(config, now, next, *of_now, write, file));
    return kExitOk;
}

int finish(const config::Config& config, const Platform& platform, const std::string& file,
           bool write) {
    if (!config.keys.previous)
        return print_failure(failure_of(Errc::kConfigInvalid,
                                        "No rotation is under way: keys.previous is not set.",
                                        "`keys rotate` begins one."));
    Outcome<Identity> identity = open_keys_for_person(config, platform);
    if (!identity) return print_failure(identity.failure());
    const keys::PublicIdentity& old = *identity->public_keys.previous;
    Outcome<ChainAccess> chain = configured_chain(config);
    if (!chain) return print_failure(chain.failure());
    Outcome<ChainEntry> entry = chain_entry(*chain->reader, config, old);
    if (!entry) return print_failure(entry.failure());
    print("previous  epoch " + std::to_string(old.epoch) + "  " +
          chain::to_checksum(old.signing_address) + "  " + entry->pool + ", " + entry->balance +
          " coins\n\n");
    if (entry->active && entry->jobs_pending > 0) {
        print(
            "not yet: the pool has given it " + std::to_string(entry->jobs_pending) +
            " jobs that are not done. Payers can take back those that came after the rotation.\n");
        return kExitWaits;
    }
    if (entry->active) {
        print(
            "not yet: it is active in the pool. Rewards of its proofs are paid only while it is;\n"
            "when the log says app.claims.of_previous left=0, have the pool's maintainer remove "
            "it.\n");
        return kExitWaits;
    }
    Outcome<Wei> fees = fees_worth_claiming(*chain->reader, old.signing_address, entry->fees);
    if (!fees) return print_failure(fees.failure());
    if (*fees != Wei{}) {
        print("not yet: the pool owes it " + coins_of(fees->word()) +
              " coins of fees. Only it can claim them: stop the validator and run\n"
              "`chain claim`, or wait until the validator has (chain.claim_fees_every_s).\n");
        return kExitWaits;
    }
    if (!write) {
        print("it has nothing left to do. Run this again with --write to take it out of " + file +
              ", then restart.\n");
        return kExitOk;
    }
    if (const std::optional<Failure> failed = set_keys(file, config.keys.current, ""))
        return print_failure(*failed);
    print(file +
          " has no keys.previous now. Restart the validator; what is left on its account "
          "stays there.\n");
    return kExitOk;
}

}  // namespace

int run_keys_rotate(std::span<const std::string_view> args, const Platform& platform) {
    const Parsed parsed = parse_arguments(kCommand, args);
    if (!parsed.arguments) return usage_error(kCommand, parsed.problem);
    const Arguments& arguments = *parsed.arguments;
    log::configure(log::Level::kError, log::default_format());
    const std::string file = *arguments.text("config");
    Outcome<config::Config> config = read_validator_config(file, platform);
    if (!config) return print_failure(config.failure());
    const bool write = arguments.has("write");
    return arguments.has("finish") ? finish(*config, platform, file, write)
                                   : begin(*config, platform, file, write);
}

std::string help_keys_rotate() { return help_of(kCommand); }

}  // namespace pramana::app
