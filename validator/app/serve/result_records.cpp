#include "result_records.hpp"

#include "pramana/chain/binding_document.hpp"
#include "pramana/chain/merkle.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/crypto/keccak.hpp"

namespace pramana::app {
namespace {

constexpr std::uint64_t kWadPer1024 = 976'562'500'000'000;  // 10^18 / 1024

std::vector<Hash32> leaves_of(std::span<const chain::AttestedResult> results) {
    std::vector<Hash32> leaves;
    for (const chain::AttestedResult& each : results)
        leaves.push_back(chain::result_registry::result_leaf(each));
    return leaves;
}

Result<chain::BindingDocument> read_document(store::Store& store, const Hash32& hash) {
    const Result<Bytes> text = store.jobs().proof_document(hash);
    if (!text) return text.error();
    Result<chain::BindingDocument> document = chain::parse_binding_document(as_text(*text));
    if (!document) return Error{Errc::kStoreCorrupt, "app.results.document"};
    return document;
}

chain::AttestedResult result_in(const chain::BindingDocument& document, const Hash32& hash) {
    return {.pool = document.tee_pool,
            .job = document.job,
            .file = document.file,
            .dlp = document.dlp,
            .result_hash = hash,
            .score = chain::to_word(document.score.pay_1024 * kWadPer1024)};
}

/// The job's document, also after its record was purged. Errors: kNotFound.
Result<Hash32> document_of(store::Store& store, JobId job) {
    const Result<store::JobRecord> record = store.jobs().job(job);
    if (record && record->document) return *record->document;
    const Result<std::optional<store::JobRemains>> remains = store.jobs().remains(job);
    if (!remains) return remains.error();
    if (*remains && (*remains)->document) return *(*remains)->document;
    return Error{Errc::kNotFound, "app.results.document"};
}

/// Under which root it stands, and the way there. A slot's jobs are in the tree's order, and what
/// was promised for each is its struct hash.
void add_path(JsonObject& json, const chain::Slot& slot, JobId job) {
    std::vector<Hash32> leaves;
    std::size_t index = 0;
    for (const chain::SlotJob& each : slot.jobs) {
        if (each.job == job) index = leaves.size();
        leaves.push_back(keccak256(each.call_hash.view()));
    }
    std::string path = "[";
    for (const Hash32& node : chain::merkle_proof(leaves, index))
        path += (path.size() > 1 ? ",\"" : "\"") + to_hex0x(node.view()) + '"';
    json.text("root", to_hex0x(chain::merkle_root(leaves).view())).raw("proof", path + ']');
}

}  // namespace

Result<std::string> recorded_json(store::Store& store, const chain::Slot& slot, JobId job,
                                  const Address& validator) {
    const Result<Hash32> hash = document_of(store, job);
    if (!hash) return hash.error();
    const Result<chain::BindingDocument> document = read_document(store, *hash);
    if (!document) return document.error();
    const chain::AttestedResult result = result_in(*document, *hash);
    JsonObject inner;
    inner.text("pool", to_hex0x(result.pool.view()))
        .number("job_id", number(result.job))
        .number("file_id", number(result.file))
        .text("dlp", to_hex0x(result.dlp.view()))
        .text("result_hash", to_hex0x(result.result_hash.view()))
        .text("score", chain::to_decimal(result.score));
    const bool by_root = slot.success.topic0 == chain::RootRecorded::topic0();
    JsonObject json;
    json.text("format", "pramana:recorded-result:1")
        .text("registry", to_hex0x(slot.to.view()))
        .text("validator", to_hex0x(validator.view()))
        .text("mode", by_root ? "root" : "batch")
        .raw("result", inner.str());
    if (slot.inclusion) json.text("tx_hash", to_hex0x(slot.inclusion->tx_hash.view()));
    if (by_root) add_path(json, slot, job);
    return json.str();
}

Result<chain::PendingResult> pending_of(store::Store& store, JobId job) {
    const Result<store::JobRecord> record = store.jobs().job(job);
    if (!record && record.error().code == Errc::kNotFound)
        return Error{Errc::kConflict, "app.results.gone"};
    if (!record) return record.error();
    if (store::is_terminal(record->stage) || !record->document)
        return Error{Errc::kConflict, "app.results.ended"};
    const Result<chain::BindingDocument> document = read_document(store, *record->document);
    if (!document) return document.error();
    return chain::PendingResult{.result = result_in(*document, *record->document),
                                .place = document->corpus.place,
                                .previous_root = document->corpus.previous_root,
                                .new_root = document->corpus.new_root};
}

chain::ResultTree tree_of(std::span<const chain::AttestedResult> results) {
    return {.root = chain::merkle_root(leaves_of(results)),
            .count = static_cast<std::uint32_t>(results.size())};
}

Result<Bytes> view_of(const chain_rpc::ChainReader& reader, const Address& contract, Bytes input,
                      const chain_rpc::BlockHeader& at) {
    Result<chain_rpc::CallOutcome<Bytes>> outcome =
        reader.call({Address{}, contract, std::move(input)}, at);
    if (!outcome) return outcome.error();
    if (!outcome->value) return Error{Errc::kReverted, "app.results.view"};
    return *std::move(outcome->value);
}

Result<Address> signer_of_root(const chain_rpc::ChainReader& reader, const Address& registry,
                               const chain::BatchPlan& plan, const chain_rpc::BlockHeader& at) {
    const std::vector<Hash32> leaves = leaves_of(plan.results);
    const Result<Bytes> answer = view_of(
        reader, registry,
        chain::result_registry::attested_under_root(
            chain::merkle_root(leaves), plan.results.front(), chain::merkle_proof(leaves, 0)),
        at);
    if (!answer) return answer.error();
    return chain::decode_address(*answer);
}

}  // namespace pramana::app
