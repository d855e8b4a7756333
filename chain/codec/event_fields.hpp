#pragma once

#include "pramana/chain/event.hpp"

namespace pramana::chain {

/// An event of a contract that we know, from a declaration written in this module.
inline abi::Event declared(std::string_view text) {
    Result<abi::Event> event = abi::parse_event(text);
    PRAMANA_CHECK(event.has_value());  // the texts are ours
    return std::move(*event);
}

/// The arguments of an event in which nothing indexed is known by hash only.
inline Result<std::vector<abi::Value>> arguments_of(const abi::Event& event, const Log& log) {
    Result<std::vector<abi::EventArgument>> arguments = abi::decode_event(event, log);
    if (!arguments) return arguments.error();
    std::vector<abi::Value> values;
    values.reserve(arguments->size());
    for (abi::EventArgument& argument : *arguments) values.push_back(std::move(argument.value));
    return values;
}

}  // namespace pramana::chain
