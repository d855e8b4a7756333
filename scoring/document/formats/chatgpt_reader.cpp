#include "chatgpt.hpp"
#include "formats/fields.hpp"
#include "formats/format_reader.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace pramana::scoring {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr Format kFormat = Format::kChatGptExport;
constexpr std::int64_t kServiceStartUs = 1'669'766'400LL * 1'000'000;  // 2022-11-30
constexpr std::int64_t kSlackUs = 60LL * 1'000'000;
constexpr std::string_view kRoles[] = {"system", "user", "assistant", "tool", "critic", "function"};

bool is_node_id(std::string_view id) { return is_uuid(id) || id.starts_with("client-created-"); }

bool has_number(const element& parent, std::string_view key) {
    return parent[key].get_double().error() == simdjson::SUCCESS;
}

bool is_role(std::string_view role) {
    return std::find(std::begin(kRoles), std::end(kRoles), role) != std::end(kRoles);
}

/// Which members an object has, whatever their order.
std::uint64_t shape_of(const element& entry) {
    std::uint64_t shape = 0;
    for (const auto field : object(entry)) shape += hash_of_id(field.key);
    return shape;
}

class ChatGptReader final : public FormatReader {
  public:
    [[nodiscard]] Claim claims_json(const element& root) const override {
        if (is_chatgpt_conversations(root)) return Claim::kExport;
        const auto first = first_of(root);
        const bool feedback =
            first && string_in(*first, "conversation_id") && string_in(*first, "rating");
        return feedback ? Claim::kPart : Claim::kNone;
    }

    Status read_json(const element& root, Reading& reading) override {
        if (claims_json(root) == Claim::kPart) {
            reading.part(AcceptedFormat::kChatGptExport, Part::kFeedback);
            for (const element entry : simdjson::dom::array(root))
                feedback_.push_back(hash_of_id(text_in(entry, "conversation_id")));
            return Done{};
        }
        for (const element conversation : simdjson::dom::array(root)) {
            const auto mapping = object_in(conversation, "mapping");
            if (!mapping) {
                reading.skip(NotRead::kWrongShape);
                reading.check(kFormat, Check::kSchema, false);
                continue;
            }
            std::string_view id = text_in(conversation, "conversation_id");
            if (id.empty()) id = text_in(conversation, "id");
            reading.begin_unit(kFormat, chatgpt_time_us(conversation, "create_time"), id);
            PRAMANA_TRY(
                add_chatgpt_conversation(object(*mapping), reading.limits(), reading.document()));
            if (reading.checks()) check_conversation(conversation, *mapping, id, reading);
        }
        return Done{};
    }

    void finish(Reading& reading) override {
        for (const std::uint64_t id : feedback_)
            reading.check(kFormat, Check::kAgreement, conversations_.contains(id));
    }

  private:
    /// What is asked of a node by others, read once: a node may have a million members or children.
    enum class Walk : std::uint8_t { kNone, kOnTheWay, kDone };
    struct Node {
        element value;
        std::optional<std::string_view> parent;
        std::int64_t time_us = 0;
        mutable Walk walk = Walk::kNone;  ///< of all_reached() alone
    };
    /// Sorted: whoever chooses the keys of a hash table chooses how long it takes.
    using Nodes = std::map<std::string_view, Node>;

    static Nodes nodes_of(const element& mapping) {
        Nodes nodes;
        for (const auto field : object(mapping)) {
            Node node{field.value, string_in(field.value, "parent")};
            if (const auto message = object_in(field.value, "message"))
                node.time_us = chatgpt_time_us(*message, "create_time");
            nodes.emplace(field.key, node);
        }
        return nodes;
    }

    static std::uint64_t link_of(std::string_view parent, std::string_view child) {
        return hash_of_id(parent) * 31 + hash_of_id(child) + 1;
    }

    void check_conversation(const element& conversation, const element& mapping,
                            std::string_view id, Reading& reading) {
        const bool whole = has_number(conversation, "create_time") &&
                           has_number(conversation, "update_time") &&
                           string_in(conversation, "current_node") && !id.empty();
        reading.check(kFormat, Check::kSchema, whole);
        const std::uint64_t shape = shape_of(conversation);
        if (!shape_) shape_ = shape;
        reading.check(kFormat, Check::kVersion, shape == *shape_);
        reading.check(kFormat, Check::kIdForm, is_uuid(id));
        check_once(conversations_, id, reading);
        const std::string_view other = text_in(conversation, "id");
        if (!other.empty()) reading.check(kFormat, Check::kAgreement, other == id);
        const std::int64_t begin = chatgpt_time_us(conversation, "create_time");
        const std::int64_t end = chatgpt_time_us(conversation, "update_time");
        reading.check(kFormat, Check::kTimeRange, begin >= kServiceStartUs && end >= begin);

        const Nodes nodes = nodes_of(mapping);
        check_graph(nodes, text_in(conversation, "current_node"), reading);
        for (const auto& [key, node] : nodes) {
            reading.check(kFormat, Check::kIdForm, is_node_id(key));
            check_once(messages_, key, reading);
            reading.check(kFormat, Check::kAgreement, text_in(node.value, "id") == key);
            const auto message = object_in(node.value, "message");
            if (!message) continue;
            check_message(*message, key, reading);
            check_times(nodes, node, begin, end, reading);
        }
    }

    static void check_once(IdSet& seen, std::string_view id, Reading& reading) {
        reading.check(kFormat, Check::kIdUnique, seen.insert(id));
    }

    static void check_message(const element& message, std::string_view key, Reading& reading) {
        const auto author = object_in(message, "author");
        const auto content = object_in(message, "content");
        reading.check(kFormat, Check::kSchema,
                      author && content && string_in(*content, "content_type"));
        if (author) reading.check(kFormat, Check::kValues, is_role(text_in(*author, "role")));
        if (const auto id = string_in(message, "id"))
            reading.check(kFormat, Check::kAgreement, *id == key);
    }

    /// A turn is not older than the one that it answers, and lies within its conversation.
    static void check_times(const Nodes& nodes, const Node& node, std::int64_t begin,
                            std::int64_t end, Reading& reading) {
        const std::int64_t at = node.time_us;
        if (at == 0) return;  // turns of the system have none
        reading.check(kFormat, Check::kTimeRange, at >= begin - kSlackUs && at <= end + kSlackUs);
        const auto parent = nodes.find(node.parent.value_or(std::string_view{}));
        if (parent == nodes.end() || parent->second.time_us == 0) return;
        reading.check(kFormat, Check::kTimeOrder, at >= parent->second.time_us);
    }

    /// One root; every parent lists its child, every child names its parent; no cycle, because each
    /// node that is not the root has one parent and all hang on the root.
    static void check_graph(const Nodes& nodes, std::string_view current, Reading& reading) {
        IdSet links;
        for (const auto& [key, node] : nodes) {
            const auto children = array_in(node.value, "children");
            reading.check(kFormat, Check::kGraph, children.has_value());
            if (!children) continue;
            for (const element child : *children) {
                const auto below =
                    child.is_string() ? nodes.find(std::string_view(child)) : nodes.end();
                const bool good = below != nodes.end() && below->second.parent == key;
                reading.check(kFormat, Check::kGraph, good);
                if (good) links.insert(link_of(key, below->first));
            }
        }
        std::size_t roots = 0;
        for (const auto& [key, node] : nodes) {
            roots += node.parent ? 0U : 1U;
            if (node.parent)
                reading.check(kFormat, Check::kGraph, links.contains(link_of(*node.parent, key)));
        }
        reading.check(kFormat, Check::kGraph, roots == 1);
        reading.check(kFormat, Check::kGraph, nodes.contains(current));
        reading.check(kFormat, Check::kGraph, all_reached(nodes));
    }

    /// Whether each node's line of parents ends at a root: each node is walked over once.
    static bool all_reached(const Nodes& nodes) {
        std::vector<const Node*> way;
        for (const auto& [key, node] : nodes) {
            const Node* at = key.empty() ? nullptr : &node;
            way.clear();
            while (at != nullptr && at->walk == Walk::kNone) {
                at->walk = Walk::kOnTheWay;
                way.push_back(at);
                const std::string_view parent = at->parent.value_or(std::string_view{});
                const auto above = parent.empty() ? nodes.end() : nodes.find(parent);
                at = above == nodes.end() ? nullptr : &above->second;
            }
            if (at != nullptr && at->walk == Walk::kOnTheWay) return false;
            for (const Node* const done : way) done->walk = Walk::kDone;
        }
        return true;
    }

    IdSet conversations_, messages_;
    SecretVector<std::uint64_t> feedback_;
    std::optional<std::uint64_t> shape_;
};

}  // namespace

std::unique_ptr<FormatReader> make_chatgpt_reader() { return std::make_unique<ChatGptReader>(); }

}  // namespace pramana::scoring
