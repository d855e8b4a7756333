#include "pramana/core/check.hpp"
#include "pramana/scoring/ruleset_file.hpp"

// A builder's file gives a ruleset that its own canonical text stands for, or problems with places
// in the text; never both, never neither.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace pramana::scoring;  // NOLINT: a program of one function
    const std::string_view text = pramana::as_text({bytes, size});
    const RulesetReading reading = read_ruleset_file(text);
    PRAMANA_CHECK(reading.ruleset.has_value() == reading.problems.empty());
    for (const RulesetProblem& problem : reading.problems)
        PRAMANA_CHECK(problem.line <= size + 1 && problem.column <= size + 1 &&
                      !problem.sentence.empty());
    if (!reading.ruleset) return 0;
    const auto parsed = Ruleset::parse(reading.ruleset->canonical_text());
    PRAMANA_CHECK(parsed && parsed->digest() == reading.ruleset->digest());
    return 0;
}
