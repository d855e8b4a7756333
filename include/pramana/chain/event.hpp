#pragma once

#include "pramana/chain/abi.hpp"

namespace pramana::chain {

/// What a contract emitted, as eth_getLogs returns it.
struct Log {
    Address address;
    std::vector<Hash32> topics;  ///< 0..4
    Bytes body;                  ///< the RPC's `data`
    friend bool operator==(const Log&, const Log&) = default;
};

namespace abi {

struct EventInput {
    Type type;
    bool indexed = false;
};
/// A declared event. An anonymous one puts no topic0 into its logs: only the emitter's address
/// tells it.
struct Event {
    std::string name;
    std::vector<EventInput> inputs;
    bool anonymous = false;
};
/// "JobSubmitted(uint256 indexed,uint256 indexed,address,uint256)", with ` anonymous` behind it
/// where it is: canonical types, each with an optional ` indexed`, at most three of them (four if
/// anonymous). Errors: kMalformedChainData.
[[nodiscard]] Result<Event> parse_event(std::string_view declaration);
/// keccak256 of the canonical signature, also of an anonymous event.
[[nodiscard]] Hash32 topic0_of(const Event& event);

/// Whether an indexed input of this type is in the log only as a hash: bytes, string, arrays,
/// tuples.
[[nodiscard]] bool is_hashed_when_indexed(const Type& type) noexcept;

/// One argument; `hash_only` arguments hold the topic, from which the value cannot be read.
struct EventArgument {
    Value value;
    bool hash_only = false;
    friend bool operator==(const EventArgument&, const EventArgument&) = default;
};
/// All inputs in declared order. Refuses another topic0, another number of topics and a body that
/// is not the canonical encoding of the other inputs. Errors: kMalformedChainData.
[[nodiscard]] Result<std::vector<EventArgument>> decode_event(const Event& event, const Log& log);
/// The log that such arguments make (address left zero). A hash_only argument is a word, put into
/// the topic as it is. Errors: kMalformedChainData if an argument does not fit.
[[nodiscard]] Result<Log> encode_event(const Event& event,
                                       std::span<const EventArgument> arguments);

}  // namespace abi
}  // namespace pramana::chain
