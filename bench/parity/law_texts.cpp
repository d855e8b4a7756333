#include "parity/law_texts.hpp"

#include "pramana/scoring/tokenizer.hpp"

#include <fstream>
#include <string>

namespace pramana::parity {

std::vector<std::vector<std::uint16_t>> golden_texts(
    const std::shared_ptr<const scoring::Model>& model) {
    constexpr std::size_t kSentences = 8;
    const scoring::Tokenizer tokenizer{model};
    std::ifstream file{"tests/unit/scoring_embed/golden/sentences.txt"};
    std::vector<std::vector<std::uint16_t>> out;
    for (std::string line; out.size() < kSentences && std::getline(file, line);) {
        const auto pieces = tokenizer.encode(line);
        out.emplace_back(pieces.begin(), pieces.end());
    }
    if (!out.empty()) out.emplace_back();
    return out;
}

}  // namespace pramana::parity
