#include "rules.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"

namespace pramana::pipeline {
namespace {

constexpr std::string_view kBlobPath = "/v1/blobs/";
constexpr std::string_view kProofPath = "/v1/proofs/";
constexpr std::uint64_t kWadPer1024 = 976'562'500'000'000;  // 10^18 / 1024
constexpr std::uint64_t kEighths = 8;
constexpr std::uint64_t kMilliPerEighth = 125;

// The stored stages are the shown ones, value for value.
static_assert(static_cast<int>(store::Stage::kReceived) == static_cast<int>(Stage::kReceived));
static_assert(static_cast<int>(store::Stage::kWaitingKey) == static_cast<int>(Stage::kWaitingKey));
static_assert(static_cast<int>(store::Stage::kWaitingFile) ==
              static_cast<int>(Stage::kWaitingFile));
static_assert(static_cast<int>(store::Stage::kQueued) == static_cast<int>(Stage::kQueued));
static_assert(static_cast<int>(store::Stage::kPlaced) == static_cast<int>(Stage::kPlaced));
static_assert(static_cast<int>(store::Stage::kProved) == static_cast<int>(Stage::kProved));
static_assert(static_cast<int>(store::Stage::kSigned) == static_cast<int>(Stage::kSigned));
static_assert(static_cast<int>(store::Stage::kSent) == static_cast<int>(Stage::kSent));
static_assert(static_cast<int>(store::Stage::kIncluded) == static_cast<int>(Stage::kIncluded));
static_assert(static_cast<int>(store::Stage::kFinal) == static_cast<int>(Stage::kFinal));
static_assert(static_cast<int>(store::Stage::kDoneByOther) ==
              static_cast<int>(Stage::kDoneByOther));
static_assert(static_cast<int>(store::Stage::kCancelled) == static_cast<int>(Stage::kCancelled));
static_assert(static_cast<int>(store::Stage::kRefused) == static_cast<int>(Stage::kRefused));
static_assert(static_cast<int>(store::Stage::kExpired) == static_cast<int>(Stage::kExpired));

/// `part / whole` in eighths, to the nearest, halves up.
std::uint64_t eighths(std::uint64_t part, std::uint64_t whole) {
    return (part * kEighths + whole / 2) / whole;
}

/// Reasons that speak of matches with others (docs/scoring.md "Reasons").
bool is_about_matches(std::string_view reason) {
    return reason == "exact_copy" || reason == "near_copy" || reason == "partly_known" ||
           reason == "mostly_known";
}

bool is_lower_hex(std::string_view text) {
    return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string proof_instruction(std::uint64_t chain_id, const Address& dlp, const Hash32& ruleset) {
    return "pramana:1:" + std::to_string(chain_id) + ":" + to_hex0x(dlp.view()) + ":" +
           to_hex(ruleset.view());
}

Hash32 sha256_of(ByteView bytes) {
    Sha256 hash;
    hash.update(bytes);
    return hash.finish();
}

ContributionId contribution_id_of(const Address& wallet, const Hash32& sealed_sha256) {
    Sha256 hash;
    hash.update("pramana:contribution:1");
    hash.update(wallet.view());
    hash.update(sealed_sha256.view());
    return ContributionId{hash.finish().bytes};
}

std::optional<Hash32> own_blob_of(std::string_view url, std::string_view public_base_url) {
    if (!url.starts_with(public_base_url)) return std::nullopt;
    url.remove_prefix(public_base_url.size());
    if (!url.starts_with(kBlobPath)) return std::nullopt;
    url.remove_prefix(kBlobPath.size());
    if (url.size() != 2 * Hash32::kSize || !is_lower_hex(url)) return std::nullopt;
    const Result<Hash32> sha256 = fixed_from_hex<Hash32>(url);
    return sha256 ? std::optional{*sha256} : std::nullopt;
}

std::string proof_url_of(std::string_view public_base_url, const Hash32& document) {
    return std::string{public_base_url} + std::string{kProofPath} + to_hex(document.view());
}

std::uint64_t score_wad_of(std::uint32_t pay_1024) {
    PRAMANA_CHECK(pay_1024 <= 1024);
    return pay_1024 * kWadPer1024;
}

namespace {

/// The least novel mass that is paid `pay_1024` at this quality; 0 where nothing is paid. The
/// inverse of docs/scoring.md "Pay".
std::uint64_t least_mass_for(std::uint32_t pay_1024, std::uint32_t quality_q16,
                             const PayTerms& terms) {
    constexpr std::uint64_t kOne = 65'536;
    if (pay_1024 == 0 || quality_q16 <= terms.quality_min_q16) return 0;
    const std::uint64_t g = quality_q16 >= terms.quality_full_q16
                                ? kOne
                                : (quality_q16 - terms.quality_min_q16) * kOne /
                                      (terms.quality_full_q16 - terms.quality_min_q16);
    if (g == 0) return 0;  // such a quality earns no pay
    // A short file of which all that matters is new may have earned it.
    if (terms.by_share) return terms.novel_mass_min;
    const std::uint64_t paid = (pay_1024 * terms.novel_mass_reference + 1023) / 1024;
    return std::max(terms.novel_mass_min, (paid * kOne + g - 1) / g);
}

}  // namespace

PublicResult public_result_of(const ScoreFacts& score, const PayTerms& terms) {
    enum Cause : std::size_t {
        kExact = 1,
        kLexical = 2,
        kSemantic = 3,
        kInternal = 4,
        kPublic = 5
    };
    const std::array<std::uint64_t, 6>& lost = score.mass_by_cause;
    PublicResult result;
    result.chunks = score.chunks;
    result.quality_milli =
        static_cast<std::uint32_t>(std::uint64_t{score.quality_q16} * 1000 >> 16U);
    result.pay_1024 = score.pay_1024;
    result.reasons = score.reasons;
    result.novel_mass = least_mass_for(score.pay_1024, score.quality_q16, terms);
    if (score.mass == 0) return result;

    const std::uint64_t matched = lost[kExact] + lost[kLexical] + lost[kSemantic] + lost[kPublic];
    const bool shown = matched >= kMatchedMassShownMin;
    if (!shown) std::erase_if(result.reasons, is_about_matches);
    const std::uint64_t matched_eighths = shown ? eighths(matched, score.mass) : 0;
    result.matched_milli = static_cast<std::uint32_t>(matched_eighths * kMilliPerEighth);
    result.internal_milli = static_cast<std::uint32_t>(lost[kInternal] * 1000 / score.mass);
    // From what is shown, so that it tells nothing that the two shares hide.
    const std::uint64_t kept = score.mass - std::min(score.mass, lost[kInternal]);
    const std::uint64_t kept_eighths = eighths(kept, score.mass);
    result.uniqueness_milli = static_cast<std::uint32_t>(
        (kept_eighths - std::min(kept_eighths, matched_eighths)) * kMilliPerEighth);
    return result;
}

Reaction reaction_to(Errc code) noexcept {
    if (code == Errc::kConflict) return Reaction::kAgain;
    const Blame blame = blame_of(code);
    return blame == Blame::kRetry || blame == Blame::kOperator ? Reaction::kBackOff
                                                               : Reaction::kCount;
}

OpenFailure open_failure_of(Errc code) noexcept {
    switch (code) {
        case Errc::kWrongPassword:
        case Errc::kAuthTagMismatch:
        case Errc::kMalformedKey:
        case Errc::kKeyNotForUs:
        case Errc::kKeyNotOwners:
        case Errc::kIntentMismatch:
        case Errc::kMalformedEnvelope: return OpenFailure::kKey;
        case Errc::kMalformedMessage:
        case Errc::kUnsupportedPacket:
        case Errc::kNoIntegrity:
        case Errc::kCostLimit: return OpenFailure::kFile;
        default: return is_invalid_content(code) ? OpenFailure::kContent : OpenFailure::kOther;
    }
}

bool is_invalid_content(Errc code) noexcept {
    switch (code) {
        case Errc::kUnknownFormat:
        case Errc::kFormatNotAccepted:
        case Errc::kPartMissing:
        case Errc::kNotAuthentic:
        case Errc::kTooLarge:
        case Errc::kTooFewTokens:
        case Errc::kDecompressionLimit: return true;
        default: return false;
    }
}

std::string key_place(JobId job) { return "key/" + std::to_string(number(job)); }
std::string score_place(JobId job) { return "score/" + std::to_string(number(job)); }
std::string corpus_place(const CorpusName& corpus, CorpusPosition place) {
    return "corpus/" + to_hex(corpus.id.view()) + "/" + std::to_string(corpus.epoch) + "/" +
           std::to_string(number(place));
}

store::JobRecord begun_anew(const store::JobRecord& job) {
    store::JobRecord fresh;
    fresh.id = job.id;
    fresh.revision = job.revision;
    fresh.history = job.history;
    return fresh;
}

store::CorpusKey key_of(const CorpusName& corpus) { return {corpus.id, corpus.epoch}; }

}  // namespace pramana::pipeline
