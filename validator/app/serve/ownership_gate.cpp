#include "ownership_gate.hpp"

#include "pramana/sealing/envelope.hpp"

#include <algorithm>

namespace pramana::app {
namespace {

constexpr Error refused(std::string_view site) noexcept {
    return Error{Errc::kOwnershipNotShown, site};
}

}  // namespace

OwnershipGate::OwnershipGate(std::span<const scoring::Ruleset> rulesets) {
    for (const scoring::Ruleset& ruleset : rulesets)
        rules_.emplace(ruleset.digest(), ownership_rules_of(ruleset));
}

Result<std::optional<pipeline::OwnershipShown>> OwnershipGate::judge(
    const Hash32& ruleset, ByteView envelope, std::optional<std::int64_t> now) const {
    const auto rules = rules_.find(ruleset);
    if (rules == rules_.end()) return refused("app.ownership.ruleset");
    if (!rules->second) return std::optional<pipeline::OwnershipShown>{};
    if (envelope.empty()) return refused("app.ownership.no_envelope");
    const Result<sealing::Envelope> read = sealing::parse_envelope(envelope);
    if (!read) return refused("app.ownership.envelope");
    if (read->ownership.empty()) return refused("app.ownership.no_statement");
    const Result<ownership::SignedStatement> given = ownership::read_statement(read->ownership);
    if (!given) return refused(given.error().site);
    const ownership::Contribution here{.chain_id = read->intent.chain_id,
                                       .dlp = read->intent.dlp,
                                       .contributor = read->intent.wallet,
                                       .sealed_sha256 = read->intent.sealed_sha256,
                                       .content = {}};
    const attest::UnixTime at = now ? static_cast<attest::UnixTime>(std::max<std::int64_t>(*now, 0))
                                    : given->statement.issued_unix_s;
    const attest::Appraisal out =
        ownership::appraise_statement(read->ownership, here, *rules->second, at);
    if (!out.accepted()) {
        const attest::Verdict* const first = out.verdicts.first_failure();
        return refused(first == nullptr ? "app.ownership.statement" : first->check->name);
    }
    return std::optional{
        pipeline::OwnershipShown{.provider = given->statement.provider,
                                 .method = std::string{ownership::name_of(given->statement.method)},
                                 .statement = ownership::statement_digest(given->statement)}};
}

}  // namespace pramana::app
