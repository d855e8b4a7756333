#include "cpu/registry.hpp"

#include <array>

namespace pramana::scoring {
namespace {

bool always() noexcept { return true; }

constexpr BackendEntry kEntries[] = {
#if defined(PRAMANA_X86)
    {Backend::kAmx, amx_available, amx_kernels},
    {Backend::kAvx512Vnni, avx512vnni_available, avx512vnni_kernels},
    {Backend::kAvx2, avx2_available, avx2_kernels},
#endif
#if defined(PRAMANA_NEON)
    {Backend::kNeon, neon_available, neon_kernels},
#endif
    {Backend::kReference, always, reference_kernels},
};

constexpr auto kCompiled = [] {
    std::array<Backend, std::size(kEntries)> out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = kEntries[i].backend;
    return out;
}();

/// Names of backends that other machines have, so that a message can tell «not here» from
/// «unknown».
struct Name {
    Backend backend;
    std::string_view name;
};
constexpr Name kNames[] = {
    {Backend::kReference, "reference"},
    {Backend::kAvx2, "avx2"},
    {Backend::kAvx512Vnni, "avx512vnni"},
    {Backend::kAmx, "amx"},
    {Backend::kNeon, "neon"},
    {Backend::kBest, "best"},
};

}  // namespace

std::span<const BackendEntry> registry() noexcept { return kEntries; }

const BackendEntry* find_backend(Backend backend) noexcept {
    for (const BackendEntry& entry : kEntries)
        if (entry.backend == backend || (backend == Backend::kBest && entry.available()))
            return &entry;
    return nullptr;
}

std::span<const Backend> backends() noexcept { return kCompiled; }

bool backend_available(Backend backend) noexcept {
    const BackendEntry* entry = find_backend(backend);
    return entry != nullptr && entry->available();
}

std::string_view name_of(Backend backend) noexcept {
    for (const Name& name : kNames)
        if (name.backend == backend) return name.name;
    return "";
}

std::optional<Backend> backend_named(std::string_view name) noexcept {
    for (const Name& known : kNames)
        if (known.name == name) return known.backend;
    return std::nullopt;
}

}  // namespace pramana::scoring
