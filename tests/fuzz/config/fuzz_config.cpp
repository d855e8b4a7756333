#include "pramana/config/config.hpp"
#include "pramana/core/check.hpp"

// A configuration or problems, never both and never neither; production accepts nothing that
// development refuses.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace pramana::config;
    const std::string_view text = pramana::as_text({bytes, size});
    const Reading production = read_config(text, "/etc", Profile::kProduction);
    PRAMANA_CHECK(production.config.has_value() == production.problems.empty());
    const Reading development = read_config(text, "/etc", Profile::kDevelopment);
    PRAMANA_CHECK(development.config.has_value() == development.problems.empty());
    PRAMANA_CHECK(!(production.config &&
                    development.config));  // one of them needs a key file, the other forbids it
    return 0;
}
