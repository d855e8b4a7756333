#pragma once

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace pramana {

/// Who can act on an error. HTTP status, retry and metrics read this and nothing else.
enum class Blame : std::uint8_t { kSender, kRetry, kOperator, kBug };

/// Why something stopped. Values are stable: they appear in stored jobs and in the API. Never reuse
/// a number. 1xx sealed input · 2xx scoring and devices · 3xx chain · 4xx store · 5xx requests ·
/// 6xx network · 7xx operation · 8xx evidence.
enum class Errc : std::uint16_t {
    // Sealed input: what a contributor sent cannot be opened or is not allowed.
    kMalformedMessage =
        100,  ///< not an OpenPGP message, or its packets do not parse (RFC 9580 section 4)
    kWrongPassword = 101,    ///< the session key does not verify under this password
    kAuthTagMismatch = 102,  ///< MDC, GCM tag or HMAC does not match: altered or truncated
    kUnsupportedPacket =
        103,  ///< a known OpenPGP feature that is not supported yet (SEIPD v2, AEAD, Argon2)
    kNoIntegrity = 104,         ///< encrypted without integrity protection; refused
    kDecompressionLimit = 105,  ///< expands beyond the ratio or size limit
    kCostLimit = 106,           ///< declared key-derivation cost is above the limit
    kMalformedEnvelope = 107,   ///< the envelope or intent does not parse
    kIntentSignature = 108,     ///< the intent's signature does not recover to the stated wallet
    kIntentMismatch = 109,  ///< the intent names another chain, DLP, ruleset or file than this one
    kIntentExpired = 110,
    kKeyNotForUs = 111,        ///< the key ciphertext does not open with this validator's key
    kKeyNotOwners = 112,       ///< the file key was not made by the file's owner
    kMalformedKey = 113,       ///< a public key, private key or signature that does not parse
    kTermsNotAgreed = 114,     ///< the intent agrees to other terms than the ruleset's
    kOwnershipNotShown = 115,  ///< no evidence that the export's account is the contributor's

    // Scoring.
    kUnknownFormat = 200,  ///< the opened file is in no format that the ruleset scores
    kDeviceLost = 201,     ///< the CUDA context must be rebuilt
    kModelMismatch = 202,  ///< the model file is not the pinned one
    kRulesetInvalid = 203,
    kTooLarge = 204,      ///< above a limit of the ruleset or of the operator
    kTooFewTokens = 205,  ///< nothing that could be scored
    kCorpusCorrupt = 206,
    kSeedNeeded = 207,          ///< so large that a sample is scored, and no seed says which
    kNoGpu = 208,               ///< no NVIDIA driver library, no driver or no device
    kGpuDriverOld = 209,        ///< the driver lacks a call that evidence needs
    kDeviceNotAppraised = 210,  ///< the device was not appraised in this boot, or not since a reset
    kFormatNotAccepted = 211,   ///< a known format, and none that the ruleset takes
    kPartMissing = 212,         ///< an export without a part that the ruleset asks for
    kNotAuthentic = 213,        ///< fails, or has no, checks of structure that the ruleset asks for

    // Chain.
    kRpcUnavailable = 300,  ///< no answer, or not a JSON-RPC answer
    kNonceGap =
        301,  ///< the chain nonce is ahead of the stored one: somebody else signs with our key
    kRpcRejected = 302,          ///< the node answered with an error
    kReverted = 303,             ///< the call reverts
    kMalformedChainData = 304,   ///< RLP, ABI or JSON from a peer that does not decode
    kWrongChain = 305,           ///< the node is on another chain id
    kFileNotFound = 306,         ///< the registry has no such file
    kJobNotOurs = 307,           ///< the job belongs to another TEE
    kJobNotOpen = 308,           ///< the job is completed, canceled or unknown
    kDlpNotServed = 309,         ///< no configured DLP holds a permission on the file
    kDlpAmbiguous = 310,         ///< several configured DLPs would fit; the request must name one
    kInstructionMismatch = 311,  ///< the DLP's proofInstruction is not the one we prove under
    kFeeTooLow = 312,            ///< the bid does not cover gas and the declared work
    kNodeInconsistent = 313,     ///< the node contradicts itself or an earlier answer
    kInsufficientFunds = 314,    ///< the validator's account cannot pay for gas
    kFeeCeiling = 315,           ///< the network's fee is above the configured ceiling
    kSeedNotFinal = 316,         ///< the block whose hash is a sample's seed is not final yet
    kEndpointsDisagree = 320,    ///< enough endpoints answered, but no quorum of them the same
    kNoQuorum = 321,  ///< fewer endpoints answered at a common block than the quorum asks for
    kWorkerNotActive = 322,  ///< the pool lists us as removed, or not at all
    kContractPaused = 323,   ///< the pool or the registry is paused
    kContractChanged = 324,  ///< the contract's answers no longer have the layout that we read
    kFileChanged = 317,   ///< the file's URL, owner or bytes are not those that the work began with
    kPoolMismatch = 318,  ///< the DLP takes proofs of another pool
    kZeroScoreUnpaid = 319,  ///< worth nothing, and the bid does not pay for a proof that says so
    kPayerLimit =
        325,  ///< the payer has as many unfinished jobs, or as much gas a day, as one may have
    kBidBelowGas = 326,   ///< the bid does not pay for the proof's gas at the network's present fee
    kSpendCeiling = 327,  ///< the day's spending has reached the configured limit
    kSignerFault = 328,   ///< the signer failed, or signed something else than it was asked
    kValidatorNotListed =
        329,  ///< the result registry does not list our key: never, expired or revoked
    kCorpusHeadForeign =
        330,  ///< the registry's head of the corpus is no root of our log: somebody else was first
    kCorpusHeadMoved = 331,  ///< the registry's head moved while a batch was made: it is made anew
    kWaitsForBatch = 332,  ///< finished, and waits for the transaction that carries it with others

    // Store.
    kStoreUnavailable = 400,
    kStoreCorrupt = 401,  ///< a stored invariant does not hold
    kNotFound = 402,
    kStorageFull = 403,
    kStoreLocked = 404,    ///< another process has the data directory open
    kConflict = 405,       ///< the state moved on: the caller's precondition no longer holds
    kStoreNewer = 406,     ///< the data directory was written by a newer version
    kProofNotFinal = 407,  ///< the binding document is shown once its proof is final
    kDataOlder = 408,  ///< the data directory is older than what the chain has of this validator

    // Requests.
    kBadRequest = 500,
    kBodyTooLarge = 501,
    kQuotaExceeded = 502,
    kBusy = 503,
    kUnauthorized = 504,
    kUnsupportedMediaType = 505,
    kClearKeyRefused =
        506,  ///< a clear-text key was sent where TLS does not end inside the enclave
    kMethodNotAllowed = 507,
    kUriTooLong = 508,
    kHeadersTooLarge = 509,  ///< above 16 KiB or 100 fields

    // Network.
    kFetchFailed = 600,  ///< the URL did not answer
    kFetchForbidden =
        601,  ///< the URL points to a place that is not fetched (private network, scheme)
    kFetchTooLarge = 602,
    kTimeout = 603,
    kHashMismatch = 604,  ///< the bytes are not the ones that were announced

    // Operation.
    kConfigInvalid = 700,
    kNoTee = 701,  ///< no trusted execution environment: production refuses to run
    kMemoryLock = 702,
    kIo = 703,
    kCancelled = 704,    ///< shutting down
    kKeysForeign = 705,  ///< sealed under other keys than this enclave's: of another one
    kKeysNotKept = 706,  ///< the platform keeps no secret: keys would be lost at the next start
    kInternal = 799,     ///< a bug of ours

    // Evidence of trusted execution environments.
    kEvidenceMalformed = 800,  ///< a quote, report, certificate, CRL or endorsement does not parse
    kEvidenceRefused = 801,    ///< appraised, and not accepted
    kPolicyInvalid = 802,      ///< the appraisal policy does not parse
    kCollateralOlder = 803,    ///< endorsements older than ones seen before
};

/// The stable text form of a code, `snake_case` without the k: `auth_tag_mismatch`. Used by logs
/// and the API.
[[nodiscard]] std::string_view name_of(Errc code) noexcept;

/// The code with this number, for reading stored records. nullopt = there is none.
[[nodiscard]] std::optional<Errc> errc_of_number(std::uint16_t number) noexcept;

/// Who can act on it. Total: every code has an answer.
[[nodiscard]] Blame blame_of(Errc code) noexcept;

/// One sentence that a contributor or operator understands.
[[nodiscard]] std::string_view sentence_of(Errc code) noexcept;

/// What to do next, one sentence.
[[nodiscard]] std::string_view next_step_of(Errc code) noexcept;

}  // namespace pramana
