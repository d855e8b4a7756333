#include "score.hpp"

#include <algorithm>

namespace pramana::scoring {
namespace {

constexpr std::size_t kReasonsMax = 8;

std::uint64_t by(const Score& score, Cause cause) {
    return score.mass_by_cause[static_cast<std::size_t>(cause)];
}

/// At least `percent` of the mass.
bool share_of(std::uint64_t part, const Score& score, std::uint64_t percent) {
    return score.mass > 0 && part * 100 >= score.mass * percent;
}

/// Version 1 of quality says nothing where it lies right on the bound, though nothing is paid
/// there.
bool says_low_quality(Q16 quality, const RulesetValues& rules) {
    const Q16 bound = rules.pay.quality_min_q16;
    return rules.quality.version == 1 ? quality < bound : quality <= bound;
}

void add_novelty_reasons(Score& score, const RulesetValues& rules) {
    std::vector<Reason>& out = score.reasons;
    const std::uint64_t near = by(score, Cause::kLexical) + by(score, Cause::kSemantic);
    if (share_of(by(score, Cause::kExact), score, 90))
        out.push_back({"exact_copy", "The text is an exact copy of an earlier contribution."});
    else if (share_of(by(score, Cause::kExact) + near, score, 50))
        out.push_back(
            {"near_copy",
             "Most of the text says what earlier contributions say, in the same or other words."});
    else if (share_of(by(score, Cause::kExact) + near, score, 10))
        out.push_back({"partly_known", "A part of the text is known from earlier contributions."});
    if (share_of(by(score, Cause::kPublic), score, 10))
        out.push_back({"public_text", "A part of the text is public and known to everybody."});
    if (share_of(by(score, Cause::kInternal), score, 10))
        out.push_back(
            {"repeats_itself", "A part of the text repeats an earlier part of the same file."});
    if (score.novel_mass < rules.pay.novel_mass_min)
        out.push_back({"below_minimum", "There is too little new text to be paid for."});
    if (says_low_quality(score.quality, rules))
        out.push_back({"low_quality", "The text is below the quality that is paid for."});
}

SecretVector<ChunkVerdict> verdicts_of(const std::vector<Known>& known) {
    SecretVector<ChunkVerdict> out;
    out.reserve(known.size());
    for (const Known& chunk : known)
        out.push_back(
            {chunk.corpus, chunk.total, static_cast<std::uint8_t>(chunk.cause), chunk.published});
    return out;
}

}  // namespace

std::uint32_t pay_1024(std::uint64_t novel_mass, std::uint64_t mass, Q16 quality,
                       const PayRules& rules) {
    if (novel_mass < rules.novel_mass_min || quality <= rules.quality_min_q16) return 0;
    const std::uint64_t g = quality >= rules.quality_full_q16
                                ? kQ16One
                                : std::uint64_t{quality - rules.quality_min_q16} * kQ16One /
                                      (rules.quality_full_q16 - rules.quality_min_q16);
    const std::uint64_t whole = rules.mode == PayMode::kByShare ? mass : rules.novel_mass_reference;
    // No overflow: N is at most chunks_max * weight_max < 2^36. N is at least 1, and the mass N.
    const std::uint64_t pay = novel_mass * g / kQ16One * 1024 / whole;
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(pay, 1024));
}

bool mostly_known(const std::vector<PreparedChunk>& chunks, const std::vector<Known>& known,
                  std::uint64_t novel_mass, const NoveltyRules& rules) {
    if (rules.version == 1) return false;
    std::uint64_t others = 0;  // at most chunks_max * weight_max < 2^36
    for (std::size_t i = 0; i < chunks.size(); ++i)
        others += known[i].copied ? 0U : chunks[i].weight;
    return novel_mass * kQ16One < others * rules.uniqueness_min_q16;
}

Score make_score(const Prepared::State& contribution, const std::vector<Known>& known,
                 const RulesetValues& rules) {
    Score score;
    score.chunks = static_cast<std::uint32_t>(contribution.chunks.size());
    add_masses(score, contribution.chunks, known);
    score.quality = contribution.quality;
    const bool remainder =
        mostly_known(contribution.chunks, known, score.novel_mass, rules.novelty);
    score.pay_1024 =
        remainder ? 0 : pay_1024(score.novel_mass, score.mass, score.quality, rules.pay);
    score.rejected = score.quality <= rules.pay.quality_min_q16;
    score.verdicts = verdicts_of(known);
    score.trace = trace_root(contribution.steps, score.verdicts);
    add_novelty_reasons(score, rules);
    if (remainder && score.novel_mass >= rules.pay.novel_mass_min)
        score.reasons.push_back(
            {"mostly_known", "What is new is only a small remainder of a text that is known."});
    for (const Reason& reason : contribution.reasons)
        if (score.reasons.size() < kReasonsMax) score.reasons.push_back(reason);
    return score;
}

}  // namespace pramana::scoring
