// The steps up to the upload; registration, payment and waiting are in contribution_chain.cpp.
#include "contribution_run.hpp"

#include "pramana/chain/address.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/net/url.hpp"
#include "pramana/os/clock.hpp"
#include "pramana/os/file.hpp"

#include <algorithm>

namespace pramana::app {
namespace {

constexpr std::size_t kTermsBytesMax = std::size_t{16} << 20U;

bool is_loopback(std::string_view url) {
    const Result<net::Url> parsed = net::parse_url(url);
    return parsed && (parsed->host == "localhost" || parsed->host == "::1" ||
                      (parsed->ip_literal && parsed->host.starts_with("127.")));
}

std::string size_text(std::size_t bytes) {
    if (bytes < 1024) return std::to_string(bytes) + " bytes";
    if (bytes < (std::size_t{1} << 20U)) return std::to_string((bytes + 512) / 1024) + " KiB";
    return std::to_string((bytes + (1U << 19U)) >> 20U) + " MiB";
}

}  // namespace

ContributionRun::ContributionRun(ContributeOrder order, Say say, SigningKey wallet,
                                 SecretBytes opened)
    : order_{std::move(order)},
      say_{std::move(say)},
      wallet_{std::move(wallet)},
      opened_{std::move(opened)},
      deadline_{net::in(order_.timeout)} {}

ContributionRun::~ContributionRun() = default;

Outcome<ContributeResult> ContributionRun::run() {
    if (Step met = meet_validator(); !met) return met.failure();
    if (Step met = meet_contracts(); !met) return met.failure();
    Outcome<std::optional<StatusView>> earlier = find_earlier_run();
    if (!earlier) return earlier.failure();
    ContributeResult result;
    if (earlier->has_value()) {
        say_("contributed before: " + to_hex0x(id_.view()));
        result.status = **std::move(earlier);
    } else {
        if (Step agreed = agree_on_terms(); !agreed) return agreed.failure();
        // Before a registration costs gas; a run that goes on may have paid already.
        if (sealed_.sealed.empty())
            if (Step agreed = agree_on_fee(); !agreed) return agreed.failure();
        for (const auto step :
             {&ContributionRun::seal, &ContributionRun::show_ownership, &ContributionRun::upload,
              &ContributionRun::register_file, &ContributionRun::request_proof})
            if (Step done = (this->*step)(); !done) return done.failure();
        Outcome<StatusView> status = wait_for_end();
        if (!status) return status.failure();
        result.status = *std::move(status);
    }
    if (result.status.stage != "final") return result;
    if (!copies_->finish(sealed_.sha256)) say_("warning: this run could not be noted as finished");
    if (order_.claim)
        if (Step claimed = claim(result); !claimed) return claimed.failure();
    return result;
}

ContributionRun::Step ContributionRun::meet_validator() {
    if (order_.validator_url.starts_with("http:") && !is_loopback(order_.validator_url))
        say_(
            "WARNING: the connection to the validator is not encrypted: anybody on the way can "
            "answer in its place");
    Outcome<ValidatorApi> api = ValidatorApi::create(order_.validator_url, order_.ca_file);
    if (!api) return api.failure();
    validator_ = *std::move(api);
    Outcome<Introduction> introduction = validator_->introduction();
    if (!introduction) return introduction.failure();
    stated_ = std::move(introduction->statement);
    validator_address_ = address_of(stated_.keys.signing);
    const Result<Word256> bid = chain::parse_decimal(stated_.min_bid_wei);
    if (!bid) return failure_of(bid.error(), "the validator's least bid");
    min_bid_wei_ = *bid;

    if (Step judged = judge_evidence(std::move(introduction->answer)); !judged)
        return judged.failure();
    const auto served = std::ranges::find(stated_.dlps, order_.dlp, &evidence::StatedDlp::address);
    if (served == stated_.dlps.end())
        return failure_of(Error{Errc::kDlpNotServed, "app.contribute.dlp"},
                          chain::to_checksum(order_.dlp));
    const Result<ProofInstruction> instruction = parse_instruction(served->instruction);
    if (!instruction || instruction->dlp != order_.dlp || instruction->chain_id != stated_.chain_id)
        return failure_of(Error{Errc::kInstructionMismatch, "app.contribute.instruction"},
                          served->instruction);
    instruction_ = *instruction;
    if (stated_.upload_bytes_max > 0 && opened_.size() > stated_.upload_bytes_max)
        return failure_of(Error{Errc::kBodyTooLarge, "app.contribute.size"},
                          "at most " + size_text(stated_.upload_bytes_max));
    return Done{};
}

ContributionRun::Step ContributionRun::meet_contracts() {
    registry_ = order_.data_registry.value_or(stated_.data_registry);
    pool_ = order_.tee_pool.value_or(stated_.tee_pool);
    Outcome<ChainAccess> access =
        connect_chain(order_.rpc_url, {.data_registry = registry_, .tee_pool = pool_},
                      stated_.chain_id, order_.ca_file);
    if (!access) return access.failure();
    chain_ = *std::move(access);

    const Result<Address> pool = chain_.reader->dlp_tee_pool(order_.dlp);
    if (!pool) return chain_failure(pool.error(), "DLP", order_.dlp);
    if (*pool != pool_)
        return failure_of(Errc::kConfigInvalid,
                          "The DLP takes proofs from the pool " + chain::to_checksum(*pool) +
                              ", not from " + chain::to_checksum(pool_) + '.',
                          "Choose a validator of the DLP's pool.");
    const Result<std::string> instruction = chain_.reader->proof_instruction(order_.dlp);
    if (!instruction) return chain_failure(instruction.error(), "DLP", order_.dlp);
    const Result<ProofInstruction> asked = parse_instruction(*instruction);
    if (!asked || *asked != instruction_)
        return failure_of(Error{Errc::kInstructionMismatch, "app.contribute.dlp_instruction"},
                          "the DLP asks for " + *instruction);
    const Result<std::string> key_text = chain_.reader->dlp_public_key(order_.dlp);
    if (!key_text) return chain_failure(key_text.error(), "DLP", order_.dlp);
    const Result<Bytes> raw = from_hex(*key_text);
    const Result<PublicKey> key = raw ? parse_public_key(*raw) : raw.error();
    if (!key)
        return failure_of(Errc::kMalformedKey, "The DLP's contract names no usable public key.",
                          "Tell the DLP's operator; nothing can be contributed until it does.");
    dlp_key_ = *key;
    return check_tee_record();
}

/// The pool's own word about the key that the file key will be sealed to.
ContributionRun::Step ContributionRun::check_tee_record() {
    const Result<chain::TeeRecord> record = chain_.reader->tee(validator_address_);
    if (!record) return chain_failure(record.error(), "TeePool", pool_);
    if (record->status != chain::TeeStatus::kActive)
        return failure_of(Errc::kJobNotOurs,
                          "The pool does not list this validator (" +
                              chain::to_checksum(validator_address_) +
                              ") as an active TEE, so it would get no job.",
                          "Choose another validator, or ask the operator to register this one.");
    const Result<Bytes> raw = from_hex(record->public_key);
    const Result<PublicKey> key = raw ? parse_public_key(*raw) : raw.error();
    if (!key)
        say_("warning: the pool has no usable key of this validator to compare with");
    else if (*key != stated_.keys.encryption)
        return failure_of(Errc::kUnauthorized,
                          "The validator shows another encryption key than the pool has of it.",
                          "Do not upload: somebody may answer in its place. Ask the operator.");
    return Done{};
}

/// What the intent will say, held against the ruleset before anything is sealed, sent or paid.
ContributionRun::Step ContributionRun::agree_on_terms() {
    Bytes terms;
    if (!order_.terms_file.empty()) {
        Result<Bytes> read = read_file(order_.terms_file, kTermsBytesMax);
        if (!read) return failure_of_file(read.error(), order_.terms_file.string());
        terms = *std::move(read);
    }
    terms_sha256_ = sha256(terms);
    Outcome<std::optional<std::string>> ruleset = validator_->ruleset(instruction_.ruleset);
    if (!ruleset) return ruleset.failure();
    if (!ruleset->has_value()) return Done{};  // an older validator: it says so itself
    ruleset_text_ = **ruleset;
    const Result<JsonView> json = read_json(ruleset_text_);
    if (!json) return failure_of(json.error(), "the validator's ruleset");
    const std::optional<JsonView> named = json->member("terms_sha256");
    const std::string wanted = named ? named->text().value_or("") : std::string{};
    if (wanted.empty() || wanted == to_hex(terms_sha256_.view())) return Done{};
    const bool given = !order_.terms_file.empty();
    return failure_of(
        Errc::kTermsNotAgreed,
        given ? "These are not the terms that the DLP's ruleset names: their SHA-256 is " +
                    to_hex(terms_sha256_.view()) + ", not " + wanted + '.'
              : "The DLP's ruleset asks that contributors agree to the terms with the SHA-256 " +
                    wanted + '.',
        given ? "Give the file of the terms as the DLP publishes it, byte for byte."
              : "Read the terms that the DLP publishes and give their file: --terms FILE.");
}

/// The status of an earlier run that ended well; an unfinished one leaves its sealed bytes.
Outcome<std::optional<StatusView>> ContributionRun::find_earlier_run() {
    copies_.emplace(order_.state_directory, wallet_, instruction_, opened_);
    if (order_.seal_anew) return std::optional<StatusView>{};
    std::optional<SealedFile> unfinished = copies_->unfinished();
    const std::optional<Hash32> known =
        unfinished ? std::optional{unfinished->sha256} : copies_->finished();
    if (!known) return std::optional<StatusView>{};
    const ContributionId id = sealing::contribution_id(wallet_.address(), *known);
    Outcome<std::optional<StatusView>> status = validator_->status(id);
    if (!status) return status.failure();
    const std::string stage = status->has_value() ? (*status)->stage : std::string{};
    if (stage == "final" || stage == "refused" || stage == "done_by_other") {
        id_ = id;
        sealed_.sha256 = *known;
        return *std::move(status);
    }
    // What expired or was cancelled is sealed anew; what the validator forgot is uploaded again.
    if (unfinished && (!status->has_value() || !(*status)->terminal)) {
        sealed_ = *std::move(unfinished);
        say_("going on with an earlier run");
    }
    return std::optional<StatusView>{};
}

ContributionRun::Step ContributionRun::seal() {
    const SecretBytes file_key = file_key_of(wallet_);
    if (sealed_.sealed.empty()) {
        Result<SealedFile> sealed = seal_file(opened_, file_key);
        if (!sealed) return failure_of(sealed.error());
        sealed_ = *std::move(sealed);
        if (!copies_->keep(sealed_))
            say_(
                "warning: the sealed file could not be kept; if this run stops, the next one "
                "starts from the beginning");
    }
    opened_sha256_ = sha256(opened_.expose());
    opened_ = SecretBytes{};
    id_ = sealing::contribution_id(wallet_.address(), sealed_.sha256);
    say_("sealed " + size_text(sealed_.sealed.size()));
    return Done{};
}

sealing::Intent ContributionRun::make_intent() const {
    sealing::Intent intent;
    intent.chain_id = instruction_.chain_id;
    intent.dlp = instruction_.dlp;
    intent.ruleset = instruction_.ruleset;
    intent.sealed_sha256 = sealed_.sha256;
    intent.expires_unix_s = static_cast<std::uint64_t>(SystemClock{}.unix_s()) +
                            static_cast<std::uint64_t>(order_.intent_lifetime.count());
    intent.wallet = wallet_.address();
    intent.terms_sha256 = terms_sha256_;
    return intent;
}

ContributionRun::Step ContributionRun::upload() {
    sealing::FileKeyBundle bundle;
    bundle.file_key = file_key_of(wallet_);
    Result<SealedPermission> permission =
        seal_permission(wallet_, bundle.file_key, dlp_key_, order_.dlp, sealed_.sha256);
    if (!permission) return failure_of(permission.error());
    permission_hex_ = permission->key_hex;
    bundle.permission = std::move(permission->secret);
    bundle.ownership_salt = std::move(ownership_salt_);
    const Result<std::string> envelope = make_envelope(
        wallet_, stated_.keys.encryption, make_intent(), std::move(bundle), ownership_);
    if (!envelope) return failure_of(envelope.error());
    Outcome<std::string> blob_url = validator_->submit(as_bytes_view(*envelope), sealed_.sealed);
    if (!blob_url) return blob_url.failure();
    blob_url_ = *std::move(blob_url);
    if (!blob_url_.ends_with("/v1/blobs/" + to_hex(sealed_.sha256.view())))
        return failure_of(Errc::kHashMismatch, "The validator stored other bytes than were sent.",
                          "Run this again; if it stays so, tell the operator.");
    say_("uploaded: " + to_hex0x(id_.view()));
    return Done{};
}

}  // namespace pramana::app
