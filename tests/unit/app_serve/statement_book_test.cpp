#include "serve/statement_book.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "unit/evidence/stated.hpp"

#include <gtest/gtest.h>

namespace pramana::app {
namespace {

class HandClock final : public Clock {
  public:
    [[nodiscard]] std::int64_t unix_s() const override { return 1'800'000'000 + passed_s; }
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override {
        return std::chrono::steady_clock::time_point{std::chrono::seconds{1'000 + passed_s}};
    }
    std::int64_t passed_s = 0;
};

class PlainProvider final : public evidence::EvidenceProvider {
  public:
    [[nodiscard]] std::string_view kind() const noexcept override { return "tdx"; }
    [[nodiscard]] Result<std::string> quote(const evidence::ReportBytes& report) override {
        if (refused) return *refused;
        return R"({"kind":"tdx","quote":")" + to_hex(report.view()) + "\"}";
    }
    std::optional<Error> refused;
};

/// A validator's start: the same store, other terms.
class Book : public testing::Test {
  protected:
    Book() : store{store::make_memory_store({})}, desk{provider, nullptr, clock} {
        terms = evidence::stated();
        terms.dlps.resize(1);
    }
    StatementBook start(bool gpus = false) {
        return StatementBook{{.archive = store->archive(),
                              .corpora = store->corpus(),
                              .desk = desk,
                              .clock = clock,
                              .anchor = [this] { return anchor; },
                              .every = std::chrono::seconds{3'600},
                              .gpus = gpus},
                             terms,
                             "[]"};
    }
    evidence::Statement statement_of(StatementBook& book, const Hash32& hash) {
        const Result<std::string> answer = book.archived(hash);
        EXPECT_TRUE(answer);
        const Result<evidence::AttestationParts> parts = evidence::read_attestation(*answer);
        EXPECT_TRUE(parts);
        return *evidence::parse_statement(parts->statement);
    }
    /// One more contribution in the corpus of the DLP.
    void append_to_corpus() {
        const store::CorpusKey corpus{terms.dlps[0].corpus_id, terms.dlps[0].corpus_epoch};
        const store::CorpusHead head = *store->corpus().head(corpus);
        store::JobRecord job;
        job.id = JobId{head.size + 1};
        job.url = "https://example.org/file";
        ASSERT_TRUE(store->jobs().put(job));
        ASSERT_TRUE(store->corpus().take_place(job, corpus));
        Hash32 root;
        root.bytes.fill(static_cast<std::uint8_t>(head.size + 1));
        ContributionId id;
        id.bytes.fill(static_cast<std::uint8_t>(head.size + 1));
        ASSERT_TRUE(store->corpus().append(job, {.job = job.id,
                                                 .contribution = id,
                                                 .previous_root = head.root,
                                                 .new_root = root,
                                                 .sealed_entry = {1}}));
    }

    HandClock clock;
    PlainProvider provider;
    std::unique_ptr<store::MemoryStore> store;
    evidence::AttestationDesk desk;
    evidence::Statement terms;
    std::optional<evidence::StatedBlock> anchor = evidence::StatedBlock{.number = 5, .hash = {}};
};

TEST_F(Book, begins_with_a_statement_that_stands_in_the_archive) {
    StatementBook book = start();
    ASSERT_TRUE(book.open());
    const evidence::Statement first = statement_of(book, book.current());
    EXPECT_EQ(first.sequence, 0U);
    EXPECT_FALSE(first.previous);
    EXPECT_EQ(first.anchor->number, 5U);
    EXPECT_EQ(first.keys, terms.keys);
    const Result<evidence::AttestationParts> now = evidence::read_attestation(*desk.answer({}));
    EXPECT_EQ(evidence::statement_hash(now->statement), book.current());
}

TEST_F(Book, goes_on_with_the_newest_where_nothing_changed) {
    StatementBook before = start();
    ASSERT_TRUE(before.open());
    append_to_corpus();
    anchor->number = 9;
    StatementBook again = start();
    ASSERT_TRUE(again.open());
    EXPECT_EQ(again.current(), before.current());
    EXPECT_EQ(statement_of(again, again.current()).anchor->number, 5U);
}

struct Changed {
    const char* name;
    void (*change)(evidence::Statement&);
};
const Changed kChanges[] = {
    {"keys",
     [](evidence::Statement& s) {
         s.previous_keys = s.keys;
         s.keys = {.signing = s.keys.encryption, .encryption = s.keys.signing, .epoch = 1};
     }},
    {"configuration", [](evidence::Statement& s) { s.config.sha256.bytes[0] ^= 1; }},
    {"build", [](evidence::Statement& s) { s.build.binary_sha256.bytes[0] ^= 1; }},
    {"platform", [](evidence::Statement& s) { s.provider = "sev_snp"; }},
    {"dlps", [](evidence::Statement& s) { s.dlps[0].ruleset.bytes[0] ^= 1; }},
    {"corpus_epoch", [](evidence::Statement& s) { s.dlps[0].corpus_epoch += 1; }},
};
class BookChanged : public Book, public testing::WithParamInterface<Changed> {};
TEST_P(BookChanged, makes_the_next_statement) {
    StatementBook before = start();
    ASSERT_TRUE(before.open());
    GetParam().change(terms);
    StatementBook again = start();
    ASSERT_TRUE(again.open());
    const evidence::Statement next = statement_of(again, again.current());
    EXPECT_EQ(next.sequence, 1U);
    EXPECT_EQ(next.previous, before.current());
    EXPECT_EQ(statement_of(again, before.current()).sequence, 0U) << "the old one stays";
}
INSTANTIATE_TEST_SUITE_P(rows, BookChanged, testing::ValuesIn(kChanges),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST_F(Book, names_the_corpora_anew_when_the_statement_is_old) {
    StatementBook book = start();
    ASSERT_TRUE(book.open());
    const Hash32 first = book.current();
    clock.passed_s = 3'600;
    book.round();
    EXPECT_EQ(book.current(), first) << "nothing was added";
    append_to_corpus();
    clock.passed_s = 3'599 - 60;
    book.round();
    EXPECT_EQ(book.current(), first) << "not old enough";
    clock.passed_s = 3'700;
    book.round();
    ASSERT_NE(book.current(), first);
    const evidence::Statement next = statement_of(book, book.current());
    EXPECT_EQ(next.previous, first);
    EXPECT_EQ(next.dlps[0].corpus_size, 1U);
    EXPECT_EQ(next.dlps[0].corpus_root.bytes[0], 1);
}

TEST_F(Book, anchors_itself_when_a_node_answers) {
    anchor.reset();
    StatementBook book = start();
    ASSERT_TRUE(book.open());
    const Hash32 first = book.current();
    clock.passed_s = 60;
    book.round();
    EXPECT_EQ(book.current(), first);
    anchor = evidence::StatedBlock{.number = 8, .hash = {}};
    clock.passed_s = 120;
    book.round();
    EXPECT_EQ(statement_of(book, book.current()).anchor->number, 8U);
    EXPECT_EQ(statement_of(book, book.current()).previous, first);
}

TEST_F(Book, keeps_the_collateral_of_each_time) {
    StatementBook book = start();
    ASSERT_TRUE(book.open());
    const Hash32 first = book.current();
    book.set_collateral(R"({"fetched_unix_s":1})");
    book.set_collateral(R"({"fetched_unix_s":2})");
    append_to_corpus();
    clock.passed_s = 4'000;
    book.round();
    const auto collateral_of = [&](const Hash32& hash) {
        return *evidence::read_attestation(*book.archived(hash))->collateral;
    };
    EXPECT_EQ(collateral_of(first), R"({"fetched_unix_s":1})");
    EXPECT_EQ(collateral_of(book.current()), R"({"fetched_unix_s":2})");
    EXPECT_NE(desk.answer({})->find(R"({"fetched_unix_s":2})"), std::string::npos);
}

TEST_F(Book, hands_out_what_endorses_the_gpus_beside_the_rest) {
    StatementBook book = start(true);
    ASSERT_TRUE(book.open());
    const auto collateral_in = [](const Result<std::string>& answer) {
        return evidence::read_attestation(*answer)->collateral.value_or("none");
    };
    book.set_collateral(R"({"fetched_unix_s":1,"intel":{"a":"b"}})");
    EXPECT_EQ(collateral_in(desk.answer({})), R"({"fetched_unix_s":1,"intel":{"a":"b"}})");
    EXPECT_EQ(collateral_in(book.archived(book.current())), "none") << "the GPUs' is waited for";
    clock.passed_s = 9;
    book.set_gpu_collateral(R"({"rims":{"id":"<x/>"}})");
    const std::string both =
        R"({"fetched_unix_s":1800000009,"intel":{"a":"b"},"nvidia":{"rims":{"id":"<x/>"}}})";
    EXPECT_EQ(collateral_in(desk.answer({})), both);
    EXPECT_EQ(collateral_in(book.archived(book.current())), both);
    book.set_gpu_collateral('"' + std::string(std::size_t{256} << 10U, 'x') + '"');
    EXPECT_EQ(collateral_in(desk.answer({})), both) << "too much goes out with no answer";
    book.set_collateral(R"({"fetched_unix_s":1900000000,"amd":{}})");
    EXPECT_EQ(collateral_in(desk.answer({})),
              R"({"fetched_unix_s":1900000000,"amd":{},"nvidia":{"rims":{"id":"<x/>"}}})");
}

TEST_F(Book, keeps_the_processors_collateral_where_nothing_endorses_the_gpus) {
    StatementBook book = start(true);
    ASSERT_TRUE(book.open());
    book.set_collateral(R"({"fetched_unix_s":1})");
    const auto kept = [&] {
        return evidence::read_attestation(*book.archived(book.current()))->collateral.has_value();
    };
    clock.passed_s = 599;
    book.round();
    EXPECT_FALSE(kept());
    clock.passed_s = 630;
    book.round();
    EXPECT_TRUE(kept());
}

TEST_F(Book, hands_out_what_endorses_the_gpus_alone) {
    StatementBook book = start(true);
    book.set_gpu_collateral("{}");
    ASSERT_TRUE(book.open());
    EXPECT_EQ(*evidence::read_attestation(*desk.answer({}))->collateral,
              R"({"fetched_unix_s":1800000000,"nvidia":{}})");
}

TEST_F(Book, does_not_open_without_evidence) {
    provider.refused = Error{Errc::kEvidenceRefused, "test"};
    StatementBook book = start();
    EXPECT_EQ(book.open().error().code, Errc::kEvidenceRefused);
    EXPECT_FALSE(store->archive().newest_statement()->has_value()) << "nothing names it";
}

TEST_F(Book, knows_no_other_statement) {
    StatementBook book = start();
    ASSERT_TRUE(book.open());
    EXPECT_EQ(book.archived(Hash32{}).error().code, Errc::kNotFound);
}

}  // namespace
}  // namespace pramana::app
