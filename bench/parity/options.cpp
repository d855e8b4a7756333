#include "parity/options.hpp"

#include <charconv>
#include <string_view>

namespace pramana::parity {
namespace {

bool read_number(std::string_view digits, std::uint64_t least, std::uint64_t most,
                 std::uint64_t& out) {
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return failed == std::errc{} && end == digits.data() + digits.size() && out >= least &&
           out <= most;
}

bool read_option(std::string_view name, const char* value, Options& out) {
    constexpr std::uint64_t kDocumentsMax = 1'000'000;
    if (name == "--documents") return read_number(value, 1, kDocumentsMax, out.documents);
    if (name == "--reference") return read_number(value, 1, kDocumentsMax, out.reference);
    if (name == "--seed") return read_number(value, 0, ~std::uint64_t{0}, out.seed);
    struct Text {
        std::string_view name;
        std::string& to;
    };
    for (const Text& text : {Text{"--json", out.json}, Text{"--expect", out.expect},
                             Text{"--require", out.require}, Text{"--model", out.model}})
        if (text.name == name) {
            text.to = value;
            return true;
        }
    return false;
}

}  // namespace

std::optional<Options> read_options(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view name{argv[i]};
        if (name == "--tiny") {
            options.tiny = true;
        } else if (!name.starts_with("--")) {
            options.texts.emplace_back(name);
        } else {
            if (i + 1 == argc || !read_option(name, argv[i + 1], options)) return std::nullopt;
            ++i;
        }
    }
    return options;
}

}  // namespace pramana::parity
