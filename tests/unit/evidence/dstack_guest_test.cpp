#include "pramana/evidence/dstack_guest.hpp"
#include "evidence_support/dstack_agent.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <sstream>
#include <thread>

namespace {

using namespace pramana;
using namespace pramana::evidence;
using testing_support::http;
using StandIn = testing_support::DstackAgent;

/// What a v4 quote needs for its report data, over the hex that the request names.
std::string quote_json(const std::string& request, bool wrong = false) {
    if (request.find("report_data") == std::string::npos) return "{}";  // another question
    const std::size_t at = request.find("report_data\":\"") + 14;
    Bytes quote(1300);
    store_le(std::uint16_t{4}, quote.data());
    const Bytes report = *from_hex(request.substr(at, request.find('"', at) - at));
    std::copy(report.begin(), report.end(), quote.begin() + 568);
    if (wrong) quote[568] ^= 1U;
    JsonObject json;
    json.text("quote", to_hex(quote)).text("event_log", "[]").text("vm_config", "{}");
    return json.str();
}
StandIn::Answer good_quote() {
    return [](const std::string&, const std::string& body) { return http(quote_json(body)); };
}
StandIn::Answer raw(const std::string& text) {
    return [text](const std::string&, const std::string&) { return text; };
}
StandIn::Answer json(const std::string& text) { return raw(http(text)); }

ReportBytes asked() {
    ReportBytes report;
    report.bytes.fill(0xA7);
    return report;
}
DstackOptions options(unsigned& pauses) {
    DstackOptions out;
    out.deadline = std::chrono::milliseconds{2000};
    out.attempts_max = 3;
    out.sleep = [&pauses](std::chrono::milliseconds) { ++pauses; };
    return out;
}

struct QuoteRow {
    const char* name;
    std::vector<StandIn::Answer> answers;
    std::optional<Errc> refused;
    unsigned requests;
};
class DstackGuestQuote : public testing::TestWithParam<QuoteRow> {};

TEST_P(DstackGuestQuote, is_over_the_asked_report_data_or_refused) {
    const StandIn agent{GetParam().answers};
    unsigned pauses = 0;
    const auto guest = DstackGuest::find({agent.socket()}, options(pauses));
    ASSERT_TRUE(guest.has_value());
    const Result<DstackQuote> quote = guest->quote(asked());
    EXPECT_EQ(quote ? std::nullopt : std::optional{quote.error().code}, GetParam().refused);
    EXPECT_EQ(agent.requests(), GetParam().requests);
    EXPECT_EQ(pauses, GetParam().requests - 1);
}

StandIn::Answer chunked() {
    return [](const std::string&, const std::string& body) {
        const std::string text = quote_json(body);
        std::ostringstream out;
        out << "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        for (std::size_t i = 0; i < text.size(); i += 1000) {
            const std::string piece = text.substr(i, 1000);
            out << std::hex << piece.size() << "\r\n" << piece << "\r\n";
        }
        out << "0\r\n\r\n";
        return out.str();
    };
}
StandIn::Answer until_closed() {
    return [](const std::string&, const std::string& body) {
        return "HTTP/1.1 200 OK\r\n\r\n" + quote_json(body);
    };
}
StandIn::Answer cut_short() {
    return [](const std::string&, const std::string& body) {
        std::string out = http(quote_json(body));
        out.resize(out.size() - 1);
        return out;
    };
}
StandIn::Answer wrong_report_data() {
    return [](const std::string&, const std::string& body) { return http(quote_json(body, true)); };
}
const StandIn::Answer kBusy = raw(http(R"({"error":"busy"})", "503 Service Unavailable"));
const QuoteRow kQuotes[] = {
    {"as_it_should_be", {good_quote()}, {}, 1},
    {"chunked", {chunked()}, {}, 1},
    {"until_the_connection_ends", {until_closed()}, {}, 1},
    {"busy_once", {kBusy, good_quote()}, {}, 2},
    {"short_once", {cut_short(), good_quote()}, {}, 2},
    {"closed_without_an_answer_once", {raw(""), good_quote()}, {}, 2},
    {"busy_for_ever", {kBusy}, Errc::kBusy, 3},
    {"short_for_ever", {cut_short()}, Errc::kBusy, 3},
    {"refused", {raw(http(R"({"error":"no"})", "400 Bad Request"))}, Errc::kIo, 1},
    {"wrong_report_data", {wrong_report_data()}, Errc::kEvidenceMalformed, 1},
    {"short_quote", {json(R"({"quote":"0400","event_log":"[]"})")}, Errc::kEvidenceMalformed, 1},
    {"no_quote", {json(R"({"event_log":"[]"})")}, Errc::kEvidenceMalformed, 1},
    {"error_with_200", {json(R"({"error":"no"})")}, Errc::kEvidenceMalformed, 1},
    {"not_json", {json("<html>")}, Errc::kEvidenceMalformed, 1},
    {"not_http", {raw("SSH-2.0-OpenSSH\r\n\r\n")}, Errc::kEvidenceMalformed, 1},
    {"length_is_no_number",
     {raw("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{}")},
     Errc::kEvidenceMalformed,
     1},
    {"longer_than_stated",
     {raw("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{}")},
     Errc::kEvidenceMalformed,
     1},
    {"length_above_the_limit",
     {raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")},
     Errc::kEvidenceMalformed,
     1},
    {"chunk_is_no_number",
     {raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")},
     Errc::kEvidenceMalformed,
     1},
    {"head_above_the_limit",
     {raw("HTTP/1.1 200 OK\r\nX: " + std::string(40'000, 'x'))},
     Errc::kEvidenceMalformed,
     1},
};
INSTANTIATE_TEST_SUITE_P(rows, DstackGuestQuote, testing::ValuesIn(kQuotes),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(DstackGuest, gives_up_at_the_deadline) {
    std::atomic<bool> done = false;
    const StandIn agent{{[&](const std::string&, const std::string&) {
        while (!done) std::this_thread::sleep_for(std::chrono::milliseconds{5});
        return std::string{};
    }}};
    unsigned pauses = 0;
    DstackOptions short_one = options(pauses);
    short_one.deadline = std::chrono::milliseconds{50};
    const auto guest = DstackGuest::find({agent.socket()}, short_one);
    ASSERT_TRUE(guest.has_value());
    const Result<DstackQuote> quote = guest->quote(asked());
    done = true;
    ASSERT_FALSE(quote.has_value());
    EXPECT_EQ(quote.error().code, Errc::kTimeout);
}

TEST(DstackGuest, asks_an_old_agent_by_the_old_names) {
    std::string target;
    const StandIn agent{{[&](const std::string& asked_target, const std::string& body) {
        target = asked_target +
                 (body.find(R"("hash_algorithm":"raw")") == std::string::npos ? " hashed" : " raw");
        return http(quote_json(body));
    }}};
    unsigned pauses = 0;
    const auto guest = DstackGuest::find({agent.socket(true)}, options(pauses));
    ASSERT_TRUE(guest.has_value());
    EXPECT_TRUE(guest->quote(asked()).has_value());
    EXPECT_EQ(target, "/prpc/Tappd.TdxQuote?json raw");
    const Result<DstackKey> key = guest->key("a", "b");
    ASSERT_FALSE(key.has_value());
    EXPECT_EQ(key.error().code, Errc::kNoTee);
}

TEST(DstackGuest, is_found_at_the_first_socket_that_is_there) {
    const StandIn agent{{good_quote()}};
    unsigned pauses = 0;
    const auto guest =
        DstackGuest::find({{"/nonexistent/dstack.sock", false}, agent.socket()}, options(pauses));
    ASSERT_TRUE(guest.has_value());
    EXPECT_EQ(guest->socket().path, agent.socket().path);
    const auto none =
        DstackGuest::find({{"/nonexistent/dstack.sock", false}, {"/etc/passwd", false}});
    ASSERT_FALSE(none.has_value());
    EXPECT_EQ(none.error().code, Errc::kNoTee);
    EXPECT_EQ(dstack_sockets().front().path, "/var/run/dstack.sock");
    EXPECT_TRUE(dstack_sockets().back().tappd);
}

const std::string kSignature(130, '1');
std::string key_json(const std::string& key, const std::string& chain) {
    return R"({"key":")" + key + R"(","signature_chain":[)" + chain + "]}";
}
const std::string kChain = '"' + kSignature + "\",\"" + kSignature + '"';
struct KeyRow {
    const char* name;
    std::string answer;
    std::optional<Errc> refused;
};
class DstackGuestKey : public testing::TestWithParam<KeyRow> {};
TEST_P(DstackGuestKey, has_the_documented_form_or_is_refused) {
    const StandIn agent{{json(GetParam().answer)}};
    unsigned pauses = 0;
    const auto guest = DstackGuest::find({agent.socket()}, options(pauses));
    ASSERT_TRUE(guest.has_value());
    const Result<DstackKey> key = guest->key("validator/sign/v1", "signing");
    EXPECT_EQ(key ? std::nullopt : std::optional{key.error().code}, GetParam().refused);
}
const KeyRow kKeys[] = {
    {"as_it_should_be", key_json(std::string(64, 'a'), kChain), {}},
    {"upper_case", key_json(std::string(64, 'A'), kChain), {}},
    {"too_short", key_json(std::string(62, 'a'), kChain), Errc::kEvidenceMalformed},
    {"too_long", key_json(std::string(66, 'a'), kChain), Errc::kEvidenceMalformed},
    {"not_hex", key_json(std::string(64, 'g'), kChain), Errc::kEvidenceMalformed},
    {"one_signature", key_json(std::string(64, 'a'), '"' + kSignature + '"'),
     Errc::kEvidenceMalformed},
    {"signature_too_short", key_json(std::string(64, 'a'), R"("11","11")"),
     Errc::kEvidenceMalformed},
    {"no_key", R"({"signature_chain":[]})", Errc::kEvidenceMalformed},
};
INSTANTIATE_TEST_SUITE_P(rows, DstackGuestKey, testing::ValuesIn(kKeys),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(DstackGuest, asks_for_keys_by_path_and_purpose_of_plain_characters) {
    std::string body;
    const StandIn agent{{[&](const std::string&, const std::string& sent) {
        body = sent;
        return http(key_json("0102" + std::string(60, 'f'), kChain));
    }}};
    unsigned pauses = 0;
    const auto guest = DstackGuest::find({agent.socket()}, options(pauses));
    ASSERT_TRUE(guest.has_value());
    const Result<DstackKey> key = guest->key("p/1", "signing");
    ASSERT_TRUE(key.has_value());
    EXPECT_EQ(key->key.expose()[1], 2);
    EXPECT_EQ(body, R"({"path":"p/1","purpose":"signing","algorithm":"secp256k1"})");
    for (const char* bad : {"", "with space", "\n"}) {
        const Result<DstackKey> refused = guest->key(bad, "signing");
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().code, Errc::kBadRequest);
    }
}

TEST(DstackGuest, says_who_it_is) {
    const StandIn agent{
        {json(R"({"app_id":"abab","instance_id":"","tcb_info":"{}"})"), json("{}")}};
    unsigned pauses = 0;
    const auto guest = DstackGuest::find({agent.socket()}, options(pauses));
    ASSERT_TRUE(guest.has_value());
    const Result<DstackInfo> info = guest->info();
    ASSERT_TRUE(info.has_value());
    EXPECT_EQ(info->app_id, (Bytes{0xAB, 0xAB}));
    const Result<DstackInfo> empty = guest->info();
    ASSERT_FALSE(empty.has_value());
    EXPECT_EQ(empty.error().code, Errc::kEvidenceMalformed);
}

TEST(DstackProvider, gives_quote_and_log_as_evidence) {
    const StandIn agent{{good_quote()}};
    unsigned pauses = 0;
    auto guest = DstackGuest::find({agent.socket()}, options(pauses));
    ASSERT_TRUE(guest.has_value());
    const std::unique_ptr<EvidenceProvider> provider = make_dstack_provider(std::move(*guest));
    EXPECT_EQ(provider->kind(), "dstack_tdx");
    const Result<std::string> evidence = provider->quote(asked());
    ASSERT_TRUE(evidence.has_value());
    const Result<JsonView> object = read_json(*evidence);
    ASSERT_TRUE(object.has_value());
    EXPECT_EQ(*object->member("event_log")->text(), "[]");
    EXPECT_NE(evidence->find(to_hex(asked().view())), std::string::npos);
}

}  // namespace
