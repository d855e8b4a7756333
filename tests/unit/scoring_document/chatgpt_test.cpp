#include "pramana/core/bytes.hpp"
#include "pramana/scoring_document/extract.hpp"
#include "zip_builder.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pramana::scoring {
namespace {

using testing::ZipBuilder;
using Turns = std::vector<std::pair<Role, std::string>>;

Turns turns_of(const Document& document) {
    Turns out;
    for (const Record& record : document.records)
        out.emplace_back(record.role, record.text.expose());
    return out;
}

std::string node(std::string_view id, std::string_view parent, std::string_view children,
                 std::string_view message) {
    return "\"" + std::string{id} + "\":{\"id\":\"" + std::string{id} +
           "\",\"parent\":" + std::string{parent} + ",\"children\":[" + std::string{children} +
           "],\"message\":" + std::string{message} + "}";
}
std::string message(std::string_view role, std::string_view time, std::string_view content) {
    return "{\"author\":{\"role\":\"" + std::string{role} +
           "\"},\"create_time\":" + std::string{time} + ",\"content\":" + std::string{content} +
           "}";
}
std::string parts(std::string_view list) {
    return "{\"content_type\":\"text\",\"parts\":[" + std::string{list} + "]}";
}
std::string conversation(std::string_view id, std::string_view time, const std::string& mapping) {
    return "{\"id\":\"" + std::string{id} + "\",\"create_time\":" + std::string{time} +
           ",\"title\":\"A title\",\"mapping\":{" + mapping + "}}";
}

// The graph that an export has: a root without message, a hidden system turn, then turns; one
// answer was regenerated, so its parent has two children, listed in the wrong order.
const std::string kMapping =
    node("root", "null", "\"sys\"", "null") + "," +
    node("sys", "\"root\"", "\"q1\"", message("system", "null", parts("\"\""))) + "," +
    node("a1b", "\"q1\"", "\"q2\"",
         message("assistant", "1700000030.5", parts("\"second answer\""))) +
    "," +
    node("q1", "\"sys\"", "\"a1b\",\"a1a\"",
         message("user", "1700000010", parts("\"first question\""))) +
    "," +
    node("a1a", "\"q1\"", "", message("assistant", "1700000020.25", parts("\"first answer\""))) +
    "," +
    node("q2", "\"a1b\"", "\"t1\"",
         message("user", "1700000040",
                 parts("\"look at\",{\"content_type\":\"image_asset_pointer\"},\"this image\""))) +
    "," +
    node("t1", "\"q2\"", "\"c1\"", message("tool", "1700000050", parts("\"output of a tool\""))) +
    "," +
    node("c1", "\"t1\"", "",
         message("assistant", "1700000060", R"({"content_type":"code","text":"print the sum"})"));

TEST(ChatGpt, walks_the_graph_from_its_root_in_the_order_of_time) {
    const Result<Document> document =
        extract(as_bytes_view("[" + conversation("c", "1700000000.0", kMapping) + "]"), {});
    ASSERT_TRUE(document) << document.error().site;
    EXPECT_EQ(document->format, Format::kChatGptExport);
    EXPECT_EQ(turns_of(*document), (Turns{{Role::kUser, "first question"},
                                          {Role::kAssistant, "first answer"},
                                          {Role::kAssistant, "second answer"},
                                          {Role::kUser, "look at\n\nthis image"},
                                          {Role::kAssistant, "print the sum"}}));
    EXPECT_EQ(document->records[1].unix_s, 1700000020);
    EXPECT_EQ(document->notes.parts_skipped, 3U);  // system, tool, image
    EXPECT_EQ(document->notes.nodes_detached, 0U);
}

TEST(ChatGpt, orders_conversations_by_time_then_id) {
    const auto one_turn = [](std::string_view text) {
        return node("r", "null", "", message("user", "1", parts("\"" + std::string{text} + "\"")));
    };
    const std::string text = "[" + conversation("b", "20", one_turn("third one")) + "," +
                             conversation("z", "10.5", one_turn("second one")) + "," +
                             conversation("a", "20", one_turn("also third")) + "," +
                             conversation("c", "null", one_turn("no time")) + "]";
    const Result<Document> document = extract(as_bytes_view(text), {});
    ASSERT_TRUE(document);
    EXPECT_EQ(turns_of(*document), (Turns{{Role::kUser, "no time"},
                                          {Role::kUser, "second one"},
                                          {Role::kUser, "also third"},
                                          {Role::kUser, "third one"}}));
}

TEST(ChatGpt, survives_cycles_and_counts_detached_turns) {
    const std::string mapping =
        node("r", "null", "\"a\"", message("user", "1", parts("\"the root\""))) + "," +
        node("a", "\"r\"", "\"r\",\"a\",\"a\"", message("assistant", "2", parts("\"an answer\""))) +
        "," + node("x", "\"y\"", "\"y\"", message("user", "3", parts("\"an island\""))) + "," +
        node("y", "\"x\"", "\"x\"", message("user", "4", parts("\"its other end\"")));
    const Result<Document> document =
        extract(as_bytes_view("[" + conversation("c", "1", mapping) + "]"), {});
    ASSERT_TRUE(document);
    EXPECT_EQ(document->records.size(), 2U);
    EXPECT_EQ(document->notes.nodes_detached, 2U);
}

TEST(ChatGpt, tolerates_fields_of_the_wrong_type) {
    const std::string mapping =
        node("r", "null", "7,\"nobody\"", "\"text\"") + ",\"n\":5," +
        node("m", "9", "", "{\"author\":3,\"content\":[]}") + "," +
        node("k", "null", "", message("user", "\"soon\"", parts("\"a good turn\",4,null")));
    const std::string text = "[" + conversation("c", "-5", mapping) + ",17,{\"mapping\":3}]";
    const Result<Document> document = extract(as_bytes_view(text), {});
    ASSERT_TRUE(document) << document.error().site;
    EXPECT_EQ(turns_of(*document), (Turns{{Role::kUser, "a good turn"}}));
    EXPECT_EQ(document->records[0].unix_s, 0);
}

TEST(ChatGpt, is_found_in_the_zip_of_an_export_and_alone_counts_there) {
    ZipBuilder zip;
    zip.add("chat.html", "<html>all of it again</html>");
    zip.add("user.json", R"({"id":"user-1","email":"someone at example.org"})");
    zip.add("message_feedback.json", "[]");
    zip.add("model_comparisons.json", R"([{"note":"not a conversation"}])");
    zip.add("conversations.json", "[" + conversation("c", "1", kMapping) + "]", {.deflate = true});
    const Result<Document> document = extract(zip.finish(), {});
    ASSERT_TRUE(document);
    EXPECT_EQ(document->format, Format::kChatGptExport);
    EXPECT_EQ(document->records.size(), 5U);
}

TEST(ChatGpt, export_in_several_files_in_a_folder_is_read_whole) {
    const auto one = [](std::string_view text) {
        return "[" +
               conversation("c", "1",
                            node("r", "null", "",
                                 message("user", "1", parts("\"" + std::string{text} + "\"")))) +
               "]";
    };
    ZipBuilder zip;
    zip.add("export/conversations-000.json", one("part zero"));
    zip.add("export/conversations-001.json", one("part one"));
    zip.add("export/conversations-x.json", one("another name"));
    const Result<Document> document = extract(zip.finish(), {});
    ASSERT_TRUE(document);
    EXPECT_EQ(document->records.size(), 2U);
}

TEST(ChatGpt, refuses_conversations_that_do_not_parse) {
    ZipBuilder zip;
    zip.add("conversations.json", "[{\"mapping\":{}");
    zip.add("user.json", R"({"name":"some body"})");
    EXPECT_EQ(extract(zip.finish(), {}).error().code, Errc::kUnknownFormat);
}

}  // namespace
}  // namespace pramana::scoring
