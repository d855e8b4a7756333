#pragma once

#include "context.hpp"

#include <optional>

namespace pramana::pipeline {

/// What the envelope of the job's contribution shows of its ownership; nothing where the ruleset
/// asks for none. An envelope for another DLP, ruleset, file or wallet than the job's counts as
/// none. `now` as OpenerPort::ownership has it. Errors: kOwnershipNotShown, those of the store.
[[nodiscard]] Result<std::optional<OwnershipShown>> ownership_of(Context& context, Ledger& ledger,
                                                                 const store::JobRecord& job,
                                                                 std::optional<std::int64_t> now);

/// Whether the job's opened file is the one that its evidence speaks of, where its ruleset wants to
/// know. Errors: kOwnershipNotShown, those of the store.
[[nodiscard]] Status check_owned_content(Context& context, Ledger& ledger,
                                         const store::JobRecord& job, const SecretBytes& opened);

}  // namespace pramana::pipeline
