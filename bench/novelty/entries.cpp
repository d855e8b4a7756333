#include "entries.hpp"

#include "canonical/canonical.hpp"
#include "corpus/entry.hpp"
#include "index/dot.hpp"
#include "pramana/core/check.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/scoring/tokenizer.hpp"
#include "prepare.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace pramana::bench {
namespace {

using namespace scoring;

constexpr std::string_view kMagic = "PNEC0001";

std::span<std::int8_t> codes_of(EntryRecord& entry, std::size_t row) {
    return {entry.codes.data() + row * kCodeDim, kCodeDim};
}

bool all_zeros(std::span<const std::int8_t> codes) {
    return std::all_of(codes.begin(), codes.end(), [](std::int8_t code) { return code == 0; });
}

/// What cached entries depend on: not the thresholds, which are what is to be found out, and not
/// which pieces continue a word (Preparer::gated).
Hash32 key_of(const Ruleset& ruleset) {
    const RulesetValues& values = ruleset.values();
    Bytes key;
    append(key, values.model_sha256.view());
    append(key, values.unicode_sha256.view());
    for (const std::uint32_t number :
         {values.chunk.pieces_min, values.chunk.boundary_pieces_min, values.chunk.pieces_max,
          values.chunk.boundary_words, values.chunk.boundary_modulus, values.chunk.characters_max,
          values.chunk.weight_max, values.lexical.shingle_words, values.lexical.window,
          values.lexical.gram_characters, values.lexical.gram_characters_spaced,
          values.lexical.words_min, values.semantic.pieces_min, values.semantic.unknown_max_q16,
          values.semantic.letters_min_q16})
        append_le(key, number);
    return sha256(key);
}

Document document_of(const std::string& body) {
    Document document;
    for (std::size_t begin = 0; begin < body.size();) {
        const std::size_t end = std::min(body.find("\n\n", begin), body.size());
        Record& record = document.records.emplace_back();
        record.text = SecretText{std::string_view{body}.substr(begin, end - begin)};
        begin = end + 2;
    }
    return document;
}

/// Says of every chunk that it has codes.
void mark_all(const TokenBatch&, std::span<std::int8_t> codes) {
    std::fill(codes.begin(), codes.end(), std::int8_t{1});
}

std::optional<Prepared> prepared_or_nothing(Result<Prepared> prepared) {
    if (prepared) return std::move(*prepared);
    PRAMANA_CHECK(prepared.error().code == Errc::kTooFewTokens);
    return std::nullopt;
}

}  // namespace

EntryCache::EntryCache(std::filesystem::path file, const Ruleset& ruleset)
    : file_{std::move(file)}, key_{key_of(ruleset)} {
    std::ifstream in{file_, std::ios::binary};
    const Bytes all{std::istreambuf_iterator<char>{in}, {}};
    const std::size_t head = kMagic.size() + Hash32::kSize;
    const bool ours = all.size() >= head && as_text(ByteView{all}.first(kMagic.size())) == kMagic &&
                      std::equal(key_.bytes.begin(), key_.bytes.end(), all.begin() + 8);
    if (!ours) {
        write_header();
        return;
    }
    std::size_t at = head;
    while (all.size() - at >= Hash32::kSize + 4) {
        Hash32 id;
        std::copy_n(all.data() + at, Hash32::kSize, id.bytes.begin());
        const auto size = load_le<std::uint32_t>(all.data() + at + Hash32::kSize);
        const std::size_t begin = at + Hash32::kSize + 4;
        if (all.size() - begin < size) break;
        entries_[id].assign(all.data() + begin, all.data() + begin + size);
        at = begin + size;
    }
    if (at != all.size()) std::filesystem::resize_file(file_, at);
}

void EntryCache::write_header() const {
    std::ofstream out{file_, std::ios::binary | std::ios::trunc};
    out << kMagic << as_text(key_.view());
}

const Bytes* EntryCache::find(const Hash32& text) const {
    const auto found = entries_.find(text);
    return found == entries_.end() ? nullptr : &found->second;
}

void EntryCache::add(const Hash32& text, Bytes entry) {
    Bytes record{text.bytes.begin(), text.bytes.end()};
    append_le(record, static_cast<std::uint32_t>(entry.size()));
    append(record, entry);
    std::ofstream out{file_, std::ios::binary | std::ios::app};
    out << as_text(record);
    entries_[text] = std::move(entry);
}

void EntryCache::replace(const Hash32& text, Bytes entry) { entries_.at(text) = std::move(entry); }

struct Preparer::Parts {
    Hash32 digest;
    Tokenizer tokenizer;
    Encoder encoder;
    Ruleset ruleset;
};

Preparer::Preparer(std::shared_ptr<const Model> model, const Ruleset& ruleset)
    : parts_{std::make_shared<Parts>(
          Parts{model->digest(), Tokenizer{model}, Encoder{model}, ruleset})} {}

std::optional<Prepared> Preparer::prepare(const std::string& body, const Embed& embed,
                                          bool gate) const {
    TextModel model{
        parts_->digest,
        [this](std::string_view text, Pieces& out) { parts_->tokenizer.encode_into(text, out); },
        embed};
    if (gate)
        model.continues = [this](std::uint16_t piece) {
            return parts_->tokenizer.continues(piece);
        };
    return prepared_or_nothing(prepare_with(model, document_of(body), parts_->ruleset, {}));
}

std::optional<Prepared> Preparer::embed(const std::string& body) const {
    return prepare(
        body,
        [this](const TokenBatch& batch, std::span<std::int8_t> codes) {
            parts_->encoder.embed(batch, codes);
        },
        true);
}

std::optional<Preparer::Sparse> Preparer::embed_some(const std::string& body,
                                                     const Wanted& wanted) const {
    // First without the model: the codes of a chunk are its number among those that may be
    // embedded.
    std::vector<SecretVector<std::uint16_t>> pieces;
    const auto number = [&](const TokenBatch& batch, std::span<std::int8_t> codes) {
        for (std::size_t i = 0; i < batch.texts(); ++i) {
            const auto ids =
                batch.ids.subspan(batch.offsets[i], batch.offsets[i + 1] - batch.offsets[i]);
            pieces.emplace_back(ids.begin(), ids.end());
            std::size_t rest = pieces.size();
            for (std::size_t digit = 0; digit < 4; ++digit, rest /= 100)
                codes[i * kCodeDim + digit] = static_cast<std::int8_t>(rest % 100);
        }
    };
    const std::optional<Prepared> prepared = prepare(body, number, false);
    if (!prepared) return std::nullopt;
    EntryRecord record = record_of(prepared->state());
    Sparse out{{}, record.chunks.size(), 0};
    for (std::size_t row = 0; row < record.chunks.size(); ++row) {
        const std::span<std::int8_t> codes = codes_of(record, row);
        std::size_t at = 0;
        for (std::size_t digit = 4; digit-- > 0;)
            at = at * 100 + static_cast<std::size_t>(codes[digit]);
        std::fill(codes.begin(), codes.end(), std::int8_t{0});
        if (at == 0 || !wanted(record.chunks[row].content)) continue;
        const SecretVector<std::uint16_t>& ids = pieces[at - 1];
        const std::uint32_t offsets[] = {0, static_cast<std::uint32_t>(ids.size())};
        parts_->encoder.embed({ids, offsets}, codes);
        ++out.embedded;
    }
    out.entry = encode_entry(record);
    return out;
}

std::vector<bool> Preparer::may_have_codes(const std::string& body) const {
    const std::optional<Prepared> prepared = prepare(body, mark_all, true);
    std::vector<bool> out;
    for (std::size_t row = 0; prepared && row < prepared->chunks(); ++row)
        out.push_back(prepared->state().codes[row * kCodeDim] != 0);
    return out;
}

std::optional<Prepared> Preparer::replay(const std::string& body, ByteView entry) const {
    Result<EntryRecord> known = decode_entry(entry);
    PRAMANA_CHECK(static_cast<bool>(known));
    const std::vector<bool> asked = may_have_codes(body);
    PRAMANA_CHECK(asked.size() == known->chunks.size());
    for (std::size_t row = 0; row < asked.size(); ++row)
        if (asked[row] && all_zeros(codes_of(*known, row))) return std::nullopt;
    std::size_t row = 0;
    const auto next = [&](const TokenBatch& batch, std::span<std::int8_t> codes) {
        for (std::size_t i = 0; i < batch.texts(); ++i, ++row) {
            while (!asked[row]) ++row;
            const std::span<const std::int8_t> from = codes_of(*known, row);
            std::copy(from.begin(), from.end(),
                      codes.begin() + static_cast<std::ptrdiff_t>(i * kCodeDim));
        }
    };
    return prepare(body, next, true);
}

std::string Preparer::words_of_chunk(const std::string& body, std::size_t chunk) const {
    Chunker chunker{parts_->ruleset.values().chunk, [this](std::string_view text, Pieces& out) {
                        parts_->tokenizer.encode_into(text, out);
                    }};
    const Document document = document_of(body);
    for (const Record& record : document.records) {
        const CanonicalText text = canonicalize(record.text.expose());
        chunker.add({text.utf8.data(), text.utf8.size()});
    }
    const std::vector<Chunk> chunks = std::move(chunker).finish();
    PRAMANA_CHECK(chunk < chunks.size());
    const SecretVector<char>& folded = chunks[chunk].words.folded;
    return {folded.begin(), folded.end()};
}

Preparer::Gated Preparer::gated(const std::string& body, ByteView entry) const {
    Result<EntryRecord> record = decode_entry(entry);
    PRAMANA_CHECK(static_cast<bool>(record));
    const bool wordings = parts_->ruleset.values().novelty.version > 1;  // the cache has version 1
    if (all_zeros(record->codes) && !wordings) return {{entry.begin(), entry.end()}};
    const std::optional<Prepared> marked = prepare(body, mark_all, true);
    PRAMANA_CHECK(marked && marked->chunks() == record->chunks.size());
    if (wordings) record->chunks = record_of(marked->state()).chunks;
    Gated out;
    for (std::size_t row = 0; row < record->chunks.size(); ++row) {
        const std::span<std::int8_t> codes = codes_of(*record, row);
        if (all_zeros(codes)) continue;
        ++out.coded;
        if (marked->state().codes[row * kCodeDim] != 0) continue;
        ++out.taken_out;
        std::fill(codes.begin(), codes.end(), std::int8_t{0});
    }
    out.entry = encode_entry(*record);
    return out;
}

}  // namespace pramana::bench
