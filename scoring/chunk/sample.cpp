#include "chunk/sample.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/core/sha256.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace pramana::scoring {
namespace {

std::uint64_t key_of(const Hash32& seed, std::uint64_t index) {
    std::uint8_t index_be[sizeof index];
    store_be(index, index_be);
    Sha256 hash;
    hash.update("pramana:sample:1");
    hash.update(seed.view());
    hash.update(ByteView{index_be});
    const Hash32 whole = hash.finish();
    return load_be<std::uint64_t>(whole.bytes.data());
}

}  // namespace

Result<std::optional<SecretVector<std::uint8_t>>> draw_sample(
    std::span<const std::uint32_t> weights, std::uint64_t characters_max,
    const std::optional<Hash32>& seed) {
    const std::uint64_t mass = std::accumulate(weights.begin(), weights.end(), std::uint64_t{0});
    if (mass <= characters_max) return std::optional<SecretVector<std::uint8_t>>{};
    if (!seed) return Error{Errc::kSeedNeeded, "scoring.sample.seed"};
    std::vector<std::pair<std::uint64_t, std::size_t>> order;
    order.reserve(weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i) order.emplace_back(key_of(*seed, i), i);
    std::sort(order.begin(), order.end());
    std::optional<SecretVector<std::uint8_t>> taken{std::in_place, weights.size()};
    std::uint64_t left = characters_max;
    for (const auto& [key, index] : order) {
        if (weights[index] > left) break;
        left -= weights[index];
        (*taken)[index] = 1;
    }
    return taken;
}

}  // namespace pramana::scoring
