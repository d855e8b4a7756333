#include "tiny_model.hpp"

#include "model/parts.hpp"
#include "pramana/core/check.hpp"
#include "pramana/core/endian.hpp"

#include <bit>
#include <cstdio>
#include <cstdlib>

namespace pramana::scoring::testing {
namespace {

constexpr std::uint32_t kPositions = 64;

Bytes codes(std::size_t count, Sequence& chance) {
    Bytes out(count);
    for (std::uint8_t& code : out)
        code = static_cast<std::uint8_t>(
            static_cast<std::int8_t>(static_cast<std::int32_t>(chance.below(255)) - 127));
    return out;
}

/// Floats middle + symmetric * spread.
Bytes floats(std::size_t count, float middle, float spread, Sequence& chance) {
    Bytes out;
    for (std::size_t i = 0; i < count; ++i)
        append_le(out, std::bit_cast<std::uint32_t>(middle + chance.symmetric() * spread));
    return out;
}

std::string vocabulary_text() {
    std::string text;
    for (std::uint32_t id = 0; id < 104; ++id) {
        constexpr const char* kNamed[] = {"[UNK]", "[CLS]", "[SEP]", "[MASK]"};
        text += id == 0     ? "[PAD]"
                : id >= 100 ? kNamed[id - 100]
                            : "[unused" + std::to_string(id) + "]";
        text += '\n';
    }
    for (const std::string& word : tiny_words()) text += word + '\n';
    return text;
}

}  // namespace

FileParts::Section& FileParts::section(std::string_view name) {
    for (Section& found : sections)
        if (found.name == name) return found;
    std::abort();
}

Bytes FileParts::encode() const {
    const auto aligned = [](std::size_t size) { return (size + 63) / 64 * 64; };
    Bytes out;
    append(out, std::string_view{"pramana-model\0\0\0", 16});
    for (const std::uint32_t word : {version, layers, vocabulary, positions}) append_le(out, word);
    append_le(out, static_cast<std::uint32_t>(sections.size()));
    out.resize(64);
    std::size_t offset = aligned(64 + 48 * sections.size());
    for (const Section& part : sections) {
        std::string name = part.name;
        name.resize(32);
        append(out, name);
        append_le(out, std::uint64_t{offset});
        append_le(out, std::uint64_t{part.content.size()});
        offset += aligned(part.content.size());
    }
    out.resize(aligned(out.size()));
    for (const Section& part : sections) {
        append(out, part.content);
        out.resize(aligned(out.size()));
    }
    return out;
}

const std::vector<std::string>& tiny_words() {
    static const std::vector<std::string> words{
        "!",   ",",  ".",    "-",    "a",   "b", "un",  "unable", "##able", "##a",      "##b",
        "the", "ab", "cafe", "##fe", "ca",  "i", "##s", "\u4e2d", "\u03c3", "##\u03c3", "ss",
        "[",   "]",  "#",    "x",    "##x", "1", "##1", "e",      "o",      "##o"};
    return words;
}

FileParts tiny_parts() {
    Sequence chance{7};
    FileParts parts;
    parts.vocabulary = static_cast<std::uint32_t>(104 + tiny_words().size());
    parts.positions = kPositions;
    const auto add = [&parts](const std::string& name, Bytes content) {
        parts.sections.push_back({name, std::move(content)});
    };
    const auto norm = [&](const std::string& name) {
        add(name + ".gamma", floats(kDim, 1.0F, 0.25F, chance));
        add(name + ".beta", floats(kDim, 0.0F, 0.125F, chance));
    };
    const auto linear = [&](const std::string& name, std::size_t outputs, std::size_t inputs,
                            bool smoothed) {
        if (smoothed) add(name + ".smoothing", floats(inputs, 1.0F, 0.5F, chance));
        add(name + ".codes", codes(outputs * inputs, chance));
        add(name + ".scales", floats(outputs, 0x1p-10F, 0x1p-11F, chance));
        add(name + ".bias", floats(outputs, 0.0F, 0.125F, chance));
    };
    const std::string words = vocabulary_text();
    add("vocabulary", Bytes{words.begin(), words.end()});
    add("words.codes", codes(std::size_t{parts.vocabulary} * kDim, chance));
    add("words.scales", floats(parts.vocabulary, 0x1p-8F, 0x1p-9F, chance));
    add("positions", floats(std::size_t{kPositions} * kDim, 0.0F, 0.25F, chance));
    norm("embedding.norm");
    linear("layer.0.qkv", kQkvDim, kDim, true);
    linear("layer.0.out", kDim, kDim, false);
    linear("layer.0.up", kInnerDim, kDim, true);
    linear("layer.0.down", kDim, kInnerDim, false);
    norm("layer.0.norm1");
    norm("layer.0.norm2");
    return parts;
}

std::shared_ptr<const Model> tiny_model() {
    static const std::shared_ptr<const Model> model = Model::parse(tiny_parts().encode()).value();
    return model;
}

std::shared_ptr<const Model> real_model() {
    static const std::shared_ptr<const Model> model = [] {
        Result<std::shared_ptr<const Model>> loaded =
            Model::load(kModelPath, pinned_model_digest());
        if (!loaded) {
            std::fprintf(stderr, "%s is missing or is not the pinned model: run tools/setup\n",
                         kModelPath);
            std::abort();
        }
        return *loaded;
    }();
    return model;
}

}  // namespace pramana::scoring::testing
