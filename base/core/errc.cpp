#include "pramana/core/errc.hpp"

#include "errc_text.hpp"

namespace pramana {
namespace {

struct Naming {
    std::string_view name;
    Blame blame;
};

Naming naming_of(Errc code) noexcept {
    switch (code) {  // no default: -Wswitch names the code that somebody forgot
        case Errc::kMalformedMessage: return {"malformed_message", Blame::kSender};
        case Errc::kWrongPassword: return {"wrong_password", Blame::kSender};
        case Errc::kAuthTagMismatch: return {"auth_tag_mismatch", Blame::kSender};
        case Errc::kUnsupportedPacket: return {"unsupported_packet", Blame::kSender};
        case Errc::kNoIntegrity: return {"no_integrity", Blame::kSender};
        case Errc::kDecompressionLimit: return {"decompression_limit", Blame::kSender};
        case Errc::kCostLimit: return {"cost_limit", Blame::kSender};
        case Errc::kMalformedEnvelope: return {"malformed_envelope", Blame::kSender};
        case Errc::kIntentSignature: return {"intent_signature", Blame::kSender};
        case Errc::kIntentMismatch: return {"intent_mismatch", Blame::kSender};
        case Errc::kIntentExpired: return {"intent_expired", Blame::kSender};
        case Errc::kKeyNotForUs: return {"key_not_for_us", Blame::kSender};
        case Errc::kKeyNotOwners: return {"key_not_owners", Blame::kSender};
        case Errc::kMalformedKey: return {"malformed_key", Blame::kSender};
        case Errc::kTermsNotAgreed: return {"terms_not_agreed", Blame::kSender};
        case Errc::kOwnershipNotShown: return {"ownership_not_shown", Blame::kSender};
        case Errc::kUnknownFormat: return {"unknown_format", Blame::kSender};
        case Errc::kDeviceLost: return {"device_lost", Blame::kRetry};
        case Errc::kModelMismatch: return {"model_mismatch", Blame::kOperator};
        case Errc::kRulesetInvalid: return {"ruleset_invalid", Blame::kOperator};
        case Errc::kTooLarge: return {"too_large", Blame::kSender};
        case Errc::kTooFewTokens: return {"too_few_tokens", Blame::kSender};
        case Errc::kCorpusCorrupt: return {"corpus_corrupt", Blame::kOperator};
        case Errc::kSeedNeeded: return {"seed_needed", Blame::kSender};
        case Errc::kNoGpu: return {"no_gpu", Blame::kOperator};
        case Errc::kGpuDriverOld: return {"gpu_driver_old", Blame::kOperator};
        case Errc::kDeviceNotAppraised: return {"device_not_appraised", Blame::kRetry};
        case Errc::kFormatNotAccepted: return {"format_not_accepted", Blame::kSender};
        case Errc::kPartMissing: return {"part_missing", Blame::kSender};
        case Errc::kNotAuthentic: return {"not_authentic", Blame::kSender};
        case Errc::kRpcUnavailable: return {"rpc_unavailable", Blame::kRetry};
        case Errc::kNonceGap: return {"nonce_gap", Blame::kOperator};
        case Errc::kRpcRejected: return {"rpc_rejected", Blame::kRetry};
        case Errc::kReverted: return {"reverted", Blame::kOperator};
        case Errc::kMalformedChainData: return {"malformed_chain_data", Blame::kOperator};
        case Errc::kWrongChain: return {"wrong_chain", Blame::kOperator};
        case Errc::kFileNotFound: return {"file_not_found", Blame::kSender};
        case Errc::kJobNotOurs: return {"job_not_ours", Blame::kSender};
        case Errc::kJobNotOpen: return {"job_not_open", Blame::kSender};
        case Errc::kDlpNotServed: return {"dlp_not_served", Blame::kSender};
        case Errc::kDlpAmbiguous: return {"dlp_ambiguous", Blame::kSender};
        case Errc::kInstructionMismatch: return {"instruction_mismatch", Blame::kSender};
        case Errc::kFeeTooLow: return {"fee_too_low", Blame::kSender};
        case Errc::kNodeInconsistent: return {"node_inconsistent", Blame::kOperator};
        case Errc::kInsufficientFunds: return {"insufficient_funds", Blame::kOperator};
        case Errc::kFeeCeiling: return {"fee_ceiling", Blame::kOperator};
        case Errc::kSeedNotFinal: return {"seed_not_final", Blame::kRetry};
        case Errc::kEndpointsDisagree: return {"endpoints_disagree", Blame::kOperator};
        case Errc::kNoQuorum: return {"no_quorum", Blame::kRetry};
        case Errc::kBidBelowGas: return {"bid_below_gas", Blame::kRetry};
        case Errc::kSpendCeiling: return {"spend_ceiling", Blame::kOperator};
        case Errc::kSignerFault: return {"signer_fault", Blame::kOperator};
        case Errc::kValidatorNotListed: return {"validator_not_listed", Blame::kOperator};
        case Errc::kCorpusHeadForeign: return {"corpus_head_foreign", Blame::kOperator};
        case Errc::kCorpusHeadMoved: return {"corpus_head_moved", Blame::kRetry};
        case Errc::kWaitsForBatch: return {"waits_for_batch", Blame::kRetry};
        case Errc::kFileChanged: return {"file_changed", Blame::kSender};
        case Errc::kPoolMismatch: return {"pool_mismatch", Blame::kSender};
        case Errc::kZeroScoreUnpaid: return {"zero_score_unpaid", Blame::kSender};
        case Errc::kWorkerNotActive: return {"worker_not_active", Blame::kOperator};
        case Errc::kContractPaused: return {"contract_paused", Blame::kOperator};
        case Errc::kContractChanged: return {"contract_changed", Blame::kOperator};
        case Errc::kPayerLimit: return {"payer_limit", Blame::kRetry};
        case Errc::kStoreUnavailable: return {"store_unavailable", Blame::kRetry};
        case Errc::kStoreCorrupt: return {"store_corrupt", Blame::kBug};
        case Errc::kNotFound: return {"not_found", Blame::kSender};
        case Errc::kStorageFull: return {"storage_full", Blame::kOperator};
        case Errc::kStoreLocked: return {"store_locked", Blame::kOperator};
        case Errc::kConflict: return {"conflict", Blame::kRetry};
        case Errc::kStoreNewer: return {"store_newer", Blame::kOperator};
        case Errc::kDataOlder: return {"data_older", Blame::kOperator};
        case Errc::kProofNotFinal: return {"proof_not_final", Blame::kRetry};
        case Errc::kBadRequest: return {"bad_request", Blame::kSender};
        case Errc::kBodyTooLarge: return {"body_too_large", Blame::kSender};
        case Errc::kQuotaExceeded: return {"quota_exceeded", Blame::kSender};
        case Errc::kBusy: return {"busy", Blame::kRetry};
        case Errc::kUnauthorized: return {"unauthorized", Blame::kSender};
        case Errc::kUnsupportedMediaType: return {"unsupported_media_type", Blame::kSender};
        case Errc::kClearKeyRefused: return {"clear_key_refused", Blame::kSender};
        case Errc::kMethodNotAllowed: return {"method_not_allowed", Blame::kSender};
        case Errc::kUriTooLong: return {"uri_too_long", Blame::kSender};
        case Errc::kHeadersTooLarge: return {"headers_too_large", Blame::kSender};
        case Errc::kFetchFailed: return {"fetch_failed", Blame::kRetry};
        case Errc::kFetchForbidden: return {"fetch_forbidden", Blame::kSender};
        case Errc::kFetchTooLarge: return {"fetch_too_large", Blame::kSender};
        case Errc::kTimeout: return {"timeout", Blame::kRetry};
        case Errc::kHashMismatch: return {"hash_mismatch", Blame::kSender};
        case Errc::kConfigInvalid: return {"config_invalid", Blame::kOperator};
        case Errc::kNoTee: return {"no_tee", Blame::kOperator};
        case Errc::kMemoryLock: return {"memory_lock", Blame::kOperator};
        case Errc::kIo: return {"io", Blame::kOperator};
        case Errc::kKeysForeign: return {"keys_foreign", Blame::kOperator};
        case Errc::kKeysNotKept: return {"keys_not_kept", Blame::kOperator};
        case Errc::kCancelled: return {"cancelled", Blame::kRetry};
        case Errc::kInternal: return {"internal", Blame::kBug};
        case Errc::kEvidenceMalformed: return {"evidence_malformed", Blame::kSender};
        case Errc::kEvidenceRefused: return {"evidence_refused", Blame::kOperator};
        case Errc::kPolicyInvalid: return {"policy_invalid", Blame::kOperator};
        case Errc::kCollateralOlder: return {"collateral_older", Blame::kOperator};
    }
    return {{}, Blame::kBug};  // no enumerator has this number
}

Naming known(Errc code) noexcept {
    const Naming naming = naming_of(code);
    if (naming.name.empty()) std::abort();
    return naming;
}

}  // namespace

std::optional<Errc> errc_of_number(std::uint16_t number) noexcept {
    const Errc code{number};
    if (naming_of(code).name.empty()) return std::nullopt;
    return code;
}

std::string_view name_of(Errc code) noexcept { return known(code).name; }
Blame blame_of(Errc code) noexcept { return known(code).blame; }
std::string_view sentence_of(Errc code) noexcept { return text_of(code).sentence; }
std::string_view next_step_of(Errc code) noexcept { return text_of(code).next_step; }

}  // namespace pramana
