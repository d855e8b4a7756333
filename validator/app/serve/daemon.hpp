#pragma once

#include "commands/failure.hpp"
#include "platform.hpp"
#include "pramana/core/result.hpp"

#include <memory>
#include <optional>
#include <string>

namespace pramana::app {

/// What an operator says once on the command line, after reading docs/operations.md.
struct OperatorWord {
    bool torn_tail_accepted = false;
    bool older_data_accepted = false;  ///< a registry's corpus head that is not in our log
    std::uint64_t foreign_nonces_accepted_below = 0;
};

/// Why the daemon did not start.
struct StartFailure {
    Error error;
    std::string about;               ///< the setting, file or peer; never content
    std::optional<Failure> words{};  ///< where the code alone says too little
};

/// Opens every ruleset and public text of the configuration and gives a line for each DLP: what
/// `serve --check` prints.
[[nodiscard]] Outcome<std::string> check_rulesets(const config::Config& config);

/// What the configuration asks of GPUs, as a line. Refused: named devices of a program without code
/// for GPUs.
[[nodiscard]] Outcome<std::string> check_gpus(const config::Gpu& wanted);

/// The composition root: every module, wired and running. Destruction stops in the right order: no
/// new requests, requests end, chain and pipeline end, the store closes.
class Daemon {
  public:
    /// Opens and recovers everything, then serves. On failure nothing runs and `failure` is set.
    static std::unique_ptr<Daemon> start(const config::Config& config, Identity identity,
                                         const OperatorWord& word,
                                         std::optional<StartFailure>& failure);
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;
    ~Daemon();

    [[nodiscard]] std::uint16_t port() const noexcept;
    /// The store goes on only after a restart, and it can (Store::waits_for_restart).
    [[nodiscard]] bool waits_for_restart() const;

  private:
    struct Parts;
    explicit Daemon(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace pramana::app
