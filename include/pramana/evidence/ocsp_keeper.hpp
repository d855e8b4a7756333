#pragma once

#include "pramana/attest/appraisal.hpp"
#include "pramana/evidence/collateral_get.hpp"

#include <map>
#include <span>
#include <vector>

namespace pramana::evidence {

/// A certificate whose issuer is asked about it; both DER.
struct OcspSubject {
    Bytes certificate;
    Bytes issuer;
    friend bool operator==(const OcspSubject&, const OcspSubject&) = default;
};

struct OcspAsking {
    CollateralPost post;  ///< null: nobody is asked, what was kept has to do
    std::string url;      ///< of the service; empty: as null
    CollateralNotes notes;
    std::function<attest::UnixTime()> now;
    std::uint64_t every_s = 21'600;  ///< a younger answer is not asked for again
};

/// Asks a revocation service about certificates and keeps what their issuers answer: authentic,
/// over our nonce, and never an older one in the place of a newer. An answer is handed on while it
/// holds; one that says "revoked" for ever, until a newer one says otherwise. A service that fails
/// is asked no more in this call, and its silence is no answer. Thread: one at a time.
class OcspKeeper {
  public:
    explicit OcspKeeper(OcspAsking parts) : parts_{std::move(parts)} {}
    /// Answers (DER) about as many of these as there are any. Subjects have to be what a judged
    /// chain consists of: an issuer is believed.
    [[nodiscard]] std::vector<Bytes> answers(std::span<const OcspSubject> subjects);

  private:
    /// What is kept of one certificate.
    struct Kept {
        bool revoked = false;
        attest::UnixTime begin = 0;
        Bytes answer;
    };
    [[nodiscard]] std::optional<Kept> kept(const std::string& name) const;
    /// Nothing: not now, or nothing that counts. `failed`: the service did not answer.
    [[nodiscard]] std::optional<Kept> asked(const OcspSubject& subject, bool& failed) const;
    void keep(const std::string& name, const Kept& answer) const;

    const OcspAsking parts_;
    std::map<std::string, attest::UnixTime> asked_;  ///< when, by note, in this process
};

}  // namespace pramana::evidence
