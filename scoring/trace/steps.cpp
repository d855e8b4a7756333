#include "trace/steps.hpp"

#include "index/dot.hpp"
#include "pramana/core/check.hpp"

namespace pramana::scoring {
namespace {

Hash32 digest_of(const ExactHash& exact) noexcept {
    StepHash hash;
    hash.put_bytes(exact.view());
    return hash.finish();
}

Hash32 digest_of(const Pieces& pieces) noexcept {
    StepHash hash;
    hash.put_all(pieces);
    return hash.finish();
}

Hash32 digest_of(const PreparedChunk& chunk) noexcept {
    const Fingerprints& prints = chunk.prints;
    StepHash hash;
    hash.put(prints.characters);
    hash.put(std::uint8_t{prints.by_characters});
    hash.put(static_cast<std::uint32_t>(prints.windows.size()));
    for (const Window& window : prints.windows) {
        hash.put(window.hash);
        hash.put(window.begin);
        hash.put(window.end);
        hash.put(std::uint8_t{window.kept});
    }
    hash.put_all(chunk.content);
    if (!chunk.sets.empty()) hash.put_all(chunk.sets);
    return hash.finish();
}

Hash32 digest_of(const std::int8_t* codes) noexcept {
    StepHash hash;
    hash.put_bytes({reinterpret_cast<const std::uint8_t*>(codes), kCodeDim});
    return hash.finish();
}

}  // namespace

void RecordSteps::add(const Record& record, const CanonicalText& canonical) {
    records_.put(static_cast<std::uint8_t>(record.role));
    records_.put_text(record.text.expose());
    canonical_.put_text({canonical.utf8.data(), canonical.utf8.size()});
    ill_formed_ += canonical.ill_formed;
}

DocumentSteps RecordSteps::finish() {
    DocumentSteps steps;
    steps.records = records_.finish();
    steps.canonical = canonical_.finish();
    steps.ill_formed = ill_formed_;
    return steps;
}

Hash32 digest_of(const Features& features) noexcept {
    StepHash hash;
    for (const Features::Value& feature : features.values) {
        hash.put(std::uint8_t{feature.applies});
        hash.put(feature.applies ? feature.value : Q16{0});
    }
    return hash.finish();
}

SecretVector<ChunkSteps> chunk_steps(const std::vector<Chunk>& chunks,
                                     const Prepared::State& prepared) {
    PRAMANA_CHECK(chunks.size() == prepared.chunks.size());
    SecretVector<ChunkSteps> out;
    out.reserve(chunks.size());
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        const PreparedChunk& chunk = prepared.chunks[i];
        out.push_back({.words = digest_of(chunk.exact),
                       .pieces = digest_of(chunks[i].pieces),
                       .prints = digest_of(chunk),
                       .codes = digest_of(prepared.codes.data() + i * kCodeDim),
                       .weight = chunk.weight});
    }
    return out;
}

}  // namespace pramana::scoring
