#include "pramana/chain/binding_document.hpp"

#include "pramana/core/canonical_json.hpp"
#include "pramana/core/sha256.hpp"

#include <algorithm>

namespace pramana::chain {
namespace {

constexpr std::string_view kFormat = "pramana:binding:1";
constexpr std::size_t kReasonsMax = 16;
constexpr std::size_t kDepthMax = 4;

constexpr Error fail(std::string_view site) noexcept {
    return Error{Errc::kMalformedChainData, site};
}

CanonicalObject block(std::uint64_t number, const Hash32& hash) {
    return CanonicalObject{}.number("block_number", number).hex0x("block_hash", hash);
}

CanonicalObject written(const CorpusStep& corpus) {
    return CanonicalObject{}
        .hex0x("id", corpus.id)
        .number("epoch", corpus.epoch)
        .number("place", corpus.place)
        .hex0x("previous_root", corpus.previous_root)
        .hex0x("new_root", corpus.new_root);
}

CanonicalObject written(const BoundScore& score) {
    return CanonicalObject{}
        .number("chunks", score.chunks)
        .number("internal_milli", score.internal_milli)
        .number("matched_milli", score.matched_milli)
        .number("novel_mass", score.novel_mass)
        .number("pay_1024", score.pay_1024)
        .number("quality_milli", score.quality_milli)
        .texts("reasons", score.reasons)
        .number("uniqueness_milli", score.uniqueness_milli);
}

CanonicalObject written(const BindingDocument& document) {
    CanonicalObject out;
    out.text("format", kFormat)
        .number("chain_id", document.chain_id)
        .hex0x("data_registry", document.data_registry)
        .hex0x("tee_pool", document.tee_pool)
        .hex0x("dlp", document.dlp)
        .object("file", CanonicalObject{}
                            .hex0x("ciphertext_sha256", document.ciphertext_sha256)
                            .number("id", number(document.file))
                            .text("url", document.file_url))
        .number("job_id", number(document.job))
        .hex0x("ruleset_digest", document.ruleset_digest)
        .hex0x("model_digest", document.model_digest)
        .object("corpus", written(document.corpus))
        .object("score", written(document.score))
        .object("key", CanonicalObject{}
                           .flag("matches_permission", document.key_matches_permission)
                           .flag("recovers_to_owner", document.key_recovers_to_owner))
        .hex0x("keyed_text_hash", document.keyed_text_hash)
        .hex0x("keyed_trace_hash", document.keyed_trace_hash)
        .hex0x("statement_hash", document.statement_hash)
        .object("created", block(document.created_block_number, document.created_block_hash));
    if (document.sample)
        out.object("sample", block(document.sample->block_number, document.sample->block_hash));
    else
        out.null("sample");
    if (document.ownership)
        out.object("ownership", CanonicalObject{}
                                    .text("method", document.ownership->method)
                                    .text("provider", document.ownership->provider)
                                    .hex0x("statement", document.ownership->statement));
    return out;
}

CorpusStep corpus_of(const CanonicalMembers& members) {
    return {.id = members.fixed<Hash32>("id"),
            .epoch = members.u32("epoch"),
            .place = members.u64_or_null("place"),
            .previous_root = members.fixed<Hash32>("previous_root"),
            .new_root = members.fixed<Hash32>("new_root")};
}

BoundScore score_of(const CanonicalMembers& members) {
    return {.chunks = members.u32("chunks"),
            .novel_mass = members.u64("novel_mass"),
            .uniqueness_milli = members.u32("uniqueness_milli"),
            .quality_milli = members.u32("quality_milli"),
            .pay_1024 = members.u32("pay_1024"),
            .internal_milli = members.u32("internal_milli"),
            .matched_milli = members.u32("matched_milli"),
            .reasons = members.texts("reasons")};
}

BindingDocument document_of(const CanonicalMembers& members) {
    const CanonicalMembers created = members.object("created");
    const CanonicalMembers file = members.object("file");
    const CanonicalMembers key = members.object("key");
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
        const CanonicalMembers sample = members.object("sample");
        document.sample = SeedBlock{.block_number = sample.u64("block_number"),
                                    .block_hash = sample.fixed<Hash32>("block_hash")};
    }
    document.statement_hash = members.fixed<Hash32>("statement_hash");
    document.score = score_of(members.object("score"));
    if (!key.is_null("matches_permission"))
        document.key_matches_permission = key.flag("matches_permission");
    document.key_recovers_to_owner = key.flag("recovers_to_owner");
    document.keyed_text_hash = members.fixed_or_null<Hash32>("keyed_text_hash");
    document.keyed_trace_hash = members.fixed_or_null<Hash32>("keyed_trace_hash");
    if (!members.is_null("ownership")) {
        const CanonicalMembers shown = members.object("ownership");
        document.ownership = BoundOwnership{.provider = shown.text("provider"),
                                            .method = shown.text("method"),
                                            .statement = shown.fixed<Hash32>("statement")};
    }
    document.created_block_number = created.u64("block_number");
    document.created_block_hash = created.fixed<Hash32>("block_hash");
    return document;
}

}  // namespace

Result<std::string> to_canonical_json(const BindingDocument& document) {
    const std::vector<std::string>& reasons = document.score.reasons;
    if (reasons.size() > kReasonsMax) return fail("chain.binding.reasons");
    if (document.ownership &&
        !(is_utf8(document.ownership->provider) && is_utf8(document.ownership->method)))
        return fail("chain.binding.utf8");
    if (!is_utf8(document.file_url) || !std::ranges::all_of(reasons, is_utf8)) {
        return fail("chain.binding.utf8");
    }
    std::string text = written(document).str();
    if (text.size() > kBindingDocumentBytesMax) return fail("chain.binding.size");
    return text;
}

Result<BindingDocument> parse_binding_document(std::string_view text) {
    if (text.size() > kBindingDocumentBytesMax) return fail("chain.binding.size");
    const Result<JsonView> object = read_json(text, kDepthMax);
    if (!object) return fail("chain.binding.json");
    BindingDocument document = document_of(CanonicalMembers{*object});
    const Result<std::string> again = to_canonical_json(document);
    if (!again) return again.error();
    if (*again != text) return fail("chain.binding.canonical");
    return document;
}

Hash32 binding_document_hash(std::string_view canonical_text) { return sha256(canonical_text); }

}  // namespace pramana::chain
