// A secret cannot be printed.
// expect: no match for ‘operator<<’
#include <iostream>
#include "pramana/os/secret_bytes.hpp"
void use(const pramana::SecretBytes& secret) {
#ifdef FORBIDDEN
    std::cout << secret;
#endif
    static_cast<void>(secret);
}
