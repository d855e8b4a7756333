#include "pramana/chain/binding_document.hpp"

#include "pramana/chain/uint256.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/core/utf8.hpp"

#include <map>

namespace pramana::chain {
namespace {

constexpr std::string_view kFormat = "pramana:binding:1";
constexpr std::uint64_t kExactNumberMax = (std::uint64_t{1} << 53U) - 1;  // RFC 7493 section 2.2
constexpr std::size_t kReasonsMax = 16;
constexpr std::size_t kDepthMax = 4;

constexpr Error fail(std::string_view site) noexcept {
    return Error{Errc::kMalformedChainData, site};
}

// Writing. A std::map sorts the keys, so an object cannot be written in another order.
using Object = std::map<std::string_view, std::string>;

std::string text_of(const Object& object) {
    std::string out = "{";
    for (const auto& [key, value] : object) {
        if (out.size() > 1) out += ',';
        out += json_quoted(key) + ':' + value;
    }
    return out + '}';
}
std::string text_of(std::uint64_t value) {
    const std::string digits = std::to_string(value);
    return value <= kExactNumberMax ? digits : '"' + digits + '"';
}
std::string text_of(bool value) { return value ? "true" : "false"; }
std::string text_of(std::string_view value) { return json_quoted(value); }
template <class Tag, std::size_t N>
std::string text_of(const FixedBytes<Tag, N>& value) {
    return '"' + to_hex0x(value.view()) + '"';
}
std::string text_of(const SeedBlock& seed) {
    return text_of(Object{{"block_hash", text_of(seed.block_hash)},
                          {"block_number", text_of(seed.block_number)}});
}
template <class T>
std::string text_or_null(const std::optional<T>& value) {
    return value ? text_of(*value) : "null";
}
std::string text_of(const std::vector<std::string>& values) {
    std::string out = "[";
    for (const std::string& value : values) {
        if (out.size() > 1) out += ',';
        out += text_of(std::string_view{value});
    }
    return out + ']';
}

std::string text_of(const CorpusStep& corpus) {
    return text_of(Object{{"epoch", text_of(std::uint64_t{corpus.epoch})},
                          {"id", text_of(corpus.id)},
                          {"new_root", text_of(corpus.new_root)},
                          {"place", text_or_null(corpus.place)},
                          {"previous_root", text_of(corpus.previous_root)}});
}

std::string text_of(const BoundScore& score) {
    return text_of(Object{{"chunks", text_of(std::uint64_t{score.chunks})},
                          {"internal_milli", text_of(std::uint64_t{score.internal_milli})},
                          {"matched_milli", text_of(std::uint64_t{score.matched_milli})},
                          {"novel_mass", text_of(score.novel_mass)},
                          {"pay_1024", text_of(std::uint64_t{score.pay_1024})},
                          {"quality_milli", text_of(std::uint64_t{score.quality_milli})},
                          {"reasons", text_of(score.reasons)},
                          {"uniqueness_milli", text_of(std::uint64_t{score.uniqueness_milli})}});
}

std::string text_of(const BindingDocument& document) {
    return text_of(Object{
        {"chain_id", text_of(document.chain_id)},
        {"corpus", text_of(document.corpus)},
        {"created", text_of(Object{{"block_hash", text_of(document.created_block_hash)},
                                   {"block_number", text_of(document.created_block_number)}})},
        {"data_registry", text_of(document.data_registry)},
        {"dlp", text_of(document.dlp)},
        {"file", text_of(Object{{"ciphertext_sha256", text_of(document.ciphertext_sha256)},
                                {"id", text_of(number(document.file))},
                                {"url", text_of(std::string_view{document.file_url})}})},
        {"format", text_of(kFormat)},
        {"job_id", text_of(number(document.job))},
        {"key",
         text_of(Object{{"matches_permission", text_or_null(document.key_matches_permission)},
                        {"recovers_to_owner", text_of(document.key_recovers_to_owner)}})},
        {"keyed_text_hash", text_or_null(document.keyed_text_hash)},
        {"keyed_trace_hash", text_or_null(document.keyed_trace_hash)},
        {"model_digest", text_of(document.model_digest)},
        {"ruleset_digest", text_of(document.ruleset_digest)},
        {"sample", text_or_null(document.sample)},
        {"score", text_of(document.score)},
        {"statement_hash", text_of(document.statement_hash)},
        {"tee_pool", text_of(document.tee_pool)},
    });
}

// Reading. Loose on purpose, a member that is missing or of another kind leaves its default: the
// caller writes the result again and compares, so nothing but the canonical text of a document gets
// through.
class MemberReader {
  public:
    explicit MemberReader(std::optional<JsonView> object) : object_{object} {}

    [[nodiscard]] MemberReader object(std::string_view key) const { return MemberReader{at(key)}; }
    [[nodiscard]] bool is_null(std::string_view key) const {
        const std::optional<JsonView> value = at(key);
        return !value || value->kind() == JsonKind::kNull;
    }
    [[nodiscard]] std::string text(std::string_view key) const { return text_of_view(at(key)); }
    [[nodiscard]] std::vector<std::string> texts(std::string_view key) const {
        std::vector<std::string> all;
        const std::optional<JsonView> array = at(key);
        if (!array) return all;
        for (const JsonView& item : array->items()) all.push_back(text_of_view(item));
        return all;
    }
    [[nodiscard]] std::uint64_t u64(std::string_view key) const {
        const std::optional<JsonView> value = at(key);
        if (!value) return 0;
        const bool quoted = value->kind() == JsonKind::kString;
        const Result<Word256> word =
            parse_decimal(quoted ? text_of_view(value) : std::string{value->raw()});
        if (!word) return 0;
        return to_u64(*word).value_or(0);
    }
    [[nodiscard]] std::uint32_t u32(std::string_view key) const {
        return static_cast<std::uint32_t>(
            u64(key));  // a larger one does not survive the comparison
    }
    [[nodiscard]] bool boolean(std::string_view key) const {
        const std::optional<JsonView> value = at(key);
        return value && value->raw() == "true";
    }
    template <class Fixed>
    [[nodiscard]] Fixed fixed(std::string_view key) const {
        return fixed_from_hex<Fixed>(text(key)).value_or(Fixed{});
    }

  private:
    [[nodiscard]] std::optional<JsonView> at(std::string_view key) const {
        return object_ ? object_->member(key) : std::nullopt;
    }
    static std::string text_of_view(const std::optional<JsonView>& value) {
        return value ? value->text().value_or({}) : std::string{};
    }
    std::optional<JsonView> object_;
};

CorpusStep corpus_of(const MemberReader& members) {
    CorpusStep corpus{.id = members.fixed<Hash32>("id"),
                      .epoch = members.u32("epoch"),
                      .place = std::nullopt,
                      .previous_root = members.fixed<Hash32>("previous_root"),
                      .new_root = members.fixed<Hash32>("new_root")};
    if (!members.is_null("place")) corpus.place = members.u64("place");
    return corpus;
}

BoundScore score_of(const MemberReader& members) {
    return {.chunks = members.u32("chunks"),
            .novel_mass = members.u64("novel_mass"),
            .uniqueness_milli = members.u32("uniqueness_milli"),
            .quality_milli = members.u32("quality_milli"),
            .pay_1024 = members.u32("pay_1024"),
            .internal_milli = members.u32("internal_milli"),
            .matched_milli = members.u32("matched_milli"),
            .reasons = members.texts("reasons")};
}

BindingDocument document_of(const MemberReader& members) {
    const MemberReader created = members.object("created");
    const MemberReader file = members.object("file");
    const MemberReader key = members.object("key");
    BindingDocument document;
    document.chain_id = members.u64("chain_id");
    document.dlp = members.fixed<Address>("dlp");
    document.tee_pool = members.fixed<Address>("tee_pool");
    document.data_registry = members.fixed<Address>("data_registry");
    document.file = FileId{file.u64("id")};
    document.job = JobId{members.u64("job_id")};
    document.file_url = file.text("url");
    document.ciphertext_sha256 = file.fixed<Hash32>("ciphertext_sha256");
    document.ruleset_digest = members.fixed<Hash32>("ruleset_digest");
    document.model_digest = members.fixed<Hash32>("model_digest");
    document.corpus = corpus_of(members.object("corpus"));
    if (!members.is_null("sample")) {
        const MemberReader sample = members.object("sample");
        document.sample = SeedBlock{.block_number = sample.u64("block_number"),
                                    .block_hash = sample.fixed<Hash32>("block_hash")};
    }
    document.statement_hash = members.fixed<Hash32>("statement_hash");
    document.score = score_of(members.object("score"));
    if (!key.is_null("matches_permission")) {
        document.key_matches_permission = key.boolean("matches_permission");
    }
    document.key_recovers_to_owner = key.boolean("recovers_to_owner");
    if (!members.is_null("keyed_text_hash")) {
        document.keyed_text_hash = members.fixed<Hash32>("keyed_text_hash");
    }
    if (!members.is_null("keyed_trace_hash")) {
        document.keyed_trace_hash = members.fixed<Hash32>("keyed_trace_hash");
    }
    document.created_block_number = created.u64("block_number");
    document.created_block_hash = created.fixed<Hash32>("block_hash");
    return document;
}

bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const std::size_t length = utf8_sequence_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

}  // namespace

Result<std::string> to_canonical_json(const BindingDocument& document) {
    const std::vector<std::string>& reasons = document.score.reasons;
    if (reasons.size() > kReasonsMax) return fail("chain.binding.reasons");
    if (!is_utf8(document.file_url) || !std::all_of(reasons.begin(), reasons.end(), is_utf8)) {
        return fail("chain.binding.utf8");
    }
    std::string text = text_of(document);
    if (text.size() > kBindingDocumentBytesMax) return fail("chain.binding.size");
    return text;
}

Result<BindingDocument> parse_binding_document(std::string_view text) {
    if (text.size() > kBindingDocumentBytesMax) return fail("chain.binding.size");
    const Result<JsonView> object = read_json(text, kDepthMax);
    if (!object) return fail("chain.binding.json");
    BindingDocument document = document_of(MemberReader{*object});
    const Result<std::string> again = to_canonical_json(document);
    if (!again) return again.error();
    if (*again != text) return fail("chain.binding.canonical");
    return document;
}

Hash32 binding_document_hash(std::string_view canonical_text) { return sha256(canonical_text); }

}  // namespace pramana::chain
