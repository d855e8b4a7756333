// Run-time text cannot be a log field without Field::vetted.
// expect: could not convert
#include "pramana/os/log.hpp"
#include <string>
void use(const std::string& text) {
#ifdef FORBIDDEN
    pramana::log::info("event", {{"text", text}});
#endif
    static_cast<void>(text);
}
