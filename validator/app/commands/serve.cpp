#include "serve.hpp"

#include "options.hpp"
#include "pramana/os/hardening.hpp"
#include "pramana/os/log.hpp"
#include "serve/check_settings.hpp"
#include "serve/daemon.hpp"
#include "start_failure.hpp"

#include <pthread.h>

#include <charconv>
#include <csignal>
#include <cstdio>

namespace pramana::app {
namespace {

constexpr int kExitTryAgain = 75;
constexpr int kExitConfig = 78;

constexpr Option kOptions[] = {
    {"config", "FILE", "configuration, one JSON file (docs/operations.md \"Configuration\")", true},
    {"check", "",
     "read the configuration, its rulesets and public texts, print every problem and the\n"
     "digests of the rulesets, and end"},
    {"accept-torn-tail", "",
     "open a store whose last record was cut by a power loss, without that record"},
    {"accept-older-data", "",
     "start although a registry's corpus head is not in this data directory's log\n"
     "(docs/keys.md \"Older data\")"},
    {"accept-foreign-nonces-below", "N",
     "transactions with a lower nonce that this validator did not send were\nyours: go on after "
     "somebody else used its key"},
};
constexpr Command kCommand{
    .name = "serve",
    .summary = "Runs the validator until SIGTERM.",
    .operands = "",
    .operands_min = 0,
    .operands_max = 0,
    .options = kOptions,
    .more =
        "pramana serves only inside a TEE; pramana-dev anywhere, with evidence that proves "
        "nothing,\n"
        "for chain ids 31337 and 1337. The log goes to standard error. /livez says that the "
        "process\n"
        "answers, /readyz?verbose what is missing. SIGTERM lets requests end, a second one does "
        "not.\n"
        "Exit: 0 stopped, 64 usage, 69 no genuine TEE or wrong chain, 73 data directory in use,\n"
        "74 I/O or port taken, 75 try again, 78 configuration.\n",
};

int fail(const Error& error, const std::string& about) {
    return print_failure(start_failure(error, about));
}

int fail_configuration(Failure failure) {
    failure.exit_code = kExitConfig;
    return print_failure(failure);
}

int print_problems(const std::string& file, const std::vector<config::Problem>& problems) {
    for (const config::Problem& problem : problems) {
        const std::string where = problem.path.empty() ? file : file + ": " + problem.path;
        std::fprintf(stderr, "error: %s %s\n", where.c_str(), problem.sentence.c_str());
    }
    std::fprintf(stderr,
                 "  next: correct the named settings; docs/operations.md \"Configuration\" lists "
                 "them all\n");
    return kExitConfig;
}

/// Nothing of the process may reach a core file or the swap. Errors: kMemoryLock where that is
/// required.
Status harden(const Platform& platform) {
    const Status locked = lock_memory();
    if (locked) return locked;
    if (platform.memory_lock_required) return locked;
    log::warn("app.memory_not_locked", {{"error", locked.error()}});
    return Done{};
}

sigset_t stop_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGTERM);
    ::sigaddset(&set, SIGINT);
    return set;
}

/// Until the first signal; from then on a second one ends the process at once. Or until the daemon
/// needs a restart. The exit code.
int wait_for_stop(const sigset_t& signals, const Daemon& daemon) {
    constexpr timespec kLook{.tv_sec = 5, .tv_nsec = 0};
    int received = -1;
    bool restart = false;
    while (received < 0 && !restart) {
        received = ::sigtimedwait(&signals, nullptr, &kLook);
        restart = received < 0 && daemon.waits_for_restart();
    }
    if (restart)
        log::warn("app.restart_needed", {{"error", Error{Errc::kStorageFull, "app.store"}}});
    else
        log::info("app.stopping", {{"signal", received}});
    ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
    return restart ? kExitTryAgain : kExitOk;
}

int serve(const config::Config& config, const Platform& platform, const OperatorWord& word) {
    log::configure(config.log.level, config.log.format.value_or(log::default_format()));
    if (const Outcome<Done> settings = check_settings(config); !settings)
        return fail_configuration(settings.failure());
    if (const Status hardened = harden(platform); !hardened) return fail(hardened.error(), "");
    // Before any thread exists, so that all of them inherit the mask and only wait_for_stop() sees
    // the signals.
    const sigset_t signals = stop_signals();
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    ::signal(SIGPIPE, SIG_IGN);  // NOLINT(cert-err33-c): cannot fail for SIGPIPE

    Result<Identity> identity = platform.open_identity(config);
    if (!identity) {
        const std::string about =
            config.development ? "development.key_file and chain.chain_id" : "";
        return fail(identity.error(), about);
    }
    if (config.development)
        log::warn("app.development", {{"evidence", "software: proves nothing"}});
    const keys::PublicKeys& known = identity->public_keys;
    log::info("app.identity", {{"address", identity->signing->address()},
                               {"key_epoch", known.current.epoch},
                               log::Field::vetted("keys", keys::name_of(known.source))});
    if (!known.survive_restart)
        log::warn(
            "app.keys_for_one_boot",
            {{"meaning", "the next start has other keys and cannot open this data directory"}});
    if (known.imported)
        log::warn("app.keys_imported", {{"meaning", "they were outside of this enclave once"}});
    std::optional<StartFailure> failure;
    const std::unique_ptr<Daemon> daemon =
        Daemon::start(config, *std::move(identity), word, failure);
    if (failure && failure->words) return fail_configuration(*std::move(failure->words));
    if (failure) return fail(failure->error, failure->about);
    log::info("app.serving", {{"port", daemon->port()}, {"chain_id", config.chain.chain_id}});
    return wait_for_stop(signals, *daemon);
}

}  // namespace

int run_serve(std::span<const std::string_view> args, const Platform& platform) {
    const Parsed parsed = parse_arguments(kCommand, args);
    if (!parsed.arguments) return usage_error(kCommand, parsed.problem);
    const Arguments& arguments = *parsed.arguments;
    OperatorWord word;
    word.torn_tail_accepted = arguments.has("accept-torn-tail");
    word.older_data_accepted = arguments.has("accept-older-data");
    const std::string below = arguments.text("accept-foreign-nonces-below").value_or("0");
    const auto [end, failed] = std::from_chars(below.data(), below.data() + below.size(),
                                               word.foreign_nonces_accepted_below);
    if (failed != std::errc{} || end != below.data() + below.size())
        return usage_error(kCommand, "--accept-foreign-nonces-below needs a whole number");

    const std::string file = *arguments.text("config");
    const bool check_only = arguments.has("check");
    if (const Status fit = platform.check_environment(); !fit && !check_only)
        return fail(fit.error(), "");
    const config::Reading reading = config::read_config_file(file, platform.profile);
    if (!reading.config) return print_problems(file, reading.problems);
    if (check_only) {
        if (const Outcome<Done> settings = check_settings(*reading.config); !settings)
            return fail_configuration(settings.failure());
        Outcome<std::string> rulesets = check_rulesets(*reading.config);
        if (!rulesets) return fail_configuration(rulesets.failure());
        Outcome<std::string> gpus = check_gpus(reading.config->gpu);
        if (!gpus) return fail_configuration(gpus.failure());
        std::printf("%s%s%s: no problem found\n", rulesets->c_str(), gpus->c_str(), file.c_str());
        return kExitOk;
    }
    const int code = serve(*reading.config, platform, word);
    log::info("app.stopped", {{"exit_code", code}});
    return code;
}

std::string help_serve() { return help_of(kCommand); }

}  // namespace pramana::app
