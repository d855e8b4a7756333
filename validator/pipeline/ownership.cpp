#include "ownership.hpp"

namespace pramana::pipeline {
namespace {

/// The envelope that was uploaded for this very job; empty: there is none.
Result<Bytes> envelope_of(Context& context, Ledger& ledger, const store::JobRecord& job) {
    Result<std::optional<store::ContributionRecord>> found = ledger.contribution_of(job);
    if (!found) return found.error();
    const bool fits = *found && (*found)->chain_id == context.options.chain_id &&
                      (*found)->dlp == job.dlp && (*found)->ruleset == job.ruleset &&
                      (*found)->sealed_sha256 == job.sealed_sha256 && (*found)->wallet == job.owner;
    return fits ? std::move((*found)->envelope) : Bytes{};
}

}  // namespace

Result<std::optional<OwnershipShown>> ownership_of(Context& context, Ledger& ledger,
                                                   const store::JobRecord& job,
                                                   std::optional<std::int64_t> now) {
    const Result<Bytes> envelope = envelope_of(context, ledger, job);
    if (!envelope) return envelope.error();
    return context.ports.opener->ownership(job.ruleset, *envelope, now);
}

Status check_owned_content(Context& context, Ledger& ledger, const store::JobRecord& job,
                           const SecretBytes& opened) {
    const Result<Bytes> envelope = envelope_of(context, ledger, job);
    if (!envelope) return envelope.error();
    return context.ports.opener->owned_content(job.ruleset, *envelope, opened);
}

}  // namespace pramana::pipeline
