#include "chatgpt.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

namespace pramana::scoring {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr double kLatestUnixS = 4.0e9;  // the year 2096; beyond it a time is no time

std::optional<object> object_at(const element& parent, std::string_view key) {
    const auto found = parent[key].get_object();
    if (found.error() != simdjson::SUCCESS) return std::nullopt;
    return found.value_unsafe();
}

std::string_view text_at(const element& parent, std::string_view key) {
    const auto found = parent[key].get_string();
    return found.error() == simdjson::SUCCESS ? found.value_unsafe() : std::string_view{};
}

/// Microseconds since 1970; 0 where there is no sensible time.
std::int64_t time_at(const element& parent, std::string_view key) {
    const auto found = parent[key].get_double();
    if (found.error() != simdjson::SUCCESS) return 0;
    const double seconds = found.value_unsafe();
    return seconds > 0 && seconds < kLatestUnixS ? static_cast<std::int64_t>(seconds * 1e6) : 0;
}

struct Node {
    std::string_view id;
    element value;
    std::int64_t time_us = 0;
    bool visited = false;
};

/// The graph of one conversation.
class Conversation {
  public:
    Conversation(const object& mapping, const ExtractLimits& limits, Document& out)
        : limits_{limits}, out_{out} {
        for (const auto field : mapping) {
            Node node{field.key, field.value, 0, false};
            if (field.value.is_object()) {
                const auto message = field.value["message"];
                if (message.error() == simdjson::SUCCESS)
                    node.time_us = time_at(message.value_unsafe(), "create_time");
            }
            by_id_.emplace(node.id, nodes_.size());
            nodes_.push_back(node);
        }
    }

    [[nodiscard]] Status walk() {
        std::vector<std::size_t> roots;
        for (std::size_t i = 0; i < nodes_.size(); ++i)
            if (nodes_[i].value.is_object() && !by_id_.contains(text_at(nodes_[i].value, "parent")))
                roots.push_back(i);
        sort_by_time(roots);
        std::vector<std::size_t> stack{roots.rbegin(), roots.rend()};
        while (!stack.empty()) {
            Node& node = nodes_[stack.back()];
            stack.pop_back();
            if (node.visited) continue;
            node.visited = true;
            PRAMANA_TRY(add_turn(node));
            const std::vector<std::size_t> children = children_of(node);
            stack.insert(stack.end(), children.rbegin(), children.rend());
        }
        const auto detached = static_cast<std::uint64_t>(std::count_if(
            nodes_.begin(), nodes_.end(), [](const Node& node) { return !node.visited; }));
        out_.notes.nodes_detached += detached;
        out_.notes.skip(NotRead::kDetachedTurn, detached);
        return Done{};
    }

  private:
    void sort_by_time(std::vector<std::size_t>& which) const {
        std::sort(which.begin(), which.end(), [this](std::size_t a, std::size_t b) {
            const Node &x = nodes_[a], &y = nodes_[b];
            return x.time_us != y.time_us ? x.time_us < y.time_us : x.id < y.id;
        });
    }

    [[nodiscard]] std::vector<std::size_t> children_of(const Node& node) const {
        std::vector<std::size_t> found;
        const auto children = node.value["children"].get_array();
        if (children.error() != simdjson::SUCCESS) return found;
        for (const element child : children.value_unsafe()) {
            if (!child.is_string()) continue;
            const auto at = by_id_.find(std::string_view(child));
            if (at != by_id_.end() && !nodes_[at->second].visited) found.push_back(at->second);
        }
        sort_by_time(found);
        return found;
    }

    [[nodiscard]] Status add_turn(const Node& node) {
        const auto message = node.value["message"];
        if (message.error() != simdjson::SUCCESS || !message.value_unsafe().is_object())
            return Done{};  // the root
        const element turn = message.value_unsafe();
        const auto author = turn["author"];
        const std::string_view role = author.error() == simdjson::SUCCESS
                                          ? text_at(author.value_unsafe(), "role")
                                          : std::string_view{};
        if (role != "user" && role != "assistant") {
            ++out_.notes.parts_skipped;
            out_.notes.skip(NotRead::kHiddenTurn);
            return Done{};
        }
        SecretText text;
        if (const auto content = turn["content"]; content.error() == simdjson::SUCCESS)
            add_content(content.value_unsafe(), text);
        if (text.empty()) return Done{};
        if (out_.records.size() == limits_.records_max)
            return Error{Errc::kTooLarge, "scoring.document.chatgpt.records"};
        out_.records.push_back({SecretText{node.id},
                                role == "user" ? Role::kUser : Role::kAssistant,
                                node.time_us / 1'000'000, std::move(text)});
        return Done{};
    }

    void add_content(const element& content, SecretText& text) {
        if (!content.is_object()) return;
        const auto parts = content["parts"].get_array();
        if (parts.error() != simdjson::SUCCESS) return add_part(text_at(content, "text"), text);
        for (const element part : parts.value_unsafe()) {
            if (part.is_string())
                add_part(std::string_view(part), text);
            else
                add_part(text_at(part, "text"), text);
        }
    }

    void add_part(std::string_view part, SecretText& text) {
        if (part.empty()) {
            ++out_.notes.parts_skipped;
            out_.notes.skip(NotRead::kEmptyPart);
            return;
        }
        if (!text.empty()) text.append("\n\n");
        text.append(part);
    }

    std::vector<Node> nodes_;
    std::map<std::string_view, std::size_t> by_id_;  ///< sorted: no ids make it slow
    const ExtractLimits& limits_;
    Document& out_;
};

struct ConversationKey {
    std::int64_t time_us;
    std::string_view id;
    std::size_t at;  // where it stands in the file: the last tie
    element value;
    friend bool operator<(const ConversationKey& a, const ConversationKey& b) {
        return std::tie(a.time_us, a.id, a.at) < std::tie(b.time_us, b.id, b.at);
    }
};

}  // namespace

bool is_chatgpt_conversations(const element& root) {
    if (!root.is_array()) return false;
    const simdjson::dom::array conversations(root);
    return conversations.begin() != conversations.end() &&
           object_at(*conversations.begin(), "mapping").has_value();
}

std::int64_t chatgpt_time_us(const element& parent, std::string_view key) {
    return time_at(parent, key);
}

Status add_chatgpt_conversation(const object& mapping, const ExtractLimits& limits, Document& out) {
    return Conversation(mapping, limits, out).walk();
}

Status add_chatgpt_turns(const element& root, const ExtractLimits& limits, Document& out) {
    std::vector<ConversationKey> conversations;
    for (const element conversation : simdjson::dom::array(root)) {
        if (!conversation.is_object()) {
            ++out.notes.parts_skipped;
            continue;
        }
        std::string_view id = text_at(conversation, "conversation_id");
        if (id.empty()) id = text_at(conversation, "id");
        conversations.push_back(
            {time_at(conversation, "create_time"), id, conversations.size(), conversation});
    }
    std::sort(conversations.begin(), conversations.end());
    for (const ConversationKey& conversation : conversations) {
        const std::optional<object> mapping = object_at(conversation.value, "mapping");
        if (!mapping) {
            ++out.notes.parts_skipped;
            continue;
        }
        PRAMANA_TRY(Conversation(*mapping, limits, out).walk());
    }
    return Done{};
}

}  // namespace pramana::scoring
