#include "handmade.hpp"

#include <gtest/gtest.h>

namespace pramana::sealing {
namespace {

using namespace handmade;

const std::string kLong(5000, 'x');

struct Form {
    const char* name;
    Bytes sealed;
    std::string text;
};
// RFC 9580 section 4.2: each way to write a length, outside and inside.
const Form kForms[] = {
    {"new_headers", message(literal("text")), "text"},
    {"old_header_outside",
     joined({old_packet(Tag::kPasswordSession, skesk_body(), 0), seipd(literal("text"))}), "text"},
    {"old_header_two_octets",
     joined({old_packet(Tag::kPasswordSession, skesk_body(), 1), seipd(literal("text"))}), "text"},
    {"old_header_four_octets",
     joined({old_packet(Tag::kPasswordSession, skesk_body(), 2), seipd(literal("text"))}), "text"},
    {"old_literal", message(old_packet(Tag::kLiteral, literal_body("text"), 0)), "text"},
    {"old_literal_two_octets", message(old_packet(Tag::kLiteral, literal_body(kLong), 1)), kLong},
    {"old_literal_four_octets", message(old_packet(Tag::kLiteral, literal_body(kLong), 2)), kLong},
    {"old_literal_indeterminate", message(old_packet(Tag::kLiteral, literal_body("text"), 3)),
     "text"},
    {"partial_literal", message(partial_packet(Tag::kLiteral, literal_body(kLong), 9)), kLong},
    {"partial_literal_ending_in_zero",
     message(partial_packet(Tag::kLiteral, literal_body(std::string(1024 - 6, 'y')), 9)),
     std::string(1024 - 6, 'y')},
    {"partial_seipd",
     joined({skesk(), partial_packet(Tag::kEncryptedIntegrity, seipd_body(literal(kLong)), 9)}),
     kLong},
    {"partial_both",
     joined({skesk(), partial_packet(
                          Tag::kEncryptedIntegrity,
                          seipd_body(partial_packet(Tag::kLiteral, literal_body(kLong), 10)), 11)}),
     kLong},
    {"marker_first", joined({packet(Tag::kMarker, as_bytes_view("PGP")), message(literal("text"))}),
     "text"},
    {"other_recipient_first",
     joined({packet(Tag::kPublicKeySession, Bytes(20, 3)), message(literal("text"))}), "text"},
    {"ours_is_the_second", joined({skesk("other"), skesk(), seipd(literal("text"))}), "text"},
    {"ours_after_an_unsupported",
     joined({packet(Tag::kPasswordSession, Bytes{6, 1}), skesk(), seipd(literal("text"))}), "text"},
    {"signature_around",
     message(joined({packet(Tag::kOnePassSignature, Bytes(13, 1)), literal("text"),
                     packet(Tag::kSignature, Bytes(40, 1))})),
     "text"},
    {"marker_and_padding_inside",
     message(joined({packet(Tag::kMarker, as_bytes_view("PGP")), literal("text"),
                     packet(Tag::kPadding, Bytes(9, 0))})),
     "text"},
    {"stored_inside_compressed",
     message(packet(Tag::kCompressed, joined({Bytes{0}, literal("text")}))), "text"},
    {"literal_with_a_name",
     message(packet(Tag::kLiteral, literal_body("text", 'u', std::string(255, 'n')))), "text"},
    {"empty_literal", message(literal("")), ""},
};

class MessageForm : public testing::TestWithParam<Form> {};
TEST_P(MessageForm, is_opened) {
    EXPECT_EQ(text_of(handmade::open(GetParam().sealed)), GetParam().text);
}
TEST_P(MessageForm, is_refused_when_cut_anywhere) {
    const Bytes& sealed = GetParam().sealed;
    for (std::size_t i = 0; i < sealed.size(); ++i)
        EXPECT_EQ(text_of(handmade::open(ByteView{sealed}.first(i))), "malformed_message") << i;
}
INSTANTIATE_TEST_SUITE_P(Forms, MessageForm, testing::ValuesIn(kForms),
                         [](const auto& row) { return std::string{row.param.name}; });

struct Refusal {
    const char* name;
    Bytes sealed;
    Errc code;
    std::string_view site;
};

Bytes changed(Bytes bytes, std::size_t index, std::uint8_t value) {
    bytes[index] = value;
    return bytes;
}
Bytes skesk_with(std::initializer_list<std::uint8_t> body) {
    return joined({packet(Tag::kPasswordSession, Bytes(body)), seipd(literal("x"))});
}
Bytes short_first_piece() {
    Bytes out = {0xC0 | 18, 224 + 8};  // 256 octets; the smallest first piece is 512
    append(out, ByteView{seipd_body(literal(kLong))}.first(256));
    out.push_back(0);
    return joined({skesk(), out});
}

// Sources: RFC 9580 sections 4.2 (headers), 5.3 (SKESK), 5.13 (SEIPD), 5.9 (literal), 10.3
// (grammar).
const Refusal kOuter[] = {
    {"empty", {}, Errc::kMalformedMessage, "sealing.packet.header"},
    {"plain_text", Bytes{'{', '}'}, Errc::kMalformedMessage, "sealing.packet.header"},
    {"reserved_tag", Bytes{0xC0, 0}, Errc::kMalformedMessage, "sealing.packet.tag"},
    {"longer_than_the_file", Bytes{0xC3, 5, 4}, Errc::kMalformedMessage, "sealing.packet.length"},
    {"length_of_4_gib", joined({skesk(), Bytes{0xD2, 255, 255, 255, 255, 255, 1}}),
     Errc::kMalformedMessage, "sealing.packet.length"},
    {"partial_skesk", Bytes{0xC3, 224 + 9}, Errc::kMalformedMessage, "sealing.packet.length"},
    {"partial_skesk_whole", joined({partial_packet(Tag::kPasswordSession, Bytes(600, 4), 9)}),
     Errc::kMalformedMessage, "sealing.packet.partial"},
    {"indeterminate_skesk", old_packet(Tag::kPasswordSession, skesk_body(), 3),
     Errc::kMalformedMessage, "sealing.packet.indeterminate"},
    {"first_piece_too_short", short_first_piece(), Errc::kMalformedMessage,
     "sealing.packet.partial"},
    {"skesk_empty", skesk_with({}), Errc::kMalformedMessage, "sealing.skesk.length"},
    {"skesk_one_octet", skesk_with({4}), Errc::kMalformedMessage, "sealing.skesk.length"},
    {"skesk_without_s2k", skesk_with({4, 9}), Errc::kMalformedMessage, "sealing.s2k.length"},
    {"skesk_salt_cut", skesk_with({4, 9, 1, 8, 1, 2, 3}), Errc::kMalformedMessage,
     "sealing.s2k.length"},
    {"skesk_count_missing", skesk_with({4, 9, 3, 8, 1, 2, 3, 4, 5, 6, 7, 8}),
     Errc::kMalformedMessage, "sealing.s2k.length"},
    {"skesk_session_key_odd", skesk_with({4, 9, 0, 8, 1}), Errc::kMalformedMessage,
     "sealing.skesk.encrypted_key"},
    {"skesk_v3", skesk_with({3, 9, 0, 8}), Errc::kUnsupportedPacket,
     "sealing.openpgp.skesk_version"},
    {"skesk_v5", skesk_with({5, 9, 0, 8}), Errc::kUnsupportedPacket, "sealing.openpgp.skesk_v5"},
    {"skesk_v6", skesk_with({6, 9, 0, 8}), Errc::kUnsupportedPacket, "sealing.openpgp.skesk_v6"},
    {"s2k_argon2", skesk_with({4, 9, 4, 1}), Errc::kUnsupportedPacket, "sealing.openpgp.argon2"},
    {"s2k_reserved", skesk_with({4, 9, 2, 8}), Errc::kUnsupportedPacket,
     "sealing.openpgp.s2k_kind"},
    {"s2k_private", skesk_with({4, 9, 101, 8}), Errc::kUnsupportedPacket,
     "sealing.openpgp.s2k_kind"},
    {"s2k_sha3", skesk_with({4, 9, 0, 12}), Errc::kUnsupportedPacket, "sealing.openpgp.s2k_hash"},
    {"cipher_idea", skesk_with({4, 1, 0, 8}), Errc::kUnsupportedPacket,
     "sealing.openpgp.cipher_idea"},
    {"cipher_plain", skesk_with({4, 0, 0, 8}), Errc::kUnsupportedPacket,
     "sealing.openpgp.cipher_unknown"},
    {"no_integrity", joined({skesk(), packet(Tag::kEncryptedNoIntegrity, Bytes(50, 1))}),
     Errc::kNoIntegrity, "sealing.openpgp.sed_packet"},
    {"aead_packet", joined({skesk(), packet(Tag::kEncryptedAead, Bytes(50, 1))}),
     Errc::kUnsupportedPacket, "sealing.openpgp.aead_packet"},
    {"seipd_v2", joined({skesk(), changed(seipd(literal("x")), 2, 2)}), Errc::kUnsupportedPacket,
     "sealing.openpgp.seipd_v2"},
    {"seipd_v3", joined({skesk(), changed(seipd(literal("x")), 2, 3)}), Errc::kUnsupportedPacket,
     "sealing.openpgp.seipd_version"},
    {"seipd_empty", joined({skesk(), packet(Tag::kEncryptedIntegrity, {})}),
     Errc::kMalformedMessage, "sealing.seipd.length"},
    {"seipd_alone", seipd(literal("x")), Errc::kMalformedMessage, "sealing.message.no_session_key"},
    {"public_key_only", joined({packet(Tag::kPublicKeySession, Bytes(20, 3)), seipd(literal("x"))}),
     Errc::kUnsupportedPacket, "sealing.openpgp.public_key_only"},
    {"not_encrypted", literal("text"), Errc::kMalformedMessage, "sealing.message.tag"},
    {"session_key_only", skesk(), Errc::kMalformedMessage, "sealing.packet.header"},
    {"octet_after_it", joined({message(literal("x")), Bytes{0}}), Errc::kMalformedMessage,
     "sealing.message.trailing"},
    {"second_message_after_it", joined({message(literal("x")), message(literal("y"))}),
     Errc::kMalformedMessage, "sealing.message.trailing"},
};
/// Seen only when opening.
const Refusal kInner[] = {
    {"seipd_too_short", joined({skesk(), packet(Tag::kEncryptedIntegrity, Bytes(40, 1))}),
     Errc::kMalformedMessage, "sealing.seipd.length"},
    {"nothing_inside", message({}), Errc::kMalformedMessage, "sealing.contents.none"},
    {"two_literals", message(joined({literal("x"), literal("y")})), Errc::kMalformedMessage,
     "sealing.contents.second"},
    {"encrypted_inside", message(message(literal("x"))), Errc::kMalformedMessage,
     "sealing.contents.tag"},
    {"garbage_inside", message(Bytes(8, 'x')), Errc::kMalformedMessage, "sealing.packet.header"},
    {"literal_cut_inside", message(Bytes{0xCB, 20, 'b', 0}), Errc::kMalformedMessage,
     "sealing.packet.length"},
    {"literal_without_date", message(packet(Tag::kLiteral, Bytes{'b', 0, 0, 0, 0})),
     Errc::kMalformedMessage, "sealing.literal.length"},
    {"literal_name_cut", message(packet(Tag::kLiteral, Bytes{'b', 3, 'n', 0, 0, 0, 0})),
     Errc::kMalformedMessage, "sealing.literal.name"},
    {"literal_mode_unknown", message(packet(Tag::kLiteral, literal_body("x", 'x'))),
     Errc::kMalformedMessage, "sealing.literal.mode"},
};

class MessageRefusal : public testing::TestWithParam<Refusal> {};
TEST_P(MessageRefusal, names_its_reason) {
    const Result<SecretBytes> opened = handmade::open(GetParam().sealed);
    ASSERT_FALSE(opened);
    EXPECT_EQ(name_of(opened.error().code), name_of(GetParam().code));
    EXPECT_EQ(opened.error().site, GetParam().site);
}
INSTANTIATE_TEST_SUITE_P(Outer, MessageRefusal, testing::ValuesIn(kOuter),
                         [](const auto& row) { return std::string{row.param.name}; });
INSTANTIATE_TEST_SUITE_P(Inner, MessageRefusal, testing::ValuesIn(kInner),
                         [](const auto& row) { return std::string{row.param.name}; });

// An upload can be refused for its outer packets without any key derivation.
TEST(InspectMessage, refuses_what_opening_would_and_nothing_that_it_cannot_see) {
    for (const Refusal& row : kOuter) {
        const Result<MessageCost> cost = inspect_message(row.sealed, OpenLimits{});
        ASSERT_FALSE(cost) << row.name;
        EXPECT_EQ(cost.error().site, row.site) << row.name;
    }
    for (const Refusal& row : kInner)
        EXPECT_TRUE(inspect_message(row.sealed, OpenLimits{})) << row.name;
}

// The first blocks and the last blocks decide whose fault it is: a wrong key fits neither, an
// altered message one.
TEST(OpenMessage, tells_altered_messages_from_wrong_passwords) {
    const Bytes sealed = message(literal(kLong));
    const std::size_t body = skesk().size() + 6 + 1;  // header and version octet
    for (std::size_t i = body; i < sealed.size(); ++i) {
        Bytes altered = sealed;
        altered[i] = static_cast<std::uint8_t>(altered[i] ^ 0x80U);
        EXPECT_EQ(text_of(handmade::open(altered)), "auth_tag_mismatch") << i;
    }
    EXPECT_EQ(text_of(open_message(sealed, as_bytes_view("other"), OpenLimits{})),
              "wrong_password");
}

TEST(OpenMessage, blames_the_unsupported_packet_when_no_other_opens) {
    const Bytes sealed =
        joined({skesk("other"), packet(Tag::kPasswordSession, Bytes{6, 1}), seipd(literal("x"))});
    EXPECT_EQ(handmade::open(sealed).error().site, "sealing.openpgp.skesk_v6");
}

}  // namespace
}  // namespace pramana::sealing
