#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/core/secret_vector.hpp"
#include "pramana/os/secret_bytes.hpp"
#include "pramana/pipeline/service.hpp"
#include "pramana/store/records.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the pipeline needs of the world. validator/app adapts the real modules; tests use fakes.
/// Every call blocks its worker thread. Thread: every port is called from several threads at once
/// unless its comment says otherwise.
namespace pramana::pipeline {

// ------------------------------------------------------------------------------------------
// Chain reads

/// TeePool's status of a job, in the contract's numbering.
enum class ChainJobStatus : std::uint8_t { kNone, kSubmitted, kCompleted, kCanceled };

struct ChainJob {
    ChainJobStatus status = ChainJobStatus::kNone;  ///< kNone: the pool knows no such job
    FileId file{};
    Word256 bid_wei;
    Address payer;  ///< who requested and pays; need not own the file
    Address tee;    ///< whom the job was given to
};

struct ChainFile {
    Address owner;
    std::string url;
};

/// One DLP contract as it stands now.
struct ChainDlp {
    std::string proof_instruction;
    Address tee_pool;
    std::string public_key;  ///< hex as the contract has it; permissions are encrypted to it
};

/// A block by number and hash: what a decision relied on.
struct ChainBlock {
    std::uint64_t number = 0;
    Hash32 hash;
    friend bool operator==(const ChainBlock&, const ChainBlock&) = default;
};

/// All that the chain says of a job, read at one block.
struct ChainStanding {
    ChainBlock block;
    ChainJob job;
    std::optional<ChainFile> file;  ///< of the job; no value: the registry has no such file
    bool tee_active = false;        ///< the pool lists our key as an active worker
    std::optional<ChainDlp> dlp;    ///< of the DLP that was asked for
    /// What a unit of gas costs in the next block: its base fee and the tip that we would offer.
    std::uint64_t gas_price_wei = 0;
};

struct ChainHead {
    std::uint64_t number = 0;
    std::int64_t unix_s = 0;
};

/// Reads at the newest block. Errors of all: kRpcUnavailable, kRpcRejected, kMalformedChainData,
/// kWrongChain, kNodeInconsistent.
class ChainPort {
  public:
    virtual ~ChainPort() = default;
    [[nodiscard]] virtual Result<ChainJob> job(JobId job) = 0;
    /// What is judged before work and before signing. `dlp` zero = none is asked for.
    [[nodiscard]] virtual Result<ChainStanding> standing(JobId job, const Address& dlp) = 0;
    /// The key text that the file's owner left for `account`; empty = no permission.
    [[nodiscard]] virtual Result<std::string> permission(FileId file, const Address& account) = 0;
    [[nodiscard]] virtual Result<ChainDlp> dlp(const Address& dlp) = 0;
    [[nodiscard]] virtual Result<ChainHead> head() = 0;
    /// The block that the job was submitted in, once it is final; nothing before.
    /// @param seen  its number as the watcher told it; 0 = it told none, and the block is looked
    /// for
    ///              by the time of the job
    [[nodiscard]] virtual Result<std::optional<store::SeedBlock>> submission_block(
        JobId job, std::uint64_t seen) = 0;
};

// ------------------------------------------------------------------------------------------
// Proofs

/// Everything that the submitter needs to sign and send one proof.
struct ProofCall {
    JobId job{};
    FileId file{};
    Address dlp;
    Address tee;                  ///< which of our keys the job was given to
    std::string file_url;         ///< as the registry has it: it is part of what is signed
    std::uint64_t score_wad = 0;  ///< 0..10^18
    std::uint64_t dlp_id = 0;
    std::string metadata;   ///< 64 lower-case hex characters
    std::string proof_url;  ///< <public base>/v1/proofs/<metadata>
    std::string instruction;
};

enum class ProofState : std::uint8_t {
    kNone,         ///< no transaction is bound to the job
    kQueued,       ///< taken for a batch that is not bound yet; `cause` says what it waits for
    kSigned,       ///< nonce, job and raw bytes are stored
    kSent,         ///< a node took the bytes; also after a reorg took the block away
    kIncluded,     ///< in a block that is not final
    kFinal,        ///< final, and the proof is the job's
    kDoneByOther,  ///< final knowledge: the job is completed by another transaction
    kCancelled,    ///< final knowledge: the payer canceled the job
    kReverted,     ///< included and failed for another reason (`cause`)
};

struct ProofProgress {
    ProofState state = ProofState::kNone;
    std::optional<Hash32> tx_hash;  ///< of the attempt that counts
    std::optional<std::uint64_t> proof_index;
    std::optional<Error> cause;  ///< why it is held or failed
};

class ProofPort {
  public:
    virtual ~ProofPort() = default;
    /// Preflight, sign, and bind nonce + job + raw bytes durably (the store moves the job to
    /// kSigned in the same synced batch), then the first send. A job that is bound already is left
    /// as it is: Done. A failed send is not an error: the submitter sends the same bytes again.
    /// Errors (nothing is bound): kWaitsForBatch (taken; progress() says the rest, and after a
    /// restart it is to be given again), kReverted, kJobNotOpen, kNonceGap, kStorageFull,
    /// kStoreUnavailable, kRpcUnavailable, kRpcRejected, kBusy (too many in flight).
    [[nodiscard]] virtual Status submit(const ProofCall& call) = 0;
    /// Where the job's transaction stands, from the journal. Level, not edge: asking twice, or
    /// after a crash, gives the same answer (but for kQueued). No chain read. Errors: those of the
    /// store.
    [[nodiscard]] virtual Result<ProofProgress> progress(JobId job) = 0;
};

// ------------------------------------------------------------------------------------------
// Envelopes, keys, sealed files

/// An intent whose signature was verified.
struct VerifiedIntent {
    std::uint64_t chain_id = 0;
    Address dlp;
    Hash32 ruleset;
    Hash32 sealed_sha256;
    Hash32 terms_sha256;
    std::int64_t expires_unix_s = 0;
    Address wallet;
    Hash32 digest;  ///< EIP-712
};

/// With what a client encrypted the file key for a permission on chain.
struct PermissionSecret {
    Bytes iv;                   ///< 16 bytes
    SecretBytes ephemeral_key;  ///< 32 bytes
};

/// Digests of what was opened, unkeyed: they stay inside.
struct ContentHashes {
    Hash32 text;                  ///< of the canonical text
    SecretVector<Hash32> leaves;  ///< of the trace: one a chunk and one of the document
};

/// The same, fit to leave the enclave.
struct KeyedHashes {
    Hash32 text;
    Hash32 trace;  ///< root of the tree over the leaves
    friend bool operator==(const KeyedHashes&, const KeyedHashes&) = default;
};

/// Evidence of ownership that was found good, as far as it is public (docs/ownership.md).
struct OwnershipShown {
    std::string provider;
    std::string method;
    Hash32 statement;  ///< the digest of the witness statement
    friend bool operator==(const OwnershipShown&, const OwnershipShown&) = default;
};

struct FileKey {
    SecretBytes key;                             ///< the password text
    std::optional<PermissionSecret> permission;  ///< for the permission of the job's DLP
};

class OpenerPort {
  public:
    virtual ~OpenerPort() = default;
    /// Parses the envelope and verifies the intent's signature; opens nothing.
    /// Errors: kMalformedEnvelope, kIntentSignature.
    [[nodiscard]] virtual Result<VerifiedIntent> verify_envelope(ByteView envelope) = 0;
    /// Judges the evidence of ownership in an envelope that verify_envelope accepts; nothing where
    /// the ruleset asks for none. It never reads the file, and no score depends on it.
    /// @param envelope  empty: nothing was uploaded
    /// @param now       seconds since 1970; nothing: it was judged before, its times do not matter
    /// Errors: kOwnershipNotShown.
    [[nodiscard]] virtual Result<std::optional<OwnershipShown>> ownership(
        const Hash32& ruleset, ByteView envelope, std::optional<std::int64_t> now) {
        static_cast<void>(ruleset);
        static_cast<void>(envelope);
        static_cast<void>(now);
        return std::optional<OwnershipShown>{};
    }
    /// Whether the opened file is the one that the evidence in the envelope speaks of, where the
    /// ruleset wants to know; `ownership` accepted the envelope before. Errors: kOwnershipNotShown.
    [[nodiscard]] virtual Status owned_content(const Hash32& ruleset, ByteView envelope,
                                               const SecretBytes& opened) {
        static_cast<void>(ruleset);
        static_cast<void>(envelope);
        static_cast<void>(opened);
        return Done{};
    }
    /// Opens the key of an envelope that verify_envelope accepts. Errors: kKeyNotForUs,
    /// kIntentMismatch, kMalformedEnvelope.
    [[nodiscard]] virtual Result<FileKey> open_envelope(ByteView envelope) = 0;
    /// Opens RunProof's key: ECIES to our key. Errors: kKeyNotForUs.
    [[nodiscard]] virtual Result<SecretBytes> open_key(ByteView encrypted_key) = 0;
    /// The wallet whose signature of `message` (empty = the default message) the key is. Cheap.
    /// Errors: kMalformedKey.
    [[nodiscard]] virtual Result<Address> signer_of(const SecretBytes& key,
                                                    std::string_view message) = 0;
    /// Whether the key, encrypted again with the client's secrets, is the permission on chain.
    /// Errors: kMalformedKey.
    [[nodiscard]] virtual Result<bool> matches_permission(const SecretBytes& key,
                                                          const PermissionSecret& secret,
                                                          std::string_view dlp_public_key,
                                                          std::string_view permission_on_chain) = 0;
    /// What a proof says of the content, keyed by the file key and file id, so that only who has
    /// the key can test it (docs/formats.md "Keyed hashes").
    [[nodiscard]] virtual KeyedHashes keyed_hashes(const SecretBytes& key, FileId file,
                                                   const ContentHashes& content) = 0;
    /// Opens a sealed file; costs a key derivation. Errors: kWrongPassword, kAuthTagMismatch,
    /// kMalformedKey (the key); kMalformedMessage, kUnsupportedPacket, kNoIntegrity, kCostLimit
    /// (the file); kDecompressionLimit, kTooLarge (the opened content).
    [[nodiscard]] virtual Result<SecretBytes> decrypt(ByteView sealed, const SecretBytes& key) = 0;
};

/// Guarded download of a foreign URL. Errors: kFetchFailed, kFetchForbidden, kFetchTooLarge,
/// kTimeout, kCancelled.
class FetchPort {
  public:
    virtual ~FetchPort() = default;
    [[nodiscard]] virtual Result<Bytes> fetch(std::string_view url, std::size_t bytes_max) = 0;
};

/// Seals what the enclave writes to disk under a key that only this enclave derives.
class VaultPort {
  public:
    virtual ~VaultPort() = default;
    /// `place` says what and where the record is, so that none can be moved.
    [[nodiscard]] virtual Bytes seal(const SecretBytes& opened, std::string_view place) = 0;
    /// Errors: kAuthTagMismatch.
    [[nodiscard]] virtual Result<SecretBytes> open(ByteView sealed, std::string_view place) = 0;
};

// ------------------------------------------------------------------------------------------
// Scoring

/// Names one corpus of one epoch.
struct CorpusName {
    Hash32 id;
    std::uint32_t epoch = 0;
    friend auto operator<=>(const CorpusName&, const CorpusName&) = default;
};

/// A contribution ready to be compared: secret, wiped on destruction.
class PreparedContribution {
  public:
    virtual ~PreparedContribution() = default;
    /// What is appended to the corpus; reveals the text. Of a rejected contribution it is one of
    /// the quarantine, which does not count against its owner.
    [[nodiscard]] virtual SecretBytes corpus_entry(const CorpusName& corpus, const Address& owner,
                                                   bool rejected) const = 0;
    [[nodiscard]] virtual ContentHashes content() const = 0;
};

/// scoring::Score in plain types; `mass_by_cause` is indexed by scoring::Cause.
struct ScoreFacts {
    std::uint32_t chunks = 0;
    std::uint64_t mass = 0;
    std::uint64_t novel_mass = 0;
    std::uint32_t uniqueness_q16 = 0;
    std::uint32_t quality_q16 = 0;
    std::uint32_t pay_1024 = 0;  ///< 0..1024
    bool rejected = false;       ///< its entry goes to the quarantine; not part of a stored score
    std::array<std::uint64_t, 6> mass_by_cause{};
    std::vector<std::string> reasons;  ///< stable codes, at most 8
    Hash32 trace;                      ///< unkeyed: stays inside
};

/// scoring::PayRules.
struct PayTerms {
    std::uint64_t novel_mass_reference = 65'536;
    std::uint64_t novel_mass_min = 1'024;
    std::uint32_t quality_min_q16 = 19'661;
    std::uint32_t quality_full_q16 = 45'875;
    bool by_share = false;  ///< novel_mass_reference is 0 then
};

struct CorpusState {
    std::uint64_t size = 0;
    Hash32 root;
};

/// Engine and corpora in memory. prepare(): several threads at once. The corpus functions: one
/// thread at a time for each corpus, which the pipeline's lane guarantees.
class ScorePort {
  public:
    virtual ~ScorePort() = default;
    /// Extracts and prepares. The plaintext is taken over and wiped before it returns.
    /// @param seed  draws the sample of a text that is too long to be scored whole
    /// Errors (of the content): kUnknownFormat, kFormatNotAccepted, kPartMissing, kNotAuthentic,
    /// kTooLarge, kTooFewTokens, kDecompressionLimit; kSeedNeeded (there is none), kRulesetInvalid,
    /// kDeviceLost.
    [[nodiscard]] virtual Result<std::unique_ptr<PreparedContribution>> prepare(
        const Hash32& ruleset, SecretBytes opened, const std::optional<Hash32>& seed) = 0;
    /// Makes the corpus empty in memory, known or not.
    virtual void reset(const CorpusName& corpus) = 0;
    /// The same, then takes over what keep() left on disk: places from 0 on, some or none. It only
    /// saves time: the caller holds state() against the log.
    virtual void restore(const CorpusName& corpus) { reset(corpus); }
    /// The log has all that is in memory: what restore() takes over may be written now.
    virtual void keep(const CorpusName& corpus) { static_cast<void>(corpus); }
    [[nodiscard]] virtual CorpusState state(const CorpusName& corpus) = 0;
    /// Novelty against everything before place size but the owner's own quarantine. Errors:
    /// kDeviceLost.
    [[nodiscard]] virtual Result<ScoreFacts> score(const CorpusName& corpus, const Hash32& ruleset,
                                                   const PreparedContribution& contribution,
                                                   const Address& owner) = 0;
    /// Appends at place size. Errors: kCorpusCorrupt.
    [[nodiscard]] virtual Status append(const CorpusName& corpus, const SecretBytes& entry) = 0;
};

// ------------------------------------------------------------------------------------------
// Evidence and binding

/// What a binding document says about one proof (ARCHITECTURE "prove"); all of it is public with
/// the proof. The writer adds what it knows itself: statement, model, registry.
struct BindingFacts {
    std::uint64_t chain_id = 0;
    Address tee_pool;
    Address tee;  ///< which of our keys the job was given to
    Address dlp;
    JobId job{};
    FileId file{};
    std::string file_url;
    Hash32 sealed_sha256;
    Hash32 ruleset;
    CorpusName corpus;
    /// No value: the contribution was invalid and took no place; both roots are the corpus as it
    /// stood.
    std::optional<CorpusPosition> place;
    Hash32 previous_root;
    Hash32 new_root;
    std::optional<store::SeedBlock> sample;  ///< no value: all of it was scored
    PublicResult result;
    std::optional<bool> key_matches_permission;  ///< no value: there was nothing to compare with
    bool key_recovers_to_owner = false;
    std::optional<KeyedHashes> keyed;           ///< no value without a place
    std::optional<OwnershipShown> ownership{};  ///< no value: the ruleset asks for none
    ChainBlock block;                           ///< at which the chain said that the proof is due
};

class EvidencePort {
  public:
    virtual ~EvidencePort() = default;
    /// The canonical JSON of the binding document, with the statement's hash in it. Its SHA-256
    /// goes on chain. Errors: kInternal, kBusy.
    [[nodiscard]] virtual Result<Bytes> binding_document(const BindingFacts& facts) = 0;
    /// Statement and evidence as JSON text; `challenge` has 0 or 32 bytes. Errors: kBusy,
    /// kInternal.
    [[nodiscard]] virtual Result<std::string> attestation(ByteView challenge) = 0;
};

/// All ports; borrowed, they outlive the pipeline.
struct Ports {
    ChainPort* chain = nullptr;
    ProofPort* proofs = nullptr;
    OpenerPort* opener = nullptr;
    FetchPort* fetch = nullptr;
    VaultPort* vault = nullptr;
    ScorePort* score = nullptr;
    EvidencePort* evidence = nullptr;
};

}  // namespace pramana::pipeline
