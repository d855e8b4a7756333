#include "members.hpp"
#include "opening.hpp"
#include "pramana/core/hex.hpp"

namespace pramana::app {
namespace {

constexpr std::string_view kFormat = "pramana:chunk:1";
constexpr std::size_t kPathMax = 64;  // of a tree of 2^64 leaves

std::string hex(const Hash32& hash) { return to_hex0x(hash.view()); }

}  // namespace

std::string json_of(const ChunkOpening& shown) {
    std::vector<std::string> path;
    path.reserve(shown.opening.path.size());
    for (const Hash32& partner : shown.opening.path) path.push_back(hex(partner));
    return JsonObject{}
               .text("format", kFormat)
               .number("chunk", shown.opening.index)
               .number("leaves", shown.opening.leaves)
               .text("salt", hex(shown.opening.salt))
               .texts("path", path)
               .text("words", hex(shown.steps.words))
               .text("pieces", hex(shown.steps.pieces))
               .text("prints", hex(shown.steps.prints))
               .text("codes", hex(shown.steps.codes))
               .number("weight", shown.steps.weight)
               .str() +
           '\n';
}

std::optional<ChunkOpening> read_opening(std::string_view text) {
    const Result<JsonView> json = read_json(text, 3);
    if (!json) return std::nullopt;
    bool whole = true;
    const Members members{*json, whole};
    if (members.text("format") != kFormat) return std::nullopt;
    ChunkOpening shown;
    shown.opening.index = members.number("chunk");
    shown.opening.leaves = members.number("leaves");
    shown.opening.salt = members.hash("salt");
    for (const JsonView& item : members.items("path")) {
        const Result<std::string> partner = item.text();
        const Result<Hash32> hash =
            partner ? fixed_from_hex<Hash32>(*partner) : Result<Hash32>{partner.error()};
        if (!hash || shown.opening.path.size() == kPathMax) return std::nullopt;
        shown.opening.path.push_back(*hash);
    }
    shown.steps = {.words = members.hash("words"),
                   .pieces = members.hash("pieces"),
                   .prints = members.hash("prints"),
                   .codes = members.hash("codes"),
                   .weight = members.small("weight")};
    if (!whole || shown.opening.index > UINT32_MAX) return std::nullopt;
    return shown;
}

}  // namespace pramana::app
