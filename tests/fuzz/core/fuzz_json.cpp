#include "pramana/core/check.hpp"
#include "pramana/core/json.hpp"

namespace {

using pramana::JsonKind;
using pramana::JsonView;

/// Visits everything; every view lies inside the text and reads again as what it is.
void visit(const JsonView& value, std::string_view whole) {
    const std::string_view raw = value.raw();
    PRAMANA_CHECK(raw.data() >= whole.data() &&
                  raw.data() + raw.size() <= whole.data() + whole.size());
    PRAMANA_CHECK(pramana::read_json(raw).has_value());
    if (value.kind() == JsonKind::kString) {
        const pramana::Result<std::string> text = value.text();
        PRAMANA_CHECK(text.has_value() && text->size() <= raw.size());
        const std::string again = pramana::json_quoted(*text);
        PRAMANA_CHECK(*pramana::read_json(again)->text() == *text);
    }
    for (const JsonView::Member& member : value.members()) {
        PRAMANA_CHECK(value.member(member.name)->raw() == member.value.raw());
        visit(member.value, whole);
    }
    for (const JsonView& item : value.items()) visit(item, whole);
}

}  // namespace

// What is accepted can be walked completely.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text = pramana::as_text({bytes, size});
    const pramana::Result<JsonView> root = pramana::read_json(text);
    if (root) visit(*root, text);
    return 0;
}
