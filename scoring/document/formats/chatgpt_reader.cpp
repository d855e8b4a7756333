#include "chatgpt.hpp"
#include "formats/fields.hpp"
#include "formats/format_reader.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

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
    Claim claims_json(const element& root) const override {
        if (is_chatgpt_conversations(root)) return Claim::kExport;
        const auto first = first_of(root);
        const bool feedback =
            first && string_in(*first, "conversation_id") && string_in(*first, "rating");
        return feedback ? Claim::kPart : Claim::kNone;
    }

    Status read_json(const element& root, Reading& reading) override {
        if (claims_json(root) == Claim::kPart) {
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
    using Nodes = std::unordered_map<std::string_view, element>;

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

        Nodes nodes;
        for (const auto field : object(mapping)) nodes.emplace(field.key, field.value);
        check_graph(nodes, text_in(conversation, "current_node"), reading);
        for (const auto& [key, node] : nodes) {
            reading.check(kFormat, Check::kIdForm, is_node_id(key));
            check_once(messages_, key, reading);
            reading.check(kFormat, Check::kAgreement, text_in(node, "id") == key);
            const auto message = object_in(node, "message");
            if (!message) continue;
            check_message(*message, key, reading);
            check_times(nodes, node, *message, begin, end, reading);
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
    static void check_times(const Nodes& nodes, const element& node, const element& message,
                            std::int64_t begin, std::int64_t end, Reading& reading) {
        const std::int64_t at = chatgpt_time_us(message, "create_time");
        if (at == 0) return;  // turns of the system have none
        reading.check(kFormat, Check::kTimeRange, at >= begin - kSlackUs && at <= end + kSlackUs);
        const auto parent = nodes.find(text_in(node, "parent"));
        if (parent == nodes.end()) return;
        const auto above = object_in(parent->second, "message");
        const std::int64_t earlier = above ? chatgpt_time_us(*above, "create_time") : 0;
        if (earlier != 0) reading.check(kFormat, Check::kTimeOrder, at >= earlier);
    }

    static bool names_child(const element& parent, std::string_view id) {
        const auto children = array_in(parent, "children");
        if (!children) return false;
        for (const element child : *children)
            if (child.is_string() && std::string_view(child) == id) return true;
        return false;
    }

    /// One root; every parent lists its child, every child names its parent; no cycle, because each
    /// node that is not the root has one parent and all hang on the root.
    static void check_graph(const Nodes& nodes, std::string_view current, Reading& reading) {
        std::size_t roots = 0;
        for (const auto& [key, node] : nodes) {
            const auto parent = string_in(node, "parent");
            roots += parent ? 0U : 1U;
            if (parent) {
                const auto above = nodes.find(*parent);
                reading.check(kFormat, Check::kGraph,
                              above != nodes.end() && names_child(above->second, key));
            }
            const auto children = array_in(node, "children");
            reading.check(kFormat, Check::kGraph, children.has_value());
            if (!children) continue;
            for (const element child : *children) {
                const auto below =
                    child.is_string() ? nodes.find(std::string_view(child)) : nodes.end();
                reading.check(kFormat, Check::kGraph,
                              below != nodes.end() && text_in(below->second, "parent") == key);
            }
        }
        reading.check(kFormat, Check::kGraph, roots == 1);
        reading.check(kFormat, Check::kGraph, nodes.contains(current));
        reading.check(kFormat, Check::kGraph, all_reached(nodes));
    }

    /// Whether each node's line of parents ends at a root: each node is walked over once.
    static bool all_reached(const Nodes& nodes) {
        std::unordered_map<std::string_view, int> state;  // 1 on the way, 2 done
        std::vector<std::string_view> way;
        for (const auto& [key, node] : nodes) {
            std::string_view at = key;
            way.clear();
            while (!at.empty() && state[at] == 0) {
                state[at] = 1;
                way.push_back(at);
                const auto found = nodes.find(at);
                at = found == nodes.end() ? std::string_view{} : text_in(found->second, "parent");
            }
            if (!at.empty() && state[at] == 1) return false;
            for (const std::string_view done : way) state[done] = 2;
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
