#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/core/wei.hpp"

#include <optional>
#include <string>
#include <vector>

/// What is stored: sealed or public bytes only. There is no field that could hold plaintext or a
/// key in the clear. The encodings are in docs/formats.md "Store records".
namespace pramana::store {

/// pipeline::Stage, value for value; the values are stable because they are stored.
enum class Stage : std::uint8_t {
    kReceived = 0,
    kWaitingKey = 1,
    kWaitingFile = 2,
    kQueued = 3,
    kPlaced = 4,
    kProved = 5,
    kSigned = 6,
    kSent = 7,
    kIncluded = 8,
    kFinal = 9,
    kDoneByOther = 10,
    kCancelled = 11,
    kRefused = 12,
    kExpired = 13,
};
inline constexpr Stage kStageLast = Stage::kExpired;
[[nodiscard]] constexpr bool is_terminal(Stage stage) noexcept { return stage >= Stage::kFinal; }

/// One corpus of one epoch.
struct CorpusKey {
    Hash32 id;
    std::uint32_t epoch = 0;
    friend auto operator<=>(const CorpusKey&, const CorpusKey&) = default;
};

/// An uploaded file and what its owner allowed.
struct ContributionRecord {
    ContributionId id;
    std::uint64_t revision = 0;  ///< of the store; 0 = not stored yet
    Address wallet;
    Hash32 sealed_sha256;
    std::uint64_t sealed_bytes = 0;
    Bytes envelope;  ///< as uploaded: the key in it is sealed to us
    std::uint64_t chain_id = 0;
    Address dlp;
    Hash32 ruleset;
    Hash32 terms_sha256;
    std::int64_t expires_unix_s = 0;  ///< of the intent
    Hash32 intent_digest;
    Stage stage = Stage::kReceived;
    std::optional<Errc> cause;
    std::int64_t received_unix_s = 0;
    std::int64_t changed_unix_s = 0;
    /// When housekeeping looks again: open = expires without a job; terminal = its blob is
    /// released. 0 = never.
    std::int64_t due_unix_s = 0;
    std::optional<JobId> job;
    bool key_rejected = false;  ///< the envelope's key did not open the file: it is not tried again
    bool blob_held = false;     ///< refers to the blob `sealed_sha256`
    friend bool operator==(const ContributionRecord&, const ContributionRecord&) = default;
};

/// The final block of a job's submission: its hash draws the sample of a very long text.
struct SeedBlock {
    std::uint64_t number = 0;
    Hash32 hash;
    friend bool operator==(const SeedBlock&, const SeedBlock&) = default;
};

/// One step of a job's life: what it became, why, and when.
struct StageChange {
    Stage stage = Stage::kReceived;
    std::optional<Errc> cause;
    std::int64_t unix_s = 0;
    friend bool operator==(const StageChange&, const StageChange&) = default;
};

/// A job that the chain gave to us.
struct JobRecord {
    JobId id{};
    std::uint64_t revision = 0;  ///< of the store; 0 = not stored yet
    Stage stage = Stage::kReceived;
    std::optional<Errc> cause;
    FileId file{};
    Address owner;  ///< of the file
    Address payer;
    std::string url;
    Word256 bid_wei;
    Address dlp;     ///< zero until it is known
    Hash32 ruleset;  ///< zero until the DLP is known
    std::uint64_t dlp_id = 0;
    std::optional<ContributionId> contribution;  ///< of (owner, SHA-256 of the sealed bytes)
    Hash32 sealed_sha256;                        ///< zero until the file is here
    std::uint64_t sealed_bytes = 0;
    bool blob_held = false;  ///< refers to the blob `sealed_sha256`
    Bytes sealed_key;        ///< keys that were deposited, sealed to ourselves; empty = none
    /// Set once, before the place is taken, where the text is to be sampled: whatever happens then,
    /// the same sample is scored.
    std::optional<SeedBlock> sample;
    std::optional<CorpusKey> corpus;
    std::optional<CorpusPosition> place;
    Hash32 previous_root;
    Hash32 new_root;
    Bytes sealed_score;  ///< empty until scored
    std::optional<Hash32> document;
    std::optional<Hash32> tx_hash;
    std::optional<std::uint64_t> proof_index;
    std::uint32_t attempts = 0;  ///< that failed by our own fault, or with a key that does not open
    std::uint64_t seen_block = 0;  ///< of JobSubmitted; 0 = found otherwise
    std::int64_t seen_unix_s = 0;
    std::int64_t changed_unix_s = 0;
    std::int64_t due_unix_s = 0;  ///< waiting = expires; terminal = its blob is released. 0 = never
    /// 0..kHistoryMax, oldest first; of a longer life the middle is left out.
    std::vector<StageChange> history{};
    friend bool operator==(const JobRecord&, const JobRecord&) = default;
};

/// What is left of an ended job once its record was purged: enough never to do it again, and to
/// know whether its document is public.
struct JobRemains {
    Stage stage = Stage::kExpired;
    std::optional<Hash32> document;  ///< of a final proof only
    friend bool operator==(const JobRemains&, const JobRemains&) = default;
};

/// One place of a corpus.
struct CorpusEntry {
    JobId job{};
    ContributionId contribution;
    Hash32 previous_root;
    Hash32 new_root;
    Bytes sealed_entry;
    friend bool operator==(const CorpusEntry&, const CorpusEntry&) = default;
};

struct CorpusHead {
    std::uint64_t size = 0;
    Hash32 root;                  ///< zero while the corpus is empty
    std::optional<JobId> holder;  ///< has taken place `size` and not filled it yet
    friend bool operator==(const CorpusHead&, const CorpusHead&) = default;
};

/// A content-addressed public text: a binding document.
struct ProofDocument {
    Hash32 hash;  ///< SHA-256 of `text`
    Bytes text;
};

/// chain::Attempt, member for member; `kind` is chain::AttemptKind.
struct SlotAttempt {
    std::uint8_t kind = 0;
    Hash32 tx_hash;
    Bytes raw;  ///< empty once the slot is folded
    std::uint64_t max_fee_wei = 0;
    std::uint64_t tip_wei = 0;
    std::uint64_t gas_max = 0;
    std::uint64_t signed_unix_s = 0;
    friend bool operator==(const SlotAttempt&, const SlotAttempt&) = default;
};

/// chain::SlotPurpose, value for value.
enum class SlotPurpose : std::uint8_t { kProof = 0, kResult = 1, kReward = 2, kFees = 3 };

/// chain::SlotJob, member for member.
struct SlotJob {
    JobId job{};
    FileId file{};
    Hash32 call_hash{};
    friend bool operator==(const SlotJob&, const SlotJob&) = default;
};

/// chain::Recognition, member for member; `sign` is chain::SuccessSign.
struct SlotRecognition {
    std::uint8_t sign = 0;
    Address emitter;
    Hash32 topic0;
    std::uint8_t topic = 0;
    friend bool operator==(const SlotRecognition&, const SlotRecognition&) = default;
};

/// chain::LandedJob, member for member.
struct SlotLanded {
    JobId job{};
    std::optional<std::uint64_t> proof_index;
    friend bool operator==(const SlotLanded&, const SlotLanded&) = default;
};

/// chain::Inclusion, member for member.
struct SlotInclusion {
    std::uint64_t block_number = 0;
    Hash32 block_hash;
    std::uint64_t block_unix_s = 0;
    Hash32 tx_hash;
    bool succeeded = false;
    std::uint64_t gas_used = 0;
    std::uint64_t gas_price_wei = 0;
    std::vector<SlotLanded> landed;

    [[nodiscard]] Wei cost() const noexcept { return Wei::product(gas_used, gas_price_wei); }
    /// The job's entry, or null.
    [[nodiscard]] const SlotLanded* landed_job(JobId job) const noexcept {
        for (const SlotLanded& each : landed)
            if (each.job == job) return &each;
        return nullptr;
    }
    friend bool operator==(const SlotInclusion&, const SlotInclusion&) = default;
};

/// chain::SlotState, value for value.
enum class SlotState : std::uint8_t {
    kBound = 0,
    kSent = 1,
    kIncluded = 2,
    kFinal = 3,
    kVoided = 4
};
[[nodiscard]] constexpr bool is_terminal(SlotState state) noexcept {
    return state >= SlotState::kFinal;
}

/// chain::VoidReason, value for value.
enum class SlotVoid : std::uint8_t {
    kNone = 0,
    kCanceled = 1,
    kDoneByOther = 2,
    kReverted = 3,
    kForeign = 4,
    kUnsendable = 5,
    kJobGone = 6,
    kPointless = 7
};

/// One transaction nonce and the jobs that own it: chain::Slot, member for member.
struct SlotRecord {
    std::uint64_t tx_nonce = 0;
    SlotPurpose purpose = SlotPurpose::kProof;
    Address to;
    std::vector<SlotJob> jobs;  ///< 0..kSlotJobsMax
    SlotRecognition success;
    Hash32 call_hash;
    std::uint64_t bound_unix_s = 0;
    SlotState state = SlotState::kBound;
    std::vector<SlotAttempt> attempts;  ///< 1..kSlotAttemptsMax
    std::optional<SlotInclusion> inclusion;
    SlotVoid void_reason = SlotVoid::kNone;  ///< set in kVoided

    /// Whether the job cannot be bound to another nonce for the same purpose.
    [[nodiscard]] bool holds(JobId job) const noexcept {
        if (!is_terminal(state)) return true;
        return state == SlotState::kFinal && inclusion && inclusion->landed_job(job) != nullptr;
    }
    friend bool operator==(const SlotRecord&, const SlotRecord&) = default;
};

/// chain::SlotStep, member for member.
struct SlotStep {
    std::uint64_t tx_nonce = 0;
    SlotState state = SlotState::kSent;
    std::optional<SlotInclusion> inclusion{};
    SlotVoid void_reason = SlotVoid::kNone;
};

/// chain::Regression, member for member.
struct SlotRegression {
    std::uint64_t times = 0;
    std::uint64_t from_nonce = 0;
    std::uint64_t to_nonce = 0;
    std::uint64_t head_number = 0;
    std::uint64_t deepest = 0;
    friend bool operator==(const SlotRegression&, const SlotRegression&) = default;
};
inline constexpr std::size_t kSlotJobsMax = 256;
inline constexpr std::size_t kSlotAttemptsMax = 64;

// Bounds of stored fields; a larger value is a bug of the caller and aborts, a larger stored one is
// kStoreCorrupt.
inline constexpr std::size_t kEnvelopeBytesMax = 64U << 10U;
inline constexpr std::size_t kUrlBytesMax = 4096;
inline constexpr std::size_t kHistoryMax = 32;
inline constexpr std::size_t kSealedKeyBytesMax = 64U << 10U;
inline constexpr std::size_t kSealedScoreBytesMax = 64U << 10U;
inline constexpr std::size_t kDocumentBytesMax = 1U << 20U;
inline constexpr std::size_t kRawTransactionBytesMax = 128U << 10U;
inline constexpr std::size_t kCorpusEntryBytesMax = 256U << 20U;
inline constexpr std::size_t kCursorBytesMax = 64U << 10U;

/// A statement in the archive, and where what belongs to it lies there.
struct StatementRecord {
    Hash32 statement;                    ///< SHA-256 of its text
    std::uint64_t sequence = 0;          ///< 0, 1, …
    Hash32 evidence;                     ///< content
    std::optional<Hash32> collateral{};  ///< content
    std::int64_t taken_unix_s = 0;
    friend bool operator==(const StatementRecord&, const StatementRecord&) = default;
};
inline constexpr std::size_t kArchivedBytesMax = std::size_t{1} << 20U;

}  // namespace pramana::store
