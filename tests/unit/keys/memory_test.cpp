// What is left of private keys in this process's own memory while they are in use and after.

#include "pramana/crypto/ecies.hpp"
#include "pramana/crypto/keccak.hpp"
#include "pramana/keys/keyring.hpp"
#include "unit/memory_search.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <sstream>

namespace pramana::keys {
namespace {

using testing_memory::found;
using testing_memory::joined;
using testing_memory::Masked;
using testing_memory::use_stack;

Keyring open_keyring(std::optional<Masked>& signing, std::optional<Masked>& encryption) {
    SourceKeys source;
    source.material = new_key_material();
    {
        const EpochSecrets secrets = *secrets_of(source.material, 0, kProductionDomain);
        signing.emplace(secrets.signing.expose());
        encryption.emplace(secrets.encryption.expose());
    }
    return *make_keyring(source, {.current = 0}, kProductionDomain);
}

void work_with(const Keyring& ring) {
    for (int i = 0; i < 3; ++i) {
        const Signature65 signature = ring.current.signing->sign(keccak256("work"));
        ASSERT_TRUE(recover_address(keccak256("work"), signature));
        const Bytes sealed =
            ecies_encrypt(ring.current.encryption->public_key(), as_bytes_view("a file key"));
        ASSERT_TRUE(ecies_decrypt(*ring.current.encryption, sealed));
    }
}

TEST(KeysInMemory, lie_once_in_locked_pages_and_are_gone_when_they_are_closed) {
#if defined(__SANITIZE_ADDRESS__)
    GTEST_SKIP() << "the sanitizer keeps freed memory aside, and short secrets come from malloc";
#endif
    std::optional<Masked> signing;
    std::optional<Masked> encryption;
    {
        const Keyring ring = open_keyring(signing, encryption);
        work_with(ring);
        use_stack();
        EXPECT_EQ(found(*signing).size(), 1U) << joined(found(*signing));
        EXPECT_EQ(found(*encryption).size(), 1U) << joined(found(*encryption));
    }
    use_stack();
    EXPECT_TRUE(found(*signing).empty()) << joined(found(*signing));
    EXPECT_TRUE(found(*encryption).empty()) << joined(found(*encryption));
}

TEST(KeysInMemory, have_pages_that_no_core_dump_takes) {
#if defined(__SANITIZE_ADDRESS__)
    GTEST_SKIP() << "short secrets come from malloc under the sanitizer";
#endif
    const SecretBytes secret{32};
    const auto at = reinterpret_cast<std::uintptr_t>(secret.expose().data());
    std::ifstream maps{"/proc/self/smaps"};
    bool inside = false;
    std::string flags;
    for (std::string line; std::getline(maps, line);) {
        std::uintptr_t begin = 0;
        std::uintptr_t end = 0;
        char dash = 0;
        std::istringstream words{line};
        if (words >> std::hex >> begin >> dash >> end && dash == '-')
            inside = at >= begin && at < end;
        if (inside && line.starts_with("VmFlags:")) flags = line;
    }
    EXPECT_NE(flags.find(" dd"), std::string::npos) << flags << ": left out of core dumps";
    if (secrets_are_locked())
        EXPECT_NE(flags.find(" lo"), std::string::npos) << flags << ": locked";
    else
        GTEST_SKIP() << "RLIMIT_MEMLOCK allows no locking here";
}

}  // namespace
}  // namespace pramana::keys
