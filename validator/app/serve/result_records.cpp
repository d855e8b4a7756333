#include "result_records.hpp"

#include "pramana/chain/binding_document.hpp"
#include "pramana/chain/merkle.hpp"
#include "pramana/chain/uint256.hpp"

namespace pramana::app {
namespace {

constexpr std::uint64_t kWadPer1024 = 976'562'500'000'000;  // 10^18 / 1024

std::vector<Hash32> leaves_of(std::span<const chain::AttestedResult> results) {
    std::vector<Hash32> leaves;
    for (const chain::AttestedResult& each : results)
        leaves.push_back(chain::result_registry::result_leaf(each));
    return leaves;
}

}  // namespace

Result<chain::PendingResult> pending_of(store::Store& store, JobId job) {
    const Result<store::JobRecord> record = store.jobs().job(job);
    if (!record && record.error().code == Errc::kNotFound)
        return Error{Errc::kConflict, "app.results.gone"};
    if (!record) return record.error();
    if (store::is_terminal(record->stage) || !record->document)
        return Error{Errc::kConflict, "app.results.ended"};
    const Result<Bytes> text = store.jobs().proof_document(*record->document);
    if (!text) return text.error();
    const Result<chain::BindingDocument> document = chain::parse_binding_document(as_text(*text));
    if (!document) return Error{Errc::kStoreCorrupt, "app.results.document"};
    return chain::PendingResult{
        .result = {.pool = document->tee_pool,
                   .job = document->job,
                   .file = document->file,
                   .dlp = document->dlp,
                   .result_hash = *record->document,
                   .score = chain::to_word(document->score.pay_1024 * kWadPer1024)},
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
