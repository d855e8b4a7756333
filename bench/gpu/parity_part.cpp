#include "gpu/report.hpp"
#include "gpu/search_cases.hpp"
#include "parity/gpu/steps.hpp"
#include "parity/gpu/texts.hpp"

#include <algorithm>

namespace pramana::gpu {
namespace {

constexpr std::uint32_t kBatchTokens[] = {65'536,
                                          1'000};  // one as in use, one that divides nothing
constexpr std::uint64_t kOddDocuments = 500;

void compare_documents(Context& context, std::uint64_t count, std::uint32_t batch_tokens) {
    const scoring::Tokenizer tokenizer{context.model};
    const parity::Documents documents =
        parity::make_documents(parity::source_of(*context.model, tokenizer), count, 1);
    const parity::DeviceTextsReport found = parity::compare_device_texts(
        context.model, documents, scoring::Backend::kBest, batch_tokens);
    context.report.compared("parity",
                            std::to_string(found.documents) + " documents, " +
                                std::to_string(found.tokens) + " tokens, batches of " +
                                std::to_string(batch_tokens),
                            found.documents, found.mismatches,
                            found.mismatches == 0 ? "" : "document " + std::to_string(found.first));
}

}  // namespace

void compare_with_processor(Context& context) {
    for (const parity::OperationRow& row : parity::compare_device_steps())
        context.report.compared("parity", row.operation, row.numbers, row.mismatches, row.first);
    for (const std::uint32_t tokens : kBatchTokens)
        compare_documents(context,
                          tokens == kBatchTokens[0]
                              ? context.options.documents
                              : std::min(context.options.documents, kOddDocuments),
                          tokens);
    for (const Comparison& found : compare_search(context.options.cases))
        context.report.compared("parity", found.what, found.numbers, found.mismatches, found.first);
}

}  // namespace pramana::gpu
