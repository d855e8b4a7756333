// Run-time text cannot be a log field without Field::vetted.
// expect: could not convert
#include <string>
#include "pramana/os/log.hpp"
void use(const std::string& text) {
#ifdef FORBIDDEN
    pramana::log::info("event", {{"text", text}});
#endif
    static_cast<void>(text);
}
