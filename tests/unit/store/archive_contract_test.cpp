// The evidence archive, for every engine: include/pramana/store/store.hpp.
#include "pramana/core/sha256.hpp"

#include "store_fixture.hpp"

namespace pramana::store {
namespace {

class ArchiveContract : public testing::TestWithParam<Engine> {
  protected:
    EvidenceArchive& archive() { return store->archive(); }
    Status add(std::uint64_t sequence, std::string_view text, std::string_view evidence) {
        return archive().add_statement({.statement = sha256(text),
                                        .sequence = sequence,
                                        .evidence = sha256(evidence),
                                        .taken_unix_s = 7},
                                       as_bytes_view(text), as_bytes_view(evidence));
    }
    std::string content(const Hash32& hash) {
        const Result<Bytes> found = archive().get(hash);
        return found ? std::string{as_text(*found)} : code_of(found);
    }
    StoreUnderTest store{GetParam(), small_options(fresh_directory())};
};
INSTANTIATE_TEST_SUITE_P(Engines, ArchiveContract, testing::Values(Engine::kMemory, Engine::kRocks),
                         [](const auto& row) { return name_of(row.param); });

TEST_P(ArchiveContract, keeps_content_by_its_hash) {
    const Result<Hash32> hash = archive().put(as_bytes_view("collateral"));
    ASSERT_TRUE(hash);
    EXPECT_EQ(*hash, sha256("collateral"));
    EXPECT_EQ(*archive().put(as_bytes_view("collateral")), *hash);
    store.reopen();
    EXPECT_EQ(content(*hash), "collateral");
    EXPECT_EQ(content(sha256("other")), "not_found");
    EXPECT_EQ(code_of(archive().put(Bytes(kArchivedBytesMax + 1))), "too_large");
}

TEST_P(ArchiveContract, chains_statements) {
    EXPECT_FALSE(archive().newest_statement()->has_value());
    EXPECT_EQ(code_of(add(1, "a", "evidence of a")), "conflict") << "the first has sequence 0";
    ASSERT_TRUE(add(0, "a", "evidence of a"));
    EXPECT_EQ(code_of(add(0, "b", "evidence of b")), "conflict");
    EXPECT_EQ(code_of(add(2, "b", "evidence of b")), "conflict");
    ASSERT_TRUE(add(1, "b", "evidence of b"));
    store.reopen();
    const std::optional<StatementRecord> newest = *archive().newest_statement();
    ASSERT_TRUE(newest);
    EXPECT_EQ(*newest, (StatementRecord{.statement = sha256("b"),
                                        .sequence = 1,
                                        .evidence = sha256("evidence of b"),
                                        .taken_unix_s = 7}));
    EXPECT_EQ(content(sha256("a")), "a");
    EXPECT_EQ(content(archive().statement(sha256("a"))->evidence), "evidence of a");
    EXPECT_EQ(code_of(archive().statement(sha256("c"))), "not_found");
}

TEST_P(ArchiveContract, gives_a_statement_its_collateral_once) {
    EXPECT_EQ(code_of(archive().attach_collateral(sha256("a"), as_bytes_view("x"))), "not_found");
    ASSERT_TRUE(add(0, "a", "evidence of a"));
    EXPECT_FALSE(archive().statement(sha256("a"))->collateral);
    ASSERT_TRUE(archive().attach_collateral(sha256("a"), as_bytes_view("of then")));
    ASSERT_TRUE(archive().attach_collateral(sha256("a"), as_bytes_view("of later")));
    store.reopen();
    EXPECT_EQ(content(*archive().statement(sha256("a"))->collateral), "of then");
}

TEST_P(ArchiveContract, replaces_notes_whole) {
    EXPECT_FALSE(archive().note("ledger")->has_value());
    ASSERT_TRUE(archive().put_note("ledger", as_bytes_view("one")));
    ASSERT_TRUE(archive().put_note("ledger", as_bytes_view("two")));
    ASSERT_TRUE(archive().put_note("ledger2", as_bytes_view("other")));
    store.reopen();
    EXPECT_EQ(as_text(**archive().note("ledger")), "two");
    EXPECT_EQ(code_of(archive().put_note("x", Bytes(kArchivedBytesMax + 1))), "too_large");
}

}  // namespace
}  // namespace pramana::store
