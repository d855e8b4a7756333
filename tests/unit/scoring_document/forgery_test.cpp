// Forged exports: each row changes one thing of an authentic sample; the checks that have to fail
// are named. Rows without one are not caught, and say why.
#include "exports_support/samples.hpp"
#include "pramana/core/bytes.hpp"
#include "pramana/scoring_document/extract.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace pramana::scoring {
namespace {

using namespace exports;  // NOLINT: the samples of this test

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

template <class Sample>
using Change = void (*)(Sample&);

Bytes packed(const ChatGptExport& sample) { return zip_of(sample.files()); }
Bytes packed(const ClaudeExport& sample) { return zip_of(sample.files()); }
Bytes packed(const XArchive& sample) { return zip_of(sample.files()); }
Bytes packed(const RedditExport& sample) { return zip_of(sample.files()); }
Bytes packed(const GoogleActivity& sample) { return bytes_of(sample.json()); }
Bytes packed(const Mailbox& sample) { return bytes_of(sample.mbox()); }
Bytes packed(const WhatsAppChat& sample) { return bytes_of(sample.text()); }
Bytes packed(const BrowsingHistory& sample) { return bytes_of(sample.json()); }

template <class Sample>
struct ForgeryRow {
    const char* name;
    Change<Sample> change;
    const char* caught_by;  ///< a code; "": not caught
};

std::set<std::string> failed_checks(const Bytes& file) {
    ExtractLimits limits;
    limits.formats = {.version = 2, .archive_depth_max = 3, .authenticity = 1};
    const Result<Document> document = extract(file, limits);
    std::set<std::string> failed;
    if (!document) return {"refused"};
    for (const CheckResult& check : document->authenticity.checks)
        if (!check.passed()) failed.emplace(rule_of(check.check).code);
    return failed;
}

template <class Sample, std::size_t N>
void expect_caught(const ForgeryRow<Sample> (&rows)[N]) {
    for (const ForgeryRow<Sample>& row : rows) {
        Sample sample = Sample::make(11);
        EXPECT_TRUE(failed_checks(packed(sample)).empty()) << row.name;
        row.change(sample);
        const std::set<std::string> failed = failed_checks(packed(sample));
        if (std::string{row.caught_by}.empty())
            EXPECT_TRUE(failed.empty()) << row.name << " is caught now: say so";
        else
            EXPECT_TRUE(failed.contains(row.caught_by))
                << row.name << ": " << ::testing::PrintToString(failed);
    }
}

const ForgeryRow<ChatGptExport> kChatGpt[] = {
    {"shuffled_times",
     [](auto& s) {
         for (auto& c : s.conversations)
             for (std::size_t i = 2; i + 1 < c.nodes.size(); i += 2)
                 std::swap(c.nodes[i].time_us, c.nodes[i + 1].time_us);
     },
     "time_order"},
    {"same_conversation_twice", [](auto& s) { s.conversations.push_back(s.conversations.front()); },
     "id_unique"},
    {"copied_conversation_under_a_new_id",
     [](auto& s) {
         s.conversations.push_back(s.conversations.front());
         s.conversations.back().id = s.conversations.back().other_id =
             "11111111-2222-4333-8444-555555555555";
     },
     "id_unique"},
    {"invented_ids",
     [](auto& s) {
         for (auto& c : s.conversations) c.id = c.other_id = "conv-" + c.id.substr(0, 6);
     },
     "id_form"},
    {"lost_child", [](auto& s) { s.conversations[0].nodes[2].children.clear(); }, "graph"},
    {"parent_that_is_not_there",
     [](auto& s) { s.conversations[0].nodes[2].parent = "11111111-2222-4333-8444-555555555555"; },
     "graph"},
    {"two_roots", [](auto& s) { s.conversations[0].nodes[2].parent.clear(); }, "graph"},
    {"current_node_of_another_talk",
     [](auto& s) { s.conversations[0].current = s.conversations[1].current; }, "graph"},
    {"turns_outside_of_their_conversation",
     [](auto& s) {
         for (auto& node : s.conversations[0].nodes)
             if (node.time_us != 0) node.time_us += 40 * kDay;
     },
     "time_range"},
    {"before_the_service_began",
     [](auto& s) {
         for (auto& c : s.conversations) {
             c.begin_us -= 900 * kDay;
             c.end_us -= 900 * kDay;
             for (auto& node : c.nodes)
                 if (node.time_us != 0) node.time_us -= 900 * kDay;
         }
     },
     "time_range"},
    {"made_up_role", [](auto& s) { s.conversations[0].nodes[2].role = "human"; }, "values"},
    {"two_versions_of_the_format", [](auto& s) { s.conversations[0].more = ",\"voice\":null"; },
     "version"},
    {"ids_that_disagree",
     [](auto& s) {
         for (auto& c : s.conversations) c.other_id = "11111111-2222-4333-8444-555555555555";
     },
     "agreement"},
    // Whoever deletes a conversation that was rated has such a file: one of many agreements.
    {"feedback_on_another_account",
     [](auto& s) { s.rated = {"11111111-2222-4333-8444-555555555555"}; }, ""},
    // Nothing in the file depends on what is said: only the service or its mail can vouch for it.
    {"texts_written_by_another_model",
     [](auto& s) {
         for (auto& c : s.conversations)
             for (auto& node : c.nodes) node.text += " And so on.";
     },
     ""},
};
TEST(Forgery, of_chatgpt_exports) { expect_caught(kChatGpt); }

const ForgeryRow<ClaudeExport> kClaude[] = {
    {"shuffled_times",
     [](auto& s) {
         for (auto& c : s.conversations) std::swap(c.messages[1].time_us, c.messages[2].time_us);
     },
     "time_order"},
    {"another_zone",
     [](auto& s) { s.conversations[0].messages[0].time = "2024-01-01T12:00:30.123456+02:00"; },
     "time_form"},
    {"zone_that_does_not_exist",
     [](auto& s) { s.conversations[0].messages[0].time = "2024-01-01T10:00:30.123456+27:00"; },
     "time_form"},
    {"thirtieth_of_february",
     [](auto& s) { s.conversations[0].messages[0].time = "2024-02-30T10:00:30.123456Z"; },
     "time_form"},
    {"two_accounts",
     [](auto& s) { s.conversations[0].account = "11111111-2222-4333-8444-555555555555"; }, "owner"},
    {"accounts_of_another_user", [](auto& s) { s.user = "11111111-2222-4333-8444-555555555555"; },
     "owner"},
    {"broken_line_of_parents",
     [](auto& s) { s.conversations[0].messages[2].parent = s.conversations[1].messages[0].id; },
     "graph"},
    {"text_edited_in_one_place",
     [](auto& s) {
         for (auto& c : s.conversations) c.messages[0].text = "Something else was asked here.";
     },
     "agreement"},
    {"message_twice",
     [](auto& s) {
         for (auto& c : s.conversations) c.messages[2].id = c.messages[0].id;
     },
     "id_unique"},
    {"made_up_sender", [](auto& s) { s.conversations[0].messages[0].sender = "user"; }, "values"},
    {"answer_without_a_question",
     [](auto& s) { s.conversations[0].messages.erase(s.conversations[0].messages.begin()); },
     "values"},
};
TEST(Forgery, of_claude_exports) { expect_caught(kClaude); }

const ForgeryRow<XArchive> kX[] = {
    {"wrong_snowflakes",
     [](auto& s) {
         for (auto& t : s.tweets)
             t.id = t.other_id = std::to_string(std::stoll(t.id) + (1LL << 40));
     },
     "id_time"},
    {"moved_dates",
     [](auto& s) {
         std::swap(s.tweets[0].time, s.tweets[9].time);
         std::swap(s.tweets[1].time, s.tweets[8].time);
     },
     "id_time"},
    {"wrong_day_of_the_week", [](auto& s) { s.tweets[0].time.replace(0, 3, "Xyz"); }, "time_form"},
    {"zone_that_is_not_the_services",
     [](auto& s) {
         for (auto& t : s.tweets) t.time.replace(20, 5, "+0300");
     },
     "time_form"},
    {"same_post_again",
     [](auto& s) {
         s.tweets.insert(s.tweets.end(), 3, s.tweets[0]);
         s.stated = s.tweets.size();
     },
     "id_unique"},
    {"edited_counts", [](auto& s) { s.stated += 100; }, "counts"},
    {"posts_left_out", [](auto& s) { s.tweets.resize(40); }, "counts"},
    {"mixed_accounts", [](auto& s) { s.manifest_account = s.other; }, "owner"},
    {"messages_of_others", [](auto& s) { s.talk = "1-2"; }, "owner"},
    {"sender_out_of_the_talk",
     [](auto& s) {
         for (auto& m : s.messages) m.sender = "77";
     },
     "agreement"},
    {"posts_before_the_account", [](auto& s) { s.created_us += 800 * kDay; }, "time_range"},
    {"posts_after_the_export", [](auto& s) { s.generated_us -= 300 * kDay; }, "time_range"},
    {"range_beyond_the_text", [](auto& s) { s.tweets[3].end += 500; }, "text_range"},
    {"named_but_not_there",
     [](auto& s) {
         for (auto& t : s.tweets) t.tag = "elsewhere";
     },
     "agreement"},
    {"ids_that_are_no_numbers",
     [](auto& s) {
         for (auto& t : s.tweets) t.id += "x";
     },
     "id_form"},
    // Counts of likes and reposts stand nowhere else.
    {"text_replaced_by_one_of_the_same_length",
     [](auto& s) {
         for (auto& t : s.tweets)
             if (t.tag.empty() && t.mention.empty())
                 std::replace(t.text.begin(), t.text.end(), 'e', 'o');
     },
     ""},
};
TEST(Forgery, of_x_archives) { expect_caught(kX); }

const ForgeryRow<RedditExport> kReddit[] = {
    {"shuffled_times",
     [](auto& s) {
         for (std::size_t i = 0; i + 1 < s.comments.size(); i += 2)
             std::swap(s.comments[i].date, s.comments[i + 1].date);
     },
     "id_order"},
    {"without_a_zone", [](auto& s) { s.comments[0].date = s.comments[0].date.substr(0, 19); },
     "time_form"},
    {"link_of_another_comment",
     [](auto& s) {
         for (std::size_t i = 0; i < 6; ++i) s.comments[i].permalink = s.comments[20].permalink;
     },
     "agreement"},
    {"answers_that_are_older_than_the_question",
     [](auto& s) {
         for (auto& c : s.comments)
             if (!c.parent.empty()) c.parent = "z" + c.id;
     },
     "graph"},
    {"comments_added_to_the_file", [](auto& s) { s.header_ids.resize(s.header_ids.size() - 5); },
     "counts"},
    {"same_comment_again", [](auto& s) { s.comments.insert(s.comments.end(), 4, s.comments[3]); },
     "id_unique"},
    {"invented_ids",
     [](auto& s) {
         for (auto& c : s.comments) c.id = "COMMENT-" + c.id;
     },
     "id_form"},
    // Bodies stand in one file only.
    {"bodies_replaced",
     [](auto& s) {
         for (auto& c : s.comments) c.body = "Something that was written by somebody else.";
     },
     ""},
};
TEST(Forgery, of_reddit_exports) { expect_caught(kReddit); }

const ForgeryRow<GoogleActivity> kActivity[] = {
    {"shuffled", [](auto& s) { std::reverse(s.entries.begin(), s.entries.end()); }, "time_order"},
    {"title_edited",
     [](auto& s) {
         for (std::size_t i = 0; i < 20; ++i) s.entries[i].title += " again";
     },
     "agreement"},
    {"local_time",
     [](auto& s) { s.entries[0].time.replace(s.entries[0].time.size() - 1, 1, "+01:00"); },
     "time_form"},
    {"before_the_service",
     [](auto& s) {
         for (auto& e : s.entries) e.time.replace(0, 4, "1999");
     },
     "time_range"},
};
TEST(Forgery, of_google_activity) { expect_caught(kActivity); }

const ForgeryRow<Mailbox> kMailbox[] = {
    {"dates_moved",
     [](auto& s) {
         for (std::size_t i = 0; i + 12 < s.mails.size(); ++i)
             std::swap(s.mails[i].date, s.mails[i + 12].date);
     },
     "agreement"},
    {"numbers_of_another_time",
     [](auto& s) {
         for (auto& m : s.mails)
             m.thread = m.from_number = std::to_string(std::stoll(m.from_number) + (1LL << 55));
     },
     "id_time"},
    {"thread_younger_than_its_mail", [](auto& s) { s.mails[0].thread = s.mails[9].thread; },
     "graph"},
    {"same_message_id",
     [](auto& s) {
         for (auto& m : s.mails) m.id = s.mails[0].id;
     },
     "id_unique"},
    {"arrived_before_it_was_sent",
     [](auto& s) {
         for (std::size_t i = 0; i < s.mails.size(); ++i) s.mails[i].received = s.mails[0].received;
     },
     "time_order"},
    {"zone_that_does_not_exist",
     [](auto& s) { s.mails[0].date.replace(s.mails[0].date.size() - 5, 5, "+1900"); }, "time_form"},
};
TEST(Forgery, of_mailboxes) { expect_caught(kMailbox); }

const ForgeryRow<WhatsAppChat> kWhatsApp[] = {
    {"shuffled_lines", [](auto& s) { std::reverse(s.lines.begin() + 1, s.lines.end()); },
     "time_order"},
    {"joined_from_two_phones",
     [](auto& s) {
         for (std::size_t i = 40; i < s.lines.size(); ++i) {
             std::string& stamp = s.lines[i].stamp;
             stamp = "[" + stamp.substr(0, stamp.size() - 3) + "] ";
         }
     },
     "version"},
    {"thirty_first_of_june", [](auto& s) { s.lines[5].stamp = "31/06/2023, 10:00 - "; },
     "time_form"},
    // The format has no ids, zones or counts.
    {"sender_renamed",
     [](auto& s) {
         for (auto& line : s.lines)
             if (line.sender == "Ben") line.sender = "Cat";
     },
     ""},
};
TEST(Forgery, of_whatsapp_chats) { expect_caught(kWhatsApp); }

const ForgeryRow<BrowsingHistory> kHistory[] = {
    {"oldest_first", [](auto& s) { std::reverse(s.visits.begin(), s.visits.end()); }, "time_order"},
    {"seconds_instead_of_microseconds",
     [](auto& s) {
         for (auto& v : s.visits) v.time_us /= kSecond;
     },
     "time_form"},
    {"made_up_transition", [](auto& s) { s.visits[0].transition = "CLICK"; }, "values"},
    {"addresses_without_a_scheme",
     [](auto& s) {
         for (auto& v : s.visits) v.url = v.url.substr(8);
     },
     "agreement"},
    {"invented_device",
     [](auto& s) {
         for (auto& v : s.visits) v.client = "laptop";
     },
     "id_form"},
    // Titles are what the page said then.
    {"titles_replaced",
     [](auto& s) {
         for (auto& v : s.visits) v.title = "A page";
     },
     ""},
};
TEST(Forgery, of_browsing_histories) { expect_caught(kHistory); }

}  // namespace
}  // namespace pramana::scoring
