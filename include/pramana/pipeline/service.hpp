#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/os/secret_bytes.hpp"

#include <optional>
#include <string>
#include <vector>

namespace pramana::pipeline {

/// Where a contribution stands, in the order of its life; what people see.
enum class Stage : std::uint8_t {
    kReceived,     ///< stored; waits for its job on chain
    kWaitingKey,   ///< the job is ours; no key yet
    kWaitingFile,  ///< the job and key are here; the file is being fetched
    kQueued,       ///< job, key and file are here
    kPlaced,       ///< has its place in the corpus
    kProved,       ///< scored; the binding document is stored
    kSigned,       ///< the transaction's bytes are stored
    kSent,
    kIncluded,     ///< in a block that is not final yet
    kFinal,        ///< terminal: the proof is final on chain
    kDoneByOther,  ///< terminal: the job was completed without us
    kCancelled,    ///< terminal: the payer canceled the job
    kRefused,      ///< terminal: no proof is made; `cause` says why
    kExpired,      ///< terminal: key, file or job never came
};
[[nodiscard]] std::string_view name_of(Stage stage) noexcept;  ///< "received", "waiting_key", …
[[nodiscard]] bool is_terminal(Stage stage) noexcept;

/// The result as coarse as it may leave the enclave (docs/scoring.md "What leaves the enclave");
/// only once final.
struct PublicResult {
    std::uint32_t chunks = 0;
    std::uint64_t novel_mass = 0;         ///< the least that earns pay_1024 at this quality
    std::uint32_t uniqueness_milli = 0;   ///< 0..1000, in steps of 1/8
    std::uint32_t quality_milli = 0;      ///< 0..1000
    std::uint32_t pay_1024 = 0;           ///< 0..1024
    std::uint32_t internal_milli = 0;     ///< share lost to repetition inside the file, exact
    std::uint32_t matched_milli = 0;      ///< share lost to matches with others, in steps of 1/8
    std::vector<std::string> reasons;     ///< stable codes
    bool key_matches_permission = false;  ///< the key re-encrypted equals the permission on chain
    bool key_recovers_to_owner = false;   ///< the file key is the owner's signature
};

struct ContributionStatus {
    ContributionId id;
    Stage stage = Stage::kReceived;
    std::optional<Error> cause;  ///< why it waits or ended
    std::int64_t received_unix_s = 0;
    std::int64_t changed_unix_s = 0;
    std::optional<JobId> job;
    std::optional<FileId> file;
    std::optional<Hash32> tx_hash;
    std::optional<std::uint64_t> proof_index;
    std::optional<Hash32> proof_document;  ///< GET /v1/proofs/{hash}; only when kFinal
    std::optional<PublicResult> result;    ///< only when kFinal
};

/// POST /v1/contributions, already split into envelope and sealed bytes.
struct Upload {
    Bytes envelope;  ///< JSON, docs/formats.md "Envelope"
    Bytes sealed;
};

/// POST /RunProof, already parsed (vana-protocol.md 3.1). Exactly one of the two keys is set.
struct KeyDeposit {
    JobId job{};
    FileId file{};
    SecretBytes clear_key;        ///< refused unless configuration says that TLS ends inside
    Bytes encrypted_key;          ///< ECIES to our key
    std::string encryption_seed;  ///< the signed message; empty = the default one
    std::string proof_url;        ///< the instruction asked for; empty = not named
    /// `account` zero = not named (older clients): the DLP of the job.
    struct PermissionProof {
        Address account;
        Bytes iv;
        SecretBytes ephemeral_key;
    };
    std::vector<PermissionProof> permissions;
};

struct Readiness {
    bool ready = false;
    std::vector<std::string>
        reasons;  ///< stable codes of what is missing: "chain_unreachable", "disk_low", …
    std::vector<std::string>
        alarms{};  ///< stable names of what an operator should look at; still ready
};

/// What the HTTP front calls. Every function may block on the store's fsync, on a lock or on one
/// chain read, never on scoring: call it from a worker thread. Thread: any.
class ContributionService {
  public:
    virtual ~ContributionService() = default;

    /// Verifies envelope, intent and quotas and stores the contribution durably (fsync) before it
    /// returns. The same upload again gives the same id and changes nothing. The key is not opened
    /// here. Errors: kMalformedEnvelope, kIntentSignature, kIntentMismatch, kIntentExpired,
    /// kHashMismatch, kDlpNotServed, kTermsNotAgreed, kQuotaExceeded, kBodyTooLarge, kStorageFull,
    /// kBusy.
    [[nodiscard]] virtual Result<ContributionId> admit(Upload upload) = 0;

    /// Errors: kNotFound.
    [[nodiscard]] virtual Result<ContributionStatus> status(const ContributionId& id) = 0;

    /// Ciphertext by SHA-256. Errors: kNotFound.
    [[nodiscard]] virtual Result<Bytes> blob(const Hash32& sha256) = 0;

    /// A binding document (canonical JSON) by its hash, once its proof is final. Errors: kNotFound
    /// (also when no proof came of it), kProofNotFinal.
    [[nodiscard]] virtual Result<Bytes> proof_document(const Hash32& hash) = 0;

    /// Stores the key, sealed to ourselves, for its job. Idempotent.
    /// Errors: kClearKeyRefused, kKeyNotForUs, kJobNotOurs, kJobNotOpen, kFileNotFound,
    /// kInstructionMismatch, kTermsNotAgreed, kKeyNotOwners, kBusy, kRpcUnavailable.
    [[nodiscard]] virtual Result<Done> deposit_key(KeyDeposit deposit) = 0;

    /// Where the job stands; for RunProof's answer. Errors: kNotFound.
    [[nodiscard]] virtual Result<ContributionStatus> job_status(JobId job) = 0;

    /// What a registry has recorded for the job, as JSON with all that a contract there asks for
    /// (docs/formats.md "Recorded result"). Errors: kNotFound (no such job, or nothing of it goes
    /// into a registry), kProofNotFinal.
    [[nodiscard]] virtual Result<std::string> recorded_result(JobId job) {
        static_cast<void>(job);
        return Error{Errc::kNotFound, "service.no_registry"};
    }

    /// The text of a ruleset that is served, whose SHA-256 is `digest`. Errors: kNotFound.
    [[nodiscard]] virtual Result<Bytes> ruleset(const Hash32& digest) = 0;

    /// The statement and its evidence as JSON text. `challenge` is 0 or 32 bytes. Errors: kBusy,
    /// kBadRequest (a challenge of zeros), those of the platform.
    [[nodiscard]] virtual Result<std::string> attestation(ByteView challenge) = 0;
    /// A statement that results name, with the evidence that was taken with it, in the same form.
    /// Errors: kNotFound.
    [[nodiscard]] virtual Result<std::string> archived_statement(const Hash32& hash) {
        static_cast<void>(hash);
        return Error{Errc::kNotFound, "service.no_archive"};
    }

    [[nodiscard]] virtual Readiness readiness() = 0;
};

}  // namespace pramana::pipeline
