#pragma once

#include "pramana/core/result.hpp"
#include "pramana/scoring/document.hpp"
#include "pramana/scoring/ruleset.hpp"

#include <simdjson.h>

#include <memory>
#include <string_view>

namespace pramana::scoring {

/// What is read behind a JSON text while it is parsed, whatever stands there.
inline constexpr std::size_t kReadBehind = simdjson::SIMDJSON_PADDING;

/// One JSON document, parsed whole; the parser's own buffers hold plaintext and are wiped with it.
class JsonDocument {
  public:
    /// Strict RFC 8259 in UTF-8, no duplicate keys in any object. A byte order mark is skipped.
    /// Errors: kUnknownFormat (it does not parse, or a key comes twice), kTooLarge (deeper than
    /// json_depth_max). `behind`: how many bytes behind the text may be read; it is copied unless
    /// they are kReadBehind. It is not needed once it is parsed.
    [[nodiscard]] static Result<std::unique_ptr<JsonDocument>> parse(std::string_view text,
                                                                     const ExtractLimits& limits,
                                                                     std::size_t behind = 0);
    ~JsonDocument();
    JsonDocument(const JsonDocument&) = delete;
    JsonDocument& operator=(const JsonDocument&) = delete;
    [[nodiscard]] const simdjson::dom::element& root() const noexcept { return root_; }

  private:
    JsonDocument() = default;
    simdjson::dom::parser parser_;
    std::size_t string_bytes_ = 0;  ///< what is wiped of the parser's buffers
    std::size_t tape_words_ = 0;
    simdjson::dom::element root_;
};

/// Every string that says something (it has white space or is not ASCII) as a record, in the order
/// of the text; its source is the JSON pointer behind `prefix`, of it the first 256 bytes.
/// Identifiers, links and dates are counted as skipped parts. Errors: kTooLarge beyond records_max.
[[nodiscard]] Status add_json_leaves(const simdjson::dom::element& root, std::string_view prefix,
                                     const ExtractLimits& limits, Document& out);

}  // namespace pramana::scoring
