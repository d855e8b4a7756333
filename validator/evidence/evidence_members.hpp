#pragma once

#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"

#include <string>

/// Members of evidence, a JSON object of one provider.
namespace pramana::evidence {

inline constexpr std::size_t kEvidenceDepthMax = 4;

/// Errors: kEvidenceMalformed.
[[nodiscard]] inline Result<std::string> text_member(const JsonView& object,
                                                     std::string_view name) {
    const std::optional<JsonView> value = object.member(name);
    Result<std::string> text =
        value ? value->text() : Error{Errc::kEvidenceMalformed, "evidence.member"};
    if (!text) return Error{Errc::kEvidenceMalformed, "evidence.member"};
    return text;
}
/// Errors: kEvidenceMalformed.
[[nodiscard]] inline Result<Bytes> hex_member(const JsonView& object, std::string_view name) {
    const Result<std::string> text = text_member(object, name);
    if (!text) return text.error();
    Result<Bytes> raw = from_hex(*text);
    if (!raw) return Error{Errc::kEvidenceMalformed, "evidence.member.hex"};
    return raw;
}

}  // namespace pramana::evidence
