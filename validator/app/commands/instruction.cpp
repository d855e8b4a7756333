#include "instruction.hpp"

#include "pramana/core/hex.hpp"

#include <charconv>

namespace pramana::app {

Result<ProofInstruction> parse_instruction(std::string_view text) {
    constexpr Error kRefused{Errc::kInstructionMismatch, "app.instruction"};
    constexpr std::string_view kPrefix = "pramana:1:";
    if (!text.starts_with(kPrefix)) return kRefused;
    const std::string_view rest = text.substr(kPrefix.size());
    ProofInstruction read;
    const auto [end, failed] =
        std::from_chars(rest.data(), rest.data() + rest.size(), read.chain_id);
    if (failed != std::errc{}) return kRefused;
    const std::string_view tail = rest.substr(static_cast<std::size_t>(end - rest.data()));
    constexpr std::size_t kTailSize = 1 + 42 + 1 + 64;
    if (tail.size() != kTailSize) return kRefused;
    const Result<Address> dlp = fixed_from_hex<Address>(tail.substr(1, 42));
    const Result<Hash32> ruleset = fixed_from_hex<Hash32>(tail.substr(44));
    if (!dlp || !ruleset) return kRefused;
    read.dlp = *dlp;
    read.ruleset = *ruleset;
    // One text for each instruction: whatever does not write back to itself is another text.
    const std::string canonical = std::string{kPrefix} + std::to_string(read.chain_id) + ':' +
                                  to_hex0x(read.dlp.view()) + ':' + to_hex(read.ruleset.view());
    if (canonical != text) return kRefused;
    return read;
}

}  // namespace pramana::app
