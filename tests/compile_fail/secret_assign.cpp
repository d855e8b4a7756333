// A secret cannot be copy-assigned.
// expect: use of deleted function
#include "pramana/os/secret_bytes.hpp"
void use(const pramana::SecretBytes& secret) {
    pramana::SecretBytes other;
#ifdef FORBIDDEN
    other = secret;
#endif
    static_cast<void>(secret);
}
