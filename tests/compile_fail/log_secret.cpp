// A secret cannot be a log field.
// expect: could not convert
#include "pramana/os/log.hpp"
#include "pramana/os/secret_bytes.hpp"
void use(const pramana::SecretBytes& secret) {
#ifdef FORBIDDEN
    pramana::log::info("event", {{"secret", secret}});
#endif
    static_cast<void>(secret);
}
