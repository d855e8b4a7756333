// Answers of a certificate's issuer about it: RFC 6960 section 3.2, and what NVIDIA evidence makes
// of them (docs/attestation-nvidia.md "OCSP").

#include "pramana/attest/ocsp.hpp"
#include "failed_checks.hpp"
#include "made_nvidia.hpp"

#include <gtest/gtest.h>

namespace pramana {
namespace {

using attest::OcspStatus;
using made::Issued;
using made::kNow;
using made::OcspOrder;
using made::OcspSigner;
using made::OcspWord;

/// A certificate of an authority of its own.
struct Authority {
    made::Key key = made::Key::p384();
    Bytes der = made::root("TEST ONLY issuer", key);
    [[nodiscard]] Issued issued(std::uint64_t serial) const {
        static const made::Key subject = made::Key::p384();
        return {
            made::certificate(
                {.subject = "TEST ONLY subject", .issuer = "TEST ONLY issuer", .serial = serial},
                subject, key),
            der, key};
    }
};
const Authority& authority() {
    static const Authority one;
    return one;
}
const Issued& subject() {
    static const Issued one = authority().issued(5);
    return one;
}
const Bytes kNonce(32, 0x4E);

std::string word_of(const Result<attest::OcspAnswer>& answer) {
    if (!answer) return std::string{answer.error().site};
    return answer->status == OcspStatus::kGood      ? "good"
           : answer->status == OcspStatus::kRevoked ? "revoked"
                                                    : "unknown";
}

struct AnswerRow {
    const char* name;
    OcspOrder order;
    const char* word;  ///< or the site of the error
};
const AnswerRow kAnswers[] = {
    {"by_a_responder", {}, "good"},
    {"by_the_issuer", {.signer = OcspSigner::kIssuer}, "good"},
    {"revoked", {.word = OcspWord::kRevoked}, "revoked"},
    {"on_hold", {.word = OcspWord::kHold}, "revoked"},
    {"not_known", {.word = OcspWord::kUnknown}, "unknown"},
    {"id_by_sha1", {.id_digest = "SHA1"}, "good"},
    {"id_by_sha256", {.id_digest = "SHA256"}, "good"},
    {"signed_with_sha256", {.digest = "SHA256"}, "good"},
    {"signed_with_sha1", {.digest = "SHA1"}, "attest.ocsp.signature"},
    {"ends_now", {.end = kNow}, "good"},
    {"ended", {.end = kNow - 1}, "attest.ocsp.outdated"},
    {"clocks_differ", {.begin = kNow + 300}, "good"},
    {"of_the_future", {.begin = kNow + 301}, "attest.ocsp.future"},
    {"without_an_end", {.begin = kNow - 86'400, .end = {}}, "good"},
    {"without_an_end_and_old", {.begin = kNow - 86'401, .end = {}}, "attest.ocsp.outdated"},
    {"responder_expired", {.responder_end = kNow - 1}, "attest.ocsp.signature"},
    {"by_any_certificate", {.signer = OcspSigner::kPlainCertificate}, "attest.ocsp.signature"},
    {"by_a_foreign_responder", {.signer = OcspSigner::kForeignResponder}, "attest.ocsp.signature"},
    {"by_a_stranger_of_the_name", {.signer = OcspSigner::kStranger}, "attest.ocsp.signature"},
    {"revoked_by_a_stranger",
     {.word = OcspWord::kRevoked, .signer = OcspSigner::kStranger},
     "attest.ocsp.signature"},
};
class OcspAnswer : public testing::TestWithParam<AnswerRow> {};
TEST_P(OcspAnswer, is_believed_of_its_issuer_and_in_its_time) {
    const Bytes der = made::ocsp_answer(GetParam().order, subject());
    EXPECT_EQ(word_of(attest::read_ocsp_answer(der, subject().certificate, subject().issuer, kNow)),
              GetParam().word);
}
INSTANTIATE_TEST_SUITE_P(Rows, OcspAnswer, testing::ValuesIn(kAnswers),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(OcspForm, every_truncation_and_every_changed_byte_says_nothing_good) {
    const Bytes der = made::ocsp_answer({}, subject());
    const auto good = [&](ByteView answer) {
        const auto read =
            attest::read_ocsp_answer(answer, subject().certificate, subject().issuer, kNow);
        return read && read->status == OcspStatus::kGood;
    };
    ASSERT_TRUE(good(der));
    for (std::size_t size = 0; size < der.size(); ++size)
        ASSERT_FALSE(good(ByteView{der}.first(size))) << size;
    // What the signature does not cover is the responder's certificate, which is signed itself, and
    // the frame: no change of either may turn one word into another.
    for (std::size_t at = 0; at < der.size(); at += 3) {
        Bytes changed = der;
        changed[at] ^= 0x01U;
        const auto read =
            attest::read_ocsp_answer(changed, subject().certificate, subject().issuer, kNow);
        ASSERT_TRUE(!read || read->status == OcspStatus::kGood) << at;
    }
    Bytes longer = der;
    longer.push_back(0);
    EXPECT_FALSE(good(longer));
    EXPECT_EQ(word_of(attest::read_ocsp_answer(Bytes(attest::kOcspBytesMax + 1),
                                               subject().certificate, subject().issuer, kNow)),
              "attest.ocsp.size");
    EXPECT_EQ(word_of(attest::read_ocsp_answer(made::ocsp_try_later(), subject().certificate,
                                               subject().issuer, kNow)),
              "attest.ocsp.unsuccessful");
    EXPECT_TRUE(attest::is_ocsp_answer(der));
    EXPECT_FALSE(attest::is_ocsp_answer(subject().certificate));
}

TEST(OcspSubject, is_one_certificate_of_one_issuer) {
    const Bytes der = made::ocsp_answer({}, subject());
    const auto about = [&](const Issued& other) {
        return attest::read_ocsp_answer(der, other.certificate, other.issuer, kNow).error().code;
    };
    EXPECT_EQ(about(authority().issued(6)), Errc::kNotFound);
    const Authority namesake;  // the same names and numbers by another key
    EXPECT_EQ(about(namesake.issued(5)), Errc::kNotFound);
    EXPECT_EQ(about({{1, 2, 3}, subject().issuer, authority().key}), Errc::kEvidenceMalformed);
}

TEST(OcspNonce, is_the_one_that_was_asked_with) {
    const auto read = [&](const std::optional<Bytes>& nonce) {
        return word_of(attest::read_ocsp_answer(made::ocsp_answer({.nonce = nonce}, subject()),
                                                subject().certificate, subject().issuer, kNow,
                                                ByteView{kNonce}));
    };
    EXPECT_EQ(read(kNonce), "good");
    EXPECT_EQ(read(std::nullopt), "attest.ocsp.nonce");
    EXPECT_EQ(read(Bytes(32, 0x4F)), "attest.ocsp.nonce");
    EXPECT_EQ(read(Bytes(31, 0x4E)), "attest.ocsp.nonce");
}

TEST(OcspRequest, asks_about_the_certificate_with_a_critical_nonce) {
    const Result<Bytes> request =
        attest::ocsp_request(subject().certificate, subject().issuer, kNonce);
    ASSERT_TRUE(request);
    const std::vector<Issued> known = {authority().issued(6), subject()};
    const std::optional<Bytes> reply =
        made::ocsp_reply(*request, known, [](const Issued&) { return OcspOrder{}; });
    ASSERT_TRUE(reply);
    EXPECT_EQ(word_of(attest::read_ocsp_answer(*reply, subject().certificate, subject().issuer,
                                               kNow, ByteView{kNonce})),
              "good");
    // RFC 8954: id-pkix-ocsp-nonce 1.3.6.1.5.5.7.48.1.2, critical, an OCTET STRING in one.
    const Bytes nonce =
        made::joined({made::der(0x06, Bytes{0x2b, 6, 1, 5, 5, 7, 0x30, 1, 2}),
                      Bytes{0x01, 0x01, 0xff}, made::der(0x04, made::der(0x04, kNonce))});
    EXPECT_NE(std::ranges::search(*request, nonce).begin(), request->end());
    EXPECT_EQ(attest::ocsp_request(subject().certificate, subject().issuer, Bytes(31)).error().code,
              Errc::kEvidenceMalformed);
    EXPECT_EQ(attest::ocsp_request(Bytes{1}, subject().issuer, kNonce).error().code,
              Errc::kEvidenceMalformed);
}

// Of a device: 0 to 2 are the boot ROM's, the provisioner's and the chip authority's, 3 and 4 the
// driver manifest's signer and its authority, 5 and 6 the VBIOS manifest's.
struct DeviceRow {
    const char* name;
    bool required;
    std::vector<std::pair<std::size_t, OcspOrder>> answers;
    const char* failed;
};
std::vector<std::pair<std::size_t, OcspOrder>> all_but(std::size_t left_out, std::size_t other = 99,
                                                       const OcspOrder& of_other = {}) {
    std::vector<std::pair<std::size_t, OcspOrder>> out;
    for (std::size_t i = 0; i < 7; ++i)
        if (i != left_out) out.emplace_back(i, i == other ? of_other : OcspOrder{});
    return out;
}
const std::string kAllRequired = "nvidia.chain.ocsp nvidia.driver_rim.ocsp nvidia.vbios_rim.ocsp";
const DeviceRow kDevices[] = {
    {"nothing_sent_nothing_asked", false, {}, ""},
    {"nothing_sent_all_asked", true, {}, kAllRequired.c_str()},
    {"all", true, all_but(99), ""},
    {"boot_rom_missing", true, all_but(0), "nvidia.chain.ocsp"},
    {"chip_authority_missing", true, all_but(2), "nvidia.chain.ocsp"},
    {"driver_signer_missing", true, all_but(3), "nvidia.driver_rim.ocsp"},
    {"vbios_authority_missing", true, all_but(6), "nvidia.vbios_rim.ocsp"},
    {"some_missing_and_none_asked", false, {{0, {}}, {5, {}}}, ""},
    {"boot_rom_revoked", false, {{0, {.word = OcspWord::kRevoked}}}, "nvidia.chain.ocsp"},
    {"provisioner_on_hold", false, {{1, {.word = OcspWord::kHold}}}, "nvidia.chain.ocsp"},
    {"driver_signer_revoked", false, {{3, {.word = OcspWord::kRevoked}}}, "nvidia.driver_rim.ocsp"},
    {"vbios_signer_revoked", false, {{5, {.word = OcspWord::kRevoked}}}, "nvidia.vbios_rim.ocsp"},
    {"revoked_beside_good", true,
     [] {
         auto rows = all_but(99);
         rows.emplace_back(2, OcspOrder{.word = OcspWord::kRevoked});
         return rows;
     }(),
     "nvidia.chain.ocsp"},
    {"good_beside_outdated", true,
     [] {
         auto rows = all_but(99);
         rows.emplace_back(2, OcspOrder{.end = kNow - 1});
         return rows;
     }(),
     ""},
    {"not_known", false, {{4, {.word = OcspWord::kUnknown}}}, "nvidia.driver_rim.ocsp"},
    {"outdated", false, all_but(99, 1, {.end = kNow - 1}), "nvidia.chain.ocsp"},
    {"by_a_stranger", false, all_but(99, 6, {.signer = OcspSigner::kStranger}),
     "nvidia.vbios_rim.ocsp"},
};
class NvidiaOcsp : public testing::TestWithParam<DeviceRow> {};
TEST_P(NvidiaOcsp, decides_what_was_sent_and_what_is_asked_for) {
    made::MadeNvidia device = made::make_nvidia({});
    for (const auto& [which, order] : GetParam().answers)
        device.ocsp.push_back(made::ocsp_answer(order, device.issued.at(which)));
    attest::NvidiaPolicy policy;
    policy.ocsp_required = GetParam().required;
    const attest::Appraisal appraisal =
        attest::appraise_nvidia(device.evidence(), device.roots, policy, kNow);
    EXPECT_EQ(made::failed_checks(appraisal), GetParam().failed) << attest::to_text(appraisal);
}
INSTANTIATE_TEST_SUITE_P(Rows, NvidiaOcsp, testing::ValuesIn(kDevices),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(NvidiaOcspForm, garbage_refuses_and_answers_end_the_appraisal) {
    made::MadeNvidia device = made::make_nvidia({});
    device.ocsp = {made::ocsp_answer({.end = kNow + 100}, device.issued.at(0))};
    const attest::Appraisal short_lived =
        attest::appraise_nvidia(device.evidence(), device.roots, {}, kNow);
    EXPECT_TRUE(short_lived.accepted()) << attest::to_text(short_lived);
    EXPECT_EQ(short_lived.valid_until, kNow + 100);
    device.ocsp.push_back({1, 2, 3});
    EXPECT_EQ(
        made::failed_checks(attest::appraise_nvidia(device.evidence(), device.roots, {}, kNow)),
        kAllRequired);
}

}  // namespace
}  // namespace pramana
