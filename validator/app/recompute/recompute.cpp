#include "recompute.hpp"

#include "compare.hpp"
#include "corpus_id.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/pipeline/public_result.hpp"
#include "pramana/scoring_document/extract.hpp"
#include "pramana/sealing/file_key.hpp"
#include "pramana/sealing/openpgp.hpp"

#include <algorithm>

namespace pramana::app {
namespace {

constexpr std::string_view kContribution = "a contribution";
constexpr std::string_view kWhole = "the whole text is scored";
constexpr std::string_view kSample = "a sample is scored";

Failure sealed_without_key() {
    return failure_of(Errc::kMalformedKey, "The file is sealed.",
                      "Give its key with --file-key or --key-file, or the opened file.");
}

class Replay {
  public:
    Replay(ReplayInput input, const Scorer& scorer)
        : input_{std::move(input)},
          scorer_{scorer},
          document_{std::get_if<chain::BindingDocument>(&input_.claim)},
          score_{std::get_if<ScoreClaim>(&input_.claim)} {}

    Outcome<Findings> run() {
        const bool same_ruleset =
            findings_.compare("ruleset", ruleset_of(input_.claim), scorer_.ruleset.digest());
        const bool same_model =
            findings_.compare("model", model_of(input_.claim), scorer_.model_digest);
        if (!same_ruleset || !same_model) {
            findings_.unchecked("score",
                                "made under another ruleset or model; --ruleset names one");
            return std::move(findings_);
        }
        if (std::optional<Failure> failure = open()) return *std::move(failure);
        if (invalid_) {
            extraction(name_of(*invalid_));
            return std::move(findings_);
        }
        const Result<scoring::Document> document =
            scoring::extract(input_.content.expose(), scorer_.ruleset.values().extract);
        input_.content = {};
        if (document) {
            const std::optional<Hash32> seed = seed_of(input_.claim);
            const Result<scoring::Prepared> prepared =
                scorer_.engine.prepare(*document, scorer_.ruleset, seed);
            if (!prepared && prepared.error().code == Errc::kSeedNeeded) {
                findings_.compare("sample", std::string{kWhole}, std::string{kSample});
                return std::move(findings_);
            }
            if (prepared) {
                if (seed || prepared->sampled())
                    findings_.compare("sample", std::string{seed ? kSample : kWhole},
                                      std::string{prepared->sampled() ? kSample : kWhole});
                return with_content(*document, *prepared);
            }
            if (!pipeline::is_invalid_content(prepared.error().code))
                return failure_of(prepared.error());
            extraction(name_of(prepared.error().code));
        } else {
            extraction(name_of(document.error().code));
        }
        return std::move(findings_);
    }

  private:
    /// Opens the file where it is sealed.
    std::optional<Failure> open() {
        if (document_ == nullptr) return std::nullopt;
        const sealing::OpenLimits limits;
        if (!sealing::inspect_message(input_.content.expose(), limits)) {
            findings_.unchecked("sealed_file", "the opened file was given");
            return std::nullopt;
        }
        findings_.compare("sealed_file", document_->ciphertext_sha256,
                          sha256(input_.content.expose()));
        if (input_.file_key.empty()) return sealed_without_key();
        Result<SecretBytes> opened =
            sealing::open_message(input_.content.expose(), input_.file_key.expose(), limits);
        if (opened) {
            input_.content = *std::move(opened);
            return std::nullopt;
        }
        if (!pipeline::is_invalid_content(opened.error().code))
            return failure_of(opened.error(), input_.file);
        invalid_ = opened.error().code;
        return std::nullopt;
    }

    /// Compares what extraction gave with what the proof says of it.
    bool extraction(std::string_view found) {
        std::string expected{kContribution};
        if (document_ != nullptr && !document_->corpus.place)
            expected = document_->score.reasons.empty() ? "invalid" : document_->score.reasons[0];
        const bool same = findings_.compare("extraction", expected, std::string{found});
        if (found != kContribution && same) findings_.compare("pay_1024", pay_of_claim(), 0);
        return same;
    }

    [[nodiscard]] std::uint64_t pay_of_claim() const {
        return document_ != nullptr ? document_->score.pay_1024 : score_->score.pay_1024;
    }

    Outcome<Findings> with_content(const scoring::Document& document,
                                   const scoring::Prepared& prepared) {
        if (!extraction(kContribution)) return std::move(findings_);
        if (document_ != nullptr)
            compare_content(findings_, *document_, prepared.steps(), input_.file_key);
        else
            compare_content(findings_, *score_, prepared.steps(), [&](std::uint32_t chunk) {
                return machine_of(scorer_.engine, document, scorer_.ruleset, chunk);
            });
        const CorpusPlace at = *place_of(input_.claim);
        if (document_ != nullptr)
            findings_.compare("corpus_id", document_->corpus.id,
                              corpus_id_of(document_->chain_id, document_->dlp, scorer_.ruleset));
        if (!input_.corpus && at.place > 0) {
            compare_with_bounds(prepared);
            return std::move(findings_);
        }
        Outcome<OfflineCorpus> corpus =
            input_.corpus ? input_.corpus(at) : OfflineCorpus{at.corpus, {}};
        if (!corpus) return corpus.failure();
        corpus->attach(scorer_.references);
        if (std::optional<Failure> failure = with_corpus(at, prepared, *corpus))
            return *std::move(failure);
        return std::move(findings_);
    }

    std::optional<Failure> with_corpus(const CorpusPlace& at, const scoring::Prepared& prepared,
                                       OfflineCorpus& corpus) {
        bool same =
            document_ != nullptr || findings_.compare("corpus_id", at.corpus.id, corpus.key().id);
        same &= findings_.compare("corpus_epoch", at.corpus.epoch, corpus.key().epoch);
        same &= findings_.compare("previous_root", at.previous_root, corpus.corpus().root());
        if (!same) {
            findings_.unchecked("novelty", "the corpus before the place is another one");
            return std::nullopt;
        }
        const std::optional<scoring::OwnerTag> owner = tag_of(corpus.key(), owner_of_claim());
        const Result<scoring::Score> score =
            corpus.corpus().score(prepared, scorer_.ruleset, owner);
        if (!score) return failure_of(score.error());
        if (document_ != nullptr)
            compare_score(findings_, *document_, *score, scorer_.ruleset);
        else
            compare_score(findings_, *score_, *score);
        Bytes entry = entry_of(prepared, score->rejected, owner);
        const Status appended = corpus.append(entry);
        wipe(entry);
        if (!appended) return failure_of(appended.error());
        findings_.compare("new_root", at.new_root, corpus.corpus().root());
        return std::nullopt;
    }

    /// Whose quarantined entries do not count. Who made the file key owns the file.
    std::optional<Address> owner_of_claim() {
        if (score_ != nullptr) return score_->owner;
        if (input_.owner) return input_.owner;
        const Result<Address> signer =
            sealing::signer_of_file_key(input_.file_key.expose(), sealing::kFileKeyMessage);
        if (signer) return *signer;
        findings_.unchecked("owner",
                            "neither --owner nor a key that a wallet signed was given: "
                            "what is quarantined of the owner counts here");
        return std::nullopt;
    }

    /// Without the corpus: it can only have lowered what an empty one gives (docs/scoring.md P1).
    void compare_with_bounds(const scoring::Prepared& prepared) {
        OfflineCorpus empty{store::CorpusKey{}, {}};
        empty.attach(scorer_.references);
        const Result<scoring::Score> most = empty.corpus().score(prepared, scorer_.ruleset);
        const auto bound = [&](std::string_view name, std::uint64_t claimed, std::uint64_t limit) {
            if (claimed <= limit)
                findings_.equal(name, std::to_string(claimed) + ", at most " +
                                          std::to_string(limit) + " on an empty corpus");
            else
                findings_.differs({.name = name,
                                   .finding = Finding::kDiffers,
                                   .chunk = std::nullopt,
                                   .expected = std::to_string(claimed),
                                   .found = "at most " + std::to_string(limit),
                                   .detail = "no corpus can give more than an empty one"});
        };
        if (most) {
            bound("novel_mass",
                  document_ != nullptr ? document_->score.novel_mass : score_->score.novel_mass,
                  most->novel_mass);
            bound("pay_1024", pay_of_claim(), most->pay_1024);
        }
        findings_.unchecked("novelty", "no corpus was given");
        findings_.unchecked("new_root", "no corpus was given");
    }

    ReplayInput input_;
    const Scorer& scorer_;
    const chain::BindingDocument* document_;
    const ScoreClaim* score_;
    std::optional<Errc> invalid_;  ///< why the sealed file holds no contribution
    Findings findings_;
};

}  // namespace

Outcome<scoring::Document> open_document(const SecretBytes& content, const SecretBytes& file_key,
                                         const std::string& file,
                                         const scoring::ExtractLimits& limits) {
    SecretBytes opened;
    const sealing::OpenLimits open_limits;
    const bool sealed = sealing::inspect_message(content.expose(), open_limits).has_value();
    if (sealed) {
        if (file_key.empty()) return sealed_without_key();
        Result<SecretBytes> inside =
            sealing::open_message(content.expose(), file_key.expose(), open_limits);
        if (!inside) return failure_of(inside.error(), file);
        opened = *std::move(inside);
    }
    Result<scoring::Document> document =
        scoring::extract(sealed ? opened.expose() : content.expose(), limits);
    if (!document) return failure_of(document.error(), file);
    return *std::move(document);
}

Outcome<Findings> recompute(ReplayInput input, const Scorer& scorer) {
    return Replay{std::move(input), scorer}.run();
}

}  // namespace pramana::app
