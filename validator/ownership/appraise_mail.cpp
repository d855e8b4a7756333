#include "pramana/ownership/mail.hpp"

#include "checks.hpp"
#include "dkim_canonical.hpp"
#include "dkim_key.hpp"
#include "dkim_tags.hpp"
#include "mail_fields.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/ownership/key_record.hpp"
#include "times.hpp"

#include <algorithm>
#include <array>

namespace pramana::ownership {
namespace {

using namespace mail_checks;
using attest::UnixTime;
using attest::VerdictList;

constexpr std::array<std::string_view, 4> kSignedFields = {"From", "To", "Subject", "Date"};

/// One signature of the mail, and what it is over.
struct Candidate {
    DkimSignature signature;
    Hash32 body;
    Hash32 header;
    bool verifies = false;
};

bool has(const std::vector<std::string>& list, std::string_view text) {
    return std::ranges::find(list, text) != list.end();
}

/// The record's own checks; a key only where it may be relied upon.
std::optional<DkimKey> judge_record(VerdictList& verdicts, const SignedKeyRecord& given,
                                    const MailRules& rules, UnixTime now) {
    const KeyRecord& record = given.key_record;
    const std::optional<Address> witness = witness_of(key_record_digest(record), given.signature);
    const bool believed =
        witness && std::ranges::find(rules.witnesses, *witness) != rules.witnesses.end();
    verdicts.decide(kRecordWitness, believed, "a witness of the rules",
                    witness ? to_hex0x(witness->view()) : "no signature in its one form");
    const bool fresh = is_recent(record.issued_unix_s, rules.record_age_s_max, now) &&
                       is_span(record.issued_unix_s, record.expires_unix_s) &&
                       record.expires_unix_s >= now;
    verdicts.decide(
        kRecordTimes, fresh,
        "read at most " + std::to_string(rules.record_age_s_max) + " s before " + when(now) +
            ", and not expired",
        "read " + when(record.issued_unix_s) + ", expires " + when(record.expires_unix_s));
    KeyReading reading = read_key(record.record);
    verdicts.decide(kRecordKey, reading.key.has_value(), "an RSA or Ed25519 key for mail",
                    reading.key ? std::string{name_of(reading.key->algorithm())}
                                : std::string{reading.problem});
    if (!reading.key) return std::nullopt;
    const bool rsa = reading.key->algorithm() == DkimAlgorithm::kRsaSha256;
    verdicts.decide(kRecordStrength, !rsa || reading.key->bits() >= rules.rsa_bits_min,
                    "RSA of " + std::to_string(rules.rsa_bits_min) + " bits or more, or Ed25519",
                    std::to_string(reading.key->bits()) + " bits");
    return std::move(reading.key);
}

/// The mail's signature that the record's key verifies, otherwise the first of its domain and
/// selector; `problem` says why there is none.
std::optional<Candidate> find_signature(const RawMail& mail, const KeyRecord& record,
                                        const DkimKey& key, std::string_view& problem) {
    std::optional<Candidate> first;
    problem = "no signature of this domain and selector";
    for (const MailField& field : mail.fields) {
        if (!same_name(field.name, "DKIM-Signature")) continue;
        SignatureReading reading = read_signature(field.value);
        if (!reading.signature) {
            problem = reading.problem;
            continue;
        }
        Candidate found{.signature = *std::move(reading.signature), .body = {}, .header = {}};
        const DkimSignature& signature = found.signature;
        if (signature.domain != record.domain || signature.selector != record.selector) continue;
        if (signature.algorithm != key.algorithm()) {
            problem = "an algorithm that is not the record's";
            continue;
        }
        if (key.identity_is_domain() && signature.identity != signature.domain) {
            problem = "an identity below the domain, which the record forbids";
            continue;
        }
        found.body = body_hash(mail.body, signature.body_relaxed);
        found.header = header_hash(mail, signature, field);
        found.verifies =
            found.body == signature.body_hash && key.verify(found.header, signature.signature);
        if (found.verifies) return found;
        if (!first) first = std::move(found);
    }
    return first;
}

bool time_fits(const DkimSignature& signature, const MailRules& rules, UnixTime now) {
    return signature.signed_unix_s &&
           is_recent(*signature.signed_unix_s, rules.mail_age_s_max, now) &&
           (!signature.expires_unix_s || *signature.expires_unix_s >= now);
}

void judge_time(VerdictList& verdicts, const DkimSignature& signature, const MailRules& rules,
                UnixTime now) {
    const bool fits = time_fits(signature, rules, now);
    std::string found = signature.signed_unix_s ? "signed " + when(*signature.signed_unix_s)
                                                : "no time of signing (t=)";
    if (signature.expires_unix_s) found += ", expires " + when(*signature.expires_unix_s);
    verdicts.decide(kTime, fits,
                    "signed at most " + std::to_string(rules.mail_age_s_max) + " s before " +
                        when(now) + ", and not expired",
                    found);
    if (!fits) return;
    const std::uint64_t end = end_of_age(*signature.signed_unix_s, rules.mail_age_s_max);
    verdicts.holds_until(kTime, std::min(end, signature.expires_unix_s.value_or(end)));
}

/// What the mail says of itself, against what is signed and what the rules take.
void judge_mail(VerdictList& verdicts, const RawMail& mail, const DkimSignature& signature,
                const MailRules& rules) {
    const bool covered = std::ranges::all_of(
        kSignedFields, [&](std::string_view name) { return signature.covers(name); });
    verdicts.decide(kSigned, covered, "From, To, Subject and Date",
                    covered ? "all of them" : "not all of them");
    const bool taken = has(rules.domains, signature.domain);
    verdicts.decide(kDomain, taken, "a domain of the rules", signature.domain);
    const MailField* const from = mail.field("From");
    const std::string sender =
        from == nullptr ? std::string{} : lower_case(domain_of_sender(from->value));
    const bool inside = sender == signature.domain || sender.ends_with('.' + signature.domain);
    verdicts.decide(kSender, inside, "one address in " + signature.domain,
                    inside ? "one" : "none, several or another domain");
    if (rules.subjects.empty())
        return verdicts.not_applicable(kSubject, "the rules name no subject");
    const MailField* const subject = mail.field("Subject");
    const bool known =
        subject != nullptr && std::ranges::any_of(rules.subjects, [&](const std::string& text) {
            return value_is(subject->value, text);
        });
    verdicts.decide(kSubject, known, "a subject of the rules", known ? "one" : "another one");
}

Hash32 id_of(const Hash32& header) {
    Sha256 hash;
    hash.update("pramana:ownership:mail:1");
    hash.update(header.view());
    return hash.finish();
}

attest::Appraisal begin() {
    return {.kind = "export_mail",
            .verdicts = VerdictList{kTable},
            .tcb_status = {},
            .advisories = {},
            .facts = {},
            .valid_until = {}};
}

void add_facts(attest::Appraisal& out, const DkimSignature& signature, const DkimKey& key) {
    out.facts.push_back({"domain", signature.domain});
    out.facts.push_back({"selector", signature.selector});
    out.facts.push_back({"algorithm", std::string{name_of(signature.algorithm)}});
    out.facts.push_back({"key_bits", std::to_string(key.bits())});
    if (signature.signed_unix_s) out.facts.push_back({"signed", when(*signature.signed_unix_s)});
}

/// The mail itself; nothing where something that the rest needs is missing.
std::optional<RawMail> read_and_judge(VerdictList& verdicts, ByteView bytes) {
    MailReading reading = read_mail(bytes);
    if (reading.mail && reading.mail->count("DKIM-Signature") > kMailSignaturesMax)
        reading = {std::nullopt, "more than 8 signatures"};
    if (!verdicts.decide(kFormat, reading.mail.has_value(), "a mail within the bounds",
                         reading.mail ? "one" : std::string{reading.problem}))
        return std::nullopt;
    const std::string_view contradiction = contradiction_in(*reading.mail);
    verdicts.decide(kFields, contradiction.empty(), "each once",
                    contradiction.empty() ? "each once" : std::string{contradiction});
    return std::move(reading.mail);
}

}  // namespace

MailAppraisal appraise_mail(ByteView bytes, std::string_view key_record, const MailRules& rules,
                            UnixTime now) {
    MailAppraisal out{.appraisal = begin(), .mail_id = {}};
    VerdictList& verdicts = out.appraisal.verdicts;
    const Result<SignedKeyRecord> given = read_key_record(key_record);
    if (!verdicts.decide(kRecordFormat, given.has_value(), "a canonical key record",
                         given ? "one" : std::string{given.error().site}))
        return out;
    const std::optional<DkimKey> key = judge_record(verdicts, *given, rules, now);
    const std::optional<RawMail> mail = read_and_judge(verdicts, bytes);
    if (!key || !mail) return out;
    std::string_view problem;
    const std::optional<Candidate> found = find_signature(*mail, given->key_record, *key, problem);
    if (!verdicts.decide(kSignatureField, found.has_value(),
                         given->key_record.selector + " of " + given->key_record.domain,
                         found ? "one" : std::string{problem}))
        return out;
    judge_mail(verdicts, *mail, found->signature, rules);
    judge_time(verdicts, found->signature, rules, now);
    const bool body = found->body == found->signature.body_hash;
    verdicts.decide(kBody, body, "the hash of the signature", body ? "it" : "another hash");
    // Only a header whose body fits was tried: asked again here, so that each check tells its own.
    const bool header = found->verifies || key->verify(found->header, found->signature.signature);
    verdicts.decide(kSignature, header, "a signature of the key", header ? "one" : "none");
    add_facts(out.appraisal, found->signature, *key);
    if (!out.appraisal.accepted()) return out;
    out.mail_id = id_of(found->header);
    const std::optional<std::uint64_t> mail_end = verdicts.at(kTime).until;
    const std::uint64_t record_end =
        std::min(given->key_record.expires_unix_s,
                 end_of_age(given->key_record.issued_unix_s, rules.record_age_s_max));
    out.appraisal.valid_until = std::min(mail_end.value_or(record_end), record_end);
    return out;
}

}  // namespace pramana::ownership
