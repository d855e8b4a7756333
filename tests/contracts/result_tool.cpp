// result_tool CHAIN_ID REGISTRY KEY DEADLINE < binding document: the calldata of recordBatch
// for its one result, hex, as our codec signs and writes it. Public test keys only.

#include "pramana/chain/binding_document.hpp"
#include "pramana/chain/result_batch.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/core/hex.hpp"

#include <charconv>
#include <iostream>
#include <iterator>

namespace {

using namespace pramana;
using namespace pramana::chain;

int refuse(const Error& error) {
    std::cerr << name_of(error.code) << ' ' << error.site << '\n';
    return 1;
}

std::optional<std::uint64_t> whole(std::string_view text) {
    std::uint64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
    return value;
}

constexpr std::uint64_t kWadPerPay = 976'562'500'000'000;  // 10^18 / 1024

/// The result that a binding document stands for.
PendingResult pending_of(const BindingDocument& document, const Hash32& hash) {
    PendingResult pending;
    pending.result = {.pool = document.tee_pool,
                      .job = document.job,
                      .file = document.file,
                      .dlp = document.dlp,
                      .result_hash = hash,
                      .score = to_word(document.score.pay_1024 * kWadPerPay)};
    pending.place = document.corpus.place;
    pending.previous_root = document.corpus.previous_root;
    pending.new_root = document.corpus.new_root;
    return pending;
}

int write_call(std::uint64_t chain_id, const Address& registry, const SigningKey& key,
               std::uint64_t deadline, const BindingDocument& document,
               const PendingResult& pending) {
    CorpusAdvance corpus;
    corpus.corpus_id = document.corpus.id;
    corpus.epoch = document.corpus.epoch;
    corpus.deadline_unix_s = deadline;
    const RecordedHead head{.root = pending.previous_root, .size = pending.place.value_or(0)};
    const Result<BatchPlan> plan = plan_batch(corpus, head, {&pending, 1}, 1);
    if (!plan) return refuse(plan.error());
    const Hash32 digest = result_registry::batch_digest(result_registry::domain(chain_id, registry),
                                                        plan->advance, plan->results);
    const CompactSignature signature = compact_signature(key.sign(digest));
    std::cout << "0x"
              << to_hex(result_registry::record_batch(plan->advance, plan->results, signature))
              << '\n';
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string_view> arguments(argv + 1, argv + argc);
    if (arguments.size() != 4) {
        std::cerr << "usage: result_tool CHAIN_ID REGISTRY KEY DEADLINE < document\n";
        return 64;
    }
    const std::string text{std::istreambuf_iterator<char>{std::cin}, {}};
    const Result<BindingDocument> document = parse_binding_document(text);
    if (!document) return refuse(document.error());
    const std::optional<std::uint64_t> chain_id = whole(arguments[0]);
    const Result<Address> registry = fixed_from_hex<Address>(arguments[1]);
    Result<SigningKey> key =
        SigningKey::from_bytes(SecretBytes::copy_of(from_hex(arguments[2]).value_or(Bytes{})));
    const std::optional<std::uint64_t> deadline = whole(arguments[3]);
    if (!chain_id || !registry || !key || !deadline) {
        std::cerr << "result_tool: an argument does not parse\n";
        return 64;
    }
    const PendingResult pending = pending_of(*document, binding_document_hash(text));
    return write_call(*chain_id, *registry, *key, *deadline, *document, pending);
}
