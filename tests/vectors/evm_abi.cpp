#include "vectors/abi_json.hpp"
#include "vectors/evm_handlers.hpp"

#include "pramana/chain/address.hpp"
#include "pramana/chain/event.hpp"
#include "pramana/chain/revert.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/core/endian.hpp"

namespace pramana::vectors {

using namespace chain::abi;

Type abi_type(const std::string& type) {
    Type parsed = must("type " + type, parse_type(type));
    expect_text("type text", to_text(parsed), type);
    return parsed;
}

Value abi_value(const Type& type, const JsonView& value) {
    switch (type.kind) {
        case Kind::kUint:
        case Kind::kInt:
            return word_value(must("integer", chain::parse_integer(number_text(value))));
        case Kind::kAddress:
            return address_value(must("address", chain::parse_address(text(value))));
        case Kind::kBool: return bool_value(value.raw() == "true");
        case Kind::kFixedBytes:
        case Kind::kBytes: return bytes_value(hex(value));
        case Kind::kString: return text_value(text(value));
        case Kind::kArray:
        case Kind::kFixedArray:
        case Kind::kTuple: break;
    }
    const bool tuple = type.kind == Kind::kTuple;
    const std::vector<JsonView> items = value.items();
    expect(!tuple || items.size() == type.members.size(), "a tuple of another size");
    std::vector<Value> values;
    for (std::size_t i = 0; i < items.size(); ++i) {
        values.push_back(abi_value(type.members[tuple ? i : 0], items[i]));
    }
    return list_value(std::move(values));
}

void check_abi(const VectorFile& file, Report& report) {
    each_case(file, report, "cases", [](const JsonView& entry) {
        std::vector<Type> types;
        for (const JsonView& type : member(entry, "types").items()) {
            types.push_back(abi_type(text(type)));
        }
        const std::vector<JsonView> given = member(entry, "values").items();
        expect(given.size() == types.size(), "types and values differ in number");
        std::vector<Value> values;
        for (std::size_t i = 0; i < types.size(); ++i) {
            values.push_back(abi_value(types[i], given[i]));
        }
        const Bytes encoded = hex(entry, "encoded");
        expect_bytes("encoding", must("encode", encode(types, values)), encoded);
        expect(must("decode", decode_canonical(types, encoded)) == values,
               "decodes to other values");
    });
}

void check_selectors(const VectorFile& file, Report& report) {
    each_case(file, report, "cases", [](const JsonView& entry) {
        const std::string signature = text(entry, "signature");
        expect_bytes("selector", chain::selector_of(signature).view(), hex(entry, "selector"));
        const std::string list = signature.substr(std::min(signature.find('('), signature.size()));
        expect(parse_types(list).has_value(), "the argument list does not parse");
    });
}

namespace {

EventArgument event_argument(const EventInput& input, const JsonView& value) {
    if (!has_member(value, "indexedHash")) return {abi_value(input.type, value), false};
    Word256 hash;
    hash.bytes = fixed<Hash32>(value, "indexedHash").bytes;
    return {word_value(hash), true};
}

void check_event(const JsonView& entry) {
    const std::string signature = text(entry, "event");
    Event event{.name = signature.substr(0, signature.find('(')), .inputs = {}};
    std::vector<EventArgument> arguments;
    for (const JsonView& input : member(entry, "inputs").items()) {
        event.inputs.push_back({.type = abi_type(text(input, "type")),
                                .indexed = member(input, "indexed").raw() == "true"});
        arguments.push_back(event_argument(event.inputs.back(), member(input, "value")));
    }
    expect_bytes("topic0", topic0_of(event).view(), hex(entry, "topic0"));
    chain::Log log{.address = {}, .topics = {}, .body = hex(entry, "data")};
    for (const JsonView& topic : member(entry, "topics").items()) {
        log.topics.push_back(fixed<Hash32>(topic));
    }
    // The files do not say which events are anonymous; their logs lack one topic.
    const auto indexed = std::count_if(event.inputs.begin(), event.inputs.end(),
                                       [](const EventInput& input) { return input.indexed; });
    event.anonymous = log.topics.size() == static_cast<std::size_t>(indexed);
    expect(must("encode", encode_event(event, arguments)) == log, "encodes to another log");
    expect(must("decode", decode_event(event, log)) == arguments, "decodes to other arguments");
}

const char* kind_name(chain::RevertKind kind) {
    switch (kind) {
        case chain::RevertKind::kEmpty: return "Empty";
        case chain::RevertKind::kError: return "Error";
        case chain::RevertKind::kPanic: return "Panic";
        case chain::RevertKind::kCustom: return "Custom";
        case chain::RevertKind::kUnknown: return "Unknown";
    }
    std::abort();
}

void check_custom(const chain::Revert& revert, const std::string& signature,
                  const JsonView& decoded) {
    expect_text("signature", revert.signature, signature);
    const std::vector<Type> types =
        must("argument list", parse_types(signature.substr(signature.find('('))));
    const std::vector<JsonView> given = member(decoded, "args").items();
    expect(given.size() == types.size(), "args and signature differ in number");
    std::vector<Value> arguments;
    for (std::size_t i = 0; i < types.size(); ++i) {
        arguments.push_back(abi_value(types[i], given[i]));
    }
    expect(revert.arguments == arguments, "other arguments");
}

void check_revert(const JsonView& entry) {
    const JsonView decoded = member(entry, "decoded");
    std::string signature;
    std::vector<chain::ErrorAbi> known;
    if (has_member(decoded, "signature")) {
        signature = text(decoded, "signature");
        const chain::Selector selector = chain::selector_of(signature);
        known.push_back({load_be<std::uint32_t>(selector.bytes.data()), "", signature, ""});
    }
    const chain::Revert revert = chain::decode_revert(hex(entry, "data"), known);
    expect_text("kind", kind_name(revert.kind), text(decoded, "kind"));
    if (has_member(decoded, "selector")) {
        expect_bytes("selector", revert.selector.view(), hex(decoded, "selector"));
    }
    if (revert.kind == chain::RevertKind::kError) {
        expect_text("message", revert.message, text(decoded, "message"));
    }
    if (revert.kind == chain::RevertKind::kPanic) {
        expect(revert.panic_code == u64(decoded, "code"), "another panic code");
    }
    if (revert.kind == chain::RevertKind::kCustom) check_custom(revert, signature, decoded);
}

}  // namespace

void check_events(const VectorFile& file, Report& report) {
    each_case(file, report, "cases", check_event);
}

void check_revert_data(const VectorFile& file, Report& report) {
    each_case(file, report, "cases", check_revert);
}

}  // namespace pramana::vectors
