#include "nvidia/ocsp_checks.hpp"

#include "chain.hpp"

#include "pramana/attest/ocsp.hpp"

#include <algorithm>

namespace pramana::attest {
namespace {

constexpr std::size_t kAnswersMax = 64;

/// What all answers together say of one certificate.
struct Word {
    bool good = false;
    Problem problem;  ///< nothing: good, or silent
};

Word word_on(const Certificate& certificate, const Certificate& issuer,
             std::span<const Bytes> answers, UnixTime now, Window& valid) {
    const std::string name = '"' + std::string{certificate.common_name} + '"';
    Word word;
    for (const Bytes& der : answers.first(std::min(answers.size(), kAnswersMax))) {
        const Result<OcspAnswer> answer = read_ocsp_answer(der, certificate.der, issuer.der, now);
        if (!answer && answer.error().code == Errc::kNotFound) continue;
        if (!answer && answer.error().code == Errc::kEvidenceMalformed)
            return {false, "an answer that does not read: " + std::string{answer.error().site}};
        if (!answer) {
            word.problem = name + ": " + std::string{answer.error().site};
            continue;
        }
        if (answer->status == OcspStatus::kRevoked) return {false, name + " is revoked"};
        if (answer->status == OcspStatus::kUnknown) {
            word.problem = name + " is not known to its issuer";
            continue;
        }
        word.good = true;
        valid.narrow({answer->begin, answer->end});
    }
    if (word.good) word.problem.reset();
    return word;
}

}  // namespace

void judge_ocsp(const Check& check, std::span<const Certificate> chain, std::size_t first,
                std::span<const Bytes> answers, bool required, UnixTime now, Appraisal& out) {
    if (answers.empty() && !required) {
        out.verdicts.not_applicable(check, "no answer was sent and the policy asks for none");
        return;
    }
    const std::string expected = "each issuer's answer: good";
    Window valid;
    std::size_t good = 0;
    const std::size_t asked = chain.size() > first + 1 ? chain.size() - first - 1 : 0;
    for (std::size_t i = first; i < first + asked; ++i) {
        const Word word = word_on(chain[i], chain[i + 1], answers, now, valid);
        if (word.problem) return out.verdicts.fail(check, expected, *word.problem);
        if (word.good) ++good;
    }
    const std::string found = std::to_string(good) + " of " + std::to_string(asked);
    if (good == 0 && !required) {
        out.verdicts.not_applicable(check, "no answer is about these certificates");
        return;
    }
    if (required && (good < asked || asked == 0))
        return out.verdicts.fail(check, expected, "good: " + found);
    out.verdicts.pass(check, expected, "good: " + found + ", valid " + text_of(valid));
    out.verdicts.holds_until(check, valid.end);
    out.valid_until = std::min(out.valid_until.value_or(valid.end), valid.end);
}

}  // namespace pramana::attest
