#pragma once

#include "pramana/pipeline/pipeline.hpp"
#include "pramana/pipeline/public_result.hpp"

#include <optional>

/// Decisions without state: pure functions of their arguments.
namespace pramana::pipeline {

/// SHA-256("pramana:contribution:1" || wallet || SHA-256(sealed)).
[[nodiscard]] ContributionId contribution_id_of(const Address& wallet, const Hash32& sealed_sha256);
[[nodiscard]] Hash32 sha256_of(ByteView bytes);

/// The blob that a URL names, if it is `<public base>/v1/blobs/<64 lower-case hex>` and nothing
/// else.
[[nodiscard]] std::optional<Hash32> own_blob_of(std::string_view url,
                                                std::string_view public_base_url);
[[nodiscard]] std::string proof_url_of(std::string_view public_base_url, const Hash32& document);

/// The score as DLP contracts read it: 1024 is 10^18.
[[nodiscard]] std::uint64_t score_wad_of(std::uint32_t pay_1024);

/// What an error of a step means for its job.
enum class Reaction : std::uint8_t {
    kAgain,    ///< somebody else wrote the record: read it again
    kBackOff,  ///< not this job's fault: try again, without end
    kCount,    ///< try again, a bounded number of times
};
[[nodiscard]] Reaction reaction_to(Errc code) noexcept;

/// What a failed decryption says. None of them is ever a verdict.
enum class OpenFailure : std::uint8_t {
    kKey,      ///< this key does not open the file: another one may
    kFile,     ///< no key opens this file: refused, without a proof
    kContent,  ///< opened, but not a contribution: a proof of score 0 where the fee pays for it
    kOther,    ///< not about this file
};
[[nodiscard]] OpenFailure open_failure_of(Errc code) noexcept;

/// Places of sealed records, as the vault binds them.
[[nodiscard]] std::string key_place(JobId job);
[[nodiscard]] std::string score_place(JobId job);
[[nodiscard]] std::string corpus_place(const CorpusName& corpus, CorpusPosition place);

/// Ended, and no proof was made: the contribution may be uploaded or requested again.
[[nodiscard]] constexpr bool ended_without_proof(store::Stage stage) noexcept {
    return stage == store::Stage::kCancelled || stage == store::Stage::kRefused ||
           stage == store::Stage::kExpired;
}

/// The record for another request that has the job's id since a reorg: only what happened stays.
[[nodiscard]] store::JobRecord begun_anew(const store::JobRecord& job);

[[nodiscard]] store::CorpusKey key_of(const CorpusName& corpus);
[[nodiscard]] constexpr Stage stage_of(store::Stage stage) noexcept {
    return static_cast<Stage>(stage);
}

}  // namespace pramana::pipeline
