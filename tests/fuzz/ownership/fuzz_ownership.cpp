#include "pramana/core/check.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/ownership/appraise.hpp"
#include "pramana/ownership/mail.hpp"
#include "unit/ownership/signed_mail.hpp"

#include "dkim_key.hpp"
#include "dkim_tags.hpp"

namespace pramana::ownership {
namespace {

Statement genuine() {
    return {.chain_id = 1480,
            .dlp = {},
            .contributor = {},
            .sealed_sha256 = sha256("sealed"),
            .content = {},
            .provider = "chatgpt",
            .method = Method::kProviderApi,
            .issued_unix_s = kNow - 60,
            .expires_unix_s = kNow + kDay};
}

/// Nobody but the witness makes a statement that is accepted: such a text is the genuine one.
void fuzz_statement(std::string_view text) {
    const Result<SignedStatement> read = read_statement(text);
    if (read) PRAMANA_CHECK(write_statement(*read) == text);
    static const Rules kRules{.witnesses = {key_of(kWitness).address()},
                              .providers = {"chatgpt"},
                              .methods = {Method::kProviderApi},
                              .age_s_max = kDay};
    const Contribution here{.chain_id = 1480,
                            .dlp = {},
                            .contributor = {},
                            .sealed_sha256 = sha256("sealed"),
                            .content = {}};
    const attest::Appraisal out = appraise_statement(text, here, kRules, kNow);
    if (out.accepted())
        PRAMANA_CHECK(text == write_statement(sign_statement(genuine(), key_of(kWitness))));
}

const MailRules& mail_rules() {
    static const MailRules kRules{.witnesses = {key_of(kWitness).address()},
                                  .domains = {"mail.provider.example"},
                                  .subjects = {}};
    return kRules;
}

const std::string& key_record() {
    static const std::string kRecord = write_key_record(record_of(std::string{kTestRecord}));
    return kRecord;
}

Hash32 id_of(std::string_view tags) {
    MailDraft draft;
    if (!tags.empty()) draft.tags = tags;
    const std::string mail = signed_mail(draft);
    return appraise_mail(as_bytes_view(mail), key_record(), mail_rules(), kNow).mail_id;
}

/// Nobody but the provider signs: a mail that is accepted is one of the two genuine ones of the
/// corpus in another wrapping.
void fuzz_mail(ByteView mail) {
    static const Hash32 kRelaxed = id_of({});
    static const Hash32 kSimple = id_of(
        "v=1; a=ed25519-sha256; c=simple/simple; d=mail.provider.example; s=export;\r\n "
        "i=@mail.provider.example; q=dns/txt; t=1795000000; x=1796000000; "
        "h=From:From:To:Subject:Date");
    const MailAppraisal out = appraise_mail(mail, key_record(), mail_rules(), kNow);
    PRAMANA_CHECK(out.mail_id.is_zero() == !out.appraisal.accepted());
    if (out.appraisal.accepted()) PRAMANA_CHECK(out.mail_id == kRelaxed || out.mail_id == kSimple);
}

void fuzz_key_record(std::string_view text) {
    static const std::string kMail = signed_mail({});
    const Result<SignedKeyRecord> read = read_key_record(text);
    if (read) PRAMANA_CHECK(write_key_record(*read) == text);
    const MailAppraisal out = appraise_mail(as_bytes_view(kMail), text, mail_rules(), kNow);
    if (out.appraisal.accepted())
        PRAMANA_CHECK(text == write_key_record(record_of(std::string{kTestRecord})));
}

void fuzz_record_text(std::string_view text) {
    const KeyReading reading = read_key(text);
    PRAMANA_CHECK(reading.key.has_value() == reading.problem.empty());
    if (reading.key) PRAMANA_CHECK(!reading.key->verify(Hash32{}, Bytes(64, 1)));
}

}  // namespace
}  // namespace pramana::ownership

// The first byte says what the rest is: a statement, a signed key record, a record's text, a mail.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size == 0) return 0;
    const pramana::ByteView rest{bytes + 1, size - 1};
    switch (bytes[0]) {
        case 's': pramana::ownership::fuzz_statement(pramana::as_text(rest)); break;
        case 'k': pramana::ownership::fuzz_key_record(pramana::as_text(rest)); break;
        case 'r': pramana::ownership::fuzz_record_text(pramana::as_text(rest)); break;
        default: pramana::ownership::fuzz_mail(rest);
    }
    return 0;
}
