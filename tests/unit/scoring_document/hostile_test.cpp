// What is sent to break the reader: refused early with its reason, or left out and counted.
#include "exports_support/samples.hpp"
#include "id_set.hpp"
#include "pramana/core/bytes.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/scoring_document/extract.hpp"
#include "zip_builder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstring>

namespace pramana::scoring {
namespace {

using exports::gzip_of;
using exports::tar_of;
using exports::zip_of;
using testing::ZipBuilder;

ExtractLimits limits_2() {
    ExtractLimits limits;
    limits.formats = {.version = 2, .archive_depth_max = 3, .authenticity = 1};
    limits.members_max = 1000;
    return limits;
}

std::string text_of(const Bytes& bytes) { return std::string{as_text(ByteView{bytes})}; }

Bytes nested(std::size_t depth) {
    Bytes out = zip_of({{"a.txt", "the innermost text of it all"}});
    for (std::size_t i = 1; i < depth; ++i) out = zip_of({{"a.zip", text_of(out)}});
    return out;
}

Bytes gzip_deep(std::size_t depth) {
    Bytes out = gzip_of("the innermost text of it all");
    for (std::size_t i = 1; i < depth; ++i) out = gzip_of(text_of(out));
    return out;
}

Bytes truncated(Bytes bytes, std::size_t by) {
    bytes.resize(bytes.size() - by);
    return bytes;
}

struct HostileRow {
    const char* name;
    Bytes (*make)();
    Errc code;
};
const std::string kBig(48U << 20U, 'a');
const HostileRow kHostile[] = {
    {"gzip_bomb", [] { return gzip_of(kBig); }, Errc::kDecompressionLimit},
    {"gzip_bomb_in_gzip", [] { return gzip_of(text_of(gzip_of(kBig))); },
     Errc::kDecompressionLimit},
    {"zip_bomb_in_zip", [] { return zip_of({{"b.zip", text_of(zip_of({{"a.txt", kBig}}))}}); },
     Errc::kDecompressionLimit},
    {"tar_gz_bomb", [] { return gzip_of(text_of(tar_of({{"a.txt", kBig}}))); },
     Errc::kDecompressionLimit},
    // A quine unpacks to itself for ever: the depth ends it.
    {"zip_four_deep", [] { return nested(4); }, Errc::kDecompressionLimit},
    {"gzip_four_deep", [] { return gzip_deep(4); }, Errc::kDecompressionLimit},
    {"zip_hundred_deep", [] { return nested(100); }, Errc::kDecompressionLimit},
    {"members_beyond_the_limit",
     [] {
         exports::Files files(1001, {"a.txt", "x y"});
         return zip_of(files);
     },
     Errc::kTooLarge},
    {"members_beyond_the_limit_in_archives",
     [] {
         const Bytes inner = zip_of(exports::Files(400, {"a.txt", "x y"}));
         return tar_of(exports::Files(3, {"a.zip", text_of(inner)}));
     },
     Errc::kTooLarge},
    {"gzip_truncated", [] { return truncated(gzip_of("some text of a file"), 4); },
     Errc::kUnknownFormat},
    {"gzip_with_something_behind",
     [] {
         Bytes out = gzip_of("some text of a file");
         append(out, "more");
         return out;
     },
     Errc::kUnknownFormat},
    {"gzip_of_binary", [] { return gzip_of(std::string_view{"\0\1\2\3", 4}); },
     Errc::kTooFewTokens},
    {"tar_truncated", [] { return truncated(tar_of({{"a.txt", std::string(5000, 'x')}}), 3000); },
     Errc::kUnknownFormat},
    {"x_archive_that_does_not_parse",
     [] {
         const std::string_view text = "window.YTD.tweets.part0 = [ {\"tweet\" : ";
         return Bytes(text.begin(), text.end());
     },
     Errc::kUnknownFormat},
    {"utf_16", [] { return Bytes{0xFF, 0xFE, 'a', 0, 'b', 0}; }, Errc::kUnknownFormat},
    {"xml",
     [] {
         const std::string_view text = "<?xml version=\"1.0\"?><a>text</a>";
         return Bytes(text.begin(), text.end());
     },
     Errc::kUnknownFormat},
};
class Hostile : public ::testing::TestWithParam<HostileRow> {};
TEST_P(Hostile, is_refused_with_its_reason) {
    const Result<Document> document = extract(GetParam().make(), limits_2());
    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().code, GetParam().code) << document.error().site;
}
INSTANTIATE_TEST_SUITE_P(Rows, Hostile, ::testing::ValuesIn(kHostile),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Hostile, archives_three_deep_are_read) {
    EXPECT_TRUE(extract(nested(3), limits_2()));
    EXPECT_TRUE(extract(gzip_deep(3), limits_2()));
}

TEST(Hostile, members_are_left_out_with_their_reason) {
    ZipBuilder zip;
    zip.add("../up.txt", "climbs out");
    zip.add("link", "/etc/passwd", {.unix_mode = 0120777});
    zip.add("a.png", std::string_view{"\x89PNG\0\0", 6});
    zip.add("a.xml", "<?xml version=\"1.0\"?><a/>");
    zip.add("a.utf16", std::string_view{"\xFF\xFE"
                                        "a\0",
                                        4});
    zip.add("empty.txt", "");
    zip.add("bad.json", "{\"a\": ");
    zip.add("bad.zip", "PK\x03\x04 and then nothing");
    zip.add("secret", "ciphertext bytes", {.flags = 0x0801});
    zip.add("kept.html", "<html><body><p>kept &amp; read</p></body></html>");
    const Result<Document> document = extract(zip.finish(), limits_2());
    ASSERT_TRUE(document) << document.error().site;
    ASSERT_EQ(document->records.size(), 1U);
    EXPECT_EQ(document->records[0].text.expose(), "kept & read");
    for (const NotRead reason :
         {NotRead::kHostilePath, NotRead::kLinkMember, NotRead::kBinaryMember,
          NotRead::kMarkupMember, NotRead::kOtherEncoding, NotRead::kEmptyMember,
          NotRead::kDamagedJson, NotRead::kDamagedArchive, NotRead::kEncryptedMember})
        EXPECT_EQ(document->notes.not_read[static_cast<std::size_t>(reason)], 1U)
            << scoring::text_of(reason).code;
}

// A zip of 200 bytes, LZMA, whose header asks for a dictionary of 4 GiB. The text in it is whole.
TEST(Hostile, a_member_that_asks_for_a_large_dictionary_is_left_out) {
    const Bytes zip = *from_hex(
        "504b03043f0002000e0053ae765dbb799cbe5c0000001c0c000005000000612e747874090405005dffffffff00"
        "341949ee8de917893a335ffdf644e6131816f22e84a28999c2cfd0bf4e112adc0d83c46b36cbfb04b2d27b82f7"
        "379466ff86df908c6e5dcca8a7a597f4a36c97e749d38e1cc3e3c4781b6c4dffff9de22000504b01023f033f00"
        "02000e0053ae765dbb799cbe5c0000001c0c0000050000000000000000000000800100000000612e747874504b"
        "05060000000001000100330000007f0000000000");
    for (const ExtractLimits& limits : {limits_2(), ExtractLimits{}}) {
        const Result<Document> document = extract(zip, limits);
        ASSERT_FALSE(document) << "its " << document->records.size() << " records were read";
        EXPECT_EQ(document.error().code, Errc::kTooFewTokens) << document.error().site;
    }
}

// A long key above many strings: each string's source would be as long as the key.
TEST(Hostile, a_long_key_is_not_copied_for_each_string_under_it) {
    std::string text = "{\"" + std::string(100'000, 'k') + "\":[\"a b\"";
    for (int i = 0; i < 100; ++i) text += ",\"a b\"";
    const Result<Document> document = extract(as_bytes_view(text + "]}"), limits_2());
    ASSERT_TRUE(document) << document.error().site;
    ASSERT_EQ(document->records.size(), 101U);
    for (const Record& record : document->records) EXPECT_LE(record.source.size(), 256U);
}

// Hashes that agree in the bits that a table of this size would look at.
TEST(Hostile, ids_cannot_be_chosen_to_want_one_place) {
    const auto begin = std::chrono::steady_clock::now();
    IdSet set;
    for (std::uint64_t i = 1; i <= 200'000; ++i) EXPECT_TRUE(set.insert(i << 24U));
    for (std::uint64_t i = 1; i <= 200'000; ++i) EXPECT_TRUE(set.contains(i << 24U));
    EXPECT_FALSE(set.contains(1U));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{5});
}

std::uint64_t inverse(std::uint64_t odd) {
    std::uint64_t x = odd;
    for (int i = 0; i < 6; ++i) x *= 2 - odd * x;
    return x;
}

/// Keys of 16 characters that std::hash of GNU's library makes one number of (MurmurHash64A with a
/// fixed seed): the second half undoes what the first one did.
std::vector<std::string> colliding_keys(std::size_t count) {
    constexpr std::uint64_t kMul = 0xc6a4a7935bd1e995, kHighBits = 0x8080808080808080;
    const std::uint64_t undo = inverse(kMul);
    std::vector<std::string> keys;
    for (std::uint64_t i = 0; keys.size() < count; ++i) {
        std::uint64_t first = 0;
        for (unsigned at = 0; at < 32; at += 4) first |= ('a' + (i >> at & 15U)) << 2 * at;
        std::uint64_t state = first * kMul;
        state = ((0xc70f6907U ^ 16 * kMul) ^ (state ^ state >> 47U) * kMul) * kMul;
        std::uint64_t second = (state ^ 0x123456789abcdef) * undo;
        second = (second ^ second >> 47U) * undo;
        if ((second & kHighBits) != 0) continue;
        std::string key(16, ' ');
        std::memcpy(key.data(), &first, 8);
        std::memcpy(key.data() + 8, &second, 8);
        const bool plain = std::all_of(key.begin(), key.end(), [](char c) {
            return c >= ' ' && c <= '~' && c != '"' && c != '\\';
        });
        if (plain) keys.push_back(key);
    }
    return keys;
}

TEST(Hostile, keys_cannot_be_chosen_to_make_a_conversation_slow) {
    std::string text = R"([{"mapping":{"r":{"message":{"author":{"role":"user"},)"
                       R"("content":{"parts":["some words"]}}})";
    for (const std::string& key : colliding_keys(10'000))
        text += ",\"" + key + R"(":{"parent":"r"})";
    const auto begin = std::chrono::steady_clock::now();
    for (const ExtractLimits& limits : {limits_2(), ExtractLimits{}})
        EXPECT_TRUE(extract(as_bytes_view(text + "}}]"), limits));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds{500});
}

TEST(Hostile, headers_that_go_on_behind_what_was_looked_at_are_refused) {
    for (const std::string_view start : {"id,permalink,date,subreddit,", "title,time,"}) {
        std::string text{start};
        const std::string_view last = start.starts_with("id") ? "body" : "url";
        text.resize(512 - last.size() - 1, 'x');
        text.append(",").append(last).append("more\nrow,of,cells\n");
        const Result<Document> document = extract(as_bytes_view(text), limits_2());
        ASSERT_FALSE(document);
        EXPECT_EQ(document.error().code, Errc::kUnknownFormat) << document.error().site;
    }
}

// Each of these would take quadratic time if a reader looked for an end once for each start.
TEST(Hostile, starts_without_ends_cost_little) {
    std::string from = "From a\nb: c\n", tags = "<html>", cells = "title,url,time\n";
    for (int i = 0; i < 200'000; ++i) {
        from += "\nFrom a\n";
        tags += "<a \"";
        cells += "\"a,";
    }
    // A star of turns, and a header that asks for each of its marks' ends.
    std::string star = "[{\"mapping\":{\"r\":{\"parent\":null,\"children\":[";
    for (int i = 0; i < 50'000; ++i)
        star.append(i == 0 ? "\"" : ",\"").append(std::to_string(i)).append("\"");
    star += "]}";
    for (int i = 0; i < 50'000; ++i)
        star += ",\"" + std::to_string(i) + R"(":{"parent":"r","children":[]})";
    star += "}}]";
    std::string header = "From a\nb: c\nSubject: ",
                types = "From a\nb: c\nContent-Type: multipart/";
    for (int i = 0; i < 40'000; ++i) {
        header += "=?a?q?";
        types += ";;;;;;";
    }
    for (const std::string& text : {from, tags, cells, star, header, types})
        static_cast<void>(extract(as_bytes_view(text), limits_2()));
}

}  // namespace
}  // namespace pramana::scoring
