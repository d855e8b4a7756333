#include "pramana/chain/vana.hpp"

#include "pramana/chain/uint256.hpp"

#include "chain_test.hpp"

namespace pramana::chain {
namespace {

const Address kTee = fixed<Address>(kFirst);
const Address kOther = fixed<Address>(kSecond);

Proof small_proof() {
    return {.signature = raw("0102"),
            .content = {.score = to_word(std::uint64_t{5}),
                        .dlp_id = 6,
                        .metadata = "m",
                        .proof_url = "p",
                        .instruction = "i"}};
}
// ethers 6.17.0 AbiCoder for the types of vana-protocol.md 1.2; texts left-aligned in their words.
constexpr std::string_view kM = "6d00000000000000000000000000000000000000000000000000000000000000";
constexpr std::string_view kP = "7000000000000000000000000000000000000000000000000000000000000000";
constexpr std::string_view kI = "6900000000000000000000000000000000000000000000000000000000000000";
constexpr std::string_view kU = "7500000000000000000000000000000000000000000000000000000000000000";
constexpr std::string_view k0102 =
    "0102000000000000000000000000000000000000000000000000000000000000";
constexpr std::string_view kIpfsX =
    "697066733a2f2f78000000000000000000000000000000000000000000000000";
/// Behind what stands in front of it: {"20"} in a return value, id and {"40"} in a call.
Bytes proof_words(std::initializer_list<std::string_view> front) {
    Bytes out = words(front);
    append(out, words({"40", "80", "02", k0102, "05", "06", "a0", "e0", "0120", "01", kM, "01", kP,
                       "01", kI}));
    return out;
}
Bytes file_v1() { return words({"20", "63", kFirst, "80", "01e240", "08", kIpfsX}); }
Bytes file_v2() { return words({"20", "63", kFirst, "a0", "03", "01e240", "08", kIpfsX}); }
Bytes job_words() { return words({"63", "016345785d8a0000", "01", "6553f100", kFirst, kSecond}); }
Bytes tee_words() {
    return words({"20", kFirst, "e0", "01", "05", "02", "03", "0120", "01", kU, "04",
                  "3078303400000000000000000000000000000000000000000000000000000000"});
}
Bytes ids_words() { return words({"20", "03", "11", "12", "01"}); }

struct CallRow {
    const char* name;
    Bytes call;
    std::string_view selector;
    Bytes arguments;
};
// Selectors: vana-protocol.md 1.3. Arguments: ethers 6.17.0, or plain words.
std::vector<CallRow> call_rows() {
    const std::vector<Permission> two = {{kTee, "aa"}, {kOther, "bb"}};
    constexpr std::string_view kAa =
        "6161000000000000000000000000000000000000000000000000000000000000";
    constexpr std::string_view kBb =
        "6262000000000000000000000000000000000000000000000000000000000000";
    return {
        {"files", data_registry::files(FileId{99}), "f4c714b4", words({"63"})},
        {"filePermissions", data_registry::file_permissions(FileId{99}, kTee), "60f1c43a",
         words({"63", kFirst})},
        {"fileProofs", data_registry::file_proofs(FileId{99}, 2), "dbda68db", words({"63", "02"})},
        {"fileIdByUrl", data_registry::file_id_by_url("u"), "f4fb9e47", words({"20", "01", kU})},
        {"filesCount", data_registry::files_count(), "dfb5e9ba", {}},
        {"version", data_registry::version(), "54fd4d50", {}},
        {"addFile", data_registry::add_file("u"), "eb9b9b64", words({"20", "01", kU})},
        {"addFileWithPermissions", data_registry::add_file_with_permissions("u", kTee, two),
         "afbfc156",
         words({"60", kFirst, "a0", "01", kU, "02", "40", "c0", kFirst, "40", "02", kAa, kSecond,
                "40", "02", kBb})},
        {"addFileWithPermissionsAndSchema",
         data_registry::add_file_with_permissions_and_schema("u", kTee, {}, 3), "b2319dcd",
         words({"80", kFirst, "c0", "03", "01", kU, "00"})},
        {"registry addProof", data_registry::add_proof(FileId{17}, small_proof()), "c26045f7",
         proof_words({"11", "40"})},
        {"jobs", tee_pool::jobs(JobId{17}), "180aedf3", words({"11"})},
        {"jobsCount", tee_pool::jobs_count(), "d5fbcf42", {}},
        {"teeFee", tee_pool::tee_fee(), "f5d548d8", {}},
        {"cancelDelay", tee_pool::cancel_delay(), "638a0f09", {}},
        {"tees", tee_pool::tees(kTee), "961884aa", words({kFirst})},
        {"isTee", tee_pool::is_tee(kTee), "a7016f70", words({kFirst})},
        {"teeJobIdsPaginated", tee_pool::tee_job_ids_paginated(kTee, 0, 50), "9f1b7a3c",
         words({kFirst, "00", "32"})},
        {"fileJobIds", tee_pool::file_job_ids(FileId{99}), "4c0eb9c9", words({"63"})},
        {"requestContributionProof", tee_pool::request_contribution_proof(FileId{99}), "d2ef73d9",
         words({"63"})},
        {"pool addProof", tee_pool::add_proof(JobId{17}, small_proof()), "c26045f7",
         proof_words({"11", "40"})},
        {"cancelJob", tee_pool::cancel_job(JobId{17}), "1dffa3dc", words({"11"})},
        {"claim", tee_pool::claim(), "4e71d92d", {}},
        {"addTee", tee_pool::add_tee(kTee, "u", "u"), "8acfae94",
         words({kFirst, "60", "a0", "01", kU, "01", kU})},
        {"proofInstruction", dlp::proof_instruction(), "084a09da", {}},
        {"publicKey", dlp::public_key(), "63ffab31", {}},
        {"teePool", dlp::tee_pool(), "d503d4e4", {}},
        {"fileRewardFactor", dlp::file_reward_factor(), "ab049ffd", {}},
        {"requestReward", dlp::request_reward(FileId{99}, 1), "5062bc5a", words({"63", "01"})},
        {"updateProofInstruction", dlp::update_proof_instruction("u"), "7ba24aa5",
         words({"20", "01", kU})},
        {"dlpIds", dlp_registry::dlp_ids(kTee), "c06020b0", words({kFirst})},
    };
}

TEST(VanaCalls, are_selector_and_arguments) {
    for (const CallRow& row : call_rows())
        EXPECT_EQ(to_hex(row.call), std::string{row.selector} + to_hex(row.arguments)) << row.name;
}

TEST(VanaReturns, tells_the_two_layouts_of_files_apart) {
    const RegistryFile second = *data_registry::decode_file(file_v2());
    EXPECT_EQ(second, (RegistryFile{FileId{99}, kTee, "ipfs://x", 3, 123456}));
    const RegistryFile first = *data_registry::decode_file(file_v1());
    EXPECT_EQ(first, (RegistryFile{FileId{99}, kTee, "ipfs://x", std::nullopt, 123456}));
    EXPECT_TRUE(first.exists());
}

TEST(VanaReturns, reads_an_unknown_file_as_absent) {
    const RegistryFile absent =
        *data_registry::decode_file(words({"20", "63", "00", "a0", "00", "00", "00"}));
    EXPECT_FALSE(absent.exists());
    EXPECT_EQ(absent.id, FileId{99});
}

TEST(VanaReturns, reads_proofs_jobs_tees_and_ids) {
    EXPECT_EQ(*data_registry::decode_proof(proof_words({"20"})), small_proof());
    const TeeJob job{.file = FileId{99},
                     .bid_wei = to_word(std::uint64_t{100'000'000'000'000'000}),
                     .status = JobStatus::kSubmitted,
                     .added_unix_s = 1'700'000'000,
                     .owner = kTee,
                     .tee = kOther};
    EXPECT_EQ(*tee_pool::decode_job(job_words()), job);
    const TeeRecord tee{.tee = kTee,
                        .url = "u",
                        .status = TeeStatus::kActive,
                        .earned_wei = to_word(std::uint64_t{5}),
                        .withdrawn_wei = to_word(std::uint64_t{2}),
                        .jobs_pending = 3,
                        .public_key = "0x04"};
    EXPECT_EQ(*tee_pool::decode_tee(tee_words()), tee);
    EXPECT_EQ(*tee_pool::decode_job_ids(ids_words()),
              (std::vector<JobId>{JobId{17}, JobId{18}, JobId{1}}));
    EXPECT_EQ(*decode_text(words({"20", "01", kU})), "u");
    EXPECT_EQ(*decode_text(words({"20", "00"})), "");
    EXPECT_EQ(*decode_address(words({kFirst})), kTee);
    EXPECT_EQ(*decode_bool(words({"01"})), true);
    EXPECT_EQ(*decode_u64(words({"ffffffffffffffff"})), UINT64_MAX);
    EXPECT_EQ(*decode_word(words({std::string(64, 'f')})), *parse_integer("-1"));
}

// The layouts of jobs(id) that a deployment may name: chain/codec/job_layout.cpp.
TEST(JobLayout, reads_what_a_deployment_names) {
    const TeeJob job = *tee_pool::decode_job(job_words());
    EXPECT_EQ(*tee_pool::JobLayout{}.decode(job_words()), job);
    EXPECT_EQ(*tee_pool::JobLayout::parse("")->decode(job_words()), job);
    // Another order, a member that we do not know, none of what may be missing.
    const auto other = tee_pool::JobLayout::parse(
        "(address teeAddress, bool urgent, uint8 status, uint64 fileId)");
    ASSERT_TRUE(other);
    const TeeJob read = *other->decode(words({kSecond, "01", "01", "63"}));
    EXPECT_EQ(read.file, FileId{99});
    EXPECT_EQ(read.status, JobStatus::kSubmitted);
    EXPECT_EQ(read.tee, kOther);
    EXPECT_EQ(read.added_unix_s, 0U);
    EXPECT_EQ(other->decode(job_words()).error().code, Errc::kMalformedChainData);
    EXPECT_EQ(other->decode(words({kSecond, "02", "01", "63"})).error().code,
              Errc::kMalformedChainData)
        << "no boolean";
    // A text inside: as values, and as one struct behind an offset.
    const auto values =
        tee_pool::JobLayout::parse("(uint256 fileId,string note,uint8 status,address teeAddress)");
    ASSERT_TRUE(values);
    EXPECT_EQ(values->decode(words({"63", "80", "01", kSecond, "01", kU}))->tee, kOther);
    const auto structure = tee_pool::JobLayout::parse(
        "((uint256 fileId,string note,uint8 status,address teeAddress))");
    ASSERT_TRUE(structure);
    EXPECT_EQ(structure->decode(words({"20", "63", "80", "01", kSecond, "01", kU}))->file,
              FileId{99});
    EXPECT_EQ(structure->decode(words({"63", "80", "01", kSecond, "01", kU})).error().code,
              Errc::kMalformedChainData);
}

struct BadLayoutRow {
    const char* name;
    std::string_view declaration;
    std::string_view site;
};
const BadLayoutRow kBadLayouts[] = {
    {"no_parentheses", "uint256 fileId", "chain.job_layout.parentheses"},
    {"open", "(uint256 fileId", "chain.job_layout.parentheses"},
    {"no_type", "(number fileId,uint8 status,address teeAddress)", "chain.job_layout.type"},
    {"nothing", "()", "chain.job_layout.type"},
    {"wrong_type", "(address fileId,uint8 status,address teeAddress)",
     "chain.job_layout.member_type"},
    {"number_as_address", "(uint256 fileId,uint8 status,uint160 teeAddress)",
     "chain.job_layout.member_type"},
    {"twice", "(uint256 fileId,uint256 fileId,uint8 status,address teeAddress)",
     "chain.job_layout.twice"},
    {"no_worker", "(uint256 fileId,uint8 status)", "chain.job_layout.missing"},
    {"other_case", "(uint256 fileID,uint8 status,address teeAddress)", "chain.job_layout.missing"},
};
class BadLayout : public testing::TestWithParam<BadLayoutRow> {};
TEST_P(BadLayout, is_refused_with_what_is_wrong) {
    const auto parsed = tee_pool::JobLayout::parse(GetParam().declaration);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, Errc::kConfigInvalid);
    EXPECT_EQ(parsed.error().site, GetParam().site);
}
INSTANTIATE_TEST_SUITE_P(Rows, BadLayout, testing::ValuesIn(kBadLayouts),
                         [](const auto& row) { return std::string{row.param.name}; });

template <class Decode>
void refuses_truncations_and_growth(const char* name, const Bytes& whole, Decode decode) {
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_EQ(decode(ByteView{whole}.first(size)).error().code, Errc::kMalformedChainData)
            << name << " cut to " << size;
    Bytes longer = whole;
    append(longer, words({"00"}));
    EXPECT_EQ(decode(longer).error().code, Errc::kMalformedChainData) << name;
}

TEST(VanaReturns, refuses_every_truncation_and_every_other_layout) {
    refuses_truncations_and_growth("file v1", file_v1(), data_registry::decode_file);
    refuses_truncations_and_growth("file v2", file_v2(), data_registry::decode_file);
    refuses_truncations_and_growth("proof", proof_words({"20"}), data_registry::decode_proof);
    refuses_truncations_and_growth("job", job_words(), tee_pool::decode_job);
    refuses_truncations_and_growth("tee", tee_words(), tee_pool::decode_tee);
    refuses_truncations_and_growth("ids", ids_words(), tee_pool::decode_job_ids);
    refuses_truncations_and_growth("text", words({"20", "01", kU}), decode_text);
    refuses_truncations_and_growth("address", words({kFirst}), decode_address);
    refuses_truncations_and_growth("bool", words({"01"}), decode_bool);
    refuses_truncations_and_growth("number", words({"01"}), decode_u64);
}

TEST(VanaReturns, refuses_numbers_beyond_their_types) {
    constexpr std::string_view kBig = "010000000000000000";  // 2^64
    const auto code = [](const auto& result) { return result.error().code; };
    EXPECT_EQ(code(data_registry::decode_file(words({"20", kBig, kFirst, "a0", "00", "00", "00"}))),
              Errc::kMalformedChainData);
    EXPECT_EQ(code(data_registry::decode_file(words({"20", "63", kFirst, "a0", kBig, "00", "00"}))),
              Errc::kMalformedChainData);
    EXPECT_EQ(code(tee_pool::decode_job(words({kBig, "00", "01", "00", kFirst, kSecond}))),
              Errc::kMalformedChainData);
    EXPECT_EQ(code(tee_pool::decode_job(words({"01", "00", "04", "00", kFirst, kSecond}))),
              Errc::kMalformedChainData);
    EXPECT_EQ(code(tee_pool::decode_job_ids(words({"20", "01", kBig}))), Errc::kMalformedChainData);
    EXPECT_EQ(code(decode_u64(words({kBig}))), Errc::kMalformedChainData);
    EXPECT_EQ(code(decode_bool(words({"02"}))), Errc::kMalformedChainData);
}

Log log_of(std::string_view topic0, std::initializer_list<std::string_view> topics, Bytes body) {
    Log log{.address = {}, .topics = {fixed<Hash32>(topic0)}, .body = std::move(body)};
    for (const std::string_view tail : topics)
        log.topics.push_back(fixed<Hash32>(std::string(64 - tail.size(), '0').append(tail)));
    return log;
}
// Topics: vana-protocol.md 1.4.
constexpr std::string_view kJobSubmitted =
    "489e923ac6ba31ef19d89736ac6998000e3fe5b1d1f26174a2c12e02393aa67e";
constexpr std::string_view kJobCanceled =
    "68a66a704ceacc38da3f12c63779e47866d9d72e875ec5d43237777adc666d65";
constexpr std::string_view kPoolProofAdded =
    "41eb9d6336d189fb4bf444a6b5056628c51aa4405c87f7389a107686e8057263";
constexpr std::string_view kRegistryProofAdded =
    "ef448dca1e95226d5af380d5817c753c86946ef53cffb238e5fbe889230565c7";
constexpr std::string_view kTeeAdded =
    "cc7ab74a9b11b56487e4c7356320d0be894972f6132884ccd04e04baa284fb79";
constexpr std::string_view kTeeRemoved =
    "18a003b29a5d1b1d6f0603956003fdc00a42ea8db3825c24a6bf532d5bae0bdf";
constexpr std::string_view kFileAdded =
    "2980b13036c0d9df6b71ea9e9c09536efd24d7dd1868e29aa730f0c3fbd1a0dc";
constexpr std::string_view kFileAddedV2 =
    "4700587a90f43e584ef58af08d40dd9622ca3ee15baa07dc9d58ecf43b598324";
constexpr std::string_view kPermissionGranted =
    "6e0403ef2b13328247bf9260ad8dd9c18fb5a18b95ea25de817ca991da05929b";
constexpr std::string_view kRewardRequested =
    "c79b2d4186d26cf06f3e1a252e47fb477392229c39da486f16d9285961fdd9fe";

TEST(VanaEvents, have_the_topics_of_the_deployed_contracts) {
    const std::pair<Hash32, std::string_view> kTopics[] = {
        {JobSubmitted::topic0(), kJobSubmitted},
        {JobCanceled::topic0(), kJobCanceled},
        {JobProofAdded::topic0(), kPoolProofAdded},
        {FileProofAdded::topic0(), kRegistryProofAdded},
        {TeeAdded::topic0(), kTeeAdded},
        {TeeRemoved::topic0(), kTeeRemoved},
        {FileAdded::topic0(), kFileAdded},
        {FileAdded::topic0_v2(), kFileAddedV2},
        {PermissionGranted::topic0(), kPermissionGranted},
        {RewardRequested::topic0(), kRewardRequested},
    };
    for (const auto& [topic, expected] : kTopics) EXPECT_EQ(to_hex(topic.view()), expected);
}

TEST(VanaEvents, decodes_the_life_of_a_job) {
    const JobSubmitted submitted = *JobSubmitted::decode(
        log_of(kJobSubmitted, {"11", "63"}, words({kFirst, "016345785d8a0000"})));
    EXPECT_EQ(submitted.job, JobId{17});
    EXPECT_EQ(submitted.file, FileId{99});
    EXPECT_EQ(submitted.tee, kTee);
    EXPECT_EQ(to_decimal(submitted.bid_wei), "100000000000000000");
    EXPECT_EQ(JobCanceled::decode(log_of(kJobCanceled, {"11"}, {}))->job, JobId{17});
    const JobProofAdded added =
        *JobProofAdded::decode(log_of(kPoolProofAdded, {kFirst, "11", "63"}, {}));
    EXPECT_EQ(added.attestator, kTee);
    EXPECT_EQ(added.job, JobId{17});
    EXPECT_EQ(added.file, FileId{99});
    EXPECT_EQ(TeeAdded::decode(log_of(kTeeAdded, {kFirst}, {}))->tee, kTee);
    EXPECT_EQ(TeeRemoved::decode(log_of(kTeeRemoved, {kFirst}, {}))->tee, kTee);
}

TEST(VanaEvents, decodes_what_happens_to_a_file) {
    const FileProofAdded proof = *FileProofAdded::decode(
        log_of(kRegistryProofAdded, {"63", kSecond, "01"}, words({"02", "05", "60", "01", kP})));
    EXPECT_EQ(proof.file, FileId{99});
    EXPECT_EQ(proof.owner, kOther);
    EXPECT_EQ(proof.proof_index, 2U);
    EXPECT_EQ(proof.dlp_id, 1U);
    EXPECT_EQ(proof.score, to_word(std::uint64_t{5}));
    EXPECT_EQ(proof.proof_url, "p");
    const FileAdded first =
        *FileAdded::decode(log_of(kFileAdded, {"63", kSecond}, words({"20", "01", kU})));
    EXPECT_EQ(first.url, "u");
    EXPECT_FALSE(first.schema_id.has_value());
    const FileAdded second =
        *FileAdded::decode(log_of(kFileAddedV2, {"63", kSecond}, words({"40", "03", "01", kU})));
    EXPECT_EQ(second.owner, kOther);
    EXPECT_EQ(second.schema_id, 3U);
    EXPECT_EQ(PermissionGranted::decode(log_of(kPermissionGranted, {"63", kFirst}, {}))->account,
              kTee);
    const RewardRequested reward =
        *RewardRequested::decode(log_of(kRewardRequested, {kSecond, "63", "02"}, words({"07"})));
    EXPECT_EQ(reward.contributor, kOther);
    EXPECT_EQ(reward.proof_index, 2U);
    EXPECT_EQ(reward.reward, to_word(std::uint64_t{7}));
}

TEST(VanaEvents, refuses_logs_of_other_events_and_ids_above_64_bits) {
    const Bytes body = words({kFirst, "00"});
    const auto code = [](const auto& result) { return result.error().code; };
    EXPECT_EQ(code(JobSubmitted::decode(log_of(kJobCanceled, {"11", "63"}, body))),
              Errc::kMalformedChainData);
    EXPECT_EQ(code(JobSubmitted::decode(log_of(kJobSubmitted, {"11"}, body))),
              Errc::kMalformedChainData);
    EXPECT_EQ(code(JobSubmitted::decode(log_of(kJobSubmitted, {"11", "63"}, words({kFirst})))),
              Errc::kMalformedChainData);
    EXPECT_EQ(code(JobSubmitted::decode(log_of(kJobSubmitted, {"010000000000000000", "63"}, body))),
              Errc::kMalformedChainData);
    EXPECT_EQ(code(JobSubmitted::decode(log_of(kJobSubmitted, {"11", "010000000000000000"}, body))),
              Errc::kMalformedChainData);
    EXPECT_EQ(code(FileAdded::decode({})), Errc::kMalformedChainData);
    // The two events called ProofAdded are not taken for each other.
    EXPECT_EQ(code(JobProofAdded::decode(log_of(kRegistryProofAdded, {kFirst, "11", "63"}, {}))),
              Errc::kMalformedChainData);
}

}  // namespace
}  // namespace pramana::chain
