#include "pramana/evidence/compose.hpp"

#include "pramana/core/json.hpp"

#include <algorithm>

namespace pramana::evidence {
namespace {

constexpr std::size_t kComposeDepthMax = 32;
constexpr std::size_t kImagesMax = 64;
constexpr std::size_t kImageBytesMax = 512;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r";
    const std::size_t first = text.find_first_not_of(kBlank);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

/// The value of a line `image: VALUE`, without quotes and a comment behind it; empty: another line.
std::string_view image_of(std::string_view line) {
    constexpr std::string_view kName = "image:";
    line = trimmed(line);
    if (line.starts_with("- ")) line = trimmed(line.substr(2));
    if (!line.starts_with(kName)) return {};
    std::string_view value = trimmed(line.substr(kName.size()));
    if (!value.empty() && (value.front() == '"' || value.front() == '\'')) {
        const std::size_t end = value.find(value.front(), 1);
        return end == value.npos ? std::string_view{} : value.substr(1, end - 1);
    }
    return trimmed(value.substr(0, value.find(" #")));
}

}  // namespace

Result<std::vector<std::string>> images_of_compose(std::string_view app_compose) {
    constexpr Error kMalformed{Errc::kEvidenceMalformed, "evidence.compose"};
    const Result<JsonView> document = read_json(app_compose, kComposeDepthMax);
    if (!document || document->kind() != JsonKind::kObject) return kMalformed;
    std::vector<std::string> images;
    const std::optional<JsonView> file = document->member("docker_compose_file");
    if (!file) return images;  // another runner than docker-compose
    const Result<std::string> text = file->text();
    if (!text) return kMalformed;
    std::string_view rest = *text;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view image = image_of(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (image.empty() || std::ranges::find(images, image) != images.end()) continue;
        if (image.size() > kImageBytesMax || images.size() == kImagesMax) return kMalformed;
        images.emplace_back(image);
    }
    return images;
}

}  // namespace pramana::evidence
