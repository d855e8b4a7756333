#include "explain_words.hpp"

#include "pramana/attest/appraisal.hpp"

#include <algorithm>

namespace pramana::attest {
namespace {

constexpr std::size_t kColumn = 9;       // of the sentences
constexpr std::size_t kWordColumn = 10;  // of what was found, behind the sentence's column
constexpr std::size_t kFactColumn = 22;
constexpr std::size_t kTextMax = 8192;     // of what is found; all rulesets of a statement fit
constexpr UnixTime kNever = 253402300799;  // 9999-12-31T23:59:59Z: RFC 5280's "no end"

std::string_view mark_of(Outcome outcome) noexcept {
    switch (outcome) {
        case Outcome::kNotReached: return "SKIPPED";
        case Outcome::kPassed: return "ok";
        case Outcome::kFailed: return "FAILED";
        case Outcome::kNotApplicable: return "-";
    }
    std::abort();
}

/// Evidence is a stranger's: what it says stays in its line, and in sight.
std::string plain(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, kTextMax)) out += c >= ' ' && c <= '~' ? c : '?';
    return text.size() > kTextMax ? out + "..." : out;
}

std::string padded(std::string_view text, std::size_t width) {
    std::string out{text};
    out.resize(std::max(out.size() + 1, width), ' ');
    return out;
}

void add_detail(std::string& out, std::string_view word, std::string_view text) {
    if (text.empty()) return;
    out += std::string(kColumn, ' ') + padded(word, kWordColumn) + plain(text) + '\n';
}

std::string end_text(UnixTime end) {
    return end >= kNever ? "it has no end" : "until " + time_text(end);
}

/// The sentence and the check's name, what was expected and found, and what to do where it is not
/// as it should be.
void add_verdict(std::string& out, const Verdict& verdict) {
    out += padded(mark_of(verdict.outcome), kColumn) + std::string{verdict.check->meaning} + " [" +
           std::string{verdict.check->name} + "]\n";
    if (verdict.outcome == Outcome::kNotReached)
        return add_detail(out, "because", "something that it needs failed before it");
    if (verdict.expected != verdict.found) add_detail(out, "expected", verdict.expected);
    add_detail(out, "found", verdict.found);
    if (verdict.until) add_detail(out, "holds", end_text(*verdict.until));
    if (verdict.outcome == Outcome::kFailed) add_detail(out, "to do", verdict.check->next_step);
}

void add_checks(std::string& out, const Appraisal& appraisal) {
    std::string_view question;
    for (const Verdict& verdict : appraisal.verdicts.all()) {
        if (verdict.outcome == Outcome::kNotApplicable) continue;
        const std::string_view asked = question_of(verdict.check->name);
        if (asked != question) out += '\n' + std::string{asked} + '\n';
        question = asked;
        add_verdict(out, verdict);
    }
}

/// What neither passed nor failed, one line each.
void add_not_applicable(std::string& out, const Appraisal& appraisal) {
    std::string lines;
    for (const Verdict& verdict : appraisal.verdicts.all())
        if (verdict.outcome == Outcome::kNotApplicable)
            lines += padded("-", kColumn) + std::string{verdict.check->name} + ": " +
                     plain(verdict.found) + '\n';
    if (!lines.empty()) out += "\nNot asked for by the policy, or not there\n" + lines;
}

void add_facts(std::string& out, const Appraisal& appraisal) {
    if (appraisal.facts.empty()) return;
    out += "\nWhat the evidence says (worth something only when it is accepted)\n";
    for (const Fact& fact : appraisal.facts) {
        const std::string_view meaning = meaning_of_fact(fact.name);
        out +=
            std::string(kColumn, ' ') + padded(fact.name, kFactColumn) + plain(fact.value) + '\n';
        if (!meaning.empty())
            out += std::string(kColumn + kFactColumn, ' ') + std::string{meaning} + '\n';
    }
}

/// Which check ends first, in words.
void add_end(std::string& out, const Appraisal& appraisal) {
    if (!appraisal.valid_until) return;
    const auto verdicts = appraisal.verdicts.all();
    const auto first = std::ranges::find_if(
        verdicts, [&](const Verdict& verdict) { return verdict.until == appraisal.valid_until; });
    if (first != verdicts.end() && *appraisal.valid_until < kNever)
        out += "ends with   " + std::string{first->check->name} + '\n';
}

}  // namespace

std::string conclusion_of(const Appraisal& appraisal) {
    if (appraisal.accepted())
        return "ACCEPTED" + (appraisal.valid_until && *appraisal.valid_until < kNever
                                 ? " until " + time_text(*appraisal.valid_until)
                                 : "");
    const Verdict* const first = appraisal.verdicts.first_failure();
    return "NOT ACCEPTED" +
           (first == nullptr ? "" : ": " + std::string{first->check->name} + " failed");
}

std::string to_text(const Appraisal& appraisal) {
    std::string out;
    const std::string_view kind = meaning_of_kind(appraisal.kind);
    out += "This is " + (kind.empty() ? std::string{appraisal.kind} : std::string{kind}) + ".\n";
    add_checks(out, appraisal);
    add_not_applicable(out, appraisal);
    add_facts(out, appraisal);
    out += "\nkind        " + std::string{appraisal.kind} + '\n';
    if (appraisal.tcb_status)
        out += "TCB status  " + std::string{name_of(*appraisal.tcb_status)} + ": " +
               std::string{meaning_of(*appraisal.tcb_status)} + '\n';
    for (const std::string& advisory : appraisal.advisories)
        out += "advisory    " + plain(advisory) + '\n';
    add_end(out, appraisal);
    return out + conclusion_of(appraisal) + '\n';
}

}  // namespace pramana::attest
