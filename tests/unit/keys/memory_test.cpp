// What is left of private keys in this process's own memory while they are in use and after.

#include "pramana/crypto/ecies.hpp"
#include "pramana/crypto/keccak.hpp"
#include "pramana/keys/keyring.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <optional>
#include <sstream>

namespace pramana::keys {
namespace {

/// Bytes that this program never holds as they are: only their complement.
class Masked {
  public:
    explicit Masked(std::span<const std::uint8_t> secret) {
        for (std::size_t i = 0; i < kept_.size(); ++i)
            kept_.at(i) = static_cast<std::uint8_t>(~secret[i]);
    }
    [[nodiscard]] bool at(const std::uint8_t* place) const {
        for (std::size_t i = 0; i < kept_.size(); ++i)
            if (static_cast<std::uint8_t>(~place[i]) != kept_.at(i)) return false;
        return true;
    }

  private:
    std::array<std::uint8_t, 32> kept_{};
};

struct Region {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    std::string line;
};

/// Readable and writable memory of this process, but for the window that it is read through.
std::vector<Region> regions(const std::uint8_t* window) {
    std::vector<Region> out;
    std::ifstream maps{"/proc/self/maps"};
    for (std::string line; std::getline(maps, line);) {
        Region region;
        char dash = 0;
        std::string rights;
        std::istringstream words{line};
        words >> std::hex >> region.begin >> dash >> region.end >> rights;
        region.line = line;
        const auto at = reinterpret_cast<std::uintptr_t>(window);
        if (rights.starts_with("rw") && (at < region.begin || at >= region.end))
            out.push_back(region);
    }
    return out;
}

/// Where the secret lies, through /proc/self/mem: what a core dump or a debugger would show.
std::vector<std::string> found(const Masked& secret) {
    constexpr std::size_t kWindow = std::size_t{4} << 20U;
    void* const mapped =
        ::mmap(nullptr, kWindow, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    auto* const window = static_cast<std::uint8_t*>(mapped);
    const int memory = ::open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    std::vector<std::string> out;
    for (const Region& region : regions(window)) {
        for (std::uintptr_t at = region.begin; at < region.end; at += kWindow - 32) {
            const std::size_t size = std::min<std::size_t>(kWindow, region.end - at);
            const ssize_t got = ::pread(memory, window, size, static_cast<off_t>(at));
            for (ssize_t i = 0; i + 32 <= got; ++i)
                if (secret.at(window + i)) out.push_back(region.line);
        }
    }
    ::close(memory);
    ::munmap(mapped, kWindow);
    return out;
}

/// Overwrites what returned calls have left below the present stack frame, as the next calls of a
/// working program do.
[[gnu::noinline]] void use_stack() {
    std::array<volatile std::uint8_t, 64U << 10U> used;
    for (volatile std::uint8_t& byte : used) byte = 0x5A;
}

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

std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines) out += line + '\n';
    return out;
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
