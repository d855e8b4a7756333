#include "corpus/index.hpp"
#include "corpus/kept_entries.hpp"
#include "corpus/quarantine.hpp"
#include "corpus/reference.hpp"
#include "index/dot.hpp"
#include "novelty/novelty.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/scoring/engine.hpp"
#include "pramana/scoring/ruleset.hpp"
#include "score.hpp"

#include <algorithm>
#include <utility>

namespace pramana::scoring {

struct Corpus::State {
    Hash32 id;
    std::uint32_t epoch = 0;
    ParallelFor parallel_for;
    CorpusIndex index;
    QuarantineIndex quarantine;
    SecretVector<std::uint8_t> kept;  ///< quarantined entries of the places that are in no segment
    std::vector<std::shared_ptr<const ReferenceCorpus>> references;
    MerkleLog tree;
    Hash32 root;
    Hash32 last_previous_root;  ///< before the last place
    Hash32 settled_root;        ///< after the last place that is in a segment
    /// Forgets the rows with the corpus.
    struct Forget {
        const State* state;
        void operator()(RowSearch* rows) const noexcept {
            rows->forget(state->index.name());
            rows->forget(state->quarantine.name());
        }
    };
    std::unique_ptr<RowSearch, Forget> search{nullptr, Forget{this}};

    [[nodiscard]] std::uint64_t settled() const noexcept {
        const auto segments = index.segments();
        return segments.empty() ? 0 : segments.back().header().place_end;
    }
};

namespace {

// Segments of about the same size are joined four by four, and none beyond this.
constexpr std::uint64_t kMergedRowsMax = std::uint64_t{1} << 20U;
constexpr std::size_t kFanIn = 4;

/// How large contributions are, in rows; rejected ones have none, and count by their bytes: a
/// log of nothing else must neither be replayed nor joined anew with every few of them.
std::uint64_t size_in_rows(std::uint64_t rows, std::uint64_t kept_bytes) {
    return rows + kept_bytes / kCodeDim;
}
std::uint64_t size_of(const Segment& segment) {
    return size_in_rows(segment.header().rows, segment.header().kept_bytes);
}

/// 0 for a segment of up to four times the smallest size, 1 up to sixteen times, …
unsigned tier_of(const Segment& segment) {
    unsigned tier = 0;
    for (std::uint64_t rows = size_of(segment) / Corpus::kSegmentRows; rows >= kFanIn;
         rows /= kFanIn)
        ++tier;
    return tier;
}

/// How many segments at the end are to be joined; 0 = none.
std::size_t joinable(std::span<const Segment> segments) {
    if (segments.size() < kFanIn) return 0;
    const auto last = segments.last(kFanIn);
    std::uint64_t rows = 0;
    for (const Segment& segment : last) {
        if (tier_of(segment) > tier_of(segments.back())) return 0;
        rows += size_of(segment);
    }
    return rows <= kMergedRowsMax ? kFanIn : 0;
}

}  // namespace

Hash32 Corpus::empty_root(const Hash32& id, std::uint32_t epoch) noexcept {
    std::uint8_t epoch_be[4];
    store_be(epoch, epoch_be);
    Sha256 hash;
    hash.update("pramana:corpus:empty:2");
    hash.update(id.view());
    hash.update(ByteView{epoch_be});
    return hash.finish();
}

Hash32 Corpus::next_root(const Hash32& id, std::uint32_t epoch, std::uint64_t place,
                         const Hash32& previous_root, const Hash32& merkle_head) noexcept {
    std::uint8_t numbers[12];
    store_be(epoch, numbers);
    store_be(place, numbers + 4);
    Sha256 hash;
    hash.update("pramana:corpus:2");
    hash.update(id.view());
    hash.update(ByteView{numbers});
    hash.update(previous_root.view());
    hash.update(merkle_head.view());
    return hash.finish();
}

Corpus::Corpus(const Hash32& id, std::uint32_t epoch, ParallelFor parallel_for)
    : state_{new State{.id = id,
                       .epoch = epoch,
                       .parallel_for = std::move(parallel_for),
                       .index = {},
                       .quarantine = {},
                       .kept = {},
                       .references = {},
                       .tree = {},
                       .root = empty_root(id, epoch),
                       .last_previous_root = empty_root(id, epoch),
                       .settled_root = empty_root(id, epoch)}} {}
Corpus::Corpus(Corpus&&) noexcept = default;
Corpus& Corpus::operator=(Corpus&&) noexcept = default;
Corpus::~Corpus() = default;

std::uint64_t Corpus::size() const noexcept { return state_->tree.size(); }
std::uint64_t Corpus::chunks() const noexcept {
    return state_->index.rows() + state_->quarantine.rows();
}
Hash32 Corpus::root() const noexcept { return state_->root; }
const MerkleLog& Corpus::tree() const noexcept { return state_->tree; }

OwnerTag Corpus::owner_tag(const Hash32& id, std::uint32_t epoch, ByteView owner) noexcept {
    std::uint8_t epoch_be[4];
    store_be(epoch, epoch_be);
    Sha256 hash;
    hash.update("pramana:owner:1");
    hash.update(id.view());
    hash.update(ByteView{epoch_be});
    hash.update(owner);
    const Hash32 whole = hash.finish();
    OwnerTag tag;
    std::copy_n(whole.bytes.begin(), OwnerTag::kSize, tag.bytes.begin());
    return tag;
}

void Corpus::attach(std::vector<std::shared_ptr<const ReferenceCorpus>> references) {
    state_->references = std::move(references);
}

void Corpus::attach_search(RowSearch& search) { state_->search.reset(&search); }

Result<Score> Corpus::score(const Prepared& prepared, const Ruleset& ruleset,
                            const std::optional<OwnerTag>& owner) const {
    const Prepared::State& contribution = prepared.state();
    if (contribution.steps.ruleset != ruleset.digest())
        return Error{Errc::kRulesetInvalid, "scoring.corpus.score.ruleset"};
    std::vector<const CorpusIndex*> references;
    for (const PublicText& text : ruleset.values().public_texts) {
        const auto found = std::find_if(
            state_->references.begin(), state_->references.end(),
            [&text](const auto& reference) { return reference->digest() == text.sha256; });
        if (found == state_->references.end())
            return Error{Errc::kRulesetInvalid, "scoring.corpus.score.public_text"};
        references.push_back(&(*found)->state().index);
    }
    const Background background{.corpus = &state_->index,
                                .quarantine = &state_->quarantine,
                                .owner = owner,
                                .references = references,
                                .search = state_->search.get()};
    const std::vector<Known> known =
        assess(contribution, background, ruleset.values(), state_->parallel_for);
    return make_score(contribution, known, ruleset.values());
}

Status Corpus::check_entry(ByteView corpus_entry) {
    const Result<EntryRecord> entry = decode_entry(corpus_entry);
    if (!entry) return entry.error();
    return Done{};
}

Status Corpus::append(ByteView corpus_entry) {
    const Result<EntryRecord> entry = decode_entry(corpus_entry);
    if (!entry) return entry.error();
    State& state = *state_;
    const std::uint64_t place = state.tree.size();
    if (entry->quarantined) {
        state.quarantine.append(*entry);
        append_kept(state.kept, corpus_entry);
    } else {
        state.index.append(*entry);
    }
    state.tree.append(merkle_leaf(sha256(corpus_entry).view()));
    state.last_previous_root = state.root;
    state.root = next_root(state.id, state.epoch, place, state.root, state.tree.head());
    return Done{};
}

Hash32 Corpus::previous_root() const noexcept { return state_->last_previous_root; }

bool Corpus::settle(std::uint64_t rows_min) {
    State& state = *state_;
    const std::uint64_t tail = size_in_rows(state.index.tail_rows(), state.kept.size());
    if (tail < rows_min || state.settled() == state.tree.size()) return false;
    SegmentHeader name;
    name.corpus = state.id;
    name.epoch = state.epoch;
    name.first_place = state.settled();
    name.place_end = state.tree.size();
    name.previous_root = state.settled_root;
    name.last_previous_root = state.last_previous_root;
    name.root = state.root;
    state.index.freeze(name, state.tree.leaves().subspan(name.first_place), state.tree.peaks(),
                       state.kept);
    SecretVector<std::uint8_t>{}.swap(state.kept);
    state.settled_root = state.root;
    while (const std::size_t count = joinable(state.index.segments()))
        state.index.merge_last(count);
    return true;
}

std::vector<CorpusSegment> Corpus::segments() const {
    std::vector<CorpusSegment> all;
    for (const Segment& segment : state_->index.segments()) {
        const SegmentHeader& header = segment.header();
        all.push_back({header.first_place, header.place_end, header.previous_root, header.root,
                       segment.bytes()});
    }
    return all;
}

Status Corpus::adopt(SecretBlock bytes) {
    State& state = *state_;
    PRAMANA_CHECK(state.settled() == state.tree.size());
    Result<Segment> segment = Segment::read(std::move(bytes));
    if (!segment) return segment.error();
    const SegmentHeader& header = segment->header();
    const bool next = header.corpus == state.id && header.epoch == state.epoch &&
                      header.first_place == state.tree.size() && header.previous_root == state.root;
    if (!next) return Error{Errc::kCorpusCorrupt, "scoring.corpus.adopt.next"};
    MerkleLog grown = state.tree;
    if (!grown.append(segment->leaves(), segment->peaks()) ||
        header.root != next_root(state.id, state.epoch, header.place_end - 1,
                                 header.last_previous_root, grown.head()))
        return Error{Errc::kCorpusCorrupt, "scoring.corpus.adopt.root"};
    std::vector<EntryRecord> quarantined;
    const bool whole = each_kept(segment->kept(), [&](ByteView bytes_of_one) {
        Result<EntryRecord> entry = decode_entry(bytes_of_one);
        if (!entry || !entry->quarantined) return false;
        quarantined.push_back(*std::move(entry));
        return true;
    });
    if (!whole) return Error{Errc::kCorpusCorrupt, "scoring.corpus.adopt.kept"};
    for (const EntryRecord& entry : quarantined) state.quarantine.append(entry);
    state.tree = std::move(grown);
    state.root = state.settled_root = header.root;
    state.last_previous_root = header.last_previous_root;
    state.index.add_segment(*std::move(segment));
    return Done{};
}

}  // namespace pramana::scoring
