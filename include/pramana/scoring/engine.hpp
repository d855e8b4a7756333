#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/core/secret_block.hpp"
#include "pramana/scoring/device_encoder.hpp"
#include "pramana/scoring/encoder.hpp"
#include "pramana/scoring/merkle.hpp"
#include "pramana/scoring/operation_difference.hpp"
#include "pramana/scoring/trace.hpp"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace pramana::scoring {

/// 16 fractional bits: 65536 is 1.0.
using Q16 = std::uint32_t;
inline constexpr Q16 kQ16One = 65536;

/// Why a character of a contribution is not new. Every lost character has exactly one cause
/// (scoring.md 3.4, P6).
enum class Cause : std::uint8_t { kNew, kExact, kLexical, kSemantic, kInternal, kPublic };

/// Why a score is what it is, stable names for the API: "exact_copy", "near_copy", "repetitive",
/// "below_minimum", …
struct Reason {
    std::string_view code;      ///< literal
    std::string_view sentence;  ///< literal; one sentence that a contributor understands
};

/// The integers that are signed or shown. Masses are normalised characters, capped a chunk
/// (docs/scoring.md).
struct Score {
    std::uint32_t chunks = 0;
    std::uint64_t mass = 0;        ///< sum of the weights
    std::uint64_t novel_mass = 0;  ///< N, floor of the Q16 sum
    Q16 uniqueness = 0;            ///< U = N / mass
    Q16 quality = 0;               ///< Q
    std::uint32_t pay_1024 =
        0;  ///< floor(1024 * pay), 0..1024; the score on chain is this * 976562500000000
    bool rejected =
        false;  ///< not above the least quality that is paid: its entry goes to quarantine
    std::array<std::uint64_t, 6> mass_by_cause{};  ///< indexed by Cause; sums to `mass`
    std::vector<Reason> reasons;                   ///< at most 8
    SecretVector<ChunkVerdict> verdicts;           ///< one a chunk
    Hash32 trace;  ///< trace_root of the contribution's steps and the verdicts; stays inside
};

/// Who owns a quarantined entry, as one corpus knows the owner: Corpus::owner_tag.
using OwnerTag = FixedBytes<struct OwnerTagTag, 16>;

class Ruleset;          // pramana/scoring/ruleset.hpp
class ReferenceCorpus;  // pramana/scoring/reference.hpp
class RowSearch;        // pramana/scoring/device_rows.hpp
struct Document;        // pramana/scoring/document.hpp: records in canonical order; made by
                        // scoring_document

/// A contribution made ready to be compared: canonical chunks, int8 codes, fingerprints, quality
/// features. Secret: wiped on destruction, move-only. Nothing in it depends on the corpus.
class Prepared {
  public:
    Prepared(Prepared&&) noexcept;
    Prepared& operator=(Prepared&&) noexcept;
    ~Prepared();
    /// What is appended to the corpus, a self-describing encoding (docs/scoring.md "Corpus"). It
    /// reveals the text (codes are invertible): the caller seals it before it is stored and wipes
    /// it.
    [[nodiscard]] Bytes corpus_entry() const;
    /// The same for a submission that was rejected (Score::rejected): it counts against everybody
    /// but its owner.
    [[nodiscard]] Bytes quarantine_entry(const OwnerTag& owner) const;
    [[nodiscard]] std::uint32_t chunks() const noexcept;
    /// Whether only a sample of the chunks is scored: the others weigh 0 and have no codes.
    [[nodiscard]] bool sampled() const noexcept;
    /// What was made of it, operation by operation: what another machine compares with. Secret.
    [[nodiscard]] const ContentSteps& steps() const noexcept;

    struct State;
    explicit Prepared(std::unique_ptr<State> state) noexcept;
    [[nodiscard]] const State& state() const noexcept { return *state_; }

  private:
    std::unique_ptr<State> state_;
};

/// Runs `work(begin, end)` over [0, count) on the caller's threads; the result may not depend on
/// the cut.
using ParallelFor = std::function<void(std::size_t count,
                                       const std::function<void(std::size_t, std::size_t)>& work)>;

/// Devices that may compute codes in the CPU's place, and who says when. Both outlive the engine.
struct EngineDevices {
    DeviceGate& gate;
    std::vector<DeviceEncoder*> devices;
};

/// Text to codes. Thread: const, any thread.
class Engine {
  public:
    /// `backend` must be available; neither it nor a device changes a bit.
    explicit Engine(std::shared_ptr<const Model> model, ParallelFor parallel_for = {},
                    Backend backend = Backend::kBest, std::optional<EngineDevices> devices = {});
    ~Engine();
    [[nodiscard]] Backend backend() const noexcept;  ///< of the CPU, never kBest
    /// Where batches were computed; none where there are no devices.
    [[nodiscard]] DeviceCounts device_counts() const noexcept;
    /// Canonical text, chunks, tokens, codes, fingerprints, quality features.
    /// @param seed  draws the sample of a document above the ruleset's limit; others do not depend
    /// on it Errors: kTooLarge, kTooFewTokens (also when nothing is left after canonicalisation),
    /// kSeedNeeded.
    [[nodiscard]] Result<Prepared> prepare(const Document& document, const Ruleset& ruleset,
                                           const std::optional<Hash32>& seed = std::nullopt) const;
    /// The steps of one chunk, as prepare() gives them, without the work on the others. Nothing:
    /// the document has no such chunk, or it is to be sampled and there is no seed.
    [[nodiscard]] std::optional<ChunkSteps> steps_of_chunk(
        const Document& document, const Ruleset& ruleset, std::uint32_t chunk,
        const std::optional<Hash32>& seed = std::nullopt) const;
    /// The backend against the reference on one chunk, operation by operation: whether this machine
    /// computes as the law says. Nothing: it does. `document` was prepared under `ruleset`.
    [[nodiscard]] std::optional<OperationDifference> differs_from_reference(
        const Document& document, const Ruleset& ruleset, std::uint32_t chunk) const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Consecutive places in the form in which they are searched, to be sealed and stored and later
/// taken over again without building anything. The bytes reveal the text.
struct CorpusSegment {
    std::uint64_t first_place = 0;
    std::uint64_t place_end = 0;
    Hash32 previous_root;  ///< before first_place
    Hash32 root;           ///< after the last place
    ByteView bytes;        ///< borrowed until the next append, settle or adopt
};

/// The corpus that a novelty is measured against: an append-only sequence of places, in memory. Its
/// bytes on disk are the caller's. Thread: one writer; const use from any thread between writes.
class Corpus {
  public:
    /// Root of the empty corpus.
    [[nodiscard]] static Hash32 empty_root(const Hash32& id, std::uint32_t epoch) noexcept;
    /// Root after place `place`, from the root before it and the Merkle head after it.
    [[nodiscard]] static Hash32 next_root(const Hash32& id, std::uint32_t epoch,
                                          std::uint64_t place, const Hash32& previous_root,
                                          const Hash32& merkle_head) noexcept;

    /// `id` names the corpus (docs/scoring.md "Corpus"); a new epoch starts empty.
    /// `parallel_for` spreads the search; its cut changes nothing.
    Corpus(const Hash32& id, std::uint32_t epoch, ParallelFor parallel_for = {});
    Corpus(Corpus&&) noexcept;
    Corpus& operator=(Corpus&&) noexcept;
    ~Corpus();
    [[nodiscard]] std::uint64_t size()
        const noexcept;  ///< places filled; the next is CorpusPosition{size()}
    [[nodiscard]] std::uint64_t chunks()
        const noexcept;  ///< of all places, quarantined ones included
    /// What names the corpus as it stands: chained from place to place over id, epoch, place and
    /// the Merkle head of all entries up to it (docs/scoring.md "Corpus"); of an empty corpus a
    /// hash of id and epoch.
    [[nodiscard]] Hash32 root() const noexcept;
    /// The tree over SHA-256 of the entries by place: heads, inclusion and consistency proofs.
    [[nodiscard]] const MerkleLog& tree() const noexcept;
    /// SHA-256("pramana:owner:1" || id || epoch u32 big-endian || owner), first 16 bytes. `owner`:
    /// address bytes.
    [[nodiscard]] static OwnerTag owner_tag(const Hash32& id, std::uint32_t epoch,
                                            ByteView owner) noexcept;
    /// Public texts at hand; a ruleset uses those that it names, others are ignored.
    void attach(std::vector<std::shared_ptr<const ReferenceCorpus>> references);
    /// May search codes in the processor's place from now on; it outlives the corpus. No score
    /// depends on it.
    void attach_search(RowSearch& search);
    /// Novelty against everything before place size() and the ruleset's public texts, and the pay.
    /// Exact: the same integers on every machine, thread count and batch.
    /// @param owner  whose quarantined entries do not count; without one, all do
    /// Errors: kRulesetInvalid when it was prepared under another ruleset, or a public text of it
    /// is not attached.
    [[nodiscard]] Result<Score> score(const Prepared& prepared, const Ruleset& ruleset,
                                      const std::optional<OwnerTag>& owner = std::nullopt) const;
    /// Whether append() would take the entry. Errors: kCorpusCorrupt.
    [[nodiscard]] static Status check_entry(ByteView corpus_entry);
    /// Appends an entry at place size(). Errors: kCorpusCorrupt if it does not decode.
    [[nodiscard]] Status append(ByteView corpus_entry);

    /// Root before the last place; of an empty corpus its root.
    [[nodiscard]] Hash32 previous_root() const noexcept;
    /// Once `rows_min` chunks or more were appended since the last segment: makes a segment of them
    /// and joins small segments, so that there are few. True: segments() changed. No score depends
    /// on it.
    bool settle(std::uint64_t rows_min = kSegmentRows);
    /// All segments, in order; the first begins at place 0, together they are all places but the
    /// last few.
    [[nodiscard]] std::vector<CorpusSegment> segments() const;
    /// Takes over a segment that begins at place size() and after root(), all of whose places are
    /// in segments. Errors: kCorpusCorrupt (no segment, or not the next one of this corpus):
    /// nothing is changed.
    [[nodiscard]] Status adopt(SecretBlock segment);
    static constexpr std::uint64_t kSegmentRows = 8'192;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace pramana::scoring
