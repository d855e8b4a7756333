// A secret cannot be printed.
// expect: no match for ‘operator<<’
#include "pramana/os/secret_bytes.hpp"
#include <iostream>
void use(const pramana::SecretBytes& secret) {
#ifdef FORBIDDEN
    std::cout << secret;
#endif
    static_cast<void>(secret);
}
