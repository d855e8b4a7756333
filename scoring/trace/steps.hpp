#pragma once

#include "canonical/canonical.hpp"
#include "chunk/chunker.hpp"
#include "novelty/prepared.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/scoring/document.hpp"
#include "pramana/scoring/trace.hpp"
#include "quality/quality.hpp"

#include <type_traits>

namespace pramana::scoring {

/// SHA-256 over numbers and texts, integers big-endian. What it holds of them is wiped.
class StepHash {
  public:
    StepHash() = default;
    StepHash(const StepHash&) = delete;
    StepHash& operator=(const StepHash&) = delete;
    ~StepHash() { wipe_memory(&hash_, sizeof hash_); }

    template <class Unsigned>
    void put(Unsigned value) noexcept {
        std::uint8_t raw[sizeof(Unsigned)];
        store_be(value, raw);
        hash_.update(ByteView{raw, sizeof raw});
    }
    /// Behind their count.
    template <class Unsigned>
    void put_all(const SecretVector<Unsigned>& values) noexcept {
        put(static_cast<std::uint32_t>(values.size()));
        for (const Unsigned value : values) put(value);
    }
    /// Behind its length.
    void put_text(std::string_view text) noexcept {
        put(std::uint64_t{text.size()});
        hash_.update(text);
    }
    void put_bytes(ByteView bytes) noexcept { hash_.update(bytes); }
    [[nodiscard]] Hash32 finish() noexcept { return hash_.finish(); }

  private:
    Sha256 hash_;
};
static_assert(std::is_trivially_destructible_v<Sha256>);

/// Gathers what extraction and canonical text gave, record by record.
class RecordSteps {
  public:
    void add(const Record& record, const CanonicalText& canonical);
    /// Without the features and the quality, which come later.
    [[nodiscard]] DocumentSteps finish();

  private:
    StepHash records_;
    StepHash canonical_;
    std::uint64_t ill_formed_ = 0;
};

/// Over every feature in order: whether it applies, and its value.
[[nodiscard]] Hash32 digest_of(const Features& features) noexcept;

/// One row a chunk; `prepared` has its fingerprints and codes.
[[nodiscard]] SecretVector<ChunkSteps> chunk_steps(const std::vector<Chunk>& chunks,
                                                   const Prepared::State& prepared);

}  // namespace pramana::scoring
