#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/core/wei.hpp"
#include "pramana/os/log.hpp"

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace pramana::config {

struct Listen {
    std::string address = "127.0.0.1";  ///< an IP address, no name
    std::uint16_t port = 8840;          ///< 0 = any free one
    bool tls = false;                   ///< ends here, with the key that the statement names
};

struct Chain {
    std::uint64_t chain_id = 0;
    std::vector<std::string> rpc_urls;  ///< http(s); 1..8, all different
    /// ws(s) URLs whose newHeads wake the poll; 0..8. What they say decides nothing.
    std::vector<std::string> websocket_urls{};
    std::uint32_t rpc_quorum = 0;          ///< endpoints that must agree; 0 = the majority
    std::uint64_t rpc_lag_blocks_max = 5;  ///< behind the others; beyond it reads leave it out
    std::uint32_t rpc_calls_per_s = 0;     ///< to each endpoint; 0 = until it says 429
    std::string job_event;  ///< what announces a job, as an event declaration; empty = today's pool
    /// Members of jobs(id), as chain::tee_pool::JobLayout::parse takes them; empty = today's pool.
    std::string job_layout{};
    /// ProofAdded of pool and registry, as chain::ProofEvents::parse takes them; empty = today's.
    std::string pool_proof_event{};
    std::string registry_proof_event{};
    Address data_registry;
    Address tee_pool;
    std::uint64_t start_block = 0;  ///< where the contracts were deployed
    std::uint64_t final_depth = 24;
    bool ask_finalized_tag = true;
    std::chrono::milliseconds poll{2'000};
    std::uint32_t batch_max =
        1;  ///< proofs in one transaction, 1..20, where the pool has multicall
    /// Our fees in the pool are claimed this often where they are worth it; 0 = by command only.
    std::chrono::seconds claim_fees_every{86'400};
    std::uint64_t fee_per_gas_wei_max = 500'000'000'000;
    /// Above it no transaction is begun; one that waits may go beyond after `soft_patience`.
    std::uint64_t fee_per_gas_wei_soft = 250'000'000'000;
    std::chrono::seconds soft_patience{300};
    Wei tx_cost_wei_max{UINT64_MAX, UINT64_MAX};  ///< of one transaction, at its gas limit
    Wei day_cost_wei_max = Wei::product(50, 1'000'000'000'000'000'000);  ///< of a UTC day
    std::uint64_t tip_per_gas_wei_min = 1'000'000;
    std::uint64_t tip_per_gas_wei_max = 50'000'000'000;
    std::filesystem::path ca_file;  ///< PEM trusted in addition to the system's store; empty = none
};

/// A result registry that a DLP reads (docs/contracts.md "Attested results").
struct Registry {
    enum class Mode : std::uint8_t {
        kOff,    ///< nothing is recorded there
        kBatch,  ///< one word for each result
        kRoot,   ///< one Merkle root for all of a batch
    };
    Address address;
    Mode mode = Mode::kBatch;
    bool pool_proofs = false;                  ///< the pool gets its proof as well
    std::uint32_t batch_max = 20;              ///< results in one transaction, 1..100
    std::chrono::milliseconds linger{10'000};  ///< how long the first result waits for others
};

/// Where private keys come from: docs/keys.md "Sources".
enum class KeySource : std::uint8_t {
    kDstack,  ///< dstack's GetKey
    kInside,  ///< made in the enclave and kept sealed to its platform
    kFile,    ///< development.key_file; pramana-dev only
};

/// Which of the keys that this enclave derives are in use. An index is never used for another key.
struct Keys {
    std::uint32_t current = 0;                ///< signs what is new
    std::optional<std::uint32_t> previous{};  ///< finishes what it began
    KeySource source = KeySource::kDstack;
    std::vector<Bytes> kms_roots{};  ///< compressed points, 1..8 where dstack is the source
    /// Keys that are lost at the next start are accepted, where the platform keeps none.
    bool for_one_boot = false;
    /// Compressed points of keys that `keys export` may seal a backup to; 0..8.
    std::vector<Bytes> backup_recipients{};
};
inline constexpr std::uint32_t kKeyIndexMax = 1'000'000;

/// A DLP that this validator serves. Addresses are unique.
struct Dlp {
    Address address;
    std::uint64_t dlp_id = 0;            ///< what the proof carries; DLPRegistry.dlpIds(address)
    std::string ruleset;                 ///< as written: a name that this version knows, or a file
    std::filesystem::path ruleset_file;  ///< empty: `ruleset` is a name
    std::optional<Hash32> ruleset_sha256;  ///< its digest; always there where it is a file
    /// The ruleset may name a shared corpus: others who fill it learn that they hold the same
    /// texts.
    bool shared_corpus_allowed = false;
    /// Of its corpus; a higher number begins an empty one, never a lower.
    std::uint32_t corpus_epoch = 0;
    std::optional<Registry> registry{};  ///< nothing = proofs go to the pool alone
};

struct Limits {
    std::uint64_t upload_bytes_max = 32ULL << 20U;  ///< one contribution
    std::uint64_t bytes_in_flight_max = 256ULL
                                        << 20U;  ///< request bodies of all connections together
    std::uint32_t connections_max = 1'024;
    std::uint32_t contributions_per_wallet_max = 16;  ///< that wait for their job
    std::uint64_t stored_bytes_max = 64ULL << 30U;    ///< sealed files on disk
    std::uint64_t disk_reserve_bytes = 256ULL
                                       << 20U;     ///< of free disk; below it nothing is taken in
    std::chrono::seconds unpaid_expiry{86'400};    ///< a contribution whose job never comes
    std::chrono::seconds waiting_expiry{86'400};   ///< a job whose key or file never comes
    std::chrono::seconds blob_retention{604'800};  ///< a sealed file after finality
    std::chrono::seconds record_retention{7'776'000};  ///< a status after its end; 0 = for ever
    std::chrono::seconds run_proof_wait{120};          ///< how long RunProof waits for the block
    std::uint32_t jobs_per_payer_max = 1'024;          ///< in work at a time; the others wait
    std::uint32_t proofs_per_payer_day_max = 20'000;   ///< signed on one UTC day
    std::uint32_t workers = 2;  ///< contributions that are worked on at a time
};

/// What a bid has to pay for, besides `min_bid_wei`. A job that does not is neither fetched nor
/// opened nor proved.
struct Price {
    std::uint64_t work_wei_per_mib = 0;  ///< for each begun MiB of the sealed file
    std::uint64_t proof_gas = 600'000;   ///< what one proof is taken to cost on chain
    std::uint32_t gas_percent = 100;     ///< of that gas at the present fee; 0 = the operator pays
};

/// Where Prometheus reads /metrics: a listener of its own.
struct Metrics {
    Listen listen{.address = "127.0.0.1", .port = 0};
    /// Holds the bearer token that is asked for; needed unless the address is loopback.
    std::filesystem::path token_file;
};

/// When an alarm rises (docs/operations.md "Alarms").
struct Alarms {
    std::uint32_t proofs_left_min = 100;
    std::chrono::seconds slot_age_max{600};
    std::chrono::seconds finality_still_max{480};  ///< ten epochs of Vana
    std::chrono::seconds head_age_max{120};
    std::uint32_t deadline_percent_min = 20;  ///< of the cancel delay
};

/// What becomes of evidence, and where what verifies it is fetched (docs/attestation-statement.md).
struct Attestation {
    /// A new statement names the corpora's new roots; 0 = only when something else changed.
    std::chrono::seconds statement_every{86'400};
    std::uint32_t challenges_per_minute = 60;       ///< that get evidence of their own
    std::chrono::seconds collateral_every{21'600};  ///< 0 = never fetched
    std::string intel_pcs_url = "https://api.trustedservices.intel.com";
    std::string intel_root_crl_url =
        "https://certificates.trustedservices.intel.com/IntelSGXRootCA.der";
    std::string amd_kds_url = "https://kdsintf.amd.com";
    std::string nvidia_rim_url = "https://rim.attestation.nvidia.com/v1/rim";
    std::string nvidia_crl_url = "https://crl.ndis.nvidia.com/crl";
    std::string nvidia_ocsp_url = "https://ocsp.ndis.nvidia.com";  ///< empty: it is not asked
    std::filesystem::path ca_file;  ///< PEM trusted in addition to the system's store; empty = none
};

/// Which GPUs may compute in the processor's place (docs/gpu-runtime.md). No score depends on it.
struct Gpu {
    enum class Use : std::uint8_t {
        kAuto,   ///< all that the driver lists
        kNone,   ///< none
        kNamed,  ///< those of `devices`
    };
    Use use = Use::kAuto;
    std::vector<std::string> devices{};  ///< 1..64 with kNamed, as "GPU-<uuid>", all different
    std::uint32_t batch_tokens_max = 131'072;  ///< of one launch
    bool corpus = true;                        ///< corpora lie on them and are searched there
    std::chrono::microseconds linger{300};     ///< how long a batch waits for more texts
};

/// Only pramana-dev reads this section; for `pramana` it is an error.
struct Development {
    std::filesystem::path
        key_file;  ///< 64 hex characters: signs and pays; other keys are derived from it
    std::vector<std::string> fetch_allow;  ///< `host:port` that may be fetched although private
};

struct Log {
    log::Level level = log::Level::kInfo;
    std::optional<log::Format> format;  ///< nothing = logfmt on a terminal, JSON otherwise
};

/// One JSON file; docs/operations.md "Configuration" lists every member. Relative paths start at
/// the file's directory.
struct Config {
    Listen listen;
    std::string public_base_url;  ///< without a slash at the end; https, in development also http
    std::filesystem::path data_dir;
    std::filesystem::path model;
    Chain chain;
    Keys keys;
    std::vector<Dlp> dlps;  ///< 1..64
    /// Files of the public texts that rulesets name.
    std::map<std::string, std::filesystem::path> reference_corpora;
    Limits limits;
    Word256 min_bid_wei;  ///< a job that pays less is refused
    /// From here on a contribution that is worth nothing gets a proof of score 0.
    Word256 min_bid_invalid_wei;
    Price price;
    bool tls_ends_inside = false;           ///< whether RunProof may carry a key in clear
    std::vector<std::string> cors_origins;  ///< exact origins, or the single "*"
    Log log;
    std::optional<Metrics> metrics;  ///< nothing = not served
    Alarms alarms;
    Attestation attestation;
    Gpu gpu;
    std::optional<Development> development;
    Hash32 text_sha256;  ///< of the text that was read
};

/// `pramana` or `pramana-dev`.
enum class Profile : std::uint8_t { kProduction, kDevelopment };

/// What is wrong, and where: `path` as in "dlps[0].address", empty for the whole file. Texts may
/// quote the names of the file's members, never their values.
struct Problem {
    std::string path;
    std::string sentence;
};

/// A Config, or the complete list of problems.
struct Reading {
    std::optional<Config> config;
    std::vector<Problem> problems;
};

/// Reads a configuration text strictly: JSON without comments and duplicates, every member known (a
/// near miss is named), every number in its range. `directory` is where relative paths start.
/// Thread: any.
[[nodiscard]] Reading read_config(std::string_view text, const std::filesystem::path& directory,
                                  Profile profile);

/// The same from a file of at most 1 MiB.
[[nodiscard]] Reading read_config_file(const std::filesystem::path& file, Profile profile);

}  // namespace pramana::config
