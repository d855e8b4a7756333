#include "pramana/evidence/tee.hpp"

#include "pramana/evidence/snp_endorser.hpp"
#include "pramana/evidence/tsm_provider.hpp"
#include "pramana/os/clock.hpp"

namespace pramana::evidence {

Result<std::unique_ptr<EvidenceProvider>> detect_tee_at(const TeePlaces& places) {
    Result<DstackGuest> guest = DstackGuest::find(places.dstack, places.dstack_options);
    if (guest) return make_dstack_provider(*std::move(guest));
    return make_tsm_provider(make_tsm_files(places.tsm));
}

EvidenceCheck vendor_check() {
    return {.roots = attest::vendor_roots(),
            .now = [] { return static_cast<attest::UnixTime>(SystemClock{}.unix_s()); }};
}

Result<std::unique_ptr<EvidenceProvider>> detect_tee(SnpEndorsing endorsing) {
    Result<std::unique_ptr<EvidenceProvider>> found = detect_tee_at(TeePlaces{});
    if (!found) return found;
    return make_checked_provider(
        make_endorsed_provider(*std::move(found), std::move(endorsing), vendor_check()),
        vendor_check());
}

}  // namespace pramana::evidence
