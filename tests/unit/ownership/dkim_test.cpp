#include "pramana/core/sha256.hpp"
#include "pramana/os/file.hpp"
#include "pramana/ownership/mail.hpp"
#include "sample.hpp"

#include "dkim_canonical.hpp"
#include "dkim_key.hpp"
#include "dkim_tags.hpp"

#include <gtest/gtest.h>

// The DKIM verifier against what others published and signed: RFC 6376, RFC 8463, dkimpy.
namespace pramana::ownership {
namespace {

std::string with_crlf(std::string_view text) {
    std::string out;
    for (const char c : text) out += c == '\n' ? std::string{"\r\n"} : std::string(1, c);
    return out;
}

std::string text_of(const std::string& path) {
    return std::string{as_text(*read_file(path, std::size_t{1} << 20U))};
}

std::string hex_of(const Hash32& hash) { return to_hex(hash.view()); }
std::string hash_of(std::string_view text) { return hex_of(sha256(text)); }

// RFC 6376 section 3.4.5: both canonical forms of one message.
TEST(DkimCanonical, is_that_of_the_rfc) {
    const std::string text = "A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n";
    const MailReading mail = read_mail(as_bytes_view(text));
    ASSERT_TRUE(mail.mail);
    EXPECT_EQ(hex_of(body_hash(mail.mail->body, true)), hash_of(" C\r\nD E\r\n"));
    EXPECT_EQ(hex_of(body_hash(mail.mail->body, false)), hash_of(" C \r\nD \t E\r\n"));
}

TEST(DkimCanonical, hashes_the_fields_of_the_rfc_in_the_order_of_h) {
    const std::string text = "A: X\r\nB : Y\t\r\n\tZ  \r\nS: v=1; b=abc ; x=2\r\n\r\n";
    const MailReading mail = read_mail(as_bytes_view(text));
    ASSERT_TRUE(mail.mail);
    DkimSignature signature;
    signature.fields = {"b", "A", "a", "missing"};
    signature.cut_begin = mail.mail->fields[2].value.find("abc");
    signature.cut_end = mail.mail->fields[2].value.find(';', signature.cut_begin);
    signature.header_relaxed = true;
    EXPECT_EQ(hex_of(header_hash(*mail.mail, signature, mail.mail->fields[2])),
              hash_of("b:Y Z\r\na:X\r\ns:v=1; b=; x=2"));
    signature.header_relaxed = false;
    EXPECT_EQ(hex_of(header_hash(*mail.mail, signature, mail.mail->fields[2])),
              hash_of("B : Y\t\r\n\tZ  \r\nA: X\r\nS: v=1; b=; x=2"));
}

struct BodyCase {
    const char* name;
    std::string body;
    std::string simple;
    std::string relaxed;
};
// RFC 6376 sections 3.4.3 and 3.4.4.
const BodyCase kBodies[] = {
    {"nothing", "", "\r\n", ""},
    {"an_empty_line", "\r\n", "\r\n", ""},
    {"empty_lines", "\r\n\r\n\r\n", "\r\n", ""},
    {"spaces", " \t \r\n", " \t \r\n", ""},
    {"no_end", "a", "a\r\n", "a\r\n"},
    {"end", "a\r\n", "a\r\n", "a\r\n"},
    {"end_and_empty_lines", "a\r\n\r\n\r\n", "a\r\n", "a\r\n"},
    {"spaces_at_the_end_of_it", "a\r\n \r\n\t\r\n", "a\r\n \r\n\t\r\n", "a\r\n"},
    {"empty_lines_inside", "a\r\n\r\n \r\nb\r\n", "a\r\n\r\n \r\nb\r\n", "a\r\n\r\n\r\nb\r\n"},
    {"runs", " a \t b\t\r\n", " a \t b\t\r\n", " a b\r\n"},
    {"lf", "a\nb\n\n", "a\r\nb\r\n", "a\r\nb\r\n"},
};
class DkimBody : public testing::TestWithParam<BodyCase> {};
TEST_P(DkimBody, has_the_form_of_the_rfc) {
    EXPECT_EQ(hex_of(body_hash(GetParam().body, false)), hash_of(GetParam().simple));
    EXPECT_EQ(hex_of(body_hash(GetParam().body, true)), hash_of(GetParam().relaxed));
}
INSTANTIATE_TEST_SUITE_P(Cases, DkimBody, testing::ValuesIn(kBodies),
                         [](const auto& row) { return std::string{row.param.name}; });

// RFC 6376 appendix A.2 with the key of appendix C; it signs no t=, so it is held against the
// verifier's parts.
TEST(DkimSignature, of_rfc_6376_appendix_a_verifies) {
    const std::string text = with_crlf(
        R"(DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;
      c=simple/simple; q=dns/txt; i=joe@football.example.com;
      h=Received : From : To : Subject : Date : Message-ID;
      bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
      b=AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB
      4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut
      KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV
      4bmp/YzhwvcubU4=;
Received: from client1.football.example.com  [192.0.2.1]
      by submitserver.example.com with SUBMISSION;
      Fri, 11 Jul 2003 21:01:54 -0700 (PDT)
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game. Are you hungry yet?

Joe.
)");
    const KeyReading key = read_key(
        "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/"
        "zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/"
        "NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB");
    ASSERT_TRUE(key.key) << key.problem;
    EXPECT_EQ(key.key->bits(), 1024U);
    const MailReading mail = read_mail(as_bytes_view(text));
    ASSERT_TRUE(mail.mail) << mail.problem;
    const SignatureReading read = read_signature(mail.mail->fields[0].value);
    ASSERT_TRUE(read.signature) << read.problem;
    EXPECT_EQ(body_hash(mail.mail->body, read.signature->body_relaxed), read.signature->body_hash);
    const Hash32 header = header_hash(*mail.mail, *read.signature, mail.mail->fields[0]);
    EXPECT_TRUE(key.key->verify(header, read.signature->signature));
    EXPECT_FALSE(key.key->verify(sha256("another header"), read.signature->signature));
}

constexpr std::string_view kRfc8463 =
    R"(DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
 date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
 DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
 dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.

)";
constexpr std::string_view kEd25519Record =
    "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
constexpr std::string_view kRsaRecord =
    "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6w"
    "y5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/"
    "8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB";

// RFC 8463 appendix A.3: one mail, two signatures, each with its own record.
TEST(MailOfRfc8463, is_accepted_by_each_of_its_signatures) {
    constexpr std::uint64_t kThen = 1'528'637'909;
    MailRules rules{.witnesses = {key_of(kWitness).address()},
                    .domains = {"football.example.com"},
                    .subjects = {"Is dinner ready?"},
                    .record_age_s_max = kDay,
                    .mail_age_s_max = kDay,
                    .rsa_bits_min = 1024};
    for (const auto& [selector, record] :
         {std::pair{"brisbane", kEd25519Record}, std::pair{"test", kRsaRecord}}) {
        const KeyRecord said{.domain = "football.example.com",
                             .selector = selector,
                             .record = std::string{record},
                             .issued_unix_s = kThen,
                             .expires_unix_s = kThen + kDay};
        const std::string text = write_key_record(sign_key_record(said, key_of(kWitness)));
        const std::string mail = with_crlf(kRfc8463);
        const MailAppraisal out = appraise_mail(as_bytes_view(mail), text, rules, kThen + 60);
        EXPECT_EQ(made::failed_checks(out.appraisal), "") << selector;
        EXPECT_TRUE(out.appraisal.accepted()) << selector;
        EXPECT_FALSE(out.mail_id.is_zero());
        EXPECT_EQ(out.appraisal.valid_until, kThen + kDay);
    }
}

// Mails that dkimpy signed (make_mails.py), under a key of 2048 bits or Ed25519.
class MailOfDkimpy : public testing::TestWithParam<const char*> {};
TEST_P(MailOfDkimpy, is_accepted) {
    const std::string path = std::string{"tests/unit/ownership/mails/"} + GetParam();
    std::string record = text_of(path + ".key");
    record.pop_back();
    const std::string mail = text_of(path + ".eml");
    const MailRules rules{.witnesses = {key_of(kWitness).address()},
                          .domains = {"mail.provider.example"},
                          .subjects = {"Your data   export is   ready"}};
    const MailAppraisal out =
        appraise_mail(as_bytes_view(mail), write_key_record(record_of(record)), rules, kNow);
    EXPECT_EQ(made::failed_checks(out.appraisal), "");
    EXPECT_TRUE(out.appraisal.accepted());
}
INSTANTIATE_TEST_SUITE_P(Mails, MailOfDkimpy,
                         testing::Values("rsa_relaxed_relaxed", "rsa_simple_simple",
                                         "rsa_relaxed_simple", "rsa_simple_relaxed",
                                         "empty_body_simple", "empty_body_relaxed",
                                         "no_last_line_end", "part_twice", "oversigned", "ed25519",
                                         "lines_with_lf"),
                         [](const auto& row) { return std::string{row.param}; });

TEST(MailOfDkimpy, under_a_short_key_is_refused_for_that_alone) {
    std::string record = text_of("tests/unit/ownership/mails/weak_key.key");
    record.pop_back();
    const std::string mail = text_of("tests/unit/ownership/mails/weak_key.eml");
    const MailRules rules{.witnesses = {key_of(kWitness).address()},
                          .domains = {"mail.provider.example"},
                          .subjects = {}};
    const MailAppraisal out =
        appraise_mail(as_bytes_view(mail), write_key_record(record_of(record)), rules, kNow);
    EXPECT_EQ(made::failed_checks(out.appraisal), "ownership.key_record.strength");
    EXPECT_TRUE(out.mail_id.is_zero());
}

struct TagCase {
    const char* name;
    std::string_view text;
    bool good;
};
const TagCase kTagLists[] = {
    {"one", "v=1", true},
    {"semicolon_at_the_end", "v=1; a=b;", true},
    {"white_space", " v = 1 ;\r\n\ta = b c ; ", true},
    {"empty_value", "p=", true},
    {"empty", "", false},
    {"two_semicolons", "v=1;;a=b", false},
    {"no_equals", "v=1; a", false},
    {"a_tag_twice", "v=1; v=1", false},
    {"digit_first", "1v=1", false},
    {"control_character", "v=\x01", false},
    {"beyond_ascii", "v=\xc3\xa9", false},
};
class DkimTags : public testing::TestWithParam<TagCase> {};
TEST_P(DkimTags, are_read_strictly) {
    EXPECT_EQ(read_tags(GetParam().text).has_value(), GetParam().good);
}
INSTANTIATE_TEST_SUITE_P(Cases, DkimTags, testing::ValuesIn(kTagLists),
                         [](const auto& row) { return std::string{row.param.name}; });

struct KeyCase {
    const char* name;
    std::string record;
    std::string_view problem;  ///< empty: a key
};
std::vector<KeyCase> key_cases() {
    const std::string ed = "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    constexpr std::string_view kNone = "no RSA key of 1024 to 8192 bits and no Ed25519 key";
    return {
        {"plain", "v=DKIM1; k=ed25519; " + ed, ""},
        {"without_version", "k=ed25519; " + ed, ""},
        {"unknown_tags", "v=DKIM1; k=ed25519; zz=1; n=note; " + ed, ""},
        {"lists", "v=DKIM1; k=ed25519; h=sha1:sha256; s=email; t=s; " + ed, ""},
        {"version_behind", "k=ed25519; v=DKIM1; " + ed,
         "a version that is not DKIM1 or does not stand first"},
        {"another_version", "v=DKIM2; k=ed25519; " + ed,
         "a version that is not DKIM1 or does not stand first"},
        {"sha1_only", "v=DKIM1; k=ed25519; h=sha1; " + ed, "a key that is not for SHA-256"},
        {"another_service", "v=DKIM1; k=ed25519; s=tlsrpt; " + ed, "a key that is not for mail"},
        {"for_tests", "v=DKIM1; k=ed25519; t=s:y; " + ed, "a key for tests (t=y)"},
        {"revoked", "v=DKIM1; k=ed25519; p=", "a revoked key (empty p=)"},
        {"no_key", "v=DKIM1; k=ed25519", "no key"},
        {"no_base64", "v=DKIM1; k=ed25519; p=@@@@", "a key that is no base64"},
        {"too_short", "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg==", kNone},
        {"of_another_kind", "v=DKIM1; k=rsa; " + ed, kNone},
        {"unknown_kind", "v=DKIM1; k=dsa; " + ed, kNone},
        // 512 bits: RFC 8301 section 3.2; made by openssl genrsa 512 and thrown away.
        {"rsa_512",
         "v=DKIM1; k=rsa; "
         "p="
         "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBANuyT0DP2jJTq47gesm3cwHL4tMgmzesGvawj3rnjUfm2ZRkocvYyh5Ym"
         "YTxF1+FSPj+nwUDi2JB//M8LI5tkUMCAwEAAQ==",
         kNone},
        // 2048 bits and exponent 1.
        {"rsa_exponent_1",
         "v=DKIM1; k=rsa; "
         "p=MIIBCAKCAQEArlvCfuU/zRdDaDbVbN44Ui0vdLPKu+b0g1ob0Nr2xW/"
         "BE7FovGHSFwWARZeGs2CMe+8ZFw+UUUGdbwrQG/Je/JCZ+2WzFrJcN22fhMevaDH/Yk+O8mJqTOrBAc9HMGATu+/"
         "eBMLboRWLX0OS+omo4R4AENaLrs+kKtUY7IGJWR9PUhfOwuAgmiqi5ZUFHDcq/60V0SIw98unGNeiC+W4K8GuAY3/"
         "cSHgjtplUgM6cZYJC9cxPmhHD2JILtb1/nGXhmzwD7LJ2c86kDGYyJpd55f90QD/"
         "j1UhdW0uQIlwqza3nHtuhSiru6xJKZ/hIygd8TH1x7Kw/nLOfQGb7Rws3QIBAQ==",
         kNone},
        {"rsa_with_a_tail",
         "v=DKIM1; k=rsa; "
         "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC8vK5eUvaDyl9RI+"
         "HLAmFfBWIwzPIpNN9JsGdBTTZOOLcJ1jU+"
         "sPK0jYc0SYFXyjdaeQkvrS6A75ydlez5aTLn7eQajn2GL9NnlzMonL9rYBt3lAWWazfiLmpdBPYA4B16emdOdkFmk"
         "wOr1IdHEiD3Bztu3VgmIEdZQdwZZ7+nIwIDAQABAA==",
         kNone},
        {"rsa_without_its_wrapping",
         "v=DKIM1; k=rsa; "
         "p=MIGJAoGBALy8rl5S9oPKX1Ej4csCYV8FYjDM8ik030mwZ0FNNk44twnWNT6w8rSNhzRJgVfKN1p5CS+"
         "tLoDvnJ2V7PlpMuft5BqOfYYv02eXMyicv2tgG3eUBZZrN+"
         "Iual0E9gDgHXp6Z052QWaTA6vUh0cSIPcHO27dWCYgR1lB3Blnv6cjAgMBAAE=",
         ""},
    };
}
class DkimKeyRecord : public testing::TestWithParam<KeyCase> {};
TEST_P(DkimKeyRecord, is_read_strictly) {
    const KeyReading reading = read_key(GetParam().record);
    EXPECT_EQ(reading.problem, GetParam().problem);
    EXPECT_EQ(reading.key.has_value(), GetParam().problem.empty());
}
INSTANTIATE_TEST_SUITE_P(Cases, DkimKeyRecord, testing::ValuesIn(key_cases()),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::ownership
