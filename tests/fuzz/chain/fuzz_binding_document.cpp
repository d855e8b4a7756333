#include "pramana/chain/binding_document.hpp"
#include "pramana/core/check.hpp"

// Only the canonical text of a document is read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text = pramana::as_text({bytes, size});
    const auto document = pramana::chain::parse_binding_document(text);
    if (!document) return 0;
    const auto again = pramana::chain::to_canonical_json(*document);
    PRAMANA_CHECK(again.has_value() && *again == text);
    return 0;
}
