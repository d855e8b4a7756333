#include "pramana/chain/result_registry.hpp"

#include "pramana/chain/contracts_abi.hpp"
#include "pramana/chain/merkle.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/crypto/keccak.hpp"

#include "chain_test.hpp"

// Every 64-digit literal below is computed anew by tests/contracts/attested_vectors.test.mjs, the
// digests with ethers 6.17.0 and with viem 2.57.20; that test fails where one does not stand here.
namespace pramana::chain {
namespace {

Hash32 hash_of(std::string_view byte) {
    std::string hex;
    for (int i = 0; i < 32; ++i) hex += byte;
    return fixed<Hash32>(hex);
}
Address address_of(std::string_view byte) {
    std::string hex;
    for (int i = 0; i < 20; ++i) hex += byte;
    return fixed<Address>(hex);
}

std::vector<AttestedResult> results() {
    const auto result = [](std::string_view pool, std::uint64_t job, std::uint64_t file,
                           std::string_view dlp, std::string_view hash, std::string_view score) {
        return AttestedResult{.pool = address_of(pool),
                              .job = JobId{job},
                              .file = FileId{file},
                              .dlp = address_of(dlp),
                              .result_hash = hash_of(hash),
                              .score = *parse_decimal(score)};
    };
    return {result("a1", 1, 2, "d1", "11", "976562500000000"),
            result("a1", ~std::uint64_t{0}, 3, "d2", "22", "1000000000000000000"),
            result("a2", 7, 9, "d1", "33", "0")};
}
CorpusAdvance advance() {
    return {.corpus_id = hash_of("c0"),
            .epoch = ~std::uint32_t{0},
            .previous_root = hash_of("0a"),
            .new_root = hash_of("0b"),
            .deadline_unix_s = 1'800'000'000};
}
std::vector<Hash32> leaves() {
    std::vector<Hash32> made;
    for (const AttestedResult& result : results())
        made.push_back(result_registry::result_leaf(result));
    return made;
}
ResultTree tree() { return {.root = merkle_root(leaves()), .count = 3}; }
Hash32 domain() { return result_registry::domain(1480, address_of("99")); }
CompactSignature signed_by_first(const Hash32& digest) {
    return compact_signature(key_of(kKeyHex).sign(digest));
}
// The second account of the public test mnemonic.
constexpr std::string_view kSecondKeyHex =
    "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";

std::string hex(const Hash32& hash) { return to_hex(hash.view()); }
std::string hex_of_keccak(const Bytes& bytes) { return hex(keccak256(bytes)); }

TEST(ResultRegistryHashes, match_ethers_and_viem) {
    EXPECT_EQ(hex(domain()), "03118b4f7dd882ccf12becbe1de62d042dac9a4318c6167da7f131571701254c");
    const char* const structs[] = {
        "a1a3879bb3f3772cc9107af0f19ce0381c9c2a5c0379d5617c480487c0bcb0e1",
        "7da7160ca27cfedf69f13930e2a294b3f5e5faf1f89d0844fce7812510c7af9c",
        "93e3a16f5fdd511620581cc941b0ade12bb6a97816016af832f6155049b031a1"};
    const char* const expected_leaves[] = {
        "0247df7b56ed5e560ca0df356b7a74b49c437b3e7a996c2343c19a6c407ecdc4",
        "5132ec7878144ccf73c60d13aeb7c99dbcbbc6f7e5ebd581bb171cd740659791",
        "f012785f4d618897d16994eceeda90ff645fa470d99709941c210de669b0f15a"};
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(hex(result_registry::result_struct_hash(results()[i])), structs[i]);
        EXPECT_EQ(hex(leaves()[i]), expected_leaves[i]);
    }
    EXPECT_EQ(hex(tree().root), "de981eec1ee2dc26a3dd2d397eceda0708046a305f366584a2e6ff1da5fb0f0d");
    EXPECT_EQ(hex(result_registry::batch_digest(domain(), advance(), results())),
              "a75f5009ad6a79d8620b29a66433ccddc462f9c6f4b08a86c6200be21060d60d");
    EXPECT_EQ(hex(result_registry::root_digest(domain(), advance(), tree())),
              "1df379811b3b384b50f0b42032ff8cb9c58cf5357cd48d0dbc13275e44507d61");
    EXPECT_EQ(hex(result_registry::record_word(address_of("77"), results()[0])),
              "a05d1804a2d5c666fd1156d4b4f20ed0d9aae3317d3240bd6a8b31e2081f98c5");
}

TEST(ResultRegistryHashes, every_field_is_under_the_signature) {
    const Hash32 digest = result_registry::batch_digest(domain(), advance(), results());
    std::vector<std::vector<AttestedResult>> changed(7, results());
    changed[0][1].pool.bytes[19] ^= 1;
    changed[1][1].job = JobId{8};
    changed[2][1].file = FileId{8};
    changed[3][1].dlp.bytes[0] ^= 1;
    changed[4][1].result_hash.bytes[31] ^= 1;
    changed[5][1].score.bytes[31] ^= 1;
    changed[6].pop_back();
    for (const auto& row : changed)
        EXPECT_NE(result_registry::batch_digest(domain(), advance(), row), digest);
    std::vector<CorpusAdvance> moved(5, advance());
    moved[0].corpus_id.bytes[0] ^= 1;
    moved[1].epoch ^= 1U;
    moved[2].previous_root.bytes[0] ^= 1;
    moved[3].new_root.bytes[0] ^= 1;
    moved[4].deadline_unix_s += 1;
    for (const CorpusAdvance& row : moved)
        EXPECT_NE(result_registry::batch_digest(domain(), row, results()), digest);
    for (const Hash32& other : {result_registry::domain(14800, address_of("99")),
                                result_registry::domain(1480, address_of("98"))})
        EXPECT_NE(result_registry::batch_digest(other, advance(), results()), digest);
}

TEST(ResultRegistrySignature, is_that_of_eip2098) {
    const CompactSignature batch =
        signed_by_first(result_registry::batch_digest(domain(), advance(), results()));
    EXPECT_EQ(hex(batch.r), "9dc6fe884371808c8cab6d49b576f6c590e13fe6e08ba85a8f68ccc96bd2fb92");
    EXPECT_EQ(hex(batch.vs), "df51aef0cba3d0f45e17c1598c2d3064fa1fd8d2a26020f812eb361758a77228");
}

// EIP-2098, its two test cases: both parities.
TEST(ResultRegistrySignature, matches_the_examples_of_eip2098) {
    const Signature65 even = fixed<Signature65>(
        "68a020a209d3d56c46f38cc50a33f704f4a9a10a59377f8dd762ac66910e9b90"
        "7e865ad05c4035ab5792787d4a0297a43617ae897930a6fe4d822b8faea520641b");
    EXPECT_EQ(compact_signature(even).vs,
              fixed<Hash32>("7e865ad05c4035ab5792787d4a0297a43617ae897930a6fe4d822b8faea52064"));
    const Signature65 odd = fixed<Signature65>(
        "9328da16089fcba9bececa81663203989f2df5fe1faa6291a45381c81bd17f76"
        "139c6d6b623b42da56557e5e734a43dc83345ddfadec52cbe24d0cc64f5507931c");
    EXPECT_EQ(compact_signature(odd).vs,
              fixed<Hash32>("939c6d6b623b42da56557e5e734a43dc83345ddfadec52cbe24d0cc64f550793"));
}

struct CallRow {
    const char* name;
    Bytes (*call)();
    const char* keccak;
};
const CallRow kCallRows[] = {
    {"record_batch",
     [] {
         return result_registry::record_batch(
             advance(), results(),
             signed_by_first(result_registry::batch_digest(domain(), advance(), results())));
     },
     "0dcc09206d8c97454891bcfcea194470feadd6937677985f4408668ffe3c6c1a"},
    {"record_root",
     [] {
         return result_registry::record_root(
             advance(), tree(),
             signed_by_first(result_registry::root_digest(domain(), advance(), tree())));
     },
     "5e98cfea04fa8d4c23f36d3ee3da353e075e92ae5b2ee2c9301cf6e0573db427"},
    {"head", [] { return result_registry::head(advance().corpus_id, advance().epoch); },
     "6bd0abd7135b03db13ead453d1d07e2ce834eebe3d0d05776bf4708d026173d8"},
    {"record_of",
     [] { return result_registry::record_of(address_of("a1"), address_of("d1"), JobId{1}); },
     "ea3676b63f7fb16352d96eff30532663b42264345299982cc17ee8d63f873d91"},
    {"is_claimed",
     [] { return result_registry::is_claimed(address_of("a1"), address_of("d1"), JobId{1}); },
     "3a1e1f08022f57545169d42949cd5061fc86454a6166419b0ac69dd30862d114"},
    {"is_active", [] { return result_registry::is_active(address_of("77")); },
     "5becaad5668e953222c218644ec245ffef9bd53e3068bfa14643ab59e2d454ea"},
    {"is_attested", [] { return result_registry::is_attested(results()[0], address_of("77")); },
     "6de0a94a8b40de7a4dffae8c838999e44706e0ad3480d06368d4563dbb20846c"},
    {"attested_under_root",
     [] {
         return result_registry::attested_under_root(tree().root, results()[0],
                                                     merkle_proof(leaves(), 0));
     },
     "32ef599ce98b24d8f46e8102fb55bc4cfb46ce8daf2ac9cc79aa42aa20bfbced"},
    {"revoke", [] { return result_registry::revoke(address_of("77")); },
     "64e62c352c125a4671ea77a47c7e6bd0ce91393ea974d92b2b3c9cbbd05a218e"},
};
class ResultRegistryCall : public testing::TestWithParam<CallRow> {};
TEST_P(ResultRegistryCall, has_the_bytes_that_ethers_writes) {
    EXPECT_EQ(hex_of_keccak(GetParam().call()), GetParam().keccak);
}
INSTANTIATE_TEST_SUITE_P(Vectors, ResultRegistryCall, testing::ValuesIn(kCallRows),
                         [](const auto& row) { return std::string{row.param.name}; });

Hash32 appraisal_digest() {
    return quorum_appraisal::digest(quorum_appraisal::domain(1480, address_of("88")),
                                    address_of("99"), address_of("77"), hash_of("55"),
                                    1'800'000'000);
}

TEST(QuorumAppraisal, digest_evidence_and_registration_match_ethers) {
    EXPECT_EQ(hex(appraisal_digest()),
              "2ad5703342cd356d7ec4102581a5ea3ee43c1ca88fafd7a33734df5c912d2876");
    const Signature65 first = key_of(kKeyHex).sign(appraisal_digest());
    const Signature65 second = key_of(kSecondKeyHex).sign(appraisal_digest());
    // Of 0xf39f.. and 0x7099..: sorted by signer whatever the order here.
    for (const auto& order : {std::array{first, second}, std::array{second, first}}) {
        const Result<Bytes> evidence = quorum_appraisal::evidence(appraisal_digest(), order);
        ASSERT_TRUE(evidence.has_value());
        EXPECT_EQ(hex_of_keccak(*evidence),
                  "80922e9e03b7d6e0dfe65ccf5c82eb75677f5dd7e2f567ddcb14c86271870592");
        EXPECT_EQ(hex_of_keccak(result_registry::register_validator(address_of("77"), hash_of("55"),
                                                                    1'800'000'000, *evidence)),
                  "5dbaeee3bc2f8b85d3239849b3c21d640cc070f1782c86bca5530970d7149cbd");
    }
}

TEST(QuorumAppraisal, refuses_one_signer_twice_and_what_recovers_nobody) {
    const Signature65 vote = key_of(kKeyHex).sign(appraisal_digest());
    EXPECT_EQ(quorum_appraisal::evidence(appraisal_digest(), std::array{vote, vote}).error().code,
              Errc::kConflict);
    EXPECT_EQ(
        quorum_appraisal::evidence(appraisal_digest(), std::array{Signature65{}}).error().code,
        Errc::kMalformedKey);
}

abi::Event event_of(std::string_view declaration) { return *abi::parse_event(declaration); }
abi::EventArgument word(const Word256& value) { return {.value = abi::word_value(value)}; }
abi::EventArgument bytes32(const Hash32& hash) { return {.value = abi::bytes_value(hash.view())}; }

TEST(ResultRegistryEvent, reads_a_recorded_result) {
    const AttestedResult result = results()[0];
    const abi::EventArgument arguments[] = {
        word(to_word(result.dlp)),          word(to_word(number(result.job))),
        word(to_word(number(result.file))), word(to_word(result.pool)),
        bytes32(result.result_hash),        word(result.score)};
    Log log = *abi::encode_event(event_of("ResultRecorded(address indexed,uint256 indexed,"
                                          "uint256 indexed,address,bytes32,uint256)"),
                                 arguments);
    EXPECT_EQ(log.topics[0], ResultRecorded::topic0());
    EXPECT_EQ(ResultRecorded::decode(log)->result, result);
    EXPECT_EQ(BatchRecorded::decode(log).error().code, Errc::kMalformedChainData);
    log.topics[2].bytes[0] = 1;  // a job above 2^64-1
    EXPECT_EQ(ResultRecorded::decode(log).error().code, Errc::kMalformedChainData);
    log.body.pop_back();
    EXPECT_EQ(ResultRecorded::decode(log).error().code, Errc::kMalformedChainData);
}

TEST(ResultRegistryEvent, reads_batches_roots_and_validators) {
    const abi::EventArgument batch[] = {
        bytes32(hash_of("c0")), word(to_word(address_of("77"))), word(to_word(std::uint64_t{5})),
        bytes32(hash_of("0a")), bytes32(hash_of("0b")),          word(to_word(std::uint64_t{3}))};
    const Log recorded = *abi::encode_event(
        event_of("BatchRecorded(bytes32 indexed,address indexed,uint32,bytes32,bytes32,uint256)"),
        batch);
    EXPECT_EQ(recorded.topics[0], BatchRecorded::topic0());
    const Result<BatchRecorded> read = BatchRecorded::decode(recorded);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->corpus_id, hash_of("c0"));
    EXPECT_EQ(read->validator, address_of("77"));
    EXPECT_EQ(read->epoch, 5U);
    EXPECT_EQ(read->previous_root, hash_of("0a"));
    EXPECT_EQ(read->new_root, hash_of("0b"));
    EXPECT_EQ(read->count, 3U);

    const abi::EventArgument root[] = {bytes32(hash_of("0c")), bytes32(hash_of("c0"))};
    const Log rooted =
        *abi::encode_event(event_of("RootRecorded(bytes32 indexed,bytes32 indexed)"), root);
    EXPECT_EQ(rooted.topics[0], RootRecorded::topic0());
    EXPECT_EQ(RootRecorded::decode(rooted)->root, hash_of("0c"));
    EXPECT_EQ(RootRecorded::decode(rooted)->corpus_id, hash_of("c0"));

    const abi::EventArgument registered[] = {word(to_word(address_of("77"))),
                                             bytes32(hash_of("55")),
                                             word(to_word(std::uint64_t{1'800'000'000}))};
    const Log entered = *abi::encode_event(
        event_of("ValidatorRegistered(address indexed,bytes32 indexed,uint64)"), registered);
    EXPECT_EQ(entered.topics[0], ValidatorRegistered::topic0());
    EXPECT_EQ(ValidatorRegistered::decode(entered)->statement_hash, hash_of("55"));
    EXPECT_EQ(ValidatorRegistered::decode(entered)->expires_unix_s, 1'800'000'000U);

    const abi::EventArgument revoked[] = {word(to_word(address_of("77"))),
                                          word(to_word(address_of("66")))};
    const Log ended =
        *abi::encode_event(event_of("ValidatorRevoked(address indexed,address indexed)"), revoked);
    EXPECT_EQ(ended.topics[0], ValidatorRevoked::topic0());
    EXPECT_EQ(ValidatorRevoked::decode(ended)->by, address_of("66"));
}

}  // namespace
}  // namespace pramana::chain
