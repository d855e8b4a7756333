#include "exports_support/samples.hpp"

#include <array>
#include <cstdio>

namespace pramana::exports {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kBeginUs = 1'704'103'200 * kSecond;  // 2024-01-01 10:00 UTC
constexpr std::int64_t kDay = 86'400 * kSecond;

/// Seconds with a fraction, as JSON.
std::string seconds_of(std::int64_t unix_us) {
    if (unix_us == 0) return "null";
    std::array<char, 40> out{};
    std::snprintf(out.data(), out.size(), "%lld.%06lld", static_cast<long long>(unix_us / kSecond),
                  static_cast<long long>(unix_us % kSecond));
    return out.data();
}

std::string joined(const std::vector<std::string>& parts) {
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : ",") + part;
    return out;
}

std::string json_of(const ChatGptExport::Node& node) {
    std::vector<std::string> children;
    for (const std::string& child : node.children) children.push_back(quoted(child));
    std::string message = "null";
    if (!node.role.empty())
        message = "{\"id\":" + quoted(node.message_id) +
                  ",\"author\":{\"role\":" + quoted(node.role) +
                  ",\"name\":null,\"metadata\":{}},\"create_time\":" + seconds_of(node.time_us) +
                  ",\"update_time\":null,\"content\":{\"content_type\":\"text\",\"parts\":[" +
                  quoted(node.text) +
                  "]},\"status\":\"finished_successfully\",\"weight\":1.0,\"metadata\":{},"
                  "\"recipient\":\"all\"}";
    return quoted(node.id) + ":{\"id\":" + quoted(node.id) + ",\"message\":" + message +
           ",\"parent\":" + (node.parent.empty() ? "null" : quoted(node.parent)) +
           ",\"children\":[" + joined(children) + "]}";
}

}  // namespace

ChatGptExport ChatGptExport::make(std::uint64_t seed, std::size_t count) {
    Random random{seed};
    ChatGptExport out;
    for (std::size_t c = 0; c < count; ++c) {
        Conversation talk;
        talk.id = talk.other_id = random.uuid();
        talk.title = random.sentence();
        std::int64_t at = kBeginUs + static_cast<std::int64_t>(c) * kDay;
        talk.begin_us = at;
        const auto add = [&](std::string_view role, const std::string& text, std::size_t parent) {
            Node node;
            node.id = node.message_id = random.uuid();
            node.role = role;
            node.text = text;
            if (role == "user" || role == "assistant")
                node.time_us = at += static_cast<std::int64_t>(5 + random.below(90)) * kSecond +
                                     static_cast<std::int64_t>(random.below(1'000'000));
            if (!talk.nodes.empty()) {
                node.parent = talk.nodes[parent].id;
                talk.nodes[parent].children.push_back(node.id);
            }
            talk.nodes.push_back(node);
            return talk.nodes.size() - 1;
        };
        add("", "", 0);
        std::size_t last = add("system", "", 0);
        for (std::size_t turns = 2 + random.below(4); turns > 0; --turns) {
            last = add("user", random.paragraph(1 + random.below(3)), last);
            const std::size_t asked = last;
            last = add("assistant", random.paragraph(3 + random.below(4)), asked);
            if (random.below(4) == 0)  // an answer was made again
                last = add("assistant", random.paragraph(3 + random.below(4)), asked);
        }
        talk.current = talk.nodes[last].id;
        talk.end_us = at + kSecond;
        out.conversations.push_back(std::move(talk));
    }
    out.rated = {out.conversations.front().id};
    return out;
}

std::string ChatGptExport::json() const {
    std::vector<std::string> all;
    for (const Conversation& c : conversations) {
        std::vector<std::string> nodes;
        for (const Node& node : c.nodes) nodes.push_back(json_of(node));
        all.push_back(
            "{\"title\":" + quoted(c.title) + ",\"create_time\":" + seconds_of(c.begin_us) +
            ",\"update_time\":" + seconds_of(c.end_us) + ",\"mapping\":{" + joined(nodes) +
            "},\"moderation_results\":[],\"current_node\":" + quoted(c.current) +
            ",\"plugin_ids\":null,\"conversation_id\":" + quoted(c.id) +
            ",\"is_archived\":false,\"default_model_slug\":\"gpt-4o\",\"id\":" +
            quoted(c.other_id) + c.more + "}");
    }
    return "[" + joined(all) + "]";
}

Files ChatGptExport::files() const {
    std::string feedback;
    for (const std::string& id : rated)
        feedback += std::string{feedback.empty() ? "" : ","} + "{\"id\":" + quoted(id) +
                    ",\"conversation_id\":" + quoted(id) + ",\"rating\":\"thumbs_up\"}";
    return {{"conversations.json", json()},
            {"message_feedback.json", "[" + feedback + "]"},
            {"user.json",
             R"({"id":"user-1","email":"somebody@example.org","chatgpt_plus_user":false})"},
            {"chat.html", "<html><body>the same again</body></html>"}};
}

ClaudeExport ClaudeExport::make(std::uint64_t seed, std::size_t count) {
    Random random{seed};
    ClaudeExport out;
    out.user = random.uuid();
    for (std::size_t c = 0; c < count; ++c) {
        Conversation talk;
        talk.id = random.uuid();
        talk.account = out.user;
        std::int64_t at = kBeginUs + static_cast<std::int64_t>(c) * kDay;
        talk.begin_us = at;
        std::string last = "00000000-0000-4000-8000-000000000000";
        for (std::size_t turn = 0; turn < 4 + 2 * (c % 3); ++turn) {
            at += static_cast<std::int64_t>(5 + random.below(90)) * kSecond + 123'456;
            const bool human = turn % 2 == 0;
            const std::string text = random.paragraph(human ? 2 : 4);
            talk.messages.push_back({.id = random.uuid(),
                                     .parent = last,
                                     .sender = human ? "human" : "assistant",
                                     .text = text,
                                     .block = text,
                                     .time_us = at,
                                     .time = {}});
            last = talk.messages.back().id;
        }
        talk.end_us = at + kSecond;
        out.conversations.push_back(std::move(talk));
    }
    return out;
}

std::string ClaudeExport::json() const {
    std::vector<std::string> all;
    for (const Conversation& c : conversations) {
        std::vector<std::string> messages;
        for (const Message& m : c.messages) {
            const std::string time = quoted(m.time.empty() ? iso_time(m.time_us, 6) : m.time);
            messages.push_back("{\"uuid\":" + quoted(m.id) + ",\"text\":" + quoted(m.text) +
                               ",\"content\":[{\"type\":\"text\",\"text\":" + quoted(m.block) +
                               "}],\"sender\":" + quoted(m.sender) + ",\"created_at\":" + time +
                               ",\"updated_at\":" + time + ",\"attachments\":[],\"files\":[]" +
                               ",\"parent_message_uuid\":" + quoted(m.parent) + "}");
        }
        all.push_back("{\"uuid\":" + quoted(c.id) +
                      ",\"name\":\"A talk\",\"created_at\":" + quoted(iso_time(c.begin_us, 6)) +
                      ",\"updated_at\":" + quoted(iso_time(c.end_us, 6)) +
                      ",\"account\":{\"uuid\":" + quoted(c.account) + "},\"chat_messages\":[" +
                      joined(messages) + "]}");
    }
    return "[" + joined(all) + "]";
}

Files ClaudeExport::files() const {
    return {{"conversations.json", json()},
            {"users.json", "[{\"uuid\":" + quoted(user) +
                               ",\"full_name\":\"Some Body\","
                               "\"email_address\":\"somebody@example.org\"}]"},
            {"projects.json", "[]"}};
}

}  // namespace pramana::exports
