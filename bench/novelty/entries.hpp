#pragma once

#include "novelty/prepared.hpp"
#include "pramana/scoring/model.hpp"
#include "pramana/scoring/ruleset.hpp"
#include "texts.hpp"

#include <functional>
#include <unordered_map>

namespace pramana::bench {

/// Corpus entries of public texts, kept in a file so that a long campaign can be continued: the
/// embedding is paid once. `<file>`: "PNEC0001", 32 bytes key, then records of 32 bytes text id,
/// u32 size, entry. A record that a crash cut short is dropped. For public texts only.
class EntryCache {
  public:
    /// Reads what is there; another key (other rules of chunks, another model) starts empty.
    EntryCache(std::filesystem::path file, const scoring::Ruleset& ruleset);
    [[nodiscard]] const Bytes* find(const Hash32& text) const;
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    void add(const Hash32& text, Bytes entry);
    /// In memory only: another entry for a text that is there.
    void replace(const Hash32& text, Bytes entry);

  private:
    void write_header() const;

    std::filesystem::path file_;
    Hash32 key_;
    std::unordered_map<Hash32, Bytes> entries_;
};

/// Prepares texts with the real model, or again from their cached codes without it.
class Preparer {
  public:
    Preparer(std::shared_ptr<const scoring::Model> model, const scoring::Ruleset& ruleset);
    /// With the model. Nothing if the text has no chunk.
    [[nodiscard]] std::optional<scoring::Prepared> embed(const std::string& body) const;
    /// The corpus entry of a text in which only chunks that `wanted` names by their content words
    /// have codes; counts these. Chunks in which too many pieces continue a word have them, too, so
    /// that the cache outlives that rule. Nothing if the text has no chunk.
    struct Sparse {
        Bytes entry;
        std::size_t chunks = 0, embedded = 0;
    };
    using Wanted = std::function<bool(std::span<const std::uint32_t> content)>;
    [[nodiscard]] std::optional<Sparse> embed_some(const std::string& body,
                                                   const Wanted& wanted) const;
    /// As embed() from the codes of `entry`: only tokenising and fingerprints are computed. Nothing
    /// if chunks that may have codes have none there.
    [[nodiscard]] std::optional<scoring::Prepared> replay(const std::string& body,
                                                          ByteView entry) const;
    /// The folded words of a chunk, for reading.
    [[nodiscard]] std::string words_of_chunk(const std::string& body, std::size_t chunk) const;
    /// `entry`, made by embed_some, without the codes of chunks that the ruleset gives none and
    /// with the fingerprints of the ruleset.
    struct Gated {
        Bytes entry;
        std::size_t coded = 0;      ///< chunks with codes before
        std::size_t taken_out = 0;  ///< chunks that lost them
    };
    [[nodiscard]] Gated gated(const std::string& body, ByteView entry) const;

  private:
    using Embed =
        std::function<void(const scoring::TokenBatch& batch, std::span<std::int8_t> codes)>;
    [[nodiscard]] std::optional<scoring::Prepared> prepare(const std::string& body,
                                                           const Embed& embed, bool gate) const;
    /// By chunk, whether the rules give it codes.
    [[nodiscard]] std::vector<bool> may_have_codes(const std::string& body) const;

    struct Parts;
    std::shared_ptr<const Parts> parts_;
};

}  // namespace pramana::bench
