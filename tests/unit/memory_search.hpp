#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <span>
#include <sstream>
#include <string>
#include <vector>

/// Looks for secrets in this process's own memory.
namespace pramana::testing_memory {

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
inline std::vector<Region> regions(const std::uint8_t* window) {
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
inline std::vector<std::string> found(const Masked& secret) {
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
[[gnu::noinline]] inline void use_stack() {
    std::array<volatile std::uint8_t, 64U << 10U> used;
    for (volatile std::uint8_t& byte : used) byte = 0x5A;
}

inline std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines) out += line + '\n';
    return out;
}

}  // namespace pramana::testing_memory
