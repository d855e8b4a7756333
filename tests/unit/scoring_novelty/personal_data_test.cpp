// What points to a person is counted, and what looks alike is not.
#include "quality/line_survey.hpp"

#include "canonical/canonical.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pramana::scoring {
namespace {

LineSurvey::Counts counts_of(std::string_view text, Role role = Role::kProse) {
    const CanonicalText canonical = canonicalize(text);
    LineSurvey survey;
    survey.add({SecretText{"source"}, role, 0, SecretText{text}},
               {canonical.utf8.data(), canonical.utf8.size()});
    return survey.counts();
}

struct PersonalRow {
    const char* name;
    std::string_view text;
    PersonalData counts;
};
// Card numbers are the published test numbers of payment networks, accounts the examples of
// ISO 13616, telephone numbers from ranges kept for fiction, hosts from RFC 5737 and RFC 3849.
const PersonalRow kPersonal[] = {
    {"a_mail_address", "write to a.b+c@mail.example.org today", {.mail_addresses = 1}},
    {"two_mail_addresses", "<a@example.org>, <b@example.net>", {.mail_addresses = 2}},
    {"a_handle", "as @somebody said @ noon", {}},
    {"no_domain", "user@host and a@b.c", {}},
    {"a_card", "card 4111 1111 1111 1111, please", {.card_numbers = 1}},
    {"a_card_without_spaces", "5500005555555559", {.card_numbers = 1}},
    {"a_card_of_fifteen", "3782 822463 10005", {.card_numbers = 1}},
    {"a_card_that_fails_the_check", "4111 1111 1111 1112", {}},
    {"an_account", "IBAN GB82 WEST 1234 5698 7654 32.", {.account_numbers = 1}},
    {"an_account_without_spaces", "DE89370400440532013000", {.account_numbers = 1}},
    {"an_account_that_fails_the_check", "DE89370400440532013001", {}},
    {"a_phone_number", "call +44 1632 960961 now", {.phone_numbers = 1}},
    {"a_phone_number_in_groups", "(202) 555-0143 or 030-23125-014", {.phone_numbers = 2}},
    {"a_date", "2024-01-15 12:30:45, 15.01.2024", {}},
    {"a_long_number", "123456789012", {}},
    {"a_version", "10.2.33.4.1 and 1.2.3", {}},
    {"a_host", "from 198.51.100.7 and 203.0.113.9", {.host_addresses = 2}},
    {"a_private_host", "127.0.0.1, 10.0.0.1, 192.168.1.1, 172.16.0.1", {}},
    {"no_host", "999.1.1.1 or 1.2.3.4.5x", {}},
    {"a_new_host", "at 2001:db8::8a2e:370:7334, now", {.host_addresses = 1}},
    {"a_whole_new_host", "2001:db8:0:0:8:800:200c:417a", {.host_addresses = 1}},
    {"a_time", "at 12:30:45", {}},
    {"a_name_of_a_programme", "std::vector and a::b", {}},
    {"nothing", "", {}},
};
class Personal : public ::testing::TestWithParam<PersonalRow> {};
TEST_P(Personal, is_counted) {
    const PersonalData found = counts_of(GetParam().text).personal;
    EXPECT_EQ(found.mail_addresses, GetParam().counts.mail_addresses);
    EXPECT_EQ(found.card_numbers, GetParam().counts.card_numbers);
    EXPECT_EQ(found.account_numbers, GetParam().counts.account_numbers);
    EXPECT_EQ(found.phone_numbers, GetParam().counts.phone_numbers);
    EXPECT_EQ(found.host_addresses, GetParam().counts.host_addresses);
}
INSTANTIATE_TEST_SUITE_P(Rows, Personal, ::testing::ValuesIn(kPersonal),
                         [](const auto& row) { return std::string{row.param.name}; });

// A text that ends in the middle of what is looked for is read to its end and not beyond.
TEST(PersonalData, of_truncations_is_read_within_the_text) {
    const std::string text =
        "a@example.org DE89 3704 0044 0532 0130 00 +44 1632 960961 2001:db8::1:2 https://a.example";
    for (std::size_t size = 0; size <= text.size(); ++size) {
        const std::string part = text.substr(0, size);
        EXPECT_LE(counts_of(part).personal.all(), 4U) << size;
    }
}

struct MojibakeRow {
    const char* name;
    std::string_view text;
    std::uint64_t count;
};
const MojibakeRow kMojibake[] = {
    {"ascii", "cafe au lait and more of it", 0},
    {"good_french", "Quand elle est partie, il a trouvé « une orange » très tôt à l’hôtel", 0},
    {"good_german", "Äpfel, Öl, Übermut, daß der »Fluss« größer ist", 0},
    {"good_russian", "Когда она ушла", 0},
    {"latin_1", "cafÃ© trÃ¨s tÃ´t", 3},
    {"windows_1252", "donâ€™t â€œgoâ€\xC2\x9D", 3},
    {"russian", "ÐšÐ¾Ð³Ð´Ð°", 5},
    {"replaced", "caf\xEF\xBF\xBD", 1},
    {"cut", "caf\xC3\x83", 0},
};
class Mojibake : public ::testing::TestWithParam<MojibakeRow> {};
TEST_P(Mojibake, is_counted_by_character) {
    EXPECT_EQ(count_mojibake(GetParam().text), GetParam().count);
}
INSTANTIATE_TEST_SUITE_P(Rows, Mojibake, ::testing::ValuesIn(kMojibake),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Lines, are_told_by_how_they_begin_and_end) {
    const LineSurvey::Counts counts = counts_of(
        "A sentence.\nAnother one!\"\nno end\n* an item\n- another item:\nand so on...\n\n"
        "\xE4\xBB\x8A\xE5\xA4\xA9\xE5\xBE\x88\xE5\xA5\xBD\xE3\x80\x82\nA sentence.");
    EXPECT_EQ(counts.lines, 8U);
    EXPECT_EQ(counts.ends, 6U);
    EXPECT_EQ(counts.bullets, 2U);
    EXPECT_EQ(counts.ellipsis_ends, 1U);
    EXPECT_EQ(counts.repeated_bytes, 11U);
}

TEST(Lines, with_links_are_measured_to_the_white_space) {
    const LineSurvey::Counts counts = counts_of("see https://a.example/b and www.b.example now");
    EXPECT_EQ(counts.link_bytes,
              std::string_view{"://a.example/b"}.size() + std::string_view{".b.example"}.size());
}

TEST(Lines, of_a_table_are_rows) {
    LineSurvey survey;
    for (int i = 0; i < 3; ++i)
        survey.add({SecretText{"s"}, Role::kRow, 0, SecretText{"a\nb"}}, "a\nb");
    EXPECT_EQ(survey.counts().lines, 0U);
    EXPECT_EQ(survey.counts().bytes, 9U);
    EXPECT_EQ(survey.counts().repeated_bytes, 6U);
}

}  // namespace
}  // namespace pramana::scoring
