// A secret cannot be copied.
// expect: use of deleted function
#include "pramana/os/secret_bytes.hpp"
void use(const pramana::SecretBytes& secret) {
#ifdef FORBIDDEN
    pramana::SecretBytes copy{secret};
#endif
    static_cast<void>(secret);
}
