#pragma once

#include "index/dot.hpp"
#include "novelty/novelty.hpp"
#include "novelty/prepared.hpp"

#include <random>

namespace pramana::scoring::testing {

using scoring::record_of;

/// Thresholds for made-up codes; the shape is that of a real ruleset.
inline constexpr SemanticRules kSemanticRules{.strict_low = 100'000,
                                              .strict_high = 120'000,
                                              .corroborated_low = 90'000,
                                              .corroborated_high = 110'000,
                                              .corroborated_dot_min = 70'000,
                                              .overlap_weight = 40'000,
                                              .overlap_words_added = 4,
                                              .overlap_words_min = 6};

inline RulesetValues made_up_rules() {
    RulesetValues values;
    values.semantic = kSemanticRules;
    return values;
}

/// Random contributions drawn from a small world, so that copies, near copies and shared passages
/// are frequent.
class World {
  public:
    explicit World(std::uint32_t seed) : random_{seed} {
        for (auto& row : prototypes_)
            for (std::int8_t& code : row)
                code = static_cast<std::int8_t>(static_cast<int>(below(51)) - 25);
    }

    std::uint32_t below(std::uint32_t limit) {
        return static_cast<std::uint32_t>(random_()) % limit;
    }

    Prepared::State contribution(std::size_t chunks) {
        Prepared::State state;
        for (std::size_t i = 0; i < chunks; ++i) add_chunk(state);
        return state;
    }

    void add_chunk(Prepared::State& state) {
        PreparedChunk chunk;
        chunk.weight = 1 + below(1024);
        chunk.exact.bytes[0] = static_cast<std::uint8_t>(below(200));
        const std::uint32_t passage = below(60);
        const std::size_t windows = 5 + below(30);
        for (std::size_t w = 0; w < windows; ++w) {
            const auto begin = static_cast<std::uint16_t>(w * 5);
            const bool shared = below(3) != 0;
            const std::uint64_t hash = shared ? passage * 1000 + w : random_();
            chunk.prints.windows.push_back(
                {hash, begin, static_cast<std::uint16_t>(begin + 20), below(3) == 0});
        }
        chunk.prints.windows.front().kept = chunk.prints.windows.back().kept = true;
        chunk.prints.characters = static_cast<std::uint32_t>((windows - 1) * 5 + 20);
        chunk.prints.by_characters = below(5) == 0;
        std::uint32_t word = 0;
        for (int i = 0; i < 12; ++i) chunk.content.push_back(word += 1 + below(4));
        std::uint64_t set = std::uint64_t{1} << 40U;  // of words, where meaning is not compared
        for (std::uint32_t i = 4 * below(4); i > 0; --i) chunk.sets.push_back(set += 1 + below(3));
        state.chunks.push_back(std::move(chunk));
        const auto& prototype = prototypes_[below(kPrototypes)];
        const std::uint32_t noise = 1 + below(40);
        for (const std::int8_t code : prototype)
            state.codes.push_back(static_cast<std::int8_t>(
                code + static_cast<int>(below(2 * noise + 1)) - static_cast<int>(noise)));
    }

    static void append(Prepared::State& to, const Prepared::State& from, std::size_t begin,
                       std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) to.chunks.push_back(from.chunks[i]);
        to.codes.insert(to.codes.end(),
                        from.codes.begin() + static_cast<std::ptrdiff_t>(begin * kCodeDim),
                        from.codes.begin() + static_cast<std::ptrdiff_t>(end * kCodeDim));
    }

  private:
    static constexpr std::uint32_t kPrototypes = 8;
    std::mt19937 random_;
    std::array<std::array<std::int8_t, kCodeDim>, kPrototypes> prototypes_{};
};

/// One of a few owners.
inline OwnerTag owner(std::uint32_t number) {
    OwnerTag tag;
    tag.bytes[0] = static_cast<std::uint8_t>(1 + number);
    return tag;
}

inline EntryRecord rejected(const Prepared::State& state, const OwnerTag& by) {
    EntryRecord entry = record_of(state);
    entry.quarantined = by;
    return entry;
}

/// Everything that one contribution of one owner is compared with.
struct Scene {
    CorpusIndex corpus;
    QuarantineIndex quarantine;
    CorpusIndex published;
    OwnerTag asking = owner(0);

    [[nodiscard]] std::vector<Known> known_of(const Prepared::State& state,
                                              const ParallelFor& parallel_for = {}) const {
        const CorpusIndex* const references[] = {&published};
        const Background background{&corpus, &quarantine, asking, references};
        return assess(state, background, made_up_rules(), parallel_for);
    }
    [[nodiscard]] Score score_of(const Prepared::State& state) const {
        Score score;
        add_masses(score, state.chunks, known_of(state));
        return score;
    }
    /// One more entry: accepted, or rejected of this owner or of another one.
    void grow(World& world) {
        const Prepared::State state = world.contribution(1 + world.below(6));
        const std::uint32_t kind = world.below(4);
        if (kind < 2)
            corpus.append(record_of(state));
        else
            quarantine.append(rejected(state, owner(kind - 2)));
    }
};

inline Scene random_scene(World& world) {
    Scene scene;
    for (std::uint32_t i = world.below(4); i > 0; --i) scene.grow(world);
    if (world.below(2) == 0) scene.published.append(record_of(world.contribution(2)));
    return scene;
}

/// How many random cases a property test runs: PRAMANA_CASES, or `usual`.
inline std::uint32_t cases(std::uint32_t usual) {
    const char* wanted = std::getenv("PRAMANA_CASES");
    return wanted != nullptr ? static_cast<std::uint32_t>(std::strtoul(wanted, nullptr, 10))
                             : usual;
}

}  // namespace pramana::scoring::testing
