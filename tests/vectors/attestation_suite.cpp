#include "vectors/attestation.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace pramana::vectors {
namespace {

std::string failures_of(const attest::Appraisal& appraisal) {
    std::string out;
    for (const attest::Verdict& verdict : appraisal.verdicts.all())
        if (verdict.outcome == attest::Outcome::kFailed)
            out +=
                (out.empty() ? "" : "; ") + std::string{verdict.check->name} + ": " + verdict.found;
    return out.empty() ? "no check failed" : out;
}

}  // namespace

Suite attestation_suite() {
    Suite suite{.handlers = {}, .not_covered = {}, .ignored = {"README.md"}};
    add_intel_handlers(suite);
    add_snp_handlers(suite);
    add_nvidia_handlers(suite);
    add_dstack_handlers(suite);
    return suite;
}

void each_element(const VectorFile& file, Report& report,
                  const std::function<void(const JsonView&)>& body) {
    const std::vector<JsonView> cases = file.root.items();
    if (cases.empty())
        report.run(file, "cases", [] { throw Mismatch{"the file is no list of cases"}; });
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const std::string name =
            has_member(cases[i], "id") ? text(cases[i], "id") : std::to_string(i);
        report.run(file, name, [&] { body(cases[i]); });
    }
}

std::string file_text(const VectorFile& file, const std::string& name) {
    std::ifstream in{file.directory / name, std::ios::binary};
    if (!in) throw Mismatch{"no file " + name};
    return std::string{std::istreambuf_iterator<char>{in}, {}};
}

Bytes file_bytes(const VectorFile& file, const std::string& name) {
    const std::string content = file_text(file, name);
    return Bytes(content.begin(), content.end());
}

void expect_acceptance(const attest::Appraisal& appraisal, std::string_view word) {
    expect(word == "accept" || word == "reject", "an unknown verdict " + std::string{word});
    const bool accepted = appraisal.accepted();
    if (accepted == (word == "accept")) return;
    throw Mismatch{(accepted ? "accepted, expected reject: " : "refused, expected accept: ") +
                   failures_of(appraisal)};
}

void expect_fact(const attest::Appraisal& appraisal, std::string_view fact,
                 std::string_view expected) {
    const attest::Fact* const found = appraisal.fact(fact);
    expect(found != nullptr, "no fact " + std::string{fact});
    std::string wanted{expected};
    std::ranges::transform(wanted, wanted.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    expect_text(std::string{fact}, found->value, wanted);
}

void expect_failed(const attest::Appraisal& appraisal, std::string_view check) {
    const auto verdicts = appraisal.verdicts.all();
    const auto found = std::ranges::find_if(
        verdicts, [&](const attest::Verdict& row) { return row.check->name == check; });
    expect(found != verdicts.end(), "no check " + std::string{check});
    expect(found->outcome == attest::Outcome::kFailed,
           std::string{check} + " did not fail: " + failures_of(appraisal));
}

}  // namespace pramana::vectors
