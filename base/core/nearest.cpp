#include "pramana/core/nearest.hpp"

#include <algorithm>
#include <vector>

namespace pramana {
namespace {

constexpr std::size_t kTyposMax = 2;
constexpr std::size_t kWordMax = 64;  // longer ones are no typing error of ours

/// Optimal string alignment: Levenshtein, and swaps of neighbours.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> two_up(b.size() + 1);
    std::vector<std::size_t> up(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) up[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = up[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({replaced, up[j] + 1, row[j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], two_up[j - 2] + 1);
        }
        two_up.swap(up);
        up.swap(row);
    }
    return up[b.size()];
}

}  // namespace

std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates) {
    std::optional<std::string_view> best;
    std::size_t least = kTyposMax + 1;
    if (word.size() > kWordMax) return best;
    for (const std::string_view candidate : candidates) {
        const std::size_t typos = distance(word, candidate);
        if (typos >= least || 2 * typos >= std::max<std::size_t>(candidate.size(), 1)) continue;
        least = typos;
        best = candidate;
    }
    return best;
}

}  // namespace pramana
