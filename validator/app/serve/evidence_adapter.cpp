#include "evidence_adapter.hpp"

#include "pramana/chain/binding_document.hpp"

namespace pramana::app {
namespace {

chain::BoundScore to_bound(const pipeline::PublicResult& result) {
    return {.chunks = result.chunks,
            .novel_mass = result.novel_mass,
            .uniqueness_milli = result.uniqueness_milli,
            .quality_milli = result.quality_milli,
            .pay_1024 = result.pay_1024,
            .internal_milli = result.internal_milli,
            .matched_milli = result.matched_milli,
            .reasons = result.reasons};
}

}  // namespace

Result<Bytes> EvidenceAdapter::binding_document(const pipeline::BindingFacts& facts) {
    chain::BindingDocument document;
    document.chain_id = facts.chain_id;
    document.dlp = facts.dlp;
    document.tee_pool = facts.tee_pool;
    document.data_registry = data_registry_;
    document.file = facts.file;
    document.job = facts.job;
    document.file_url = facts.file_url;
    document.ciphertext_sha256 = facts.sealed_sha256;
    document.ruleset_digest = facts.ruleset;
    document.model_digest = model_;
    document.corpus.id = facts.corpus.id;
    document.corpus.epoch = facts.corpus.epoch;
    if (facts.place) document.corpus.place = number(*facts.place);
    document.corpus.previous_root = facts.previous_root;
    document.corpus.new_root = facts.new_root;
    if (facts.sample)
        document.sample = chain::SeedBlock{.block_number = facts.sample->number,
                                           .block_hash = facts.sample->hash};
    document.statement_hash = book_.current();
    document.score = to_bound(facts.result);
    document.key_matches_permission = facts.key_matches_permission;
    document.key_recovers_to_owner = facts.key_recovers_to_owner;
    if (facts.keyed) {
        document.keyed_text_hash = facts.keyed->text;
        document.keyed_trace_hash = facts.keyed->trace;
    }
    if (facts.ownership)
        document.ownership = chain::BoundOwnership{.provider = facts.ownership->provider,
                                                   .method = facts.ownership->method,
                                                   .statement = facts.ownership->statement};
    document.created_block_number = facts.block.number;
    document.created_block_hash = facts.block.hash;
    const Result<std::string> text = chain::to_canonical_json(document);
    if (!text) return text.error();
    Bytes bytes;
    append(bytes, *text);
    return bytes;
}

}  // namespace pramana::app
