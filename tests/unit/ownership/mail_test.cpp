#include "pramana/ownership/mail.hpp"
#include "signed_mail.hpp"

#include <gtest/gtest.h>

#include <functional>

// docs/ownership.md "Export mail": forgeries, and what is refused though it is signed.
namespace pramana::ownership {
namespace {

MailRules rules() {
    return {.witnesses = {key_of(kWitness).address()},
            .domains = {"mail.provider.example"},
            .subjects = {"Your data export is ready"}};
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    PRAMANA_CHECK(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

MailAppraisal appraised(const std::string& mail, const MailRules& taken = rules(),
                        const SignedKeyRecord& record = record_of(std::string{kTestRecord})) {
    return appraise_mail(as_bytes_view(mail), write_key_record(record), taken, kNow);
}

TEST(ExportMail, is_accepted_with_its_facts) {
    const MailAppraisal out = appraised(signed_mail({}));
    EXPECT_EQ(made::failed_checks(out.appraisal), "");
    EXPECT_TRUE(out.appraisal.accepted());
    EXPECT_EQ(out.appraisal.fact("domain")->value, "mail.provider.example");
    EXPECT_EQ(out.appraisal.fact("selector")->value, "export");
    EXPECT_EQ(out.appraisal.fact("algorithm")->value, "ed25519-sha256");
    EXPECT_EQ(out.appraisal.fact("signed")->value, "2026-11-18T11:06:40Z");
    EXPECT_EQ(out.appraisal.valid_until, kNow + kDay);  // the record's
}

// Nothing personal gets into what is told.
TEST(ExportMail, is_not_told) {
    const std::string mail = signed_mail({});
    for (const std::string& text : {mail, replaced(mail, "Hello Alex", "Hello Bob")}) {
        const std::string json = attest::to_json(appraised(text).appraisal);
        for (const char* const word : {"alex", "Alex", "exports@", "Hello", "ready"})
            EXPECT_EQ(json.find(word), std::string::npos) << word;
    }
}

// However it was wrapped on the way, it counts as one mail.
TEST(ExportMail, has_one_id) {
    const std::string mail = signed_mail({});
    const Hash32 id = appraised(mail).mail_id;
    EXPECT_FALSE(id.is_zero());
    EXPECT_EQ(appraised("Received: from elsewhere\r\n" + mail).mail_id, id);
    EXPECT_EQ(appraised(replaced(mail, "Subject: Your", "SUBJECT:\r\n  Your")).mail_id, id);
    EXPECT_EQ(appraised(mail + "\r\n\r\n").mail_id, id);
    MailDraft other;
    other.body = "Another one.\r\n";
    EXPECT_NE(appraised(signed_mail(other)).mail_id, id);
}

struct ForgeryCase {
    const char* name;
    std::function<std::string(const std::string&)> forge;
    std::string failed;
};
const std::string kFrom = "From: Provider <exports@mail.provider.example>\r\n";
std::function<std::string(const std::string&)> swap(std::string from, std::string to) {
    return [=](const std::string& mail) { return replaced(mail, from, to); };
}
// A genuine mail, altered by somebody without the key.
const ForgeryCase kForgeries[] = {
    {"body_changed", swap("Hello Alex", "Hello Mary"), "ownership.mail.body"},
    {"line_added_to_the_body", [](const std::string& mail) { return mail + "PS: more\r\n"; },
     "ownership.mail.body"},
    {"recipient_changed", swap("To: alex", "To: mary"), "ownership.mail.signature"},
    {"date_changed", swap("23 Nov", "24 Nov"), "ownership.mail.signature"},
    {"subject_changed", swap("Subject: Your", "Subject: Their"),
     "ownership.mail.subject ownership.mail.signature"},
    {"sender_changed_within_the_domain", swap("<exports@", "<support@"),
     "ownership.mail.signature"},
    {"sender_of_another_domain", swap("<exports@mail.provider.example>", "<exports@evil.example>"),
     "ownership.mail.sender ownership.mail.signature"},
    {"second_from_on_top",
     [](const std::string& mail) { return "From: eve@evil.example\r\n" + mail; },
     "ownership.mail.fields ownership.mail.sender"},
    {"second_from_below", swap(kFrom, kFrom + "From: eve@mail.provider.example\r\n"),
     "ownership.mail.fields ownership.mail.signature"},
    {"second_subject_on_top",
     [](const std::string& mail) { return "Subject: Your data export is ready\r\n" + mail; },
     "ownership.mail.fields"},
    {"second_recipient", [](const std::string& mail) { return "To: eve@evil.example\r\n" + mail; },
     "ownership.mail.fields"},
    {"second_content_type",
     [](const std::string& mail) {
         return "Content-Type: text/html\r\ncontent-type: text/plain\r\n" + mail;
     },
     "ownership.mail.fields"},
    {"from_removed", swap(kFrom, ""),
     "ownership.mail.fields ownership.mail.sender ownership.mail.signature"},
    {"time_moved", swap("t=1795000000", "t=1795000001"), "ownership.mail.signature"},
    {"length_limit_added", swap("; bh=", "; l=5; bh="), "ownership.mail.signature_field"},
    {"fewer_signed_fields", swap("h=From:To:Subject:Date", "h=From:Subject:Date"),
     "ownership.mail.signed ownership.mail.signature"},
    {"domain_changed", swap("d=mail.provider.example", "d=evil.example"),
     "ownership.mail.signature_field"},
    {"selector_changed", swap("s=export", "s=other"), "ownership.mail.signature_field"},
    {"sha1", swap("a=ed25519-sha256", "a=rsa-sha1"), "ownership.mail.signature_field"},
    {"rsa_claimed_of_an_ed25519_key", swap("a=ed25519-sha256", "a=rsa-sha256"),
     "ownership.mail.signature_field"},
    {"canonicalization_changed", swap("c=relaxed/relaxed", "c=simple/relaxed"),
     "ownership.mail.signature"},
    {"hash_of_the_body_changed", swap("; bh=", "; bh=A"), "ownership.mail.signature_field"},
    {"signature_of_another_mail",
     [](const std::string& mail) {
         MailDraft other;
         other.body = "Something else.\r\n";
         const std::string theirs = signed_mail(other);
         return theirs.substr(0, theirs.find("\r\n")) + mail.substr(mail.find("\r\n"));
     },
     "ownership.mail.body"},
    {"signature_cut_short",
     [](const std::string& mail) { return replaced(mail, "==\r\nFrom", "\r\nFrom"); },
     "ownership.mail.signature_field"},
    {"no_signature", [](const std::string& mail) { return mail.substr(mail.find("\r\nFrom:") + 2); },
     "ownership.mail.signature_field"},
    {"mbox_line_on_top",
     [](const std::string& mail) { return "From alex Mon Nov 23 10:00:00 2026\r\n" + mail; },
     "ownership.mail.format"},
    {"lines_of_two_kinds", swap("\r\nTo:", "\nTo:"), "ownership.mail.format"},
    {"a_bare_cr", swap("Hello", "Hel\rlo"), "ownership.mail.format"},
    {"a_nul", [](const std::string& mail) { return mail + std::string(1, '\0'); },
     "ownership.mail.format"},
    {"nothing", [](const std::string&) { return std::string{}; }, "ownership.mail.format"},
    {"too_large", [](const std::string& mail) { return mail + std::string(kMailBytesMax, 'x'); },
     "ownership.mail.format"},
    {"a_header_too_large",
     [](const std::string& mail) {
         return "X: " + std::string(kMailHeaderBytesMax, 'x') + "\r\n" + mail;
     },
     "ownership.mail.format"},
    {"too_many_fields",
     [](const std::string& mail) {
         std::string more;
         for (std::size_t i = 0; i < kMailFieldsMax; ++i) more += "X: y\r\n";
         return more + mail;
     },
     "ownership.mail.format"},
    {"too_many_signatures",
     [](const std::string& mail) {
         std::string more;
         for (std::size_t i = 0; i < kMailSignaturesMax; ++i) more += "DKIM-Signature: v=1\r\n";
         return more + mail;
     },
     "ownership.mail.format"},
};
class ForgedMail : public testing::TestWithParam<ForgeryCase> {};
TEST_P(ForgedMail, is_refused_for_its_cause) {
    const MailAppraisal out = appraised(GetParam().forge(signed_mail({})));
    EXPECT_FALSE(out.appraisal.accepted());
    EXPECT_EQ(made::failed_checks(out.appraisal), GetParam().failed);
    EXPECT_TRUE(out.mail_id.is_zero());
}
INSTANTIATE_TEST_SUITE_P(Cases, ForgedMail, testing::ValuesIn(kForgeries),
                         [](const auto& row) { return std::string{row.param.name}; });

struct DraftCase {
    const char* name;
    std::function<void(MailDraft&)> change;
    std::string failed;
};
std::function<void(MailDraft&)> tags(std::string from, std::string to) {
    return [=](MailDraft& draft) { draft.tags = replaced(draft.tags, from, to); };
}
std::function<void(MailDraft&)> header(std::string from, std::string to) {
    return [=](MailDraft& draft) { draft.header = replaced(draft.header, from, to); };
}
const std::string kAddress = "Provider <exports@mail.provider.example>";
// Rightly signed by the provider's key, and yet refused, or taken.
const DraftCase kDrafts[] = {
    {"too_little_signed", tags("h=From:To:Subject:Date", "h=From:Subject:Date"),
     "ownership.mail.signed"},
    {"without_a_time", tags(" t=1795000000;", ""), "ownership.mail.time"},
    {"too_old", tags("t=1795000000", "t=1787000000"), "ownership.mail.time"},
    {"of_the_future", tags("t=1795000000", "t=1795087000"), "ownership.mail.time"},
    {"expired", tags("t=1795000000", "t=1795000000; x=1795000100"), "ownership.mail.time"},
    {"expires_later", tags("t=1795000000", "t=1795000000; x=1795090000"), ""},
    {"expires_before_it_was_signed", tags("t=1795000000", "t=1795000000; x=1794999999"),
     "ownership.mail.signature_field"},
    {"a_time_that_is_none", tags("t=1795000000", "t=-1"), "ownership.mail.signature_field"},
    {"a_length_limit", tags("; t=", "; l=10; t="), "ownership.mail.signature_field"},
    {"identity_elsewhere", tags("; t=", "; i=@evil.example; t="), "ownership.mail.signature_field"},
    {"identity_that_ends_like_the_domain", tags("; t=", "; i=@evilmail.provider.example; t="),
     "ownership.mail.signature_field"},
    {"identity_below", tags("; t=", "; i=joe@sub.mail.provider.example; t="), ""},
    {"key_elsewhere", tags("; t=", "; q=http; t="), "ownership.mail.signature_field"},
    {"another_version", tags("v=1", "v=2"), "ownership.mail.signature_field"},
    {"a_tag_twice", tags("v=1", "v=1; v=1"), "ownership.mail.signature_field"},
    {"unknown_tags", tags("v=1", "v=1; zz=top"), ""},
    {"oversigned", tags("h=From:To", "h=From:From:To:To:Cc"), ""},
    {"its_own_field_named", tags("h=From:To", "h=DKIM-Signature:From:To"), ""},
    {"sender_below_the_domain", header("@mail.provider", "@eu.mail.provider"), ""},
    {"sender_above_the_domain", header("@mail.provider", "@provider"), "ownership.mail.sender"},
    {"sender_that_ends_like_the_domain", header("@mail.provider", "@evilmail.provider"),
     "ownership.mail.sender"},
    {"two_senders", header(kAddress, kAddress + ", eve@evil.example"), "ownership.mail.sender"},
    {"a_group", header(kAddress, "g: " + kAddress + ";"), "ownership.mail.sender"},
    {"a_comment", header(kAddress, "exports@mail.provider.example (x@evil.example)"),
     "ownership.mail.sender"},
    {"a_display_name_with_an_address",
     header(kAddress, "\"eve@evil.example\" <exports@mail.provider.example>"), ""},
    {"an_address_behind_the_address",
     header(kAddress, "<exports@mail.provider.example> <eve@evil.example>"),
     "ownership.mail.sender"},
    {"an_address_without_a_name", header(kAddress, "exports@mail.provider.example"), ""},
    {"another_subject", header("is ready", "is ready!"), "ownership.mail.subject"},
    {"another_case_in_the_subject", header("Your data", "your data"), "ownership.mail.subject"},
    {"no_subject", header("Subject: Your data export is ready\r\n", ""),
     "ownership.mail.fields ownership.mail.subject"},
};
class SignedMail : public testing::TestWithParam<DraftCase> {};
TEST_P(SignedMail, is_judged_by_the_rules) {
    MailDraft draft;
    GetParam().change(draft);
    const MailAppraisal out = appraised(signed_mail(draft));
    EXPECT_TRUE(made::agrees(out.appraisal, GetParam().failed))
        << made::failed_checks(out.appraisal);
}
INSTANTIATE_TEST_SUITE_P(Cases, SignedMail, testing::ValuesIn(kDrafts),
                         [](const auto& row) { return std::string{row.param.name}; });

struct RecordCase {
    const char* name;
    std::function<void(KeyRecord&, MailRules&)> change;
    std::string failed;
};
const RecordCase kRecords[] = {
    {"another_witness", [](auto&, auto& r) { r.witnesses = {key_of(kStranger).address()}; },
     "ownership.key_record.witness"},
    {"read_long_ago", [](auto& k, auto&) { k.issued_unix_s = kNow - 7 * kDay - 1; },
     "ownership.key_record.times"},
    {"read_in_the_future", [](auto& k, auto&) { k.issued_unix_s = kNow + 301; },
     "ownership.key_record.times"},
    {"expired", [](auto& k, auto&) { k.expires_unix_s = kNow - 1; }, "ownership.key_record.times"},
    {"valid_for_too_long",
     [](auto& k, auto&) { k.expires_unix_s = k.issued_unix_s + kLifetimeMax + 1; },
     "ownership.key_record.times"},
    {"of_another_domain", [](auto& k, auto&) { k.domain = "provider.example"; },
     "ownership.mail.signature_field"},
    {"of_another_selector", [](auto& k, auto&) { k.selector = "old"; },
     "ownership.mail.signature_field"},
    {"revoked", [](auto& k, auto&) { k.record = "v=DKIM1; k=ed25519; p="; },
     "ownership.key_record.key"},
    {"of_another_key",
     [](auto& k, auto&) {
         k.record = "v=DKIM1; k=ed25519; p=PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=";
     },
     "ownership.mail.signature"},
    {"that_forbids_identities_below",
     [](auto& k, auto&) { k.record = "t=s; " + std::string{kTestRecord}.substr(9); }, ""},
    {"with_a_domain_that_the_rules_do_not_take",
     [](auto&, auto& r) { r.domains = {"provider.example"}; }, "ownership.mail.domain"},
};
class MailUnderRecord : public testing::TestWithParam<RecordCase> {};
TEST_P(MailUnderRecord, is_judged_by_it) {
    KeyRecord record = record_of(std::string{kTestRecord}).key_record;
    MailRules taken = rules();
    GetParam().change(record, taken);
    const MailAppraisal out =
        appraised(signed_mail({}), taken, sign_key_record(record, key_of(kWitness)));
    EXPECT_TRUE(made::agrees(out.appraisal, GetParam().failed))
        << made::failed_checks(out.appraisal);
}
INSTANTIATE_TEST_SUITE_P(Cases, MailUnderRecord, testing::ValuesIn(kRecords),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(MailUnderRecord, that_forbids_identities_below_has_none_below) {
    MailDraft draft;
    draft.tags = replaced(draft.tags, "; t=", "; i=@sub.mail.provider.example; t=");
    const MailAppraisal out = appraised(signed_mail(draft), rules(),
                                        record_of("t=s; " + std::string{kTestRecord}.substr(9)));
    EXPECT_EQ(made::failed_checks(out.appraisal), "ownership.mail.signature_field");
}

TEST(KeyRecord, altered_is_no_longer_of_its_witness) {
    SignedKeyRecord altered = record_of(std::string{kTestRecord});
    altered.key_record.record =
        "v=DKIM1; k=ed25519; p=PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=";
    const MailAppraisal out = appraised(signed_mail({}), rules(), altered);
    EXPECT_EQ(made::failed_checks(out.appraisal),
              "ownership.key_record.witness ownership.mail.signature");
}

TEST(KeyRecord, in_any_other_form_is_refused) {
    const std::string good = write_key_record(record_of(std::string{kTestRecord}));
    ASSERT_TRUE(read_key_record(good));
    for (const std::string& text :
         {good + " ", replaced(good, "{", R"({"a":1,)"), replaced(good, "record:1", "record:2"),
          replaced(good, "mail.provider", "MAIL.provider"), replaced(good, "v=DKIM1", "\\tv=DKIM1"),
          replaced(good, "mail.provider.example", "mail..example"), std::string{}}) {
        const Result<SignedKeyRecord> read = read_key_record(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().code, Errc::kEvidenceMalformed);
    }
}

TEST(Domain, has_labels_of_the_dns) {
    for (const char* const name : {"a.b", "mail.provider.example", "_x.a-b.c0"})
        EXPECT_TRUE(is_domain(name)) << name;
    for (const std::string& name : {std::string{}, std::string{"a"}, std::string{"a..b"},
                                    std::string{".a.b"}, std::string{"a.b."}, std::string{"A.b"},
                                    std::string{"a b.c"}, std::string(64, 'a') + ".b",
                                    std::string(63, 'a') + '.' + std::string(63, 'b') + '.' +
                                        std::string(63, 'c') + '.' + std::string(63, 'd')})
        EXPECT_FALSE(is_domain(name)) << name;
    EXPECT_TRUE(is_domain("20230601", 1));
}

}  // namespace
}  // namespace pramana::ownership
