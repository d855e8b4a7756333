// Asking a revocation service: what is believed, kept and handed on.

#include "pramana/evidence/ocsp_keeper.hpp"
#include "attest_support/ocsp_responder.hpp"
#include "pramana/attest/ocsp.hpp"

#include <gtest/gtest.h>

namespace pramana::evidence {
namespace {

using made::Issued;
using made::kNow;
using made::OcspOrder;
using made::OcspSigner;
using made::OcspWord;

constexpr const char* kUrl = "https://ocsp.example";

class Ocsp : public testing::Test {
  protected:
    Ocsp() {
        const Bytes root = made::root("TEST ONLY issuer", key);
        for (std::uint64_t serial = 1; serial <= 2; ++serial) {
            known.push_back({made::certificate({.subject = "TEST ONLY subject",
                                                .issuer = "TEST ONLY issuer",
                                                .serial = serial},
                                               key, key),
                             root, key});
            subjects.push_back({known.back().certificate, root});
        }
    }
    OcspKeeper keeper(bool asking = true) {
        OcspAsking parts{
            .post = {},
            .url = kUrl,
            .notes = {.load = [this](std::string_view name) -> Result<std::optional<Bytes>> {
                          const auto found = notes.find(std::string{name});
                          if (found == notes.end()) return std::optional<Bytes>{};
                          return std::optional{found->second};
                      },
                      .save = [this](std::string_view name, ByteView content) -> Status {
                          notes[std::string{name}] = {content.begin(), content.end()};
                          return Done{};
                      }},
            .now = [this] { return now; }};
        if (asking)
            parts.post = [this](const std::string& url, std::string_view type, ByteView body,
                                std::size_t bytes_max) -> Result<CollateralReply> {
                EXPECT_EQ(url, kUrl);
                EXPECT_EQ(type, "application/ocsp-request");
                EXPECT_LE(bytes_max, attest::kOcspBytesMax);
                ++asked;
                return service(body);
            };
        return OcspKeeper{std::move(parts)};
    }
    Result<CollateralReply> reply_to(ByteView request) {
        std::optional<Bytes> reply =
            made::ocsp_reply(request, known, [this](const Issued&) { return order; });
        EXPECT_TRUE(reply);
        return CollateralReply{.body = *std::move(reply), .headers = {}};
    }
    /// What the answers say now, one word for each.
    std::string words(const std::vector<Bytes>& answers) const {
        std::string out;
        for (const Bytes& der : answers)
            for (const OcspSubject& subject : subjects) {
                const auto read =
                    attest::read_ocsp_answer(der, subject.certificate, subject.issuer, now);
                if (read)
                    out += read->status == attest::OcspStatus::kGood ? "good " : "revoked ";
                else if (read.error().code != Errc::kNotFound)
                    out += "outdated ";
            }
        return out;
    }

    made::Key key = made::Key::p384();
    std::vector<Issued> known;
    std::vector<OcspSubject> subjects;
    std::map<std::string, Bytes> notes;
    attest::UnixTime now = kNow;
    OcspOrder order;
    unsigned asked = 0;
    std::function<Result<CollateralReply>(ByteView)> service = [this](ByteView request) {
        return reply_to(request);
    };
};

TEST_F(Ocsp, asks_once_and_keeps_what_it_is_told) {
    OcspKeeper one = keeper();
    EXPECT_EQ(words(one.answers(subjects)), "good good ");
    EXPECT_EQ(words(one.answers(subjects)), "good good ");
    EXPECT_EQ(asked, 2U);
    EXPECT_EQ(words(keeper(false).answers(subjects)), "good good ") << "of what was kept";
    now += 3'601;
    EXPECT_EQ(words(one.answers(subjects)), "") << "what is outdated is not handed on";
    EXPECT_EQ(asked, 2U) << "younger than the interval";
    now = kNow + 21'600;
    order.begin = now;
    order.end = now + 60;
    EXPECT_EQ(words(one.answers(subjects)), "good good ");
    EXPECT_EQ(asked, 4U);
}

TEST_F(Ocsp, never_takes_an_older_answer) {
    order.word = OcspWord::kRevoked;
    ASSERT_EQ(words(keeper().answers(subjects)), "revoked revoked ");
    order = {.begin = kNow - 61};
    EXPECT_EQ(words(keeper().answers(subjects)), "revoked revoked ");
    order = {.begin = kNow - 59};
    EXPECT_EQ(words(keeper().answers(subjects)), "good good ") << "a hold that ended";
}

TEST_F(Ocsp, does_not_forget_a_revocation_when_the_service_falls_silent) {
    order.word = OcspWord::kRevoked;
    ASSERT_EQ(words(keeper().answers(subjects)), "revoked revoked ");
    now += 10 * 86'400;
    EXPECT_EQ(words(keeper(false).answers(subjects)), "outdated outdated ");
}

TEST_F(Ocsp, asks_a_service_that_fails_once_in_a_call) {
    service = [](ByteView) { return Error{Errc::kTimeout, "test"}; };
    OcspKeeper one = keeper();
    EXPECT_TRUE(one.answers(subjects).empty());
    EXPECT_EQ(asked, 1U);
    EXPECT_TRUE(one.answers(subjects).empty());
    EXPECT_EQ(asked, 2U);
}

struct FaultRow {
    const char* name;
    void (*change)(OcspOrder&);
    Bytes instead;  ///< the answer; empty: by the order
};
const FaultRow kFaults[] = {
    {"another_nonce", [](OcspOrder& o) { o.nonce.emplace(32, std::uint8_t{1}); }, {}},
    {"a_stranger", [](OcspOrder& o) { o.signer = OcspSigner::kStranger; }, {}},
    {"a_responder_for_nothing", [](OcspOrder& o) { o.signer = OcspSigner::kPlainCertificate; }, {}},
    {"outdated", [](OcspOrder& o) { o.end = kNow - 1; }, {}},
    {"of_the_future", [](OcspOrder& o) { o.begin = kNow + 301; }, {}},
    {"does_not_know", [](OcspOrder& o) { o.word = OcspWord::kUnknown; }, {}},
    {"try_later", [](OcspOrder&) {}, made::ocsp_try_later()},
    {"garbage", [](OcspOrder&) {}, {'<', 'h', 't', 'm', 'l', '>'}},
};
class OcspFault : public Ocsp, public testing::WithParamInterface<FaultRow> {};
TEST_P(OcspFault, is_neither_believed_nor_kept) {
    GetParam().change(order);
    if (!GetParam().instead.empty())
        service = [](ByteView) {
            return CollateralReply{.body = GetParam().instead, .headers = {}};
        };
    EXPECT_TRUE(keeper().answers(subjects).empty());
    EXPECT_EQ(asked, 2U);
    EXPECT_TRUE(notes.empty());
}
INSTANTIATE_TEST_SUITE_P(Rows, OcspFault, testing::ValuesIn(kFaults),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST_F(Ocsp, an_answer_about_another_certificate_is_none) {
    const Bytes other = made::ocsp_answer({}, known[1]);
    service = [&](ByteView) { return CollateralReply{.body = other, .headers = {}}; };
    EXPECT_TRUE(keeper().answers(std::span{subjects}.first(1)).empty());
    EXPECT_TRUE(notes.empty());
}

TEST_F(Ocsp, what_was_kept_is_judged_like_any_other) {
    ASSERT_EQ(words(keeper().answers(subjects)), "good good ");
    for (auto& [name, note] : notes) note.back() ^= 1U;
    EXPECT_EQ(words(keeper(false).answers(subjects)), "");
    for (auto& [name, note] : notes) note.resize(3);
    EXPECT_EQ(words(keeper(false).answers(subjects)), "");
    EXPECT_EQ(words(keeper().answers(subjects)), "good good ");
}

}  // namespace
}  // namespace pramana::evidence
