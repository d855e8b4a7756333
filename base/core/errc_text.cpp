#include "errc_text.hpp"

#include <cstdlib>

namespace pramana {

ErrcText text_of(Errc code) noexcept {
    switch (code) {  // no default: -Wswitch names the code that somebody forgot
        case Errc::kMalformedMessage:
            return {"The file is not an OpenPGP message that can be read.",
                    "Encrypt it again with the Vana SDK or this client and upload the new file."};
        case Errc::kWrongPassword:
            return {"The key does not open this file.",
                    "Send the key that the file was encrypted with: the wallet's signature of the "
                    "key message."};
        case Errc::kAuthTagMismatch:
            return {"The encrypted bytes were altered or cut off: the integrity check fails.",
                    "Upload the file again from the original."};
        case Errc::kUnsupportedPacket:
            return {
                "The file uses an OpenPGP feature that is not supported (AEAD, SEIPD v2, Argon2, "
                "BZip2, no AES).",
                "Encrypt again with AES, aeadProtect off, the default iterated S2K and no BZip2."};
        case Errc::kNoIntegrity:
            return {"The file is encrypted without integrity protection.",
                    "Encrypt it again with integrity protection (MDC), which every current tool "
                    "does by default."};
        case Errc::kDecompressionLimit:
            return {"The file expands to more than the allowed size.",
                    "Split the export or remove what is not needed."};
        case Errc::kCostLimit:
            return {"The file asks for more key-derivation work than is allowed.",
                    "Encrypt with at most two passwords and a default iteration count."};
        case Errc::kMalformedEnvelope:
            return {"The envelope or its intent cannot be read.",
                    "Build the envelope with the current client; docs/formats.md describes it."};
        case Errc::kIntentSignature:
            return {"The intent is not signed by the wallet that it names.",
                    "Sign the intent again with the wallet that owns the file."};
        case Errc::kIntentMismatch:
            return {"The intent allows another chain, DLP, ruleset or file than this one.",
                    "Sign an intent for exactly this file, DLP and ruleset."};
        case Errc::kIntentExpired:
            return {"The intent has expired.", "Sign a new intent and upload again."};
        case Errc::kKeyNotForUs:
            return {"The key was encrypted to another validator.",
                    "Read this validator's encryption key from /v1/attestation and encrypt the key "
                    "to it."};
        case Errc::kKeyNotOwners:
            return {"The file key was not made by the wallet that owns the file on chain.",
                    "Contribute with the wallet that encrypted the file."};
        case Errc::kMalformedKey:
            return {"A key or signature has the wrong form.",
                    "Send 33, 64 or 65 byte public keys and 65 byte signatures as hex."};
        case Errc::kTermsNotAgreed:
            return {
                "The intent does not agree to the terms that this ruleset names.",
                "Read the terms and sign an intent that names them: `contribute --terms FILE`."};
        case Errc::kOwnershipNotShown:
            return {"Nothing shows that the file belongs to who contributes it.",
                    "Upload it with a statement by a witness that the DLP's ruleset names, made "
                    "for this sealed file and wallet."};
        case Errc::kUnknownFormat:
            return {"The file is in no format that this ruleset scores.",
                    "Contribute text, JSON or a supported export zip."};
        case Errc::kDeviceLost:
            return {"The GPU stopped answering; work goes on.",
                    "Nothing to do: the same bits are computed again."};
        case Errc::kModelMismatch:
            return {"The model file is not the pinned one.",
                    "Run tools/model again and check the digest that it prints."};
        case Errc::kRulesetInvalid:
            return {"The ruleset cannot be used.", "Check it against docs/scoring.md."};
        case Errc::kTooLarge:
            return {"The file is larger than the ruleset or this validator allows.",
                    "Split it and contribute the parts."};
        case Errc::kTooFewTokens:
            return {"There is too little text to score.", "Contribute more text in one file."};
        case Errc::kCorpusCorrupt:
            return {"The corpus log does not match its digest.",
                    "Restore the data directory from a backup; do not edit it."};
        case Errc::kSeedNeeded:
            return {
                "The text is so long that only a sample of it is scored, and no seed was given.",
                "Give the seed that the sample is drawn with (--seed), or a shorter text."};
        case Errc::kNoGpu:
            return {
                "There is no NVIDIA driver or no device.",
                "Nothing to do: the CPU computes the same scores. For a GPU, install its driver."};
        case Errc::kGpuDriverOld:
            return {"The NVIDIA driver lacks a call that evidence about the device needs.",
                    "Install a driver of the 550 series or newer."};
        case Errc::kDeviceNotAppraised:
            return {"The device was not appraised since it started, so nothing is sent to it.",
                    "Nothing to do: the CPU computes the same scores. Operators: read the gate's "
                    "reason."};
        case Errc::kFormatNotAccepted:
            return {"The file is of a kind that this ruleset does not take.",
                    "Contribute a kind that it takes: `ruleset explain` lists them."};
        case Errc::kPartMissing:
            return {"The export lacks a part that this ruleset asks for.",
                    "Contribute the full export as the service made it: `ruleset explain` lists "
                    "the parts."};
        case Errc::kNotAuthentic:
            return {"The export has not the structure that its service gives it.",
                    "Contribute the export as the service made it, unchanged."};
        case Errc::kRpcUnavailable:
            return {"The Ethereum node does not answer.",
                    "Nothing to do: it is asked again. Operators: check the endpoint."};
        case Errc::kNonceGap:
            return {"Somebody else sends transactions with this validator's key.",
                    "Stop the other instance; see docs/operations.md before going on."};
        case Errc::kRpcRejected:
            return {
                "The Ethereum node refused the request.",
                "Nothing to do: it is asked again. Operators: read the log for the node's text."};
        case Errc::kReverted:
            return {"The contract refuses this call.", "Read the decoded reason in the log."};
        case Errc::kMalformedChainData:
            return {"The node's answer cannot be decoded.",
                    "Check that the endpoint and the contract addresses belong together."};
        case Errc::kWrongChain:
            return {"The node is on another chain than configured.",
                    "Correct chain_id or the endpoint."};
        case Errc::kFileNotFound:
            return {"The registry knows no such file.",
                    "Register the file first, then request the proof for its file id."};
        case Errc::kJobNotOurs:
            return {"The job was given to another validator.",
                    "Send it to the validator that the job names."};
        case Errc::kJobNotOpen:
            return {"The job is already completed or canceled, or does not exist.",
                    "Request a new proof if none was added."};
        case Errc::kDlpNotServed:
            return {"No DLP that this validator serves has a permission on the file.",
                    "Register the file with a permission for the DLP."};
        case Errc::kDlpAmbiguous:
            return {
                "Several DLPs have a permission on the file and the request names none.",
                "Name the DLP: upload with an intent, or send the DLP's instruction as proof_url."};
        case Errc::kInstructionMismatch:
            return {
                "The DLP asks for another proof instruction than the one that this validator "
                "proves.",
                "The DLP's owner must set proofInstruction to the value in /v1/attestation."};
        case Errc::kFeeTooLow:
            return {
                "The fee does not pay for the work and gas.",
                "Cancel the job after the cancel delay and request the proof with a higher fee."};
        case Errc::kNodeInconsistent:
            return {"The node contradicts itself.", "Use another endpoint."};
        case Errc::kInsufficientFunds:
            return {"The validator's account cannot pay for the transaction.",
                    "Send native tokens to the validator's address; it goes on by itself."};
        case Errc::kFeeCeiling:
            return {"The network's fee is above the configured ceiling.",
                    "Wait, or raise the ceiling; it goes on by itself."};
        case Errc::kSeedNotFinal:
            return {
                "The block that decides which part of this long text is scored is not final yet.",
                "Wait; it goes on by itself."};
        case Errc::kEndpointsDisagree:
            return {"The configured endpoints give different answers about the same block.",
                    "Look at the endpoints' disagreements and replace the one that differs; it "
                    "goes on by itself."};
        case Errc::kNoQuorum:
            return {"Too few endpoints answer at a common block to decide anything.",
                    "Wait, or repair or replace the endpoints that lag or do not answer; it goes "
                    "on by itself."};
        case Errc::kBidBelowGas:
            return {"The fee does not pay for the proof's gas at the network's present price.",
                    "Wait: it goes on by itself when gas is cheaper. Or cancel the job after the "
                    "cancel delay and request the proof with a higher fee."};
        case Errc::kSpendCeiling:
            return {"Today's transactions have cost as much as the configuration allows for a day.",
                    "Wait: it goes on by itself on the next UTC day. Or raise "
                    "chain.day_cost_wei_max and restart."};
        case Errc::kSignerFault:
            return {"The signer failed, or signed something else than it was asked to.",
                    "Repair the signer; nothing was stored or sent, and it goes on by itself."};
        case Errc::kValidatorNotListed:
            return {
                "The result registry does not list this validator's key: it was never registered, "
                "or is expired or revoked.",
                "Have the key registered (again); a revoked key never returns, so begin a new one. "
                "Results wait."};
        case Errc::kCorpusHeadForeign:
            return {
                "The registry's head of this corpus is no root of our log: another operator was "
                "first, or the data directory was set back.",
                "Find out who wrote the head. Restore the newer data directory, or begin a new "
                "epoch (dlps[].corpus_epoch). Results wait."};
        case Errc::kCorpusHeadMoved:
            return {"The registry's head of the corpus moved while a batch was on its way.",
                    "Wait: the batch is made anew on the new head."};
        case Errc::kWaitsForBatch:
            return {"The work is done, and waits for the transaction that carries it with others.",
                    "Wait: it goes on by itself."};
        case Errc::kFileChanged:
            return {"The file's URL, owner or bytes are not the ones that the work began with.",
                    "Register the file again under a URL whose bytes never change, and request a "
                    "new proof."};
        case Errc::kPoolMismatch:
            return {"The DLP takes proofs of another pool than the one that this job was paid in.",
                    "Cancel the job after the cancel delay and request the proof in the DLP's own "
                    "pool."};
        case Errc::kZeroScoreUnpaid:
            return {
                "The contribution is worth nothing, and the fee does not pay for a proof that says "
                "so.",
                "Cancel the job after the cancel delay; no DLP pays for a score of 0."};
        case Errc::kWorkerNotActive:
            return {
                "The pool does not list this validator as active.",
                "Ask the pool's maintainer to add the validator's address; it goes on by itself."};
        case Errc::kContractPaused:
            return {"The contracts are paused.",
                    "Wait until their owner resumes them; it goes on by itself."};
        case Errc::kContractChanged:
            return {
                "The contract answers in a layout that this version does not read.",
                "Compare the contract's version with chain.abi in the configuration, or update."};
        case Errc::kPayerLimit:
            return {
                "The payer has as many unfinished jobs here, or as much gas spent today, as one "
                "payer may have.",
                "Wait: it goes on by itself when earlier jobs have ended, or tomorrow."};
        case Errc::kStoreUnavailable:
            return {"The store cannot be written right now.", "Try again later."};
        case Errc::kStoreCorrupt:
            return {"A stored record does not hold what it must.",
                    "Stop and restore the data directory from a backup."};
        case Errc::kNotFound:
            return {"There is no such thing here.",
                    "Check the id; results are kept for a limited time."};
        case Errc::kStorageFull:
            return {"The disk is nearly full; nothing new is accepted.",
                    "Free space; intake resumes by itself."};
        case Errc::kStoreLocked:
            return {"Another process uses this data directory.",
                    "Stop the other process; the lock is released with it."};
        case Errc::kConflict:
            return {"The state changed in between.", "Read the state and try again."};
        case Errc::kStoreNewer:
            return {"The data directory was written by a newer version.",
                    "Run that version or a newer one."};
        case Errc::kDataOlder:
            return {"The data directory is older than what the chain has of this validator.",
                    "Restore the newest copy; docs/keys.md \"Older data\" says what else there is "
                    "to decide."};
        case Errc::kProofNotFinal:
            return {
                "The proof of this document is not final on chain yet.",
                "Ask again after the time in Retry-After; the job's status says where it stands."};
        case Errc::kBadRequest:
            return {"The request cannot be understood.",
                    "Compare it with the API description in docs/formats.md."};
        case Errc::kBodyTooLarge:
            return {"The upload is larger than allowed.",
                    "Split the file; /v1/attestation names the limit."};
        case Errc::kQuotaExceeded:
            return {"This wallet has too many unfinished contributions.",
                    "Wait until some are finished, then upload again."};
        case Errc::kBusy:
            return {"The validator is full right now.", "Try again after the time in Retry-After."};
        case Errc::kUnauthorized:
            return {"This is not allowed.", "Check the signature and the address."};
        case Errc::kUnsupportedMediaType:
            return {"The content type is not the expected one.",
                    "Send the content type that docs/formats.md names."};
        case Errc::kClearKeyRefused:
            return {"A clear-text key was sent, but TLS does not end inside this enclave.",
                    "Send encrypted_encryption_key, encrypted to the key in /v1/attestation."};
        case Errc::kMethodNotAllowed:
            return {"This address does not answer to that method.",
                    "Use one of the methods in the Allow header."};
        case Errc::kUriTooLong:
            return {"The request's address is too long.", "Send the content in the body."};
        case Errc::kHeadersTooLarge:
            return {"The request's header fields are too many or too large.",
                    "Send at most 100 header fields and 16 KiB."};
        case Errc::kFetchFailed:
            return {"The URL does not answer, or not with what was asked for.",
                    "It is tried again for a while. Check that a file's URL is public, and that a "
                    "service named in the configuration can be reached."};
        case Errc::kFetchForbidden:
            return {"The URL points to a place that is never fetched.",
                    "Use a public https URL; a vendor's service inside your network has to be "
                    "named in the configuration (attestation.*_url)."};
        case Errc::kFetchTooLarge:
            return {"What lies behind the URL is too large.",
                    "Split the file; of a vendor's service, check that the URL is its own."};
        case Errc::kTimeout: return {"It took too long.", "It is tried again."};
        case Errc::kHashMismatch:
            return {"The bytes are not the ones that were announced.",
                    "Upload exactly the file that the intent names."};
        case Errc::kConfigInvalid:
            return {"The configuration cannot be used.", "Correct the named setting."};
        case Errc::kNoTee:
            return {"There is no trusted execution environment here.",
                    "Run in a TDX or SEV-SNP guest; for development use pramana-dev."};
        case Errc::kMemoryLock:
            return {"Memory for secrets could not be locked.",
                    "Raise the memlock limit (LimitMEMLOCK=infinity)."};
        case Errc::kIo:
            return {"Reading or writing a file failed.",
                    "Check the path, its permissions and the disk."};
        case Errc::kKeysForeign:
            return {
                "What lies here was sealed under other keys than this enclave's.",
                "Give the data directory of this validator, or read docs/keys.md \"Other keys\"."};
        case Errc::kKeysNotKept:
            return {
                "This platform keeps no secret for the enclave, so that its keys would be lost at "
                "the next start.",
                "Set keys.for_one_boot to accept that, after reading docs/keys.md \"One boot\"."};
        case Errc::kCancelled: return {"The validator is shutting down.", "Try again in a moment."};
        case Errc::kInternal:
            return {"Something went wrong on our side.",
                    "Report the request id; nothing of the contribution is lost."};
        case Errc::kEvidenceMalformed:
            return {"The evidence or its endorsements cannot be read.",
                    "Fetch them again from the validator; `pramana verify` names the part that "
                    "does not parse."};
        case Errc::kEvidenceRefused:
            return {"The evidence was appraised and not accepted.",
                    "Run `pramana verify` on it: it names each check that failed and what to do."};
        case Errc::kPolicyInvalid:
            return {"The appraisal policy cannot be used as it is.",
                    "Correct the members that are named; docs/attestation.md lists all."};
        case Errc::kCollateralOlder:
            return {"The endorsements are older than ones that were seen before.",
                    "Fetch current endorsements from the vendor's service."};
    }
    std::abort();  // no enumerator has this number
}

}  // namespace pramana
