// Policy files: a policy or its problems, never both; what no policy may accept, none does; and a
// policy that was written from another one reads as the same.

#include "pramana/attest/policy_text.hpp"
#include "pramana/core/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pramana::attest;
    const std::string_view text = pramana::as_text({data, size});
    const PolicyReading read = read_policy(text);
    PRAMANA_CHECK(read.policy.has_value() == read.problems.empty());
    if (!read.policy) return 0;
    PRAMANA_CHECK((read.policy->intel.td_attributes_allowed & kTdAttributesNever) == 0);
    PRAMANA_CHECK(!read.policy->intel.tcb_statuses.contains(TcbStatus::kRevoked));
    const std::string explained = to_text(*read.policy);
    PRAMANA_CHECK(!explained.empty());
    const pramana::Result<std::string> again = policy_text(text, {});
    PRAMANA_CHECK(again.has_value());
    const PolicyReading second = read_policy(*again);
    PRAMANA_CHECK(second.policy && to_text(*second.policy) == explained);
    return 0;
}
