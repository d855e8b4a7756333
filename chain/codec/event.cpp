#include "pramana/chain/event.hpp"

#include "pramana/crypto/keccak.hpp"

namespace pramana::chain::abi {
namespace {

constexpr std::size_t kTopicsMax = 4;
constexpr std::size_t kDeclarationMax = 4096;
constexpr std::string_view kIndexed = " indexed";
constexpr std::string_view kAnonymous = " anonymous";

constexpr Error fail(std::string_view site) noexcept {
    return Error{Errc::kMalformedChainData, site};
}

std::vector<Type> types_in_body(const Event& event) {
    std::vector<Type> types;
    for (const EventInput& input : event.inputs) {
        if (!input.indexed) types.push_back(input.type);
    }
    return types;
}

Result<Value> value_of_topic(const Type& type, const Hash32& topic) {
    const std::vector<Type> types{type};
    Result<std::vector<Value>> values = decode_canonical(types, topic.view());
    if (!values) return values.error();
    return std::move(values->front());
}

Result<Hash32> topic_of_argument(const Type& type, const EventArgument& argument) {
    const bool hashed = is_hashed_when_indexed(type);
    if (argument.hash_only != hashed) return fail("chain.event.argument");
    Hash32 topic;
    if (hashed) {
        const auto* word = std::get_if<Word256>(&argument.value.of);
        if (word == nullptr) return fail("chain.event.argument");
        topic.bytes = word->bytes;
        return topic;
    }
    const std::vector<Type> types{type};
    const std::vector<Value> values{argument.value};
    const Result<Bytes> encoded = encode(types, values);
    if (!encoded) return encoded.error();
    std::copy(encoded->begin(), encoded->end(), topic.bytes.begin());
    return topic;
}

/// Cuts the inputs at the commas that stand outside all parentheses.
std::vector<std::string_view> split_inputs(std::string_view list) {
    std::vector<std::string_view> inputs;
    std::size_t depth = 0;
    std::size_t start = 0;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (list[i] == '(') ++depth;
        if (list[i] == ')' && depth > 0) --depth;
        if (list[i] == ',' && depth == 0) {
            inputs.push_back(list.substr(start, i - start));
            start = i + 1;
        }
    }
    if (!list.empty()) inputs.push_back(list.substr(start));
    return inputs;
}

}  // namespace

Result<Event> parse_event(std::string_view declaration) {
    const bool anonymous = declaration.ends_with(kAnonymous);
    if (anonymous) declaration.remove_suffix(kAnonymous.size());
    const std::size_t open = declaration.find('(');
    if (open == 0 || open == std::string_view::npos || !declaration.ends_with(')') ||
        declaration.size() > kDeclarationMax) {
        return fail("chain.event.declaration");
    }
    Event event{
        .name = std::string{declaration.substr(0, open)}, .inputs = {}, .anonymous = anonymous};
    std::size_t topics = anonymous ? 0 : 1;
    for (std::string_view text :
         split_inputs(declaration.substr(open + 1, declaration.size() - open - 2))) {
        EventInput input{.type = {}, .indexed = text.ends_with(kIndexed)};
        if (input.indexed) text.remove_suffix(kIndexed.size());
        Result<Type> type = parse_type(text);
        if (!type) return type.error();
        input.type = std::move(*type);
        topics += input.indexed ? 1 : 0;
        event.inputs.push_back(std::move(input));
    }
    if (topics > kTopicsMax) return fail("chain.event.indexed");
    return event;
}

Hash32 topic0_of(const Event& event) {
    std::string signature = event.name + "(";
    for (std::size_t i = 0; i < event.inputs.size(); ++i) {
        if (i > 0) signature += ',';
        signature += to_text(event.inputs[i].type);
    }
    return keccak256(signature + ")");
}

bool is_hashed_when_indexed(const Type& type) noexcept {
    return type.dynamic || type.kind == Kind::kFixedArray || type.kind == Kind::kTuple;
}

Result<std::vector<EventArgument>> decode_event(const Event& event, const Log& log) {
    if (!event.anonymous && (log.topics.empty() || log.topics[0] != topic0_of(event))) {
        return fail("chain.event.topic0");
    }
    Result<std::vector<Value>> body = decode_canonical(types_in_body(event), log.body);
    if (!body) return body.error();
    std::vector<EventArgument> arguments;
    std::size_t topic = event.anonymous ? 0 : 1;
    std::size_t in_body = 0;
    for (const EventInput& input : event.inputs) {
        if (!input.indexed) {
            arguments.push_back({std::move((*body)[in_body++]), false});
            continue;
        }
        if (topic >= log.topics.size()) return fail("chain.event.topics");
        const Hash32& raw = log.topics[topic++];
        if (is_hashed_when_indexed(input.type)) {
            arguments.push_back({Value{Word256{raw.bytes}}, true});
            continue;
        }
        Result<Value> value = value_of_topic(input.type, raw);
        if (!value) return value.error();
        arguments.push_back({std::move(*value), false});
    }
    if (topic != log.topics.size()) return fail("chain.event.topics");
    return arguments;
}

Result<Log> encode_event(const Event& event, std::span<const EventArgument> arguments) {
    if (arguments.size() != event.inputs.size()) return fail("chain.event.argument");
    Log log;
    if (!event.anonymous) log.topics.push_back(topic0_of(event));
    std::vector<Value> body;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const EventInput& input = event.inputs[i];
        if (!input.indexed) {
            if (arguments[i].hash_only) return fail("chain.event.argument");
            body.push_back(arguments[i].value);
            continue;
        }
        const Result<Hash32> topic = topic_of_argument(input.type, arguments[i]);
        if (!topic) return topic.error();
        log.topics.push_back(*topic);
    }
    Result<Bytes> encoded = encode(types_in_body(event), body);
    if (!encoded) return encoded.error();
    log.body = std::move(*encoded);
    return log;
}

}  // namespace pramana::chain::abi
