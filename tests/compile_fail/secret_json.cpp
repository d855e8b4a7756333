// A secret cannot be serialised.
// expect: could not convert
#include <nlohmann/json.hpp>
#include "pramana/os/secret_bytes.hpp"
nlohmann::json use(const pramana::SecretBytes& secret) {
#ifdef FORBIDDEN
    return secret;
#endif
    static_cast<void>(secret);
    return {};
}
