#pragma once

#include "pramana/core/result.hpp"
#include "pramana/scoring/document.hpp"

#include <string_view>

namespace pramana::scoring {

/// The text of an HTML page: tags are dropped, blocks (p, div, li, tr, h1 …, br twice) become
/// paragraphs, scripts, styles, the head's title and comments are left out, character references
/// are resolved (numeric ones, and the named ones of HTML 2.0 to 4 that are common). One pass; not
/// a renderer: what a style hides is there. Source: docs/data-formats.md "HTML".
[[nodiscard]] SecretText text_of_html(std::string_view html);

}  // namespace pramana::scoring
