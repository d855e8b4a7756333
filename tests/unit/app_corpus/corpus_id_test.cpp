#include "corpus_id.hpp"

#include "pramana/core/sha256.hpp"

#include <gtest/gtest.h>

namespace pramana::app {
namespace {

Address dlp(std::uint8_t byte) {
    Address address;
    address.bytes.fill(byte);
    return address;
}
scoring::Ruleset ruleset(std::string_view name) { return *scoring::Ruleset::named(name); }
scoring::Ruleset with_pay(std::uint64_t novel_mass_min, const char* corpus = "own") {
    scoring::RulesetValues values = ruleset("default-1").values();
    values.corpus = corpus;
    values.pay.novel_mass_min = novel_mass_min;
    return *scoring::Ruleset::make(values);
}

// docs/formats.md "Corpus id".
TEST(CorpusId, is_written_down) {
    Sha256 own;
    own.update("pramana:corpus:own:1");
    own.update(std::string_view{"\0\0\0\0\0\0\x7a\x69", 8});
    own.update(ruleset("default-1").entry_digest().view());
    own.update(dlp(5).view());
    EXPECT_EQ(corpus_id_of(31337, dlp(5), ruleset("default-1")), own.finish());
    Sha256 shared;
    shared.update("pramana:corpus:shared:1");
    shared.update(std::string_view{"\0\0\0\0\0\0\x7a\x69", 8});
    shared.update(ruleset("default-1").entry_digest().view());
    shared.update("news");
    EXPECT_EQ(corpus_id_of(31337, dlp(5), ruleset("default-1+shared:news")), shared.finish());
}

TEST(CorpusId, keeps_two_dlps_apart_unless_both_name_one_corpus) {
    EXPECT_NE(corpus_id_of(1, dlp(1), ruleset("default-1")),
              corpus_id_of(1, dlp(2), ruleset("default-1")));
    const Hash32 news = corpus_id_of(1, dlp(1), ruleset("default-1+shared:news"));
    EXPECT_EQ(news, corpus_id_of(1, dlp(2), ruleset("default-1+shared:news")));
    EXPECT_EQ(news, corpus_id_of(1, dlp(2), with_pay(7, "shared:news")));
    EXPECT_NE(news, corpus_id_of(1, dlp(1), ruleset("default-1+shared:new")));
    EXPECT_NE(news, corpus_id_of(2, dlp(1), ruleset("default-1+shared:news")));
    EXPECT_NE(news, corpus_id_of(1, dlp(1), ruleset("default-1")));
}

TEST(CorpusId, stays_when_only_the_pay_changes) {
    EXPECT_EQ(corpus_id_of(1, dlp(1), ruleset("default-1")), corpus_id_of(1, dlp(1), with_pay(7)));
}

}  // namespace
}  // namespace pramana::app
