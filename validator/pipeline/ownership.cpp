#include "ownership.hpp"

namespace pramana::pipeline {

Result<std::optional<OwnershipShown>> ownership_of(Context& context, Ledger& ledger,
                                                   const store::JobRecord& job,
                                                   std::optional<std::int64_t> now) {
    const Result<std::optional<store::ContributionRecord>> found = ledger.contribution_of(job);
    if (!found) return found.error();
    const bool fits = *found && (*found)->chain_id == context.options.chain_id &&
                      (*found)->dlp == job.dlp && (*found)->ruleset == job.ruleset &&
                      (*found)->sealed_sha256 == job.sealed_sha256 && (*found)->wallet == job.owner;
    const ByteView envelope = fits ? ByteView{(*found)->envelope} : ByteView{};
    return context.ports.opener->ownership(job.ruleset, envelope, now);
}

}  // namespace pramana::pipeline
