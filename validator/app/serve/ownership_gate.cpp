#include "ownership_gate.hpp"

#include "pramana/os/secret_bytes.hpp"
#include "pramana/sealing/envelope.hpp"

#include <algorithm>

namespace pramana::app {
namespace {

constexpr Error refused(std::string_view site) noexcept {
    return Error{Errc::kOwnershipNotShown, site};
}

constexpr std::string_view kContentCheck = "ownership.statement.content";

/// The statement in the envelope, found good for its intent. Without `now` it is judged as of when
/// it was made.
Result<ownership::Statement> judged(const ownership::Rules& rules, ByteView envelope,
                                    std::optional<std::int64_t> now,
                                    const std::optional<ownership::OpenedContent>& content) {
    if (envelope.empty()) return refused("app.ownership.no_envelope");
    const Result<sealing::Envelope> read = sealing::parse_envelope(envelope);
    if (!read) return refused("app.ownership.envelope");
    if (read->ownership.empty()) return refused("app.ownership.no_statement");
    const Result<ownership::SignedStatement> given = ownership::read_statement(read->ownership);
    if (!given) return refused(given.error().site);
    ownership::Contribution here{.chain_id = read->intent.chain_id,
                                 .dlp = read->intent.dlp,
                                 .contributor = read->intent.wallet,
                                 .sealed_sha256 = read->intent.sealed_sha256,
                                 .content = content};
    const attest::UnixTime at = now ? static_cast<attest::UnixTime>(std::max<std::int64_t>(*now, 0))
                                    : given->statement.issued_unix_s;
    const attest::Appraisal out = ownership::appraise_statement(read->ownership, here, rules, at);
    if (here.content) {
        wipe(here.content->sha256.bytes);
        wipe(here.content->salt.bytes);
    }
    if (out.accepted()) return given->statement;
    const attest::Verdict* const first = out.verdicts.first_failure();
    return refused(first == nullptr ? "app.ownership.statement" : first->check->name);
}

}  // namespace

OwnershipGate::OwnershipGate(std::span<const scoring::Ruleset> rulesets) {
    for (const scoring::Ruleset& ruleset : rulesets)
        rules_.emplace(ruleset.digest(), ownership_rules_of(ruleset));
}

bool OwnershipGate::asks_for_content(const Hash32& ruleset) const {
    const auto rules = rules_.find(ruleset);
    return rules == rules_.end() || (rules->second && rules->second->content_required);
}

Result<std::optional<pipeline::OwnershipShown>> OwnershipGate::judge(
    const Hash32& ruleset, ByteView envelope, std::optional<std::int64_t> now) const {
    const auto rules = rules_.find(ruleset);
    if (rules == rules_.end()) return refused("app.ownership.ruleset");
    if (!rules->second) return std::optional<pipeline::OwnershipShown>{};
    // Nothing is opened yet: that there is a tag is all that can be seen.
    ownership::Rules before_opening = *rules->second;
    before_opening.content_required = false;
    const Result<ownership::Statement> said = judged(before_opening, envelope, now, std::nullopt);
    if (!said) return said.error();
    if (rules->second->content_required && !said->content) return refused(kContentCheck);
    return std::optional{
        pipeline::OwnershipShown{.provider = said->provider,
                                 .method = std::string{ownership::name_of(said->method)},
                                 .statement = ownership::statement_digest(*said)}};
}

Status OwnershipGate::judge_content(const Hash32& ruleset, ByteView envelope,
                                    const std::optional<ownership::OpenedContent>& content) const {
    const auto rules = rules_.find(ruleset);
    if (rules == rules_.end()) return refused("app.ownership.ruleset");
    if (!rules->second || !rules->second->content_required) return Done{};
    const Result<ownership::Statement> said =
        judged(*rules->second, envelope, std::nullopt, content);
    if (!said) return said.error();
    return Done{};
}

}  // namespace pramana::app
