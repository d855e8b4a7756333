#pragma once

#include "json.hpp"

namespace pramana::scoring {

/// Whether a document has the shape of conversations.json of a ChatGPT export: an array of objects,
/// the first of which has a "mapping" object.
[[nodiscard]] bool is_chatgpt_conversations(const simdjson::dom::element& root);

/// The turns of people and of the model as records. Conversations stand in the order of
/// (create_time, id); in each, the graph is walked from its roots down, children in the order of
/// (create_time, id), so that edited and regenerated turns come once each. System and tool turns,
/// images and attachments are counted as skipped parts; turns that no root reaches are counted as
/// detached. Cycles end at a turn that was seen. Appends to `out`. Errors: kTooLarge beyond
/// records_max.
[[nodiscard]] Status add_chatgpt_turns(const simdjson::dom::element& root,
                                       const ExtractLimits& limits, Document& out);

/// The turns of one conversation. Errors: as above.
[[nodiscard]] Status add_chatgpt_conversation(const simdjson::dom::object& mapping,
                                              const ExtractLimits& limits, Document& out);
/// Microseconds since 1970 of a member in seconds; 0 where there is no sensible time.
[[nodiscard]] std::int64_t chatgpt_time_us(const simdjson::dom::element& parent,
                                           std::string_view key);

}  // namespace pramana::scoring
