#include "pramana/evidence/snp_endorser.hpp"

#include "collateral_fetch.hpp"
#include "evidence_members.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/os/file.hpp"
#include "pramana/os/log.hpp"

#include <mutex>
#include <thread>

namespace pramana::evidence {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{64} << 10U;

/// Evidence of SEV-SNP in its parts.
struct SnpParts {
    Bytes report;
    attest::SnpReport parsed;
    SnpCertificates certificates;
};
Result<SnpParts> parts_of(std::string_view evidence) {
    const Result<JsonView> object = read_json(evidence, kEvidenceDepthMax);
    if (!object) return Error{Errc::kEvidenceMalformed, "evidence.endorser.json"};
    Result<Bytes> report = hex_member(*object, "report");
    const Result<Bytes> table = hex_member(*object, "certificates");
    if (!report || !table) return Error{Errc::kEvidenceMalformed, "evidence.endorser.members"};
    Result<attest::SnpReport> parsed = attest::parse_snp_report(*report);
    if (!parsed) return parsed.error();
    Result<SnpCertificates> certificates = read_snp_certificates(*table);
    if (!certificates) return certificates.error();
    return SnpParts{*std::move(report), *std::move(parsed), *std::move(certificates)};
}

bool is_complete(const SnpCertificates& certificates) {
    return !certificates.endorsement.empty() && !certificates.authorities.empty();
}

/// What the host handed out, and the rest from `other`.
SnpCertificates completed(SnpCertificates certificates, const SnpCertificates& other) {
    if (certificates.endorsement.empty()) certificates.endorsement = other.endorsement;
    if (certificates.authorities.empty()) certificates.authorities = other.authorities;
    return certificates;
}

class EndorsedProvider final : public EvidenceProvider {
  public:
    EndorsedProvider(std::unique_ptr<EvidenceProvider> inner, SnpEndorsing endorsing,
                     EvidenceCheck check)
        : inner_{std::move(inner)}, endorsing_{std::move(endorsing)}, check_{std::move(check)} {}
    [[nodiscard]] std::string_view kind() const noexcept override { return inner_->kind(); }
    [[nodiscard]] Result<PlatformFacts> platform() override { return inner_->platform(); }

    [[nodiscard]] Result<std::string> quote(const ReportBytes& report) override {
        Result<std::string> evidence = inner_->quote(report);
        if (!evidence || kind() != "sev_snp") return evidence;
        const Result<SnpParts> parts = parts_of(*evidence);
        if (!parts) return parts.error();
        const bool vlek = parts->parsed.signing_key() != attest::SnpSigningKey::kVcek;
        if (is_complete(parts->certificates) || (vlek && parts->certificates.endorsement.empty()))
            return evidence;
        return endorsed(*parts, report);
    }

  private:
    /// The chip and the TCB that an endorsement key is for.
    struct Subject {
        Bytes chip;
        Bytes tcb;
        friend bool operator==(const Subject&, const Subject&) = default;
    };
    static Subject subject_of(const attest::SnpReport& report) {
        const ByteView chip = report.chip_id.view();
        const ByteView tcb = report.reported_tcb.view();
        return {{chip.begin(), chip.end()}, {tcb.begin(), tcb.end()}};
    }

    Result<std::string> endorsed(const SnpParts& parts, const ReportBytes& report) {
        const std::lock_guard one_at_a_time{mutex_};
        const Subject subject = subject_of(parts.parsed);
        if (known_ && known_for_ == subject)
            return with(parts, completed(parts.certificates, *known_));
        if (const std::optional<SnpCertificates> kept = read_kept()) {
            Result<std::string> evidence = with(parts, completed(parts.certificates, *kept));
            if (evidence && check_authentic(*evidence, report, check_)) {
                known_ = kept;
                known_for_ = subject;
                return evidence;
            }
            log::warn("evidence.endorsement.passed_over",
                      {log::Field::vetted("file", endorsing_.file.string())});
        }
        const Result<SnpCertificates> fetched = fetch(parts);
        if (!fetched) return fetched.error();
        Result<std::string> evidence = with(parts, *fetched);
        if (!evidence) return evidence;
        PRAMANA_TRY(check_authentic(*evidence, report, check_));
        known_ = *fetched;
        known_for_ = subject;
        keep(*fetched);
        return evidence;
    }

    static Result<std::string> with(const SnpParts& parts, const SnpCertificates& certificates) {
        const Result<Bytes> table = snp_certificate_table(certificates);
        if (!table) return table.error();
        JsonObject json;
        json.text("kind", "sev_snp").text("report", to_hex(parts.report));
        return json.text("certificates", to_hex(*table)).str();
    }

    Result<SnpCertificates> fetch(const SnpParts& parts) {
        if (!endorsing_.get)
            return Error{Errc::kEvidenceRefused, "evidence.endorser.no_certificates"};
        if (resting_ && std::chrono::steady_clock::now() < *resting_) return *failure_;
        std::chrono::milliseconds pause = endorsing_.first_pause;
        for (unsigned attempt = 1;; ++attempt) {
            Result<SnpCertificates> fetched = fetch_snp_certificates(
                endorsing_.get, endorsing_.services, parts.parsed, parts.certificates);
            if (fetched) return fetched;
            log::warn("evidence.endorsement.waits",
                      {{"error", fetched.error()}, {"attempt", attempt}});
            if (attempt >= endorsing_.attempts_max ||
                blame_of(fetched.error().code) != Blame::kRetry) {
                failure_ = fetched.error();
                resting_ = std::chrono::steady_clock::now() + endorsing_.rest;
                return fetched.error();
            }
            if (endorsing_.sleep)
                endorsing_.sleep(pause);
            else
                std::this_thread::sleep_for(pause);
            pause *= 2;
        }
    }

    [[nodiscard]] std::optional<SnpCertificates> read_kept() const {
        if (endorsing_.file.empty()) return std::nullopt;
        const Result<Bytes> table = read_file(endorsing_.file, kFileBytesMax);
        if (!table) return std::nullopt;
        Result<SnpCertificates> certificates = read_snp_certificates(*table);
        if (!certificates) return SnpCertificates{};  // it vouches for nothing, which is said
        return *std::move(certificates);
    }

    void keep(const SnpCertificates& certificates) const {
        if (endorsing_.file.empty()) return;
        const Result<Bytes> table = snp_certificate_table(certificates);
        PRAMANA_CHECK(table.has_value());  // it was made of them before
        std::error_code failed;
        const std::filesystem::path directory = endorsing_.file.parent_path();
        if (std::filesystem::create_directories(directory, failed))
            std::filesystem::permissions(directory, std::filesystem::perms::owner_all, failed);
        if (const Status kept = write_file_durably(endorsing_.file, *table); !kept)
            log::warn("evidence.endorsement.not_kept", {{"error", kept.error()}});
        else
            log::info("evidence.endorsement.kept",
                      {log::Field::vetted("file", endorsing_.file.string())});
    }

    const std::unique_ptr<EvidenceProvider> inner_;
    const SnpEndorsing endorsing_;
    const EvidenceCheck check_;
    std::mutex mutex_;
    std::optional<SnpCertificates> known_;  ///< has vouched for a report of `known_for_`
    Subject known_for_;
    std::optional<std::chrono::steady_clock::time_point> resting_;
    std::optional<Error> failure_;
};

}  // namespace

std::unique_ptr<EvidenceProvider> make_endorsed_provider(std::unique_ptr<EvidenceProvider> inner,
                                                         SnpEndorsing endorsing,
                                                         EvidenceCheck check) {
    return std::make_unique<EndorsedProvider>(std::move(inner), std::move(endorsing),
                                              std::move(check));
}

}  // namespace pramana::evidence
