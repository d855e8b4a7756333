#include "pramana/chain/proof_events.hpp"

#include "chain_test.hpp"
#include "pramana/chain/vana.hpp"

namespace pramana::chain {
namespace {

/// The log of a declared event with these numbers as its inputs, in order.
Log log_of(std::string_view declaration, std::initializer_list<std::uint64_t> numbers) {
    const abi::Event event = *abi::parse_event(declaration);
    std::vector<abi::EventArgument> arguments;
    for (const std::uint64_t each : numbers) arguments.push_back({abi::uint_value(each), false});
    return *abi::encode_event(event, arguments);
}

TEST(ProofEvents, are_todays_unless_declared) {
    const ProofEvents today;
    EXPECT_EQ(today.pool_topic0(), JobProofAdded::topic0());
    EXPECT_EQ(today.job_topic(), 2U);
    Log log;
    const abi::Event event = *abi::parse_event(
        "ProofAdded(uint256 indexed,address indexed,uint256,uint256 indexed,uint256,string)");
    log = *abi::encode_event(
        event, std::vector<abi::EventArgument>{{abi::uint_value(70), false},
                                               {abi::address_value({}), false},
                                               {abi::uint_value(3), false},
                                               {abi::uint_value(1), false},
                                               {abi::uint_value(9), false},
                                               {abi::text_value("https://p.test/1"), false}});
    EXPECT_EQ(log.topics.front(), FileProofAdded::topic0());
    ASSERT_TRUE(today.file_proof_in(log));
    EXPECT_EQ(today.file_proof_in(log)->file, FileId{70});
    EXPECT_EQ(today.file_proof_in(log)->proof_index, 3U);
    EXPECT_EQ(ProofEvents::parse("", "")->job_topic(), 2U);
}

TEST(ProofEvents, read_the_shapes_of_other_registries) {
    // An older registry: no owner, no score, the index first (vana-protocol.md 1.4 names four).
    const auto other = ProofEvents::parse(
        "JobDone(uint256 indexed jobId, bool indexed paid)",
        "ProofAdded(uint64 proofIndex, uint256 indexed, uint256 indexed fileId)");
    ASSERT_TRUE(other);
    EXPECT_EQ(other->pool_topic0(), abi::topic0_of(*abi::parse_event("JobDone(uint256,bool)")));
    EXPECT_EQ(other->job_topic(), 1U);
    const Log log = log_of("ProofAdded(uint64,uint256 indexed,uint256 indexed)", {4, 5, 71});
    ASSERT_TRUE(other->file_proof_in(log));
    EXPECT_EQ(other->file_proof_in(log)->file, FileId{71});
    EXPECT_EQ(other->file_proof_in(log)->proof_index, 4U);
    EXPECT_FALSE(ProofEvents{}.file_proof_in(log)) << "not today's";
    EXPECT_FALSE(other->file_proof_in(log_of("ProofAdded(uint256,uint256)", {4, 71})));
}

struct BadEventRow {
    const char* name;
    std::string_view pool;
    std::string_view registry;
    std::string_view site;
};
const BadEventRow kBad[] = {
    {"no_event", "ProofAdded", "", "chain.pool_proof_event"},
    {"no_job", "ProofAdded(uint256 indexed fileId)", "", "chain.pool_proof_event"},
    {"job_not_indexed", "ProofAdded(uint256 jobId)", "", "chain.pool_proof_event"},
    {"job_is_an_address", "ProofAdded(address indexed jobId)", "", "chain.pool_proof_event"},
    {"job_twice", "ProofAdded(uint256 indexed jobId,uint256 jobId)", "", "chain.pool_proof_event"},
    {"anonymous", "ProofAdded(uint256 indexed jobId) anonymous", "", "chain.pool_proof_event"},
    {"four_topics",
     "P(uint256 indexed a,uint256 indexed b,uint256 indexed c,uint256 indexed jobId)", "",
     "chain.pool_proof_event"},
    {"no_index", "", "ProofAdded(uint256 indexed fileId)", "chain.registry_proof_event"},
    {"no_file", "", "ProofAdded(uint256 proofIndex)", "chain.registry_proof_event"},
    {"no_type", "", "ProofAdded(number fileId,uint256 proofIndex)", "chain.registry_proof_event"},
};
class BadProofEvent : public testing::TestWithParam<BadEventRow> {};
TEST_P(BadProofEvent, is_refused_with_which_it_is) {
    const auto parsed = ProofEvents::parse(GetParam().pool, GetParam().registry);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, Errc::kConfigInvalid);
    EXPECT_EQ(parsed.error().site, GetParam().site);
}
INSTANTIATE_TEST_SUITE_P(Rows, BadProofEvent, testing::ValuesIn(kBad),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::chain
