#include "handmade.hpp"
#include "inflate.hpp"
#include "pramana/sealing/openpgp.hpp"

#include <gtest/gtest.h>
#include <zlib.h>
#include <chrono>

namespace pramana::sealing {
namespace {

using namespace handmade;

/// One DEFLATE stream of `plain`, raw (ZIP) or with the zlib header.
Bytes deflated(ByteView plain, Deflate kind) {
    z_stream stream{};
    const int window = kind == Deflate::kZip ? -MAX_WBITS : MAX_WBITS;
    PRAMANA_CHECK(deflateInit2(&stream, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    Bytes out(deflateBound(&stream, plain.size()));
    stream.next_in = const_cast<Bytef*>(plain.data());
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    PRAMANA_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

Bytes compressed(ByteView packets, Deflate kind = Deflate::kZlib) {
    Bytes body = {static_cast<std::uint8_t>(kind == Deflate::kZip ? 1 : 2)};
    append(body, deflated(packets, kind));
    return packet(Tag::kCompressed, body);
}

/// Text that does not compress well.
std::string noise(std::size_t size) {
    std::string out(size, ' ');
    std::uint32_t state = 1;
    for (char& c : out) {
        state = state * 1664525U + 1013904223U;
        c = static_cast<char>(state >> 24U);
    }
    return out;
}

TEST(Compressed, opens_in_both_kinds_all_headers_and_two_levels) {
    const std::string text = noise(300'000);
    for (const Deflate kind : {Deflate::kZip, Deflate::kZlib}) {
        const Bytes packets = compressed(literal(text), kind);
        EXPECT_EQ(text_of(handmade::open(message(packets))), text);
        EXPECT_EQ(text_of(handmade::open(message(compressed(packets)))), text);
        Bytes body = {static_cast<std::uint8_t>(kind == Deflate::kZip ? 1 : 2)};
        append(body, deflated(literal(text), kind));
        EXPECT_EQ(text_of(handmade::open(message(old_packet(Tag::kCompressed, body, 3)))), text);
        EXPECT_EQ(text_of(handmade::open(message(partial_packet(Tag::kCompressed, body, 12)))),
                  text);
    }
}

TEST(Compressed, is_refused_below_two_levels) {
    const Bytes sealed = message(compressed(compressed(compressed(literal("x")))));
    EXPECT_EQ(text_of(handmade::open(sealed)), "decompression_limit");
    EXPECT_EQ(text_of(handmade::open(sealed, {.compression_depth_max = 3})), "x");
    EXPECT_EQ(
        text_of(handmade::open(message(compressed(literal("x"))), {.compression_depth_max = 0})),
        "decompression_limit");
}

TEST(Compressed, is_bounded_by_ratio_and_by_size_to_the_byte) {
    const std::string text(3'000'000, 'a');  // deflates about 1000 times
    const Bytes packets = literal(text);     // 11 octets more than the text
    const Bytes sealed = message(compressed(packets));
    EXPECT_EQ(text_of(handmade::open(sealed)), "decompression_limit");
    OpenLimits limits{.expansion_ratio_max = 2000};
    EXPECT_EQ(text_of(handmade::open(sealed, limits)).size(), text.size());
    limits.plaintext_bytes_max = packets.size() - 1;
    EXPECT_EQ(text_of(handmade::open(sealed, limits)), "decompression_limit");
    limits.plaintext_bytes_max = packets.size();
    EXPECT_EQ(text_of(handmade::open(sealed, limits)).size(), text.size());
}

TEST(Compressed, may_expand_small_messages_freely_to_one_mib) {
    const std::string fits((std::size_t{1} << 20U) - 12, 'a');
    EXPECT_EQ(text_of(handmade::open(message(compressed(literal(fits))))).size(), fits.size());
    EXPECT_EQ(text_of(handmade::open(message(compressed(literal(fits + "aa"))))),
              "decompression_limit");
}

TEST(Compressed, ends_exactly_and_is_whole) {
    const Bytes stream = deflated(literal("text"), Deflate::kZlib);
    for (std::size_t i = 0; i < stream.size(); ++i)
        EXPECT_EQ(inflate_bounded(Deflate::kZlib, ByteView{stream}.first(i), 100).error().code,
                  Errc::kMalformedMessage)
            << i;
    Bytes longer = stream;
    longer.push_back(0);
    EXPECT_EQ(inflate_bounded(Deflate::kZlib, longer, 100).error().site,
              "sealing.inflate.trailing");
    EXPECT_EQ(inflate_bounded(Deflate::kZip, stream, 100).error().code, Errc::kMalformedMessage);
    EXPECT_EQ(text_of(handmade::open(message(packet(Tag::kCompressed, {})))), "malformed_message");
    EXPECT_EQ(text_of(handmade::open(message(packet(Tag::kCompressed, Bytes{4, 0})))),
              "malformed_message");
    EXPECT_EQ(handmade::open(message(packet(Tag::kCompressed, Bytes{3, 0}))).error().site,
              "sealing.openpgp.bzip2");
}

TEST(Literal, is_bounded_by_size) {
    EXPECT_EQ(text_of(handmade::open(message(literal("12345")), {.plaintext_bytes_max = 5})),
              "12345");
    EXPECT_EQ(text_of(handmade::open(message(literal("123456")), {.plaintext_bytes_max = 5})),
              "too_large");
}

/// A password packet that asks for `count`, for AES-256 with a hash.
Bytes costly(std::uint8_t hash, std::uint8_t count) {
    return packet(Tag::kPasswordSession, Bytes{4, 9, 3, hash, 1, 2, 3, 4, 5, 6, 7, 8, count});
}

struct CostCase {
    const char* name;
    Bytes sealed;
    std::uint32_t packets;
    std::uint64_t bytes;
};
// RFC 9580 section 3.7.1.3: the count octet; section 3.7.1.1: short digests run again.
const CostCase kCosts[] = {
    {"sdk_default", joined({costly(8, 224), seipd(literal("x"))}), 1, 16'777'216},
    {"smallest", joined({costly(8, 0), seipd(literal("x"))}), 1, 1'024},
    {"our_client", joined({costly(8, 96), seipd(literal("x"))}), 1, 65'536},
    {"gnupg_default_sha1_twice", joined({costly(2, 255), seipd(literal("x"))}), 1, 130'023'424},
    {"largest_sha512", joined({costly(10, 255), seipd(literal("x"))}), 1, 65'011'712},
    {"two_of_the_largest", joined({costly(10, 255), costly(8, 255), seipd(literal("x"))}), 2,
     130'023'424},
    {"not_iterated", message(literal("x")), 1, 0},
};
class Cost : public testing::TestWithParam<CostCase> {};
TEST_P(Cost, is_declared) {
    const Result<MessageCost> cost = inspect_message(GetParam().sealed, OpenLimits{});
    ASSERT_TRUE(cost);
    EXPECT_EQ(cost->password_packets, GetParam().packets);
    EXPECT_EQ(cost->s2k_bytes, GetParam().bytes);
}
INSTANTIATE_TEST_SUITE_P(Costs, Cost, testing::ValuesIn(kCosts),
                         [](const auto& row) { return std::string{row.param.name}; });

// rnp needs 2.2 s for a message like the first: it tries every packet.
TEST(CostLimit, refuses_before_any_work) {
    Bytes many;
    for (int i = 0; i < 201; ++i) append(many, costly(8, 224));
    append(many, seipd(literal("x")));
    const Bytes dear = joined({costly(2, 255), costly(8, 208), seipd(literal("x"))});
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(handmade::open(many).error().site, "sealing.message.password_packets");
    EXPECT_EQ(handmade::open(dear).error().site, "sealing.message.s2k_bytes");
    EXPECT_EQ(handmade::open(many).error().code, Errc::kCostLimit);
    EXPECT_EQ(handmade::open(dear).error().code, Errc::kCostLimit);
    // One derivation of the dear one takes 60 ms; the goal is 5 ms, the rest is for a busy machine.
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds{40});
}

TEST(CostLimit, bounds_public_key_packets_too) {
    Bytes many;
    for (int i = 0; i < 17; ++i) append(many, packet(Tag::kPublicKeySession, Bytes(20, 3)));
    append(many, message(literal("x")));
    EXPECT_EQ(handmade::open(many).error().site, "sealing.message.public_key_packets");
}

}  // namespace
}  // namespace pramana::sealing
