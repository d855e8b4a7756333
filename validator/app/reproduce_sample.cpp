// What tools/reproduce --sample builds twice: small, and yet through the same flags, archives,
// linker and libraries as the validator. It prints what a path that leaked into the build would
// change.
#include "pramana/core/check.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/crypto/keccak.hpp"
#include "pramana/os/clock.hpp"

#include <cstdio>

int main() {
    const pramana::SystemClock clock;
    PRAMANA_CHECK(clock.unix_s() > 0);
    const std::string_view file = __FILE__;
    std::printf("%s %s\n", pramana::to_hex(pramana::sha256(file).view()).c_str(),
                pramana::to_hex(pramana::keccak256(pramana::as_bytes_view(file)).view()).c_str());
    return 0;
}
