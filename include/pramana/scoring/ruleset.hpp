#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/scoring/accept.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::scoring {

/// How files become records: docs/data-formats.md. Version 1 is the reading that `default-1` began
/// with and is in no ruleset's text; from 2 on this part is.
struct FormatRules {
    std::uint32_t version = 1;
    std::uint32_t archive_depth_max = 3;  ///< archives in archives; from version 2 on
    std::uint32_t authenticity = 0;       ///< version of the checks that are reported; 0: none
    friend bool operator==(const FormatRules&, const FormatRules&) = default;
};
inline constexpr std::uint32_t kFormatsVersion = 2;
inline constexpr std::uint32_t kAuthenticityVersion = 1;

/// Bounds on reading an opened file. Beyond one of them the contribution is refused with kTooLarge
/// (or kDecompressionLimit for the ratio): a file is never cut silently.
struct ExtractLimits {
    std::uint64_t expanded_bytes_max = 128ULL << 20U;  ///< sum over all members of an archive
    std::uint32_t expansion_ratio_max =
        200;  ///< expanded : sealed, once more than 1 MiB has come out
    std::uint32_t members_max = 100'000;
    std::uint32_t json_depth_max = 64;
    std::uint32_t records_max = 1'000'000;
    std::uint32_t table_rows_min = 8;     ///< a text with fewer rows is no table
    std::uint32_t table_cell_words = 12;  ///< a cell with so many words is prose, not a value
    FormatRules formats{};
    AcceptRules accept{};  ///< needs formats of version 2 or more
    friend bool operator==(const ExtractLimits&, const ExtractLimits&) = default;
};

/// docs/scoring.md "Chunks". Pieces are word-pieces of the model's tokenizer, without [CLS] and
/// [SEP].
struct ChunkRules {
    std::uint32_t pieces_min = 32;            ///< the end of a paragraph ends a chunk from here on
    std::uint32_t boundary_pieces_min = 128;  ///< and the content within a paragraph from here on
    std::uint32_t pieces_max = 192;
    std::uint32_t boundary_words = 8;  ///< words under the rolling hash
    std::uint32_t boundary_modulus = 32;
    std::uint32_t characters_max = 2048;  ///< hard end of a chunk, whatever its pieces
    std::uint32_t weight_max =
        1024;  ///< cap of a chunk's weight, in characters that are not spaces
    std::uint32_t chunks_max = 262'144;  ///< of one contribution
    friend bool operator==(const ChunkRules&, const ChunkRules&) = default;
};

/// docs/scoring.md "Fingerprints".
struct LexicalRules {
    std::uint32_t shingle_words = 8;
    std::uint32_t window = 5;
    std::uint32_t gram_characters = 5;          ///< windows of scripts without spaces
    std::uint32_t gram_characters_spaced = 12;  ///< windows of chunks under words_min words
    std::uint32_t words_min = 12;               ///< shorter chunks use windows of characters
    friend bool operator==(const LexicalRules&, const LexicalRules&) = default;
};

/// docs/scoring.md "Tables": which of a row's values make the keys by which it is found again.
struct TableRules {
    std::uint32_t rows_max = 64;              ///< of a chunk
    std::uint32_t repeated_rows_min = 3;      ///< a value in so many rows of its chunk,
    std::uint32_t repeated_share = 4;         ///< and in one of so many, says little of a row
    std::uint32_t key_values = 4;             ///< the longest other values make keys,
    std::uint32_t three_characters_min = 16;  ///< by threes with so many characters
    std::uint32_t two_characters_min = 24;    ///< and by twos
    std::uint32_t alone_characters_min = 8;   ///< a row's only other value is a key from here on
    friend bool operator==(const TableRules&, const TableRules&) = default;
};

/// docs/scoring.md "Against edits": what else makes text known, beside wording in order and
/// meaning. Version 1 is none of it, that of `default-1`, and is in no ruleset's text; from 2 on
/// this part is. Shares are Q16.
struct NoveltyRules {
    std::uint32_t version = 1;
    /// A sentence, or a cell of a table, of so many words and characters is known as a whole,
    /// wherever it stands.
    std::uint32_t sentence_words_min = 3;
    std::uint32_t sentence_characters_min = 12;
    /// Windows with so many words that are no numbers are known by those alone.
    std::uint32_t numbers_words_min = 5;
    /// Where meaning is not compared: of the first `set_words` content words by hash, in no order,
    /// each three together are known, one of `set_modulus` of them is looked at. A chunk with fewer
    /// than `set_words_min` content words has none. Its share is the line from `set_low_q16` (0) to
    /// `set_high_q16` (1) over the share of them that is known.
    std::uint32_t set_words = 12;
    std::uint32_t set_words_min = 8;
    std::uint32_t set_modulus = 2;
    std::uint32_t set_low_q16 = 19'661;   // 30 %
    std::uint32_t set_high_q16 = 39'322;  // 60 %
    /// A file is paid for what is new only if that is so much of what is no exact copy.
    std::uint32_t uniqueness_min_q16 = 8'192;  // 12.5 %
    friend bool operator==(const NoveltyRules&, const NoveltyRules&) = default;
};
inline constexpr std::uint32_t kNoveltyVersion = 2;

/// docs/scoring.md "Novelty". Similarities are int32 dot products of the model's codes; shares are
/// Q16. A pair of chunks is known to the share on the line from `low` (0) to `high` (1): the strict
/// line over the dot product, the corroborated one over the dot product plus `overlap_weight` times
/// the share of content words that both have: twice the shared ones over all and
/// `overlap_words_added`, so that few words say little. The latter counts only from
/// `corroborated_dot_min` and `overlap_words_min` content words on. Semantic matching is off, and
/// the chunk's codes are zeros, below `pieces_min` word-pieces, above `unknown_max_q16` unknown
/// pieces or `continued_max_q16` pieces that continue a word (text outside the model's language),
/// and below `letters_min_q16` letters among the characters (tables, code).
struct SemanticRules {
    std::int32_t strict_low = 140'800;           // cosine 0.88 at the code scale of 400
    std::int32_t strict_high = 150'400;          // 0.94
    std::int32_t corroborated_low = 247'200;     // 1.545
    std::int32_t corroborated_high = 279'200;    // 1.745
    std::int32_t corroborated_dot_min = 88'000;  // 0.55
    std::int32_t overlap_weight = 400'000;       // 2.50: what sharing all of many words adds
    std::uint32_t overlap_words_added = 10;      // that nobody shares
    std::uint32_t overlap_words_min = 8;
    std::uint32_t pieces_min = 16;
    std::uint32_t unknown_max_q16 = 3'277;     // 5 %
    std::uint32_t continued_max_q16 = 26'214;  // 40 %
    std::uint32_t letters_min_q16 = 45'875;    // 70 %
    friend bool operator==(const SemanticRules&, const SemanticRules&) = default;
};

/// docs/scoring.md "Sample".
struct SampleRules {
    /// What is scored of one contribution, by weight; beyond it a sample of the chunks.
    std::uint64_t characters_max = 16'777'216;
    friend bool operator==(const SampleRules&, const SampleRules&) = default;
};

enum class PayMode : std::uint32_t { kByAmount = 1, kByShare = 2 };

/// docs/scoring.md "Pay". Mode 1, that of `default-1`, is in no ruleset's text; 2 is, and has no
/// N_ref.
struct PayRules {
    PayMode mode = PayMode::kByAmount;
    /// N_ref: novel characters of full quality that pay 1; 0 by share.
    std::uint64_t novel_mass_reference = 65'536;
    std::uint64_t novel_mass_min = 1'024;     ///< N_min: less than this pays nothing
    std::uint32_t quality_min_q16 = 19'661;   ///< q_min: g is 0 up to here (0.30)
    std::uint32_t quality_full_q16 = 45'875;  ///< g is 1 from here on (0.70)
    friend bool operator==(const PayRules&, const PayRules&) = default;
};

/// floor(1024 * min(1, N * g(Q) / N_ref)), by share N * g(Q) / mass: docs/scoring.md "Pay".
/// @param mass  of the whole text, novel or not: at least `novel_mass`, below 2^36. Thread: any.
[[nodiscard]] std::uint32_t pay_1024(std::uint64_t novel_mass, std::uint64_t mass,
                                     std::uint32_t quality_q16, const PayRules& rules);

/// What text in a language that is not wanted counts.
enum class OtherLanguage : std::uint8_t {
    kCounts,   ///< as any other
    kUnpaid,   ///< its chunks weigh nothing
    kRefused,  ///< and the contribution's quality is 0 below `language_share_min_q16`
};

/// docs/scoring.md "Quality". Version 1 is the quality that `default-1` began with and is in no
/// ruleset's text; from 2 on this part is. What version 1 does not know stays at its default.
struct QualityRules {
    std::uint32_t version = 1;
    /// 0: told by the document; else 1 + the Profile (quality/quality.hpp): prose 1, chat 2,
    /// table 3, posts 4, history 5.
    std::uint32_t profile = 0;
    /// Wanted languages, codes of `known_languages()`, strictly ascending. Empty: all known ones.
    std::vector<std::string> languages;
    std::uint32_t other_languages = 0;    ///< OtherLanguage: in a known one that is not wanted
    std::uint32_t unknown_languages = 1;  ///< OtherLanguage: in no known one
    /// Least share of the text that is in wanted languages, where one of the two is kRefused.
    std::uint32_t language_share_min_q16 = 32'768;
    /// The reason `personal_data` from so many findings (addresses, numbers) in 1,000 words; 0:
    /// never.
    std::uint32_t personal_data_per_1000 = 10;
    friend bool operator==(const QualityRules&, const QualityRules&) = default;
};
inline constexpr std::uint32_t kQualityVersion = 2;
inline constexpr std::uint32_t kQualityProfiles = 5;
/// Codes of the languages that text is told in, ascending (ISO 639-1). Thread: any.
[[nodiscard]] std::span<const std::string_view> known_languages() noexcept;

/// Evidence of ownership that a contribution has to come with: docs/ownership.md. A gate before the
/// score, which does not depend on it. Version 1 asks for nothing and is in no ruleset's text; from
/// 2 on this part is.
struct OwnershipRules {
    std::uint32_t version = 1;
    std::uint32_t methods = 0;  ///< a set: bit i is kOwnershipMethods[i]
    /// Whether a statement has to have a tag of the opened file, which is held against the file
    /// once it is opened. In the text where it is asked for.
    bool content = false;
    std::uint64_t age_s_max = 0;         ///< of a statement; a day to 366 days
    std::vector<std::string> providers;  ///< [a-z0-9-]{1,32}, strictly ascending
    std::vector<Address> witnesses;      ///< strictly ascending
    friend bool operator==(const OwnershipRules&, const OwnershipRules&) = default;
};
inline constexpr std::uint32_t kOwnershipVersion = 2;
inline constexpr std::size_t kOwnershipListMax = 16;
/// By the bits of OwnershipRules::methods.
inline constexpr std::string_view kOwnershipMethods[] = {"provider_api", "export_mail"};

/// A public reference text that nobody is paid for (pramana/scoring/reference.hpp).
struct PublicText {
    std::string name;  ///< [a-z0-9-]{1,32}
    Hash32 sha256;     ///< of its file
    friend bool operator==(const PublicText&, const PublicText&) = default;
};
inline constexpr std::size_t kPublicTextsMax = 16;

/// Everything a score depends on but the text and the corpus. Two validators with equal digests and
/// the same corpus root give the same integers.
struct RulesetValues {
    std::string name;  ///< [a-z0-9-]{1,32}
    /// What a novelty is measured against: "own", the DLP's own corpus, so that no DLP learns of
    /// another's data, or "shared:<name>" ([a-z0-9-]{1,32}), which all rulesets that name it fill.
    std::string corpus = "own";
    std::uint32_t spec = 1;  ///< version of docs/scoring.md
    Hash32 unicode_sha256;   ///< digest of the character tables
    Hash32 model_sha256;     ///< digest of the model file
    ExtractLimits extract;
    ChunkRules chunk;
    LexicalRules lexical;
    TableRules table;
    NoveltyRules novelty;
    SemanticRules semantic;
    std::vector<PublicText> public_texts;  ///< names strictly ascending, at most kPublicTextsMax
    SampleRules sample;
    /// Of the terms that contributors agree to; in the text where there is one.
    std::optional<Hash32> terms_sha256;
    PayRules pay;
    QualityRules quality;  ///< its profiles and tables are the code's own and in the text form
    OwnershipRules ownership;
    friend bool operator==(const RulesetValues&, const RulesetValues&) = default;
};

/// A ruleset that was found valid. Immutable. Thread: any.
class Ruleset {
  public:
    /// Errors: kRulesetInvalid when a bound contradicts another or lies outside what the code
    /// supports.
    [[nodiscard]] static Result<Ruleset> make(RulesetValues values);
    /// A ruleset built into this version, bound to the pinned model: "default-1", "default-2";
    /// behind it "+shared:<name>" makes its corpus a shared one. Errors: kRulesetInvalid if
    /// unknown.
    [[nodiscard]] static Result<Ruleset> named(std::string_view name);
    /// Reads exactly what canonical_text() writes, over this version's character tables and quality
    /// profiles. Errors: kRulesetInvalid.
    [[nodiscard]] static Result<Ruleset> parse(std::string_view text);
    /// The names that `named` knows.
    [[nodiscard]] static std::span<const std::string_view> names() noexcept;

    [[nodiscard]] const RulesetValues& values() const noexcept { return values_; }
    /// The one text form that is hashed: JSON, keys sorted, integers in decimal, digests in hex, no
    /// spaces.
    [[nodiscard]] std::string canonical_text() const;
    /// What corpus entries depend on (chunks, fingerprints, model, tables, where semantic matching
    /// is off): entries made under equal digests may stand in one corpus. Thresholds and pay are
    /// not in it, so that a change of those goes on with the corpus that there is.
    [[nodiscard]] Hash32 entry_digest() const;
    /// The name of the shared corpus; empty = the DLP's own.
    [[nodiscard]] std::string_view shared_corpus() const noexcept;
    /// SHA-256 of canonical_text(); stands in proofInstruction.
    [[nodiscard]] const Hash32& digest() const noexcept { return digest_; }

  private:
    explicit Ruleset(RulesetValues values);
    RulesetValues values_;
    Hash32 digest_;
};

}  // namespace pramana::scoring
