#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <string_view>

namespace pramana::app {

/// What a DLP asks for: `pramana:1:<chain id>:<DLP address>:<ruleset digest>`
/// (docs/formats.md "Instruction").
struct ProofInstruction {
    std::uint64_t chain_id = 0;
    Address dlp;
    Hash32 ruleset;
    friend bool operator==(const ProofInstruction&, const ProofInstruction&) = default;
};

/// Reads exactly this form: decimal without leading zeros, 0x and 40 lower-case hex digits, 64
/// lower-case hex digits; contracts compare it byte for byte. Errors: kInstructionMismatch.
[[nodiscard]] Result<ProofInstruction> parse_instruction(std::string_view text);

}  // namespace pramana::app
