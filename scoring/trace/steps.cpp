#include "trace/steps.hpp"

#include "index/dot.hpp"
#include "pramana/core/check.hpp"
#include "pramana/core/endian.hpp"

namespace pramana::scoring {
namespace {

template <class Unsigned>
void put(Sha256& hash, Unsigned value) noexcept {
    std::uint8_t raw[sizeof(Unsigned)];
    store_be(value, raw);
    hash.update(ByteView{raw, sizeof raw});
}

template <class Unsigned>
void put_all(Sha256& hash, const SecretVector<Unsigned>& values) noexcept {
    put(hash, static_cast<std::uint32_t>(values.size()));
    for (const Unsigned value : values) put(hash, value);
}

void put_text(Sha256& hash, std::string_view text) noexcept {
    put(hash, std::uint64_t{text.size()});
    hash.update(text);
}

Hash32 digest_of(const ExactHash& exact) noexcept { return sha256(exact.view()); }

Hash32 digest_of(const Pieces& pieces) noexcept {
    Sha256 hash;
    put_all(hash, pieces);
    return hash.finish();
}

Hash32 digest_of(const Fingerprints& prints, const SecretVector<std::uint32_t>& content) noexcept {
    Sha256 hash;
    put(hash, prints.characters);
    put(hash, std::uint8_t{prints.by_characters});
    put(hash, static_cast<std::uint32_t>(prints.windows.size()));
    for (const Window& window : prints.windows) {
        put(hash, window.hash);
        put(hash, window.begin);
        put(hash, window.end);
        put(hash, std::uint8_t{window.kept});
    }
    put_all(hash, content);
    return hash.finish();
}

Hash32 digest_of(const std::int8_t* codes) noexcept {
    return sha256(ByteView{reinterpret_cast<const std::uint8_t*>(codes), kCodeDim});
}

}  // namespace

void RecordSteps::add(const Record& record, const CanonicalText& canonical) {
    put(records_, static_cast<std::uint8_t>(record.role));
    put_text(records_, record.text.expose());
    put_text(canonical_, {canonical.utf8.data(), canonical.utf8.size()});
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
    Sha256 hash;
    for (const Features::Value& feature : features.values) {
        put(hash, std::uint8_t{feature.applies});
        put(hash, feature.applies ? feature.value : Q16{0});
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
                       .prints = digest_of(chunk.prints, chunk.content),
                       .codes = digest_of(prepared.codes.data() + i * kCodeDim),
                       .weight = chunk.weight});
    }
    return out;
}

}  // namespace pramana::scoring
