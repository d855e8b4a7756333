// Whose the file is: what the DLP's ruleset asks for, and the statement that shows it, looked at
// before anything is sent or paid. The validator looks again.
#include "contribution_run.hpp"
#include "ownership_rules.hpp"
#include "ownership_salt.hpp"
#include "pramana/chain/address.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/os/clock.hpp"
#include "pramana/os/file.hpp"

namespace pramana::app {
namespace {

/// The witness statement in the file, with or without the line's end behind it; none is named:
/// empty.
Outcome<std::string> statement_in(const std::filesystem::path& file) {
    if (file.empty()) return std::string{};
    const Result<Bytes> bytes = read_file(file, ownership::kStatementBytesMax + 1);
    if (!bytes) return failure_of_file(bytes.error(), file.string());
    std::string text{as_text(*bytes)};
    if (text.ends_with('\n')) text.pop_back();
    const Result<ownership::SignedStatement> read = ownership::read_statement(text);
    if (!read) return failure_of(read.error(), file.string());
    return text;
}

template <class Values, class Text>
std::string listed(const Values& values, Text text_of) {
    std::string out;
    for (const auto& value : values)
        out += (out.empty() ? "" : " or ") + std::string{text_of(value)};
    return out;
}

/// What a contributor who has no statement has to ask for, from whom.
Failure nothing_shown(const ownership::Rules& rules, const ownership::Contribution& here) {
    return failure_of(
        Errc::kOwnershipNotShown,
        "The DLP's ruleset asks for a witness's statement that the file is your own, of an account "
        "at " +
            listed(rules.providers, [](const std::string& name) { return name; }) + '.',
        "Have " + listed(rules.witnesses, [](const Address& a) { return chain::to_checksum(a); }) +
            " sign for the sealed file " + to_hex0x(here.sealed_sha256.view()) + ", the wallet " +
            chain::to_checksum(here.contributor) + " and the DLP " + chain::to_checksum(here.dlp) +
            " on chain " + std::to_string(here.chain_id) +
            (rules.content_required
                 ? ", with a tag of the content, and run this again with --ownership FILE and "
                   "--ownership-salt FILE"
                 : ", and run this again with --ownership FILE") +
            "; the sealed file is kept.");
}

}  // namespace

ContributionRun::Step ContributionRun::show_ownership() {
    Outcome<std::string> statement = statement_in(order_.ownership_file);
    if (!statement) return statement.failure();
    ownership_ = *std::move(statement);
    std::optional<Hash32> salt;
    if (!order_.ownership_salt_file.empty()) {
        Outcome<Hash32> read = salt_in(order_.ownership_salt_file);
        if (!read) return read.failure();
        salt = *read;
    }
    const Result<scoring::Ruleset> ruleset = scoring::Ruleset::parse(ruleset_text_);
    if (!ruleset) return Done{};  // not shown, or newer than this program: the validator says it
    const std::optional<ownership::Rules> rules = ownership_rules_of(*ruleset);
    if (!rules) {
        if (!ownership_.empty())
            say_("the DLP's ruleset asks for no statement of ownership: it is not sent");
        ownership_.clear();
        return Done{};
    }
    ownership::Contribution here{.chain_id = instruction_.chain_id,
                                 .dlp = instruction_.dlp,
                                 .contributor = wallet_.address(),
                                 .sealed_sha256 = sealed_.sha256,
                                 .content = {}};
    if (rules->content_required && salt) {
        here.content = ownership::OpenedContent{.sha256 = opened_sha256_, .salt = *salt};
        ownership_salt_ = SecretBytes::copy_of(salt->view());
    }
    if (ownership_.empty()) return nothing_shown(*rules, here);
    const auto now = static_cast<attest::UnixTime>(SystemClock{}.unix_s());
    const attest::Appraisal out = ownership::appraise_statement(ownership_, here, *rules, now);
    if (out.accepted()) return Done{};
    for (const attest::Verdict& verdict : out.verdicts.all())
        if (verdict.outcome == attest::Outcome::kFailed)
            say_(std::string{verdict.check->name} + ": expected " + printable(verdict.expected) +
                 ", found " + printable(verdict.found));
    const attest::Verdict* const first = out.verdicts.first_failure();
    PRAMANA_CHECK(first != nullptr);
    return failure_of(Errc::kOwnershipNotShown,
                      "The statement is not good for this contribution. It fails this: " +
                          std::string{first->check->meaning},
                      std::string{first->check->next_step});
}

}  // namespace pramana::app
