#include "handlers/run_proof_request.hpp"

#include "fake_service.hpp"

#include <future>
#include <thread>
#include <vector>

namespace pramana::http::test {
namespace {

using pipeline::ContributionStatus;
using pipeline::Stage;

const std::string kEncrypted =
    R"({"job_id": 17, "file_id": 99, "encrypted_encryption_key": "0a0b"})";

ContributionStatus at(Stage stage) {
    ContributionStatus status;
    status.stage = stage;
    return status;
}

std::string error_code(const Client::Answer& answer) {
    const Result<JsonView> json = read_json(answer.body);
    if (!json || !json->member("detail") || !json->member("error"))
        return "(not the clients' shape)";
    return json->member("detail")->member("error")->member("code")->text().value_or("(none)");
}

class RunProof : public HttpTest {
  protected:
    void SetUp() override {
        start();
        service_.on_deposit = [](const pipeline::KeyDeposit&) -> Result<Done> { return Done{}; };
    }
    Client::Answer run(std::string_view body) {
        return ask(post("/RunProof", "application/json", body));
    }
};

TEST_F(RunProof, waits_until_the_proof_is_in_a_block) {
    std::atomic<int> asked{0};
    service_.on_job_status = [&](JobId job) -> Result<ContributionStatus> {
        EXPECT_EQ(job, JobId{17});
        constexpr Stage kWay[] = {Stage::kQueued, Stage::kPlaced, Stage::kSent, Stage::kIncluded};
        const int turn = asked++;
        if (turn == 0) return Error{Errc::kNotFound, "test"};  // the watcher has not seen it yet
        ContributionStatus status = at(kWay[std::min(turn - 1, 3)]);
        status.proof_index = 2;
        status.tx_hash = Hash32{};
        return status;
    };
    const auto answer = run(kEncrypted);
    EXPECT_EQ(answer.status, 200U);
    const JsonView json = *read_json(answer.body);
    EXPECT_TRUE(*json.member("success")->boolean());
    EXPECT_EQ(*json.member("job_id")->whole_number(), 17U);
    EXPECT_EQ(*json.member("proof_index")->whole_number(), 2U);
    EXPECT_EQ(*json.member("transaction_hash")->text(), "0x" + std::string(64, '0'));
    EXPECT_EQ(*json.member("contribution")->member("stage")->text(), "included");
    EXPECT_EQ(asked, 5);
}

TEST_F(RunProof, says_so_when_the_block_does_not_come_in_time) {
    service_.on_job_status = [](JobId) -> Result<ContributionStatus> { return at(Stage::kSent); };
    const auto answer = run(kEncrypted);
    EXPECT_EQ(answer.status, 504U);
    EXPECT_EQ(error_code(answer), "PROOF_SUBMISSION_ERROR");
    EXPECT_NE(answer.body.find("\"stage\":\"sent\""), std::string::npos)
        << "where it stands is told";
}

TEST_F(RunProof, keys_for_jobs_that_the_chain_is_asked_about_keep_nobody_else) {
    std::promise<void> chain_answers;
    std::atomic<int> asked{0};
    const std::shared_future<void> answer = chain_answers.get_future().share();
    service_.on_deposit = [&](const pipeline::KeyDeposit&) -> Result<Done> {
        ++asked;
        answer.wait();
        return Error{Errc::kJobNotOpen, "test"};
    };
    service_.on_status = [](const ContributionId&) -> Result<ContributionStatus> {
        return at(Stage::kQueued);
    };
    std::vector<std::jthread> strangers;
    const std::size_t workers = quick_settings().worker_threads;
    for (std::size_t i = 0; i < 2 * workers; ++i)
        strangers.emplace_back([this] { EXPECT_EQ(run(kEncrypted).status, 409U); });
    while (asked < static_cast<int>(workers)) std::this_thread::yield();

    std::future<Client::Answer> other = std::async(std::launch::async, [this] {
        return ask(get("/v1/contributions/" + std::string(64, 'a')));
    });
    EXPECT_EQ(other.wait_for(std::chrono::seconds{10}), std::future_status::ready);
    chain_answers.set_value();
    EXPECT_EQ(other.get().status, 200U);
}

TEST_F(RunProof, a_job_is_waited_for_by_a_few_at_a_time) {
    std::atomic<bool> done{false};
    std::atomic<int> keys{0};
    service_.on_deposit = [&](const pipeline::KeyDeposit&) -> Result<Done> {
        ++keys;
        return Done{};
    };
    service_.on_job_status = [&](JobId job) -> Result<ContributionStatus> {
        return at(done || job != JobId{17} ? Stage::kFinal : Stage::kSent);
    };
    Settings patient = quick_settings();
    patient.run_proof_wait = std::chrono::seconds{20};
    start(patient);
    std::vector<std::future<Client::Answer>> waiting;
    for (int i = 0; i < 4; ++i)
        waiting.push_back(std::async(std::launch::async, [this] { return run(kEncrypted); }));
    while (keys < 4) std::this_thread::yield();
    const auto fifth = run(kEncrypted);
    EXPECT_EQ(fifth.status, 503U);
    EXPECT_EQ(error_code(fifth), "BUSY");
    const auto other = run(R"({"job_id": 18, "file_id": 99, "encrypted_encryption_key": "0a0b"})");
    EXPECT_EQ(other.status, 200U);
    done = true;
    for (auto& each : waiting) EXPECT_EQ(each.get().status, 200U);
    EXPECT_EQ(run(kEncrypted).status, 200U) << "there is room again";
}

struct EndRow {
    Stage stage;
    std::optional<Errc> cause;
    unsigned status;
    const char* code;
};
TEST_F(RunProof, tells_how_a_job_ended) {
    const EndRow rows[] = {
        {Stage::kFinal, std::nullopt, 200, ""},
        {Stage::kDoneByOther, std::nullopt, 409, "INVALID_JOB_STATUS"},
        {Stage::kCancelled, std::nullopt, 409, "INVALID_JOB_STATUS"},
        {Stage::kRefused, Errc::kFeeTooLow, 400, "FEE_TOO_LOW"},
        {Stage::kRefused, Errc::kFormatNotAccepted, 400, "FORMAT_NOT_ACCEPTED"},
        {Stage::kRefused, Errc::kPartMissing, 400, "PART_MISSING"},
        {Stage::kRefused, Errc::kNotAuthentic, 400, "NOT_AUTHENTIC"},
        {Stage::kWaitingKey, Errc::kAuthTagMismatch, 400, "AUTH_TAG_MISMATCH"},
        {Stage::kWaitingKey, Errc::kRpcUnavailable, 504, "PROOF_SUBMISSION_ERROR"},
        {Stage::kWaitingKey, std::nullopt, 504, "PROOF_SUBMISSION_ERROR"},
        {Stage::kExpired, std::nullopt, 409, "INVALID_JOB_STATUS"},
    };
    for (const EndRow& row : rows) {
        service_.on_job_status = [&row](JobId) -> Result<ContributionStatus> {
            ContributionStatus status = at(row.stage);
            if (row.cause) status.cause = Error{*row.cause, "test"};
            return status;
        };
        const auto answer = run(kEncrypted);
        EXPECT_EQ(answer.status, row.status);
        if (row.status != 200) {
            EXPECT_EQ(error_code(answer), row.code);
        }
    }
}

TEST_F(RunProof, keeps_the_codes_that_clients_know) {
    const struct {
        Errc code;
        unsigned status;
        const char* name;
    } rows[] = {{Errc::kJobNotOpen, 409, "INVALID_JOB_STATUS"},
                {Errc::kJobNotOurs, 400, "JOB_NOT_OURS"},
                {Errc::kClearKeyRefused, 403, "CLEAR_KEY_REFUSED"},
                {Errc::kKeyNotForUs, 400, "KEY_NOT_FOR_US"},
                {Errc::kRpcUnavailable, 503, "RPC_UNAVAILABLE"}};
    for (const auto& row : rows) {
        service_.on_deposit = [&row](const pipeline::KeyDeposit&) -> Result<Done> {
            return Error{row.code, "test"};
        };
        const auto answer = run(kEncrypted);
        EXPECT_EQ(answer.status, row.status);
        EXPECT_EQ(error_code(answer), row.name);
    }
    EXPECT_EQ(error_code(run("{")), "BAD_REQUEST");
    EXPECT_EQ(run("{").status, 400U);
}

TEST_F(RunProof, is_released_by_shutdown) {
    std::atomic<int> asked{0};
    service_.on_job_status = [&](JobId) -> Result<ContributionStatus> {
        ++asked;
        return at(Stage::kSent);
    };
    Settings settings = quick_settings();
    settings.run_proof_wait = std::chrono::seconds{60};
    start(settings);
    Client client{port()};
    client.send(post("/RunProof", "application/json", kEncrypted));
    while (asked == 0) std::this_thread::yield();
    server_->stop();
    const auto answer = client.receive();
    EXPECT_EQ(answer.status, 503U);
    EXPECT_EQ(error_code(answer), "CANCELLED");
}

// vana-protocol.md 3.1: the fields as the documentation, two templates and the SDK send them.
TEST(RunProofRequest, reads_both_keys_and_both_number_forms) {
    const auto clear =
        read_run_proof(R"({"job_id": "456", "file_id": 123, "encryption_key": "0xab\u0063d",
        "encryption_seed": "Please sign", "proof_url": "https://x/y.tar.gz", "nonce": 546883, "secrets": {},
        "env_vars": {"USER": 1}, "encrypted_encryption_key": null, "future": []})");
    ASSERT_TRUE(clear);
    EXPECT_EQ(clear->job, JobId{456});
    EXPECT_EQ(clear->file, FileId{123});
    EXPECT_EQ(as_text(clear->clear_key.expose()), "0xabcd");
    EXPECT_TRUE(clear->encrypted_key.empty());
    EXPECT_EQ(clear->encryption_seed, "Please sign");
    EXPECT_EQ(clear->proof_url, "https://x/y.tar.gz");

    const auto encrypted =
        read_run_proof(R"({"job_id": 1, "file_id": "2", "encrypted_encryption_key": "0x0A0b",
        "validate_permissions": [{"address": "0x8bda577aee8fdb311f971cb6e0106da49f1404a1", "public_key": "0x04",
        "iv": "0102030405060708090a0b0c0d0e0f10",
        "ephemeral_key": "112233445566778899aabbccddeeff00102030405060708090a0b0c0d0e0f000"}]})");
    ASSERT_TRUE(encrypted);
    EXPECT_EQ(encrypted->encrypted_key, (Bytes{0x0A, 0x0B}));
    EXPECT_TRUE(encrypted->clear_key.empty());
    ASSERT_EQ(encrypted->permissions.size(), 1U);
    EXPECT_EQ(to_hex(encrypted->permissions[0].account.view()),
              "8bda577aee8fdb311f971cb6e0106da49f1404a1");
    EXPECT_EQ(encrypted->permissions[0].iv.back(), 0x10);
    EXPECT_EQ(encrypted->permissions[0].ephemeral_key.expose()[31], 0x00);
    EXPECT_EQ(encrypted->permissions[0].ephemeral_key.expose()[0], 0x11);
}

TEST(RunProofRequest, reads_the_older_permission_fields) {
    const auto read = read_run_proof(R"({"job_id": 1, "file_id": 2, "encryption_key": "k",
        "fixed_iv": "0x0102030405060708090a0b0c0d0e0f10",
        "fixed_ephemeral_key": "0x112233445566778899aabbccddeeff00102030405060708090a0b0c0d0e0f0AA"})");
    ASSERT_TRUE(read);
    ASSERT_EQ(read->permissions.size(), 1U);
    EXPECT_TRUE(read->permissions[0].account.is_zero());
    EXPECT_EQ(read->permissions[0].ephemeral_key.expose()[31], 0xAA);
}

struct BadRow {
    const char* name;
    std::string body;
    Errc code;
};
void PrintTo(const BadRow& row, std::ostream* out) { *out << row.name; }
std::string permission(std::string_view iv, std::string_view key, std::string_view address) {
    return R"({"job_id":1,"file_id":2,"encryption_key":"k","validate_permissions":[{"address":")" +
           std::string{address} + R"(","iv":")" + std::string{iv} + R"(","ephemeral_key":")" +
           std::string{key} + R"("}]})";
}
const std::string kIv(32, '1');
const std::string kKey(64, '2');
const std::string kAccount = "0x" + std::string(40, '3');
const BadRow kBad[] = {
    {"not_json", "job_id=1", Errc::kBadRequest},
    {"array", "[]", Errc::kBadRequest},
    {"no_job", R"({"file_id":2,"encryption_key":"k"})", Errc::kBadRequest},
    {"no_file", R"({"job_id":2,"encryption_key":"k"})", Errc::kBadRequest},
    {"negative_job", R"({"job_id":-1,"file_id":2,"encryption_key":"k"})", Errc::kBadRequest},
    {"fraction_job", R"({"job_id":1.5,"file_id":2,"encryption_key":"k"})", Errc::kBadRequest},
    {"empty_text_job", R"({"job_id":"","file_id":2,"encryption_key":"k"})", Errc::kBadRequest},
    {"hex_text_job", R"({"job_id":"0x1","file_id":2,"encryption_key":"k"})", Errc::kBadRequest},
    {"job_above_2_64", R"({"job_id":"18446744073709551616","file_id":2,"encryption_key":"k"})",
     Errc::kBadRequest},
    {"no_key", R"({"job_id":1,"file_id":2})", Errc::kBadRequest},
    {"empty_key", R"({"job_id":1,"file_id":2,"encryption_key":""})", Errc::kBadRequest},
    {"both_keys",
     R"({"job_id":1,"file_id":2,"encryption_key":"k","encrypted_encryption_key":"0a"})",
     Errc::kBadRequest},
    {"key_twice", R"({"job_id":1,"file_id":2,"encryption_key":"k","encryption_key":"l"})",
     Errc::kBadRequest},
    {"key_not_hex", R"({"job_id":1,"file_id":2,"encrypted_encryption_key":"zz"})",
     Errc::kMalformedKey},
    {"key_odd_hex", R"({"job_id":1,"file_id":2,"encrypted_encryption_key":"abc"})",
     Errc::kMalformedKey},
    {"key_number", R"({"job_id":1,"file_id":2,"encryption_key":5})", Errc::kMalformedKey},
    {"key_too_long",
     R"({"job_id":1,"file_id":2,"encryption_key":")" + std::string(5'000, 'k') + "\"}",
     Errc::kMalformedKey},
    {"seed_too_long",
     R"({"job_id":1,"file_id":2,"encryption_key":"k","encryption_seed":")" +
         std::string(1'025, 's') + "\"}",
     Errc::kBadRequest},
    {"permissions_no_list",
     R"({"job_id":1,"file_id":2,"encryption_key":"k","validate_permissions":{}})",
     Errc::kBadRequest},
    {"short_iv", permission(kIv.substr(2), kKey, kAccount), Errc::kMalformedKey},
    {"short_ephemeral_key", permission(kIv, kKey.substr(2), kAccount), Errc::kMalformedKey},
    {"ephemeral_key_not_hex", permission(kIv, std::string(64, 'g'), kAccount), Errc::kMalformedKey},
    {"bad_account", permission(kIv, kKey, "0x12"), Errc::kBadRequest},
};
class RunProofRefused : public testing::TestWithParam<BadRow> {};
TEST_P(RunProofRefused, with_its_code) {
    const auto read = read_run_proof(GetParam().body);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, GetParam().code);
}
INSTANTIATE_TEST_SUITE_P(Table, RunProofRefused, testing::ValuesIn(kBad),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::http::test
