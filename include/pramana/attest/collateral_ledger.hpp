#pragma once

#include "pramana/attest/intel.hpp"

#include <map>

namespace pramana::attest {

/// How current a revocation list of AMD's or NVIDIA's is.
struct ListFreshness {
    std::string issuer;     ///< "ARK-Genoa"
    ListNumber crl_number;  ///< 0: the list has none
    UnixTime crl_issued = 0;
};
/// Of a list that an appraisal has found authentic; nothing is judged here. Errors:
/// kEvidenceMalformed.
[[nodiscard]] Result<ListFreshness> freshness_of_list(ByteView list);

/// How current the newest endorsements were that anybody here accepted, so that older ones are
/// refused although they are authentic and inside their dates: whoever carries them could otherwise
/// hide a new advisory or revocation for a month. Thread: none; the caller locks.
class CollateralLedger {
  public:
    /// The first document of these that is older than one seen before, in words; nullopt: none is.
    [[nodiscard]] std::optional<std::string> older_than_seen(const IntelFreshness& fresh) const;
    [[nodiscard]] std::optional<std::string> older_than_seen(const ListFreshness& fresh) const;

    /// Takes over what is newer. Call it only after an accepted appraisal. Errors:
    /// kCollateralOlder: something is older; nothing is taken over.
    [[nodiscard]] Status observe(const IntelFreshness& fresh);
    [[nodiscard]] Status observe(const ListFreshness& fresh);

    /// {"version":1,"seen":{"tcb_info tdx:b0c06f000000":{"number":17,"issued":…},…}}, names sorted.
    /// A list's number of more than 64 bits is a string of hexadecimal digits.
    [[nodiscard]] std::string to_json() const;
    /// Reads what to_json() wrote. Errors: kStoreCorrupt: a ledger that does not parse is not
    /// empty.
    [[nodiscard]] static Result<CollateralLedger> from_json(std::string_view json);

  private:
    /// By number (of the evaluation, of the list), then by date. Intel's revocation lists all have
    /// the number 1; a list without one has 0.
    struct Seen {
        ListNumber number;
        UnixTime issued = 0;
        friend auto operator<=>(const Seen&, const Seen&) = default;
    };
    using Documents = std::map<std::string, Seen>;
    [[nodiscard]] static Documents documents_of(const IntelFreshness& fresh);
    [[nodiscard]] static Documents documents_of(const ListFreshness& fresh);
    [[nodiscard]] std::optional<std::string> first_older(const Documents& documents) const;
    [[nodiscard]] Status take_over(const Documents& documents);
    Documents seen_;
};

}  // namespace pramana::attest
