#include "verify_statement.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/crypto/secp256k1.hpp"

#include <openssl/sha.h>

#include <algorithm>

namespace pramana::app {
namespace {

using attest::Appraisal;
using attest::Check;

constexpr Check kForm{"statement.form", "The statement is of the version that this program reads.",
                      "Update this program, or ask the operator which version runs."};
constexpr Check kHash{"statement.hash", "The hash that was sent is the one of the statement.",
                      "Ask the validator again; its answer contradicts itself."};
constexpr Check kHardware{
    "statement.evidence",
    "The evidence comes from hardware that the statement names, not from a developer's machine.",
    "Do not send anything: evidence of software proves nothing."};
constexpr Check kChallenge{"statement.challenge",
                           "The answer was made now, for the random challenge that we sent.",
                           "Ask again; an answer to another challenge is a replay."};
constexpr Check kGpu{"statement.gpu_evidence",
                     "The GPU evidence is the one that the report data names.",
                     "Ask the validator again; somebody exchanged the GPU evidence."};
constexpr Check kReportData{"statement.report_data",
                            "The report data that was sent is computed from statement, challenge "
                            "and GPU evidence.",
                            "Ask the validator again; its answer contradicts itself."};
constexpr Check kAddress{"statement.signing_key",
                         "The signing address belongs to the signing key, and both keys are points "
                         "of the curve.",
                         "Do not use this validator: its statement contradicts itself."};
constexpr Check kIssued{
    "statement.issued_keys",
    "The keys that dstack's key service vouches for are those of the statement.",
    "Do not use this validator: its keys come from elsewhere."};
constexpr Check kTls{
    "statement.tls_key",
    "This connection ends inside the enclave: its key is the one in the statement.",
    "Somebody stands between you and the enclave; do not send anything secret."};
constexpr std::array kTable = {kForm,       kHash,    kHardware, kChallenge, kGpu,
                               kReportData, kAddress, kIssued,   kTls};

std::string text_in(const JsonView& object, std::string_view name) {
    const std::optional<JsonView> value = object.member(name);
    if (!value || value->kind() != JsonKind::kString) return {};
    return value->text().value_or("");
}

Hash32 gpu_hash(const attest::AttestedPart& part) {
    return part.gpu_evidence.empty() ? Hash32{} : sha256(part.gpu_evidence);
}

/// 32 zero bytes where there is none.
Hash32 challenge_of(const attest::AttestedPart& part) {
    return fixed_from_hex<Hash32>(part.challenge).value_or(Hash32{});
}

class StatementJudge {
  public:
    StatementJudge(const attest::EvidenceFile& file, const AskedFor& asked)
        : file_{file}, part_{*file.attested}, asked_{asked} {}

    Appraisal run() {
        const Result<JsonView> root = read_json(part_.statement);
        const std::string form = root ? text_in(*root, "format") : "no JSON";
        if (!out_.verdicts.decide(kForm, form == "pramana:statement:2", "pramana:statement:2",
                                  form.empty() ? "no format" : form))
            return std::move(out_);
        check_frame();
        check_hardware(*root);
        check_keys(*root);
        check_tls(*root);
        add_facts(*root);
        return std::move(out_);
    }

  private:
    void decide(const Check& check, const std::string& expected, const std::string& found) {
        out_.verdicts.decide(check, found == expected, expected, found);
    }

    void check_frame() {
        const std::string hash = to_hex(sha256(part_.statement).view());
        decide(kHash, hash, part_.statement_sha256);
        const std::string none = "none";
        if (asked_.challenge)
            decide(kChallenge, to_hex(asked_.challenge->view()), part_.challenge);
        else
            out_.verdicts.not_applicable(
                kChallenge,
                part_.challenge.empty()
                    ? "a recorded answer without a challenge: it may be old"
                    : "a recorded answer to challenge " + part_.challenge + ": it may be old");
        if (part_.gpu_evidence.empty())
            decide(kGpu, none, part_.gpu_evidence_sha256.empty() ? none : "a hash of something");
        else
            decide(kGpu, to_hex(gpu_hash(part_).view()), part_.gpu_evidence_sha256);
        decide(kReportData, to_hex(*expectation_of(file_).report_data), part_.report_data);
    }

    void check_hardware(const JsonView& statement) {
        const std::string provider = text_in(statement, "provider");
        std::string found = "no evidence";
        if (!file_.development.empty())
            found = "development evidence (" + file_.development + ")";
        else if (file_.snp_report)
            found = "sev_snp";
        else if (file_.quote)
            found = file_.event_log ? "dstack_tdx" : "tdx";
        const bool hardware = file_.quote || file_.snp_report;
        out_.verdicts.decide(kHardware, hardware && found == provider,
                             provider == "software" ? "evidence of hardware" : provider, found);
    }

    void check_keys(const JsonView& statement) {
        const Result<Bytes> signing = from_hex(text_in(statement, "signing_key"));
        const Result<Bytes> sealing = from_hex(text_in(statement, "encryption_key"));
        const Result<PublicKey> signing_key =
            signing ? parse_public_key(*signing) : signing.error();
        const Result<PublicKey> sealing_key =
            sealing ? parse_public_key(*sealing) : sealing.error();
        const std::string stated = text_in(statement, "signing_address");
        const Result<Address> address = fixed_from_hex<Address>(stated);
        const bool known = signing_key && sealing_key;
        out_.verdicts.decide(
            kAddress, known && address && address_of(*signing_key) == *address,
            signing_key ? to_hex0x(address_of(*signing_key).view()) : "two keys of secp256k1",
            known && address ? to_hex0x(address->view()) : "a key or address that does not read");
        if (file_.keys.empty()) {
            out_.verdicts.not_applicable(
                kIssued, "the keys were made inside: the evidence alone binds them");
            return;
        }
        std::string problem;
        for (const attest::IssuedKeyPart& key : file_.keys) {
            const Result<PublicKey> issued = parse_public_key(key.public_key);
            const bool ours = issued && known &&
                              ((key.use == "signing" && *issued == *signing_key) ||
                               (key.use == "encryption" && *issued == *sealing_key));
            if (!ours) problem = "another key for " + key.use;
        }
        const bool both =
            std::ranges::count(file_.keys, "signing", &attest::IssuedKeyPart::use) == 1 &&
            std::ranges::count(file_.keys, "encryption", &attest::IssuedKeyPart::use) == 1;
        if (problem.empty() && !both) problem = "not one key for each use";
        out_.verdicts.decide(kIssued, problem.empty(), "signing and encryption key",
                             problem.empty() ? "signing and encryption key" : problem);
    }

    void check_tls(const JsonView& statement) {
        const std::string stated = text_in(statement, "tls_key_sha256");
        if (!asked_.over_tls) {
            out_.verdicts.not_applicable(kTls, "it did not come over https");
            return;
        }
        const std::string found =
            asked_.tls_key_sha256 ? to_hex(asked_.tls_key_sha256->view()) : "no key";
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

    /// What a person would compare; values as the statement has them.
    void add_facts(const JsonView& statement) {
        const auto add = [&](std::string_view name, std::string value) {
            if (!value.empty()) out_.facts.push_back({name, std::move(value)});
        };
        add("statement_sha256", to_hex(sha256(part_.statement).view()));
        for (const std::string_view name :
             {std::string_view{"provider"}, std::string_view{"signing_address"},
              std::string_view{"signing_key"}, std::string_view{"encryption_key"},
              std::string_view{"tls_key_sha256"}, std::string_view{"model"},
              std::string_view{"data_registry"}, std::string_view{"tee_pool"},
              std::string_view{"previous"}})
            add(name, text_in(statement, name));
        for (const std::string_view name :
             {std::string_view{"chain_id"}, std::string_view{"key_epoch"},
              std::string_view{"sequence"}, std::string_view{"anchor"}, std::string_view{"build"},
              std::string_view{"config"}, std::string_view{"upgrade_authority"}})
            if (const std::optional<JsonView> value = statement.member(name))
                add(name, std::string{value->raw()});
        const std::optional<JsonView> dlps = statement.member("dlps");
        for (const JsonView& dlp : dlps ? dlps->items() : std::vector<JsonView>{})
            add("dlp", text_in(dlp, "address") + " by ruleset " + text_in(dlp, "ruleset"));
    }

    const attest::EvidenceFile& file_;
    const attest::AttestedPart& part_;
    const AskedFor& asked_;
    Appraisal out_{.kind = "statement",
                   .verdicts = attest::VerdictList{kTable},
                   .tcb_status = {},
                   .advisories = {},
                   .facts = {},
                   .valid_until = {}};
};

}  // namespace

attest::Expectation expectation_of(const attest::EvidenceFile& file) {
    attest::Expectation out;
    if (!file.attested) return out;
    const attest::AttestedPart& part = *file.attested;
    Bytes preimage;
    append(preimage, "pramana:report:2");
    append(preimage, challenge_of(part).view());
    append(preimage, gpu_hash(part).view());
    append(preimage, part.statement);
    ::SHA512(preimage.data(), preimage.size(), out.report_data.emplace().data());
    // The challenge is what makes it fresh where there is one; otherwise the sender's choice.
    const Hash32 freshness = part.challenge.empty()
                                 ? fixed_from_hex<Hash32>(part.gpu_freshness).value_or(Hash32{})
                                 : challenge_of(part);
    for (const attest::GpuPart& gpu : file.gpus) {
        Bytes nonce;
        append(nonce, "pramana:gpu:1");
        append(nonce, sha256(part.statement).view());
        append(nonce, freshness.view());
        append(nonce, gpu.uuid);
        const Hash32 digest = sha256(nonce);
        out.nonces.emplace_back(digest.bytes.begin(), digest.bytes.end());
    }
    return out;
}

attest::Appraisal appraise_statement(const attest::EvidenceFile& file, const AskedFor& asked) {
    PRAMANA_CHECK(file.attested.has_value());
    return StatementJudge{file, asked}.run();
}

}  // namespace pramana::app
