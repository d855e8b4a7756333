#include "pramana/pipeline/crash_point.hpp"

#include <csignal>
#include <cstdlib>
#include <string_view>

#include <unistd.h>

#include <atomic>

namespace pramana::pipeline {
namespace {

/// `after_place` or `after_place:3`; a number that does not parse counts as 1.
struct Target {
    std::string_view name;
    unsigned long visit = 1;
};

Target target_of_environment() {
    const char* text = std::getenv("PRAMANA_CRASH_AT");
    if (text == nullptr) return {};
    const std::string_view whole{text};
    const std::size_t colon = whole.find(':');
    if (colon == std::string_view::npos) return {whole, 1};
    const unsigned long visit = std::strtoul(text + colon + 1, nullptr, 10);
    return {whole.substr(0, colon), visit == 0 ? 1 : visit};
}

}  // namespace

void crash_point(const char* name) noexcept {
    static const Target target = target_of_environment();
    static std::atomic<unsigned long> visits{0};
    if (target.name != name) return;
    if (++visits == target.visit) ::kill(::getpid(), SIGKILL);
}

}  // namespace pramana::pipeline
