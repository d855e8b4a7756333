// Evidence of any form, as a person hands it over: what is recognised is appraised, and nothing
// made here is accepted under the vendors' roots.

#include "pramana/attest/evidence_file.hpp"
#include "pramana/attest/policy_text.hpp"
#include "pramana/core/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pramana;
    using namespace pramana::attest;
    const Result<EvidenceFile> file = read_evidence_file({data, size});
    if (!file) {
        PRAMANA_CHECK(file.error().code == Errc::kEvidenceMalformed);
        return 0;
    }
    PRAMANA_CHECK(file->has_hardware_evidence() || !file->development.empty());
    PRAMANA_CHECK(!file->form.empty());
    const std::vector<Appraisal> parts =
        appraise_evidence_file(*file, {}, vendor_roots(), {}, 1'900'000'000, {});
    PRAMANA_CHECK(parts.empty() == (!file->has_hardware_evidence() && file->keys.empty()));
    for (const Appraisal& part : parts) PRAMANA_CHECK(!part.accepted() && !to_text(part).empty());
    (void)policy_text({}, pins_of(parts, {.this_machine = true}));
    return 0;
}
