#include "pramana/core/check.hpp"
#include "pramana/evidence/statement.hpp"

// Only the canonical text of a statement is read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text = pramana::as_text({bytes, size});
    const auto statement = pramana::evidence::parse_statement(text);
    if (!statement) return 0;
    const auto again = pramana::evidence::to_canonical_json(*statement);
    PRAMANA_CHECK(again.has_value() && *again == text);
    return 0;
}
