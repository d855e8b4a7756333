#include "pramana/attest/verdict.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace pramana::attest {

std::string_view name_of(Outcome outcome) noexcept {
    switch (outcome) {
        case Outcome::kNotReached: return "not_reached";
        case Outcome::kPassed: return "passed";
        case Outcome::kFailed: return "failed";
        case Outcome::kNotApplicable: return "not_applicable";
    }
    std::abort();
}

VerdictList::VerdictList(std::span<const Check> table) : table_{table}, verdicts_(table.size()) {
    for (std::size_t i = 0; i < table.size(); ++i) verdicts_[i].check = &table[i];
}

std::size_t VerdictList::index_of(const Check& check) const {
    const std::less<const Check*> before;
    if (!before(&check, table_.data()) && before(&check, table_.data() + table_.size()))
        return static_cast<std::size_t>(&check - table_.data());
    const auto found = std::find_if(table_.begin(), table_.end(),
                                    [&](const Check& row) { return row.name == check.name; });
    PRAMANA_CHECK(found != table_.end());
    return static_cast<std::size_t>(found - table_.begin());
}

void VerdictList::set(const Check& check, Outcome outcome, std::string expected,
                      std::string found) {
    Verdict& verdict = verdicts_[index_of(check)];
    PRAMANA_CHECK(verdict.outcome == Outcome::kNotReached);
    verdict.outcome = outcome;
    verdict.expected = std::move(expected);
    verdict.found = std::move(found);
}

void VerdictList::pass(const Check& check, std::string expected, std::string found) {
    set(check, Outcome::kPassed, std::move(expected), std::move(found));
}
void VerdictList::fail(const Check& check, std::string expected, std::string found) {
    set(check, Outcome::kFailed, std::move(expected), std::move(found));
}
void VerdictList::not_applicable(const Check& check, std::string why) {
    set(check, Outcome::kNotApplicable, {}, std::move(why));
}
bool VerdictList::decide(const Check& check, bool passed, std::string expected, std::string found) {
    set(check, passed ? Outcome::kPassed : Outcome::kFailed, std::move(expected), std::move(found));
    return passed;
}

void VerdictList::holds_until(const Check& check, std::uint64_t time) {
    Verdict& verdict = verdicts_[index_of(check)];
    PRAMANA_CHECK(verdict.outcome != Outcome::kNotReached);
    verdict.until = std::min(verdict.until.value_or(time), time);
}

const Verdict& VerdictList::at(const Check& check) const { return verdicts_[index_of(check)]; }

const Verdict* VerdictList::first_failure() const noexcept {
    for (const Verdict& verdict : verdicts_)
        if (verdict.outcome == Outcome::kFailed) return &verdict;
    return nullptr;
}

bool VerdictList::accepted() const noexcept {
    bool any_passed = false;
    for (const Verdict& verdict : verdicts_) {
        if (verdict.outcome == Outcome::kPassed) any_passed = true;
        if (verdict.outcome == Outcome::kFailed || verdict.outcome == Outcome::kNotReached)
            return false;
    }
    return any_passed;
}

}  // namespace pramana::attest
