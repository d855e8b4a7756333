// A secret cannot be serialised.
// expect: could not convert
#include "pramana/os/secret_bytes.hpp"
#include <nlohmann/json.hpp>
nlohmann::json use(const pramana::SecretBytes& secret) {
#ifdef FORBIDDEN
    return secret;
#endif
    static_cast<void>(secret);
    return {};
}
