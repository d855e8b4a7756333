#include "pramana/scoring/document.hpp"

#include <cstdlib>

namespace pramana::scoring {

std::string_view name_of(Format format) noexcept {
    switch (format) {
        case Format::kText: return "text";
        case Format::kJson: return "json";
        case Format::kJsonLines: return "json_lines";
        case Format::kZip: return "zip";
        case Format::kChatGptExport: return "chatgpt_export";
    }
    std::abort();
}

}  // namespace pramana::scoring
