#include "verify_statement.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/evidence/compose.hpp"
#include "pramana/evidence/gpu_evidence.hpp"
#include "statement_checks.hpp"
#include "statement_pins.hpp"

#include <algorithm>

namespace pramana::app {
namespace {

using attest::Appraisal;
using attest::Check;
using namespace statement_checks;  // the table of this appraisal

std::string hex_of(const Hash32& hash) { return to_hex(hash.view()); }
std::string hex_of(const std::optional<Hash32>& hash) { return hash ? hex_of(*hash) : ""; }

std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
    return out;
}

class StatementJudge {
  public:
    explicit StatementJudge(const StatementCase& asked_about)
        : case_{asked_about},
          answer_{asked_about.answer},
          stated_{asked_about.answer.statement},
          file_{asked_about.file},
          asked_{asked_about.asked} {}

    Appraisal run() {
        check_frame();
        check_hardware();
        check_tls();
        check_keys();
        check_measured();
        check_images();
        judge_pins(stated_, case_.policy, out_.verdicts);
        add_facts();
        return std::move(out_);
    }

  private:
    void decide(const Check& check, const std::string& expected, const std::string& found) {
        out_.verdicts.decide(check, found == expected, expected, found);
    }

    void check_frame() {
        const evidence::AttestationParts& parts = answer_.parts;
        const std::string hash = hex_of(evidence::statement_hash(parts.statement));
        decide(kHash, asked_.statement ? hex_of(*asked_.statement) : hash,
               hash == answer_.statement_sha256
                   ? hash
                   : hash + ", told as " + answer_.statement_sha256);
        const std::string challenge = to_hex(parts.challenge);
        if (asked_.challenge)
            decide(kChallenge, hex_of(*asked_.challenge), challenge);
        else
            out_.verdicts.not_applicable(
                kChallenge,
                challenge.empty()
                    ? "a recorded answer without a challenge: it may be old"
                    : "a recorded answer to challenge " + challenge + ": it may be old");
        const std::string none = "none";
        if (!parts.gpu_evidence)
            decide(kGpu, none, answer_.gpu_evidence_sha256.empty() ? none : "a hash of something");
        else
            decide(kGpu, hex_of(parts.gpu_evidence_sha256()), answer_.gpu_evidence_sha256);
        decide(kReportData, to_hex(parts.report().view()), answer_.report_data);
    }

    void check_hardware() {
        std::string found = "no evidence";
        if (!file_.development.empty())
            found = "development evidence (" + file_.development + ")";
        else if (file_.snp_report)
            found = "sev_snp";
        else if (file_.quote && case_.quote_kind != "tdx")
            found = case_.quote_kind;  // an enclave of anybody's signs over any statement
        else if (file_.quote)
            found = file_.event_log ? "dstack_tdx" : "tdx";
        const bool hardware = file_.quote || file_.snp_report;
        out_.verdicts.decide(
            kHardware, hardware && found == stated_.provider,
            stated_.provider == "software" ? "evidence of hardware" : stated_.provider, found);
    }

    /// Each key of the key service is one that is stated, and each stated one is there: those of
    /// the present epoch and, while it takes over, of the one before.
    void check_keys() {
        if (file_.keys.empty() && stated_.key_origin.source != "dstack") {
            out_.verdicts.not_applicable(
                kIssued, "the keys were made inside: the evidence alone binds them");
            return;
        }
        std::vector<std::pair<std::string_view, PublicKey>> open = {
            {"signing", stated_.keys.signing}, {"encryption", stated_.keys.encryption}};
        if (stated_.previous_keys) {
            open.emplace_back("signing", stated_.previous_keys->signing);
            open.emplace_back("encryption", stated_.previous_keys->encryption);
        }
        std::string problem;
        for (const attest::IssuedKeyPart& key : file_.keys) {
            const Result<PublicKey> issued = parse_public_key(key.public_key);
            const auto stated = std::ranges::find_if(open, [&](const auto& one) {
                return issued && one.first == key.use && one.second == *issued;
            });
            if (key.purpose != "pramana-" + key.use + "-v1")  // docs/keys.md "Paths"
                problem = "a key for " + key.use + " that was issued for another purpose";
            if (stated == open.end())
                problem = "another key for " + key.use;
            else
                open.erase(stated);
        }
        if (problem.empty() && !open.empty())
            problem = "a key for " + std::string{open.front().first} + " that it did not vouch for";
        const std::string all = "each stated key once, and no other";
        out_.verdicts.decide(kIssued, problem.empty(), all, problem.empty() ? all : problem);
    }

    void check_tls() {
        const std::string stated = hex_of(stated_.tls_key_sha256);
        if (!asked_.over_tls) {
            out_.verdicts.not_applicable(kTls, "it did not come over https");
            return;
        }
        const std::string found = asked_.tls_key_sha256 ? hex_of(*asked_.tls_key_sha256) : "no key";
        if (!stated.empty())
            decide(kTls, stated, found);
        else if (asked_.host_certified)
            out_.verdicts.not_applicable(
                kTls,
                "the statement names no TLS key: TLS ends before the enclave, and the host "
                "reads what is not encrypted to the statement's key");
        else
            out_.verdicts.fail(kTls,
                               "a key in the statement, or a certificate of a known authority",
                               "neither; the connection's key is " + found);
    }

    /// What a platform has measured is not the program's word, so the two have to be the same.
    void check_measured() {
        const std::string none = "none";
        const std::string stated = hex_of(stated_.build.compose_sha256);
        if (!case_.measured_compose && stated.empty())
            return out_.verdicts.not_applicable(
                kMeasured,
                "this platform measures no compose document: the build is the program's "
                "own word");
        decide(kMeasured, case_.measured_compose.value_or(none), stated.empty() ? none : stated);
    }

    void check_images() {
        const std::string found = joined(stated_.build.images);
        if (!case_.app_compose && stated_.build.images.empty())
            return out_.verdicts.not_applicable(kImagesMeasured, "it names no image");
        const Result<std::vector<std::string>> images =
            case_.app_compose ? evidence::images_of_compose(*case_.app_compose)
                              : Error{Errc::kNotFound, "app.statement.compose"};
        if (!images)
            return out_.verdicts.fail(kImagesMeasured, "a document that can be read", found);
        decide(kImagesMeasured, joined(*images), found);
    }

    /// What a person would compare; values as the statement has them.
    void add_facts() {
        const auto add = [&](std::string_view name, std::string value) {
            if (!value.empty()) out_.facts.push_back({name, std::move(value)});
        };
        add("statement_sha256", hex_of(evidence::statement_hash(answer_.parts.statement)));
        add("provider", stated_.provider);
        add("signing_address", to_hex0x(address_of(stated_.keys.signing).view()));
        add("signing_key", to_hex0x(stated_.keys.signing.view()));
        add("encryption_key", to_hex0x(stated_.keys.encryption.view()));
        add("tls_key_sha256", hex_of(stated_.tls_key_sha256));
        add("version", stated_.build.version);
        add("binary_sha256", hex_of(stated_.build.binary_sha256));
        add("compose_sha256", hex_of(stated_.build.compose_sha256));
        add("images", joined(stated_.build.images));
        add("model", hex_of(stated_.model));
        add("config_sha256", hex_of(stated_.config.sha256));
        add("ca_sha256", hex_of(stated_.config.ca_sha256));
        add("endpoints", joined(stated_.config.endpoints));
        add("chain_id", std::to_string(stated_.chain_id));
        add("data_registry", to_hex0x(stated_.data_registry.view()));
        add("tee_pool", to_hex0x(stated_.tee_pool.view()));
        std::vector<std::string> dlps;
        std::vector<std::string> rulesets;
        dlps.reserve(stated_.dlps.size());
        rulesets.reserve(stated_.dlps.size());
        for (const evidence::StatedDlp& dlp : stated_.dlps) {
            dlps.push_back(to_hex0x(dlp.address.view()));
            rulesets.push_back(hex_of(dlp.ruleset));
        }
        add("dlps", joined(dlps));
        add("rulesets", joined(rulesets));
        std::vector<std::string> recipients;
        for (const Bytes& key : stated_.key_origin.backup_recipients)
            recipients.push_back(to_hex0x(key));
        add("key_source", stated_.key_origin.source);
        add("imported_keys", stated_.key_origin.imported ? "yes" : "no");
        add("backup_recipients", joined(recipients));
        add("key_epoch", std::to_string(stated_.keys.epoch));
        add("sequence", std::to_string(stated_.sequence));
        add("previous", hex_of(stated_.previous));
        if (stated_.anchor) add("anchor_block", std::to_string(stated_.anchor->number));
        add_authority();
    }

    void add_authority() {
        const std::optional<evidence::UpgradeAuthority>& authority = stated_.upgrade_authority;
        const auto address = [](const std::optional<Address>& one) {
            return one ? to_hex0x(one->view()) : std::string{"not told"};
        };
        std::string text = "none known";
        if (authority)
            text = "application contract " + address(authority->app_auth) + ", owner " +
                   address(authority->owner) + ", timelock " +
                   (authority->timelock_s ? std::to_string(*authority->timelock_s) + " s"
                                          : std::string{"not told"});
        out_.facts.push_back({"upgrade_authority", std::move(text)});
    }

    const StatementCase& case_;
    const evidence::AttestationAnswer& answer_;
    const evidence::Statement& stated_;
    const attest::EvidenceFile& file_;
    const AskedFor& asked_;
    Appraisal out_{.kind = "statement",
                   .verdicts = attest::VerdictList{kTable},
                   .tcb_status = {},
                   .advisories = {},
                   .facts = {},
                   .valid_until = {}};
};

}  // namespace

attest::Expectation expectation_of(const evidence::AttestationParts& parts) {
    attest::Expectation out;
    out.report_data = parts.report().bytes;
    if (!parts.gpu_evidence) return out;
    const Result<evidence::GpuEvidence> gpus = evidence::read_gpu_evidence(*parts.gpu_evidence);
    if (!gpus) return out;
    // The challenge is what makes it fresh where there is one; otherwise the sender's choice.
    evidence::GpuFreshness freshness = gpus->freshness;
    if (!parts.challenge.empty()) std::ranges::copy(parts.challenge, freshness.bytes.begin());
    const Hash32 statement = evidence::statement_hash(parts.statement);
    for (const evidence::GpuReport& gpu : gpus->devices) {
        const evidence::GpuChallenge nonce =
            evidence::gpu_challenge(statement, freshness, gpu.uuid);
        out.nonces.emplace_back(nonce.bytes.begin(), nonce.bytes.end());
    }
    return out;
}

attest::Appraisal appraise_statement(const StatementCase& asked_about) {
    return StatementJudge{asked_about}.run();
}

attest::Appraisal no_statement() {
    Appraisal out{.kind = "statement",
                  .verdicts = attest::VerdictList{kThereTable},
                  .tcb_status = {},
                  .advisories = {},
                  .facts = {},
                  .valid_until = {}};
    out.verdicts.fail(kThere, "the answer of a validator", "evidence alone");
    return out;
}

}  // namespace pramana::app
